import { test } from "uvu";
import * as assert from "uvu/assert";
import { businessInsights, queries, withWarehouse, type BusinessInsight } from "@movielens/lib/bi";
import { loadDataset, projectPath, subset, type Dataset } from "@movielens/lib/data";
import { byHand, datasetOf, random } from "./datasets";
import { reference } from "./reference";

let small: Dataset;
/** The ratings of the later users, the films that they rated, and some of the tags. */
let half: Dataset;
let ofSmall: BusinessInsight[];
let ofHalf: BusinessInsight[];

test.before(async () => {
  small = await loadDataset(projectPath("data", "ml-latest-small"));
  const part = subset(
    small,
    Uint32Array.from({ length: small.ratings.length / 2 }, (_, k) => small.ratings.length / 2 + k),
  );
  const rated = new Set(Array.from(part.items, (item) => part.itemIds[item]));
  half = {
    ...part,
    movies: new Map([...part.movies].filter(([movieId]) => rated.has(movieId))),
    tags: part.tags.filter((_, k) => k % 4 > 0),
  };
  ofSmall = await withWarehouse(small, businessInsights);
  ofHalf = await withWarehouse(half, businessInsights);
});

const finding = (insights: BusinessInsight[], title: string): string => {
  const found = insights.find((insight) => insight.title === title);
  if (!found) throw new Error(`no insight "${title}"`);
  return found.finding;
};

test("ml-latest-small has at least twelve insights, each with a decision and the question that it comes from", () => {
  assert.ok(ofSmall.length >= 12, String(ofSmall.length));
  assert.is(new Set(ofSmall.map(({ title }) => title)).size, ofSmall.length);
  for (const { title, finding: says, decision, query } of ofSmall) {
    assert.ok(Object.hasOwn(queries, query), title);
    assert.match(says, /\d/, title);
    assert.match(says, /\.$/, title);
    assert.match(decision, /\.$/, title);
  }
});

test("no finding says what is not a number", async () => {
  const others = await Promise.all(
    [byHand(), random(1), random(2)].map((dataset) => withWarehouse(dataset, businessInsights)),
  );
  for (const { title, finding: says } of [ofSmall, ofHalf, ...others].flat())
    assert.not.match(says, /NaN|undefined|null|Infinity|∞|-0\b/, title);
});

test("every finding changes with the data", () => {
  for (const { title, finding: says } of ofSmall) assert.is.not(says, finding(ofHalf, title), title);
});

const count = (value: number): string => value.toLocaleString("en-US");
const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
const stars = (value: number): string => String(Number(value.toFixed(2)));

test("numbers in the findings are those of a plain computation, on all of the data and on half of it", () => {
  for (const [dataset, insights] of [
    [small, ofSmall],
    [half, ofHalf],
  ] as const) {
    const answers = reference(dataset);
    const [all] = answers.overview({});
    const says = (title: string, ...parts: string[]) => {
      for (const part of parts)
        assert.ok(finding(insights, title).includes(part), `${finding(insights, title)} lacks ${part}`);
    };
    says(
      "Films with a single opinion",
      `${count(all.ratedOnceMovies)} of ${count(all.ratedMovies)} rated films`,
      `(${percent(all.ratedOnceMovies / all.ratedMovies)})`,
      `${count(all.neverRatedMovies)} of the ${count(all.movies)} films`,
    );
    const tenth = answers.concentration({}).filter((row) => row.topShare === 0.1);
    says("The head and the tail of the catalogue", `has ${percent(tenth[0].ratingShare)}`);
    says("The weight of the most active users", `gave ${percent(tenth[1].ratingShare)}`);
    says("How full the matrix is", `Of ${count(all.users * all.ratedMovies)} possible`, percent(all.density));
    const [once] = answers["user-sessions"]({ gapMinutes: 60 });
    says("The first sitting", `${once.users} of ${all.users} users (${percent(once.userShare)})`);
    const months = answers.retention({ maxMonths: 12 });
    for (const month of [months[1], months[12]])
      says("Who comes back", percent(month.retention), `(${month.activeUsers} of ${month.eligibleUsers})`);
    const funnel = answers["new-user-funnel"]({});
    says("The way to a full profile", `${percent(funnel[2].shareOfUsers)} of ${all.users} users reach 50`);
    says("What the stars say", `is ${stars(all.meanRating)} stars`);
    const bands = answers["rating-bias-by-activity"]({});
    const [light, heavy] = [bands[0], bands[bands.length - 1]];
    says(
      "Light and heavy users",
      `with ${heavy.band} ratings give ${stars(heavy.meanRating)}`,
      `${stars(Math.abs(heavy.meanRating - light.meanRating))} less than those with ${light.band}`,
    );
    says("The scale changed", "in 2003");
    const [best] = answers["top-movies"]({ minRatings: 20, priorWeight: 25, limit: 1 });
    says("Best by plain mean, best by Bayesian mean", best.title, `${stars(best.bayesianMean)} stars`);
    const [divisive] = answers["divisive-movies"]({ minRatings: 50, limit: 1 });
    says("Films that divide", divisive.title, percent(divisive.lowShare), percent(divisive.highShare));
    const genres = answers["genre-share"]({}).filter((row) => row.genre !== "IMAX");
    const liked = genres
      .filter((row) => row.ratingShare >= 0.005)
      .sort((a, b) => b.meanRating! - a.meanRating!);
    says(
      "Liked and disliked genres",
      `${liked[0].genre} is rated best (${stars(liked[0].meanRating!)} stars`,
    );
    const words = answers["tags-and-ratings"]({ minRatings: 10, minUsers: 5 });
    for (const word of [words[0], words[words.length - 1]])
      says(
        "Words that go with high and low ratings",
        `“${word.tag}”`,
        `${stars(Math.abs(word.liftOverUsers))}`,
        `(${word.ratings} ratings by ${word.users} users)`,
      );
    const [busiest] = answers["activity-by-hour"]({}).sort((a, b) => b.ratings - a.ratings);
    says("The hours of the day", `${String(busiest.hour).padStart(2, "0")}:00 UTC is the busiest`);
  }
});

test("counted by hand, the sentences say what is there", async () => {
  const insights = await withWarehouse(byHand(), businessInsights);
  assert.is(
    finding(insights, "Films with a single opinion"),
    "2 of 4 rated films (50 %) have a single rating, and 1 of the 5 films in the catalogue have none.",
  );
  assert.is(
    finding(insights, "How full the matrix is"),
    "Of 12 possible pairs of user and rated film, 58.3 % are rated: from 33.3 % (users with 1–19 ratings, films with 1) to 83.3 % (users with 1–19, films with 2–9).",
  );
  assert.is(
    finding(insights, "Who comes back"),
    "50 % of users rate again in the second month after their first rating (1 of 2), and 50 % in the thirteenth (1 of 2).",
  );
  assert.is(
    finding(insights, "The scale changed"),
    "Half stars first appear in 2003 and make up 50 % of the ratings since; the mean is 2.75 stars since then and was 3 before.",
  );
  assert.is(
    finding(insights, "Bursts of activity"),
    "The busiest of 28 months, 2002-03, has 3 ratings by 1 user; the busiest tenth of the months (3) has 71.4 % of all ratings.",
  );
});

test("a tag that one person alone uses is called so", async () => {
  const used = (userIds: number[]) => ({
    ...byHand(),
    tags: userIds.map((userId, k) => ({
      userId,
      movieId: 10 * (k + 1),
      tag: "slow",
      timestamp: 1_000_000_000,
    })),
  });
  const says = async (userIds: number[]) =>
    finding(await withWarehouse(used(userIds), businessInsights), "Who tags");
  assert.is(
    await says([1, 1, 1]),
    "The 3 tags come from 1 user; the most used, “slow”, was given 3 times, all by one person.",
  );
  assert.is(
    await says([1, 1, 2]),
    "The 3 tags come from 2 users; the most used, “slow”, was given 3 times, by 2 users, 66.7 % of that by one of them.",
  );
});

test("an insight without evidence is left out, and the others stay", async () => {
  const one = datasetOf(
    [[1, 10, 4, "2002-03-04T10:00:00Z"]],
    [{ movieId: 10, title: "Alpha (1995)", year: 1995, genres: ["Drama"] }],
  );
  const titles = (await withWarehouse(one, businessInsights)).map(({ title }) => title);
  for (const absent of ["Who tags", "The scale changed", "Who comes back", "Films that divide"])
    assert.not.ok(titles.includes(absent), absent);
  for (const present of ["Films with a single opinion", "What the stars say", "The first sitting"])
    assert.ok(titles.includes(present), present);
});

test.run();

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  openWarehouse,
  queries,
  queryNames,
  runQuery,
  withWarehouse,
  type QueryName,
  type Warehouse,
} from "@movielens/lib/bi";
import { loadDataset, projectPath, subset, type Dataset } from "@movielens/lib/data";
import { errorOf } from "../data/support";
import { OTHER_PARAMETERS, same } from "./compare";
import { byHand, datasetOf, random } from "./datasets";
import { reference, type Answers } from "./reference";

let small: Dataset;
let smallAnswers: Answers;
let warehouse: Warehouse;

test.before(async () => {
  small = await loadDataset(projectPath("data", "ml-latest-small"));
  smallAnswers = reference(small);
  warehouse = await openWarehouse(small);
});
test.after(() => warehouse.close());

for (const name of queryNames)
  test(`${name}: the SQL agrees with a plain computation on ml-latest-small`, () =>
    agrees(warehouse, smallAnswers, name));

test("every question agrees with a plain computation on data with gaps, ties and films without anything", async () => {
  for (const dataset of [byHand(), random(1), random(2), random(3)])
    await withWarehouse(dataset, async (opened) => {
      const answers = reference(dataset);
      for (const name of queryNames) await agrees(opened, answers, name);
    });
});

async function agrees(opened: Warehouse, answers: Answers, name: QueryName): Promise<void> {
  const defaults = Object.fromEntries(
    Object.entries(queries[name].parameters).map(([key, parameter]) => [key, parameter.default]),
  );
  for (const given of [{}, ...(OTHER_PARAMETERS[name] ? [OTHER_PARAMETERS[name]] : [])]) {
    const answer = await runQuery(opened, name, given);
    same(answer, answers[name]({ ...defaults, ...given }), `${opened.name}: ${name}`);
  }
}

test("every parameter is tried with a value other than its default", () => {
  for (const name of queryNames)
    for (const [parameter, { default: usual }] of Object.entries(queries[name].parameters)) {
      const other = OTHER_PARAMETERS[name]?.[parameter];
      assert.ok(other !== undefined && other !== usual, `${name}: ${parameter}`);
    }
});

test("the published facts of ml-latest-small come out", async () => {
  const [all] = await runQuery(warehouse, "overview");
  assert.is(all.ratings, 100_836);
  assert.is(all.users, 610);
  assert.is(all.movies, 9742);
  assert.is(all.ratedMovies, 9724);
  assert.is(all.neverRatedMovies, 18);
  assert.is(all.ratedOnceMovies, 3446);
  assert.is(all.fewestRatingsOfUser, 20);
  assert.is(all.genres, 19);
  assert.is(all.tagApplications, 3683);
  const genres = await runQuery(warehouse, "genre-share");
  assert.is(genres.length, 20);
  const movies = new Map(genres.map((row) => [row.genre, row.movies]));
  assert.is(movies.get("Drama"), 4361);
  assert.is(movies.get("Comedy"), 3756);
  assert.is(movies.get("(no genres listed)"), 34);
});

test("no half star was given before 2003, and some in every year since", async () => {
  for (const row of await runQuery(warehouse, "half-stars-by-year"))
    assert.is(row.halfStars > 0, row.year >= 2003, String(row.year));
});

test("the cube's subtotals are the sums of their cells", async () => {
  const cube = await runQuery(warehouse, "genre-decade-cube");
  const sum = (rows: typeof cube, column: "ratings" | "ratingsInGenres" | "movies") =>
    rows.reduce((total, row) => total + row[column], 0);
  const cells = cube.filter((row) => row.allGenres === 0 && row.allDecades === 0);
  const [grand] = cube.filter((row) => row.allGenres === 1 && row.allDecades === 1);
  assert.is(grand.ratings, 100_836);
  assert.is(grand.movies, 9742);
  assert.is(sum(cells, "ratingsInGenres"), grand.ratingsInGenres);
  for (const genre of cube.filter((row) => row.allGenres === 0 && row.allDecades === 1)) {
    const own = cells.filter((cell) => cell.genre === genre.genre);
    for (const column of ["movies", "ratings", "ratingsInGenres"] as const)
      assert.is(sum(own, column), genre[column], genre.genre!);
  }
  const decades = cube.filter((row) => row.allGenres === 1 && row.allDecades === 0);
  assert.is(sum(decades, "ratings"), grand.ratings);
  assert.is(sum(decades, "movies"), grand.movies);
  for (const decade of decades)
    assert.is(
      sum(
        cells.filter((cell) => cell.decade === decade.decade),
        "ratingsInGenres",
      ),
      decade.ratingsInGenres,
    );
});

test("the rolled-up years, quarters and months each add up to all ratings", async () => {
  const rows = await runQuery(warehouse, "time-rollup");
  for (const level of ["all", "year", "quarter", "month"])
    assert.is(
      rows.filter((row) => row.level === level).reduce((total, row) => total + row.ratings, 0),
      100_836,
      level,
    );
});

test("the long tail starts at the most rated film, never falls, and ends at all films and all ratings", async () => {
  const curve = await runQuery(warehouse, "long-tail");
  assert.equal(curve[0], {
    rank: 1,
    catalogueShare: 1 / 9724,
    ratings: 329,
    cumulativeShare: 329 / 100_836,
  });
  for (let k = 1; k < curve.length; k++) {
    assert.ok(curve[k].rank > curve[k - 1].rank);
    assert.ok(curve[k].cumulativeShare > curve[k - 1].cumulativeShare);
    assert.ok(curve[k].ratings <= curve[k - 1].ratings);
  }
  const end = curve[curve.length - 1];
  assert.equal([end.rank, end.catalogueShare, end.cumulativeShare], [9724, 1, 1]);
});

test("more points than films give the whole curve", async () => {
  assert.is((await runQuery(warehouse, "long-tail", { points: 1_000_000_000 })).length, 9724);
});

test("counted by hand: genres with a film of two genres in both", () =>
  withWarehouse(byHand(), async (opened) => {
    const rows = await runQuery(opened, "genre-share");
    assert.equal(
      rows.map(({ genre, movies, ratings, meanRating }) => [genre, movies, ratings, meanRating]),
      [
        ["Drama", 3, 5, 3.4],
        ["Comedy", 3, 4, 2.875],
        ["(no genres listed)", 1, 1, 1],
      ],
    );
    assert.equal(await runQuery(opened, "genre-cooccurrence", { minMovies: 1 }), [
      { genreA: "Comedy", genreB: "Drama", movies: 2, jaccard: 0.5, lift: 10 / 9 },
    ]);
  }));

test("counted by hand: the Bayesian mean draws each film to the mean of all ratings", () =>
  withWarehouse(byHand(), async (opened) => {
    // All seven ratings add up to 20; Beta has 3 and 4.5, Alpha 5, 4 and 0.5.
    const rows = await runQuery(opened, "top-movies", { minRatings: 2, priorWeight: 7 });
    assert.equal(
      rows.map(({ rank, title, ratings }) => [rank, title, ratings]),
      [
        [1, "Beta (1999)", 2],
        [2, "Alpha (1995)", 3],
      ],
    );
    same(rows[0].bayesianMean, 27.5 / 9, "Beta");
    same(rows[1].bayesianMean, 29.5 / 10, "Alpha");
  }));

test("counted by hand: hours and weekdays are those of UTC", () =>
  withWarehouse(byHand(), async (opened) => {
    const days = await runQuery(opened, "activity-by-weekday");
    assert.equal(
      days.map((row) => row.ratings),
      [4, 0, 1, 1, 0, 0, 1],
    );
    const hours = await runQuery(opened, "activity-by-hour");
    assert.equal(
      hours.flatMap((row) => (row.ratings > 0 ? [[row.hour, row.ratings]] : [])),
      [
        [0, 1],
        [10, 3],
        [12, 1],
        [23, 2],
      ],
    );
  }));

test("counted by hand: retention leaves out users whose month the data does not cover", () =>
  withWarehouse(byHand(), async (opened) => {
    // User 3 came on the last day, so never counts; user 2 came back 40 days later: in month 1.
    assert.equal(await runQuery(opened, "retention", { maxMonths: 2 }), [
      { month: 0, eligibleUsers: 2, activeUsers: 2, retention: 1 },
      { month: 1, eligibleUsers: 2, activeUsers: 1, retention: 0.5 },
      { month: 2, eligibleUsers: 2, activeUsers: 0, retention: 0 },
    ]);
  }));

test("counted by hand: a pause longer than the gap starts a new sitting", () =>
  withWarehouse(byHand(), async (opened) => {
    const sittings = async (gapMinutes: number) =>
      (await runQuery(opened, "user-sessions", { gapMinutes })).map(
        ({ sessions, users, firstSessionRatings }) => [sessions, users, firstSessionRatings],
      );
    assert.equal(await sittings(5), [
      ["1", 2, 4],
      ["3–5", 1, 1],
    ]);
    assert.equal(await sittings(4), [
      ["1", 1, 1],
      ["3–5", 2, 2],
    ]);
  }));

test("counted by hand: a tag counts with its giver's own rating of that film, case and blanks ignored", () =>
  withWarehouse(byHand(), async (opened) => {
    // "dull" was also given by user 3 to a film that this user did not rate.
    const rows = await runQuery(opened, "tags-and-ratings", { minRatings: 1, minUsers: 1 });
    assert.equal(
      rows.map(({ tag, ratings, users, meanRating }) => [tag, ratings, users, meanRating]),
      [
        ["funny", 2, 2, 4.5],
        ["dull", 1, 1, 1],
      ],
    );
    same(rows[0].liftOverUsers, (2 + (4 - 3.5)) / 2, "funny");
    same(rows[1].liftOverUsers, -2, "dull");
  }));

test("counted by hand: months and years without a rating are there, empty", () =>
  withWarehouse(byHand(), async (opened) => {
    const months = await runQuery(opened, "ratings-by-month");
    assert.is(months.length, 28);
    assert.equal(months[1], {
      month: "2002-04",
      ratings: 0,
      activeUsers: 0,
      newUsers: 0,
      meanRating: null,
    });
    const years = await runQuery(opened, "ratings-by-year");
    assert.equal(
      years.map(({ year, ratings, newUsers }) => [year, ratings, newUsers]),
      [
        [2002, 3, 1],
        [2003, 2, 1],
        [2004, 2, 1],
      ],
    );
  }));

test("a title with an apostrophe and a list of genres pass through unchanged", () =>
  withWarehouse(byHand(), async (opened) => {
    const reader = await opened.connection.runAndReadAll(
      "SELECT title, genres FROM movies WHERE movieId IN (30, 50) ORDER BY movieId",
    );
    assert.equal(reader.getRowObjectsJS(), [
      { title: "Gamma (2001)", genres: [] },
      { title: "It's Epsilon (2002)", genres: ["Comedy", "Drama"] },
    ]);
  }));

test("the warehouse holds every rating of a part of a data set, and only those", async () => {
  const part = subset(
    small,
    Uint32Array.from({ length: 5000 }, (_, k) => k * 20),
  );
  await withWarehouse(part, async (opened) => {
    const [all] = await runQuery(opened, "overview");
    assert.equal([all.ratings, all.movies], [5000, 9742]);
    await agrees(opened, reference(part), "overview");
  });
});

test("a path opens the same warehouse as the data set read from it", async () => {
  const path = projectPath("data", "ml-latest-small");
  await withWarehouse(path, async (opened) => {
    assert.equal([opened.name, opened.hash], [small.name, small.hash]);
    assert.equal(await runQuery(opened, "overview"), await runQuery(warehouse, "overview"));
  });
});

test("the same question gives the same answer on every run, to the last bit where it is a sum of stars", async () => {
  for (const name of ["top-movies", "divisive-movies", "ratings-by-month", "genre-share"] as const)
    assert.equal(await runQuery(warehouse, name), await runQuery(warehouse, name));
});

test("an unknown question is refused by name", async () => {
  await errorOf("QUERY_UNKNOWN", () => runQuery(warehouse, "top-films" as "top-movies"), /"top-films"/);
});

test("a name that every object has is no question", async () => {
  await errorOf("QUERY_UNKNOWN", () => runQuery(warehouse, "constructor" as "overview"), /"constructor"/);
});

test("an unknown parameter, and a value out of range, are refused by name", async () => {
  const ask = (parameters: Record<string, unknown>) => () =>
    runQuery(warehouse, "top-movies", parameters as Record<string, number>);
  await errorOf("OPTION_INVALID", ask({ minimum: 3 }), /"minimum"/);
  for (const limit of [0, -1, 1.5, NaN, Infinity, 1e12, "1; DROP TABLE movies", "5", null])
    await errorOf("OPTION_INVALID", ask({ limit }), /limit/);
  assert.is((await runQuery(warehouse, "overview"))[0].movies, 9742);
});

test("data without a rating, or with a rated film that is not listed, opens no warehouse", async () => {
  await errorOf("DATA_INVALID", () => openWarehouse(datasetOf([], [])), /no ratings/);
  const unlisted = datasetOf([[1, 99, 4, "2020-01-01T00:00:00Z"]], []);
  await errorOf("DATA_INVALID", () => openWarehouse(unlisted), /movie 99/);
});

test.run();

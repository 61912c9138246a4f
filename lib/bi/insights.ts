import { queries, type QueryName, type QueryParameters, type QueryRow } from "./queries";
import { runQuery } from "./run";
import { NO_GENRE, type SqlWarehouse } from "./warehouse";

/** One thing that a manager should know. Every number in `finding` is computed from the answer to `query`. */
export interface BusinessInsight {
  title: string;
  finding: string;
  decision: string;
  query: QueryName;
}

/**
 * What the answers say, in words. An insight for which the data holds no evidence (no tags, no half stars, one
 * genre only) is left out, so a small data set has fewer; ml-latest-small has all of them.
 */
export async function businessInsights(warehouse: SqlWarehouse): Promise<BusinessInsight[]> {
  const ask: Ask = (name, parameters) => runQuery(warehouse, name, parameters);
  const found: BusinessInsight[] = [];
  for (const insight of INSIGHTS) {
    const said = await insight(ask);
    if (said) found.push(said);
  }
  return found;
}

type Ask = <N extends QueryName>(name: N, parameters?: QueryParameters<N>) => Promise<QueryRow<N>[]>;
type Insight = (ask: Ask) => Promise<BusinessInsight | null>;

const INSIGHTS: readonly Insight[] = [
  singleRatings,
  longTail,
  heavyUsers,
  density,
  sittings,
  retention,
  funnel,
  generosity,
  activityBias,
  favouritesFirst,
  halfStars,
  popularityAndRating,
  bayesianRanking,
  divisive,
  demandForGenres,
  likedGenres,
  genrePairs,
  ageOfFilms,
  bursts,
  season,
  hours,
  taggers,
  tagsThatPlease,
];

async function singleRatings(ask: Ask): Promise<BusinessInsight> {
  const [all] = await ask("overview");
  return {
    title: "Films with a single opinion",
    finding:
      `${whole(all.ratedOnceMovies)} of ${whole(all.ratedMovies)} rated films ` +
      `(${percent(all.ratedOnceMovies / all.ratedMovies)}) have a single rating, and ` +
      `${whole(all.neverRatedMovies)} of the ${whole(all.movies)} films in the catalogue have none.`,
    decision:
      "Rank films by a Bayesian mean, never by the plain one, and give films without an audience a place where some users see them.",
    query: "overview",
  };
}

async function longTail(ask: Ask): Promise<BusinessInsight> {
  const movies = (await ask("concentration")).filter(({ side }) => side === "movies");
  const top = movies.find(({ topShare }) => topShare === 0.1)!;
  const half = movies.find(({ topShare }) => topShare === 0.5)!;
  return {
    title: "The head and the tail of the catalogue",
    finding:
      `The most rated tenth of the films (${whole(top.members)}) has ${percent(top.ratingShare)} of all ratings; ` +
      `the less rated half shares ${percent(1 - half.ratingShare)}.`,
    decision:
      "Measure how much of the catalogue the recommender shows, beside its accuracy: a list of hits alone leaves the tail unused.",
    query: "concentration",
  };
}

async function heavyUsers(ask: Ask): Promise<BusinessInsight> {
  const users = (await ask("concentration")).filter(({ side }) => side === "users");
  const few = users.find(({ topShare }) => topShare === 0.01)!;
  const top = users.find(({ topShare }) => topShare === 0.1)!;
  return {
    title: "The weight of the most active users",
    finding:
      `The most active tenth of the users (${whole(top.members)}) gave ${percent(top.ratingShare)} of all ratings, ` +
      `the most active hundredth (${whole(few.members)}) alone ${percent(few.ratingShare)}.`,
    decision:
      "Judge the model by its mean over users, not over ratings, or the heavy users' satisfaction hides everybody else's.",
    query: "concentration",
  };
}

async function density(ask: Ask): Promise<BusinessInsight> {
  const cells = await ask("sparsity");
  const ratings = sum(cells, (cell) => cell.ratings);
  const possible = sum(cells, (cell) => cell.cells);
  const fullest = best(cells, (cell) => cell.density);
  const emptiest = best(cells, (cell) => -cell.density);
  return {
    title: "How full the matrix is",
    finding:
      `Of ${whole(possible)} possible pairs of user and rated film, ${percent(ratings / possible)} are rated: from ` +
      `${percent(emptiest.density)} (users with ${emptiest.activityBand} ratings, films with ${emptiest.popularityBand}) to ` +
      `${percent(fullest.density)} (users with ${fullest.activityBand}, films with ${fullest.popularityBand}).`,
    decision:
      "Expect personal recommendations to be good where there is evidence, and report the model's error by these bands.",
    query: "sparsity",
  };
}

async function sittings(ask: Ask): Promise<BusinessInsight> {
  const bands = await ask("user-sessions");
  const { gapMinutes } = queries["user-sessions"].parameters;
  const users = sum(bands, (band) => band.users);
  const ratings = sum(bands, (band) => band.ratings);
  const once = bands.find(({ sessions }) => sessions === "1")?.users ?? 0;
  return {
    title: "The first sitting",
    finding:
      `${whole(once)} of ${whole(users)} users (${percent(once / users)}) gave all of their ratings in one sitting ` +
      `(no pause over ${whole(gapMinutes.default)} minutes), and ` +
      `${percent(sum(bands, (band) => band.firstSessionRatings) / ratings)} of all ratings come from first sittings.`,
    decision:
      "Fold new ratings in at once: a model that learns a newcomer overnight comes too late for those who do not return.",
    query: "user-sessions",
  };
}

async function retention(ask: Ask): Promise<BusinessInsight | null> {
  const months = await ask("retention", { maxMonths: 12 });
  const [first, last] = [months.find(({ month }) => month === 1), months.find(({ month }) => month === 12)];
  if (!first || !last) return null;
  return {
    title: "Who comes back",
    finding:
      `${percent(first.retention)} of users rate again in the second month after their first rating ` +
      `(${whole(first.activeUsers)} of ${whole(first.eligibleUsers)}), and ${percent(last.retention)} in the thirteenth ` +
      `(${whole(last.activeUsers)} of ${whole(last.eligibleUsers)}).`,
    decision:
      "Set re-engagement targets against these shares, and contact newcomers within their first month.",
    query: "retention",
  };
}

async function funnel(ask: Ask): Promise<BusinessInsight | null> {
  const steps = await ask("new-user-funnel");
  const at = (ratings: number) => steps.find(({ step }) => step === ratings)!;
  const losses = steps.slice(1).filter((step) => step.shareOfPrevious !== null && step.users > 0);
  if (losses.length === 0) return null;
  const steepest = best(losses, (step) => -step.shareOfPrevious!);
  const before = steps[steps.indexOf(steepest) - 1];
  return {
    title: "The way to a full profile",
    finding:
      `${percent(at(50).shareOfUsers)} of ${whole(at(1).users)} users reach 50 ratings and ` +
      `${percent(at(100).shareOfUsers)} reach 100; the steepest step that anybody passes is from ${whole(before.step)} to ` +
      `${whole(steepest.step)}, which ${percent(steepest.shareOfPrevious!)} pass.`,
    decision:
      "Make recommendations good from 20 ratings on, and reward users just before the step at which most stop.",
    query: "new-user-funnel",
  };
}

async function generosity(ask: Ask): Promise<BusinessInsight> {
  const stars = await ask("rating-distribution");
  const ratings = sum(stars, (row) => row.ratings);
  const share = (accept: (rating: number) => boolean) =>
    sum(stars, (row) => (accept(row.rating) ? row.ratings : 0)) / ratings;
  return {
    title: "What the stars say",
    finding:
      `The mean rating is ${decimal(sum(stars, (row) => row.rating * row.ratings) / ratings)} stars; ` +
      `${percent(share((rating) => rating >= 4))} of the ratings are 4 stars or more and ` +
      `${percent(share((rating) => rating <= 2))} are 2 or fewer.`,
    decision:
      "Call a film liked from 4 stars on, and do not read a missing rating as a dislike: the ratings that are there were chosen.",
    query: "rating-distribution",
  };
}

async function activityBias(ask: Ask): Promise<BusinessInsight | null> {
  const bands = await ask("rating-bias-by-activity");
  if (bands.length < 2) return null;
  const [light, heavy] = [bands[0], bands[bands.length - 1]];
  return {
    title: "Light and heavy users",
    finding:
      `Users with ${heavy.band} ratings give ${decimal(heavy.meanRating)} stars on average, ` +
      `${difference(heavy.meanRating, light.meanRating)} those with ${light.band} (${decimal(light.meanRating)}).`,
    decision:
      "Correct for the user before comparing films: ALS carries a bias for each user, and reports should too.",
    query: "rating-bias-by-activity",
  };
}

async function favouritesFirst(ask: Ask): Promise<BusinessInsight | null> {
  const places = await ask("rating-by-experience");
  if (places.length < 2) return null;
  const highest = best(places, (place) => place.meanMinusUserMean);
  const lowest = best(places, (place) => -place.meanMinusUserMean);
  return {
    title: "Ratings shift along a user's history",
    finding:
      `Against their own mean, users rate highest at the ${highest.position} place of their history ` +
      `(${signed(highest.meanMinusUserMean)} stars) and lowest at the ${lowest.position} (${signed(lowest.meanMinusUserMean)}).`,
    decision: "Split by time, not at random, when the question is how the model will do tomorrow.",
    query: "rating-by-experience",
  };
}

async function halfStars(ask: Ask): Promise<BusinessInsight | null> {
  const years = await ask("half-stars-by-year");
  const first = years.find((year) => year.halfStars > 0);
  if (!first) return null;
  const since = years.filter(({ year }) => year >= first.year);
  const before = years.filter(({ year }) => year < first.year);
  const mean = (rows: typeof years) =>
    sum(rows, (row) => row.meanRating * row.ratings) / sum(rows, (row) => row.ratings);
  const share = percent(sum(since, (row) => row.halfStars) / sum(since, (row) => row.ratings));
  return {
    title: "The scale changed",
    finding:
      before.length > 0
        ? `Half stars first appear in ${first.year} and make up ${share} of the ratings since; the mean is ` +
          `${decimal(mean(since))} stars since then and was ${decimal(mean(before))} before.`
        : `Half stars are there from the first year, ${first.year}, and make up ${share} of the ratings.`,
    decision:
      "Compare means over years only within one scale, and check the model's error on both sides of the change.",
    query: "half-stars-by-year",
  };
}

async function popularityAndRating(ask: Ask): Promise<BusinessInsight | null> {
  const bands = (await ask("rating-by-popularity")).filter((band) => band.ratings > 0);
  if (bands.length < 2) return null;
  const [niche, popular] = [bands[0], bands[bands.length - 1]];
  return {
    title: "Popularity and quality",
    finding:
      `Films with ${popular.band} ratings have a mean of ${decimal(popular.meanRating!)} stars, ` +
      `${difference(popular.meanRating!, niche.meanRating!)} those with ${niche.band} (${decimal(niche.meanRating!)}); ` +
      `the films' means deviate by ${decimal(popular.deviationOfMovieMeans!)} stars there and ` +
      `${decimal(niche.deviationOfMovieMeans!)} here.`,
    decision:
      "Keep a popularity list as the baseline to beat and as the fallback, and shrink the means of rarely rated films.",
    query: "rating-by-popularity",
  };
}

async function bayesianRanking(ask: Ask): Promise<BusinessInsight | null> {
  const [winner] = await ask("top-movies", { limit: 1 });
  const plain = await ask("top-movies", { minRatings: 1, priorWeight: 0, limit: 1_000_000_000 });
  if (!winner) return null;
  const tied = plain.filter(({ meanRating }) => meanRating === plain[0].meanRating);
  const most = Math.max(...tied.map(({ ratings }) => ratings));
  return {
    title: "Best by plain mean, best by Bayesian mean",
    finding:
      `By plain mean ${plural(tied.length, "film leads", "films lead")} with ${decimal(plain[0].meanRating)} stars, from at most ` +
      `${plural(most, "rating", "ratings")}; by Bayesian mean the best film is ${winner.title} with ${decimal(winner.bayesianMean)} ` +
      `stars from ${plural(winner.ratings, "rating", "ratings")}.`,
    decision: "Use the Bayesian list on the home page and for visitors of whom nothing is known.",
    query: "top-movies",
  };
}

async function divisive(ask: Ask): Promise<BusinessInsight | null> {
  const [film] = await ask("divisive-movies", { limit: 1 });
  const { minRatings } = queries["divisive-movies"].parameters;
  if (!film) return null;
  return {
    title: "Films that divide",
    finding:
      `${film.title} divides most among the films with at least ${whole(minRatings.default)} ratings: standard deviation ${decimal(film.deviation)} stars, ` +
      `${percent(film.lowShare)} of its ratings are 2 stars or fewer and ${percent(film.highShare)} are 4 or more.`,
    decision: "Recommend divisive films on personal evidence only, and never in a list for everybody.",
    query: "divisive-movies",
  };
}

async function demandForGenres(ask: Ask): Promise<BusinessInsight | null> {
  const genres = (await realGenres(ask)).filter((genre) => genre.movieShare >= 0.01 && genre.ratings > 0);
  if (genres.length < 2) return null;
  const wanted = best(genres, (genre) => genre.ratingsPerMovie);
  const ignored = best(genres, (genre) => -genre.ratingsPerMovie);
  return {
    title: "Demand per film",
    finding:
      `Among genres with at least 1 % of the films, ${wanted.genre} has the most ratings per film ` +
      `(${decimal(wanted.ratingsPerMovie)}) and ${ignored.genre} the fewest (${decimal(ignored.ratingsPerMovie)}), ` +
      `a factor of ${decimal(wanted.ratingsPerMovie / ignored.ratingsPerMovie)}.`,
    decision:
      "Weigh purchases by ratings per film, not by the size of the shelf: a large genre may be served already.",
    query: "genre-share",
  };
}

async function likedGenres(ask: Ask): Promise<BusinessInsight | null> {
  const genres = (await realGenres(ask)).filter((genre) => genre.ratingShare >= 0.005);
  if (genres.length < 2) return null;
  const liked = best(genres, (genre) => genre.meanRating!);
  const disliked = best(genres, (genre) => -genre.meanRating!);
  return {
    title: "Liked and disliked genres",
    finding:
      `Among genres with at least 0.5 % of the ratings, ${liked.genre} is rated best (${decimal(liked.meanRating!)} stars, ` +
      `${whole(liked.ratings)} ratings) and ${disliked.genre} worst (${decimal(disliked.meanRating!)} stars, ` +
      `${whole(disliked.ratings)} ratings).`,
    decision:
      "Promote well-liked genres beyond their fans with care: a small genre is rated by those who chose it.",
    query: "genre-share",
  };
}

async function genrePairs(ask: Ask): Promise<BusinessInsight | null> {
  const pairs = await ask("genre-cooccurrence");
  if (pairs.length === 0) return null;
  const largest = pairs[0];
  const strongest = best(pairs, (pair) => pair.lift);
  return {
    title: "Genres that belong together",
    finding:
      `${largest.genreA} and ${largest.genreB} share the most films (${whole(largest.movies)}), but ` +
      `${strongest.genreA} and ${strongest.genreB} are bound most strongly: together ${decimal(strongest.lift)} times as ` +
      `often as chance would have it (${whole(strongest.movies)} films).`,
    decision:
      "Build shelves from pairs with a high lift, and measure the diversity of a list on genres with this overlap in mind.",
    query: "genre-cooccurrence",
  };
}

async function ageOfFilms(ask: Ask): Promise<BusinessInsight | null> {
  const ages = await ask("movie-age-at-rating");
  const ratings = sum(ages, (age) => age.ratings);
  const recent = ages.filter(({ ageYears }) => ageYears <= 2);
  const old = ages.filter(({ ageYears }) => ageYears >= 20);
  if (recent.length === 0 || old.length === 0) return null;
  const count = (rows: typeof ages) => sum(rows, (row) => row.ratings);
  const mean = (rows: typeof ages) => sum(rows, (row) => row.meanRating * row.ratings) / count(rows);
  return {
    title: "New films and the back catalogue",
    finding:
      `${percent(count(recent) / ratings)} of the ratings are of films released at most two calendar years before, ` +
      `${percent(count(old) / ratings)} of films 20 years old or older; the old ones get ${decimal(mean(old))} stars, ` +
      `${difference(mean(old), mean(recent))} the new ones (${decimal(mean(recent))}).`,
    decision:
      "Do not rank by novelty alone; keep classics in reach, and remember that they are rated by those who sought them.",
    query: "movie-age-at-rating",
  };
}

async function bursts(ask: Ask): Promise<BusinessInsight | null> {
  const months = await ask("ratings-by-month");
  if (months.length < 2) return null;
  const ratings = sum(months, (month) => month.ratings);
  const busiest = best(months, (month) => month.ratings);
  const ranked = [...months].sort((a, b) => b.ratings - a.ratings);
  const tenth = ranked.slice(0, Math.ceil(months.length / 10));
  return {
    title: "Bursts of activity",
    finding:
      `The busiest of ${whole(months.length)} months, ${busiest.month}, has ${whole(busiest.ratings)} ratings by ` +
      `${plural(busiest.activeUsers, "user", "users")}; the busiest tenth of the months (${whole(tenth.length)}) has ` +
      `${percent(sum(tenth, (month) => month.ratings) / ratings)} of all ratings.`,
    decision:
      "Plan capacity for bursts, not for the mean, and look for the event behind a peak before reading it as growth.",
    query: "ratings-by-month",
  };
}

async function season(ask: Ask): Promise<BusinessInsight | null> {
  const months = (await ask("seasonality")).filter((month) => month.seasonalIndex !== null);
  if (months.length === 0) return null;
  const busiest = best(months, (month) => month.seasonalIndex!);
  const quietest = best(months, (month) => -month.seasonalIndex!);
  const typical = best(months, (month) => month.medianShareOfYear!);
  return {
    title: "Seasons",
    finding:
      `Over complete years ${busiest.monthName} has ${decimal(busiest.seasonalIndex!)} times the ratings of an average month and ` +
      `${quietest.monthName} ${decimal(quietest.seasonalIndex!)} times; in the median year it is ${typical.monthName} that leads, ` +
      `with ${percent(typical.medianShareOfYear!)} of the year's ratings.`,
    decision:
      typical === busiest
        ? `Time campaigns around ${busiest.monthName}: total and median year agree on it.`
        : `Do not build campaigns on ${busiest.monthName}: single years make it the peak, the median year has another.`,
    query: "seasonality",
  };
}

async function hours(ask: Ask): Promise<BusinessInsight> {
  const day = await ask("activity-by-hour");
  const busiest = best(day, (hour) => hour.ratings);
  const quietest = best(day, (hour) => -hour.ratings);
  return {
    title: "The hours of the day",
    finding:
      `${clock(busiest.hour)} UTC is the busiest hour with ${percent(busiest.share)} of the ratings, ` +
      `${clock(quietest.hour)} UTC the quietest with ${percent(quietest.share)}.`,
    decision: "Retrain and deploy in the quietest hours, and send notifications ahead of the busiest.",
    query: "activity-by-hour",
  };
}

async function taggers(ask: Ask): Promise<BusinessInsight | null> {
  const [[all], [top]] = [await ask("overview"), await ask("tags-most-used", { limit: 1 })];
  if (!top) return null;
  return {
    title: "Who tags",
    finding:
      `The ${whole(all.tagApplications)} tags come from ${plural(all.taggers, "user", "users")}; the most used, “${top.tag}”, was given ` +
      `${plural(top.uses, "time", "times")}, ` +
      (top.users === 1
        ? "all by one person."
        : `by ${whole(top.users)} users, ${percent(top.usesByTopUser)} of that by one of them.`),
    decision:
      "Show a tag as a reason or a filter only when several users gave it, and invite more users to tag.",
    query: "tags-most-used",
  };
}

async function tagsThatPlease(ask: Ask): Promise<BusinessInsight | null> {
  // Two users who share a word may merely share a taste.
  const tags = await ask("tags-and-ratings", { minUsers: 5 });
  if (tags.length < 2) return null;
  const [liked, disliked] = [tags[0], tags[tags.length - 1]];
  return {
    title: "Words that go with high and low ratings",
    finding:
      `Against the taggers' own means, films that they tag “${liked.tag}” get ${signed(liked.liftOverUsers)} stars ` +
      `(${whole(liked.ratings)} ratings by ${whole(liked.users)} users) and those tagged “${disliked.tag}” ${signed(disliked.liftOverUsers)} ` +
      `(${whole(disliked.ratings)} ratings by ${whole(disliked.users)} users).`,
    decision:
      "Use the best of these words in descriptions and campaigns, and test the worst as a warning before believing them.",
    query: "tags-and-ratings",
  };
}

/** "IMAX" is a projection format, and no genre is none: neither is a shelf that one could stock. */
const realGenres = async (ask: Ask): Promise<QueryRow<"genre-share">[]> =>
  (await ask("genre-share")).filter(({ genre }) => genre !== "IMAX" && genre !== NO_GENRE);

const sum = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((total, row) => total + value(row), 0);

/** The first row with the largest value. */
const best = <T>(rows: readonly T[], value: (row: T) => number): T =>
  rows.reduce((top, row) => (value(row) > value(top) ? row : top));

const format = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: digits });
const whole = (value: number): string => format(0).format(value);
const decimal = (value: number): string => format(2).format(value);
const signed = (value: number): string => (value < 0 ? "−" : "+") + decimal(Math.abs(value));
const plural = (count: number, one: string, many: string): string =>
  `${whole(count)} ${count === 1 ? one : many}`;
const clock = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** Two significant digits below 1 %, so that a small share does not read as none. */
const percent = (share: number): string =>
  share > 0 && share < 0.01
    ? `${new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 }).format(share * 100)} %`
    : `${format(1).format(share * 100)} %`;

const difference = (value: number, other: number): string => {
  const apart = decimal(Math.abs(value - other));
  return apart === "0" ? "the same as" : `${apart} ${value > other ? "more" : "less"} than`;
};

import type { AlsModel } from "../../als";
import { WorkspaceError, type Dataset, type Movie } from "../../data";
import { RecommendationLadder, type Lister } from "../../recommend";
import { NO_GENRE } from "../warehouse";
import { ACTIVITY_BANDS, bandOf, POPULARITY_BANDS } from "./bands";
import { datasetFacts, deviationOf, genresOf, MONTH_SECONDS, type DatasetFacts } from "./facts";
import { STAR_FIELDS, type IndexDocument, type IndexName } from "./indices";

/** How many ratings at the overall mean each film starts with, in the stored Bayesian mean: the default of `top-movies`. */
export const PRIOR_WEIGHT = 25;

/** Length of a user's list of recommendations. */
export const DEFAULT_TOP = 10;

/** A trained model with what its documents say of it. */
export interface LoadedFactors {
  model: AlsModel;
  /** Makes the users' lists, where the model has one. */
  lister?: Lister;
  version: string;
  /** When it was made, milliseconds since 1970. */
  created: number;
}

/** A user's list by MovieLens id, best first; empty where there is none. */
export type UserLists = (userId: number) => readonly { movieId: number; score: number }[];

/** Everything that the five indices are made of. */
export interface DocumentSources {
  dataset: Dataset;
  /** Without one, there are no recommendations and no factors. */
  factors?: LoadedFactors;
  /** Length of each user's list; 10 by default. */
  top?: number;
  /** The lists where they have been made already, with the model's own scores. */
  lists?: UserLists;
  metrics?: readonly IndexDocument<"metrics">[];
}

/** The documents of one index, made one at a time while they are read. */
export interface DocumentSource<N extends IndexName = IndexName> {
  name: N;
  /** How many there will be at most; exact for all but recommendations. */
  expected: number;
  documents: () => Iterable<IndexDocument<N>>;
}

/**
 * The documents of all five indices. Ids in them are MovieLens ids, times UTC.
 * @param vectors whether films have their factors
 * @throws WorkspaceError DATA_INVALID for a data set without ratings, with a rating off the half-star grid, or
 *   with a rating of a film that it does not list
 */
export function documentSources(
  sources: DocumentSources,
  vectors: boolean,
): { [N in IndexName]: DocumentSource<N> } {
  const { dataset, factors, top = DEFAULT_TOP, lists, metrics = [] } = sources;
  const facts = datasetFacts(dataset);
  const users = facts.users.ratings.reduce((count, ratings) => count + (ratings > 0 ? 1 : 0), 0);
  return {
    ratings: {
      name: "ratings",
      expected: dataset.ratings.length,
      documents: () => ratingDocuments(dataset, facts),
    },
    movies: {
      name: "movies",
      expected: dataset.movies.size,
      documents: () => movieDocuments(dataset, facts, vectors ? factors : undefined),
    },
    users: { name: "users", expected: users, documents: () => userDocuments(dataset, facts) },
    recommendations: {
      name: "recommendations",
      expected: factors ? factors.model.users * top : 0,
      documents: () => (factors ? recommendationDocuments(dataset, facts, factors, top, lists) : []),
    },
    metrics: { name: "metrics", expected: metrics.length, documents: () => metrics },
  };
}

type Film = Pick<
  IndexDocument<"movies">,
  "movieId" | "title" | "year" | "decade" | "genres" | "popularityBand"
>;

/** The fields that every index repeats of a film, by dense item index; made once, so that ratings share them. */
function filmsByItem(dataset: Dataset, facts: DatasetFacts): (Film | undefined)[] {
  return Array.from(dataset.itemIds, (movieId, item) => {
    const movie = dataset.movies.get(movieId);
    return movie && filmOf(movie, facts.items.ratings[item]);
  });
}

const filmOf = (movie: Movie, ratings: number): Film => ({
  movieId: movie.movieId,
  title: movie.title,
  year: movie.year,
  decade: movie.year === null ? null : Math.floor(movie.year / 10) * 10,
  genres: genresOf(movie, NO_GENRE),
  popularityBand: bandOf(POPULARITY_BANDS, ratings),
});

function* ratingDocuments(dataset: Dataset, facts: DatasetFacts): Generator<IndexDocument<"ratings">> {
  const films = filmsByItem(dataset, facts);
  const { users } = facts;
  const bands = Array.from(users.ratings, (count) => (count > 0 ? bandOf(ACTIVITY_BANDS, count) : ""));
  const cohorts = Array.from(users.first, yearOf);
  for (let row = 0; row < dataset.ratings.length; row++) {
    const user = dataset.users[row];
    const film = films[dataset.items[row]]!;
    const userId = dataset.userIds[user];
    const timestamp = dataset.timestamps[row];
    const second = Math.floor(timestamp);
    const secondsSinceFirst = timestamp - users.first[user];
    const monthOfUser = Math.floor(secondsSinceFirst / MONTH_SECONDS);
    yield {
      "@timestamp": timestamp * 1000,
      userId,
      ...film,
      rating: dataset.ratings[row],
      activityBand: bands[user],
      hour: Math.floor(second / 3600) % 24,
      // Day 0 was a Thursday.
      weekday: ((Math.floor(second / 86_400) + 3) % 7) + 1,
      place: facts.place[row],
      secondsSinceFirst,
      monthOfUser,
      monthComplete: users.first[user] + (monthOfUser + 1) * MONTH_SECONDS <= facts.end,
      cohort: cohorts[user],
      ageYears: film.year === null ? null : yearOf(timestamp) - film.year,
      ratingMinusUserMean: dataset.ratings[row] - users.ratingSum[user] / users.ratings[user],
      tags: [...(facts.tagsOfRating.get(`${userId}-${film.movieId}`) ?? [])],
    };
  }
}

function* movieDocuments(
  dataset: Dataset,
  facts: DatasetFacts,
  factors: LoadedFactors | undefined,
): Generator<IndexDocument<"movies">> {
  const stars = starCounts(dataset);
  const itemInModel = factors && new Map(Array.from(factors.model.parts.itemIds, (id, item) => [id, item]));
  for (const movie of dataset.movies.values()) {
    const item = dataset.itemIndex.get(movie.movieId);
    const of = (column: ArrayLike<number>): number => (item === undefined ? 0 : column[item]);
    const ratings = of(facts.items.ratings);
    const ratingSum = of(facts.items.ratingSum);
    const squareSum = of(facts.items.squareSum);
    const tags = facts.tagsOfMovie.get(movie.movieId);
    const known = itemInModel?.get(movie.movieId);
    const vector = factors && known !== undefined ? itemVector(factors.model, known) : null;
    yield {
      ...filmOf(movie, ratings),
      ratings,
      ratingSum,
      squareSum,
      meanRating: ratings > 0 ? ratingSum / ratings : null,
      bayesianMean: ratings > 0 ? (PRIOR_WEIGHT * facts.mean + ratingSum) / (PRIOR_WEIGHT + ratings) : null,
      deviation: ratings > 0 ? deviationOf(ratings, ratingSum, squareSum) : null,
      ratingHistogram: Object.fromEntries(
        STAR_FIELDS.map((name, half) => [
          name,
          item === undefined ? 0 : stars[item * STAR_FIELDS.length + half],
        ]),
      ) as IndexDocument<"movies">["ratingHistogram"],
      firstRated: ratings > 0 ? of(facts.items.first) * 1000 : null,
      lastRated: ratings > 0 ? of(facts.items.last) * 1000 : null,
      tags: tags?.tags ?? [],
      tagApplications: tags?.applications ?? 0,
      imdbId: movie.imdbId ?? null,
      imdbUrl: movie.imdbId === undefined ? null : `https://www.imdb.com/title/tt${movie.imdbId}/`,
      tmdbId: movie.tmdbId ?? null,
      tmdbUrl: movie.tmdbId === undefined ? null : `https://www.themoviedb.org/movie/${movie.tmdbId}`,
      modelVersion: vector ? factors!.version : null,
      // Where vectors are left out, the index has no such field, not even for a null.
      ...(factors ? { factors: vector } : {}),
    } as IndexDocument<"movies">;
  }
}

/** Ratings of each item on each step of the half-star grid: [items × 10]. */
function starCounts({ name, items, ratings, itemIds }: Dataset): Uint32Array {
  const counts = new Uint32Array(itemIds.length * STAR_FIELDS.length);
  for (let row = 0; row < ratings.length; row++) {
    const half = ratings[row] * 2 - 1;
    if (!(Number.isInteger(half) && half >= 0 && half < STAR_FIELDS.length))
      throw new WorkspaceError(
        "DATA_INVALID",
        `${name}: ${ratings[row]} stars of movie ${itemIds[items[row]]} are not on the grid of half stars, ½ to 5`,
      );
    counts[items[row] * STAR_FIELDS.length + half]++;
  }
  return counts;
}

/**
 * An item's factors with its bias behind them: [rank + 1]. Null for a cold item, which is never recommended.
 * With a user's [p, 1], the inner product is p·q + b_item: the score but for what is the same for all items.
 */
function itemVector(model: AlsModel, item: number): number[] | null {
  const { itemFactors, itemBias } = model.parts;
  const own = itemFactors.subarray(item * model.rank, (item + 1) * model.rank);
  return own.every((value) => value === 0) && itemBias[item] === 0 ? null : [...own, itemBias[item]];
}

function* userDocuments(dataset: Dataset, facts: DatasetFacts): Generator<IndexDocument<"users">> {
  const { users } = facts;
  for (const [user, userId] of dataset.userIds.entries()) {
    const ratings = users.ratings[user];
    if (ratings === 0) continue;
    const history = facts.history.subarray(facts.historyStart[user], facts.historyStart[user + 1]);
    const meanRating = users.ratingSum[user] / ratings;
    yield {
      userId,
      firstRated: users.first[user] * 1000,
      lastRated: users.last[user] * 1000,
      lifespanSeconds: users.last[user] - users.first[user],
      ratings,
      ratingSum: users.ratingSum[user],
      meanRating,
      deviation: deviationOf(ratings, users.ratingSum[user], users.squareSum[user]),
      activityBand: bandOf(ACTIVITY_BANDS, ratings),
      favouriteGenres: favouriteGenres(dataset, history, meanRating),
      activeDays: activeDays(dataset, history),
      cohort: yearOf(users.first[user]),
      observedMonths: Math.floor((facts.end - users.first[user]) / MONTH_SECONDS),
      tagApplications: facts.tagsByUser.get(userId) ?? 0,
    };
  }
}

function favouriteGenres(dataset: Dataset, history: Uint32Array, meanRating: number): string[] {
  const liked = new Map<string, number>();
  for (const row of history)
    if (dataset.ratings[row] >= meanRating)
      for (const genre of dataset.movies.get(dataset.itemIds[dataset.items[row]])!.genres)
        liked.set(genre, (liked.get(genre) ?? 0) + 1);
  return [...liked]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, 3)
    .map(([genre]) => genre);
}

/** @param history in order of time */
function activeDays({ timestamps }: Dataset, history: Uint32Array): number {
  let days = 0;
  let last = -1;
  for (const row of history) {
    const day = Math.floor(timestamps[row] / 86_400);
    if (day !== last) days++;
    last = day;
  }
  return days;
}

function* recommendationDocuments(
  dataset: Dataset,
  facts: DatasetFacts,
  { model, lister, version, created }: LoadedFactors,
  top: number,
  lists: DocumentSources["lists"],
): Generator<IndexDocument<"recommendations">> {
  const ladder = new RecommendationLadder(model, { lister });
  const reasons = new Reasons(model, dataset);
  const { userIds, ratings, options } = model.parts;
  for (const [user, userId] of userIds.entries()) {
    const rated = ratings.rowStart[user + 1] - ratings.rowStart[user];
    if (rated === 0) continue;
    const list = lists ? lists(userId) : ladder.forUser(userId, top).items;
    for (const [place, { movieId, score }] of list.entries()) {
      const movie = dataset.movies.get(movieId);
      if (!movie)
        throw new WorkspaceError(
          "DATA_INVALID",
          `model ${version} recommends movie ${movieId}, which ${dataset.name} does not list`,
        );
      const item = dataset.itemIndex.get(movieId);
      yield {
        "@timestamp": created,
        userId,
        ...filmOf(movie, item === undefined ? 0 : facts.items.ratings[item]),
        activityBand: bandOf(ACTIVITY_BANDS, rated),
        rank: place + 1,
        score,
        reason: reasons.of(user, movieId),
        modelVersion: version,
        modelKind: options.feedback,
      };
    }
  }
}

/** Why a film is on a user's list: the film nearest to it by cosine of factors, among those that the user rated at least at the own mean. */
class Reasons {
  private readonly itemIndex: ReadonlyMap<number, number>;
  private readonly norms: Float64Array;

  constructor(
    private readonly model: AlsModel,
    private readonly dataset: Dataset,
  ) {
    const { itemIds } = model.parts;
    this.itemIndex = new Map(Array.from(itemIds, (id, item) => [id, item]));
    this.norms = Float64Array.from(itemIds, (_, item) => Math.sqrt(this.inner(item, item)));
  }

  of(user: number, movieId: number): string {
    const { itemIds, ratings } = this.model.parts;
    const item = this.itemIndex.get(movieId)!;
    const [start, end] = [ratings.rowStart[user], ratings.rowStart[user + 1]];
    const own = ratings.values.subarray(start, end);
    const mean = own.reduce((sum, rating) => sum + rating, 0) / own.length;
    let nearest = -1;
    let best = -Infinity;
    for (let k = start; k < end; k++) {
      const other = ratings.columns[k];
      if (ratings.values[k] < mean || this.norms[other] === 0 || this.norms[item] === 0) continue;
      const cosine = this.inner(item, other) / (this.norms[item] * this.norms[other]);
      if (cosine > best) [best, nearest] = [cosine, k];
    }
    if (nearest < 0) return "among the films that the model ranks highest for this user";
    const liked = itemIds[ratings.columns[nearest]];
    const name = this.dataset.movies.get(liked)?.title ?? `movie ${liked}`;
    return `like “${name}”, rated ${ratings.values[nearest]}`;
  }

  private inner(a: number, b: number): number {
    const { itemFactors } = this.model.parts;
    const { rank } = this.model;
    let sum = 0;
    for (let f = 0; f < rank; f++) sum += itemFactors[a * rank + f] * itemFactors[b * rank + f];
    return sum;
  }
}

const yearOf = (seconds: number): number => new Date(seconds * 1000).getUTCFullYear();

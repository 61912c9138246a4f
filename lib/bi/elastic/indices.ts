import { createHash } from "node:crypto";
import {
  boolean,
  date,
  double,
  float,
  integer,
  kibanaFields,
  keyword,
  many,
  mappingProperties,
  object,
  optional,
  title,
  vector,
  type DocumentOf,
  type Fields,
  type KibanaField,
  type MappingProperty,
} from "./fields";

/** An index: what it holds, by what its documents are told apart, and its fields, from which all else is made. */
export interface IndexDescription<F extends Fields = Fields> {
  /** Name of the alias that everybody reads: the version behind it changes in one step. */
  readonly alias: string;
  /** For a data view of Kibana. */
  readonly title: string;
  /** What one document is. */
  readonly meaning: string;
  /** The date by which Kibana filters; null for an index without time. */
  readonly timeField: (keyof F & string) | null;
  /** A number whose sum over the index is compared with the loader's own after loading; null for none. */
  readonly checkedSum: (keyof F & string) | null;
  readonly fields: F;
  /** Deterministic, so that a document sent twice is there once. */
  readonly idOf: (document: DocumentOf<F>) => string;
}

const describe = <F extends Fields>(index: IndexDescription<F>): IndexDescription<F> => index;

/** Fields of a film that other indices repeat, since Kibana joins nothing. */
const film = {
  movieId: integer("MovieLens id of the film"),
  title: title("title as published"),
  year: optional(integer("release year; null where the title has none")),
  decade: optional(integer("first year of the release decade")),
  genres: many(keyword('genres, "(no genres listed)" for none; a film with several counts in each')),
  popularityBand: keyword("ratings of the film, from–to"),
};

/** The stars on the half-star grid, ½ to 5, as names of fields. */
export const STAR_FIELDS = [
  "stars_0_5",
  "stars_1_0",
  "stars_1_5",
  "stars_2_0",
  "stars_2_5",
  "stars_3_0",
  "stars_3_5",
  "stars_4_0",
  "stars_4_5",
  "stars_5_0",
] as const;

const ratings = describe({
  alias: "movielens-ratings",
  title: "MovieLens ratings",
  meaning: "one rating, with what is known of its film and its user",
  timeField: "@timestamp",
  checkedSum: "rating",
  fields: {
    "@timestamp": date("when the rating was given"),
    userId: integer("MovieLens id of the user"),
    ...film,
    rating: float("stars"),
    activityBand: keyword("ratings of the user, from–to"),
    hour: integer("hour of the day, 0–23 (UTC)"),
    weekday: integer("1 = Monday … 7 = Sunday (UTC)"),
    place: integer("place of the rating in the user's history by time, from 1; ties by film id"),
    secondsSinceFirst: integer("seconds since the user's first rating"),
    monthOfUser: integer("months since the user's first rating: month m is days 30·m to 30·m + 29"),
    monthComplete: boolean("whether that month of the user ended before the data does"),
    cohort: integer("year of the user's first rating (UTC)"),
    ageYears: optional(integer("year of the rating − release year of the film")),
    ratingMinusUserMean: double("rating − the user's own mean, stars"),
    tags: many(keyword("tags that this user gave to this film, in lower case without surrounding blanks")),
  },
  idOf: ({ userId, movieId }) => `${userId}-${movieId}`,
});

const movies = describe({
  alias: "movielens-movies",
  title: "MovieLens films",
  meaning: "one film of the catalogue, never rated ones included",
  timeField: null,
  checkedSum: "ratings",
  fields: {
    ...film,
    ratings: integer("ratings of the film"),
    ratingSum: double("sum of its ratings, stars"),
    squareSum: double("sum of their squares"),
    meanRating: optional(double("mean rating, stars; null without a rating")),
    bayesianMean: optional(
      double(
        "(25 · mean of all ratings + sum of the film's) ÷ (25 + its ratings), stars; null without a rating",
      ),
    ),
    deviation: optional(double("population standard deviation of its ratings, stars; null without a rating")),
    ratingHistogram: object(
      "ratings by stars",
      Object.fromEntries(
        STAR_FIELDS.map((name, half) => [name, integer(`ratings of ${(half + 1) / 2} stars`)]),
      ) as Record<(typeof STAR_FIELDS)[number], ReturnType<typeof integer>>,
    ),
    firstRated: optional(date("first rating of the film")),
    lastRated: optional(date("last rating of the film")),
    tags: many(keyword("its distinct tags, in lower case without surrounding blanks")),
    tagApplications: integer("times that it was tagged"),
    imdbId: optional(keyword("IMDb id, digits")),
    imdbUrl: optional(keyword("page of the film at IMDb")),
    tmdbId: optional(integer("TMDB id")),
    tmdbUrl: optional(keyword("page of the film at TMDB")),
    modelVersion: optional(keyword("model that the factors are of; null without factors")),
    factors: optional(
      vector(
        "item factors, the item bias behind them: their inner product with a user's factors and 1 ranks films as the model does",
      ),
    ),
  },
  idOf: ({ movieId }) => String(movieId),
});

const users = describe({
  alias: "movielens-users",
  title: "MovieLens users",
  meaning: "one user with at least one rating",
  timeField: "firstRated",
  checkedSum: "ratings",
  fields: {
    userId: integer("MovieLens id of the user"),
    firstRated: date("first rating of the user"),
    lastRated: date("last rating of the user"),
    lifespanSeconds: integer("seconds from the first rating to the last"),
    ratings: integer("ratings of the user"),
    ratingSum: double("sum of these ratings, stars"),
    meanRating: double("mean rating, stars"),
    deviation: double("population standard deviation of the ratings, stars"),
    activityBand: keyword("ratings of the user, from–to"),
    favouriteGenres: many(
      keyword("up to 3 genres with most ratings not below the user's own mean, ties by name"),
    ),
    activeDays: integer("distinct days (UTC) with a rating"),
    cohort: integer("year of the first rating (UTC)"),
    observedMonths: integer("whole months of 30 days from the first rating to the end of the data"),
    tagApplications: integer("tags that the user gave"),
  },
  idOf: ({ userId }) => String(userId),
});

const recommendations = describe({
  alias: "movielens-recommendations",
  title: "MovieLens recommendations",
  meaning: "one film on a user's list",
  timeField: "@timestamp",
  checkedSum: "score",
  fields: {
    "@timestamp": date("when the model was exported"),
    userId: integer("MovieLens id of the user"),
    ...film,
    activityBand: keyword("ratings of the user in the model's training data, from–to"),
    rank: integer("place on the list, 1 = best"),
    score: double("the model's ranking score: expected stars, not clipped, or preference"),
    reason: keyword("why this film, in one sentence"),
    modelVersion: keyword("version of the model"),
    modelKind: keyword('"explicit" or "implicit"'),
  },
  idOf: ({ userId, movieId }) => `${userId}-${movieId}`,
});

const metrics = describe({
  alias: "movielens-metrics",
  title: "MovieLens metrics",
  meaning: "one measured number: of a model, of a notebook, or of the running service",
  timeField: "@timestamp",
  checkedSum: "value",
  fields: {
    "@timestamp": date("when it was measured"),
    source: keyword('"model", "notebook" or "service"'),
    origin: keyword("version of the model, name of the notebook, or address of the service"),
    name: keyword("name of the metric"),
    value: double("its value"),
    unit: optional(keyword('unit, such as "stars" or "share" (0–1); null for a plain number')),
    description: optional(keyword("what was measured, in words")),
    dataName: optional(keyword("data set that it was measured on")),
  },
  // Hashed, since an id has at most 512 bytes and a description may have more.
  idOf: (metric) =>
    createHash("sha256")
      .update(
        JSON.stringify([metric.source, metric.origin, metric.name, metric.description, metric["@timestamp"]]),
      )
      .digest("hex")
      .slice(0, 32),
});

/** The five indices. */
export const indices = { ratings, movies, users, recommendations, metrics };

export type IndexName = keyof typeof indices;

/** A document of an index. */
export type IndexDocument<N extends IndexName> = DocumentOf<(typeof indices)[N]["fields"]>;

export const indexNames: readonly IndexName[] = Object.keys(indices) as IndexName[];

/** The description without the type of its documents, for code that treats all indices alike. */
export const indexNamed = (name: IndexName): IndexDescription => indices[name] as unknown as IndexDescription;

/** The mapping of an index. `dimensions` as in `mappingProperties`. */
export function indexMapping(
  name: IndexName,
  dimensions: number | null,
): { dynamic: "strict"; properties: Record<string, MappingProperty> } {
  return { dynamic: "strict", properties: mappingProperties(indices[name].fields, dimensions) };
}

/** What a Kibana data view of the index has to offer. */
export const indexKibanaFields = (name: IndexName): KibanaField[] => kibanaFields(indices[name].fields);

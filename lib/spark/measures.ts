import type { AlsModel } from "../als";
import { WorkspaceError, type ColdCounts } from "../data";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import { sendRows, sparkIds, type SendOptions } from "./send";
import type { SparkSession } from "./session";

/** A model's two sides on Spark, kept until the session ends: id (MovieLens), known (1 with a training rating), bias DOUBLE, features ARRAY<DOUBLE>. */
export interface ModelOnSpark {
  users: Frame;
  items: Frame;
  /** What both sides share. */
  globalMean: number;
  scale: { min: number; max: number };
  explicit: boolean;
}

/**
 * A model where Spark can use it: 8·(rank + 2) bytes a user and a film.
 * @throws WorkspaceError what `sendRows` throws
 */
export async function sendModel(
  session: SparkSession,
  { parts, rank }: AlsModel,
  options: SendOptions = {},
): Promise<ModelOnSpark> {
  const { columns, rowStart } = parts.ratings;
  const knownItems = new Int32Array(parts.itemIds.length);
  for (let at = 0; at < columns.length; at++) knownItems[columns[at]] = 1;
  const knownUsers = Int32Array.from(parts.userIds, (_, user) =>
    rowStart[user + 1] > rowStart[user] ? 1 : 0,
  );
  const axes = Array.from({ length: rank }, (_, f) => `f${f}`);
  const side = (
    name: string,
    ids: Int32Array,
    known: Int32Array,
    bias: Float64Array,
    factors: Float64Array,
  ): Promise<Frame> =>
    sendRows(
      session,
      {
        name,
        folder: name,
        rows: ids.length,
        bytes: 8 * (rank + 2),
        columns: (from, until) => ({
          id: ids.subarray(from, until),
          known: known.subarray(from, until),
          bias: bias.subarray(from, until),
          ...Object.fromEntries(
            axes.map((axis, f) => [
              axis,
              Float64Array.from({ length: until - from }, (_, row) => factors[(from + row) * rank + f]),
            ]),
          ),
        }),
        shaped: (sent) =>
          session.sql(
            `SELECT id, known, bias, array(${axes.join(", ")}) AS features FROM sent`,
            {},
            { sent },
          ),
      },
      options,
    );
  return {
    users: await side("users", sparkIds(parts.userIds), knownUsers, parts.userBias, parts.userFactors),
    items: await side("items", sparkIds(parts.itemIds), knownItems, parts.itemBias, parts.itemFactors),
    globalMean: parts.globalMean,
    scale: parts.scale,
    explicit: parts.options.feedback === "explicit",
  };
}

/** μ + b_user + b_item + p·q, added in the order in which the library adds; of what is not known, without it. */
export const SCORE = `coalesce(
  :mean + u.bias + i.bias
    + aggregate(zip_with(u.features, i.features, (p, q) -> p * q), CAST(0 AS DOUBLE), (sum, x) -> sum + x),
  :mean + coalesce(u.bias, 0) + coalesce(i.bias, 0))`;

/** Errors over all test ratings, in stars, those of cold users and items by what is known. */
export interface ErrorsOnSpark {
  count: number;
  rmse: number;
  mae: number;
}

/**
 * RMSE and MAE as `ratingMetrics` defines them, measured on Spark: users and films that the model does not know are
 * predicted by what is known.
 * @param test with the columns userId, movieId (MovieLens ids) and rating
 * @throws WorkspaceError METRIC_EMPTY without a test rating, OPTION_INVALID for a model of preferences
 */
export async function errorsOnSpark(
  session: SparkSession,
  model: ModelOnSpark,
  test: Frame,
  wait: WaitOptions = {},
): Promise<ErrorsOnSpark> {
  if (!model.explicit) throw new WorkspaceError("OPTION_INVALID", "a model of preferences predicts no stars");
  const [row] = await session
    .sql(
      `WITH errors AS (
         SELECT greatest(:min, least(:max, ${SCORE})) - t.rating AS error
         FROM test t LEFT JOIN users u ON u.id = t.userId LEFT JOIN items i ON i.id = t.movieId
       )
       SELECT count(*) AS count, sqrt(avg(error * error)) AS rmse, avg(abs(error)) AS mae FROM errors`,
      { mean: model.globalMean, ...model.scale },
      { test, users: model.users, items: model.items },
    )
    .collect(wait);
  if (row.count === 0) throw new WorkspaceError("METRIC_EMPTY", "no held-out rating to measure on Spark");
  return row as unknown as ErrorsOnSpark;
}

/**
 * `coldCounts` of a split on Spark, with the cold ratings themselves.
 * @param split both with the columns userId and movieId
 */
export async function coldOnSpark(
  session: SparkSession,
  { train, test }: { train: Frame; test: Frame },
  wait: WaitOptions = {},
): Promise<{ counts: ColdCounts; ratings: Frame }> {
  const marked = session.sql(
    `SELECT t.*, u.userId IS NULL AS coldUser, i.movieId IS NULL AS coldItem
     FROM test t
     LEFT JOIN (SELECT DISTINCT userId FROM train) u ON u.userId = t.userId
     LEFT JOIN (SELECT DISTINCT movieId FROM train) i ON i.movieId = t.movieId`,
    {},
    { train, test },
  );
  const [counts] = await session
    .sql(
      `SELECT count(DISTINCT userId) AS users, count(DISTINCT CASE WHEN coldUser THEN userId END) AS coldUsers,
         count(DISTINCT movieId) AS items, count(DISTINCT CASE WHEN coldItem THEN movieId END) AS coldItems,
         count(*) AS ratings, count_if(coldUser OR coldItem) AS coldRatings
       FROM marked`,
      {},
      { marked },
    )
    .collect(wait);
  const ratings = session.sql("SELECT * FROM marked WHERE coldUser OR coldItem", {}, { marked });
  return { counts: counts as unknown as ColdCounts, ratings };
}

/**
 * Whose lists are to be measured: users with a relevant test rating, at most `most` of them, chosen by a hash of id and
 * seed. Those without a training rating are listed for as the library does, by what is known of the films.
 * @param test with the columns userId, movieId and rating
 * @returns the model with these users alone, for `listsOnSpark`, and their test ratings, for `rankingOnSpark`
 */
export function askedOnSpark(
  session: SparkSession,
  model: ModelOnSpark,
  test: Frame,
  { relevantFrom = 4, most, seed = 1 }: { relevantFrom?: number; most: number; seed?: number },
): { model: ModelOnSpark; test: Frame } {
  const asked = session.sql(
    `SELECT userId FROM (SELECT DISTINCT userId FROM test WHERE rating >= :relevantFrom)
     ORDER BY xxhash64(userId, :seed), userId LIMIT :most`,
    { relevantFrom, seed, most },
    { test },
  );
  const users = session.sql(
    `SELECT a.userId AS id, 1 AS known, u.bias, u.features FROM asked a LEFT JOIN users u ON u.id = a.userId`,
    {},
    { asked, users: model.users },
  );
  return {
    model: { ...model, users },
    test: session.sql(
      "SELECT t.* FROM test t LEFT SEMI JOIN asked a ON a.userId = t.userId",
      {},
      { test, asked },
    ),
  };
}

/** Means over the users with a relevant test rating, as `rankingMetrics` defines each. */
export interface RankingOnSpark {
  users: number;
  precision: number;
  recall: number;
  ndcg: number;
  map: number;
  mrr: number;
  hitRate: number;
}

/**
 * How good lists are, measured on Spark: the definitions and defaults of `rankingMetrics`. Who has no list has found nothing.
 * @param lists as `listsOnSpark` makes them, of the users of `askedOnSpark` or of all with a training rating
 * @param test with the columns userId, movieId and rating
 * @throws WorkspaceError METRIC_EMPTY when no user has a relevant test rating
 */
export async function rankingOnSpark(
  session: SparkSession,
  lists: Frame,
  test: Frame,
  { k = 10, relevantFrom = 4 }: { k?: number; relevantFrom?: number } = {},
  wait: WaitOptions = {},
): Promise<RankingOnSpark> {
  const [row] = await session
    .sql(
      `WITH relevant AS (
         SELECT userId, movieId FROM test WHERE rating >= :relevantFrom
       ), wanted AS (
         SELECT userId, count(*) AS n FROM relevant GROUP BY userId
       ), hits AS (
         SELECT l.userId, l.place, row_number() OVER (PARTITION BY l.userId ORDER BY l.place) AS hit
         FROM lists l JOIN relevant r ON r.userId = l.userId AND r.movieId = l.movieId
         WHERE l.place <= :k
       ), found AS (
         SELECT userId, count(*) AS hits, sum(1 / log2(place + 1)) AS gain, sum(hit / place) AS precisions,
           min(place) AS first
         FROM hits GROUP BY userId
       ), own AS (
         SELECT w.n, coalesce(f.hits, 0) AS hits, coalesce(f.gain, 0) AS gain,
           coalesce(f.precisions, 0) AS precisions, coalesce(1 / f.first, 0) AS reciprocal,
           aggregate(sequence(1, least(CAST(w.n AS INT), :k)), CAST(0 AS DOUBLE), (sum, p) -> sum + 1 / log2(p + 1))
             AS ideal
         FROM wanted w LEFT JOIN found f ON f.userId = w.userId
       )
       SELECT count(*) AS users, avg(hits / :k) AS precision, avg(hits / n) AS recall, avg(gain / ideal) AS ndcg,
         avg(precisions / least(n, :k)) AS map, avg(reciprocal) AS mrr,
         avg(CASE WHEN hits > 0 THEN 1 ELSE 0 END) AS hitRate
       FROM own`,
      { k, relevantFrom },
      { lists, test },
    )
    .collect(wait);
  if (row.users === 0)
    throw new WorkspaceError("METRIC_EMPTY", `no user has a test rating of ${relevantFrom} or more`);
  return row as unknown as RankingOnSpark;
}

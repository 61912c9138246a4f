import {
  createDataset,
  DEFAULT_MAX_BAD_SHARE,
  EARLIEST,
  hashOfRatings,
  heldOutSql,
  WorkspaceError,
  type Catalogue,
  type Dataset,
} from "../data";
import type { NumberColumn } from "./batch";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import { sendRows, sparkIds, type SendOptions } from "./send";
import type { SparkSession } from "./session";

/**
 * A data set's ratings on Spark, with the columns userId, movieId, rating and timestamp, kept there as `sendRows` does.
 * @throws WorkspaceError DATA_INVALID for an id of 2³¹ or more, and what `sendRows` throws
 */
export async function sendRatings(
  session: SparkSession,
  dataset: Dataset,
  options: SendOptions = {},
): Promise<Frame> {
  const [userIds, itemIds] = [sparkIds(dataset.userIds), sparkIds(dataset.itemIds)];
  return sendRows(
    session,
    {
      name: dataset.name,
      folder: "ratings",
      rows: dataset.ratings.length,
      bytes: 20,
      columns: (from, until) => columnsOf({ ...dataset, userIds, itemIds }, from, until),
    },
    options,
  );
}

function columnsOf(
  {
    users,
    items,
    ratings,
    timestamps,
    userIds,
    itemIds,
  }: Pick<Dataset, "users" | "items" | "ratings" | "timestamps"> & Record<"userIds" | "itemIds", Int32Array>,
  from: number,
  until: number,
): Record<string, Int32Array | Float32Array | BigInt64Array> {
  const userId = new Int32Array(until - from);
  const movieId = new Int32Array(until - from);
  const timestamp = new BigInt64Array(until - from);
  for (let r = from; r < until; r++) {
    userId[r - from] = userIds[users[r]];
    movieId[r - from] = itemIds[items[r]];
    timestamp[r - from] = BigInt(timestamps[r]);
  }
  return { userId, movieId, rating: ratings.slice(from, until), timestamp };
}

/**
 * Ratings of Spark as a data set here, streamed into memory of their size: 20 bytes a rating. They come by user and time,
 * and are what `hash` is of.
 * @param ratings with the columns userId, movieId, rating and timestamp
 * @param about what Spark does not know
 * @throws WorkspaceError DATA_INVALID for ratings that are others each time that they are computed
 */
export async function receiveRatings(
  session: SparkSession,
  ratings: Frame,
  about: Catalogue,
  wait: WaitOptions = {},
): Promise<Dataset> {
  const rows = await ratings.count(wait);
  const columns = {
    userId: new Uint32Array(rows),
    movieId: new Uint32Array(rows),
    rating: new Float32Array(rows),
    timestamp: new Float64Array(rows),
  };
  const ordered = session.sql(
    "SELECT userId, movieId, rating, timestamp FROM ratings ORDER BY userId, timestamp, movieId",
    {},
    { ratings },
  );
  let come = 0;
  for await (const batch of ordered.batches(wait)) {
    if (come + batch.length <= rows)
      for (const [name, column] of Object.entries(columns)) copyNumbers(batch.numbers(name), column, come);
    come += batch.length;
  }
  if (come !== rows)
    throw new WorkspaceError("DATA_INVALID", `Spark counted ${rows} ratings, and sent ${come}`, {
      mend: "Let Spark keep them first (session.keep): they are computed for every question.",
    });
  const { userId, movieId, rating, timestamp } = columns;
  const received = createDataset({ ...about, userId, movieId, ratings: rating, timestamps: timestamp }, true);
  return { ...received, hash: hashOfRatings(received) };
}

function copyNumbers(from: NumberColumn, to: Uint32Array | Float32Array | Float64Array, at: number): void {
  if (!(from instanceof BigInt64Array)) return to.set(from, at);
  // By halves, as Arrow stores them: a bigint for each value would fill the memory faster than it is cleared.
  const halves = new Int32Array(from.buffer, from.byteOffset, 2 * from.length);
  for (let k = 0; k < from.length; k++) to[at + k] = halves[2 * k + 1] * 2 ** 32 + (halves[2 * k] >>> 0);
}

/**
 * Ratings that lie where Spark can read them, held to the rules of a strict reading here (`cleanRatings`) and kept there
 * until the session ends.
 * @param path of a file or folder as Spark sees it: CSV where its name says so, else Parquet
 * @param catalogue whose films may be rated, on its scale
 * @param options.maxBadShare the largest share of rows that may be left out, 0 … 1; 0.001 by default
 * @returns the ratings, and how many rows were read and kept
 * @throws WorkspaceError DATA_QUALITY when more rows are left out, DATA_INVALID when there is no rating, SPARK_… as the
 *   session does
 */
export async function readRatings(
  session: SparkSession,
  path: string,
  catalogue: Catalogue,
  { maxBadShare = DEFAULT_MAX_BAD_SHARE, ...wait }: WaitOptions & { maxBadShare?: number } = {},
): Promise<{ ratings: Frame; read: number; kept: number }> {
  const raw = /\.csv(\.\w+)?$/.test(path) ? session.readCsv(path) : session.readParquet(path);
  const movies = session.local({ movieId: Int32Array.from(catalogue.movies.keys()) });
  const ratings = await session.keep(cleanRatings(session, raw, movies, catalogue.scale), wait);
  const [read, kept] = [await raw.count(wait), await ratings.count(wait)];
  if (kept === 0)
    throw new WorkspaceError("DATA_INVALID", `${path} holds no rating of a film of ${catalogue.name}`, {
      mend: "Name the films that belong to these ratings with --data.",
    });
  if (1 - kept / read > maxBadShare)
    throw new WorkspaceError(
      "DATA_QUALITY",
      `${path}: ${(read - kept).toLocaleString("en")} of ${read.toLocaleString("en")} ratings are bad, or of films that ${catalogue.name} does not list (allowed ${100 * maxBadShare} %)`,
      {
        mend: "Name the films that belong to these ratings with --data, or mend the rows: `data:check` says what is wrong with a file that is here.",
      },
    );
  return { ratings, read, kept };
}

/** The parts of `splitHash`, made on Spark: the same ratings, in any order. */
export function splitRatings(
  session: SparkSession,
  ratings: Frame,
  options: { testShare: number; seed: number },
): { train: Frame; test: Frame } {
  if (!(options.testShare > 0 && options.testShare < 1))
    throw new WorkspaceError("SPLIT_INVALID", `testShare must lie between 0 and 1, not ${options.testShare}`);
  const held = heldOutSql(options);
  return {
    train: session.sql(`SELECT * FROM ratings WHERE NOT (${held})`, {}, { ratings }),
    test: session.sql(`SELECT * FROM ratings WHERE ${held}`, {}, { ratings }),
  };
}

/**
 * The ratings of a file, read as it is written, by the rules that a strict reading here has. Spark does not know a
 * file's order, so of two ratings of a film by one user it keeps the earlier, where a reading here keeps the first.
 * @param raw with the columns userId, movieId, rating and timestamp, as texts or numbers
 * @param movies with the column movieId: what may be rated
 */
export function cleanRatings(
  session: SparkSession,
  raw: Frame,
  movies: Frame,
  { min, max, step }: Dataset["scale"],
  now = new Date(),
): Frame {
  return session.sql(
    `WITH numbers AS (
       SELECT try_cast(userId AS INT) AS userId, try_cast(movieId AS INT) AS movieId,
         try_cast(rating AS FLOAT) AS rating, try_cast(timestamp AS BIGINT) AS timestamp
       FROM raw
     ), plain AS (
       SELECT *, row_number() OVER (PARTITION BY userId, movieId ORDER BY timestamp, rating) AS place
       FROM numbers
       WHERE userId >= 0 AND rating BETWEEN :min AND :max AND rating / :step = floor(rating / :step)
         AND timestamp BETWEEN :earliest AND :now AND movieId IN (SELECT movieId FROM movies)
     )
     SELECT userId, movieId, rating, timestamp FROM plain WHERE place = 1`,
    { min, max, step, earliest: EARLIEST, now: BigInt(Math.floor(now.getTime() / 1000)) },
    { raw, movies },
  );
}

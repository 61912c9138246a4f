import { createDataset, EARLIEST, heldOutSql, WorkspaceError, type Dataset } from "../data";
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import type { SparkSession } from "./session";

/** Ratings on Spark are tables of these columns; ids are MovieLens ids, as in files. */
export const RATING_COLUMNS = "userId INT, movieId INT, rating FLOAT, timestamp BIGINT";

/**
 * Ratings that are sent in one message, 40 MB: a server takes 128 MiB, but hands no more than that to one task, where a
 * rating takes 57 bytes, and on a small cluster one task has them all.
 */
const INLINE_RATINGS = 2_000_000;

export interface SendOptions extends WaitOptions {
  /**
   * A folder that the driver and the executors can read, as they see it, for ratings that are too many for one
   * message; `ratings` in it is written anew.
   */
  staging?: string;
  /** Ratings that are sent in one message; 2 million by default. */
  inline?: number;
}

/**
 * A data set's ratings on Spark, kept there until the session ends: sent in one message where they fit, else written as
 * Parquet piece by piece.
 * @throws WorkspaceError SPARK_MESSAGE_TOO_LARGE for more than fit into a message without `staging`, DATA_INVALID for
 *   an id of 2³¹ or more
 */
export async function sendRatings(
  session: SparkSession,
  dataset: Dataset,
  { staging, inline = INLINE_RATINGS, ...wait }: SendOptions = {},
): Promise<Frame> {
  for (const [what, ids] of [
    ["user", dataset.userIds],
    ["movie", dataset.itemIds],
  ] as const) {
    const last = ids.length > 0 ? ids[ids.length - 1] : 0;
    if (last > 0x7fffffff)
      throw new WorkspaceError("DATA_INVALID", `${dataset.name}: ${what} ${last} is no INT of Spark`);
  }
  const rows = dataset.ratings.length;
  if (rows <= inline) return session.keep(session.local(columnsOf(dataset, 0, rows)), wait);
  if (staging === undefined)
    throw new WorkspaceError(
      "SPARK_MESSAGE_TOO_LARGE",
      `${dataset.name}: ${rows.toLocaleString("en")} ratings are more than the ${inline.toLocaleString("en")} that are sent in one message`,
      { mend: "Name a folder that driver and executors can read with --staging or SPARK_STAGING." },
    );
  const path = `${staging.replace(/\/$/, "")}/ratings`;
  for (let from = 0; from < rows; from += inline)
    await session
      .local(columnsOf(dataset, from, Math.min(rows, from + inline)))
      .writeParquet(path, { ...wait, ifExists: from === 0 ? "overwrite" : "append" });
  return session.readParquet(path);
}

function columnsOf(
  { users, items, ratings, timestamps, userIds, itemIds }: Dataset,
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
 * Ratings of Spark as a data set here, streamed: 40 bytes a rating while they come, 20 when they are here.
 * @param ratings with the columns userId, movieId, rating and timestamp
 * @param about what Spark does not know: the name, movies, tags, scale and hash
 */
export async function receiveRatings(
  ratings: Frame,
  about: Pick<Dataset, "name" | "movies" | "tags" | "scale" | "hash" | "demographics">,
  wait: WaitOptions = {},
): Promise<Dataset> {
  const columns = {
    userId: new Growing(Uint32Array),
    movieId: new Growing(Uint32Array),
    rating: new Growing(Float32Array),
    timestamp: new Growing(Float64Array),
  };
  for await (const batch of ratings.batches(wait))
    for (const [name, column] of Object.entries(columns)) column.append(batch.numbers(name));
  return createDataset(
    {
      ...about,
      userId: columns.userId.values(),
      movieId: columns.movieId.values(),
      ratings: columns.rating.values(),
      timestamps: columns.timestamp.values(),
    },
    true,
  );
}

type Numbers = Uint32Array | Float32Array | Float64Array;

/** A column of unknown length in pieces, so that nothing is copied while it grows. */
class Growing<T extends Numbers> {
  private readonly pieces: T[] = [];
  private length = 0;

  constructor(private readonly kind: new (length: number) => T) {}

  append(values: ArrayLike<number | bigint>): void {
    const piece = new this.kind(values.length);
    if (values instanceof BigInt64Array) {
      // By halves, as Arrow stores them: a bigint for each value would fill the memory faster than it is cleared.
      const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
      for (let k = 0; k < piece.length; k++) piece[k] = halves[2 * k + 1] * 2 ** 32 + (halves[2 * k] >>> 0);
    } else for (let k = 0; k < piece.length; k++) piece[k] = Number(values[k]);
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** The whole; the pieces are given up. */
  values(): T {
    const whole = new this.kind(this.length);
    let at = 0;
    for (let piece = this.pieces.shift(); piece; piece = this.pieces.shift()) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
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

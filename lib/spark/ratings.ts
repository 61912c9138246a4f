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
import type { WaitOptions } from "./connection";
import type { Frame } from "./frame";
import { sendRows, type SendOptions } from "./send";
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
  for (const [what, ids] of [
    ["user", dataset.userIds],
    ["movie", dataset.itemIds],
  ] as const) {
    const last = ids.length > 0 ? ids[ids.length - 1] : 0;
    if (last > 0x7fffffff)
      throw new WorkspaceError("DATA_INVALID", `${dataset.name}: ${what} ${last} is no INT of Spark`);
  }
  return sendRows(
    session,
    {
      name: dataset.name,
      folder: "ratings",
      rows: dataset.ratings.length,
      columns: (from, until) => columnsOf(dataset, from, until),
    },
    options,
  );
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
 * Ratings of Spark as a data set here, streamed: 40 bytes a rating while they come, 20 when they are here. They come by
 * user and time, and are what `hash` is of.
 * @param ratings with the columns userId, movieId, rating and timestamp
 * @param about what Spark does not know
 */
export async function receiveRatings(
  session: SparkSession,
  ratings: Frame,
  about: Catalogue,
  wait: WaitOptions = {},
): Promise<Dataset> {
  const columns = {
    userId: new Growing(Uint32Array),
    movieId: new Growing(Uint32Array),
    rating: new Growing(Float32Array),
    timestamp: new Growing(Float64Array),
  };
  const ordered = session.sql(
    "SELECT userId, movieId, rating, timestamp FROM ratings ORDER BY userId, timestamp, movieId",
    {},
    { ratings },
  );
  for await (const batch of ordered.batches(wait))
    for (const [name, column] of Object.entries(columns)) column.append(batch.numbers(name));
  const received = createDataset(
    {
      ...about,
      userId: columns.userId.values(),
      movieId: columns.movieId.values(),
      ratings: columns.rating.values(),
      timestamps: columns.timestamp.values(),
    },
    true,
  );
  return { ...received, hash: hashOfRatings(received) };
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

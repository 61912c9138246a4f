import type { AlsModel } from "../als";
import { WorkspaceError } from "../data";
import type { Lister } from "../recommend";
import type { Frame } from "./frame";
import { SCORE, sendModel, type ModelOnSpark } from "./measures";
import { sendRows, sparkIds, type SendOptions } from "./send";
import type { SparkSession } from "./session";

/** Of `pairs`, the best n of each user, without what is seen. */
const BEST = `, ranked AS (
  SELECT p.*, row_number() OVER (PARTITION BY p.userId ORDER BY p.score DESC, p.movieId) AS place
  FROM pairs p LEFT ANTI JOIN seen s ON s.userId = p.userId AND s.movieId = p.movieId
)
SELECT userId, place, movieId, score FROM ranked WHERE place <= :n`;

function checkLength(n: number): void {
  if (!Number.isInteger(n) || n < 1)
    throw new WorkspaceError("OPTION_INVALID", `n is ${n}, not a whole number of at least 1`);
}

/**
 * The best n films of every user with a training rating, made on Spark, as `recommendAll` makes them here: seen films
 * and films without a training rating left out, ties by ascending id.
 * @param seen with the columns userId and movieId: what is left out
 * @returns userId, place (1 = best), movieId and score, not clipped
 */
export function listsOnSpark(session: SparkSession, model: ModelOnSpark, seen: Frame, n: number): Frame {
  checkLength(n);
  return session.sql(
    `WITH pairs AS (
       SELECT u.id AS userId, i.id AS movieId, ${SCORE} AS score
       FROM users u CROSS JOIN items i
       WHERE u.known = 1 AND i.known = 1
     )
     ${BEST}`,
    { mean: model.globalMean, n },
    { users: model.users, items: model.items, seen },
  );
}

/** A lister on Spark, kept until the session ends. */
export interface ListerOnSpark {
  /** liked and movieId, MovieLens ids, and the weight of a like of the one in the score of the other, FLOAT. */
  weights: Frame;
  /** movieId and parting DOUBLE, what a score begins with, of every film with a training rating. */
  films: Frame;
}

/** A lister where Spark can use it: 12 bytes a weight. @throws WorkspaceError what `sendRows` throws */
export async function sendLister(
  session: SparkSession,
  { parts: { itemIds } }: AlsModel,
  lister: Lister,
  options: SendOptions = {},
): Promise<ListerOnSpark> {
  const { rowStart, columns, values } = lister.parts.weights;
  const ids = sparkIds(itemIds);
  const liked = new Int32Array(columns.length);
  ids.forEach((id, item) => liked.fill(id, rowStart[item], rowStart[item + 1]));
  const weights = await sendRows(
    session,
    {
      name: "the lister",
      folder: "weights",
      rows: columns.length,
      bytes: 12,
      columns: (from, until) => ({
        liked: liked.subarray(from, until),
        movieId: Int32Array.from(columns.subarray(from, until), (item) => ids[item]),
        weight: values.slice(from, until),
      }),
    },
    options,
  );
  const known = Array.from(ids.keys()).filter((item) => lister.parting[item] !== -Infinity);
  const films = session.local({
    movieId: Int32Array.from(known, (item) => ids[item]),
    parting: Float64Array.from(known, (item) => lister.parting[item]),
  });
  return { weights, films: await session.keep(films) };
}

/**
 * As `listsOnSpark`, by a lister, and of the users alone whom it knows: who likes a film that has weights. Shares are
 * added in no order of their own, so that scores are the library's but for the last bits.
 * @param seen with the columns userId, movieId and input, what the rating weighs (`ListerParts`)
 */
export function listerListsOnSpark(
  session: SparkSession,
  { weights, films }: ListerOnSpark,
  seen: Frame,
  n: number,
): Frame {
  checkLength(n);
  return session.sql(
    `WITH liked AS (
       SELECT s.userId, w.movieId, sum(CAST(s.input AS DOUBLE) * w.weight) AS score
       FROM seen s JOIN weights w ON w.liked = s.movieId
       WHERE s.input > 0
       GROUP BY s.userId, w.movieId
     ), pairs AS (
       SELECT u.userId, f.movieId, f.parting + coalesce(l.score, 0) AS score
       FROM (SELECT DISTINCT userId FROM liked) u CROSS JOIN films f
       LEFT JOIN liked l ON l.userId = u.userId AND l.movieId = f.movieId
     )
     ${BEST}`,
    { n },
    { weights, films, seen },
  );
}

/**
 * The lists of all users as a version of here makes them (`ServedModel`), made on Spark, without what the users have rated;
 * here they take 12 bytes a place.
 * @returns the list of a user by MovieLens id, best first; empty for who has rated nothing
 * @throws WorkspaceError what `sendRows` and `sendModel` throw
 */
export async function allLists(
  session: SparkSession,
  model: AlsModel,
  n: number,
  { lister, ...options }: SendOptions & { lister?: Lister } = {},
): Promise<(userId: number) => { movieId: number; score: number }[]> {
  const wait = { signal: options.signal, onProgress: options.onProgress };
  const seen = await sendSeen(session, model, lister, options);
  const sent = await sendModel(session, model, options);
  const byFactors = (users: Frame): Frame => listsOnSpark(session, { ...sent, users }, seen, n);
  let found = byFactors(sent.users);
  if (lister) {
    const sentLister = await sendLister(session, model, lister, options);
    const own = await session.keep(listerListsOnSpark(session, sentLister, seen, n), wait);
    const others = session.sql(
      "SELECT * FROM users WHERE id NOT IN (SELECT userId FROM own)",
      {},
      { users: sent.users, own },
    );
    found = session.sql(
      "SELECT * FROM own UNION ALL SELECT * FROM rest",
      {},
      { own, rest: byFactors(others) },
    );
  }
  const ordered = session.sql("SELECT * FROM found ORDER BY userId, place", {}, { found });
  const { userIds } = model.parts;
  const userIndex = new Map(Array.from(userIds, (id, user) => [id, user]));
  const lengths = new Uint32Array(userIds.length);
  const movieIds = new Uint32Array(userIds.length * n);
  const scores = new Float64Array(userIds.length * n);
  for await (const batch of ordered.batches(wait)) {
    const [users, movies, own] = ["userId", "movieId", "score"].map((name) => batch.numbers(name));
    for (let row = 0; row < batch.length; row++) {
      const user = userIndex.get(Number(users[row]))!;
      const at = user * n + lengths[user]++;
      movieIds[at] = Number(movies[row]);
      scores[at] = Number(own[row]);
    }
  }
  return (userId) => {
    const user = userIndex.get(userId);
    if (user === undefined) return [];
    const places = movieIds.subarray(user * n, user * n + lengths[user]);
    return Array.from(places, (movieId, place) => ({ movieId, score: scores[user * n + place] }));
  };
}

/** What users have rated: userId, movieId, and as `input` what a rating weighs for the lister, 0 without one. */
function sendSeen(
  session: SparkSession,
  { parts: { ratings, userIds, itemIds } }: AlsModel,
  lister: Lister | undefined,
  options: SendOptions,
): Promise<Frame> {
  const movies = sparkIds(itemIds);
  const userId = new Int32Array(ratings.columns.length);
  sparkIds(userIds).forEach((id, user) =>
    userId.fill(id, ratings.rowStart[user], ratings.rowStart[user + 1]),
  );
  return sendRows(
    session,
    {
      name: "what is seen",
      folder: "seen",
      rows: userId.length,
      bytes: 12,
      columns: (from, until) => ({
        userId: userId.subarray(from, until),
        movieId: Int32Array.from(ratings.columns.subarray(from, until), (item) => movies[item]),
        input: lister?.parts.inputs.slice(from, until) ?? new Float32Array(until - from),
      }),
    },
    options,
  );
}

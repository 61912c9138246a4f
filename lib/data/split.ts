import { WorkspaceError } from "../errors";
import { countingOrder, countingStarts } from "./counting";
import { subset, type Dataset } from "./dataset";
import { seededRandom, shuffle } from "./random";
import { hashesHeldOut, ratingHash } from "./rating-hash";

/**
 * A data set in two disjoint parts, both in the index space of the whole and in its row order. Together they are the
 * whole, save for `rollingSplits`, which leaves out what is later than the test part. `protocol` and `parameters`
 * say how to make the same split again.
 */
export interface Split {
  protocol: string;
  train: Dataset;
  test: Dataset;
  parameters: Record<string, number>;
}

/** A split by name, with its parameters: what a manifest records and `splitBy` carries out. */
export type Protocol =
  | { name: "random"; testShare: number; seed: number }
  | { name: "stratified"; testShare: number; seed: number }
  | { name: "leave-last"; n: number }
  | { name: "last-share"; testShare: number }
  | { name: "time"; trainShare: number }
  | { name: "hash"; testShare: number; seed: number };

/** @throws WorkspaceError SPLIT_INVALID as the named split does */
export function splitBy(dataset: Dataset, protocol: Protocol): Split {
  switch (protocol.name) {
    case "random":
      return splitRandom(dataset, protocol);
    case "stratified":
      return splitStratified(dataset, protocol);
    case "leave-last":
      return splitLeaveLast(dataset, protocol);
    case "last-share":
      return splitLastShare(dataset, protocol);
    case "time":
      return splitAtTime(dataset, protocol);
    case "hash":
      return splitHash(dataset, protocol);
  }
}

/** The protocol for a split of the training part: by the same rule, but never by the same hashes, of which none is left. */
export function nextProtocol(protocol: Protocol): Protocol {
  return protocol.name === "hash" ? { ...protocol, seed: (protocol.seed + 1) >>> 0 } : protocol;
}

/**
 * Holds out a random share of all ratings.
 * @param options.testShare share of ratings to hold out, between 0 and 1; their number is rounded
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export function splitRandom(dataset: Dataset, options: { testShare: number; seed: number }): Split {
  const { testShare, seed } = options;
  assertShare("testShare", testShare);
  const order = shuffledRows(dataset, seed);
  const held = order.subarray(0, Math.round(order.length * testShare));
  return parts(dataset, "random", { testShare, seed }, markedRows(dataset, held));
}

/**
 * Holds out the same random share of each user's ratings; the number is rounded per user, and a user keeps at least
 * one rating in train. (`recommenders`' `python_stratified_split`.)
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export function splitStratified(dataset: Dataset, options: { testShare: number; seed: number }): Split {
  const { testShare, seed } = options;
  assertShare("testShare", testShare);
  const random = seededRandom(seed);
  const held = new Uint8Array(dataset.users.length);
  forEachUser(dataset, (own) => {
    const count = Math.min(Math.round(own.length * testShare), own.length - 1);
    for (const row of shuffle(own, random).subarray(0, Math.max(0, count))) held[row] = 1;
  });
  return parts(dataset, "stratified", { testShare, seed }, held);
}

/**
 * Holds out each user's last `n` ratings by time, ties by row. A user with n ratings or fewer keeps the earliest in
 * train and has the rest held out; a user with one rating has none held out.
 * @throws WorkspaceError SPLIT_INVALID when n is not a whole number above 0, or a part would be empty
 */
export function splitLeaveLast(dataset: Dataset, options: { n: number }): Split {
  const { n } = options;
  if (!Number.isInteger(n) || n < 1)
    throw new WorkspaceError("SPLIT_INVALID", `n must be a whole number above 0, not ${n}`);
  return parts(
    dataset,
    "leave-last",
    { n },
    lastOfEachUser(dataset, () => n),
  );
}

/**
 * Holds out the last share of each user's ratings by time, ties by row; the number is rounded per user, and the
 * earliest rating always stays in train.
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export function splitLastShare(dataset: Dataset, options: { testShare: number }): Split {
  const { testShare } = options;
  assertShare("testShare", testShare);
  const held = lastOfEachUser(dataset, (count) => Math.round(count * testShare));
  return parts(dataset, "last-share", { testShare }, held);
}

/**
 * Learns from the first share of all ratings by time and tests on what came after, ties by row. Users and items that
 * only appear later are cold in train. `parameters.cutTimestamp` is the time of the first test rating (s, UTC).
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export function splitAtTime(dataset: Dataset, options: { trainShare: number }): Split {
  const { trainShare } = options;
  assertShare("trainShare", trainShare);
  const { timestamps } = dataset;
  const size = Math.round(timestamps.length * trainShare);
  assertNotEmpty(dataset, size);
  const cutTimestamp = timestamps.slice().sort()[size];
  let roomAtCut = size;
  for (const timestamp of timestamps) if (timestamp < cutTimestamp) roomAtCut--;
  const held = new Uint8Array(timestamps.length);
  for (let r = 0; r < held.length; r++)
    if (timestamps[r] > cutTimestamp || (timestamps[r] === cutTimestamp && roomAtCut-- <= 0)) held[r] = 1;
  return parts(dataset, "time", { trainShare, cutTimestamp }, held);
}

/**
 * Holds out about a share of all ratings, each by itself: by a hash of its user, its movie and the seed. No rating
 * needs to know of any other, so that many machines split alike, in any order of rows, and a rating stays in its part
 * while the data grows. `heldOutSql` is the same rule in SQL.
 * @param options.testShare share of ratings to hold out, between 0 and 1
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export function splitHash(dataset: Dataset, options: { testShare: number; seed: number }): Split {
  const { testShare, seed } = options;
  assertShare("testShare", testShare);
  const { users, items, userIds, itemIds } = dataset;
  const below = hashesHeldOut(testShare);
  const held = new Uint8Array(users.length);
  for (let r = 0; r < held.length; r++)
    if (ratingHash(userIds[users[r]], itemIds[items[r]], seed) < below) held[r] = 1;
  return parts(dataset, "hash", { testShare, seed }, held);
}

/**
 * Deals all ratings into `folds` random folds, sizes differing by at most one; split k tests on fold k and trains on the others.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
export function kFold(dataset: Dataset, options: { folds: number; seed: number }): Split[] {
  const { folds, seed } = options;
  const rows = dataset.users.length;
  assertFolds(dataset, folds);
  const order = shuffledRows(dataset, seed);
  return Array.from({ length: folds }, (_, fold) => {
    const held = order.subarray(Math.floor((fold * rows) / folds), Math.floor(((fold + 1) * rows) / folds));
    return parts(dataset, "k-fold", { folds, fold, seed }, markedRows(dataset, held));
  });
}

/**
 * Deals each user's ratings into `folds` random folds, so that every fold tests every user with as many ratings as any
 * other, give or take one; split k tests on fold k and trains on the others. The fold that a user's extra ratings
 * begin with goes round, so that sizes differ by at most one over all, too. A user with one rating is cold in the
 * split that tests it.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
export function kFoldStratified(dataset: Dataset, options: { folds: number; seed: number }): Split[] {
  const { folds, seed } = options;
  assertFolds(dataset, folds);
  const random = seededRandom(seed);
  const foldOf = new Uint32Array(dataset.users.length);
  let next = 0;
  forEachUser(dataset, (own) => {
    for (const row of shuffle(own, random)) foldOf[row] = next++ % folds;
  });
  return Array.from({ length: folds }, (_, fold) => {
    const held = Uint8Array.from(foldOf, (own) => (own === fold ? 1 : 0));
    return parts(dataset, "stratified-k-fold", { folds, fold, seed }, held);
  });
}

/** Cuts of a backtest: either equal numbers of ratings behind a first share, or given moments (s since 1970, UTC). */
export type RollingOptions = { trainShare: number; windows: number } | { moments: readonly number[] };

/**
 * Rolling backtest: split k trains on all ratings before moment k and tests on those from it until before moment
 * k + 1, as a model retrained at each moment would have met them. Ratings of one time stay together.
 *
 * With `moments`, ascending, the last of them ends the last window. With `trainShare`, the first moment is that of the
 * first rating behind this share by time, and what follows is cut into `windows` windows of about equal numbers of
 * ratings. `parameters` tell `fromTimestamp` and `untilTimestamp` (Infinity: to the end) of the window.
 * Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy" (rolling origin).
 * @throws WorkspaceError SPLIT_INVALID when the moments do not ascend, or a window or the part before it is empty
 */
export function rollingSplits(dataset: Dataset, options: RollingOptions): Split[] {
  const { timestamps } = dataset;
  const moments = "moments" in options ? options.moments : momentsOf(timestamps, options);
  const ascend = moments.every((moment, k) => (k === 0 ? !Number.isNaN(moment) : moment > moments[k - 1]));
  if (moments.length < 2 || !ascend)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `a backtest needs two or more ascending moments, not ${moments.join(", ")}`,
      {
        mend: "Name the moments in ascending order, or ask for fewer windows.",
      },
    );
  return moments.slice(1).map((untilTimestamp, window) => {
    const fromTimestamp = moments[window];
    const rows = Uint32Array.from(timestamps.keys());
    const train = rows.filter((row) => timestamps[row] < fromTimestamp);
    const test = rows.filter((row) => timestamps[row] >= fromTimestamp && timestamps[row] < untilTimestamp);
    if (train.length === 0 || test.length === 0)
      throw new WorkspaceError(
        "SPLIT_INVALID",
        `${dataset.name}: window ${window} of the backtest has ${train.length} ratings before it and ${test.length} in it`,
        { mend: "Choose moments with ratings before and between them, or fewer windows." },
      );
    const parameters = { window, windows: moments.length - 1, fromTimestamp, untilTimestamp };
    return { protocol: "rolling", train: subset(dataset, train), test: subset(dataset, test), parameters };
  });
}

function momentsOf(timestamps: Float64Array, options: { trainShare: number; windows: number }): number[] {
  const { trainShare, windows } = options;
  assertShare("trainShare", trainShare);
  if (!Number.isInteger(windows) || windows < 1)
    throw new WorkspaceError("SPLIT_INVALID", `windows must be a whole number above 0, not ${windows}`);
  const sorted = timestamps.slice().sort();
  const cuts = Array.from({ length: windows }, (_, window) => {
    const share = trainShare + ((1 - trainShare) * window) / windows;
    return sorted[Math.min(sorted.length - 1, Math.round(sorted.length * share))];
  });
  return [...cuts, Infinity];
}

/** What the training part of a split knows nothing of. */
export interface ColdCounts {
  /** Users with a test rating, and those of them without a training rating. */
  users: number;
  coldUsers: number;
  /** Items with a test rating, and those of them without a training rating. */
  items: number;
  coldItems: number;
  /** Test ratings, and those of them whose user, item or both are cold. */
  ratings: number;
  coldRatings: number;
}

/** Counts cold users and items of a split; `ratingMetrics` and `rankingMetrics` score them apart. */
export function coldCounts({ train, test }: Pick<Split, "train" | "test">): ColdCounts {
  const [knownUsers, knownItems] = [new Set(train.users), new Set(train.items)];
  const [users, items] = [new Set(test.users), new Set(test.items)];
  let coldRatings = 0;
  for (let r = 0; r < test.users.length; r++)
    if (!knownUsers.has(test.users[r]) || !knownItems.has(test.items[r])) coldRatings++;
  const without = (asked: Set<number>, known: Set<number>): number =>
    [...asked].filter((index) => !known.has(index)).length;
  return {
    users: users.size,
    coldUsers: without(users, knownUsers),
    items: items.size,
    coldItems: without(items, knownItems),
    ratings: test.users.length,
    coldRatings,
  };
}

function shuffledRows(dataset: Dataset, seed: number): Uint32Array {
  const rows = new Uint32Array(dataset.users.length);
  for (let r = 0; r < rows.length; r++) rows[r] = r;
  return shuffle(rows, seededRandom(seed));
}

function markedRows(dataset: Dataset, rows: Uint32Array): Uint8Array {
  const marked = new Uint8Array(dataset.users.length);
  for (const row of rows) marked[row] = 1;
  return marked;
}

/** Marks each user's last ratings by (timestamp, row): as many as `heldOf(ratings of the user)`, but never the first. */
function lastOfEachUser(dataset: Dataset, heldOf: (count: number) => number): Uint8Array {
  const { timestamps } = dataset;
  const held = new Uint8Array(timestamps.length);
  forEachUser(dataset, (own) => {
    own.sort((a, b) => timestamps[a] - timestamps[b] || a - b);
    const count = Math.min(heldOf(own.length), own.length - 1);
    for (let k = own.length - count; k < own.length; k++) held[own[k]] = 1;
  });
  return held;
}

/** Each user's row numbers, ascending, in an array that may be written over; users in the order of their indices. */
function forEachUser({ users, userIds }: Dataset, take: (rows: Uint32Array) => void): void {
  const starts = countingStarts(users, userIds.length);
  const rows = countingOrder(users, userIds.length);
  for (let user = 0; user < userIds.length; user++) take(rows.subarray(starts[user], starts[user + 1]));
}

function parts(
  dataset: Dataset,
  protocol: string,
  parameters: Record<string, number>,
  held: Uint8Array,
): Split {
  let testSize = 0;
  for (const mark of held) testSize += mark;
  assertNotEmpty(dataset, held.length - testSize);
  const train = new Uint32Array(held.length - testSize);
  const test = new Uint32Array(testSize);
  for (let r = 0, trainAt = 0, testAt = 0; r < held.length; r++)
    if (held[r] === 1) test[testAt++] = r;
    else train[trainAt++] = r;
  return { protocol, train: subset(dataset, train), test: subset(dataset, test), parameters };
}

function assertShare(name: string, share: number): void {
  if (!(share > 0 && share < 1))
    throw new WorkspaceError("SPLIT_INVALID", `${name} must lie between 0 and 1, not ${share}`);
}

function assertFolds(dataset: Dataset, folds: number): void {
  const rows = dataset.users.length;
  if (!Number.isInteger(folds) || folds < 2 || folds > rows)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `folds must be a whole number from 2 to the ${rows} ratings, not ${folds}`,
    );
}

function assertNotEmpty(dataset: Dataset, trainSize: number): void {
  const rows = dataset.users.length;
  if (trainSize <= 0 || trainSize >= rows)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `${dataset.name}: splitting ${rows} ratings leaves ${trainSize} for training and ${rows - trainSize} for testing`,
    );
}

import { WorkspaceError } from "../errors";
import { countingOrder, countingStarts } from "./counting";
import { subset, type Dataset } from "./dataset";
import { seededRandom, shuffle } from "./random";

/**
 * A data set in two disjoint, complete parts, both in the index space of the whole and in its row order.
 * `protocol` and `parameters` say how to make the same split again.
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
  | { name: "leave-last"; n: number }
  | { name: "last-share"; testShare: number }
  | { name: "time"; trainShare: number };

/** @throws WorkspaceError SPLIT_INVALID as the named split does */
export function splitBy(dataset: Dataset, protocol: Protocol): Split {
  switch (protocol.name) {
    case "random":
      return splitRandom(dataset, protocol);
    case "leave-last":
      return splitLeaveLast(dataset, protocol);
    case "last-share":
      return splitLastShare(dataset, protocol);
    case "time":
      return splitAtTime(dataset, protocol);
  }
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
 * Deals all ratings into `folds` random folds, sizes differing by at most one; split k tests on fold k and trains on the others.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
export function kFold(dataset: Dataset, options: { folds: number; seed: number }): Split[] {
  const { folds, seed } = options;
  const rows = dataset.users.length;
  if (!Number.isInteger(folds) || folds < 2 || folds > rows)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `folds must be a whole number from 2 to the ${rows} ratings, not ${folds}`,
    );
  const order = shuffledRows(dataset, seed);
  return Array.from({ length: folds }, (_, fold) => {
    const held = order.subarray(Math.floor((fold * rows) / folds), Math.floor(((fold + 1) * rows) / folds));
    return parts(dataset, "k-fold", { folds, fold, seed }, markedRows(dataset, held));
  });
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
  const { users, timestamps, userIds } = dataset;
  const starts = countingStarts(users, userIds.length);
  const rows = countingOrder(users, userIds.length);
  const held = new Uint8Array(users.length);
  for (let user = 0; user < userIds.length; user++) {
    const own = rows
      .subarray(starts[user], starts[user + 1])
      .sort((a, b) => timestamps[a] - timestamps[b] || a - b);
    const count = Math.min(heldOf(own.length), own.length - 1);
    for (let k = own.length - count; k < own.length; k++) held[own[k]] = 1;
  }
  return held;
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

function assertNotEmpty(dataset: Dataset, trainSize: number): void {
  const rows = dataset.users.length;
  if (trainSize <= 0 || trainSize >= rows)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `${dataset.name}: splitting ${rows} ratings leaves ${trainSize} for training and ${rows - trainSize} for testing`,
    );
}

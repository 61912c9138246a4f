import {
  coldCounts,
  kFold,
  kFoldStratified,
  loadDataset,
  projectPath,
  rollingSplits,
  splitAtTime,
  splitBy,
  splitHash,
  splitLastShare,
  splitLeaveLast,
  splitRandom,
  splitStratified,
  subset,
  type Dataset,
  type Protocol,
  type Split,
} from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, errorOf, tuplesOf, type RatingTuple } from "./support";

/** Few distinct times, so that ties are common; at least two users with two ratings each, so that no part is empty. */
const dataset: fc.Arbitrary<Dataset> = fc
  .uniqueArray(
    fc.tuple(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 10 }).map((steps) => steps / 2),
      fc.integer({ min: 1000, max: 1006 }),
    ),
    { selector: ([user, movie]) => `${user} ${movie}`, minLength: 0, maxLength: 50 },
  )
  .map((rows) => {
    const sure: RatingTuple[] = [
      [7, 1, 4, 1003],
      [7, 2, 4, 1003],
      [8, 1, 2, 1005],
      [8, 3, 3, 1001],
    ];
    return datasetOf([...rows, ...sure]);
  });
const share = fc.double({ min: 0.3, max: 0.7, noNaN: true });
const seed = fc.integer({ min: 0, max: 4294967295 });

const key = (tuple: RatingTuple): string => tuple.join(" ");

/** Disjoint, complete, in the row order and index space of the whole. */
function assertPartition(whole: Dataset, { train, test: held }: Split): void {
  assert.equal([...tuplesOf(train), ...tuplesOf(held)].map(key).sort(), tuplesOf(whole).map(key).sort());
  const rowOf = new Map(tuplesOf(whole).map((tuple, row) => [key(tuple), row]));
  for (const part of [train, held]) {
    assert.is(part.userIds, whole.userIds);
    assert.is(part.itemIds, whole.itemIds);
    assert.ok(part.users.length > 0);
    const rows = tuplesOf(part).map((tuple) => rowOf.get(key(tuple))!);
    assert.equal(
      rows,
      rows.slice().sort((a, b) => a - b),
    );
  }
}

/** No rating of train is later than one of test, ties going by row order. */
function assertNoFuture(whole: Dataset, train: RatingTuple[], held: RatingTuple[]): void {
  const rowOf = new Map(tuplesOf(whole).map((tuple, row) => [key(tuple), row]));
  for (const learned of train)
    for (const asked of held)
      assert.ok(
        learned[3] < asked[3] ||
          (learned[3] === asked[3] && rowOf.get(key(learned))! < rowOf.get(key(asked))!),
        `${key(learned)} is after ${key(asked)}`,
      );
}

const byUser = (part: Dataset): Map<number, RatingTuple[]> => {
  const users = new Map<number, RatingTuple[]>();
  for (const tuple of tuplesOf(part)) users.set(tuple[0], [...(users.get(tuple[0]) ?? []), tuple]);
  return users;
};

test("a random split is disjoint, complete, of the size asked for, and repeated by its seed", () => {
  fc.assert(
    fc.property(dataset, share, seed, (whole, testShare, chosen) => {
      const split = splitRandom(whole, { testShare, seed: chosen });
      assertPartition(whole, split);
      assert.is(split.test.users.length, Math.round(whole.users.length * testShare));
      assert.equal(tuplesOf(splitRandom(whole, { testShare, seed: chosen }).test), tuplesOf(split.test));
      assert.equal(split.parameters, { testShare, seed: chosen });
    }),
    { seed: 3 },
  );
});

test("leave-last holds out each user's last n, never their future from train, and leaves everyone a train rating", () => {
  fc.assert(
    fc.property(dataset, fc.integer({ min: 1, max: 4 }), (whole, n) => {
      const split = splitLeaveLast(whole, { n });
      assertPartition(whole, split);
      const train = byUser(split.train);
      const held = byUser(split.test);
      for (const [user, own] of byUser(whole)) {
        assert.ok(train.get(user)!.length >= 1);
        assert.is(held.get(user)?.length ?? 0, Math.min(n, own.length - 1));
        assertNoFuture(whole, train.get(user)!, held.get(user) ?? []);
      }
    }),
    { seed: 3 },
  );
});

test("last-share holds out the same share of each user's ratings, the last ones, and leaves everyone a train rating", () => {
  fc.assert(
    fc.property(dataset, share, (whole, testShare) => {
      const split = splitLastShare(whole, { testShare });
      assertPartition(whole, split);
      const train = byUser(split.train);
      const held = byUser(split.test);
      for (const [user, own] of byUser(whole)) {
        assert.ok(train.get(user)!.length >= 1);
        assert.is(held.get(user)?.length ?? 0, Math.min(Math.round(own.length * testShare), own.length - 1));
        assertNoFuture(whole, train.get(user)!, held.get(user) ?? []);
      }
    }),
    { seed: 3 },
  );
});

test("a time split learns from nothing that is later than anything it tests on", () => {
  fc.assert(
    fc.property(dataset, share, (whole, trainShare) => {
      const split = splitAtTime(whole, { trainShare });
      assertPartition(whole, split);
      assert.is(split.train.users.length, Math.round(whole.users.length * trainShare));
      assertNoFuture(whole, tuplesOf(split.train), tuplesOf(split.test));
      assert.is(split.parameters.cutTimestamp, Math.min(...split.test.timestamps));
    }),
    { seed: 3 },
  );
});

test("the folds of a k-fold are disjoint, cover everything and differ by at most one in size", () => {
  fc.assert(
    fc.property(dataset, fc.integer({ min: 2, max: 4 }), seed, (whole, folds, chosen) => {
      const splits = kFold(whole, { folds, seed: chosen });
      assert.is(splits.length, folds);
      for (const split of splits) assertPartition(whole, split);
      const tested = splits.flatMap((split) => tuplesOf(split.test).map(key));
      assert.equal(tested.sort(), tuplesOf(whole).map(key).sort());
      const sizes = splits.map((split) => split.test.users.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }),
    { seed: 3 },
  );
});

test("a stratified split holds out the same share of each user's ratings, any of them, and leaves everyone a train rating", () => {
  fc.assert(
    fc.property(dataset, share, seed, (whole, testShare, chosen) => {
      const split = splitStratified(whole, { testShare, seed: chosen });
      assertPartition(whole, split);
      const held = byUser(split.test);
      for (const [user, own] of byUser(whole))
        assert.is(held.get(user)?.length ?? 0, Math.min(Math.round(own.length * testShare), own.length - 1));
      assert.equal(tuplesOf(splitStratified(whole, { testShare, seed: chosen }).test), tuplesOf(split.test));
    }),
    { seed: 3 },
  );
});

test("stratified folds share out each user's ratings and all of them, to within one, and cover everything once", () => {
  fc.assert(
    fc.property(dataset, fc.integer({ min: 2, max: 4 }), seed, (whole, folds, chosen) => {
      const splits = kFoldStratified(whole, { folds, seed: chosen });
      assert.is(splits.length, folds);
      for (const split of splits) assertPartition(whole, split);
      const tested = splits.flatMap((split) => tuplesOf(split.test).map(key));
      assert.equal(tested.sort(), tuplesOf(whole).map(key).sort());
      const even = (sizes: number[]): void =>
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, sizes.join());
      even(splits.map((split) => split.test.users.length));
      for (const user of byUser(whole).keys())
        even(splits.map((split) => byUser(split.test).get(user)?.length ?? 0));
    }),
    { seed: 3 },
  );
});

test("stratified folds are dealt at random: another seed, other folds", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const [first, same, other] = [1, 1, 2].map((chosen) =>
    tuplesOf(kFoldStratified(whole, { folds: 5, seed: chosen })[0].test)
      .map(key)
      .join(),
  );
  assert.ok(first === same);
  assert.ok(first !== other);
});

test("every window of a rolling backtest is learned for from all that is before it, and from nothing else", () => {
  fc.assert(
    fc.property(dataset, share, fc.integer({ min: 1, max: 2 }), (whole, trainShare, windows) => {
      let splits: Split[];
      try {
        splits = rollingSplits(whole, { trainShare, windows });
      } catch (error) {
        // Few distinct times can leave nothing before a window or in it.
        assert.is((error as { code: string }).code, "SPLIT_INVALID");
        return;
      }
      assert.is(splits.length, windows);
      const times = [...whole.timestamps];
      splits.forEach(({ train, test: held, parameters: { fromTimestamp, untilTimestamp, window } }, k) => {
        assert.is(window, k);
        assert.is(train.timestamps.length, times.filter((time) => time < fromTimestamp).length);
        assert.ok(train.timestamps.every((time) => time < fromTimestamp));
        assert.ok(held.timestamps.every((time) => time >= fromTimestamp && time < untilTimestamp));
        if (k > 0) assert.is(splits[k - 1].parameters.untilTimestamp, fromTimestamp);
        assert.is(held.userIds, whole.userIds);
      });
      const last = splits[windows - 1];
      assert.is(last.train.users.length + last.test.users.length, whole.users.length);
    }),
    { seed: 3 },
  );
});

test("a backtest over named moments leaves out what is later than the last", () => {
  const whole = datasetOf([
    [1, 1, 4, 10],
    [1, 2, 4, 20],
    [2, 1, 4, 20],
    [2, 2, 4, 30],
    [2, 3, 4, 40],
  ]);
  const [first, second] = rollingSplits(whole, { moments: [20, 30, 40] });
  const movies = (part: Dataset): number[] => tuplesOf(part).map(([, movie]) => movie);
  assert.equal([movies(first.train), movies(first.test)], [[1], [2, 1]]);
  assert.equal([movies(second.train), movies(second.test)], [[1, 2, 1], [2]]);
  assert.equal(second.parameters, { window: 1, windows: 2, fromTimestamp: 30, untilTimestamp: 40 });
});

test("the windows of a backtest of ml-latest-small are of about one size", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const sizes = rollingSplits(whole, { trainShare: 0.5, windows: 5 }).map(
    ({ test: held }) => held.users.length,
  );
  for (const size of sizes) assert.ok(Math.abs(size / (whole.users.length / 10) - 1) < 0.05, sizes.join());
});

test("cold users, items and ratings of a split are counted", () => {
  const whole = datasetOf([
    [1, 1, 4, 10],
    [1, 2, 4, 20],
    [2, 1, 4, 20],
    [2, 3, 4, 30],
    [1, 3, 4, 30],
  ]);
  // Known after the first two ratings: user 1, movies 1 and 2.
  const counts = coldCounts({
    train: subset(whole, Uint32Array.of(0, 1)),
    test: subset(whole, Uint32Array.of(2, 3, 4)),
  });
  assert.equal(counts, { users: 2, coldUsers: 1, items: 2, coldItems: 1, ratings: 3, coldRatings: 3 });
});

test("another seed holds out other ratings", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const rows = (chosen: number): RatingTuple[] =>
    tuplesOf(splitRandom(whole, { testShare: 0.01, seed: chosen }).test);
  assert.not.equal(rows(1), rows(2));
});

test("leave-last of ml-latest-small holds out one rating of each of its 610 users, their latest", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const { train, test: held } = splitLeaveLast(whole, { n: 1 });
  assert.is(held.users.length, 610);
  const latest = new Float64Array(610);
  train.users.forEach((user, r) => (latest[user] = Math.max(latest[user], train.timestamps[r])));
  held.users.forEach((user, r) => assert.ok(held.timestamps[r] >= latest[user]));
});

test("a split by name is the split of that name", () => {
  const whole = datasetOf([
    [1, 1, 4, 10],
    [1, 2, 4, 30],
    [2, 1, 4, 20],
    [2, 2, 4, 40],
  ]);
  const cases: [Protocol, Split][] = [
    [{ name: "random", testShare: 0.5, seed: 5 }, splitRandom(whole, { testShare: 0.5, seed: 5 })],
    [{ name: "stratified", testShare: 0.5, seed: 5 }, splitStratified(whole, { testShare: 0.5, seed: 5 })],
    [{ name: "leave-last", n: 1 }, splitLeaveLast(whole, { n: 1 })],
    [{ name: "last-share", testShare: 0.5 }, splitLastShare(whole, { testShare: 0.5 })],
    [{ name: "time", trainShare: 0.75 }, splitAtTime(whole, { trainShare: 0.75 })],
    [{ name: "hash", testShare: 0.5, seed: 1 }, splitHash(whole, { testShare: 0.5, seed: 1 })],
  ];
  for (const [protocol, split] of cases) {
    assert.equal(splitBy(whole, protocol), split);
    assert.is(split.protocol, protocol.name);
  }
});

test("shares, counts and folds that make no sense, and empty parts, are refused with the numbers in the message", async () => {
  const whole = datasetOf([
    [1, 1, 4, 10],
    [2, 1, 4, 20],
  ]);
  for (const value of [0, 1, -0.5, 2, NaN]) {
    await errorOf("SPLIT_INVALID", () => splitRandom(whole, { testShare: value, seed: 1 }));
    await errorOf("SPLIT_INVALID", () => splitStratified(whole, { testShare: value, seed: 1 }));
    await errorOf("SPLIT_INVALID", () => rollingSplits(whole, { trainShare: value, windows: 1 }));
    await errorOf("SPLIT_INVALID", () => splitLastShare(whole, { testShare: value }));
    await errorOf("SPLIT_INVALID", () => splitHash(whole, { testShare: value, seed: 1 }));
    await errorOf("SPLIT_INVALID", () => splitAtTime(whole, { trainShare: value }));
  }
  for (const n of [0, -1, 1.5]) await errorOf("SPLIT_INVALID", () => splitLeaveLast(whole, { n }));
  for (const folds of [1, 2.5, 3]) {
    await errorOf("SPLIT_INVALID", () => kFold(whole, { folds, seed: 1 }));
    await errorOf("SPLIT_INVALID", () => kFoldStratified(whole, { folds, seed: 1 }));
  }
  for (const moments of [[], [20], [20, 10], [10, 20], [15, 18, 30], [NaN, 20]])
    await errorOf("SPLIT_INVALID", () => rollingSplits(whole, { moments }));
  for (const windows of [0, 1.5, 3])
    await errorOf("SPLIT_INVALID", () => rollingSplits(whole, { trainShare: 0.5, windows }));
  const error = await errorOf("SPLIT_INVALID", () => splitLeaveLast(whole, { n: 1 }));
  assert.match(error.message, "leaves 2 for training and 0 for testing");
  await errorOf("SPLIT_INVALID", () => splitAtTime(whole, { trainShare: 0.1 }));
});

test.run();

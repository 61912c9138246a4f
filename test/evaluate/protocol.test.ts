import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  kFold,
  kFoldStratified,
  loadDataset,
  projectPath,
  rollingSplits,
  splitAtTime,
  splitHash,
  splitLastShare,
  splitLeaveLast,
  splitRandom,
  splitStratified,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import { validationSplit } from "@movielens/lib/evaluate";

let dataset: Dataset;
test.before(async () => {
  dataset = await loadDataset(projectPath("data", "ml-latest-small"));
});

const protocols: [string, () => Split][] = [
  ["random", () => splitRandom(dataset, { testShare: 0.2, seed: 1 })],
  ["k-fold", () => kFold(dataset, { folds: 5, seed: 1 })[0]],
  ["stratified", () => splitStratified(dataset, { testShare: 0.2, seed: 1 })],
  ["stratified-k-fold", () => kFoldStratified(dataset, { folds: 5, seed: 1 })[0]],
  ["leave-last", () => splitLeaveLast(dataset, { n: 2 })],
  ["last-share", () => splitLastShare(dataset, { testShare: 0.2 })],
  ["time", () => splitAtTime(dataset, { trainShare: 0.8 })],
  ["hash", () => splitHash(dataset, { testShare: 0.2, seed: 1 })],
  ["rolling", () => rollingSplits(dataset, { trainShare: 0.6, windows: 4 })[2]],
];
/** Of the training part: what `protocol` the validation split of the others has. */
const innerProtocols: Record<string, string> = {
  "k-fold": "random",
  "stratified-k-fold": "stratified",
  rolling: "time",
};

// Not assert.equal: it would draw the difference of two lists of 80,000.
const isSame = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((key, at) => key === b[at]);
const keys = ({ users, items }: Dataset): string[] => Array.from(users, (user, r) => `${user} ${items[r]}`);

for (const [name, make] of protocols)
  test(`${name}: validation is cut from the training part, by the same protocol, and no test rating is in it`, () => {
    const split = make();
    const inner = validationSplit(split);
    assert.is(inner.protocol, innerProtocols[name] ?? name);
    const both = [...keys(inner.train), ...keys(inner.test)];
    assert.ok(isSame(both.sort(), keys(split.train).sort()), "no training rating is lost or made up");
    const share = inner.test.users.length / split.train.users.length;
    // Leave-last holds out two ratings of each of the 610 users, whatever the share.
    const expected = name === "leave-last" ? (2 * 610) / split.train.users.length : 0.2;
    // Ratings drawn one by one are not exactly so many.
    assert.ok(
      Math.abs(share - expected) < (name === "hash" ? 0.006 : 0.003),
      `${share} of the training part`,
    );
    const held = new Set(keys(split.test));
    assert.not.ok(keys(inner.test).some((key) => held.has(key)));
    assert.is(inner.train.userIds, dataset.userIds, "the index space is that of the whole");
  });

test("the seed and the share are heeded", () => {
  const split = splitRandom(dataset, { testShare: 0.2, seed: 1 });
  const held = (seed: number): string[] => keys(validationSplit(split, { seed }).test);
  assert.ok(isSame(held(5), held(5)));
  assert.not.ok(isSame(held(5), held(6)));
  const half = validationSplit(split, { share: 0.5 }).test.users.length / split.train.users.length;
  assert.ok(Math.abs(half - 0.5) < 0.001);
});

test("a protocol that is not known has no validation split", () => {
  const split = splitRandom(dataset, { testShare: 0.2, seed: 1 });
  assert.throws(
    () => validationSplit({ ...split, protocol: "by horoscope" }),
    (error: { code: string; message: string }) =>
      error.code === "SPLIT_INVALID" && /horoscope/.test(error.message),
  );
});

test.run();

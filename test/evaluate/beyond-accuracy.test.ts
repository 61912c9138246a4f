import { test } from "uvu";
import * as assert from "uvu/assert";
import { subset } from "@movielens/lib/data";
import { coverage, diversity, novelty, type TopLists } from "@movielens/lib/evaluate";
import { toyDataset } from "../toy-data";

const close = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

// Movies 10–50 are indices 0–4; movie 50 has no training rating. Four users have rated in train.
const whole = toyDataset(
  [
    [1, 10, 5],
    [2, 10, 5],
    [3, 10, 5],
    [4, 10, 5],
    [1, 20, 5],
    [2, 20, 5],
    [1, 30, 5],
    [3, 40, 5],
    [4, 50, 5],
  ],
  { 10: ["Drama"], 20: ["Drama", "Comedy"], 30: ["Horror"], 40: [], 50: [] },
);
const train = subset(
  whole,
  Uint32Array.from({ length: 8 }, (_, row) => row),
);

const lists = (...of: number[][]): TopLists => ({
  k: 3,
  users: Uint32Array.from(of.keys()),
  lists: of.map((items) => Uint32Array.from(items)),
});

test("coverage is the share of the items with a training rating that somebody is shown", () => {
  // Items 0, 1 and 2 of the four with a training rating.
  assert.is(coverage(lists([0, 1], [1, 2], [0]), train).value, 3 / 4);
  assert.is(coverage(lists([0, 1, 2, 3]), train).value, 1);
  assert.equal(coverage(lists([]), train), { value: 0, users: 0, usersLeftOut: 1, statistic: null });
});

test("novelty is the mean self-information of a list, then over users", () => {
  // Raters of 4 users: item 0 all (0 bits), item 1 half (1 bit), item 2 a quarter (2 bits).
  const figure = novelty(lists([0, 1], [2]), train);
  close(figure.value, ((0 + 1) / 2 + 2) / 2);
  assert.is(figure.users, 2);
});

test("a cold item counts as rated once, so that novelty stays finite", () => {
  close(novelty(lists([4]), train).value, 2);
});

test("diversity is one less the mean Jaccard similarity of genres over the pairs of a list", () => {
  // Pairs of 0, 1, 2: {Drama} and {Drama, Comedy} share 1 of 2; the others share nothing: 1 − (1/2 + 0 + 0) / 3.
  close(diversity(lists([0, 1, 2]), train).value, 1 - 1 / 6);
});

test("films without genres are alike among themselves and unlike any with genres", () => {
  close(diversity(lists([3, 4]), train).value, 0);
  close(diversity(lists([0, 3]), train).value, 1);
});

test("lists too short for a figure are left out and counted; with none left there is no figure", () => {
  const figure = diversity(lists([0, 1], [2], []), train);
  close(figure.value, 1 / 2);
  assert.is(figure.users, 1);
  assert.is(figure.usersLeftOut, 2);
  assert.equal(figure.statistic!.users, Uint32Array.of(0));
  assert.equal(novelty(lists([], []), train), { value: null, users: 0, usersLeftOut: 2, statistic: null });
});

test("the order of a list matters to none of the three", () => {
  const [one, other] = [lists([0, 1, 2], [3, 2]), lists([2, 0, 1], [2, 3])];
  assert.is(coverage(one, train).value, coverage(other, train).value);
  close(novelty(one, train).value, novelty(other, train).value!);
  close(diversity(one, train).value, diversity(other, train).value!);
});

test("a catalogue without a training rating is a typed error", () => {
  assert.throws(
    () => coverage(lists([0]), subset(whole, new Uint32Array(0))),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test.run();

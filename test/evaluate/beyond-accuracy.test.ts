import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom, subset, type Dataset } from "@movielens/lib/data";
import {
  averagePopularity,
  bootstrap,
  coverage,
  diversity,
  gini,
  miscalibration,
  novelty,
  popularityLift,
  raterCosine,
  serendipity,
  unexpectedness,
  type TopLists,
} from "@movielens/lib/evaluate";
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

test("what only one user is shown speaks for that user in the interval of coverage", () => {
  // Users 0 and 1 are shown one item each that nobody else is, user 2 none: without them 2/4, 2/4 and 3/4.
  const { value, statistic } = coverage(lists([0, 1], [1, 2], [1]), train);
  // θ + 2 (mean of the three − each): 3/4 + 2 (7/12 − 1/2), twice, and 3/4 + 2 (7/12 − 3/4).
  const values = [3 / 4 + 1 / 6, 3 / 4 + 1 / 6, 3 / 4 - 1 / 3];
  values.forEach((own, at) => close(statistic!.numerator[at], own));
  const { low, high } = bootstrap(statistic!);
  assert.ok(low! < value && value < high!);
});

test("nine of ten or more 95 % intervals of coverage and of Gini hold what such users are shown on average", () => {
  // 300 films, the first the likeliest; 60 users with 5 each.
  const random = seededRandom(12);
  const films = 300;
  const catalogue = toyDataset(Array.from({ length: films }, (_, item) => [1, item + 1, 5]));
  const someLists = (): TopLists =>
    lists(
      ...Array.from({ length: 60 }, () => {
        const list = new Set<number>();
        while (list.size < 5) list.add(Math.floor(films * random() ** 3));
        return [...list];
      }),
    );
  const rounds = Array.from({ length: 150 }, someLists);
  for (const measure of [coverage, gini]) {
    const figures = rounds.map((round) => measure(round, catalogue));
    const truth = figures.reduce((sum, { value }) => sum + value!, 0) / rounds.length;
    const held = figures.filter(({ statistic }, seed) => {
      const { low, high } = bootstrap(statistic!, { samples: 200, seed });
      return low! <= truth && truth <= high!;
    });
    assert.ok(
      held.length >= 0.9 * rounds.length && held.length < rounds.length,
      `${held.length} of 150 hold`,
    );
  }
});

test("an item without a training rating is not of the catalogue, and covers none of it", () => {
  assert.is(coverage(lists([4, 0], [4]), train).value, 1 / 4);
  assert.is(coverage(lists([4, 0], [4]), train).usersLeftOut, 1);
});

test("Gini is 0 where all items are shown alike, and largest where one is shown alone", () => {
  close(gini(lists([0, 1], [2, 3]), train).value, 0);
  // Counts 0, 0, 0, 2 of four items: Σ (2j − 5) x_j / (4 · 2) = 3 · 2 / 8.
  close(gini(lists([1], [1]), train).value, 3 / 4);
  // Counts 0, 1, 1, 2: (−1 + 1 + 3 · 2) / (4 · 4).
  close(gini(lists([0, 1], [0, 2]), train).value, 6 / 16);
});

test("Gini without a user is that of the other lists", () => {
  const all = [[0, 1], [0, 2], [0], [3, 0]];
  const { value, statistic, users } = gini(lists(...all), train);
  const without = all.map((_, out) => gini(lists(...all.filter((_list, at) => at !== out)), train).value!);
  const mean = without.reduce((sum, own) => sum + own, 0) / 4;
  assert.is(users, 4);
  without.forEach((own, at) => close(statistic!.numerator[at], value! + 3 * (mean - own)));
});

test("the Gini of no list does not exist, and that of one list is its own interval", () => {
  assert.equal(gini(lists([], []), train), { value: null, users: 0, usersLeftOut: 2, statistic: null });
  const { value, statistic } = gini(lists([0, 1]), train);
  close(value, 1 / 2);
  assert.equal(bootstrap(statistic!), { value: value!, low: value!, high: value! });
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

// Raters: item 0 users 0–3, item 1 users 0 and 1, item 2 user 0, item 3 user 2. User 1 has rated 0 and 1, user 3 item 0.
test("the cosine of raters is users of both over the root of users of one times users of the other", () => {
  const cosine = raterCosine(train);
  close(cosine(0, 1), 2 / Math.sqrt(4 * 2));
  close(cosine(1, 2), 1 / Math.sqrt(2));
  close(cosine(1, 3), 0);
  close(cosine(0, 0), 1);
  close(cosine(0, 4), 0);
});

const forUsers = (users: number[], ...of: number[][]): TopLists => ({
  ...lists(...of),
  users: Uint32Array.from(users),
});

test("unexpectedness is one less the mean cosine to the user's history", () => {
  // User 1, history 0 and 1; item 2 is at 1/√4 of 0 and 1/√2 of 1, item 3 at 1/√4 of 0 and 0 of 1.
  const [two, three] = [1 - (1 / 2 + 1 / Math.sqrt(2)) / 2, 1 - 1 / 4];
  close(unexpectedness(forUsers([1], [2, 3]), train).value, (two + three) / 2);
  // A film that nobody has rated is wholly unexpected.
  close(unexpectedness(forUsers([3], [4]), train).value, 1);
});

test("serendipity counts the unexpectedness of what the user went on to like, and nothing else", () => {
  // Movie 30 (item 2) and movie 40 (item 3) are held out of user 2 (index 1): one liked, one not.
  const both = toyDataset([
    [1, 10, 5],
    [2, 10, 5],
    [3, 10, 5],
    [4, 10, 5],
    [1, 20, 5],
    [2, 20, 5],
    [1, 30, 5],
    [3, 40, 5],
    [2, 30, 4],
    [2, 40, 3.5],
  ]);
  const part = (from: number, to: number): Dataset =>
    subset(
      both,
      Uint32Array.from({ length: to - from }, (_, at) => from + at),
    );
  const split = { train: part(0, 8), test: part(8, 10) };
  const two = 1 - (1 / 2 + 1 / Math.sqrt(2)) / 2;
  close(serendipity(forUsers([1], [2, 3]), split).value, two / 2);
  close(serendipity(forUsers([1], [2, 3]), split, { relevantFrom: 3.5 }).value, (two + 3 / 4) / 2);
  close(serendipity(forUsers([1], [3]), split).value, 0);
});

test("popularity is the share of users who have rated what is shown", () => {
  close(averagePopularity(lists([0, 1], [2, 3]), train).value, ((1 + 1 / 2) / 2 + 1 / 4) / 2);
});

test("popularity lift is of the lists over the histories, sums over users", () => {
  // User 1: history 0 and 1, mean 3 raters, shown 2 (1). User 3: history 0 (4 raters), shown 1 (2).
  const figure = popularityLift(forUsers([1, 3], [2], [1]), train);
  close(figure.value, (1 - 3 + 2 - 4) / (3 + 4));
  close(bootstrap(figure.statistic!).value, figure.value!);
});

test("miscalibration is the divergence of the list's genres from those of the films liked", () => {
  // User 1 liked 0 {Drama} and 1 {Drama, Comedy}: p is 3/4 Drama, 1/4 Comedy.
  const divergence = (q: { drama: number; comedy: number }): number =>
    (3 / 4) * Math.log2(3 / 4 / (0.99 * q.drama + (0.01 * 3) / 4)) +
    (1 / 4) * Math.log2(1 / 4 / (0.99 * q.comedy + 0.01 / 4));
  close(miscalibration(forUsers([1], [0, 1]), train).value, 0);
  close(miscalibration(forUsers([1], [1]), train).value, divergence({ drama: 1 / 2, comedy: 1 / 2 }));
  // Item 3 has no genres and says nothing.
  close(miscalibration(forUsers([1], [0, 3]), train).value, divergence({ drama: 1, comedy: 0 }));
});

test("who has liked nothing, or is shown nothing with genres, is left out of miscalibration", () => {
  const { usersLeftOut } = miscalibration(forUsers([1, 1], [3], [0]), train);
  assert.is(usersLeftOut, 1);
  assert.is(miscalibration(forUsers([1], [0]), train, { relevantFrom: 6 }).value, null);
});

test("users without a training rating are left out of what compares with a history", () => {
  const stranger = subset(train, Uint32Array.of(0, 1, 2));
  for (const figure of [unexpectedness, popularityLift, miscalibration])
    assert.equal(figure(forUsers([3], [0]), stranger), {
      value: null,
      users: 0,
      usersLeftOut: 1,
      statistic: null,
    });
});

test("the order of a list matters to none of the figures", () => {
  const [one, other] = [lists([0, 1, 2], [3, 2]), lists([2, 0, 1], [2, 3])];
  assert.is(coverage(one, train).value, coverage(other, train).value);
  close(novelty(one, train).value, novelty(other, train).value!);
  for (const figure of [diversity, gini, unexpectedness, averagePopularity, popularityLift, miscalibration])
    close(figure(one, train).value, figure(other, train).value!);
});

test("a catalogue without a training rating is a typed error", () => {
  assert.throws(
    () => coverage(lists([0]), subset(whole, new Uint32Array(0))),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test.run();

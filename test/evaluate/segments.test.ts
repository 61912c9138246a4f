import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { loadDataset, projectPath, ratingsByUser, splitRandom, subset } from "@movielens/lib/data";
import {
  bandsOf,
  bySegment,
  gainByActivity,
  rankingMetrics,
  ratingMetrics,
  recallByMovie,
  topLists,
  type SegmentRow,
} from "@movielens/lib/evaluate";
import { dampedBiasModel, popularityModel } from "@movielens/lib/recommend";
import { tableModel, toyDataset } from "../toy-data";

const close = (actual: number | null | undefined, expected: number): void =>
  assert.ok(
    typeof actual === "number" && Math.abs(actual - expected) < 1e-12,
    `${actual} is not ${expected}`,
  );

// In train user 1 has two ratings, user 2 one, user 3 none; movie 10 has two, movie 20 one, movie 30 none.
const whole = toyDataset(
  [
    [1, 10, 3],
    [1, 20, 3],
    [2, 10, 3],
    [1, 30, 4, Date.UTC(2016, 11, 31, 23, 59, 59) / 1000],
    [2, 20, 2, Date.UTC(2017, 0, 1) / 1000],
    [3, 10, 5, Date.UTC(2017, 6, 1) / 1000],
  ],
  { 10: ["Drama"], 20: ["Drama", "Comedy"], 30: [] },
);
const split = {
  train: subset(whole, Uint32Array.of(0, 1, 2)),
  test: subset(whole, Uint32Array.of(3, 4, 5)),
};
// Errors: (1, 30) 3 − 4 = −1; (2, 20) 4 − 2 = 2; (3, 10) 4.5 − 5 = −0.5.
const model = tableModel([
  [3, 3, 3],
  [3, 4, 3],
  [4.5, 3, 3],
]);
const rows = bySegment(model, split, { userBounds: [1, 2], itemBounds: [1, 2] });
const row = (dimension: string, segment: string): SegmentRow => {
  const found = rows.find((candidate) => candidate.dimension === dimension && candidate.segment === segment);
  assert.ok(found, `there is a segment ${segment} of ${dimension}`);
  return found!;
};

test("bands begin at 0 and at each bound, and are named by their counts", () => {
  assert.equal(
    bandsOf([1, 2, 5], "rating").map(({ label }) => label),
    ["0 ratings", "1 rating", "2–4 ratings", "5 or more ratings"],
  );
});

test("every count lies in exactly one band", () => {
  const bounds = fc
    .uniqueArray(fc.integer({ min: 1, max: 50 }), { maxLength: 6 })
    .map((values) => values.sort((a, b) => a - b));
  fc.assert(
    fc.property(bounds, fc.nat(60), (given, count) => {
      assert.is(bandsOf(given, "rating").filter(({ from, to }) => count >= from && count <= to).length, 1);
    }),
  );
});

test("bounds that do not ascend from 1 are refused", () => {
  for (const bounds of [[0], [3, 2], [2, 2], [1.5]])
    assert.throws(
      () => bandsOf(bounds, "rating"),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test("errors fall into the bands of the training counts of user and movie", () => {
  close(row("user activity", "0 ratings").mae?.value, 0.5);
  close(row("user activity", "1 rating").mae?.value, 2);
  close(row("user activity", "2 or more ratings").mae?.value, 1);
  close(row("movie popularity", "0 ratings").meanError, -1);
  close(row("movie popularity", "1 rating").meanError, 2);
  close(row("movie popularity", "2 or more ratings").meanError, -0.5);
});

test("a rating counts in every genre of its movie, and films without genres are a segment", () => {
  const drama = row("genre", "Drama");
  assert.is(drama.count, 2);
  close(drama.rmse?.value, Math.sqrt((2 ** 2 + 0.5 ** 2) / 2));
  close(drama.meanError, (2 - 0.5) / 2);
  assert.is(row("genre", "Comedy").count, 1);
  assert.is(row("genre", "(no genres listed)").count, 1);
});

test("errors fall into the years, by UTC, in which the ratings were given, and only years with ratings are segments", () => {
  close(row("time", "2016").meanError, -1);
  const later = row("time", "2017");
  assert.equal([later.count, later.users], [2, 2]);
  close(later.mae?.value, (2 + 0.5) / 2);
  assert.is(rows.filter(({ dimension }) => dimension === "time").length, 2);
});

test("an empty segment is shown with its count and without a figure", () => {
  const empty = bySegment(model, split, { userBounds: [1, 2, 1000] }).find(
    ({ segment }) => segment === "1000 or more ratings",
  );
  assert.equal(empty, {
    dimension: "user activity",
    segment: "1000 or more ratings",
    count: 0,
    users: 0,
    rmse: null,
    mae: null,
    meanError: null,
  });
});

test("on real data the bands of each dimension hold every rating once and put the whole error together again", async () => {
  const real = splitRandom(await loadDataset(projectPath("data", "ml-latest-small")), {
    testShare: 0.2,
    seed: 1,
  });
  const biases = dampedBiasModel(real.train);
  const whole = ratingMetrics(biases, real.test);
  const segments = bySegment(biases, real, { samples: 20 });
  for (const dimension of ["user activity", "movie popularity", "time"] as const) {
    const own = segments.filter((segment) => segment.dimension === dimension);
    assert.is(
      own.reduce((sum, { count }) => sum + count, 0),
      whole.count,
    );
    const squared = own.reduce((sum, { count, rmse }) => sum + count * (rmse?.value ?? 0) ** 2, 0);
    assert.ok(Math.abs(Math.sqrt(squared / whole.count) - whole.rmse) < 1e-9);
  }
  for (const { rmse, count } of segments)
    if (rmse !== null) assert.ok(rmse.low! <= rmse.high! && rmse.low! >= 0, `${count} ratings`);
});

test("gains by activity put the whole gain together again, and a band without users has none", async () => {
  const real = splitRandom(await loadDataset(projectPath("data", "ml-latest-small")), {
    testShare: 0.2,
    seed: 1,
  });
  const popular = rankingMetrics(popularityModel(real.train), real);
  const biases = rankingMetrics(dampedBiasModel(real.train), real);
  const segments = gainByActivity(popular, biases, real.train, { samples: 20 });
  const sum = (of: (row: (typeof segments)[number]) => number): number =>
    segments.reduce((total, row) => total + of(row), 0);
  assert.is(
    sum(({ users }) => users),
    popular.users,
  );
  const whole = sum(({ users, gains }) => users * (gains?.ndcg.difference ?? 0)) / popular.users;
  assert.ok(popular.ndcg - biases.ndcg > 0.01);
  close(whole, popular.ndcg - biases.ndcg);
  assert.is(segments.find(({ users }) => users === 0)?.gains, null);
});

test("a gain over a model that was measured on other users is refused", () => {
  const model = popularityModel(whole);
  const all = rankingMetrics(model, split, { relevantFrom: 1 });
  const fewer = rankingMetrics(
    model,
    { ...split, test: subset(whole, Uint32Array.of(3)) },
    { relevantFrom: 1 },
  );
  assert.throws(
    () => gainByActivity(all, fewer, split.train, { userBounds: [1] }),
    (error: { code: string }) => error.code === "OPTION_INVALID",
  );
});

test("what is found is counted by the training ratings and by the genres of the film", () => {
  // Relevant: (user 0, item 2: movie 30, no training rating) and (user 2, item 0: movie 10, two of them).
  const lists = {
    k: 1,
    users: Uint32Array.of(0, 1, 2),
    lists: [Uint32Array.of(1), Uint32Array.of(1), Uint32Array.of(0)],
  };
  const found = recallByMovie(lists, split, { itemBounds: [1, 2] });
  const recall = (segment: string) => {
    const { relevant, users, recall } = found.find((candidate) => candidate.segment === segment)!;
    return [relevant, users, recall?.value ?? null];
  };
  assert.equal(recall("0 ratings"), [1, 1, 0]);
  assert.equal(recall("1 rating"), [0, 0, null]);
  assert.equal(recall("2 or more ratings"), [1, 1, 1]);
  assert.equal(recall("Drama"), [1, 1, 1]);
  assert.equal(recall("(no genres listed)"), [1, 1, 0]);
  assert.equal(
    [recall("2016"), recall("2017")],
    [
      [1, 1, 0],
      [1, 1, 1],
    ],
  );
  assert.equal(recallByMovie(lists, split, { itemBounds: [1, 2], relevantFrom: 1 })[1].recall?.value, 1);
});

test("on real data what is found by popularity adds up to all that the lists hold", async () => {
  const real = splitRandom(await loadDataset(projectPath("data", "ml-latest-small")), {
    testShare: 0.2,
    seed: 1,
  });
  const popular = popularityModel(real.train);
  const metrics = rankingMetrics(popular, real);
  const lists = topLists(popular, ratingsByUser(real.train), metrics.perUser.users, 10);
  const bands = recallByMovie(lists, real, { samples: 20 }).filter(
    ({ dimension }) => dimension === "movie popularity",
  );
  assert.is(
    bands.reduce((sum, { relevant }) => sum + relevant, 0),
    metrics.relevantItems,
  );
  const found = bands.reduce((sum, { relevant, recall }) => sum + relevant * (recall?.value ?? 0), 0);
  const hits = metrics.perUser.precision.reduce((sum, precision) => sum + 10 * precision, 0);
  assert.ok(Math.abs(found - hits) < 1e-6, `${found} is not ${hits}`);
});

test.run();

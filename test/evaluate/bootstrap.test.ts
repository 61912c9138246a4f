import { test } from "uvu";
import * as assert from "uvu/assert";
import { seededRandom } from "@movielens/lib/data";
import {
  bootstrap,
  jackknifeOverUsers,
  meanOverUsers,
  pairedBootstrap,
  pooled,
  type UserStatistic,
} from "@movielens/lib/evaluate";

const means = (...values: number[]): UserStatistic =>
  meanOverUsers(Uint32Array.from(values.keys()), Float64Array.from(values));

test("of two users with 0 and 1, a draw's mean is 0, ½ or 1 with chances ¼, ½, ¼", () => {
  // So the middle 95 % reach from 0 to 1, and the middle 40 % are all ½.
  assert.equal(bootstrap(means(0, 1), { level: 0.95 }), { value: 0.5, low: 0, high: 1 });
  assert.equal(bootstrap(means(0, 1), { level: 0.4 }), { value: 0.5, low: 0.5, high: 0.5 });
});

test("a single user leaves nothing to draw: the interval is the value", () => {
  assert.equal(bootstrap(means(0.3)), { value: 0.3, low: 0.3, high: 0.3 });
});

test("an RMSE is the root of summed errors over summed counts, not a mean of users' own", () => {
  const statistic: UserStatistic = {
    users: Uint32Array.of(0, 1),
    numerator: Float64Array.of(1, 8),
    denominator: Float64Array.of(1, 3),
    root: true,
  };
  // √((1 + 8) / (1 + 3)) = 1.5; the extreme draws are user 0 twice, √1, and user 1 twice, √(8/3).
  const estimate = bootstrap(statistic);
  assert.is(estimate.value, 1.5);
  assert.is(estimate.low, 1);
  assert.is(estimate.high, Math.sqrt(8 / 3));
});

test("one seed gives one interval, another seed another", () => {
  const random = seededRandom(9);
  const statistic = means(...Array.from({ length: 50 }, random));
  const first = bootstrap(statistic, { seed: 7 });
  assert.equal(bootstrap(statistic, { seed: 7 }), first);
  // Others' draws in between, and more of them than are kept, change nothing.
  bootstrap(means(0, 1, 2), { seed: 7 });
  const drawnAnew = bootstrap(statistic, { seed: 7, samples: 100_000 });
  assert.equal(bootstrap(statistic, { seed: 7, samples: 100_000 }), drawnAnew);
  assert.equal(bootstrap(statistic, { seed: 7 }), first);
  assert.not.equal(bootstrap(statistic, { seed: 7 }), bootstrap(statistic, { seed: 8 }));
});

test("nine of ten or more 95 % intervals hold the truth", () => {
  const random = seededRandom(2);
  let holds = 0;
  for (let round = 0; round < 200; round++) {
    const { low, high } = bootstrap(means(...Array.from({ length: 60 }, random)), {
      samples: 200,
      seed: round,
    });
    if (low! <= 0.5 && high! >= 0.5) holds++;
  }
  assert.ok(holds >= 180 && holds < 200, `${holds} of 200 intervals hold 0.5`);
});

test("a model does not differ from itself", () => {
  const random = seededRandom(4);
  const statistic = means(...Array.from({ length: 30 }, random));
  assert.equal(pairedBootstrap(statistic, statistic), {
    difference: 0,
    low: 0,
    high: 0,
    pValue: 1,
    users: 30,
  });
});

test("a difference that every user shares is certain, though users differ far more among themselves", () => {
  const random = seededRandom(6);
  const values = Array.from({ length: 40 }, random);
  const better = means(...values.map((value) => value + 0.01));
  const test = pairedBootstrap(better, means(...values), { samples: 999 });
  assert.ok(Math.abs(test.difference - 0.01) < 1e-12);
  assert.ok(test.low > 0);
  assert.is(test.pValue, 2 / 1000, "no draw of 999 is on the other side");
  // Unpaired, the two intervals overlap almost wholly.
  assert.ok(bootstrap(better).low! < bootstrap(means(...values)).value);
});

test("the test is fair in both directions", () => {
  const random = seededRandom(8);
  const [a, b] = [0, 1].map(() => means(...Array.from({ length: 25 }, random)));
  const [there, back] = [pairedBootstrap(a, b), pairedBootstrap(b, a)];
  assert.is(there.difference, -back.difference);
  assert.is(there.pValue, back.pValue);
  assert.ok(Math.abs(there.low + back.high) < 1e-12);
});

test("models measured on different users cannot be compared", () => {
  const other: UserStatistic = { ...means(1, 2), users: Uint32Array.of(0, 5) };
  for (const second of [other, means(1)])
    assert.throws(
      () => pairedBootstrap(means(1, 2), second),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test("of a mean the jackknife's values are the users' own", () => {
  // θ = 3; without each of 1, 2, 6 it is 4, 3.5, 1.5, whose mean is 3: 3 + 2 (3 − 4) = 1, and so on.
  const { numerator } = jackknifeOverUsers(Uint32Array.of(0, 1, 2), 3, Float64Array.of(4, 3.5, 1.5));
  assert.equal(numerator, Float64Array.of(1, 2, 6));
});

test("the jackknife of a single user has nothing to leave out: the interval is the value", () => {
  const statistic = jackknifeOverUsers(Uint32Array.of(4), 0.25, Float64Array.of(0));
  assert.equal(bootstrap(statistic), { value: 0.25, low: 0.25, high: 0.25 });
});

test("folds are pooled by user, sums over sums, and a user may be absent from some", () => {
  const fold = (users: number[], numerator: number[], denominator: number[]): UserStatistic => ({
    users: Uint32Array.from(users),
    numerator: Float64Array.from(numerator),
    denominator: Float64Array.from(denominator),
    root: false,
  });
  const all = pooled([fold([1, 3], [2, 5], [1, 2]), fold([0, 3], [7, 1], [4, 1])]);
  assert.equal(all, fold([0, 1, 3], [7, 2, 6], [4, 1, 3]));
  assert.is(bootstrap(all).value, 15 / 8);
});

test("what is pooled must be of one kind, and something", () => {
  const code = (wanted: string) => (error: { code: string }) => error.code === wanted;
  assert.throws(() => pooled([]), code("METRIC_EMPTY"));
  assert.throws(() => pooled([means(1), { ...means(1), root: true }]), code("OPTION_INVALID"));
});

test("no user, no draw and a level outside 0 … 1 are refused", () => {
  assert.throws(
    () => bootstrap(means()),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
  for (const options of [{ samples: 0 }, { samples: 1.5 }, { level: 0 }, { level: 1 }, { level: NaN }])
    assert.throws(
      () => bootstrap(means(1, 2), options),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

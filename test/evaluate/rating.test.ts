import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { subset } from "@movielens/lib/data";
import { bootstrap, r2OverUsers, ratingMetrics } from "@movielens/lib/evaluate";
import { tableModel, toyDataset } from "../toy-data";

const close = (actual: number | null, expected: number): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

const test3 = toyDataset([
  [1, 10, 4],
  [1, 20, 3],
  [2, 10, 5],
]);
const model3 = tableModel([
  [3.5, 3],
  [4, 1],
]);

test("RMSE, MAE and R² of three ratings are those worked out by hand", () => {
  const metrics = ratingMetrics(model3, test3);
  // Errors −0.5, 0, −1: Σ e² = 1.25, Σ |e| = 1.5. Mean rating 4, so Σ (r − 4)² = 0 + 1 + 1 = 2.
  close(metrics.rmse, Math.sqrt(1.25 / 3));
  close(metrics.mae, 0.5);
  close(metrics.r2, 1 - 1.25 / 2);
  assert.is(metrics.count, 3);
  assert.is(metrics.users, 2);
});

test("each user's sums are kept", () => {
  const { perUser } = ratingMetrics(model3, test3);
  assert.equal(perUser.users, Uint32Array.of(0, 1));
  assert.equal(perUser.count, Float64Array.of(2, 1));
  assert.equal(perUser.squaredError, Float64Array.of(0.25, 1));
  assert.equal(perUser.absoluteError, Float64Array.of(0.5, 1));
});

test("RMSE, MAE and R² agree with scikit-learn", () => {
  const golden = JSON.parse(readFileSync(join(__dirname, "goldens", "scikit-learn.json"), "utf8")) as Record<
    "given" | "predicted",
    number[]
  > &
    Record<"rmse" | "mae" | "r2", number>;
  const dataset = toyDataset(golden.given.map((stars, at) => [1, at + 1, stars]));
  const metrics = ratingMetrics(tableModel([golden.predicted]), dataset);
  for (const name of ["rmse", "mae", "r2"] as const) close(metrics[name], golden[name]);
});

test("R² does not exist where all ratings are equal, and says so", () => {
  const equal = toyDataset([
    [1, 10, 4],
    [2, 10, 4],
  ]);
  const metrics = ratingMetrics(tableModel([[3], [4]]), equal);
  assert.is(metrics.r2, null);
  close(metrics.mae, 0.5);
});

test("R² has an interval where it exists without any one user, and no other", () => {
  const rows = toyDataset([
    [1, 10, 5],
    [1, 20, 1],
    [2, 10, 4],
    [2, 20, 2],
  ]);
  const model = tableModel([
    [4, 2],
    [4, 2],
  ]);
  const { r2, perUser } = ratingMetrics(model, rows);
  // Σ e² = 2, mean 3, Σ (r − 3)² = 4 + 4 + 1 + 1; without user 1: no error; without user 2: 1 − 2 / 8.
  close(r2, 1 - 2 / 10);
  const statistic = r2OverUsers(perUser)!;
  const mean = (1 + 3 / 4) / 2;
  close(statistic.numerator[0], 0.8 + (mean - 1));
  close(statistic.numerator[1], 0.8 + (mean - 3 / 4));
  close(bootstrap(statistic).value, r2!);
  // test3 without user 1 has a single rating left, and so no spread.
  assert.is(r2OverUsers(ratingMetrics(model3, test3).perUser), null);
  const equal = toyDataset([
    [1, 10, 4.5],
    [2, 10, 4.5],
  ]);
  assert.is(r2OverUsers(ratingMetrics(tableModel([[3], [4]]), equal).perUser), null);
});

test("cold users and cold items are counted and scored apart, and nobody is dropped from the whole", () => {
  const whole = toyDataset([
    [1, 10, 3],
    [1, 20, 3],
    [2, 10, 3],
    [1, 30, 3],
    [2, 30, 3],
    [3, 10, 3],
    [3, 30, 3],
  ]);
  // Trained on rows 0 and 1: user 2 (index 1), user 3 and movie 30 (index 2) are cold.
  const train = subset(whole, Uint32Array.of(0, 1));
  const held = subset(whole, Uint32Array.of(2, 3, 4, 5, 6));
  // Errors: (2, 10) 1; (1, 30) 2; (2, 30) 0; (3, 10) 0.5; (3, 30) 1.5.
  const model = tableModel([
    [3, 3, 5],
    [4, 3, 3],
    [3.5, 3, 4.5],
  ]);
  const metrics = ratingMetrics(model, held, train);
  assert.is(metrics.count, 5);
  close(metrics.mae, (1 + 2 + 0 + 0.5 + 1.5) / 5);
  assert.is(metrics.warm, null, "no test rating has both its user and its item in train");
  assert.is(metrics.coldUsers!.count, 4);
  assert.is(metrics.coldUsers!.users, 2);
  close(metrics.coldUsers!.mae, (1 + 0 + 0.5 + 1.5) / 4);
  assert.is(metrics.coldItems!.count, 3);
  close(metrics.coldItems!.mae, (2 + 0 + 1.5) / 3);

  const warm = ratingMetrics(model, subset(whole, Uint32Array.of(0, 2)), train).warm;
  assert.is(warm!.count, 1);
});

test("no held-out rating is a typed error, not a zero", () => {
  assert.throws(
    () => ratingMetrics(model3, subset(test3, new Uint32Array(0))),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test("a prediction that is not finite is a typed error that names the pair", () => {
  const broken = tableModel([
    [3, 3],
    [NaN, 3],
  ]);
  assert.throws(
    () => ratingMetrics(broken, test3),
    (error: { code: string; message: string }) =>
      error.code === "PREDICTION_INVALID" && /user 1, item 0 is NaN/.test(error.message),
  );
});

test("a model of another index space is refused", () => {
  assert.throws(
    () => ratingMetrics(tableModel([[1, 2]]), test3),
    (error: { code: string }) => error.code === "INDEX_UNKNOWN",
  );
});

test("the order of the held-out ratings does not matter, MAE never exceeds RMSE, and true predictions err nowhere", () => {
  const star = fc.integer({ min: 1, max: 10 }).map((half) => half / 2);
  const rows = fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(4), star, star), {
    minLength: 1,
    selector: ([user, item]) => `${user} ${item}`,
  });
  fc.assert(
    fc.property(rows, fc.nat(), (given, turn) => {
      const table = (which: 2 | 3): number[][] => {
        const stars = Array.from({ length: users.length }, () => new Array<number>(movies.length).fill(3));
        for (const row of given) stars[users.indexOf(row[0])][movies.indexOf(row[1])] = row[which];
        return stars;
      };
      const ascending = (values: number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
      const users = ascending(given.map((row) => row[0]));
      const movies = ascending(given.map((row) => row[1]));
      const dataset = toyDataset(given.map(([user, movie, rating]) => [user, movie, rating]));
      const at = turn % given.length;
      const turned = subset(
        dataset,
        Uint32Array.from([...given.keys()].slice(at).concat([...given.keys()].slice(0, at))),
      );
      const [metrics, again] = [dataset, turned].map((held) => ratingMetrics(tableModel(table(3)), held));
      assert.ok(Math.abs(metrics.rmse - again.rmse) < 1e-12);
      assert.equal(metrics.perUser.count, again.perUser.count);
      assert.ok(metrics.mae <= metrics.rmse + 1e-12);
      assert.is(ratingMetrics(tableModel(table(2)), dataset).rmse, 0);
    }),
  );
});

test.run();

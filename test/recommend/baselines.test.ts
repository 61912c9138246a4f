import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { subset, type Dataset } from "@movielens/lib/data";
import {
  dampedBiasModel,
  globalMeanModel,
  popularityModel,
  type Recommender,
} from "@movielens/lib/recommend";
import { toyDataset, type ToyRating } from "../toy-data";

const baselines: [string, (train: Dataset) => Recommender][] = [
  ["global mean", globalMeanModel],
  ["damped biases", dampedBiasModel],
  ["popularity", popularityModel],
];

/** Users 1–3 and movies 10–40; the training part is all but the last row, so movie 40 (index 3) and user 3 (index 2) are cold. */
const whole = toyDataset([
  [1, 10, 5],
  [1, 20, 3],
  [2, 10, 4],
  [2, 20, 2],
  [2, 30, 1],
  [3, 40, 5],
]);
const train = subset(whole, Uint32Array.of(0, 1, 2, 3, 4));

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("the global mean expects the mean of the training ratings everywhere", () => {
  // (5 + 3 + 4 + 2 + 1) / 5 = 3
  const model = globalMeanModel(train);
  for (let user = 0; user < 3; user++)
    for (let item = 0; item < 4; item++) assert.is(model.predict(user, item), 3);
});

test("damped biases are the damped means of residuals, items first, then users", () => {
  const model = dampedBiasModel(train, { damping: 1 });
  // μ = 3. Residuals of movie 10: 2, 1 → 3 / (2 + 1) = 1; of 20: 0, −1 → −1/3; of 30: −2 → −2 / 2 = −1.
  // User 1 is left with 2 − 1 = 1 and 0 + 1/3 → (4/3) / 3 = 4/9.
  // User 2 is left with 1 − 1 = 0, −1 + 1/3 = −2/3 and −2 + 1 = −1 → (−5/3) / 4 = −5/12.
  close(model.predict(0, 0), 3 + 1 + 4 / 9);
  close(model.predict(0, 2), 3 - 1 + 4 / 9);
  close(model.predict(1, 1), 3 - 1 / 3 - 5 / 12);
});

test("a cold user has the item's bias alone, a cold item the user's, and both together the mean", () => {
  const model = dampedBiasModel(train, { damping: 1 });
  close(model.predict(2, 0), 4);
  close(model.predict(0, 3), 3 + 4 / 9);
  close(model.predict(2, 3), 3);
});

test("without damping a bias is a plain mean, and with very much of it there is none", () => {
  const plain = dampedBiasModel(train, { damping: 0 });
  // Movie 10: 3/2; user 3 is cold.
  close(plain.predict(2, 0), 4.5);
  const strong = dampedBiasModel(train, { damping: 1e12 });
  assert.ok(Math.abs(strong.predict(0, 0) - 3) < 1e-9);
});

test("predicted stars stay on the scale", () => {
  const extreme = toyDataset([
    [1, 10, 5],
    [1, 20, 5],
    [2, 10, 5],
    [2, 30, 0.5],
    [3, 30, 0.5],
  ]);
  const model = dampedBiasModel(extreme, { damping: 0 });
  assert.is(model.predict(0, 0), 5);
  assert.is(model.predict(2, 2), 0.5);
});

test("popularity orders by the number of training ratings, ties by ascending index", () => {
  const model = popularityModel(train);
  assert.equal(model.recommend(2, 10), [
    { item: 0, score: 2 },
    { item: 1, score: 2 },
    { item: 2, score: 1 },
  ]);
  assert.is(model.predict(0, 3), 0);
});

for (const [name, fit] of baselines) {
  test(`${name}: what a user has rated, and what nobody has rated, is not recommended`, () => {
    const model = fit(train);
    assert.equal(
      model.recommend(0, 10).map(({ item }) => item),
      [2],
    );
    assert.equal(model.recommend(1, 10), []);
  });

  test(`${name}: every prediction is finite, whatever the ratings`, () => {
    const ratings = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(0.5, 2, 3.5, 5),
      ),
      { minLength: 2, maxLength: 25, selector: ([user, movie]) => `${user} ${movie}` },
    );
    fc.assert(
      fc.property(ratings, fc.nat(), (rows, which) => {
        const dataset = toyDataset(rows as unknown as ToyRating[]);
        const held = which % rows.length;
        const model = fit(
          subset(
            dataset,
            Uint32Array.from(rows.keys()).filter((row) => row !== held),
          ),
        );
        for (let user = 0; user < model.users; user++)
          for (let item = 0; item < model.items; item++)
            assert.ok(Number.isFinite(model.predict(user, item)));
      }),
    );
  });
}

test("a model of stars cannot be learned from no ratings", () => {
  const empty = subset(whole, new Uint32Array(0));
  for (const fit of [globalMeanModel, dampedBiasModel])
    assert.throws(
      () => fit(empty),
      (error: { code: string }) => error.code === "METRIC_EMPTY",
    );
});

test("a negative damping is refused", () => {
  for (const damping of [-1, NaN, Infinity])
    assert.throws(
      () => dampedBiasModel(train, { damping }),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  dampedBiasModel,
  itemKnnModel,
  itemKnnRatingModel,
  userKnnModel,
  userKnnRatingModel,
} from "@movielens/lib/recommend";
import { datasetOf, randomMatrix, type Matrix } from "../synthetic";

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

/** Likes: item 0 by users 0, 1, 2; item 1 by 0, 1; item 2 by 2; item 3 by 1. User 3 dislikes everything. */
const stars: Matrix = [
  [5, 5, null, null],
  [4, 4, 1, 5],
  [5, null, 4, 2],
  [1, 2, 1, 1],
];

test("an item is scored by the likes among its nearest items", () => {
  const model = itemKnnModel(datasetOf(stars), { k: 4, shrinkage: 1 });
  // s_02 = 1 / (√(3 · 1) + 1), s_12 = 0: user 0, who likes 0 and 1, has s_02 for item 2.
  close(model.predict(0, 2), 1 / (Math.sqrt(3) + 1));
  // s_03 = 1 / (√3 + 1), s_13 = 1 / (√2 + 1).
  close(model.predict(0, 3), 1 / (Math.sqrt(3) + 1) + 1 / (Math.sqrt(2) + 1));
});

test("no more than k nearest items count", () => {
  const model = itemKnnModel(datasetOf(stars), { k: 1, shrinkage: 1 });
  close(model.predict(0, 3), 1 / (Math.sqrt(2) + 1));
});

test("an item is scored by the most similar users who like it, never by the user themselves", () => {
  const data = datasetOf(stars);
  // u0 = {0, 1}, u1 = {0, 1, 3}, u2 = {0, 2}: s_01 = 2 / (√6 + 1), s_02 = 1 / (2 + 1).
  const model = userKnnModel(data, { k: 2, shrinkage: 1 });
  close(model.predict(0, 3), 2 / (Math.sqrt(6) + 1));
  close(model.predict(0, 2), 1 / 3);
  close(model.predict(0, 0), 2 / (Math.sqrt(6) + 1) + 1 / 3);
  close(userKnnModel(data, { k: 1, shrinkage: 1 }).predict(0, 2), 0);
});

test("a visitor with a user's likes is scored by item-kNN as that user, and by user-kNN with that user as a neighbour", () => {
  const data = datasetOf(stars);
  const ratings = [
    { item: 1, rating: 5 },
    { item: 0, rating: 5 },
  ];
  const items = itemKnnModel(data);
  assert.equal(items.recommendFor(ratings, 4), items.recommend(0, 4));
  const scores = new Float64Array(4);
  userKnnModel(data, { k: 1, shrinkage: 1 }).scoreItemsFor(ratings, scores);
  assert.equal([...scores], [2 / 3, 2 / 3, 0, 0]);
});

/** The rule as it is written, by loops over users or items, without any of the model's structures. */
function plainStars(matrix: Matrix, by: "user" | "item", k: number, shrinkage: number): number[][] {
  const biases = dampedBiasModel(datasetOf(matrix), { damping: 5 });
  const mean = biases.predict(COLD, COLD_ITEM);
  const bias = (user: number, item: number): number => {
    // Unclipped: the biases add up, and each alone is within the scale.
    return biases.predict(user, COLD_ITEM) + biases.predict(COLD, item) - mean;
  };
  const residual = matrix.map((row, u) =>
    row.map((rating, i) => (rating === null ? null : rating - bias(u, i))),
  );
  const table = by === "user" ? residual : residual[0].map((_, i) => residual.map((row) => row[i]));
  const cosine = (a: (number | null)[], b: (number | null)[]): number => {
    const norm = (row: (number | null)[]): number => Math.hypot(...row.map((value) => value ?? 0));
    let [sum, common] = [0, 0];
    a.forEach((value, at) => {
      const other = b[at];
      if (value === null || other === null) return;
      sum += value * other;
      common++;
    });
    return common === 0 ? 0 : ((sum / (norm(a) * norm(b))) * common) / (common + shrinkage);
  };
  return matrix.map((row, user) =>
    row.map((_, item) => {
      const [self, across] = by === "user" ? [user, item] : [item, user];
      const neighbours = table
        .map((own, other) => ({
          likeness: other === self ? 0 : cosine(table[self], own),
          value: own[across],
        }))
        .filter(({ likeness, value }) => likeness > 0 && value !== null)
        .sort((a, b) => b.likeness - a.likeness)
        .slice(0, k);
      const total = neighbours.reduce((sum, { likeness }) => sum + likeness, 0);
      const sum = neighbours.reduce((sum, { likeness, value }) => sum + likeness * value!, 0);
      return Math.min(5, Math.max(0.5, bias(user, item) + (total > 0 ? sum / total : 0)));
    }),
  );
}

const COLD = 0;
const COLD_ITEM = 0;

for (const [by, fit] of [
  ["user", userKnnRatingModel],
  ["item", itemKnnRatingModel],
] as const)
  test(`stars by ${by}-kNN are those of the rule written out`, () => {
    const matrix = randomMatrix(10, 12, 0.6, 8);
    matrix[COLD].fill(null);
    for (const row of matrix) row[COLD_ITEM] = null;
    // Few of the neighbours that a user has rated, and all of them.
    for (const k of [3, 12]) {
      const expected = plainStars(matrix, by, k, 4);
      const model = fit(datasetOf(matrix), { k, shrinkage: 4 });
      expected.forEach((row, user) => row.forEach((value, item) => close(model.predict(user, item), value)));
    }
  });

test("without a neighbour the stars are the damped biases'", () => {
  const matrix: Matrix = [
    [5, null],
    [null, 2],
  ];
  const data = datasetOf(matrix);
  const biases = dampedBiasModel(data);
  for (const model of [userKnnRatingModel(data), itemKnnRatingModel(data)])
    for (const user of [0, 1])
      for (const item of [0, 1]) assert.is(model.predict(user, item), biases.predict(user, item));
});

test("ratings all equal leave nothing to compare, and stay finite", () => {
  const data = datasetOf(Array.from({ length: 4 }, () => [3, 3, 3]));
  for (const fit of [userKnnRatingModel, itemKnnRatingModel]) close(fit(data).predict(1, 1), 3);
  for (const fit of [userKnnModel, itemKnnModel]) assert.equal(fit(data).recommend(0, 5), []);
});

test("a k or a shrinkage out of range is refused", () => {
  const data = datasetOf(stars);
  for (const fit of [itemKnnModel, userKnnModel, userKnnRatingModel, itemKnnRatingModel])
    for (const options of [{ k: 0 }, { k: 1.5 }, { shrinkage: -1 }, { shrinkage: NaN }])
      assert.throws(
        () => fit(data, options),
        (error: { code: string }) => error.code === "OPTION_INVALID",
      );
});

test.run();

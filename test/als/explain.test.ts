import { train, trainFloat64, type AlsModel, type ItemRating, type TrainOptions } from "@movielens/lib/als";
import { WorkspaceError } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix, type Matrix } from "../synthetic";

const ratingsOf = (matrix: Matrix, user: number): ItemRating[] =>
  matrix[user].flatMap((rating, item) => (rating === null ? [] : [{ item, rating }]));

const close = (a: number, b: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

/** Any shape with a rating, a user and an item without any, and any kind of feedback. */
const trainings = fc.record({
  matrix: fc
    .record({
      users: fc.integer({ min: 2, max: 12 }),
      items: fc.integer({ min: 2, max: 12 }),
      seed: fc.nat(1000),
    })
    .map(({ users, items, seed }) => {
      const matrix = randomMatrix(users, items, 0.6, seed);
      matrix[0].fill(null);
      matrix[1].fill(3.5);
      for (const row of matrix) row[items - 1] = null;
      return matrix;
    }),
  options: fc
    .record({
      kind: fc.constantFrom<TrainOptions>(
        { feedback: "explicit" },
        { feedback: "implicit" },
        { feedback: "explicit", cofactorWeight: 0.4, lambdaCofactor: 2, cofactorBalance: 0.7 },
        { feedback: "explicit", cofactorWeight: 2, seeds: 3 },
        { feedback: "explicit", nonNegative: true },
        { feedback: "implicit", nonNegative: true, seeds: 2 },
      ),
      rank: fc.integer({ min: 1, max: 6 }),
      lambda: fc.double({ min: 0.05, max: 3, noNaN: true }),
      nu: fc.constantFrom(0, 0.5, 1),
    })
    .map(({ kind, ...numbers }): TrainOptions => ({ ...kind, ...numbers, iterations: 3 })),
});

const folded = (model: AlsModel, ratings: ItemRating[]): Float64Array => {
  const scores = new Float64Array(model.items);
  model.scoreItemsFolded(model.foldIn(ratings), scores);
  return scores;
};

test("the baseline and the shares of a user's ratings add up to the score, which is the model's own", async () => {
  await fc.assert(
    fc.asyncProperty(trainings, async ({ matrix, options }) => {
      const model = await trainFloat64(datasetOf(matrix), options);
      const own = new Float64Array(model.items);
      for (let user = 0; user < model.users; user++) {
        model.scoreItems(user, own);
        for (let item = 0; item < model.items; item++) {
          const { score, baseline, shares } = model.explain(user, item);
          close(
            shares.reduce((sum, { share }) => sum + share, baseline),
            score,
          );
          if (own[item] !== -Infinity) close(score, own[item]);
          assert.equal(
            shares.map(({ item, rating }) => ({ item, rating })).sort((a, b) => a.item - b.item),
            ratingsOf(matrix, user),
          );
          shares.forEach(({ share }, k) => assert.ok(k === 0 || share <= shares[k - 1].share));
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("an explicit share is how the score moves with the rating, times the rating beyond mean and film", async () => {
  const matrix = randomMatrix(10, 9, 0.6, 4);
  const model = await trainFloat64(datasetOf(matrix), { feedback: "explicit", rank: 3, iterations: 4 });
  const { globalMean, itemBias } = model.parts;
  const ratings = ratingsOf(matrix, 2);
  const before = folded(model, ratings);
  ratings.forEach(({ item: rated, rating }) => {
    const after = folded(
      model,
      ratings.map((one) => (one.item === rated ? { item: rated, rating: rating + 1 } : one)),
    );
    for (let item = 0; item < model.items; item++) {
      const { share } = model.explainFolded(ratings, item).shares.find(({ item }) => item === rated)!;
      close(share, (rating - globalMean - itemBias[rated]) * (after[item] - before[item]));
    }
  });
});

test("an implicit share is (1 + α·r)·qᵀ A⁻¹ q of the row's system, written out", async () => {
  const { lusolve } = await import("mathjs");
  const matrix = randomMatrix(10, 9, 0.5, 6);
  const rank = 3;
  const model = await trainFloat64(datasetOf(matrix), {
    feedback: "implicit",
    rank,
    alpha: 2,
    lambda: 0.3,
    nu: 0.5,
    iterations: 4,
  });
  const q = Array.from({ length: model.items }, (_, item) =>
    Array.from(model.parts.itemFactors.subarray(item * rank, (item + 1) * rank)),
  );
  const ratings = ratingsOf(matrix, 3);
  const system = q[0].map((_, f) =>
    q[0].map(
      (_, g) =>
        q.reduce((sum, x) => sum + x[f] * x[g], 0) +
        ratings.reduce((sum, { item, rating }) => sum + 2 * rating * q[item][f] * q[item][g], 0) +
        (f === g ? 0.3 * Math.sqrt(ratings.length) : 0),
    ),
  );
  for (let item = 0; item < model.items; item++) {
    const solution = (lusolve(system, q[item]) as number[][]).flat();
    for (const { item: rated, rating, share } of model.explain(3, item).shares)
      close(share, (1 + 2 * rating) * q[rated].reduce((sum, x, f) => sum + x * solution[f], 0));
  }
});

test("a visitor's explanation is of the visitor's own score, and of the user's who rated the same", async () => {
  await fc.assert(
    fc.asyncProperty(trainings, async ({ matrix, options }) => {
      const model = await trainFloat64(datasetOf(matrix), options);
      const ratings = ratingsOf(matrix, 1);
      const scores = folded(model, ratings);
      for (let item = 0; item < model.items; item++) {
        const explanation = model.explainFolded(ratings.slice().reverse(), item);
        assert.equal(explanation, model.explain(1, item));
        if (scores[item] !== -Infinity) close(explanation.score, scores[item]);
      }
    }),
    { numRuns: 20 },
  );
});

test("an item's share with co-factors is what its stars and its having been rated give, written out", async () => {
  const { lusolve } = await import("mathjs");
  const matrix = randomMatrix(10, 9, 0.5, 6);
  const rank = 3;
  const [w, β] = [0.8, 0.7];
  const model = await trainFloat64(datasetOf(matrix), {
    feedback: "explicit",
    rank,
    lambda: 0.3,
    lambdaBias: 0.2,
    nu: 0.5,
    cofactorWeight: w,
    cofactorBalance: β,
    iterations: 4,
  });
  const { itemFactors, itemCofactors, itemBias, globalMean } = model.parts;
  const rowsOf = (values: Float64Array): number[][] =>
    Array.from({ length: model.items }, (_, item) =>
      Array.from(values.subarray(item * rank, (item + 1) * rank)),
    );
  const z = rowsOf(itemFactors).map((row) => [...row, 1]);
  const c = rowsOf(itemCofactors!).map((row) => [...row, 0]);
  const ratings = ratingsOf(matrix, 3);
  const system = z[0].map((_, f) =>
    z[0].map(
      (_, g) =>
        ratings.reduce((sum, { item }) => sum + z[item][f] * z[item][g], 0) +
        w * β * c.reduce((sum, row) => sum + row[f] * row[g], 0) +
        (f === g ? (f < rank ? 0.3 : 0.2) * Math.sqrt(ratings.length) : 0),
    ),
  );
  for (let item = 0; item < model.items; item++) {
    const solution = (lusolve(system, z[item]) as number[][]).flat();
    for (const { item: rated, rating, share } of model.explain(3, item).shares) {
      const target = rating - globalMean - itemBias[rated];
      close(
        share,
        solution.reduce((sum, x, f) => sum + x * (target * z[rated][f] + w * β * c[rated][f]), 0),
      );
    }
  }
});

test("the engine's scores are explained to the digits of its float32", async () => {
  const matrix = randomMatrix(30, 20, 0.4, 2);
  for (const kind of [
    { feedback: "explicit" },
    { feedback: "implicit" },
    { feedback: "explicit", cofactorWeight: 0.5, lambdaCofactor: 3, seeds: 2 },
    { feedback: "explicit", nonNegative: true },
  ] satisfies TrainOptions[]) {
    const model = await train(datasetOf(matrix), { ...kind, rank: 6, iterations: 4, solver: "cholesky" });
    const own = new Float64Array(model.items);
    for (let user = 0; user < 30; user++) {
      model.scoreItems(user, own);
      own.forEach((score, item) => close(model.explain(user, item).score, score, 1e-4));
    }
  }
});

test("a user without ratings has a baseline and no share; unknown users and items are refused", async () => {
  const matrix = randomMatrix(6, 5, 0.7, 3);
  matrix[4].fill(null);
  const model = await trainFloat64(datasetOf(matrix), { feedback: "explicit", rank: 2, iterations: 2 });
  const { globalMean, itemBias } = model.parts;
  const baseline = globalMean + itemBias[1];
  assert.equal(model.explain(4, 1), { item: 1, score: baseline, baseline, shares: [] });
  for (const work of [
    () => model.explain(6, 1),
    () => model.explain(1, 5),
    () => model.explainFolded([{ item: 9, rating: 3 }], 1),
    () => model.explainFolded([], -1),
  ])
    assert.throws(work, (error: WorkspaceError) => error.code === "INDEX_UNKNOWN");
});

test.run();

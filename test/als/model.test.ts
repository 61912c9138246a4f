import {
  AlsModel,
  naiveTrain,
  train,
  trainFloat64,
  type AlsModelParts,
  type ItemRating,
  type TrainOptions,
} from "@movielens/lib/als";
import { ratingsByUser, WorkspaceError, type ErrorCode } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

const COLD_USER = 3;
const COLD_ITEM = 6;
const matrix = randomMatrix(20, 25, 0.35, 9);
matrix[COLD_USER].fill(null);
for (const row of matrix) row[COLD_ITEM] = null;
const data = datasetOf(matrix);
const models: Record<"explicit" | "implicit", AlsModel> = {} as never;
const kinds = ["explicit", "implicit"] as const;

const ratingsOf = (user: number): ItemRating[] =>
  matrix[user].flatMap((rating, item) => (rating === null ? [] : [{ item, rating }]));

const throwsCode = (code: ErrorCode, message: RegExp | string, work: () => unknown): void =>
  assert.throws(work, (error: unknown) => {
    assert.instance(error, WorkspaceError);
    assert.is((error as WorkspaceError).code, code);
    assert.match((error as WorkspaceError).message, message);
    return true;
  });

test.before(async () => {
  for (const feedback of kinds)
    models[feedback] = await trainFloat64(data, {
      feedback,
      rank: 5,
      iterations: 6,
      lambda: 0.1,
      nu: 1,
      seed: 2,
    });
});

test("folding in a user's training ratings gives that user back, bit for bit, in any order of ratings", () => {
  for (const kind of kinds) {
    const { parts } = models[kind];
    for (let user = 0; user < data.userIds.length; user++) {
      const folded = models[kind].foldIn(ratingsOf(user).reverse());
      assert.equal(folded.factors, parts.userFactors.slice(user * 5, user * 5 + 5));
      assert.is(folded.bias, parts.userBias[user]);
      assert.equal(
        folded.seen,
        Uint32Array.from(ratingsOf(user), ({ item }) => item),
      );
    }
  }
});

/** Every kind of model that training makes. */
const family: TrainOptions[] = [
  { feedback: "explicit" },
  { feedback: "implicit" },
  { feedback: "explicit", cofactorWeight: 0.5 },
  { feedback: "explicit", cofactorWeight: 3, lambdaCofactor: 40, cofactorBalance: 0.57 },
  { feedback: "explicit", seeds: 3 },
  { feedback: "implicit", seeds: 2 },
  { feedback: "explicit", cofactorWeight: 2, lambdaCofactor: 9, seeds: 3 },
  { feedback: "explicit", nonNegative: true },
  { feedback: "implicit", nonNegative: true },
  { feedback: "explicit", nonNegative: true, seeds: 2 },
];

for (const kind of family)
  for (const [solver, fit, tolerance] of [
    ["the float64 solver", trainFloat64, 1e-10],
    ["the engine", train, 1e-4],
  ] as const)
    test(`fold-in gives back the rows that ${solver} trained, and predictions are finite: ${JSON.stringify(kind)}`, async () => {
      const options: TrainOptions = { ...kind, rank: 4, iterations: 5, lambda: 0.3, solver: "cholesky" };
      const model = await fit(data, options);
      const { userFactors, userBias } = model.parts;
      assert.is(model.rank, 4 * (kind.seeds ?? 1));
      for (let user = 0; user < model.users; user++) {
        const folded = model.foldIn(ratingsOf(user));
        const own = [...userFactors.subarray(user * model.rank, (user + 1) * model.rank), userBias[user]];
        const size = Math.hypot(...own);
        const off = Math.hypot(...[...folded.factors, folded.bias].map((value, f) => value - own[f]));
        assert.ok(off <= tolerance * size, `user ${user}: off by ${off} of ${size}`);
        const scores = new Float64Array(model.items);
        model.scoreItemsFolded(folded, scores);
        for (let item = 0; item < model.items; item++) {
          assert.ok(Number.isFinite(model.predict(user, item)));
          assert.is(Number.isFinite(scores[item]), item !== COLD_ITEM);
        }
      }
      const nobody = model.foldIn([]);
      assert.equal(nobody.factors, new Float64Array(model.rank));
      assert.is(nobody.bias, 0);
    });

test("fold-in is the row solve of the twin with the final item factors fixed", async () => {
  const { lusolve } = await import("mathjs");
  const { itemFactors, itemBias, globalMean } = models.explicit.parts;
  // λ = λ_b, ν = 1: (ZᵀZ + λ·n·I)·x = Zᵀy over the rated items, written out.
  const options = {
    feedback: "explicit" as const,
    rank: 5,
    iterations: 6,
    lambda: 0.1,
    nu: 1,
    lambdaBias: 0.1,
    seed: 2,
  };
  const model = new AlsModel({ ...models.explicit.parts, options });
  const visitor = [
    { item: 14, rating: 1 },
    { item: 0, rating: 5 },
    { item: 9, rating: 3.5 },
  ];
  const Z = visitor.map(({ item }) => [...itemFactors.subarray(item * 5, item * 5 + 5), 1]);
  const y = visitor.map(({ item, rating }) => rating - globalMean - itemBias[item]);
  const system = Z[0].map((_, f) =>
    Z[0].map((_, g) => Z.reduce((sum, z) => sum + z[f] * z[g], 0) + (f === g ? 0.1 * 3 : 0)),
  );
  const side = Z[0].map((_, f) => Z.reduce((sum, z, k) => sum + z[f] * y[k], 0));
  const x = (lusolve(system, side) as number[][]).flat();
  const folded = model.foldIn(visitor);
  [...folded.factors, folded.bias].forEach((value, k) => assert.ok(Math.abs(value - x[k]) < 1e-10));
});

test("a folded-in user gets the scores and the list of the same user in training", () => {
  for (const kind of kinds) {
    const model = models[kind];
    const folded = model.foldIn(ratingsOf(4));
    const [own, visitors] = [new Float64Array(model.items), new Float64Array(model.items)];
    model.scoreItems(4, own);
    model.scoreItemsFolded(folded, visitors);
    assert.equal(own, visitors);
    const accept = (item: number): boolean => item % 2 === 0;
    assert.equal(model.recommendFolded(folded, 5), model.recommend(4, 5));
    assert.equal(model.recommendFolded(folded, 50, { accept }), model.recommend(4, 50, { accept }));
    assert.equal(
      model.recommendFolded(folded, 50, { excludeSeen: false }),
      model.recommend(4, 50, { excludeSeen: false }),
    );
  }
});

test("what was folded in is not recommended", () => {
  const folded = models.explicit.foldIn([
    { item: 8, rating: 5 },
    { item: 2, rating: 4 },
  ]);
  const items = models.explicit.recommendFolded(folded, 100).map(({ item }) => item);
  assert.is(items.length, 25 - 2 - 1, "all but the two rated and the cold one");
  assert.not(items.includes(8));
  assert.not(items.includes(2));
});

test("a visitor without ratings is a user of zeros, and gets the items by bias", () => {
  const folded = models.explicit.foldIn([]);
  assert.equal(folded.factors, new Float64Array(5));
  assert.is(folded.bias, 0);
  const [best] = models.explicit.recommendFolded(folded, 1);
  const { itemBias, globalMean } = models.explicit.parts;
  assert.is(best.score, globalMean + Math.max(...itemBias));
});

test("fold-in refuses an unknown item, an item rated twice and a rating that training would refuse", () => {
  for (const kind of kinds) {
    throwsCode("INDEX_UNKNOWN", "item 25", () => models[kind].foldIn([{ item: 25, rating: 3 }]));
    throwsCode("INDEX_UNKNOWN", "item 0.5", () => models[kind].foldIn([{ item: 0.5, rating: 3 }]));
    throwsCode("DATA_INVALID", "item 4 (movie 1005) is rated twice", () =>
      models[kind].foldIn([
        { item: 4, rating: 3 },
        { item: 1, rating: 3 },
        { item: 4, rating: 2 },
      ]),
    );
    throwsCode("DATA_INVALID", "item 4 (movie 1005): rating is NaN", () =>
      models[kind].foldIn([{ item: 4, rating: NaN }]),
    );
  }
  throwsCode("DATA_INVALID", "rating is -1", () => models.implicit.foldIn([{ item: 4, rating: -1 }]));
});

test("an explicit prediction is the formula, clipped to the scale; the ranking score is not clipped", async () => {
  const model = await trainFloat64(
    datasetOf([
      [5, 5, 5, 0.5],
      [5, 5, null, 0.5],
      [0.5, 1, 0.5, 0.5],
    ]),
    { feedback: "explicit", rank: 2, lambda: 0.001, lambdaBias: 0.001, iterations: 20 },
  );
  const { userFactors, itemFactors, userBias, itemBias, globalMean } = model.parts;
  const scores = new Float64Array(4);
  let clipped = 0;
  for (let user = 0; user < 3; user++) {
    model.scoreItems(user, scores);
    for (let item = 0; item < 4; item++) {
      const [p, q] = [
        userFactors.subarray(2 * user, 2 * user + 2),
        itemFactors.subarray(2 * item, 2 * item + 2),
      ];
      const score = globalMean + userBias[user] + itemBias[item] + p[0] * q[0] + p[1] * q[1];
      assert.ok(Math.abs(scores[item] - score) < 1e-12);
      assert.is(model.predict(user, item), Math.min(5, Math.max(0.5, scores[item])));
      if (scores[item] < 0.5 || scores[item] > 5) clipped++;
    }
  }
  assert.ok(clipped > 0, "some score lies outside the scale, or this proves nothing");
});

test("a cold user or item is predicted from the mean and the bias that is known; implicit feedback says 0", () => {
  const { globalMean, itemBias, userBias } = models.explicit.parts;
  const clip = (stars: number): number => Math.min(5, Math.max(0.5, stars));
  assert.is(models.explicit.predict(COLD_USER, 2), clip(globalMean + itemBias[2]));
  assert.is(models.explicit.predict(2, COLD_ITEM), clip(globalMean + userBias[2]));
  assert.is(models.explicit.predict(COLD_USER, COLD_ITEM), globalMean);
  assert.is(models.implicit.predict(COLD_USER, 2), 0);
  assert.is(models.implicit.predict(2, COLD_ITEM), 0);
});

test("implicit scores of rated cells are near 1, of the others lower", () => {
  const model = models.implicit;
  const mean = (cells: number[]): number => cells.reduce((sum, value) => sum + value, 0) / cells.length;
  const [rated, unrated]: [number[], number[]] = [[], []];
  matrix.forEach((row, user) =>
    row.forEach((rating, item) => (rating === null ? unrated : rated).push(model.predict(user, item))),
  );
  assert.ok(mean(rated) > 0.7 && mean(rated) < 1.1, String(mean(rated)));
  assert.ok(mean(unrated) < mean(rated) - 0.2, String(mean(unrated)));
});

test("a model made from the parts of another gives identical answers", () => {
  for (const kind of kinds) {
    const model = models[kind];
    const again = new AlsModel(model.parts);
    assert.is(again.name, model.name);
    assert.is(again.rank, 5);
    for (let user = 0; user < model.users; user++) {
      assert.equal(again.recommend(user, 10), model.recommend(user, 10));
      for (let item = 0; item < model.items; item++)
        assert.is(again.predict(user, item), model.predict(user, item));
    }
    assert.equal(again.foldIn(ratingsOf(1)), model.foldIn(ratingsOf(1)));
  }
});

test("a model holds its training ratings by user", () => {
  assert.equal(models.explicit.parts.ratings, ratingsByUser(data));
  assert.equal(models.explicit.parts.itemIds, data.itemIds);
  assert.is(models.explicit.parts.options.seed, 2);
});

test("parts that do not fit together are refused by name", () => {
  const { parts } = models.explicit;
  const broken: [Partial<AlsModelParts>, string][] = [
    [{ userFactors: new Float64Array(3) }, "userFactors has length 3, not 100"],
    [{ itemFactors: new Float64Array(3) }, "itemFactors has length 3, not 125"],
    [{ userBias: new Float64Array(3) }, "userBias has length 3, not 20"],
    [{ itemBias: new Float64Array(3) }, "itemBias has length 3, not 25"],
    [{ userCofactors: new Float64Array(3) }, "userCofactors has length 3, not 100"],
    [{ itemSeedBias: new Float64Array(3) }, "itemSeedBias has length 3, not 25"],
    [{ itemCofactors: new Float64Array(125) }, "itemCofactors is given, and userCofactors is not"],
    [{ userSeedBias: new Float64Array(20) }, "userSeedBias is given, and itemSeedBias is not"],
    [{ ratings: { ...parts.ratings, cols: 7 } }, "ratings are 20 × 7, not 20 × 25"],
  ];
  for (const [change, message] of broken)
    throwsCode("DATA_INVALID", message, () => new AlsModel({ ...parts, ...change }));
});

test("the twin and the model give the same predictions", async () => {
  const options = models.explicit.parts.options;
  const twin = await naiveTrain(matrix, options);
  for (let user = 0; user < 20; user++)
    for (let item = 0; item < 25; item++) {
      const dot = twin.userFactors[user].reduce((sum, p, f) => sum + p * twin.itemFactors[item][f], 0);
      const stars = twin.globalMean + twin.userBias[user] + twin.itemBias[item] + dot;
      assert.ok(Math.abs(models.explicit.predict(user, item) - Math.min(5, Math.max(0.5, stars))) < 1e-8);
    }
});

test.run();

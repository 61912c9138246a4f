import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { easeModel } from "@movielens/lib/recommend";
import { datasetOf, randomMatrix, type Matrix } from "../synthetic";

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

const likesOf = (stars: Matrix): number[][] =>
  stars.map((row) => row.map((rating) => (rating !== null && rating >= 4 ? 1 : 0)));

/** The closed form as the paper writes it, over the items. */
async function plainEase(likes: number[][], lambda: number): Promise<number[][]> {
  const { add, identity, inv, multiply, transpose } = await import("mathjs");
  const gram = multiply(transpose(likes), likes);
  const ridge = multiply(lambda, identity(likes[0].length)).valueOf() as number[][];
  const p = inv(add(gram, ridge));
  return p.map((row, i) => row.map((value, j) => (i === j ? 0 : -value / p[j][j])));
}

for (const [name, users, items] of [
  ["fewer users than items", 9, 14],
  ["fewer items than users", 14, 9],
] as const)
  test(`with ${name} the weights and scores are those of the plain closed form`, async () => {
    for (const seed of [1, 2, 3]) {
      const stars = randomMatrix(users, items, 0.6, seed);
      const likes = likesOf(stars);
      const expected = await plainEase(likes, 3);
      const data = datasetOf(stars);
      const model = easeModel(data, { lambda: 3 });
      for (let i = 0; i < items; i++)
        for (let j = 0; j < items; j++) close(model.weight(i, j), expected[i][j]);
      likes.forEach((own, user) => {
        if (!own.includes(1)) return;
        for (let item = 0; item < items; item++)
          close(
            model.predict(user, item),
            own.reduce((sum, like, i) => sum + like * expected[i][item], 0),
          );
      });
    }
  });

test("no item adds to its own score", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 2, max: 12 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      (users, items, seed, lambda) => {
        const stars = randomMatrix(users, items, 0.7, seed);
        stars[0][0] ??= 4;
        const model = easeModel(datasetOf(stars), { lambda });
        for (let item = 0; item < items; item++) assert.is(model.weight(item, item), 0);
      },
    ),
  );
});

test("a visitor with a user's ratings has that user's scores", () => {
  const stars = randomMatrix(12, 20, 0.5, 4);
  const model = easeModel(datasetOf(stars));
  const [own, visitor] = [new Float64Array(20), new Float64Array(20)];
  stars.forEach((row, user) => {
    const ratings = row.flatMap((rating, item) => (rating === null ? [] : [{ item, rating }]));
    model.scoreItems(user, own);
    model.scoreItemsFor(ratings, visitor);
    assert.equal(visitor, own);
    assert.equal(model.recommendFor(ratings, 5), model.recommend(user, 5));
  });
});

test("a visitor who likes nothing gets what most people like", () => {
  const stars: Matrix = [
    [5, 4, null],
    [null, 5, 1],
    [2, 5, 4],
  ];
  const model = easeModel(datasetOf(stars));
  assert.equal(model.recommendFor([], 3), [
    { item: 1, score: 3 },
    { item: 0, score: 1 },
    { item: 2, score: 1 },
  ]);
  assert.equal(
    model.recommendFor([{ item: 1, rating: 1 }], 3).map(({ item }) => item),
    [0, 2],
  );
});

test("a visitor's item outside the model, or rated twice, is refused", () => {
  const model = easeModel(datasetOf(randomMatrix(5, 6, 0.8, 1)));
  const refused = (code: string, items: number[]): void =>
    assert.throws(
      () =>
        model.recommendFor(
          items.map((item) => ({ item, rating: 5 })),
          3,
        ),
      (error: { code: string }) => error.code === code,
    );
  refused("INDEX_UNKNOWN", [6]);
  refused("DATA_INVALID", [1, 1]);
});

test("items with too few likes have no weights, and the others are as if these were not there", () => {
  const stars = randomMatrix(40, 8, 0.8, 3);
  stars.forEach((row) => (row[7] = null));
  stars[0][7] = 5;
  const without = easeModel(
    datasetOf(stars.map((row) => row.map((rating, item) => (item === 7 ? null : rating)))),
  );
  const model = easeModel(datasetOf(stars), { minLikes: 2 });
  for (let i = 0; i < 8; i++) {
    assert.is(model.weight(i, 7), 0);
    assert.is(model.weight(7, i), 0);
    for (let j = 0; j < 7; j++) if (i < 7) close(model.weight(i, j), without.weight(i, j));
  }
  assert.is(model.predict(3, 7), 0);
});

test("the later a like, the more it weighs, where that is asked for", () => {
  // In time order each user likes items 0, 1, 2, …; items 0 and 3 are liked together, and so are 2 and 4.
  const stars: Matrix = [
    [5, 1, 5, null, null],
    [5, null, null, 5, null],
    [null, null, 5, null, 5],
  ];
  const data = datasetOf(stars);
  const flat = easeModel(data, { lambda: 1 });
  close(flat.predict(0, 3), flat.predict(0, 4));
  const late = easeModel(data, { lambda: 1, recency: { halfLife: 1, floor: 0 } });
  // Item 0 has two later ratings, item 2 none.
  close(late.predict(0, 3), 0.25 * late.weight(0, 3) + late.weight(2, 3));
  assert.ok(late.predict(0, 4) > late.predict(0, 3));
});

test("ratings given at one time weigh the same", () => {
  const data = datasetOf([
    [5, 5, null],
    [5, null, 5],
    [null, 5, 5],
  ]);
  const model = easeModel(
    { ...data, timestamps: data.timestamps.map(() => 7) },
    { lambda: 1, recency: { halfLife: 1, floor: 0 } },
  );
  assert.is(model.predict(0, 2), easeModel(data, { lambda: 1 }).predict(0, 2));
});

test("options out of range are refused", () => {
  const data = datasetOf(randomMatrix(4, 4, 0.8, 1));
  for (const options of [
    { lambda: 0 },
    { lambda: NaN },
    { minLikes: 0 },
    { likedFrom: NaN },
    { recency: { halfLife: 0, floor: 0 } },
    { recency: { halfLife: 1, floor: 2 } },
  ])
    assert.throws(
      () => easeModel(data, options),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

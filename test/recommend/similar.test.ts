import { test } from "uvu";
import * as assert from "uvu/assert";
import { AlsModel, defaultOptions } from "@movielens/lib/als";
import { seededRandom } from "@movielens/lib/data";
import { similarItems } from "@movielens/lib/recommend";

/** A model whose item factors are given and of which only these matter. */
function modelOf(factors: readonly (readonly number[])[]): AlsModel {
  const rank = factors[0].length;
  const items = factors.length;
  return new AlsModel({
    options: { ...defaultOptions("explicit"), rank },
    globalMean: 3,
    scale: { min: 0.5, max: 5, step: 0.5 },
    userIds: Uint32Array.of(1),
    itemIds: Uint32Array.from(factors, (_, item) => 100 + item),
    userFactors: new Float64Array(rank),
    itemFactors: Float64Array.from(factors.flat()),
    userBias: new Float64Array(1),
    itemBias: new Float64Array(items),
    ratings: {
      rowStart: Uint32Array.of(0, items),
      columns: Uint32Array.from(factors.keys()),
      values: new Float32Array(items).fill(3),
      rows: 1,
      cols: items,
    },
  });
}

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

// Item 1 points where item 0 does but is far off; item 2 is near but points elsewhere; item 3 points away; item 4 is cold.
const plane = modelOf([
  [3, 4],
  [30, 40],
  [3, 3],
  [-3, -4],
  [0, 0],
]);

test("cosine looks at the direction only", () => {
  const similar = similarItems(plane, 0, 10, { metric: "cosine" });
  assert.equal(
    similar.map(({ item }) => item),
    [1, 2, 3],
  );
  // cos(0, 2) = (3·3 + 4·3) / (5 · √18) = 21 / (5 √18)
  close(similar[0].score, 1);
  close(similar[1].score, 21 / (5 * Math.sqrt(18)));
  close(similar[2].score, -1);
  close(similar[2].distance, 2);
});

test("Euclidean looks at how far apart the factors are", () => {
  const similar = similarItems(plane, 0, 10, { metric: "euclidean" });
  // Distances from (3, 4): item 2 has 1, item 3 has 10 (6 and 8), item 1 has 45 (27 and 36).
  assert.equal(
    similar.map(({ item, distance }) => [item, distance]),
    [
      [2, 1],
      [3, 10],
      [1, 45],
    ],
  );
  close(similar[0].score, 1 / 2);
});

test("cosine is the measure unless another is asked for", () => {
  assert.equal(similarItems(plane, 2, 3), similarItems(plane, 2, 3, { metric: "cosine" }));
});

test("the first n are asked for, after the filter", () => {
  assert.equal(
    similarItems(plane, 0, 1, { accept: (item) => item > 1 }).map(({ item }) => item),
    [2],
  );
  assert.equal(similarItems(plane, 0, 0), []);
});

test("likeness is the same in both directions, and its order is that of the distance", () => {
  const random = seededRandom(5);
  const model = modelOf(Array.from({ length: 40 }, () => Array.from({ length: 6 }, () => random() - 0.5)));
  for (const metric of ["cosine", "euclidean"] as const) {
    const table = Array.from({ length: 40 }, (_, item) => similarItems(model, item, 40, { metric }));
    table.forEach((similar, item) => {
      assert.is(similar.length, 39);
      for (let at = 1; at < similar.length; at++) assert.ok(similar[at].distance >= similar[at - 1].distance);
      for (const { item: other, score } of similar) {
        const back = table[other].find((entry) => entry.item === item);
        close(back!.score, score);
      }
    });
  }
});

test("an item without factors has no neighbours, and the error names the movie and why", () => {
  assert.throws(
    () => similarItems(plane, 4, 5),
    (error: { code: string; message: string }) =>
      error.code === "ITEM_COLD" && /movie 104 .*no training rating/.test(error.message),
  );
});

test("an item outside the model and a broken n are refused", () => {
  assert.throws(
    () => similarItems(plane, 5, 5),
    (error: { code: string }) => error.code === "INDEX_UNKNOWN",
  );
  assert.throws(
    () => similarItems(plane, 0, 1.5),
    (error: { code: string }) => error.code === "OPTION_INVALID",
  );
});

test.run();

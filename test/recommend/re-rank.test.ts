import { train, type AlsModel, type ScoredItem } from "@movielens/lib/als";
import { ratingsByUser } from "@movielens/lib/data";
import {
  diversify,
  factorSimilarity,
  favourNovel,
  genreSimilarity,
  selfInformation,
} from "@movielens/lib/recommend";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";
import { toyDataset } from "../toy-data";

const itemsOf = (list: readonly ScoredItem[]): number[] => list.map(({ item }) => item);

/** Up to 12 candidates, best first, and a likeness and an information for each of items 0 … 11. */
const cases = fc.record({
  candidates: fc
    .uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 12 })
    .chain((items) =>
      fc
        .array(fc.integer({ min: -50, max: 50 }), { minLength: items.length, maxLength: items.length })
        .map((scores) =>
          scores
            .sort((a, b) => b - a)
            .map((score, at): ScoredItem => ({ item: items[at], score: score / 10 })),
        ),
    ),
  positions: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
  dial: fc.double({ min: 0, max: 1, noNaN: true }),
  n: fc.nat(15),
});
const near = (positions: readonly number[]) => (a: number, b: number) =>
  1 - Math.abs(positions[a] - positions[b]);

test("dial 0 leaves every list as it is", () => {
  fc.assert(
    fc.property(cases, ({ candidates, positions, n }) => {
      assert.equal(diversify(candidates, near(positions), { dial: 0, n }), candidates.slice(0, n));
      assert.equal(
        favourNovel(candidates, Float64Array.from(positions), { dial: 0, n }),
        candidates.slice(0, n),
      );
    }),
  );
});

test("whatever the dial, the list has n of the candidates, each once, with the scores that they had", () => {
  fc.assert(
    fc.property(cases, ({ candidates, positions, dial, n }) => {
      for (const list of [
        diversify(candidates, near(positions), { dial, n }),
        favourNovel(candidates, Float64Array.from(positions), { dial, n }),
      ]) {
        assert.is(list.length, Math.min(n, candidates.length));
        assert.is(new Set(itemsOf(list)).size, list.length);
        for (const entry of list) assert.ok(candidates.includes(entry));
      }
    }),
  );
});

test("a shorter list is the beginning of a longer one", () => {
  fc.assert(
    fc.property(cases, ({ candidates, positions, dial, n }) => {
      const whole = diversify(candidates, near(positions), { dial });
      assert.equal(diversify(candidates, near(positions), { dial, n }), whole.slice(0, n));
    }),
  );
});

test("the list agrees with the definition of maximal marginal relevance, worked out anew for every place", () => {
  fc.assert(
    fc.property(cases, ({ candidates, positions, dial }) => {
      const alike = near(positions);
      const scores = candidates.map(({ score }) => score);
      const [low, high] = [Math.min(...scores), Math.max(...scores)];
      const list = diversify(candidates, alike, { dial });
      const value = ({ item, score }: ScoredItem, chosen: readonly ScoredItem[]): number =>
        (1 - dial) * (high > low ? (score - low) / (high - low) : 0) -
        dial * Math.max(0, ...chosen.map((other) => alike(other.item, item)));
      list.forEach((entry, at) => {
        const before = list.slice(0, at);
        for (const other of list.slice(at))
          assert.ok(value(entry, before) >= value(other, before) - 1e-12, `place ${at}`);
      });
    }),
  );
});

test("by hand: a near copy of the first falls behind a film of another kind", () => {
  const candidates = [
    { item: 0, score: 1 },
    { item: 1, score: 0.9 },
    { item: 2, score: 0.5 },
    { item: 3, score: 0 },
  ];
  const alike = genreSimilarity([["War"], ["War"], ["Comedy"], ["War", "Comedy"]]);
  // Relevance 1, 0.9, 0.5, 0. Then (1 − 0.5)·0.9 − 0.5·1 = −0.05 for item 1, 0.25 for item 2, −0.25 for item 3.
  assert.equal(itemsOf(diversify(candidates, alike, { dial: 0.5 })), [0, 2, 1, 3]);
  assert.equal(itemsOf(diversify(candidates, alike, { dial: 0.1 })), [0, 1, 2, 3]);
});

test("the novelty dial at 1 orders by how few know a film, ties by the place that they had", () => {
  const dataset = toyDataset([
    [1, 10, 4],
    [2, 10, 4],
    [3, 10, 4],
    [4, 10, 4],
    [1, 20, 4],
    [2, 20, 4],
    [1, 30, 4],
    [2, 40, 4],
  ]);
  const information = selfInformation(ratingsByUser(dataset));
  // Four users; raters 4, 2, 1, 1.
  assert.equal([...information], [0, 1, 2, 2]);
  const candidates = [0, 3, 1, 2].map((item, at) => ({ item, score: 4 - at }));
  assert.equal(itemsOf(favourNovel(candidates, information, { dial: 1 })), [3, 2, 1, 0]);
  // 0.75 · relevance (1, 2/3, 1/3, 0) + 0.25 · bits / 2 (0, 1, 1/2, 1): 0.75, 0.75, 0.375, 0.25; the tie keeps its order.
  assert.equal(itemsOf(favourNovel(candidates, information, { dial: 0.25 })), [0, 3, 1, 2]);
});

test("likeness by factors is the cosine, nothing below 0, and cold items are like nothing", async () => {
  const matrix = randomMatrix(12, 9, 0.6, 3);
  for (const row of matrix) row[8] = null;
  const model: AlsModel = await train(datasetOf(matrix), { feedback: "implicit", rank: 3 });
  const alike = factorSimilarity(model);
  const factors = (item: number): number[] => [...model.parts.itemFactors.subarray(item * 3, item * 3 + 3)];
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, f) => sum + x * b[f], 0);
  for (let a = 0; a < 8; a++)
    for (let b = 0; b < 8; b++) {
      const [p, q] = [factors(a), factors(b)];
      const cosine = dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
      assert.ok(Math.abs(alike(a, b) - Math.max(0, cosine)) < 1e-12);
    }
  assert.is(alike(8, 0), 0);
});

test("a dial outside 0 … 1, a broken n and a score that is not finite are refused", () => {
  const one = [{ item: 0, score: 1 }];
  const information = Float64Array.of(1);
  for (const options of [
    { dial: -0.1 },
    { dial: 1.1 },
    { dial: NaN },
    { dial: 0, n: -1 },
    { dial: 0, n: 1.5 },
  ])
    for (const ask of [() => diversify(one, () => 0, options), () => favourNovel(one, information, options)])
      assert.throws(ask, (error: { code: string }) => error.code === "OPTION_INVALID");
  for (const ask of [
    () => diversify([{ item: 7, score: NaN }], () => 0, { dial: 0.5 }),
    () => favourNovel([{ item: 7, score: Infinity }], information, { dial: 0.5 }),
  ])
    assert.throws(
      ask,
      (error: { code: string; message: string }) =>
        error.code === "PREDICTION_INVALID" && /item 7/.test(error.message),
    );
});

test.run();

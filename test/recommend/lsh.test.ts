import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { seededRandom } from "@movielens/lib/data";
import {
  denseVectors,
  exactSearch,
  lshCurve,
  lshIndex,
  type ItemVectors,
  type LshOptions,
} from "@movielens/lib/recommend";

const METRICS = ["cosine", "euclidean"] as const;

/** Points around centres of their own, as the factors of films of one kind are. Every tenth item has no vector. */
function clustered(items: number, size: number, clusters: number, seed: number): ItemVectors {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Float32Array.from({ length: clusters * size }, normal);
  const values = Float32Array.from({ length: items * size }, (_, at) => {
    const item = Math.floor(at / size);
    if (item % 10 === 9) return 0;
    return centres[(item % clusters) * size + (at % size)] + 0.6 * normal();
  });
  return denseVectors(
    values,
    Uint32Array.from({ length: items }, (_, item) => item + 1),
  );
}

const settings = fc.record({
  tables: fc.integer({ min: 1, max: 4 }),
  hashes: fc.integer({ min: 1, max: 8 }),
  probes: fc.integer({ min: 0, max: 20 }),
  slots: fc.integer({ min: 2, max: 6 }),
  seed: fc.integer({ min: 1, max: 100 }),
});

for (const metric of METRICS) {
  test(`${metric}: what the index finds is among its candidates, has the exact score, and is never nearer than the exact answer`, () => {
    const vectors = clustered(120, 6, 8, 3);
    const exact = exactSearch(vectors, metric);
    fc.assert(
      fc.property(settings, fc.nat(119), (options, item) => {
        fc.pre(item % 10 !== 9);
        const slots = metric === "cosine" ? undefined : options.slots;
        const index = lshIndex(vectors, { ...options, slots, metric });
        const candidates = index.candidates(item);
        assert.ok(candidates.includes(item), "an item is in its own bucket");
        candidates.forEach((candidate, at) => {
          assert.ok(candidate < 120 && candidate % 10 !== 9);
          if (at > 0) assert.ok(candidate > candidates[at - 1], "each once");
        });
        const found = index.nearest(item, 10);
        assert.is(found.scored, candidates.length - 1);
        const all = exact.nearest(item, 120).items;
        found.items.forEach((similar, at) => {
          assert.ok(candidates.includes(similar.item));
          assert.equal(
            similar,
            all.find((other) => other.item === similar.item),
          );
          assert.ok(all[at].score >= similar.score);
        });
      }),
    );
  });

  test(`${metric}: with every bucket looked into, the index is the exact search`, () => {
    const vectors = clustered(90, 5, 6, 4);
    const exact = exactSearch(vectors, metric);
    // One direction per table: an item and its neighbour slots are nearly all, and many tables are all.
    const index = lshIndex(vectors, { metric, tables: 64, hashes: 1, probes: 2 });
    for (let item = 0; item < 90; item++)
      if (item % 10 !== 9) assert.equal(index.nearest(item, 10), exact.nearest(item, 10));
  });

  test(`${metric}: nine of ten neighbours are found by comparing a fifth of the items`, () => {
    const vectors = clustered(4000, 32, 60, 5);
    const [point] = lshCurve(vectors, [{}], { metric, queries: 100 });
    assert.ok(point.recall >= 0.9, `recall ${point.recall}`);
    assert.ok(point.scoredShare <= 0.2, `compared ${point.scoredShare}`);
  });

  test(`${metric}: more probes and more tables never lose a candidate`, () => {
    const vectors = clustered(300, 8, 10, 6);
    const candidates = (options: LshOptions): Set<number> =>
      new Set(lshIndex(vectors, { metric, hashes: 8, ...options }).candidates(7));
    for (const [fewer, more] of [
      [candidates({ tables: 2, probes: 0 }), candidates({ tables: 2, probes: 5 })],
      [candidates({ tables: 2, probes: 5 }), candidates({ tables: 2, probes: 30 })],
    ])
      for (const item of fewer) assert.ok(more.has(item));
  });
}

test("the same seed builds the same index, another one another", () => {
  const vectors = clustered(500, 8, 10, 7);
  const found = (seed: number): number[][] => {
    const index = lshIndex(vectors, { tables: 1, hashes: 8, probes: 0, seed });
    return Array.from({ length: 9 }, (_, item) => [...index.candidates(item)]);
  };
  assert.equal(found(1), found(1));
  assert.not.equal(found(1), found(2));
});

test("a point of the curve says what share is found and what is compared", () => {
  const vectors = clustered(200, 8, 10, 8);
  const [all, few] = lshCurve(
    vectors,
    [
      { tables: 1, hashes: 1, probes: 1 },
      { tables: 1, hashes: 12, probes: 0 },
    ],
    { queries: 50 },
  );
  assert.is(all.recall, 1);
  // 180 items have a vector, of which one is the item itself.
  assert.ok(Math.abs(all.scoredShare - 179 / 200) < 1e-12);
  assert.ok(few.recall < 1 && few.scoredShare < all.scoredShare);
  assert.equal(few.options, { tables: 1, hashes: 12, probes: 0, metric: "cosine" });
});

test("an item without a vector has no candidates, and the error says why", () => {
  const index = lshIndex(clustered(20, 4, 2, 1));
  assert.throws(
    () => index.nearest(9, 3),
    (error: { code: string; message: string }) =>
      error.code === "ITEM_COLD" && error.message.includes("movie 10 has no factors"),
  );
});

test("nothing to compare is an error of the curve, not a recall", () => {
  assert.throws(
    () => lshCurve(denseVectors(new Float64Array(8), Uint32Array.of(1, 2)), [{}]),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test("options out of range are refused", () => {
  const vectors = clustered(20, 4, 2, 1);
  for (const options of [
    { tables: 0 },
    { tables: 1.5 },
    { hashes: 0 },
    { hashes: 31 },
    { probes: -1 },
    { slots: 3 },
    { metric: "euclidean", slots: 1.5 },
    { metric: "euclidean", slots: NaN },
  ] as LshOptions[])
    assert.throws(
      () => lshIndex(vectors, options),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

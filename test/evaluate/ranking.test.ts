import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { subset } from "@movielens/lib/data";
import {
  aucAt,
  averagePrecisionAt,
  hitRateAt,
  ndcgAt,
  precisionAt,
  RANKING_METRICS,
  rankingMetrics,
  rankingMetricsInThreads,
  recallAt,
  reciprocalRankAt,
  topLists,
  topListsInThreads,
} from "@movielens/lib/evaluate";
import { ratingsByUser, splitRandom, type Split } from "@movielens/lib/data";
import { popularityModel } from "@movielens/lib/recommend";
import { train as trainAls } from "@movielens/lib/als";
import { datasetOf, randomMatrix } from "../synthetic";
import { tableModel, toyDataset, type ToyRating } from "../toy-data";

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

// Hits at positions 2 and 5; the third relevant item, 99, is not in the list.
const list = [10, 20, 30, 40, 50];
const relevant = new Set([20, 50, 99]);
const ones = new Map([...relevant].map((item) => [item, 1]));

test("precision, recall, hit rate and reciprocal rank are those worked out by hand", () => {
  close(precisionAt(list, relevant, 5), 2 / 5);
  close(precisionAt(list, relevant, 2), 1 / 2);
  close(recallAt(list, relevant, 5), 2 / 3);
  close(recallAt(list, relevant, 1), 0);
  assert.is(hitRateAt(list, relevant, 1), 0);
  assert.is(hitRateAt(list, relevant, 2), 1);
  close(reciprocalRankAt(list, relevant, 5), 1 / 2);
  close(reciprocalRankAt(list, relevant, 1), 0);
});

test("a list shorter than k is still divided by k", () => {
  close(precisionAt(list, relevant, 10), 2 / 10);
});

test("average precision divides by min(k, relevant) or by relevant, as asked", () => {
  // Precision at the hits: 1/2 at position 2, 2/5 at position 5.
  close(averagePrecisionAt(list, relevant, 5), (1 / 2 + 2 / 5) / 3);
  close(averagePrecisionAt(list, relevant, 2), 1 / 2 / 2);
  close(averagePrecisionAt(list, relevant, 2, "relevant"), 1 / 2 / 3);
});

test("nDCG with binary gains is the one worked out by hand", () => {
  // DCG: 1 / log2(3) + 1 / log2(6). Ideal: three relevant items at 1, 2, 3: 1 + 1 / log2(3) + 1 / log2(4).
  const expected = (1 / Math.log2(3) + 1 / Math.log2(6)) / (1 + 1 / Math.log2(3) + 1 / 2);
  close(ndcgAt(list, ones, 5), expected);
  // At 2 the ideal has two items: 1 + 1 / log2(3).
  close(ndcgAt(list, ones, 2), 1 / Math.log2(3) / (1 + 1 / Math.log2(3)));
});

test("nDCG with graded gains puts the largest gain first in the ideal", () => {
  // Gains in list order 0, 3, 0, 0, 5: DCG = 3 / log2(3) + 5 / log2(6); ideal 5 + 3 / log2(3).
  const gains = new Map([
    [20, 3],
    [50, 5],
  ]);
  close(ndcgAt(list, gains, 5), (3 / Math.log2(3) + 5 / Math.log2(6)) / (5 + 3 / Math.log2(3)));
});

test("limited AUC counts the pairs in order, and half of those that the list leaves open", () => {
  // Of 3 relevant and 7 others, at 5: misses at 1, 3, 4 have 0, 1, 1 hits before them; 4 others are behind the list,
  // each after 2 hits and level with the third: 2 + 1/2.
  close(aucAt(list, relevant, 5, 7), (0 + 1 + 1 + 4 * 2.5) / (3 * 7));
  // At 1: one miss before all; 6 others level with all three.
  close(aucAt(list, relevant, 1, 7), (6 * 1.5) / (3 * 7));
  // All others in the list: the relevant item that is not in it is behind them all.
  close(aucAt(list, relevant, 5, 3), (0 + 1 + 1) / (3 * 3));
  close(aucAt([20, 50], relevant, 5, 0), 2 / 3);
});

interface Golden {
  relevantFrom: number;
  stars: number[][];
  scores: number[][];
  ndcg: Record<"binary" | "linear" | "exponential", Record<string, number[]>>;
  averagePrecision: number[];
}
const golden = JSON.parse(readFileSync(join(__dirname, "goldens", "scikit-learn.json"), "utf8")) as Golden;
// Every item of the golden is known by a last user, who has nothing held out and is not measured.
const goldenRows = golden.stars.flatMap((row, user) =>
  row.flatMap((stars, item): ToyRating[] => (stars > 0 ? [[user + 1, item + 1, stars]] : [])),
);
const goldenItems = golden.stars[0].length;
const goldenWhole = toyDataset([
  ...goldenRows,
  ...Array.from({ length: goldenItems }, (_, item): ToyRating => [99, item + 1, 3]),
]);
const goldenSplit = {
  train: subset(
    goldenWhole,
    Uint32Array.from({ length: goldenItems }, (_, at) => goldenRows.length + at),
  ),
  test: subset(goldenWhole, Uint32Array.from(goldenRows.keys())),
};
const goldenModel = tableModel([...golden.scores, new Array<number>(goldenItems).fill(0)]);

for (const gain of ["binary", "linear", "exponential"] as const)
  test(`nDCG with ${gain} gains agrees with scikit-learn's ndcg_score at every k`, () => {
    for (const [k, values] of Object.entries(golden.ndcg[gain])) {
      const { perUser } = rankingMetrics(goldenModel, goldenSplit, {
        k: Number(k),
        relevantFrom: golden.relevantFrom,
        gain,
      });
      assert.is(perUser.ndcg.length, values.length);
      values.forEach((value, user) => close(perUser.ndcg[user], value));
    }
  });

test("average precision over the whole ranking agrees with scikit-learn's average_precision_score", () => {
  const { perUser } = rankingMetrics(goldenModel, goldenSplit, {
    k: goldenItems,
    relevantFrom: golden.relevantFrom,
    mapDenominator: "relevant",
  });
  golden.averagePrecision.forEach((value, user) => close(perUser.map[user], value));
});

// Movies 10–50 (indices 0–4). User 1 has rated 10 in train; user 2 has rated 20. Movie 50 is cold.
const whole = toyDataset([
  [1, 10, 5],
  [2, 20, 5],
  [2, 30, 1],
  [2, 40, 1],
  [1, 20, 4],
  [1, 50, 5],
  [2, 10, 3.5],
  [3, 10, 4],
  [3, 30, 2],
]);
const train = subset(whole, Uint32Array.of(0, 1, 2, 3));
const held = subset(whole, Uint32Array.of(4, 5, 6, 7, 8));
const model = tableModel([
  [9, 4, 3, 8, -Infinity],
  [1, 2, 3, 4, -Infinity],
  [5, 4, 3, 2, -Infinity],
]);

test("all unseen items are ranked, seen ones are not, and users without a relevant item are counted, not measured", () => {
  const metrics = rankingMetrics(model, { train, test: held }, { k: 2 });
  // User 1: unseen best 40, 20; relevant 20 and 50 (cold): a hit at 2 → precision 1/2, recall 1/2, RR 1/2.
  // User 2: 10 at 3.5 stars is not relevant: left out. User 3, cold: 10, 20; relevant 10: precision 1/2, recall 1, RR 1.
  assert.is(metrics.users, 2);
  assert.is(metrics.usersWithoutRelevant, 1);
  assert.is(metrics.relevantItems, 3);
  assert.is(metrics.coldRelevantItems, 1);
  assert.equal(metrics.perUser.users, Uint32Array.of(0, 2));
  close(metrics.precision, 1 / 2);
  close(metrics.recall, (1 / 2 + 1) / 2);
  close(metrics.mrr, (1 / 2 + 1) / 2);
  close(metrics.hitRate, 1);
  // User 1: of the three unseen films in the catalogue 20 is liked, and 50 cannot be recommended; the others are 30 and
  // 40. 40 before 20: wrong; 30 behind 20, level with 50: 3/2. User 3: the others are 20, 30 and 40, all behind.
  close(metrics.auc, ((0 + 1.5) / (2 * 2) + 1) / 2);
  close(metrics.map, (1 / 2 / 2 + 1) / 2);
  close(metrics.ndcg, (1 / Math.log2(3) / (1 + 1 / Math.log2(3)) + 1) / 2);
});

test("users without a training rating are scored apart as well", () => {
  const { warm, cold } = rankingMetrics(model, { train, test: held }, { k: 2 });
  assert.is(warm!.users, 1);
  close(warm!.recall, 1 / 2);
  assert.is(cold!.users, 1);
  close(cold!.recall, 1);
});

test("users without a relevant item count as 0 in every metric where that is asked for, as in Spark", () => {
  const options = { k: 2, withoutRelevant: "zero" as const };
  const [leftOut, zero] = [{ k: 2 }, options].map((own) => rankingMetrics(model, { train, test: held }, own));
  assert.equal(zero.perUser.users, Uint32Array.of(0, 1, 2));
  assert.is(zero.usersWithoutRelevant, 1);
  for (const name of RANKING_METRICS) {
    assert.is(zero.perUser[name][1], 0);
    close(zero[name], (2 * leftOut[name]) / 3);
  }
  assert.throws(
    () => rankingMetrics(model, { train, test: held }, { ...options, relevantFrom: 6 }),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test("what is relevant is a matter of stars", () => {
  const metrics = rankingMetrics(model, { train, test: held }, { k: 2, relevantFrom: 3.5 });
  assert.is(metrics.users, 3);
  assert.is(metrics.usersWithoutRelevant, 0);
});

test("nobody with a relevant item is a typed error, not a zero", () => {
  assert.throws(
    () => rankingMetrics(model, { train, test: held }, { relevantFrom: 6 }),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test("a k below 1 or broken is refused", () => {
  for (const k of [0, -1, 2.5, NaN])
    assert.throws(
      () => rankingMetrics(model, { train, test: held }, { k }),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test("a k larger than the catalogue gives every unseen item once, and recall of all that can be found", () => {
  const lists = topLists(model, ratingsByUser(train), Uint32Array.of(0, 1, 2), 1000);
  assert.equal(
    lists.lists.map((items) => [...items]),
    [[3, 1, 2], [0], [0, 1, 2, 3]],
  );
  const metrics = rankingMetrics(model, { train, test: held }, { k: 1000 });
  close(metrics.recall, (1 / 2 + 1) / 2);
  close(metrics.precision, (1 / 1000 + 1 / 1000) / 2);
});

test("lists made in threads, and the metrics of them, are the same, of models that can and models that cannot", async () => {
  const split = splitRandom(datasetOf(randomMatrix(40, 60, 0.3, 1)), { testShare: 0.3, seed: 1 });
  const als = await trainAls(split.train, { feedback: "implicit", rank: 5, iterations: 2 });
  const byUser = ratingsByUser(split.train);
  const users = Uint32Array.of(3, 0, 39);
  const wrapped = {
    name: als.name,
    users: als.users,
    items: als.items,
    predict: als.predict.bind(als),
    scoreItems: als.scoreItems.bind(als),
    recommend: als.recommend.bind(als),
  };
  for (const model of [als, wrapped]) {
    assert.equal(await topListsInThreads(model, byUser, users, 7), topLists(als, byUser, users, 7));
    assert.equal(await rankingMetricsInThreads(model, split, { k: 5 }), rankingMetrics(als, split, { k: 5 }));
  }
});

const manyUsers = (): Split =>
  splitRandom(datasetOf(randomMatrix(450, 30, 0.3, 1)), { testShare: 0.3, seed: 1 });

test("a model without threads of its own is ranked in turns, and tells how far it is", async () => {
  const split = manyUsers();
  const model = popularityModel(split.train);
  const told: number[] = [];
  const found = await rankingMetricsInThreads(model, split, {
    k: 5,
    onProgress: ({ done, users }) => told.push(done / users),
  });
  assert.equal(found, rankingMetrics(model, split, { k: 5 }));
  assert.ok(told.length > 1, "more users than a turn has");
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.is(told[told.length - 1], 1);
});

test("a raised signal stops the ranking between two turns", async () => {
  const split = manyUsers();
  const model = popularityModel(split.train);
  const controller = new AbortController();
  let turns = 0;
  const stopped = rankingMetricsInThreads(model, split, {
    signal: controller.signal,
    onProgress: () => {
      turns++;
      controller.abort();
    },
  });
  await stopped.then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "TRAINING_ABORTED"),
  );
  assert.is(turns, 1);
});

test("a user who has seen everything has an empty list and counts as a miss, not as NaN", () => {
  const rows = toyDataset([
    [1, 10, 4],
    [1, 20, 4],
    [2, 10, 4],
    [1, 30, 5],
  ]);
  const split = { train: subset(rows, Uint32Array.of(0, 1, 2)), test: subset(rows, Uint32Array.of(3)) };
  const lists = topLists(
    tableModel([
      [1, 2, -Infinity],
      [1, 2, -Infinity],
    ]),
    ratingsByUser(split.train),
    Uint32Array.of(0),
    10,
  );
  assert.is(lists.lists[0].length, 0);
  const metrics = rankingMetrics(
    tableModel([
      [1, 2, -Infinity],
      [1, 2, -Infinity],
    ]),
    split,
  );
  for (const name of RANKING_METRICS) assert.is(metrics[name], 0);
});

// A ranking of distinct items and a set of relevant ones, some perhaps not in the ranking.
const ranking = fc
  .tuple(fc.shuffledSubarray([...Array(20).keys()]), fc.subarray([...Array(25).keys()], { minLength: 1 }))
  .map(([items, wanted]) => ({ items, wanted: new Set(wanted) }));
const cutoff = fc.integer({ min: 1, max: 30 });

test("every metric lies between 0 and 1", () => {
  fc.assert(
    fc.property(
      ranking,
      cutoff,
      fc.constantFrom("truncated" as const, "relevant" as const),
      (r, k, denominator) => {
        const gains = new Map([...r.wanted].map((item) => [item, 1 + (item % 5)]));
        for (const value of [
          precisionAt(r.items, r.wanted, k),
          recallAt(r.items, r.wanted, k),
          hitRateAt(r.items, r.wanted, k),
          reciprocalRankAt(r.items, r.wanted, k),
          averagePrecisionAt(r.items, r.wanted, k, denominator),
          ndcgAt(r.items, gains, k),
          aucAt(r.items, r.wanted, k, 20 - [...r.wanted].filter((item) => item < 20).length),
        ])
          assert.ok(value >= 0 && value <= 1 + 1e-12, `${value}`);
      },
    ),
  );
});

test("a ranking that begins with the relevant items, best first, scores 1", () => {
  fc.assert(
    fc.property(ranking, cutoff, ({ items, wanted }, k) => {
      const gain = (item: number): number => 1 + (item % 5);
      const gains = new Map([...wanted].map((item) => [item, gain(item)]));
      const perfect = [
        ...[...wanted].sort((a, b) => gain(b) - gain(a)),
        ...items.filter((item) => !wanted.has(item)),
      ];
      close(ndcgAt(perfect, gains, k), 1);
      close(averagePrecisionAt(perfect, wanted, k), 1);
      close(reciprocalRankAt(perfect, wanted, k), 1);
    }),
  );
});

test("what the items are called does not matter", () => {
  fc.assert(
    fc.property(
      ranking,
      cutoff,
      fc.shuffledSubarray([...Array(25).keys()], { minLength: 25 }),
      (r, k, name) => {
        const items = r.items.map((item) => name[item]);
        const wanted = new Set([...r.wanted].map((item) => name[item]));
        const gains = (set: Set<number>): Map<number, number> => new Map([...set].map((item) => [item, 1]));
        assert.is(precisionAt(items, wanted, k), precisionAt(r.items, r.wanted, k));
        assert.is(averagePrecisionAt(items, wanted, k), averagePrecisionAt(r.items, r.wanted, k));
        assert.is(ndcgAt(items, gains(wanted), k), ndcgAt(r.items, gains(r.wanted), k));
      },
    ),
  );
});

test("moving a relevant item one place up never lowers a metric", () => {
  fc.assert(
    fc.property(ranking, cutoff, fc.nat(18), ({ items, wanted }, k, at) => {
      if (at + 1 >= items.length || wanted.has(items[at]) || !wanted.has(items[at + 1])) return;
      const better = [...items];
      [better[at], better[at + 1]] = [better[at + 1], better[at]];
      const gains = new Map([...wanted].map((item) => [item, 1]));
      assert.ok(ndcgAt(better, gains, k) >= ndcgAt(items, gains, k) - 1e-12);
      assert.ok(averagePrecisionAt(better, wanted, k) >= averagePrecisionAt(items, wanted, k) - 1e-12);
      assert.ok(reciprocalRankAt(better, wanted, k) >= reciprocalRankAt(items, wanted, k));
      assert.ok(aucAt(better, wanted, k, 20) >= aucAt(items, wanted, k, 20) - 1e-12);
    }),
  );
});

test.run();

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { subset } from "@movielens/lib/data";
import {
  aucAt,
  coverage,
  diversity,
  evaluate,
  novelty,
  raterCosine,
  rankingMetrics,
  serendipity,
  unexpectedness,
  type Gain,
  type MapDenominator,
  type TopLists,
} from "@movielens/lib/evaluate";
import { tableModel, toyDataset, type ToyRating } from "../toy-data";

/** As goldens/recommenders_metrics.py writes it. */
interface Golden {
  users: number;
  items: number;
  k: number;
  relevantFrom: number;
  train: [user: number, item: number, stars: number][];
  test: [user: number, item: number, stars: number][];
  lists: number[][];
  /** All unseen items of each user, best first. */
  ranked: number[][];
  recommenders: {
    precision: number;
    recall: number;
    map: Record<MapDenominator, number>;
    ndcg: Record<Gain, number>;
    coverage: number;
    novelty: number;
    diversity: number[];
    unexpectedness: number[];
    serendipity: number[];
  };
  implicit: Record<"map" | "ndcg" | "auc", number>;
  rocAuc: number[];
}
const golden = JSON.parse(readFileSync(join(__dirname, "goldens", "recommenders.json"), "utf8")) as Golden;
const { k, relevantFrom, items } = golden;

const rows = [...golden.train, ...golden.test];
const whole = toyDataset(rows.map(([user, item, stars]): ToyRating => [user + 1, item + 1, stars]));
const split = {
  train: subset(whole, Uint32Array.from(golden.train.keys())),
  test: subset(
    whole,
    Uint32Array.from(golden.test.keys(), (at) => golden.train.length + at),
  ),
};
/** Scores that rank as the golden does; what is seen scores highest, so that it must be left out to agree. */
const model = tableModel(
  golden.ranked.map((order) =>
    Array.from({ length: items }, (_, item) => (order.includes(item) ? -order.indexOf(item) : 1)),
  ),
);
const lists: TopLists = {
  k,
  users: Uint32Array.from(golden.lists.keys()),
  lists: golden.lists.map((list) => Uint32Array.from(list)),
};

const close = (actual: number | null, expected: number, within = 1e-12): void =>
  assert.ok(actual !== null && Math.abs(actual - expected) < within, `${actual} is not ${expected}`);
const closeEach = (actual: ArrayLike<number>, expected: number[], within?: number): void => {
  assert.is(actual.length, expected.length);
  expected.forEach((value, at) => close(actual[at], value, within));
};

test("the lists of the golden are those that the unseen items make", () => {
  const { lists: made } = evaluate(model, split, { k, relevantFrom, predicts: "preference" });
  assert.equal(
    made.lists.map((list) => [...list]),
    golden.lists,
  );
});

test("precision, recall and MAP, whichever its denominator, agree with recommenders", () => {
  const { precision, recall, map } = golden.recommenders;
  assert.not.equal(map.truncated, map.relevant);
  for (const mapDenominator of ["truncated", "relevant"] as const) {
    const metrics = rankingMetrics(model, split, { k, relevantFrom, mapDenominator });
    close(metrics.precision, precision);
    close(metrics.recall, recall);
    close(metrics.map, map[mapDenominator]);
  }
});

for (const gain of ["binary", "linear", "exponential"] as const)
  test(`nDCG with ${gain} gains agrees with recommenders`, () => {
    close(rankingMetrics(model, split, { k, relevantFrom, gain }).ndcg, golden.recommenders.ndcg[gain]);
  });

test("MAP and nDCG as they are by default agree with implicit", () => {
  const metrics = rankingMetrics(model, split, { k, relevantFrom });
  close(metrics.map, golden.implicit.map);
  close(metrics.ndcg, golden.implicit.ndcg);
});

const relevantOf = (user: number): Set<number> =>
  new Set(
    golden.test.filter(([own, , stars]) => own === user && stars >= relevantFrom).map(([, item]) => item),
  );

test("limited AUC agrees with implicit where, as there, seen items are among the others", () => {
  const values = golden.lists.map((list, user) => {
    const relevant = relevantOf(user);
    return aucAt(list, relevant, k, items - relevant.size);
  });
  close(values.reduce((sum, value) => sum + value, 0) / values.length, golden.implicit.auc);
});

test("AUC over the whole catalogue agrees with scikit-learn's roc_auc_score over the unseen items", () => {
  const { perUser } = rankingMetrics(model, split, { k: items, relevantFrom });
  closeEach(perUser.auc, golden.rocAuc);
});

test("catalogue coverage agrees with recommenders", () => {
  close(coverage(lists, split.train).value, golden.recommenders.coverage);
});

test("novelty agrees with recommenders, which counts ratings where this counts users", () => {
  const constant = Math.log2(golden.train.length / new Set(golden.train.map(([user]) => user)).size);
  close(novelty(lists, split.train).value! + constant, golden.recommenders.novelty);
});

test("diversity by the cosine of raters agrees with recommenders, user by user", () => {
  const figure = diversity(lists, split.train, raterCosine(split.train));
  closeEach(figure.statistic!.numerator, golden.recommenders.diversity);
});

test("unexpectedness and serendipity agree with recommenders, user by user", () => {
  closeEach(unexpectedness(lists, split.train).statistic!.numerator, golden.recommenders.unexpectedness);
  const figure = serendipity(lists, split, { relevantFrom });
  assert.ok(figure.value! > 0);
  closeEach(figure.statistic!.numerator, golden.recommenders.serendipity);
});

test.run();

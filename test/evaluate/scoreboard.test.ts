import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  kFoldStratified,
  loadDataset,
  projectPath,
  splitRandom,
  subset,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import {
  alsContender,
  baselineContenders,
  bootstrap,
  compareModels,
  evaluate,
  MEASURES,
  pooledStatistics,
  RANKING_METRICS,
  rankingMetrics,
  ratingMetrics,
  scoreboard,
  statisticsOf,
  type Contender,
  type Estimate,
  type ScoreboardProgress,
  type ScoreboardRow,
} from "@movielens/lib/evaluate";
import { popularityModel } from "@movielens/lib/recommend";
import { tableModel, toyDataset, type ToyRating } from "../toy-data";

let dataset: Dataset;
let split: Split;
let rows: ScoreboardRow[];
const progress: ScoreboardProgress[] = [];
const contenders: Contender[] = [
  ...baselineContenders(),
  alsContender({ feedback: "explicit", rank: 8, iterations: 5, lambda: 0.15, nu: 1, lambdaBias: 0.1 }),
  alsContender({ feedback: "implicit", rank: 8, iterations: 5, lambda: 0.1, nu: 1, alpha: 1 }),
];
test.before(async () => {
  dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  split = splitRandom(dataset, { testShare: 0.2, seed: 11 });
  rows = await scoreboard(contenders, split, { samples: 200, onProgress: (report) => progress.push(report) });
});

const rowOf = (name: string): ScoreboardRow => rows.find(({ model }) => model === name)!;

test("every contender has a line, in the order given", () => {
  assert.equal(
    rows.map(({ model }) => model),
    ["global mean", "damped biases", "popularity", "explicit ALS", "implicit ALS"],
  );
});

test("models of preferences have no error in stars, models of stars have one", () => {
  for (const { model, rmse, mae } of rows) {
    const stars = !["popularity", "implicit ALS"].includes(model);
    assert.is(rmse !== null, stars, model);
    assert.is(mae !== null, stars, model);
  }
});

test("every figure lies inside its interval, and its interval inside its range", () => {
  for (const row of rows) {
    const shares: Estimate[] = [...RANKING_METRICS.map((metric) => row[metric]), row.diversity!];
    for (const { value, low, high } of shares)
      assert.ok(
        0 <= low! && low! <= value && value <= high! && high! <= 1,
        `${row.model}: ${low} ${value} ${high}`,
      );
    for (const estimate of [row.rmse, row.mae, row.novelty])
      if (estimate)
        assert.ok(0 < estimate.low! && estimate.low! < estimate.value && estimate.value < estimate.high!);
    for (const estimate of [row.coverage, row.gini!, row.unexpectedness!, row.serendipity!, row.popularity!])
      assert.ok(
        0 <= estimate.low! && estimate.low! <= estimate.value && estimate.value <= estimate.high!,
        `${row.model}: ${estimate.low} ${estimate.value} ${estimate.high}`,
      );
    assert.ok(row.coverage.value > 0 && row.coverage.high! < 1);
    assert.ok(row.trainSeconds! >= 0);
  }
});

test("the figures are those of the metrics themselves", () => {
  const model = popularityModel(split.train);
  const ranking = rankingMetrics(model, split);
  for (const metric of RANKING_METRICS) assert.is(rowOf("popularity")[metric].value, ranking[metric]);
});

test("what is known of these data holds: learning helps, and what is tuned for stars ranks badly", () => {
  assert.ok(rowOf("explicit ALS").rmse!.value < rowOf("damped biases").rmse!.value);
  assert.ok(rowOf("damped biases").rmse!.value < rowOf("global mean").rmse!.low!);
  assert.ok(rowOf("implicit ALS").ndcg.low! > rowOf("popularity").ndcg.high!);
  assert.ok(rowOf("explicit ALS").ndcg.high! < rowOf("popularity").ndcg.low!);
});

test("two models are compared user by user", () => {
  const [implicit, popularity] = [rowOf("implicit ALS").evaluation, rowOf("popularity").evaluation];
  const better = compareModels(implicit, popularity, "ndcg");
  assert.ok(better.low > 0);
  assert.ok(better.pValue < 0.01);
  assert.is(better.users, implicit.ranking.users);
  assert.throws(
    () => compareModels(implicit, rowOf("explicit ALS").evaluation, "rmse"),
    (error: { code: string }) => error.code === "METRIC_EMPTY",
  );
});

test("progress names each model twice, with how many are done", () => {
  assert.equal(
    progress.map(({ model, stage, done, models }) => `${done}/${models} ${stage} ${model}`),
    contenders.flatMap(({ name }, at) => [`${at}/5 training ${name}`, `${at}/5 measuring ${name}`]),
  );
});

test("the scoreboard is the same when made again", async () => {
  const again = await scoreboard(contenders.slice(0, 3), split, { samples: 200 });
  again.forEach((row, at) => {
    for (const metric of ["rmse", "ndcg", "coverage", "novelty", "diversity"] as const)
      assert.equal(row[metric], rows[at][metric]);
  });
});

test("a contender is given the training part and nothing else", async () => {
  const given: Dataset[] = [];
  const curious: Contender = {
    name: "curious",
    predicts: "preference",
    fit: (train) => {
      given.push(train);
      return popularityModel(train);
    },
  };
  await scoreboard([curious], split, { samples: 10 });
  assert.is(given.length, 1);
  assert.ok(given[0] === split.train);
});

test("a planted leak shows: who has learned from the held-out ratings is far better on them", async () => {
  const leaky = contenders.map((contender) => ({ ...contender, fit: () => contender.fit(dataset) }));
  const leaked = await scoreboard(leaky, split, { samples: 100 });
  const ofLeaked = (name: string): ScoreboardRow => leaked.find(({ model }) => model === name)!;
  assert.ok(ofLeaked("explicit ALS").rmse!.high! < rowOf("explicit ALS").rmse!.low!);
  assert.ok(ofLeaked("damped biases").rmse!.value < rowOf("damped biases").rmse!.value);
  // A model that counts the held-out films as seen must not be able to hide from the ranking because of it.
  const [leakedLists, honestLists] = [ofLeaked("implicit ALS"), rowOf("implicit ALS")];
  assert.ok(compareModels(leakedLists.evaluation, honestLists.evaluation, "ndcg").low > 0);
  assert.ok(ofLeaked("popularity").ndcg.value > rowOf("popularity").ndcg.value);
});

test("a model trained before is measured with the training time that it brings", async () => {
  const model = popularityModel(split.train);
  const [row] = await scoreboard(
    [{ name: "old", predicts: "preference", fit: () => model, trainSeconds: null }],
    split,
    { samples: 10 },
  );
  assert.is(row.trainSeconds, null);
});

test("a raised signal stops the scoreboard before the next model", async () => {
  const controller = new AbortController();
  const reached: string[] = [];
  try {
    await scoreboard(baselineContenders(), split, {
      samples: 10,
      signal: controller.signal,
      onProgress: ({ model, stage }) => {
        reached.push(model);
        if (stage === "measuring") controller.abort();
      },
    });
    assert.unreachable("the scoreboard went on");
  } catch (error) {
    assert.is((error as { code: string }).code, "TRAINING_ABORTED");
  }
  assert.equal([...new Set(reached)], ["global mean"]);
});

test("two contenders of one name are refused", async () => {
  const [mean] = baselineContenders();
  await scoreboard([mean, mean], split).then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "OPTION_INVALID"),
  );
});

// Robustness: small and odd data sets through every contender.
const small = alsContender({ feedback: "explicit", rank: 2, iterations: 2 });
const smallImplicit = alsContender({ feedback: "implicit", rank: 2, iterations: 2 });
const everybody = [...baselineContenders(), small, smallImplicit];

const odd: [string, ToyRating[], number[]][] = [
  [
    "one user",
    [
      [1, 10, 5],
      [1, 20, 3],
      [1, 30, 4],
    ],
    [2],
  ],
  [
    "one item",
    [
      [1, 10, 5],
      [2, 10, 3],
      [3, 10, 4],
    ],
    [2],
  ],
  [
    "all ratings equal",
    [
      [1, 10, 4],
      [1, 20, 4],
      [2, 10, 4],
      [2, 30, 4],
      [1, 30, 4],
    ],
    [4],
  ],
  [
    "a user whose every film is seen",
    [
      [1, 10, 5],
      [1, 20, 4],
      [2, 10, 5],
      [1, 30, 5],
      [2, 20, 5],
    ],
    [3, 4],
  ],
];

for (const [name, ratings, held] of odd)
  test(`${name}: the scoreboard has only finite figures and explicit gaps`, async () => {
    const whole = toyDataset(ratings);
    const part = (inTest: boolean): Dataset =>
      subset(
        whole,
        Uint32Array.from(ratings.keys()).filter((row) => held.includes(row) === inTest),
      );
    const toy: Split = { protocol: "by hand", train: part(false), test: part(true), parameters: {} };
    const board = await scoreboard(everybody, toy, { samples: 20, k: 1000 });
    assert.is(board.length, everybody.length);
    for (const row of board)
      for (const measure of MEASURES) {
        const estimate = row[measure];
        if (estimate === null) continue;
        assert.ok(Number.isFinite(estimate.value), `${row.model}: ${measure} ${estimate.value}`);
        for (const end of [estimate.low, estimate.high])
          assert.ok(end === null || Number.isFinite(end), `${row.model}: ${measure} ${end}`);
      }
  });

test("of ratings that are all equal there is no R², but errors and their number", async () => {
  const whole = toyDataset([
    [1, 10, 4],
    [1, 20, 4],
    [2, 10, 4],
    [2, 20, 4],
  ]);
  const equal: Split = {
    protocol: "by hand",
    train: subset(whole, Uint32Array.of(0, 2)),
    test: subset(whole, Uint32Array.of(1, 3)),
    parameters: {},
  };
  const [row] = await scoreboard(baselineContenders(), equal, { samples: 20 });
  assert.is(row.r2, null);
  assert.is(row.evaluation.rating!.r2, null);
  assert.is(row.evaluation.rating!.count, 2);
  assert.equal(row.rmse, { value: 0, low: 0, high: 0 });
});

test("where every user has seen every film, all miss, nothing is covered, and figures of lists do not exist", async () => {
  const whole = toyDataset([
    [1, 10, 4],
    [2, 10, 5],
    [1, 20, 4],
    [2, 20, 5],
  ]);
  const full: Split = {
    protocol: "by hand",
    train: subset(whole, Uint32Array.of(0, 1)),
    test: subset(whole, Uint32Array.of(2, 3)),
    parameters: {},
  };
  for (const row of await scoreboard(baselineContenders(), full, { samples: 20 })) {
    for (const metric of RANKING_METRICS) assert.equal(row[metric], { value: 0, low: 0, high: 0 });
    assert.equal(row.coverage, { value: 0, low: null, high: null });
    for (const measure of ["gini", "novelty", "diversity", "unexpectedness", "popularityLift"] as const)
      assert.is(row[measure], null);
    assert.is(row.evaluation.novelty.usersLeftOut, 2);
  }
});

test("every measure that has an interval has a paired test, and a model does not differ from itself in it", () => {
  const [implicit, popularity] = [rowOf("implicit ALS").evaluation, rowOf("popularity").evaluation];
  for (const measure of MEASURES) {
    if (statisticsOf(implicit)[measure] === null) continue;
    const { difference, low, high, pValue } = compareModels(implicit, popularity, measure, { samples: 100 });
    assert.ok(low <= difference && difference <= high, measure);
    assert.ok(pValue > 0 && pValue <= 1);
    assert.is(compareModels(implicit, implicit, measure, { samples: 10 }).pValue, 1);
  }
  assert.equal(
    MEASURES.filter((measure) => statisticsOf(implicit)[measure] === null),
    ["rmse", "mae", "r2"],
  );
  assert.ok(compareModels(implicit, popularity, "coverage").low > 0, "a personal list covers more");
  assert.ok(compareModels(implicit, popularity, "popularityLift").high < 0, "and is less of bestsellers");
});

test("the mean of a measure's values by user is its value", () => {
  for (const row of rows) {
    const statistics = statisticsOf(row.evaluation);
    for (const measure of MEASURES) {
      const [statistic, estimate] = [statistics[measure], row[measure]];
      assert.is(statistic === null, estimate === null, `${row.model}: ${measure}`);
      if (statistic)
        assert.ok(Math.abs(bootstrap(statistic, { samples: 1 }).value - estimate!.value) < 1e-9, measure);
    }
  }
});

test("over the folds of a cross-validation each user's sums are put together", async () => {
  const folds = kFoldStratified(dataset, { folds: 2, seed: 5 });
  const evaluations = folds.map((fold) =>
    evaluate(popularityModel(fold.train), fold, { predicts: "preference" }),
  );
  const pooled = pooledStatistics(evaluations);
  const [first, second] = evaluations.map(({ ranking }) => ranking);
  const mean = (first.users * first.ndcg + second.users * second.ndcg) / (first.users + second.users);
  assert.ok(Math.abs(bootstrap(pooled.ndcg!).value - mean) < 1e-12);
  assert.is(pooled.rmse, null);
  assert.ok(pooled.ndcg!.users.length < first.users + second.users, "a user of both folds counts once");
});

test("a model of stars and a model of preferences differ in what is measured of them, not in their lists", () => {
  const whole = toyDataset([
    [1, 10, 5],
    [1, 20, 4],
    [2, 10, 2],
  ]);
  const toy = { train: subset(whole, Uint32Array.of(0, 2)), test: subset(whole, Uint32Array.of(1)) };
  const model = tableModel([
    [5, 4],
    [2, 1],
  ]);
  const [stars, preference] = (["stars", "preference"] as const).map((predicts) =>
    evaluate(model, toy, { predicts }),
  );
  assert.is(preference.rating, null);
  assert.is(stars.rating!.rmse, ratingMetrics(model, toy.test).rmse);
  assert.equal(stars.ranking, preference.ranking);
});

test.run();

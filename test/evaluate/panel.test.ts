import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  filterRatings,
  kFold,
  loadDataset,
  projectPath,
  splitLastShare,
  subset,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import {
  leakCheck,
  ratingMetrics,
  scoreboard,
  scoreboardOverFolds,
  scoreboardPanel,
  type FoldsRow,
  type ScoreboardRow,
} from "@movielens/lib/evaluate";
import {
  CalibratedModel,
  dampedBiasModel,
  learnCalibration,
  popularityModel,
} from "@movielens/lib/recommend";
import { tableModel, toyDataset } from "../toy-data";

let split: Split;
/** Of fewer users and films, for what is trained again and again. */
let few: Split;
let rows: ScoreboardRow[];
const options = { samples: 50 };
const row = (name: string): ScoreboardRow => rows.find(({ model }) => model === name)!;

test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  split = splitLastShare(
    filterRatings(whole, ({ user, item }) => user < 120 && item < 900),
    { testShare: 0.2 },
  );
  few = splitLastShare(
    filterRatings(whole, ({ user, item }) => user < 70 && item < 600),
    { testShare: 0.2 },
  );
  rows = await scoreboard(scoreboardPanel(), split, options);
});

test("all kinds of models are on the panel, and each has a line", () => {
  assert.equal(
    rows.map(({ model }) => model),
    [
      "global mean",
      "damped biases",
      "popularity",
      "BPR",
      "lister",
      "implicit ALS, for lists",
      "implicit ALS, for stars",
      "EASE",
      "EASE, late likes first",
      "item-kNN",
      "user-kNN",
      "item-kNN, stars",
      "user-kNN, stars",
      "explicit ALS",
      "explicit ALS with co-factors",
      "blend",
    ],
  );
  for (const { scoreMicroseconds, modelBytes } of rows)
    assert.ok(scoreMicroseconds > 0 && modelBytes > 0, `${scoreMicroseconds} µs, ${modelBytes} bytes`);
});

test("what is learned beats what is not: stars the mean, lists the bestsellers", () => {
  for (const name of ["item-kNN, stars", "user-kNN, stars", "explicit ALS", "explicit ALS with co-factors"])
    assert.ok(row(name).rmse!.value < row("global mean").rmse!.value, name);
  for (const name of ["implicit ALS, for lists", "EASE", "item-kNN", "blend"])
    assert.ok(row(name).ndcg.value > row("popularity").ndcg.value, name);
});

test("co-factors make a better model of stars", () => {
  assert.ok(row("explicit ALS with co-factors").rmse!.value < row("explicit ALS").rmse!.value);
});

test("settings and weights are chosen by training ratings alone", async () => {
  const names = ["implicit ALS, for lists", "EASE", "blend"];
  for (const contender of scoreboardPanel().filter(({ name }) => names.includes(name)))
    assert.is((await leakCheck(contender, few)).verdict, "clean", contender.name);
});

test("with one setting nothing is tuned, and the blend still learns its weights inside the training part", async () => {
  const [ease, blend] = await scoreboard(
    scoreboardPanel({ settings: 1 }).filter(({ name }) => name === "EASE" || name === "blend"),
    few,
    options,
  );
  assert.ok(ease.ndcg.value > 0 && blend.ndcg.value > 0);
});

test("a model that weighs more holds more: bytes are those of the arrays, shared ones once", async () => {
  const shared = new Float64Array(1000);
  const model = Object.assign(tableModel([[1, 2]]), {
    a: shared,
    b: { again: shared, half: shared.subarray(500) },
  });
  const train = toyDataset([
    [1, 10, 4],
    [1, 20, 3],
    [1, 30, 5],
  ]);
  const toy = { ...splitLastShare(train, { testShare: 0.34 }) };
  const wide = Object.assign(tableModel([[1, 2, 3]]), { shared: model });
  const [line] = await scoreboard([{ name: "wide", predicts: "stars", fit: () => wide }], toy, options);
  assert.is(line.modelBytes, 8000);
});

test("over folds, each user's errors are those of all folds together", async () => {
  const dataset: Dataset = split.train;
  const folds = kFold(dataset, { folds: 3, seed: 2 });
  const heard: string[] = [];
  const panel = scoreboardPanel({ settings: 1 }).slice(0, 3);
  const lines: FoldsRow[] = await scoreboardOverFolds(panel, folds, {
    ...options,
    onProgress: ({ fold, model }) => heard.push(`${fold} ${model}`),
  });
  const errors = folds.map((fold) => {
    const { mae, count } = ratingMetrics(dampedBiasModel(fold.train), fold.test, fold.train);
    return { mae, count };
  });
  const count = errors.reduce((sum, error) => sum + error.count, 0);
  const expected = errors.reduce((sum, error) => sum + error.mae * error.count, 0) / count;
  assert.ok(Math.abs(lines[1].mae!.value - expected) < 1e-12);
  assert.is(lines[2].mae, null);
  assert.is(lines[1].evaluations.length, 3);
  assert.is(new Set(heard).size, 9);
});

test("a scoreboard of no splits is refused", async () => {
  await scoreboardOverFolds(scoreboardPanel(), []).then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "OPTION_INVALID"),
  );
});

test("stars out of preferences: a planted line is found, and predictions are on the scale", () => {
  const all = toyDataset(
    Array.from({ length: 40 }, (_, r) => [1 + (r % 8), 10 + Math.floor(r / 8), 3] as const),
  );
  const table = Array.from({ length: 8 }, (_, user) =>
    Array.from({ length: 5 }, (_, item) => ((user * 5 + item * 3) % 7) / 7),
  );
  const heldOut = subset(all, Uint32Array.from(all.users.keys()));
  const stars = heldOut.ratings.map((_, r) => 2.5 + 1.5 * table[heldOut.users[r]][heldOut.items[r]]);
  const line = learnCalibration(tableModel(table), all, { ...heldOut, ratings: stars });
  assert.ok(Math.abs(line.slope - 1.5) < 1e-6 && Math.abs(line.intercept + 0.5) < 1e-6, JSON.stringify(line));
  const model = new CalibratedModel(tableModel(table), all, { slope: 100, intercept: 0 });
  assert.is(model.predict(7, 4), table[7][4] === 0 ? 3 : 5);
  assert.equal(model.recommend(0, 3), tableModel(table).recommend(0, 3));
});

test("a preference that is the same for all says nothing about stars", () => {
  const train = toyDataset([
    [1, 10, 4],
    [2, 10, 2],
    [2, 20, 3],
  ]);
  const flat = { ...popularityModel(train), predict: () => 1 };
  assert.is(learnCalibration(flat, train, train).slope, 0);
});

test.run();

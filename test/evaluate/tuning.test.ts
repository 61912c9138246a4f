import { test } from "uvu";
import * as assert from "uvu/assert";
import { train } from "@movielens/lib/als";
import { filterRatings, loadDataset, projectPath, splitRandom, type Split } from "@movielens/lib/data";
import {
  rankingMetrics,
  ratingMetrics,
  tuneGrid,
  validationSplit,
  type Trial,
  type Tuning,
} from "@movielens/lib/evaluate";

const grid = { rank: [2, 4], lambda: [0.02, 0.2], iterations: [1, 3, 4] };
const seen: { trial: Trial; done: number; trials: number }[] = [];
let inner: Split;
let tuning: Tuning;
test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const few = filterRatings(whole, ({ user }) => user < 150);
  inner = validationSplit(splitRandom(few, { testShare: 0.2, seed: 1 }), { seed: 2 });
  tuning = await tuneGrid(inner.train, grid, {
    feedback: "explicit",
    validation: inner.test,
    fixed: { seed: 3, nu: 1, lambdaBias: 0.1 },
    onTrial: (trial, { done, trials }) => seen.push({ trial, done, trials }),
  });
});

test("every combination is a trial, iterations running fastest", () => {
  assert.equal(
    tuning.trials.map(({ rank, lambda, iterations }) => [rank, lambda, iterations]),
    [2, 4].flatMap((rank) =>
      [0.02, 0.2].flatMap((lambda) => [1, 3, 4].map((count) => [rank, lambda, count])),
    ),
  );
});

test("each trial is reported as it ends, with how many there will be", () => {
  assert.equal(
    seen.map(({ trial }) => trial),
    tuning.trials,
  );
  assert.equal(
    seen.map(({ done, trials }) => `${done}/${trials}`),
    tuning.trials.map((_, at) => `${at + 1}/12`),
  );
});

test("the RMSE read along one training is that of a model trained for just so many iterations", async () => {
  for (const trial of tuning.trials.filter(({ rank, lambda }) => rank === 4 && lambda === 0.02)) {
    const model = await train(inner.train, trial.options);
    assert.is(model.parts.options.seed, 3, "what is fixed is handed on");
    assert.ok(Math.abs(ratingMetrics(model, inner.test).rmse - trial.value) < 1e-9);
    assert.ok(Math.abs(ratingMetrics(model, inner.train).rmse - trial.trainRmse!) < 1e-9);
  }
});

test("the best has the lowest validation RMSE", () => {
  assert.is(tuning.metric, "rmse");
  assert.is(tuning.better, "lower");
  assert.is(tuning.best.value, Math.min(...tuning.trials.map(({ value }) => value)));
  assert.ok(tuning.trials.includes(tuning.best));
});

test("seconds grow with the iterations of one training", () => {
  for (let at = 1; at < 3; at++) assert.ok(tuning.trials[at].seconds > tuning.trials[at - 1].seconds);
});

test("the same grid gives the same values", async () => {
  const again = await tuneGrid(
    inner.train,
    { ...grid, rank: [2] },
    {
      feedback: "explicit",
      validation: inner.test,
      fixed: { seed: 3, nu: 1, lambdaBias: 0.1 },
    },
  );
  assert.equal(
    again.trials.map(({ value }) => value),
    tuning.trials.slice(0, 6).map(({ value }) => value),
  );
});

test("implicit feedback is tuned by nDCG, higher being better, over α as well", async () => {
  const found = await tuneGrid(
    inner.train,
    { rank: [4], lambda: [0.1], iterations: [1, 3], alpha: [1, 20] },
    {
      feedback: "implicit",
      validation: inner.test,
      k: 5,
    },
  );
  assert.is(found.metric, "ndcg");
  assert.is(found.better, "higher");
  assert.is(found.trials.length, 4);
  assert.is(found.best.value, Math.max(...found.trials.map(({ value }) => value)));
  const model = await train(inner.train, found.best.options);
  const { ndcg } = rankingMetrics(model, { train: inner.train, test: inner.test }, { k: 5 });
  assert.is(found.best.value, ndcg);
});

test("explicit feedback can be tuned by MAE", async () => {
  const found = await tuneGrid(
    inner.train,
    { rank: [2], lambda: [0.05, 0.5], iterations: [2] },
    {
      feedback: "explicit",
      validation: inner.test,
      metric: "mae",
    },
  );
  const model = await train(inner.train, found.best.options);
  assert.is(found.best.value, ratingMetrics(model, inner.test).mae);
  assert.is(found.better, "lower");
});

const refused = async (work: Promise<unknown>, code: string): Promise<void> =>
  work.then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, code),
  );

test("implicit feedback has no error in stars to tune by", async () => {
  await refused(
    tuneGrid(inner.train, grid, { feedback: "implicit", validation: inner.test, metric: "rmse" }),
    "OPTION_INVALID",
  );
});

test("an empty dimension is refused, and so is an option of the other kind of feedback", async () => {
  const options = { feedback: "explicit" as const, validation: inner.test };
  await refused(tuneGrid(inner.train, { ...grid, rank: [] }, options), "OPTION_INVALID");
  await refused(tuneGrid(inner.train, { ...grid, iterations: [] }, options), "OPTION_INVALID");
  await refused(tuneGrid(inner.train, { ...grid, alpha: [1] }, options), "OPTION_INVALID");
});

test("a raised signal stops the search", async () => {
  const controller = new AbortController();
  let trials = 0;
  const search = tuneGrid(inner.train, grid, {
    feedback: "explicit",
    validation: inner.test,
    signal: controller.signal,
    onTrial: () => {
      trials++;
      controller.abort();
    },
  });
  await refused(search, "TRAINING_ABORTED");
  assert.is(trials, 3, "the trials of the first training, and no other");
});

test.run();

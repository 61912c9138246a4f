import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { train } from "@movielens/lib/als";
import { filterRatings, kFold, loadDataset, projectPath, splitRandom, type Split } from "@movielens/lib/data";
import {
  rankingMetrics,
  ratingMetrics,
  tune,
  tuneGrid,
  validationSplit,
  type SampledTuning,
  type Trial,
  type TuneOptions,
  type Tuning,
  type TuningSpace,
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
    // The engine predicts in float32.
    assert.ok(Math.abs(ratingMetrics(model, inner.train).rmse - trial.trainRmse!) < 1e-6);
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

const folder = mkdtempSync(join(tmpdir(), "movielens-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const space: TuningSpace = {
  rank: { from: 1, to: 4 },
  lambda: { from: 0.02, to: 2, scale: "log" },
  nu: [0.5, 1],
  iterations: { from: 1, to: 4 },
};
const draw = (more: Partial<TuneOptions> = {}, of: TuningSpace = space): Promise<SampledTuning> =>
  tune(inner.train, of, { feedback: "explicit", strategy: "random", trials: 5, seed: 7, ...more });
/** All but the time that it took. */
const timeless = ({ trials, best }: SampledTuning): unknown =>
  [...trials, best].map((trial) => ({ ...trial, seconds: 0 }));

test("the same seed draws the same trials, in parallel as one after the other, and another seed others", async () => {
  const found = await draw();
  assert.is(found.trials.length, 5);
  assert.equal(timeless(await draw({ parallel: 3 })), timeless(found));
  assert.not.equal(timeless(await draw({ seed: 8 })), timeless(found));
});

test("what is drawn lies in the space, and no candidate is drawn twice", async () => {
  const found = await draw({ trials: 20 }, { rank: [1, 2], lambda: [0.1, 1], iterations: [2] });
  assert.equal(
    found.trials.map(({ rank, lambda }) => `${rank} ${lambda}`).sort(),
    ["1 0.1", "1 1", "2 0.1", "2 1"],
    "the space has no more",
  );
  for (const { rank, lambda, options, iterations } of (await draw()).trials) {
    assert.ok(Number.isInteger(rank) && rank >= 1 && rank <= 4);
    assert.ok(lambda >= 0.02 && lambda <= 2);
    assert.ok([0.5, 1].includes(options.nu!));
    assert.ok(iterations >= 1 && iterations <= 4);
  }
});

test("a trial's value is the mean over the holdouts of a model trained with its options", async () => {
  const holdouts = kFold(inner.train, { folds: 4, seed: 1 }).slice(0, 2);
  const { trials, best } = await draw({ holdouts, trials: 2, fixed: { seed: 5 } });
  for (const { options, byHoldout, value } of trials) {
    assert.is(options.seed, 5);
    for (const [at, split] of holdouts.entries()) {
      const { rmse } = ratingMetrics(await train(split.train, options), split.test);
      assert.ok(Math.abs(rmse - byHoldout[at]) < 1e-9);
    }
    assert.ok(Math.abs(value - (byHoldout[0] + byHoldout[1]) / 2) < 1e-12);
    assert.ok(best.value <= value);
  }
});

test("halving gives the better part of each rung more iterations, and its best is the best of all trials", async () => {
  const found = await draw({ strategy: "halving", trials: 9 }, { ...space, iterations: { from: 1, to: 9 } });
  assert.equal(found.rungs, [
    { budget: 1, candidates: 9 },
    { budget: 3, candidates: 3 },
    { budget: 9, candidates: 1 },
  ]);
  for (const rung of [0, 1]) {
    const values = found.trials.filter((trial) => trial.rung === rung);
    const kept = new Set(
      found.trials.filter((trial) => trial.rung === rung + 1).map(({ candidate }) => candidate),
    );
    assert.is(kept.size, found.rungs[rung + 1].candidates);
    const worstKept = Math.max(
      ...values.filter((trial) => kept.has(trial.candidate)).map(({ value }) => value),
    );
    for (const trial of values) assert.ok(kept.has(trial.candidate) || trial.value >= worstKept);
    assert.ok(values.every(({ iterations }) => iterations <= found.rungs[rung].budget));
  }
  assert.is(found.best.value, Math.min(...found.trials.map(({ value }) => value)));
});

test("of a ranking metric the higher is better, iterations are drawn, and α can be", async () => {
  const of: TuningSpace = { rank: [2, 3], alpha: { from: 0.5, to: 20, scale: "log" }, iterations: [1, 2, 3] };
  const random = await draw({ feedback: "implicit", k: 5 }, of);
  assert.equal([random.metric, random.better], ["ndcg", "higher"]);
  assert.is(random.best.value, Math.max(...random.trials.map(({ value }) => value)));
  const halved = await draw({ feedback: "implicit", metric: "recall", strategy: "halving", trials: 6 }, of);
  assert.equal(
    halved.rungs.map(({ budget, candidates }) => [budget, candidates]),
    [
      [1, 6],
      [2, 2],
      [3, 1],
    ],
  );
  const first = halved.trials.filter(({ rung }) => rung === 0).map(({ value }) => value);
  const [best] = [...halved.trials.filter(({ rung }) => rung === 0)].sort((a, b) => b.value - a.value);
  assert.is(best.value, Math.max(...first));
  assert.ok(halved.trials.some(({ rung, candidate }) => rung === 1 && candidate === best.candidate));
});

test("an aborted search goes on from its file, makes no trial again, and ends with the same result", async () => {
  const resume = join(folder, "stopped", "search.jsonl");
  const whole = await draw({ strategy: "halving", trials: 6 });
  const controller = new AbortController();
  const stopped = draw({
    strategy: "halving",
    trials: 6,
    resume,
    signal: controller.signal,
    onTrial: (_, { done }) => done === 3 && controller.abort(),
  });
  await stopped.then(
    () => assert.unreachable(),
    (error: { code: string; mend: string }) => {
      assert.is(error.code, "TRAINING_ABORTED");
      assert.match(error.mend, "has 3 of");
    },
  );
  appendFileSync(resume, '{"rank":3,"lam');
  const resumed: boolean[] = [];
  const again = await draw({
    strategy: "halving",
    trials: 6,
    resume,
    onTrial: (_, progress) => resumed.push(progress.resumed),
  });
  assert.equal(timeless(again), timeless(whole));
  assert.is(resumed.filter((read) => read).length, 3);
  const read: boolean[] = [];
  const third = await draw({
    strategy: "halving",
    trials: 6,
    resume,
    onTrial: (_, progress) => read.push(progress.resumed),
  });
  assert.equal(third, again, "seconds too: all was read");
  assert.ok(read.every((one) => one));
});

test("a file of another search, or of something else, is refused and left as it is", async () => {
  const resume = join(folder, "other.jsonl");
  await draw({ trials: 1, resume });
  const before = readFileSync(resume, "utf8");
  await refused(draw({ trials: 1, resume, seed: 8 }), "OPTION_INVALID");
  await refused(draw({ trials: 1, resume, metric: "mae" }), "OPTION_INVALID");
  await refused(
    draw({ trials: 1, resume, holdouts: kFold(inner.train, { folds: 5, seed: 3 }).slice(0, 1) }),
    "OPTION_INVALID",
  );
  assert.is(readFileSync(resume, "utf8"), before);
  const foreign = join(folder, "notes.txt");
  writeFileSync(foreign, "mine");
  await refused(draw({ trials: 1, resume: foreign }), "OPTION_INVALID");
  assert.is(readFileSync(foreign, "utf8"), "mine");
  writeFileSync(resume, before.replace(/\n[^\n]+\n$/, "\nnot json\n"));
  await refused(draw({ trials: 1, resume }), "DATA_INVALID");
});

test("a space or an option that makes no sense is refused by its code", async () => {
  for (const of of [
    { ...space, lambda: { from: 2, to: 1 } },
    { ...space, lambda: { from: 0, to: 1, scale: "log" as const } },
    { ...space, rank: { from: 0, to: 3 } },
    { ...space, rank: [] },
    { ...space, iterations: [] },
    { ...space, lambda: [-1] },
    { ...space, alpha: [1] },
    { ...space, depth: [1] } as TuningSpace,
  ])
    await refused(draw({}, of), "OPTION_INVALID");
  for (const more of [
    { trials: 0 },
    { parallel: 0 },
    { eta: 1 },
    { holdouts: [] },
    { strategy: "grid" as "random" },
  ])
    await refused(draw(more), "OPTION_INVALID");
});

test("no trial is begun after one has failed", async () => {
  const begun: number[] = [];
  const controller = new AbortController();
  controller.abort();
  await refused(
    draw({ signal: controller.signal, parallel: 2, onTrial: ({ candidate }) => begun.push(candidate) }),
    "TRAINING_ABORTED",
  );
  assert.equal(begun, []);
});

test.run();

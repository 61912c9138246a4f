import type { TrainOptions } from "@movielens/lib/als";
import { filterRatings, kFold, loadDataset, projectPath, type Dataset } from "@movielens/lib/data";
import { searchOptions, type Search, type SearchOptions } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { train } from "@movielens/lib/als";
import { rankingMetrics, ratingMetrics } from "@movielens/lib/evaluate";

let data: Dataset;
let found: Search;
const seen: { value: number; best: boolean; done: number }[] = [];
const search = (more: Partial<SearchOptions> = {}, of: Dataset = data): Promise<Search> =>
  searchOptions(of, {
    feedback: "explicit",
    seed: 3,
    ranks: [2, 4],
    start: { iterations: 3 },
    fixed: { nu: 0.5, lambdaBias: 1, cofactorBalance: 1, cofactorWeight: 1 },
    ...more,
  });

test.before(async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  data = filterRatings(whole, ({ user, item }) => user < 60 && item < 1500);
  found = await search({
    onTrial: ({ value }, { best, done }) => seen.push({ value, best, done }),
  });
});

test("the chosen options have the best mean over the holdouts, and can be trained and measured again", async () => {
  const { folds, seed, count } = found.holdouts;
  const values: number[] = [];
  for (const split of kFold(data, { folds, seed }).slice(0, count))
    values.push(ratingMetrics(await train(split.train, found.best.options), split.test).rmse);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  assert.ok(Math.abs(mean - found.best.value) < 1e-6, `${mean} ${found.best.value}`);
  assert.ok(found.trials.length > 10);
  assert.ok(Math.min(...found.trials.map(({ value }) => value)) > found.best.value * (1 - 3e-4));
});

test("every trial is reported, and those that lead get better", () => {
  assert.equal(
    seen.map(({ done }) => done),
    found.trials.map((_, at) => at + 1),
  );
  const leaders = seen.filter(({ best }) => best).map(({ value }) => value);
  assert.is(leaders[0], found.trials[0].value);
  for (let at = 1; at < leaders.length; at++) assert.ok(leaders[at] < leaders[at - 1]);
});

test("the same data, options and seed choose the same", async () => {
  const again = await search();
  assert.equal(again.best.options, found.best.options);
  assert.equal(
    again.trials.map(({ value }) => value),
    found.trials.map(({ value }) => value),
  );
});

test("no rating is both learned from and scored", () => {
  const { folds, seed, count } = found.holdouts;
  assert.ok(count >= 1 && count <= folds / 2);
  for (const { train: learnt, test: held } of kFold(data, { folds, seed }).slice(0, count)) {
    const cells = new Set(Array.from(learnt.users, (user, r) => `${user} ${learnt.items[r]}`));
    for (let r = 0; r < held.users.length; r++) assert.not(cells.has(`${held.users[r]} ${held.items[r]}`));
  }
});

test("options that are fixed stay as they are in every trial", async () => {
  const fixed: Partial<TrainOptions> = { rank: 3, lambda: 1.7, iterations: 2, cofactorWeight: 0 };
  const { trials } = await search({ fixed });
  assert.ok(trials.length > 1);
  for (const { options } of trials)
    for (const [name, value] of Object.entries(fixed))
      assert.is((options as unknown as Record<string, unknown>)[name], value);
});

test("implicit feedback is searched by nDCG, the higher the better", async () => {
  const { metric, better, best, trials, holdouts } = await search({
    feedback: "implicit",
    ranks: [3],
    fixed: { nu: 0.5, iterations: 2 },
    k: 5,
  });
  assert.equal([metric, better], ["ndcg", "higher"]);
  assert.ok(trials.length > 3);
  const values: number[] = [];
  for (const split of kFold(data, { folds: holdouts.folds, seed: holdouts.seed }).slice(0, holdouts.count))
    values.push(rankingMetrics(await train(split.train, best.options), split, { k: 5 }).ndcg);
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - best.value) < 1e-6);
});

test("with λ fixed, α is still searched", async () => {
  const { trials } = await search({
    feedback: "implicit",
    ranks: [2],
    fixed: { nu: 0.5, iterations: 1, lambda: 3 },
    k: 5,
  });
  assert.ok(new Set(trials.map(({ options }) => (options as { alpha: number }).alpha)).size > 2);
  assert.ok(trials.every(({ lambda }) => lambda === 3));
});

const refused = async (work: Promise<unknown>, code: string): Promise<void> =>
  work.then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, code),
  );

test("too little data, no rank and a raised signal are refused by their codes", async () => {
  await refused(
    search(
      {},
      filterRatings(data, ({ row }) => row < 5),
    ),
    "SPLIT_INVALID",
  );
  await refused(search({ ranks: [] }), "OPTION_INVALID");
  const controller = new AbortController();
  const trials: number[] = [];
  await refused(
    search({
      signal: controller.signal,
      onTrial: (_, { done }) => {
        trials.push(done);
        controller.abort();
      },
    }),
    "TRAINING_ABORTED",
  );
  assert.equal(trials, [1]);
});

test.run();

import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  loadDataset,
  projectPath,
  splitLastShare,
  splitLeaveLast,
  type Dataset,
  type Split,
} from "@movielens/lib/data";
import {
  alsContender,
  baselineContenders,
  evaluate,
  historyCurve,
  learningCurve,
  pairedBootstrap,
  type Contender,
  type CurvePoint,
  type CurveProgress,
} from "@movielens/lib/evaluate";
import { popularityModel } from "@movielens/lib/recommend";
import { toyDataset, type ToyRating } from "../toy-data";

let split: Split;
test.before(async () => {
  split = splitLastShare(await loadDataset(projectPath("data", "ml-latest-small")), { testShare: 0.2 });
});

const [, biases, popularity] = baselineContenders();
const implicit = alsContender({ feedback: "implicit", rank: 8, iterations: 5, lambda: 30, alpha: 1, nu: 0 });
const quick = { samples: 50 };

/** A contender that keeps what it was given to learn from. */
function watched(given: Dataset[]): Contender {
  return {
    name: "watched",
    predicts: "preference",
    fit: (train) => {
      given.push(train);
      return popularityModel(train);
    },
  };
}
const keys = ({ users, items }: Dataset): string[] => Array.from(users, (user, r) => `${user} ${items[r]}`);

test("with more ratings a model errs less and finds more", async () => {
  const points = await learningCurve([biases, implicit], split, { ...quick, shares: [1, 0.1] });
  assert.equal(
    points.map(({ model, size }) => [model, size]),
    [
      ["damped biases", 0.1],
      ["damped biases", 1],
      ["implicit ALS", 0.1],
      ["implicit ALS", 1],
    ],
  );
  const [little, all, littleRanked, allRanked] = points;
  assert.ok(all.rmse!.high! < little.rmse!.value);
  assert.is(littleRanked.rmse, null);
  assert.ok(allRanked.ndcg!.low! > littleRanked.ndcg!.value);
  const gain = pairedBootstrap(allRanked.statistics.ndcg!, littleRanked.statistics.ndcg!);
  assert.ok(gain.low > 0);
});

test("the whole of the training part gives the figures of the scoreboard", async () => {
  const [point] = await learningCurve([popularity], split, { ...quick, shares: [1] });
  const whole = evaluate(popularityModel(split.train), split, { predicts: "preference" });
  assert.ok(Math.abs(point.ndcg!.value - whole.ranking.ndcg) < 1e-12);
  assert.ok(Math.abs(point.coverage!.value - whole.coverage.value) < 1e-12);
  assert.is(point.users, whole.ranking.users);
  assert.is(point.ratings, split.train.ratings.length);
});

test("shares are of the training part alone, and the smaller is inside the larger", async () => {
  const given: Dataset[] = [];
  await learningCurve([watched(given)], split, { ...quick, shares: [0.2, 0.5], seed: 4 });
  const [small, large] = given.map((train) => new Set(keys(train)));
  assert.is(small.size, Math.round(0.2 * split.train.users.length));
  const whole = new Set(keys(split.train));
  for (const key of small) assert.ok(large.has(key));
  for (const key of large) assert.ok(whole.has(key));
});

test("what is seen in the whole training part is recommended at no size", async () => {
  const seenIn = new Set(keys(split.train));
  const [point] = await learningCurve([popularity], split, { ...quick, shares: [0.1] });
  const given: Dataset[] = [];
  await learningCurve([watched(given)], split, { ...quick, shares: [0.1] });
  const [part] = given;
  const options = { predicts: "preference" as const };
  const model = popularityModel(part);
  const narrow = evaluate(model, { train: part, test: split.test }, { ...options, seen: split.train });
  narrow.lists.lists.forEach((list, at) => {
    for (const item of list) assert.not.ok(seenIn.has(`${narrow.lists.users[at]} ${item}`));
  });
  assert.ok(Math.abs(point.ndcg!.value - narrow.ranking.ndcg) < 1e-12);
  const wide = evaluate(model, { train: part, test: split.test }, options);
  assert.ok(narrow.ranking.ndcg > wide.ranking.ndcg, "films already seen would stand in the way");
});

test("with a longer history a personal model finds more, and popularity does not", async () => {
  const lengths = [1, 20, Infinity];
  const points = await historyCurve([popularity, implicit], split, { ...quick, lengths, groups: 3 });
  assert.equal(
    points.map(({ model, size }) => [model, size]),
    [popularity, implicit].flatMap(({ name }) => lengths.map((length) => [name, length])),
  );
  const of = (model: string): CurvePoint[] => points.filter((point) => point.model === model);
  for (const { users } of points) assert.is(users, points[0].users);
  const [short, , whole] = of("implicit ALS");
  assert.ok(pairedBootstrap(whole.statistics.ndcg!, short.statistics.ndcg!).low > 0);
  const [shortPopular, , wholePopular] = of("popularity");
  assert.ok(
    Math.abs(wholePopular.ndcg!.value - shortPopular.ndcg!.value) <
      (whole.ndcg!.value - short.ndcg!.value) / 2,
  );
  assert.ok(short.ratings < whole.ratings);
});

test("of a measured user only the first ratings by time are learned from, of the others all", async () => {
  // User 3 has one training rating: too few for a length of 2, so not measured and never cut.
  const rows: ToyRating[] = [
    [1, 10, 5, 3],
    [1, 20, 5, 1],
    [1, 30, 5, 2],
    [2, 10, 5, 1],
    [2, 20, 5, 2],
    [3, 10, 5, 1],
    [1, 40, 5, 9],
    [2, 40, 5, 9],
    [3, 40, 5, 9],
  ];
  const toy = splitLeaveLast(toyDataset(rows), { n: 1 });
  const given: Dataset[] = [];
  const points = await historyCurve([watched(given)], toy, {
    ...quick,
    lengths: [Infinity, 0, 2],
    groups: 1,
  });
  assert.equal(
    points.map(({ size }) => size),
    [0, 2, Infinity],
  );
  // Dense indices: users 0–2, movies 10–40 as items 0–3.
  assert.equal(
    given.map((part) => keys(part).sort()),
    [["2 0"], ["0 1", "0 2", "1 0", "1 1", "2 0"], ["0 0", "0 1", "0 2", "1 0", "1 1", "2 0"]],
  );
});

test("progress counts the fits, from none to all", async () => {
  const reports: CurveProgress[] = [];
  const onProgress = (progress: CurveProgress): number => reports.push(progress);
  await historyCurve([popularity, biases], split, { ...quick, lengths: [1, 5], groups: 2, onProgress });
  assert.equal(
    reports.map(({ done }) => done),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
  for (const { fits } of reports) assert.is(fits, 8);
  assert.equal(
    [reports[0].model, reports[0].size, reports[7].model, reports[7].size],
    ["popularity", 1, "damped biases", 5],
  );
});

test("a raised signal stops a curve before the next fit", async () => {
  const controller = new AbortController();
  let fits = 0;
  const onProgress = (): void => {
    if (++fits === 2) controller.abort();
  };
  await learningCurve([popularity], split, { ...quick, onProgress, signal: controller.signal }).then(
    () => assert.unreachable(),
    (error: { code: string }) => assert.is(error.code, "TRAINING_ABORTED"),
  );
  assert.is(fits, 2);
});

test("sizes that make no sense are refused, and so is a history that nobody has", async () => {
  const refused = async (code: string, run: () => Promise<unknown>): Promise<void> =>
    run().then(
      () => assert.unreachable(),
      (error: { code: string }) => assert.is(error.code, code),
    );
  for (const share of [0, 1.5, NaN])
    await refused("OPTION_INVALID", () => learningCurve([popularity], split, { shares: [share] }));
  for (const length of [-1, 1.5, NaN])
    await refused("OPTION_INVALID", () => historyCurve([popularity], split, { lengths: [length] }));
  await refused("OPTION_INVALID", () => historyCurve([popularity], split, { groups: 0 }));
  await refused("METRIC_EMPTY", () => historyCurve([popularity], split, { lengths: [1e6] }));
});

test.run();

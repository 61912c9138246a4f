import {
  AlsModel,
  train,
  trainFloat64,
  type RecommendAllOptions,
  type TrainOptions,
} from "@movielens/lib/als";
import { ratingsByUser, WorkspaceError } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

/** The lists one by one, in the form of `recommendAll`. */
function oneByOne(model: AlsModel, n: number, options: RecommendAllOptions, users: number[]) {
  return users.map((user) => model.recommend(user, n, options));
}

async function together(model: AlsModel, n: number, options: RecommendAllOptions) {
  const lists = await model.recommendAll(n, options);
  return Array.from(lists.users, (_, at) =>
    Array.from({ length: lists.lengths[at] }, (_, k) => ({
      item: lists.items[at * n + k],
      score: lists.scores[at * n + k],
    })),
  );
}

test("all lists together are the lists one by one, scores and ties included, whatever the model and the filters", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        users: fc.integer({ min: 1, max: 30 }),
        items: fc.integer({ min: 1, max: 40 }),
        rank: fc.integer({ min: 1, max: 20 }),
        share: fc.double({ min: 0.02, max: 1, noNaN: true }),
        seed: fc.nat(1000),
        n: fc.integer({ min: 0, max: 50 }),
        every: fc.integer({ min: 1, max: 5 }),
        excludeSeen: fc.boolean(),
        kind: fc.constantFrom<TrainOptions>(
          { feedback: "explicit" },
          { feedback: "implicit" },
          { feedback: "explicit", cofactorWeight: 0.5, seeds: 2 },
          { feedback: "implicit", nonNegative: true },
        ),
      }),
      async ({ users, items, rank, share, seed, n, every, excludeSeen, kind }) => {
        const matrix = randomMatrix(users, items, share, seed);
        matrix[0][0] = 3;
        // Items of the same ratings tie; user 1 and the last item are cold.
        for (const row of matrix) for (let item = 2; item < items; item += 3) row[item] = row[item - 1];
        for (const row of matrix) if (items > 1) row[items - 1] = null;
        if (users > 1) matrix[1].fill(null);
        const model = await trainFloat64(datasetOf(matrix), { ...kind, rank, iterations: 2 });
        const options = { accept: (item: number) => item % every === 0, excludeSeen };
        const everybody = Array.from({ length: users }, (_, user) => user);
        assert.equal(
          await together(model, n, { ...options, threads: 1 }),
          oneByOne(model, n, options, everybody),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test("scores closer together than float32 can tell are still in their order", async () => {
  const users = 40;
  const items = 300;
  const { parts } = await trainFloat64(datasetOf(randomMatrix(users, items, 0.1, 4)), {
    feedback: "explicit",
    rank: 1,
    iterations: 1,
  });
  // A bias that grows by less than float32 resolves, against the order of the indices.
  const itemBias = Float64Array.from({ length: items }, (_, item) => 1 - 1e-12 * ((item * 7919) % items));
  const model = new AlsModel({ ...parts, itemBias, itemFactors: new Float64Array(items) });
  const everybody = Array.from({ length: users }, (_, user) => user);
  assert.equal(await together(model, 10, {}), oneByOne(model, 10, {}, everybody));
});

const matrix = randomMatrix(60, 45, 0.3, 3);
const data = datasetOf(matrix);

test("the same lists come from 1, 2 and 4 threads, for the users asked for, in their order", async () => {
  const model = await train(data, { feedback: "explicit", rank: 9, iterations: 2 });
  const users = Uint32Array.of(17, 3, 59, 3);
  const [one, two, four] = await Promise.all(
    [1, 2, 4].map((threads) => model.recommendAll(7, { users, threads })),
  );
  assert.equal(one.users, users);
  assert.equal(two, one);
  assert.equal(four, one);
  assert.equal(await together(model, 7, { users }), oneByOne(model, 7, {}, [...users]));
});

test("what is seen can be told from elsewhere", async () => {
  const model = await train(data, { feedback: "implicit", rank: 4, iterations: 2 });
  const everything = ratingsByUser(datasetOf(matrix.map((row) => row.map(() => 1))));
  const { lengths, items, scores } = await model.recommendAll(3, { seen: everything });
  assert.equal(lengths, new Uint32Array(60));
  assert.ok(items.every((item) => item === 0xffffffff));
  assert.ok(scores.every((score) => score === -Infinity));
});

test("progress ends with all users; an abort ends the work with its error", async () => {
  const model = await train(data, { feedback: "explicit", rank: 4, iterations: 1 });
  const progress: { done: number; users: number }[] = [];
  await model.recommendAll(5, { onProgress: (report) => progress.push(report) });
  assert.equal(progress.at(-1), { done: 60, users: 60 });
  try {
    await model.recommendAll(5, { signal: AbortSignal.abort() });
    assert.unreachable();
  } catch (error) {
    assert.is((error as WorkspaceError).code, "TRAINING_ABORTED");
  }
});

test("an n that is no whole number, a user outside the model, other ratings' shape and a score that is no number are refused", async () => {
  const model = await train(data, { feedback: "explicit", rank: 4, iterations: 1 });
  const broken = new AlsModel({ ...model.parts, userBias: model.parts.userBias.map(() => NaN) });
  const cases: [string, () => Promise<unknown>][] = [
    ["OPTION_INVALID", () => model.recommendAll(-1)],
    ["OPTION_INVALID", () => model.recommendAll(1.5)],
    ["OPTION_INVALID", () => model.recommendAll(NaN)],
    ["INDEX_UNKNOWN", () => model.recommendAll(3, { users: Uint32Array.of(60) })],
    ["OPTION_INVALID", () => model.recommendAll(3, { seen: ratingsByUser(datasetOf([[1]])) })],
    ["PREDICTION_INVALID", () => broken.recommendAll(3)],
  ];
  for (const [code, work] of cases)
    try {
      await work();
      assert.unreachable(code);
    } catch (error) {
      assert.is((error as WorkspaceError).code, code);
    }
});

test.run();

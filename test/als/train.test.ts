import {
  train,
  trainFloat64,
  type IterationReport,
  type TrainHooks,
  type TrainOptions,
} from "@movielens/lib/als";
import { splitRandom, subset, WorkspaceError, type Dataset, type ErrorCode } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";
import { refolded } from "./refolded";

const data = datasetOf(randomMatrix(25, 30, 0.3, 7));

async function reportsOf(
  dataset: Dataset,
  options: TrainOptions,
  hooks: TrainHooks = {},
  trainer: typeof train = train,
): Promise<IterationReport[]> {
  const reports: IterationReport[] = [];
  await trainer(dataset, options, { ...hooks, onIteration: (report) => reports.push(report) });
  return reports;
}

async function refusal(
  dataset: Dataset,
  options: TrainOptions,
  hooks?: TrainHooks,
  trainer: typeof train = train,
): Promise<{ code: ErrorCode; message: string }> {
  try {
    await trainer(dataset, options, hooks);
  } catch (error) {
    assert.instance(error, WorkspaceError);
    return error as WorkspaceError;
  }
  return assert.unreachable("training should have been refused") as never;
}

const withRating = (rating: number): Dataset => {
  const ratings = data.ratings.slice();
  ratings[17] = rating;
  return { ...data, ratings };
};

const REFINEMENTS = {
  plain: {},
  tie: { cofactorWeight: 0.7, lambdaCofactor: 3, cofactorBalance: 0.6 },
  bound: { nonNegative: true },
};

const anyOptions: fc.Arbitrary<TrainOptions> = fc
  .record({
    rank: fc.integer({ min: 1, max: 8 }),
    lambda: fc.double({ min: 0.01, max: 10, noNaN: true }),
    nu: fc.constantFrom(0, 0.5, 1),
    seed: fc.nat(1000),
    extra: fc.double({ min: 0.01, max: 10, noNaN: true }),
    explicit: fc.boolean(),
    refined: fc.constantFrom("plain" as const, "tie" as const, "bound" as const),
  })
  .map(({ extra, explicit, refined, ...common }) => ({
    iterations: 6,
    ...common,
    ...(explicit
      ? { feedback: "explicit", lambdaBias: extra, ...REFINEMENTS[refined] }
      : { feedback: "implicit", alpha: extra, nonNegative: refined === "bound" }),
  }));

test("the loss never rises, whatever the data and options", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyOptions,
      fc.record({
        users: fc.integer({ min: 1, max: 14 }),
        items: fc.integer({ min: 1, max: 14 }),
        share: fc.double({ min: 0.05, max: 1, noNaN: true }),
        seed: fc.nat(1000),
      }),
      async (options, { users, items, share, seed }) => {
        const matrix = randomMatrix(users, items, share, seed);
        matrix[0][0] = 3;
        const losses = (await reportsOf(datasetOf(matrix), options, {}, trainFloat64)).map(
          ({ loss }) => loss,
        );
        assert.is(losses.length, 6);
        losses.forEach((loss, k) => {
          assert.ok(loss >= 0);
          if (k > 0) assert.ok(loss <= losses[k - 1] * (1 + 1e-10), losses.join(" "));
        });
      },
    ),
    { numRuns: 150 },
  );
});

test("the same seed gives the same bits, another seed others", async () => {
  for (const feedback of ["explicit", "implicit"] as const) {
    const [first, again, other] = await Promise.all(
      [5, 5, 6].map((seed) => train(data, { feedback, rank: 5, iterations: 3, seed })),
    );
    assert.equal(first.parts.userFactors, again.parts.userFactors);
    assert.equal(first.parts.itemFactors, again.parts.itemFactors);
    assert.equal(first.parts.itemBias, again.parts.itemBias);
    assert.not.equal(first.parts.userFactors, other.parts.userFactors);
  }
});

test("the order of the ratings within the data changes nothing", async () => {
  const backwards = subset(data, Uint32Array.from(data.ratings.keys()).reverse());
  const [forth, back] = await Promise.all(
    [data, backwards].map((dataset) => train(dataset, { feedback: "implicit", rank: 4, iterations: 3 })),
  );
  assert.equal(forth.parts.itemFactors, back.parts.itemFactors);
});

test("a cold user or item changes nothing for the others", async () => {
  const matrix = randomMatrix(9, 8, 0.6, 4);
  const withCold = [...matrix.map((row) => [...row, null]), new Array<null>(9).fill(null)];
  for (const feedback of ["explicit", "implicit"] as const) {
    const [alone, beside] = await Promise.all(
      [matrix, withCold].map((cells) => train(datasetOf(cells), { feedback, rank: 3, iterations: 3 })),
    );
    assert.equal(alone.parts.userFactors, beside.parts.userFactors.slice(0, 9 * 3));
    assert.equal(alone.parts.itemFactors, beside.parts.itemFactors.slice(0, 8 * 3));
  }
});

test("watching a training does not change its result", async () => {
  const options: TrainOptions = { feedback: "explicit", rank: 3, iterations: 4 };
  const split = splitRandom(data, { testShare: 0.2, seed: 1 });
  const plain = await train(split.train, options);
  const watched = await train(split.train, options, { validation: split.test, onIteration: () => undefined });
  assert.equal(plain.parts.userFactors, watched.parts.userFactors);
});

test("each iteration is reported once, in order, with what can be known", async () => {
  const split = splitRandom(data, { testShare: 0.2, seed: 1 });
  const options = { rank: 3, iterations: 3 };
  const explicit = await reportsOf(
    split.train,
    { feedback: "explicit", ...options },
    { validation: split.test },
  );
  assert.equal(
    explicit.map(({ iteration, iterations }) => [iteration, iterations]),
    [
      [1, 3],
      [2, 3],
      [3, 3],
    ],
  );
  for (const report of explicit) {
    assert.ok(report.trainRmse! > 0 && report.validationRmse! > report.trainRmse!);
    assert.ok(report.seconds >= 0);
  }
  const unwatched = await reportsOf(split.train, { feedback: "explicit", ...options });
  assert.ok(unwatched.every(({ validationRmse }) => validationRmse === null));
  const implicit = await reportsOf(
    split.train,
    { feedback: "implicit", ...options },
    { validation: split.test },
  );
  assert.ok(implicit.every(({ trainRmse, validationRmse }) => trainRmse === null && validationRmse === null));
});

test("the reported RMSEs are those of the model's own predictions", async () => {
  const split = splitRandom(data, { testShare: 0.2, seed: 1 });
  for (const [trainer, tolerance] of [
    [trainFloat64, 0],
    // The engine's reports are summed in float32.
    [train, 1e-5],
  ] as const) {
    let last: IterationReport | undefined;
    const model = await trainer(
      split.train,
      { feedback: "explicit", rank: 3, iterations: 3 },
      { validation: split.test, onIteration: (report) => (last = report) },
    );
    const rmse = ({ users, items, ratings }: Dataset): number =>
      Math.sqrt(
        ratings.reduce((sum, rating, r) => sum + (rating - model.predict(users[r], items[r])) ** 2, 0) /
          ratings.length,
      );
    assert.ok(Math.abs(last!.trainRmse! - rmse(split.train)) <= tolerance);
    assert.ok(Math.abs(last!.validationRmse! - rmse(split.test)) <= tolerance);
  }
});

test("early stopping keeps the best iteration of each seed's model, co-factors included", async () => {
  const split = splitRandom(data, { testShare: 0.3, seed: 2 });
  const reports: IterationReport[] = [];
  const model = await train(
    split.train,
    {
      feedback: "explicit",
      rank: 12,
      iterations: 60,
      lambda: 0.02,
      lambdaBias: 0.02,
      nu: 1,
      cofactorWeight: 0.01,
      seeds: 2,
    },
    { validation: split.test, patience: 2, onIteration: (report) => reports.push(report) },
  );
  const starts = reports.flatMap(({ iteration }, k) => (iteration === 1 ? [k] : []));
  assert.is(starts.length, 2, "one course for each seed");
  for (const course of [reports.slice(0, starts[1]), reports.slice(starts[1])]) {
    const best = course.reduce((best, report) =>
      report.validationRmse! < best.validationRmse! ? report : best,
    );
    assert.is(course.length, best.iteration + 2);
    assert.ok(course.length < 60);
  }
  // Rows are solved against the items and co-factors that the model has, so all are of one iteration.
  refolded(model, 1e-3);
});

test("a signal that is already aborted stops training before the first iteration", async () => {
  let reported = 0;
  const error = await refusal(
    data,
    { feedback: "explicit" },
    { signal: AbortSignal.abort(), onIteration: () => reported++ },
  );
  assert.is(error.code, "TRAINING_ABORTED");
  assert.is(reported, 0);
});

test("an abort between iterations stops the next one", async () => {
  const abort = new AbortController();
  let reported = 0;
  const error = await refusal(
    data,
    { feedback: "implicit", rank: 4, iterations: 50 },
    {
      signal: abort.signal,
      onIteration: ({ iteration }) => {
        reported = iteration;
        if (iteration === 2) abort.abort();
      },
    },
  );
  assert.is(error.code, "TRAINING_ABORTED");
  assert.is(reported, 2);
});

test("an abort from a timer arrives while training runs, because the event loop gets its turns", async () => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 30);
  const error = await refusal(
    data,
    { feedback: "explicit", rank: 20, iterations: Number.MAX_SAFE_INTEGER },
    { signal: abort.signal },
  );
  clearTimeout(timer);
  assert.is(error.code, "TRAINING_ABORTED");
});

test("a rating that is not finite is refused, naming its row, user and movie", async () => {
  for (const feedback of ["explicit", "implicit"] as const)
    for (const rating of [NaN, Infinity, -Infinity]) {
      const error = await refusal(withRating(rating), { feedback });
      assert.is(error.code, "DATA_INVALID");
      const [userId, movieId] = [data.userIds[data.users[17]], data.itemIds[data.items[17]]];
      assert.match(error.message, `row 17 (user ${userId}, movie ${movieId}): rating is ${rating}`);
    }
});

test("implicit feedback refuses a rating that would not be a confidence", async () => {
  for (const rating of [0, -2]) {
    assert.match(
      (await refusal(withRating(rating), { feedback: "implicit" })).message,
      `rating is ${rating}`,
    );
    await train(withRating(rating), { feedback: "explicit", rank: 2, iterations: 1 });
  }
});

test("no rating at all is refused", async () => {
  const error = await refusal(subset(data, new Uint32Array(0)), { feedback: "explicit" });
  assert.is(error.code, "DATA_INVALID");
});

test("a validation set from another index space, or an empty one, is refused", async () => {
  const foreign = datasetOf(randomMatrix(5, 30, 0.5, 1));
  assert.is((await refusal(data, { feedback: "explicit" }, { validation: foreign })).code, "OPTION_INVALID");
  const empty = subset(data, new Uint32Array(0));
  assert.is((await refusal(data, { feedback: "explicit" }, { validation: empty })).code, "METRIC_EMPTY");
});

test("options are checked before anything is trained", async () => {
  for (const options of [{ rank: 0 }, { lambda: 0 }, { lambda: -1 }])
    assert.is((await refusal(data, { feedback: "explicit", ...options })).code, "OPTION_INVALID");
});

test("a system that is singular for want of regularisation is an error that names the row", async () => {
  for (const feedback of ["explicit", "implicit"] as const) {
    // Item 0 has one rating, from user 1: a rank of 6 needs more, or a λ.
    const matrix = randomMatrix(8, 5, 1, 3);
    matrix.forEach((row, user) => (row[0] = user === 1 ? 4 : null));
    const error = await refusal(
      datasetOf(matrix),
      { feedback, rank: 12, lambda: 1e-30, nu: 0 },
      {},
      trainFloat64,
    );
    assert.is(error.code, "SOLVE_FAILED");
    assert.match(error.message, /^item 0 \(MovieLens id 1001\): .* 1 rating is not positive definite/);
  }
});

test("the row that fails may be a user's", async () => {
  // Every item is rated by all 8 users, enough for rank 4; every user rates 3 items only, too few.
  const error = await refusal(
    datasetOf(randomMatrix(8, 3, 1, 3)),
    { feedback: "explicit", rank: 4, lambda: 1e-30, nu: 0 },
    {},
    trainFloat64,
  );
  assert.is(error.code, "SOLVE_FAILED");
  assert.match(error.message, /^user 0 \(MovieLens id 101\): .* 3 ratings is not positive definite/);
});

test("the float64 solver's ensemble is the mean of its models", async () => {
  const options = { feedback: "explicit", rank: 3, iterations: 2, seed: 9, cofactorWeight: 0.4 } as const;
  const both = await trainFloat64(data, { ...options, seeds: 2 });
  const [a, b] = [await trainFloat64(data, options), await trainFloat64(data, { ...options, seed: 10 })];
  const scores = [both, a, b].map((model) => {
    const row = new Float64Array(model.items);
    model.scoreItems(0, row);
    return row;
  });
  scores[0].forEach((score, item) =>
    assert.ok(Math.abs(score - (scores[1][item] + scores[2][item]) / 2) < 1e-12),
  );
});

test.run();

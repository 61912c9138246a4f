import {
  compileKernels,
  Factorisation,
  instantiateKernels,
  loadCheckpoint,
  saveCheckpoint,
  train,
  trainFloat64,
  type Checkpoint,
  type IterationReport,
  type Problem,
  type TrainOptions,
} from "@movielens/lib/als";
import { seededRandom, WorkspaceError, type Dataset } from "@movielens/lib/data";
import fc from "fast-check";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

/** Users and items without a rating, with one, and with nearly all. */
function unevenData(users: number, items: number, seed: number): Dataset {
  const matrix = randomMatrix(users, items, 0.3, seed);
  matrix[0] = matrix[0].map((rating) => rating ?? 4);
  if (users > 2) matrix[1].fill(null);
  if (users > 3) matrix[2].fill(null)[0] = 2.5;
  if (items > 3) for (const row of matrix) row[items - 1] = null;
  return datasetOf(matrix);
}

const data = unevenData(60, 45, 3);

const problemOf = (
  feedback: "explicit" | "implicit",
  rank: number,
  more: Partial<Problem> = {},
): Problem => ({
  feedback,
  rank,
  lambda: 0.3,
  lambdaBias: 0.2,
  nu: 0.5,
  alpha: feedback === "implicit" ? 2 : 0,
  cofactorWeight: 0,
  cofactorBalance: 1,
  lambdaCofactor: 0,
  nonNegative: false,
  seed: 1,
  ...more,
});

async function solved<T>(
  problem: Problem,
  use: (factorisation: Factorisation) => Promise<T>,
  dataset = data,
  threads = 1,
): Promise<T> {
  const factorisation = new Factorisation(dataset, problem, { threads });
  try {
    return await use(factorisation);
  } finally {
    await factorisation.close();
  }
}

const relative = (got: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let difference = 0;
  let size = 0;
  for (let k = 0; k < expected.length; k++) {
    difference += (got[k] - expected[k]) ** 2;
    size += expected[k] ** 2;
  }
  return Math.sqrt(difference / size);
};

for (const feedback of ["explicit", "implicit"] as const)
  for (const rank of [1, 3, 8, 17, 64, 130])
    test(`an exact sweep agrees with the float64 twin: ${feedback}, rank ${rank}`, async () => {
      const options = { feedback, rank, lambda: 0.3, nu: 0.5, iterations: 1, seed: 1 } as TrainOptions;
      if (options.feedback === "explicit") options.lambdaBias = 0.2;
      else options.alpha = 2;
      const { parts } = await trainFloat64(data, options);
      const factors = await solved(problemOf(feedback, rank), async (engine) => {
        // The twin's last solve: its users, from its items.
        const { view, factors: items, bias } = engine.items;
        for (let row = 0; row < view.rows; row++) {
          const dense = view.denseOf[row];
          items.set(parts.itemFactors.subarray(dense * rank, (dense + 1) * rank), row * engine.size);
          if (bias) bias[row] = parts.itemBias[dense];
        }
        await engine.solveSide(engine.users, "cholesky");
        return { factors: engine.factorsOf(engine.users, rank), bias: engine.biasOf(engine.users) };
      });
      assert.ok(relative(factors.factors, parts.userFactors) < 1e-4);
      if (feedback === "explicit") assert.ok(relative(factors.bias, parts.userBias) < 1e-4);
    });

const variations: TrainOptions[] = [
  ...[0, 0.5, 1].map((nu) => ({ feedback: "explicit" as const, nu, lambda: 0.3, lambdaBias: 0.2 })),
  ...[0, 0.5, 1].map((nu) => ({ feedback: "implicit" as const, nu, lambda: 0.3, alpha: 2 })),
  { feedback: "explicit", lambda: 0.02, lambdaBias: 5, nu: 0.7 },
  { feedback: "implicit", lambda: 2, alpha: 0.5, nu: 0.3 },
];

for (const options of variations)
  for (const rank of [1, 4, 15]) {
    const { feedback, ...numbers } = options;
    test(`three exact iterations agree with the float64 twin: ${feedback}, rank ${rank}, ${JSON.stringify(numbers)}`, async () => {
      const start = await trainFloat64(data, { ...options, rank, iterations: 1, seed: 3 });
      let twinLoss = 0;
      const end = await trainFloat64(
        data,
        { ...options, rank, iterations: 4, seed: 3 },
        { onIteration: ({ loss }) => (twinLoss = loss) },
      );
      await solved(problemOf(feedback, rank, numbers), async (engine) => {
        const { view, factors, bias } = engine.users;
        for (let row = 0; row < view.rows; row++) {
          const dense = view.denseOf[row];
          factors.set(start.parts.userFactors.subarray(dense * rank, (dense + 1) * rank), row * engine.size);
          if (bias) bias[row] = start.parts.userBias[dense];
        }
        for (let iteration = 2; iteration <= 4; iteration++)
          for (const side of [engine.items, engine.users]) await engine.solveSide(side, "cholesky");
        assert.ok(relative(engine.factorsOf(engine.users, rank), end.parts.userFactors) < 1e-4);
        assert.ok(relative(engine.factorsOf(engine.items, rank), end.parts.itemFactors) < 1e-4);
        if (feedback === "explicit") {
          assert.ok(relative(engine.biasOf(engine.users), end.parts.userBias) < 1e-4);
          assert.ok(relative(engine.biasOf(engine.items), end.parts.itemBias) < 1e-4);
        }
        assert.ok(Math.abs((await engine.measure()).loss / twinLoss - 1) < 1e-5);
      });
    });
  }

test("cold rows have zero factors and zero bias, whatever the solver", async () => {
  for (const feedback of ["explicit", "implicit"] as const)
    for (const solver of ["cholesky", "cg"] as const) {
      const { parts } = await train(data, { feedback, solver, rank: 3, iterations: 2 });
      assert.equal(parts.userFactors.slice(1 * 3, 2 * 3), new Float64Array(3));
      assert.equal(parts.itemFactors.slice(44 * 3, 45 * 3), new Float64Array(3));
      assert.is(parts.userBias[1], 0);
      assert.is(parts.itemBias[44], 0);
    }
});

test("folding in a user's training ratings gives that user back to the digits of float32", async () => {
  for (const feedback of ["explicit", "implicit"] as const) {
    const model = await train(data, { feedback, rank: 5, iterations: 4, solver: "cholesky" });
    const { rowStart, columns, values } = model.parts.ratings;
    for (let user = 0; user < model.users; user++) {
      const from = rowStart[user];
      const ratings = Array.from(columns.subarray(from, rowStart[user + 1]), (item, k) => ({
        item,
        rating: values[from + k],
      }));
      if (ratings.length === 0) continue;
      const { factors, bias } = model.foldIn(ratings);
      const own = model.parts.userFactors.subarray(user * 5, user * 5 + 5);
      assert.ok(relative([...factors, bias], [...own, model.parts.userBias[user]]) < 1e-4);
    }
  }
});

test("a row of more ratings than float32 sums at once agrees with the float64 twin", async () => {
  // Every user rates all 9,000 items, which moves the sums to float64 twice.
  const wide = datasetOf(randomMatrix(20, 9_000, 1, 5));
  const options = {
    feedback: "explicit",
    rank: 5,
    lambda: 0.3,
    lambdaBias: 0.2,
    nu: 0,
    iterations: 1,
    seed: 1,
  } as const;
  const { parts } = await trainFloat64(wide, options);
  await solved(
    problemOf("explicit", 5, { nu: 0 }),
    async (engine) => {
      for (let row = 0; row < 9_000; row++) {
        const dense = engine.items.view.denseOf[row];
        engine.items.factors.set(parts.itemFactors.subarray(dense * 5, dense * 5 + 5), row * engine.size);
        engine.items.bias![row] = parts.itemBias[dense];
      }
      await engine.solveSide(engine.users, "cholesky");
      const error = relative(engine.factorsOf(engine.users, 5), parts.userFactors);
      assert.ok(error < 1e-4, String(error));
    },
    wide,
  );
});

test("many conjugate-gradient steps reach the exact solution's loss", async () => {
  for (const feedback of ["explicit", "implicit"] as const)
    for (const rank of [2, 19]) {
      const losses: number[] = [];
      for (const [solver, steps] of [
        ["cholesky", 0],
        ["cg", 60],
      ] as const)
        losses.push(
          await solved(problemOf(feedback, rank), async (engine) => {
            await engine.solveSide(engine.users, solver, steps);
            await engine.solveSide(engine.items, solver, steps);
            return (await engine.measure()).loss;
          }),
        );
      assert.ok(Math.abs(losses[1] / losses[0] - 1) < 1e-4, losses.join(" "));
    }
});

test("a model has all that conjugate gradients found, at ranks that fill no whole block too", async () => {
  for (const rank of [1, 3, 8, 19]) {
    let last: IterationReport | undefined;
    const model = await train(
      data,
      { feedback: "explicit", rank, solver: "cg", iterations: 4 },
      { onIteration: (report) => (last = report) },
    );
    let sum = 0;
    data.ratings.forEach((rating, r) => (sum += (rating - model.predict(data.users[r], data.items[r])) ** 2));
    assert.ok(Math.abs(Math.sqrt(sum / data.ratings.length) - last!.trainRmse!) < 1e-5);
  }
});

test("the axes of a symmetric matrix are orthogonal and make it diagonal, whatever its rank", () => {
  for (const instructions of ["plain", "relaxed"] as const) {
    const memory = new WebAssembly.Memory({ initial: 20, maximum: 65536, shared: true });
    const kernels = instantiateKernels(compileKernels(instructions).module, memory);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 0, max: 200 }),
        fc.nat(1000),
        // From entries of one size to entries that underflow beside the largest, as factors that shrink to 0 have them.
        fc.integer({ min: 0, max: 45 }),
        (rank, terms, seed, decades) => {
          const size = Math.ceil(rank / 8) * 8;
          const random = seededRandom(seed);
          const original = new Float64Array(size * size);
          for (let term = 0; term < terms; term++) {
            const x = Float64Array.from(
              { length: rank },
              (_, f) => (random() - 0.4) * 10 ** -((f % 4) + (decades * f) / rank),
            );
            for (let f = 0; f < rank; f++)
              for (let g = 0; g < rank; g++) original[f * size + g] += x[f] * x[g];
          }
          const cells = size * size;
          const [matrix, axes, vectors] = [64, 64 + cells * 8, 64 + cells * 16];
          new Float64Array(memory.buffer, matrix, cells).set(original);
          assert.is(kernels.principalAxes(matrix, size, rank, axes, vectors), -1);
          const axis = new Float64Array(memory.buffer, axes, cells);
          const values = new Float64Array(memory.buffer, vectors, size);
          const largest = Math.hypot(...original);
          for (let a = 0; a < size; a++) {
            const turned = new Float64Array(size);
            for (let f = 0; f < size; f++)
              for (let g = 0; g < size; g++) turned[f] += original[f * size + g] * axis[a * size + g];
            for (let b = 0; b < size; b++) {
              let [product, own] = [0, 0];
              for (let f = 0; f < size; f++) {
                product += axis[a * size + f] * axis[b * size + f];
                own += turned[f] * axis[b * size + f];
              }
              assert.ok(Math.abs(product - (a === b ? 1 : 0)) < 1e-12);
              assert.ok(Math.abs(own - (a === b ? values[a] : 0)) <= 1e-12 * largest);
            }
            // The padding stays what it was.
            if (a >= rank) assert.is(axis[a * size + a], 1);
          }
        },
      ),
      { numRuns: 30, examples: [[113, 2, 337, 0]] },
    );
  }
});

test("rows that fill a thread's whole scratch leave the next thread's alone", async () => {
  // Every row is as heavy as the heaviest, so that each solve writes to the last byte of its scratch.
  const full = datasetOf(randomMatrix(400, 160, 1, 8));
  for (const feedback of ["explicit", "implicit"] as const) {
    const [one, four] = await Promise.all(
      [1, 4].map((threads) => train(full, { feedback, solver: "cg", rank: 40, iterations: 6 }, { threads })),
    );
    assert.equal(four.parts.userFactors, one.parts.userFactors);
    assert.equal(four.parts.itemFactors, one.parts.itemFactors);
  }
});

test("the same bits come from 1, 2 and 4 threads, for every solver and kind of feedback", async () => {
  const cases: TrainOptions[] = [
    { feedback: "explicit", solver: "cg" },
    { feedback: "explicit", solver: "cholesky", cofactorWeight: 0.1 },
    { feedback: "explicit", nonNegative: true },
    { feedback: "implicit", solver: "cg" },
    { feedback: "implicit", solver: "cholesky" },
  ];
  for (const options of cases) {
    const [one, two, four] = await Promise.all(
      [1, 2, 4].map((threads) => train(data, { ...options, rank: 11, iterations: 3 }, { threads })),
    );
    for (const part of ["userFactors", "itemFactors", "userBias", "itemBias"] as const) {
      assert.equal(two.parts[part], one.parts[part]);
      assert.equal(four.parts[part], one.parts[part]);
    }
  }
});

test("the loss never rises with exact solves, whatever the shape and options", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        users: fc.integer({ min: 1, max: 40 }),
        items: fc.integer({ min: 1, max: 40 }),
        rank: fc.integer({ min: 1, max: 40 }),
        seed: fc.nat(1000),
        lambda: fc.double({ min: 0.05, max: 5, noNaN: true }),
        kind: fc.constantFrom<TrainOptions>(
          { feedback: "explicit" },
          { feedback: "explicit", cofactorWeight: 0.3 },
          { feedback: "explicit", cofactorWeight: 0.7, lambdaCofactor: 9, cofactorBalance: 0.6 },
          { feedback: "explicit", nonNegative: true },
          { feedback: "implicit" },
          { feedback: "implicit", nonNegative: true },
        ),
      }),
      async ({ users, items, rank, seed, lambda, kind }) => {
        const reports: IterationReport[] = [];
        await train(
          unevenData(users, items, seed),
          { ...kind, solver: "cholesky", rank, lambda, iterations: 5 },
          { threads: 1, onIteration: (report) => reports.push(report) },
        );
        reports.forEach(({ loss }, k) => {
          assert.ok(Number.isFinite(loss) && loss >= 0);
          if (k > 0)
            assert.ok(loss <= reports[k - 1].loss * (1 + 1e-5), reports.map((r) => r.loss).join(" "));
        });
      },
    ),
    {
      numRuns: 40,
      // Factors that all but vanish under a strong λ: their Gramian once had no axes.
      examples: [
        [
          {
            users: 2,
            items: 3,
            rank: 38,
            seed: 0,
            lambda: 5,
            kind: { feedback: "explicit", cofactorWeight: 0.3 },
          },
        ],
        [
          {
            users: 16,
            items: 1,
            rank: 35,
            seed: 3,
            lambda: 5,
            kind: { feedback: "explicit", cofactorWeight: 0.7, lambdaCofactor: 9, cofactorBalance: 0.6 },
          },
        ],
      ],
    },
  );
});

test("non-negative factors are of 0 or more, and not all 0", async () => {
  const { parts } = await train(data, { feedback: "explicit", rank: 6, iterations: 5, nonNegative: true });
  for (const factors of [parts.userFactors, parts.itemFactors]) {
    assert.ok(factors.every((factor) => factor >= 0));
    assert.ok(factors.some((factor) => factor > 0));
  }
});

test("an ensemble's score is the mean of its models' scores", async () => {
  const options = { feedback: "explicit", rank: 5, iterations: 3, seed: 9 } as const;
  const both = await train(data, { ...options, seeds: 2 });
  const [a, b] = [await train(data, options), await train(data, { ...options, seed: 10 })];
  assert.is(both.rank, 10);
  const scores = [both, a, b].map((model) => {
    const row = new Float64Array(model.items);
    model.scoreItems(0, row);
    return row;
  });
  for (let item = 0; item < both.items - 1; item++)
    assert.ok(Math.abs(scores[0][item] - (scores[1][item] + scores[2][item]) / 2) < 1e-9);
});

test("an interrupted training goes on from its checkpoint to the same bits", async () => {
  const folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
  try {
    const path = join(folder, "training.checkpoint");
    for (const options of [
      { feedback: "explicit", rank: 9, iterations: 5, solver: "cg", cofactorWeight: 0.2 },
      { feedback: "implicit", rank: 9, iterations: 5, solver: "cg" },
    ] satisfies TrainOptions[]) {
      const whole = await train(data, options, {
        onCheckpoint: (checkpoint: Checkpoint) =>
          checkpoint.iteration === 3 ? saveCheckpoint(path, checkpoint) : undefined,
      });
      const resumed = await train(data, options, { resume: await loadCheckpoint(path) });
      assert.equal(resumed.parts.userFactors, whole.parts.userFactors);
      assert.equal(resumed.parts.itemFactors, whole.parts.itemFactors);
      assert.equal(await readdir(folder), ["training.checkpoint"]);
    }
    try {
      await train(data, { feedback: "implicit", rank: 8 }, { resume: await loadCheckpoint(path) });
      assert.unreachable("another rank's checkpoint should be refused");
    } catch (error) {
      assert.is((error as WorkspaceError).code, "CHECKPOINT_INVALID");
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("so does an ensemble from any iteration of any of its models, and early stopping stops where it would have", async () => {
  const options = { feedback: "explicit", rank: 5, iterations: 12, lambda: 0.01, seeds: 3 } as const;
  const hooks = { validation: unevenData(60, 45, 4), patience: 2 };
  const checkpoints: Checkpoint[] = [];
  const whole = await train(data, options, { ...hooks, onCheckpoint: (at) => void checkpoints.push(at) });
  assert.ok(checkpoints.length < 3 * options.iterations, "nothing stopped early");
  for (const resume of checkpoints) {
    let first: Checkpoint | undefined;
    const resumed = await train(data, options, {
      ...hooks,
      resume,
      onCheckpoint: (at) => void (first ??= at),
    });
    assert.equal(resumed.parts.userFactors, whole.parts.userFactors);
    assert.equal(resumed.parts.itemFactors, whole.parts.itemFactors);
    assert.equal(resumed.parts.itemSeedBias, whole.parts.itemSeedBias);
    assert.equal(first, checkpoints[checkpoints.indexOf(resume) + 1]);
  }
});

test("a file that is no checkpoint is refused by name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "checkpoint-"));
  try {
    const path = join(folder, "training.checkpoint");
    await saveCheckpoint(path, {
      fingerprint: "",
      ready: [],
      iteration: 1,
      state: [new Float32Array(4)],
      best: null,
    });
    const whole = await readFile(path);
    for (const content of [whole.subarray(0, 20), Buffer.from("no checkpoint"), serialize({}), null]) {
      if (content) await writeFile(path, content);
      else await rm(path);
      try {
        await loadCheckpoint(path);
        assert.unreachable();
      } catch (error) {
        assert.is((error as WorkspaceError).code, "CHECKPOINT_INVALID");
        assert.match((error as WorkspaceError).message, path);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("early stopping keeps the factors of the best iteration", async () => {
  const validation = unevenData(60, 45, 4);
  const reports: IterationReport[] = [];
  const model = await train(
    data,
    {
      feedback: "explicit",
      rank: 20,
      iterations: 60,
      lambda: 0.02,
      lambdaBias: 0.02,
      nu: 1,
      solver: "cholesky",
    },
    { validation, patience: 2, onIteration: (report) => reports.push(report) },
  );
  const best = Math.min(...reports.map(({ validationRmse }) => validationRmse!));
  assert.ok(reports.length < 60);
  let sum = 0;
  validation.ratings.forEach(
    (rating, r) => (sum += (rating - model.predict(validation.users[r], validation.items[r])) ** 2),
  );
  assert.ok(Math.abs(Math.sqrt(sum / validation.ratings.length) - best) < 1e-5);
});

test("every user's best items are those of a sort over all unseen items", async () => {
  await solved(
    problemOf("explicit", 7),
    async (engine) => {
      for (const side of [engine.users, engine.items, engine.users]) await engine.solveSide(side, "cholesky");
      const n = 50;
      const top = await engine.topItems(n);
      const items = engine.factorsOf(engine.items, 7);
      const bias = engine.biasOf(engine.items);
      const users = engine.factorsOf(engine.users, 7);
      for (let row = 0; row < 60; row++) {
        const user = engine.users.view.denseOf[row];
        const seen = new Set(data.items.filter((_, r) => data.users[r] === user));
        const scores = Array.from(bias, (own, item) => {
          let score = own;
          for (let f = 0; f < 7; f++) score += users[user * 7 + f] * items[item * 7 + f];
          return { item, score };
        }).filter(({ item }) => !seen.has(item) && item !== 44);
        const found = Array.from(top.items.subarray(row * n, (row + 1) * n)).filter(
          (item) => item !== 0xffffffff,
        );
        // Item 44 has no rating, and is never recommended.
        assert.is(found.length, scores.length);
        assert.equal(new Set(found), new Set(scores.map(({ item }) => item)));
        const ranked = scores.sort((a, b) => b.score - a.score);
        ranked.forEach(({ score }, k) => assert.ok(Math.abs(score - top.scores[row * n + k]) < 1e-5));
      }
    },
    data,
    2,
  );
});

test("a row that even float64 cannot solve is named, whatever the number of threads", async () => {
  // Ratings so large that squares are past float32, and too few of them for rank 12 without a λ.
  const matrix = randomMatrix(8, 3, 1, 3).map((row) => row.map((rating) => rating! * 1e30));
  const messages: string[] = [];
  for (const threads of [1, 2])
    try {
      await train(
        datasetOf(matrix),
        { feedback: "explicit", rank: 12, lambda: 1e-30, nu: 0, solver: "cholesky" },
        { threads },
      );
      assert.unreachable("a singular system should be refused");
    } catch (error) {
      assert.is((error as WorkspaceError).code, "SOLVE_FAILED");
      messages.push((error as Error).message);
    }
  assert.match(messages[0], /^(user|item) \d+ \(MovieLens id \d+\): .* ratings is not positive definite/);
  assert.is(messages[1], messages[0]);
});

test("rows with fewer ratings than unknowns are solved with next to no λ", async () => {
  const { parts } = await train(datasetOf(randomMatrix(8, 3, 1, 3)), {
    feedback: "explicit",
    rank: 12,
    lambda: 1e-30,
    nu: 0,
    iterations: 2,
  });
  assert.ok(parts.userFactors.every(Number.isFinite) && parts.userFactors.some((factor) => factor !== 0));
});

test.run();

import {
  compileKernels,
  Factorisation,
  instantiateKernels,
  train,
  trainFloat64,
  type Problem,
  type TrainOptions,
} from "@movielens/lib/als";
import { seededRandom, type Dataset, type WorkspaceError } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

const problem: Problem = {
  feedback: "explicit",
  rank: 8,
  lambda: 0.3,
  lambdaBias: 0.2,
  nu: 0.5,
  alpha: 0,
  cofactorWeight: 0,
  cofactorBalance: 1,
  lambdaCofactor: 0,
  nonNegative: false,
  seed: 1,
};

const implicit = { feedback: "implicit", alpha: 2 } as const;

/** A dense start, so that many rows have many ratings. */
const dense = datasetOf(randomMatrix(90, 70, 0.6, 4));

async function using<T>(
  dataset: Dataset,
  own: Partial<Problem>,
  resources: { threads?: number; block?: number },
  use: (engine: Factorisation) => Promise<T>,
): Promise<T> {
  const engine = new Factorisation(
    dataset,
    { ...problem, ...own },
    { threads: 1, instructions: "plain", ...resources },
  );
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

async function sweeps(
  dataset: Dataset,
  own: Partial<Problem>,
  resources: { threads?: number; block?: number },
): Promise<Float32Array[]> {
  return using(dataset, own, resources, async (engine) => {
    for (const side of [engine.users, engine.items, engine.users]) await engine.solveSide(side, "cg", 2);
    return engine.snapshot();
  });
}

function apart(got: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0];
  expected.forEach((value, at) => {
    difference += (got[at] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

const kinds: Partial<Problem>[] = [
  {},
  implicit,
  { rank: 19 },
  { rank: 5, cofactorWeight: 0.4, lambdaCofactor: 2 },
];

for (const kind of kinds)
  test(`rows that pass over blocks of columns together are solved as each alone: ${JSON.stringify(kind)}`, async () => {
    const alone = await sweeps(dense, kind, {});
    for (const block of [32, 50, 1000]) {
      const together = await sweeps(dense, kind, { block });
      together.forEach((part, k) => assert.ok(apart(part, alone[k]) < 1e-4));
    }
  });

test("groups of rows give the same bits with 1, 2 and 4 threads", async () => {
  const one = await sweeps(dense, {}, { block: 32 });
  for (const threads of [2, 4])
    (await sweeps(dense, {}, { block: 32, threads })).forEach((part, k) => assert.equal(part, one[k]));
});

test("a pass over columns in any order is the product with their Gram matrix, whatever their number", () => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true });
  const random = seededRandom(7);
  for (const instructions of ["plain", "relaxed"] as const) {
    const kernels = instantiateKernels(compileKernels(instructions).module, memory);
    for (const size of [8, 24, 64])
      for (const count of [1, 4, 5, 8, 13, 100]) {
        const [fixed, columns, p, q, scratch] = [65536, 1024, 2048, 4096, 8192];
        const factors = new Float32Array(memory.buffer, fixed, 120 * size).map(() => random() - 0.5);
        new Float32Array(memory.buffer).set(factors, fixed / 4);
        const order = Uint32Array.from({ length: count }, () => Math.floor(random() * 120)).sort();
        new Uint32Array(memory.buffer).set(order, columns / 4);
        const vector = Float32Array.from({ length: size }, () => random() - 0.5);
        new Float32Array(memory.buffer).set(vector, p / 4);
        new Float32Array(memory.buffer, q, size).fill(0);
        kernels.columnsProduct(fixed, columns, count, size, p, q, scratch);
        const expected = new Float32Array(size);
        for (const column of order) {
          let score = 0;
          for (let f = 0; f < size; f++) score += factors[column * size + f] * vector[f];
          for (let f = 0; f < size; f++) expected[f] -= score * factors[column * size + f];
        }
        assert.ok(apart(new Float32Array(memory.buffer, q, size), expected) < 1e-5);
      }
  }
});

test("sharing the axes' lengths between the sides changes no prediction and never raises the loss", async () => {
  for (const own of [
    {},
    { nu: 0 },
    implicit,
    { nonNegative: true },
    { cofactorWeight: 0.4, lambdaCofactor: 2, cofactorBalance: 0.7 },
  ] as Partial<Problem>[])
    await using(dense, own, {}, async (engine) => {
      const { users, items, size } = engine;
      for (const side of [users, items, users]) await engine.solveSide(side, "cholesky");
      const scores = (): Float32Array =>
        Float32Array.from({ length: 90 * 70 }, (_, at) => {
          const [user, item] = [Math.floor(at / 70), at % 70];
          let score = 0;
          for (let f = 0; f < size; f++)
            score += users.factors[user * size + f] * items.factors[item * size + f];
          return score;
        });
      for (let at = 0; at < users.factors.length; at++) users.factors[at] *= 1 + (at % size);
      const [before, { loss }] = [scores(), await engine.measure()];
      await engine.balance();
      assert.ok(apart(scores(), before) < 1e-5);
      const after = (await engine.measure()).loss;
      assert.ok(after < loss, `${after} after ${loss}`);
      await engine.balance();
      assert.ok((await engine.measure()).loss <= after * (1 + 1e-6));
    });
});

/** Users who rated all items, whose factors are what `fill` says. */
const solvedWith = (
  items: number,
  own: Partial<Problem>,
  fill: (item: number, f: number) => number,
): Promise<{ rescues: number[]; factors: Float32Array }> =>
  using(datasetOf(randomMatrix(3, items, 1, 5)), { lambda: 1e-30, nu: 0, ...own }, {}, async (engine) => {
    for (let item = 0; item < items; item++)
      for (let f = 0; f < (own.rank ?? problem.rank); f++)
        engine.items.factors[item * engine.size + f] = fill(item, f);
    await engine.solveSide(engine.users, "cholesky");
    return { rescues: Array.from(engine.rescues), factors: engine.users.factors.slice() };
  });

/** Each item on one axis, the last axis shorter than the others. */
const onAxes =
  (last: number) =>
  (item: number, f: number): number =>
    item % 8 !== f ? 0 : f === 7 ? last : 1;

test("a system that float32 finds positive definite is solved as it is", async () => {
  const { rescues } = await solvedWith(80, {}, onAxes(1));
  assert.equal(rescues, [0, 0, 0, 0]);
});

test("a direction below float32's grain is solved with the first jitter, one without ratings with the second", async () => {
  assert.equal((await solvedWith(80, {}, onAxes(2e-4))).rescues, [3, 0, 0, 0]);
  const { rescues, factors } = await solvedWith(80, {}, onAxes(0));
  assert.equal(rescues, [0, 3, 0, 0]);
  assert.ok(factors.every(Number.isFinite));
});

test("a system whose rounding outweighs the lesser jitters is solved with the third", async () => {
  const { rescues, factors } = await solvedWith(
    3000,
    {},
    (item, f) => (0.1 + ((item * 37) % 101) / 101) * Math.sin(f + 1),
  );
  assert.equal(rescues, [0, 0, 3, 0]);
  assert.ok(factors.every(Number.isFinite));
});

test("a system past float32's range is solved in float64", async () => {
  const { rescues, factors } = await solvedWith(80, { lambda: 1e33 }, (item, f) => 1e20 * onAxes(1)(item, f));
  assert.equal(rescues, [0, 0, 0, 3]);
  assert.ok(factors.every(Number.isFinite));
  assert.ok(factors.some((factor) => factor !== 0));
});

test("a system that is singular in float64 too is refused by name", async () => {
  try {
    // Powers of two: their sums, roots and differences are exact, and so are the zeros that are left.
    await solvedWith(64, {}, () => 2 ** 67);
    assert.unreachable("a singular system should be refused");
  } catch (error) {
    assert.is((error as WorkspaceError).code, "SOLVE_FAILED");
    assert.match((error as Error).message, /^user \d \(MovieLens id 10\d\): .* not positive definite/);
  }
});

test("rows of 100,000 ratings are solved as the float64 twin solves them, exactly and by conjugate gradients", async () => {
  const wide = datasetOf(randomMatrix(2, 100_000, 1, 6));
  const rank = 5;
  const twin = await trainFloat64(wide, {
    feedback: "explicit",
    rank,
    lambda: 0.3,
    lambdaBias: 0.2,
    iterations: 1,
  });
  for (const [solver, steps, block] of [
    ["cholesky", 0, 0],
    ["cg", 30, 0],
    ["cg", 30, 4096],
  ] as const)
    await using(wide, { rank }, { block }, async (engine) => {
      const { view, factors, bias } = engine.items;
      for (let row = 0; row < view.rows; row++) {
        const item = view.denseOf[row];
        factors.set(twin.parts.itemFactors.subarray(item * rank, (item + 1) * rank), row * engine.size);
        bias![row] = twin.parts.itemBias[item];
      }
      await engine.solveSide(engine.users, solver, steps);
      // Conjugate gradients turn both sides: what they predict is what can be compared.
      const scores = (users: ArrayLike<number>, items: ArrayLike<number>): Float32Array =>
        Float32Array.from({ length: 2000 }, (_, at) => {
          const [user, item] = [at % 2, at * 50];
          let score = 0;
          for (let f = 0; f < rank; f++) score += users[user * rank + f] * items[item * rank + f];
          return score;
        });
      const found = scores(engine.factorsOf(engine.users, rank), engine.factorsOf(engine.items, rank));
      const error = apart(found, scores(twin.parts.userFactors, twin.parts.itemFactors));
      assert.ok(error < 1e-4, `${solver}: ${error}`);
    });
});

test("rows of only negative ratings are learned from as explicit feedback and refused by name as implicit", async () => {
  const negative = {
    ...dense,
    ratings: dense.ratings.map((rating, r) => (dense.users[r] < 9 ? -rating : rating)),
  };
  const options: TrainOptions = { feedback: "explicit", rank: 6, iterations: 2, lambda: 0.3 };
  const twin = await trainFloat64(negative, options);
  await using(negative, { rank: 6, lambdaBias: 1 }, {}, async (engine) => {
    const { view, factors, bias } = engine.items;
    for (let row = 0; row < view.rows; row++) {
      const item = view.denseOf[row];
      factors.set(twin.parts.itemFactors.subarray(item * 6, item * 6 + 6), row * engine.size);
      bias![row] = twin.parts.itemBias[item];
    }
    await engine.solveSide(engine.users, "cholesky");
    const found = Float32Array.from(engine.factorsOf(engine.users, 6));
    assert.ok(apart(found, Float32Array.from(twin.parts.userFactors)) < 1e-4);
  });
  try {
    await train(negative, { feedback: "implicit", rank: 6 });
    assert.unreachable("implicit feedback has no negative confidence");
  } catch (error) {
    assert.is((error as WorkspaceError).code, "DATA_INVALID");
    assert.match((error as Error).message, /row 0 \(user 101, movie \d+\): rating is -/);
  }
});

test.run();

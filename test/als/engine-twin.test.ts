import {
  completeOptions,
  Factorisation,
  problemOf,
  trainFloat64,
  type AlsModelParts,
  type EngineSide,
  type TrainOptions,
} from "@movielens/lib/als";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

/** Users and items without a rating, with one, and with nearly all. */
const matrix = randomMatrix(50, 37, 0.3, 8);
matrix[0] = matrix[0].map((rating) => rating ?? 4);
matrix[1].fill(null);
matrix[2].fill(null)[0] = 2.5;
for (const row of matrix) row[36] = null;
const data = datasetOf(matrix);

const relative = (got: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let [difference, size] = [0, 0];
  for (let k = 0; k < expected.length; k++) {
    difference += (got[k] - expected[k]) ** 2;
    size += expected[k] ** 2;
  }
  return Math.sqrt(difference / size);
};

/** Puts what the twin has learned of one side in the place of the engine's own. */
function begin({ size, problem: { rank } }: Factorisation, side: EngineSide, parts: AlsModelParts): void {
  const copied = (target: Float32Array, values: Float64Array): void => {
    for (let row = 0; row < side.view.rows; row++) {
      const dense = side.view.denseOf[row];
      target.set(values.subarray(dense * rank, (dense + 1) * rank), row * size);
    }
  };
  copied(side.factors, parts[`${side.name}Factors`]);
  if (side.cofactors) copied(side.cofactors, parts[`${side.name}Cofactors`]!);
  side.bias?.forEach((_, row) => (side.bias![row] = parts[`${side.name}Bias`][side.view.denseOf[row]]));
}

/** p·q of all pairs: co-factors turn all factors together, which changes no product. */
function products(left: ArrayLike<number>, right: ArrayLike<number>, rank: number): Float64Array {
  const [rows, columns] = [left.length / rank, right.length / rank];
  return Float64Array.from({ length: rows * columns }, (_, cell) => {
    const [a, b] = [Math.floor(cell / columns), cell % columns];
    let sum = 0;
    for (let f = 0; f < rank; f++) sum += left[a * rank + f] * right[b * rank + f];
    return sum;
  });
}

const kinds: TrainOptions[] = [
  { feedback: "explicit", lambda: 0.3, lambdaBias: 0.2, cofactorWeight: 0.4 },
  {
    feedback: "explicit",
    lambda: 2.2,
    lambdaBias: 1.2,
    nu: 0.4,
    cofactorWeight: 6,
    lambdaCofactor: 220,
    cofactorBalance: 0.57,
  },
  { feedback: "explicit", lambda: 0.5, nu: 1, cofactorWeight: 1, lambdaCofactor: 2, cofactorBalance: 1.8 },
  { feedback: "explicit", lambda: 0.3, lambdaBias: 0.2, nonNegative: true },
  { feedback: "implicit", lambda: 0.5, alpha: 2, nonNegative: true },
];

for (const kind of kinds)
  for (const rank of [1, 4, 15, 40])
    test(`four exact iterations agree with the float64 twin: rank ${rank}, ${JSON.stringify(kind)}`, async () => {
      const options = completeOptions({ ...kind, rank, iterations: 5, seed: 3 });
      const start = await trainFloat64(data, { ...options, iterations: 1 });
      let loss = 0;
      const { parts: end } = await trainFloat64(data, options, {
        onIteration: (report) => (loss = report.loss),
      });
      const engine = new Factorisation(data, problemOf(options), { threads: 1 });
      try {
        const { users, items } = engine;
        begin(engine, users, start.parts);
        begin(engine, items, start.parts);
        for (let iteration = 2; iteration <= 5; iteration++)
          for (const side of [items, users]) await engine.solveSide(side, "cholesky");
        const [p, q] = [engine.factorsOf(users, rank), engine.factorsOf(items, rank)];
        const close = (what: string, got: ArrayLike<number>, expected: ArrayLike<number>): void => {
          const off = relative(got, expected);
          assert.ok(off < 1e-4, `${what}: ${off}`);
        };
        close("scores", products(p, q, rank), products(end.userFactors, end.itemFactors, rank));
        if (kind.feedback === "explicit") {
          close("user biases", engine.biasOf(users), end.userBias);
          close("item biases", engine.biasOf(items), end.itemBias);
        }
        for (const [side, own] of [
          [users, q],
          [items, p],
        ] as const) {
          if (!side.cofactors) continue;
          const cofactors = engine.factorsOf({ ...side, factors: side.cofactors }, rank);
          const other = side === users ? end.itemFactors : end.userFactors;
          close("ties", products(cofactors, own, rank), products(end[`${side.name}Cofactors`]!, other, rank));
        }
        assert.ok(Math.abs((await engine.measure()).loss / loss - 1) < 1e-5);
      } finally {
        await engine.close();
      }
    });

test("a row of 100,000 ratings is solved as float64 solves it, with the same bits from 1 and from 4 threads", async () => {
  const wide = datasetOf(randomMatrix(1, 100_000, 1, 5).concat(randomMatrix(3, 100_000, 0.05, 6)));
  for (const kind of [
    { feedback: "explicit" },
    { feedback: "explicit", cofactorWeight: 0.5 },
    { feedback: "explicit", nonNegative: true },
    { feedback: "implicit" },
  ] satisfies TrainOptions[]) {
    const options = completeOptions({ ...kind, rank: 3, iterations: 1, seed: 3 });
    const { parts } = await trainFloat64(wide, options);
    const solved: Float64Array[] = [];
    for (const threads of [1, 4]) {
      const engine = new Factorisation(wide, problemOf(options), { threads });
      try {
        begin(engine, engine.items, parts);
        await engine.solveSide(engine.users, "cholesky");
        const [p, q] = [engine.factorsOf(engine.users, 3), engine.factorsOf(engine.items, 3)];
        solved.push(p);
        const off = relative(products(p, q, 3), products(parts.userFactors, parts.itemFactors, 3));
        assert.ok(off < 1e-4, String(off));
        assert.ok(
          kind.feedback === "implicit" || relative(engine.biasOf(engine.users), parts.userBias) < 1e-4,
        );
      } finally {
        await engine.close();
      }
    }
    assert.equal(solved[1], solved[0]);
  }
});

test.run();

import { partialFit, train, trainFloat64, type IterationReport, type TrainOptions } from "@movielens/lib/als";
import { subset, WorkspaceError, type Dataset } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";
import { refolded } from "./refolded";

const PARTS = [
  "userFactors",
  "itemFactors",
  "userBias",
  "itemBias",
  "userCofactors",
  "itemCofactors",
  "userSeedBias",
  "itemSeedBias",
] as const;

const kinds = fc.constantFrom<TrainOptions>(
  { feedback: "explicit" },
  { feedback: "explicit", cofactorWeight: 0.7, lambdaCofactor: 9, cofactorBalance: 0.6 },
  { feedback: "explicit", cofactorWeight: 0.7, seeds: 2 },
  { feedback: "explicit", nonNegative: true },
  { feedback: "implicit" },
  { feedback: "implicit", nonNegative: true },
);

/** Empty rows, rows of one rating, full rows, and for explicit feedback rows of negative ratings alone, on both sides. */
function raggedData(users: number, items: number, seed: number, signed: boolean): Dataset {
  const matrix = randomMatrix(users, items, 0.3, seed);
  matrix[0] = matrix[0].map((rating) => rating ?? 4);
  if (users > 1) matrix[1].fill(null);
  if (users > 2) matrix[2].fill(null)[0] = 2.5;
  if (signed && users > 3) matrix[3] = matrix[3].map((rating) => rating && -rating);
  if (items > 2) for (const row of matrix) row[items - 1] = null;
  if (items > 3) matrix.forEach((row, user) => (row[1] = user === 0 ? 1.5 : null));
  if (signed && items > 4) for (const row of matrix) if (row[2] !== null) row[2] = -Math.abs(row[2]);
  return datasetOf(matrix);
}

const shapes = fc.record({
  kind: kinds,
  users: fc.integer({ min: 1, max: 24 }),
  items: fc.integer({ min: 1, max: 24 }),
  rank: fc.oneof(fc.integer({ min: 1, max: 130 }), fc.constantFrom(1, 7, 8, 9, 16, 17, 64, 128, 130)),
  seed: fc.nat(1000),
  lambda: fc.double({ min: 0.05, max: 5, noNaN: true }),
  solver: fc.constantFrom("auto" as const, "cholesky" as const, "cg" as const),
});

test("whatever the shape, the same bits come from 1, 2 and 4 threads, and all that is learned is finite", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ kind, users, items, rank, seed, lambda, solver }) => {
      const data = raggedData(users, items, seed, kind.feedback === "explicit");
      const [one, two, four] = await Promise.all(
        [1, 2, 4].map((threads) =>
          train(data, { ...kind, rank, lambda, solver, iterations: 2 }, { threads }),
        ),
      );
      for (const part of PARTS) {
        assert.equal(two.parts[part], one.parts[part]);
        assert.equal(four.parts[part], one.parts[part]);
        assert.ok(one.parts[part]?.every(Number.isFinite) ?? true, part);
      }
      for (let user = 0; user < users; user++)
        for (let item = 0; item < items; item++) assert.ok(Number.isFinite(one.predict(user, item)));
    }),
    { numRuns: 15 },
  );
});

test("whatever the shape, exact solves never raise the loss, and folding in gives the trained rows back", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ kind, users, items, rank, seed, lambda }) => {
      const data = raggedData(users, items, seed, kind.feedback === "explicit");
      const reports: IterationReport[] = [];
      const model = await train(
        data,
        { ...kind, rank, lambda, solver: "cholesky", iterations: 3 },
        { threads: 1, onIteration: (report) => reports.push(report) },
      );
      reports.forEach(({ iteration, loss }, k) => {
        assert.ok(Number.isFinite(loss) && loss >= 0);
        if (iteration > 1)
          assert.ok(loss <= reports[k - 1].loss * (1 + 1e-5), reports.map((report) => report.loss).join(" "));
      });
      refolded(model, 1e-3);
    }),
    { numRuns: 15 },
  );
});

test("a user and a movie with two ratings are refused by name, wherever the two stand", async () => {
  const data = datasetOf(randomMatrix(12, 9, 0.5, 2));
  const twice = (order: (rows: number[]) => number[]): Dataset =>
    subset(data, Uint32Array.from(order([...data.ratings.keys(), 7])));
  const [userId, movieId] = [data.userIds[data.users[7]], data.itemIds[data.items[7]]];
  for (const dataset of [twice((rows) => rows), twice((rows) => rows.sort((a, b) => a - b))])
    for (const work of [
      () => train(dataset, { feedback: "explicit", rank: 2, iterations: 1 }),
      () => trainFloat64(dataset, { feedback: "implicit", rank: 2, iterations: 1 }),
    ])
      try {
        await work();
        assert.unreachable();
      } catch (error) {
        assert.is((error as WorkspaceError).code, "DATA_INVALID");
        assert.match((error as WorkspaceError).message, `user ${userId} rated movie ${movieId} twice`);
      }
  const model = await train(data, { feedback: "explicit", rank: 2, iterations: 1 });
  assert.throws(
    () =>
      partialFit(
        model,
        twice((rows) => rows),
      ),
    (error: WorkspaceError) => error.code === "DATA_INVALID",
  );
});

test.run();

import {
  defaultOptions,
  Factorisation,
  paddedRank,
  planOf,
  problemOf,
  sweepNanoseconds,
  type Solver,
} from "@movielens/lib/als";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, type Matrix } from "../synthetic";

/** Users of `n` ratings each, spread over all items. */
function evenData(users: number, items: number, n: number): Matrix {
  return Array.from({ length: users }, (_, user) => {
    const row: (number | null)[] = new Array<null>(items).fill(null);
    for (let k = 0; k < n; k++) row[(user * 7 + k * 3) % items] = 1 + ((user * k) % 5);
    return row;
  });
}

interface Case {
  name: string;
  predicted: number;
  /** CPU seconds of the quickest of several sweeps: what other work on the machine disturbs least. */
  measured: number;
}

async function casesOf(rank: number, users: number, items: number, n: number): Promise<Case[]> {
  const dataset = datasetOf(evenData(users, items, n));
  const problem = problemOf({ ...defaultOptions("explicit"), rank });
  const engine = new Factorisation(dataset, problem, { threads: 1 });
  try {
    for (const side of [engine.users, engine.items]) await engine.solveSide(side, "cholesky");
    const cases: Case[] = [];
    for (const solver of ["cholesky", "cg"] as Solver[]) {
      let measured = Infinity;
      for (let turn = 0; turn < 12; turn++) {
        const start = process.cpuUsage();
        await engine.solveSide(engine.users, solver, 2);
        const { user, system } = process.cpuUsage(start);
        measured = Math.min(measured, (user + system) / 1e6);
      }
      const shape = { size: paddedRank(rank), ratings: users * n, rows: users, columns: items };
      cases.push({
        name: `${solver}, rank ${rank}, ${users} rows of ${n}`,
        predicted: sweepNanoseconds(solver, shape, 2),
        measured,
      });
    }
    return cases;
  } finally {
    await engine.close();
  }
}

test("of two sweeps of which the cost model says that one is three times the other, it is the longer one", async () => {
  const cases: Case[] = [];
  for (const [rank, users, items, n] of [
    [16, 400, 500, 20],
    [32, 2_000, 500, 10],
    [64, 400, 500, 150],
    [64, 300, 500, 5],
    [128, 200, 500, 10],
    [128, 200, 500, 160],
  ])
    cases.push(...(await casesOf(rank, users, items, n)));
  let pairs = 0;
  for (const less of cases)
    for (const more of cases)
      if (more.predicted >= 3 * less.predicted) {
        pairs++;
        assert.ok(
          more.measured > less.measured,
          `${more.name} took ${more.measured} s, ${less.name} ${less.measured} s`,
        );
      }
  assert.ok(pairs > 20);
});

test("the plan is exact for a small rank or little data, and for a large rank on much data ends with an exact sweep", () => {
  const plan = (rank: number, ratings: number, users: number, items: number) =>
    planOf(
      { ...defaultOptions("explicit"), rank },
      {
        ...datasetOf([[1]]),
        ratings: new Float32Array(ratings),
        userIds: new Uint32Array(users),
        itemIds: new Uint32Array(items),
      },
    );
  assert.is(plan(64, 100_000, 600, 9_000).solver, "cholesky");
  assert.is(plan(8, 5_000_000, 30_000, 20_000).solver, "cholesky");
  const large = plan(128, 5_000_000, 30_000, 20_000);
  assert.is(large.solver, "cg");
  assert.is(large.finish, true);
});

test("what the options say of the solver stands, whatever it costs", () => {
  const data = datasetOf([[1]]);
  const options = { ...defaultOptions("explicit"), rank: 64 };
  assert.is(planOf({ ...options, solver: "cg" }, data).solver, "cg");
  assert.is(planOf({ ...options, solver: "cg" }, data).finish, false);
  assert.is(planOf({ ...options, solver: "cg", nonNegative: true }, data).solver, "cholesky");
});

test.run();

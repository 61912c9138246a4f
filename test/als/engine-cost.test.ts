import { defaultOptions, planOf, sweepNanoseconds } from "@movielens/lib/als";
import type { Report } from "@movielens/lib/cli/bench-report";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf } from "../synthetic";

/** What `npm run -s bench -- --only sweeps --json` printed: sweeps as they were measured, on one thread. */
const { sweeps } = JSON.parse(readFileSync(join(__dirname, "goldens", "sweeps.json"), "utf8")) as Report;

test("the cost model meets measured sweeps of both solvers within a factor of two", () => {
  assert.ok(sweeps.length >= 12);
  for (const { solver, rank, shape, steps, measuredNanoseconds } of sweeps) {
    const ratio = measuredNanoseconds / sweepNanoseconds(solver, shape, steps);
    assert.ok(ratio > 0.5 && ratio < 2, `${solver}, rank ${rank}, ${shape.rows} rows: ${ratio}`);
  }
});

test("of two measured sweeps of which the cost model says that one is twice the other, it is the longer one", () => {
  const expected = sweeps.map(({ solver, shape, steps }) => sweepNanoseconds(solver, shape, steps));
  let pairs = 0;
  sweeps.forEach((less, i) =>
    sweeps.forEach((more, j) => {
      if (expected[j] < 2 * expected[i]) return;
      pairs++;
      assert.ok(more.measuredNanoseconds > less.measuredNanoseconds, `${JSON.stringify([more, less])}`);
    }),
  );
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath, WorkspaceError } from "@movielens/lib/data";
import { judge, readCriteria, type SuccessCriterion } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";

const criterion = (id: string, bound: "atMost" | "atLeast", judgedIn = "05-eval"): SuccessCriterion => ({
  id,
  objective: "content",
  statement: "",
  measure: "",
  bound,
  threshold: 1,
  judgedIn,
});

test("a criterion is met on its bound and on the right side of it only", () => {
  const criteria = [criterion("low", "atMost"), criterion("high", "atLeast")];
  const verdicts = (low: number, high: number): boolean[] =>
    judge(criteria, "05-eval", { low, high }).map(({ met }) => met);
  assert.equal(verdicts(1, 1), [true, true]);
  assert.equal(verdicts(1.01, 0.99), [false, false]);
  assert.equal(verdicts(0.99, 1.01), [true, true]);
});

test("a promise of the phase that nobody measured is an error, one of another phase is not", () => {
  const criteria = [criterion("speed", "atMost", "06-deploy"), criterion("error", "atMost")];
  assert.equal(
    judge(criteria, "05-eval", { error: 0.5 }).map(({ id }) => id),
    ["error"],
  );
  for (const measured of [{}, { speed: NaN }] as Record<string, number>[])
    assert.throws(
      () => judge(criteria, "06-deploy", measured),
      (error: WorkspaceError) => error.code === "METRIC_EMPTY" && error.message.includes('"speed"'),
    );
});

test("the criteria of phase 1 can be read, have distinct ids and a phase that judges them", () => {
  const criteria = readCriteria(projectPath("notebooks/01-business/success-criteria.json"));
  assert.ok(criteria.length >= 5);
  assert.is(new Set(criteria.map(({ id }) => id)).size, criteria.length);
  for (const { judgedIn } of criteria) assert.ok(["05-eval", "06-deploy"].includes(judgedIn));
});

test("a criteria file that is missing or has no bound is named", () => {
  const folder = mkdtempSync(join(tmpdir(), "criteria-"));
  const file = join(folder, "criteria.json");
  assert.throws(
    () => readCriteria(file),
    (error: WorkspaceError) => error.code === "DATA_MISSING" && error.message.includes(file),
  );
  writeFileSync(file, JSON.stringify([{ ...criterion("x", "atMost"), bound: "below" }]));
  assert.throws(
    () => readCriteria(file),
    (error: WorkspaceError) => error.code === "DATA_INVALID" && error.message.includes('"x"'),
  );
  rmSync(folder, { recursive: true });
});

test.run();

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectPath, type QualityReport } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { inFolder } from "../data/support";
import { runCommand } from "./run";

const bad = projectPath("test", "data", "fixtures", "csv");

test("data:check reports on ml-latest-small when nothing is named, and passes it", async () => {
  const { code, out } = await runCommand("data-check", []);
  assert.is(code, 0);
  assert.match(out, /ratings\.csv +100,836 +100,836 +0/);
  assert.match(out, /title-without-year +12 +kept/);
  assert.match(out, "movies.csv line 6061");
});

test("data:check shows the report of bad data, then fails with the reason and the mend", async () => {
  await inFolder(async (folder) => {
    const quarantine = join(folder, "bad.csv");
    const { code, out, err } = await runCommand("data-check", [bad, "--quarantine", quarantine]);
    assert.is(code, 1);
    assert.match(out, /rating-range +2 +left out/);
    assert.match(out, 'ratings.csv line 4: rating "5.5" is outside 0.5–5');
    assert.match(err, "DATA_QUALITY");
    assert.match(err, `Read ${quarantine}`);
    assert.match(readFileSync(quarantine, "utf8"), "rating-range");
  });
});

test("data:check passes bad data under a threshold that the user sets", async () => {
  assert.is((await runCommand("data-check", [bad, "--max-bad-share", "0.8"])).code, 0);
});

test("data:check --json prints the report alone on stdout", async () => {
  const { code, out } = await runCommand("data-check", ["--json"]);
  assert.is(code, 0);
  const report = JSON.parse(out) as QualityReport;
  assert.is(report.rowsRead, 100_836 + 9_742 + 9_742 + 3_683);
});

test("data:check explains a wrong threshold and a wrong path", async () => {
  for (const share of ["a lot", "2", ""]) {
    const { code, err } = await runCommand("data-check", ["--max-bad-share", share]);
    assert.is(code, 1);
    assert.match(err, "--max-bad-share must lie in 0 … 1");
  }
  const { code, err } = await runCommand("data-check", ["no/such/folder"]);
  assert.is(code, 1);
  assert.match(err, "DATA_MISSING");
});

test("data:check --help says what it takes and exits with 0", async () => {
  const { code, out } = await runCommand("data-check", ["--help"]);
  assert.is(code, 0);
  assert.match(out, "--max-bad-share");
});

test.run();

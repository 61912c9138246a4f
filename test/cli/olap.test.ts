import { execFile, type ChildProcess } from "node:child_process";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { queryNames, type TopMoviesRow } from "@movielens/lib/bi";
import { projectPath } from "@movielens/lib/data";

interface Ran {
  code: number;
  out: string;
  err: string;
}

const olap = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child: ChildProcess = execFile(
      process.execPath,
      [projectPath("lib", "dist", "cli", "olap.js"), ...args],
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

test("a question is answered as a table with its decision, right-aligned numbers and the columns' meaning", async () => {
  const { code, out } = await olap("top-movies", "--set", "limit=2", "minRatings=100");
  assert.is(code, 0);
  const lines = out.split("\n");
  assert.match(out, /With minRatings = 100, priorWeight = 25, limit = 2\n/);
  const head = lines.findIndex((line) => line.startsWith("rank"));
  assert.match(
    lines[head + 1],
    /^ {3}1 +318 {2}Shawshank Redemption, The \(1994\) +1994 +317 +4\.4290 +4\.36/,
  );
  assert.match(lines[head + 2], /^ {3}2 /);
  assert.is(lines[head + 3], "");
  assert.match(out, /bayesianMean +\(priorWeight/);
});

test("--json prints rows that a program can read", async () => {
  const { code, out } = await olap("top-movies", "--json", "--set", "limit=3");
  assert.is(code, 0);
  assert.equal(
    (JSON.parse(out) as TopMoviesRow[]).map((row) => row.rank),
    [1, 2, 3],
  );
});

test("without a question, and with --list, every question is listed with its defaults", async () => {
  const [bare, listed] = await Promise.all([olap(), olap("--list")]);
  assert.is(bare.code, 0);
  assert.is(bare.out, listed.out);
  for (const name of queryNames) assert.match(listed.out, new RegExp(`^${name} `, "m"));
  assert.match(listed.out, /minRatings=20 priorWeight=25 limit=20/);
});

test("--data asks another data set", async () => {
  const { code, err } = await olap("overview", "--data", projectPath("nowhere"));
  assert.is(code, 1);
  assert.match(err, /nowhere/);
});

test("an unknown question or parameter ends with 1, one line of what and one of mend", async () => {
  for (const [args, what] of [
    [["top-films"], /^QUERY_UNKNOWN: .*"top-films"\n {2}→ .*--list/],
    [["top-movies", "--set", "minimum=3"], /^OPTION_INVALID: .*"minimum"\n {2}→ It takes: minRatings, /],
    [["top-movies", "--set", "limit=many"], /^OPTION_INVALID: --set limit=many/],
    [["top-movies", "--set", "limit=0"], /^OPTION_INVALID: .*limit is 0/],
  ] as const) {
    const { code, out, err } = await olap(...args);
    assert.is(code, 1);
    assert.is(out, "");
    assert.match(err, what);
  }
});

test.run();

import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath } from "@movielens/lib/data";
import { suite } from "uvu";
import * as assert from "uvu/assert";

// A checkout in which nothing is installed yet: the files that the set-up reads, and no more.
const test = suite<{ folder: string }>("set-up");

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "fresh clone-"));
  for (const path of [
    "setup",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "tsconfig.json",
    "jupyter/requirements.txt",
  ])
    cpSync(projectPath(path), join(context.folder, path), { recursive: true });
  mkdirSync(join(context.folder, "lib"));
  for (const path of ["lib/package.json", "lib/tsconfig.json"])
    cpSync(projectPath(path), join(context.folder, path));
});
test.after(({ folder }) => rmSync(folder, { recursive: true }));

/** Runs a command there; `preload` is a module that Node loads first, to pretend another machine. */
function run(
  folder: string,
  command: string,
  env: Record<string, string> = {},
  preload = "",
): SpawnSyncReturns<string> {
  const module = join(folder, "preload.mjs");
  writeFileSync(module, preload);
  const entries = readdirSync(folder).length;
  const result = spawnSync(
    process.execPath,
    ["--import", module, join(folder, "setup", "run.mjs"), ...command.split(" ")],
    {
      encoding: "utf8",
      env: { ...process.env, ...env },
    },
  );
  assert.is(readdirSync(folder).length, entries, "nothing was installed");
  return result;
}

const oneLine = ({ status, stderr, stdout }: SpawnSyncReturns<string>): string => {
  assert.is(status, 1);
  assert.is(stdout, "");
  assert.is(stderr.trim().split("\n").length, 1, stderr);
  return stderr;
};

test("too old a Node is told in one line what to install", ({ folder }) => {
  for (const old of ["18.20.4", "20.18.1"]) {
    const preload = `Object.defineProperty(process.versions, "node", { value: "${old}" });`;
    const line = oneLine(run(folder, "start", {}, preload));
    assert.match(line, /Node 20\.19 or newer is needed, this is /);
    assert.match(line, old);
  }
});

test("a missing Python is told in one line what to install, before anything is installed", ({ folder }) => {
  const line = oneLine(run(folder, "start", { PYTHON: join(folder, "no-python") }));
  assert.match(line, /Python 3\.10 or newer is needed, none was found/);
  assert.match(line, /python3-venv/);
});

test("too old a Python is named with its version", ({ folder }) => {
  const python = join(folder, "setup", "old-python");
  writeFileSync(python, "#!/bin/sh\necho 3.9.18\n", { mode: 0o755 });
  assert.match(oneLine(run(folder, "test", { PYTHON: python })), /the one found is 3\.9\.18/);
});

test("a full disk is told in one line, with how much room is needed", ({ folder }) => {
  const preload = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    fs.statfsSync = () => ({ bavail: 1000, bsize: 4096 }); syncBuiltinESMExports();`;
  assert.match(
    oneLine(run(folder, "start", {}, preload)),
    /needs 2\.5 GiB of free disk, this one has 0\.0 GiB/,
  );
});

test("an unknown command names the known ones", ({ folder }) => {
  assert.match(oneLine(run(folder, "strat")), /unknown command "strat".*start, test, lab/);
});

test("doctor reports what is missing and how to mend it, and installs nothing", ({ folder }) => {
  const { status, stdout } = run(folder, "doctor", { PYTHON: join(folder, "no-python") });
  assert.is(status, 1, "the data and Python are missing");
  assert.match(stdout, /✗ Python +not found\n +→ Python 3\.10/);
  assert.match(stdout, /✗ npm packages/);
});

test("doctor says what it does when asked for help, and refuses what it does not know", ({ folder }) => {
  for (const flag of ["--help", "-h"]) {
    const { status, stdout } = run(folder, `doctor ${flag}`);
    assert.is(status, 0);
    assert.match(stdout, /^Usage: doctor\n\nSays what this machine has/);
  }
  assert.match(oneLine(run(folder, "doctor --quick")), /doctor does not know "--quick"/);
});

test.run();

// @ts-check
// Brings the project's own folder to a state in which every command runs: npm packages, .venv, lib/dist.
// Each step leaves a stamp (a hash of what it was made from) inside what it made, so that a second run costs
// milliseconds and an interrupted one starts again.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const pythonNeeded = [3, 10];
/** What a first set-up takes on disk, with some air. */
export const diskNeededGiB = 2.5;

/** Something that the person at the keyboard has to mend; shown as one line. */
export class SetupError extends Error {}

const venv = join(root, ".venv");
/** The Python of the project's .venv. Called by path: the scripts beside it break when the folder is moved. */
export const python = () =>
  process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");

/** Makes what is missing or out of date; milliseconds when there is nothing to do. */
export async function setup() {
  // The library is built with the packages; Python's have nothing to do with either, and come meanwhile.
  const outdated = () =>
    [[npmPackages(), library()], [pythonPackages()]].map((chain) =>
      chain.filter((step) => !step.isCurrent()),
    );
  const steps = outdated().flat();
  if (steps.length === 0) return;
  // What cannot work is said before minutes are spent on what can.
  for (const step of steps) step.check();
  await alone(async () => {
    const ended = await Promise.allSettled(outdated().map(makeInOrder));
    for (const chain of ended) if (chain.status === "rejected") throw chain.reason;
  });
}

/** @param {Step[]} steps */
async function makeInOrder(steps) {
  for (const step of steps) {
    await withProgress(step.title, step.make);
    step.stamp();
  }
}

/**
 * Runs `work` while no other set-up of this folder does: two of them would remove each other's packages.
 * @param {() => Promise<void>} work
 */
async function alone(work) {
  const lock = join(root, ".cache", "setup.lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; !take(lock); told = true) {
    const holder = existsSync(lock) ? readFileSync(lock, "utf8") : "";
    if (!isAlive(Number(holder))) rmSync(lock, { force: true });
    else if (!told) console.error(`Another set-up (process ${holder}) is at work: waiting for it …`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock @returns {boolean} whether the lock is now this process's */
function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * One thing to make. `check` throws a SetupError when the machine lacks what it takes.
 * @typedef {{title: string, isCurrent: () => boolean, check: () => void, make: () => Promise<void>, stamp: () => void}} Step
 */

/** @returns {Step} */
function npmPackages() {
  return step({
    title: "Installing npm packages",
    inputs: () => [
      process.version.split(".")[0],
      process.platform,
      process.arch,
      ...contents("package-lock.json", ".npmrc"),
    ],
    stampFile: "node_modules/.movielens-stamp",
    check: checkDisk,
    async make() {
      const npm = process.env.npm_execpath;
      const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
      if (npm && /npm(-cli)?\.[cm]?js$/.test(npm)) await quiet(process.execPath, [npm, ...args]);
      else await quiet(process.platform === "win32" ? "npm.cmd" : "npm", args);
    },
  });
}

/** @returns {Step} */
function pythonPackages() {
  const requirements = "jupyter/requirements.txt";
  return step({
    title: "Installing JupyterLab into .venv",
    inputs: () => contents(requirements),
    stampFile: ".venv/.movielens-stamp",
    // A .venv whose Python was upgraded or removed is made anew.
    alsoNeeds: () => spawnSync(python(), ["-c", ""]).status === 0,
    check() {
      checkDisk();
      const { problem } = findPython();
      if (problem) throw new SetupError(problem);
    },
    async make() {
      rmSync(venv, { recursive: true, force: true });
      await quiet(
        findPython().path ?? "python3",
        ["-m", "venv", venv],
        "Python's venv module failed: on Debian or Ubuntu install python3-venv",
      );
      await quiet(python(), [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        requirements,
      ]);
    },
  });
}

/** @returns {Step} */
function library() {
  const dist = join(root, "lib", "dist");
  return step({
    title: "Building lib",
    inputs: () => [
      ...contents(
        "tsconfig.json",
        "lib/tsconfig.json",
        "lib/deploy/page/tsconfig.json",
        "package-lock.json",
        "setup/build-kernels.mjs",
      ),
      ...contents(...sources("lib")),
    ],
    stampFile: "lib/dist/.movielens-stamp",
    async make() {
      rmSync(dist, { recursive: true, force: true });
      const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
      await quiet(process.execPath, [tsc, "-p", "lib"]);
      await quiet(process.execPath, [tsc, "-p", "lib/deploy/page"]);
      await quiet(process.execPath, [join(root, "setup", "build-kernels.mjs")]);
    },
  });
}

/**
 * @param {{title: string, inputs: () => (string | Buffer)[], stampFile: string, alsoNeeds?: () => boolean, check?: () => void, make: () => Promise<void>}} spec
 * @returns {Step}
 */
function step({ title, inputs, stampFile, alsoNeeds = () => true, check = () => {}, make }) {
  const file = join(root, stampFile);
  const hash = () => {
    const sum = createHash("sha256");
    for (const input of inputs()) sum.update(input).update("\0");
    return sum.digest("hex");
  };
  return {
    title,
    isCurrent: () => existsSync(file) && readFileSync(file, "utf8") === hash() && alsoNeeds(),
    check,
    make,
    stamp: () => writeFileSync(file, hash()),
  };
}

/** @param {string[]} files */
const contents = (...files) => files.map((file) => readFileSync(join(root, file)));

/** TypeScript sources below a folder, sorted. @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !["dist", "node_modules"].includes(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? sources(path) : /\.ts$/.test(path) ? [path] : [];
    });
}

function checkDisk() {
  const free = freeDiskGiB();
  if (free < diskNeededGiB)
    throw new SetupError(
      `the set-up needs ${diskNeededGiB} GiB of free disk, this one has ${free.toFixed(1)} GiB: make room and run the command again`,
    );
}

export function freeDiskGiB() {
  const disk = statfsSync(root);
  return (disk.bavail * disk.bsize) / 2 ** 30;
}

/**
 * A Python that is new enough: $PYTHON if set, or one of the usual names.
 * @returns {{path?: string, version?: string, problem?: string}}
 */
export function findPython() {
  const names = process.env.PYTHON
    ? [process.env.PYTHON]
    : ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
  const needed = pythonNeeded.join(".");
  let tooOld = "";
  for (const name of names) {
    const asked = spawnSync(name, ["-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"], {
      encoding: "utf8",
    });
    if (asked.status !== 0) continue;
    const version = asked.stdout.trim();
    if (!isOlder(version.split(".").map(Number), pythonNeeded)) return { path: name, version };
    tooOld = tooOld || version;
  }
  const seen = tooOld
    ? `the one found is ${tooOld}`
    : `none was found under ${names.slice(0, 2).join(" or ")}`;
  return {
    problem: `Python ${needed} or newer is needed, ${seen}: install it (Debian: apt install python3 python3-venv; macOS: brew install python), or name it in PYTHON`,
  };
}

/** @param {number[]} have @param {number[]} need */
const isOlder = (have, need) => have[0] < need[0] || (have[0] === need[0] && have[1] < need[1]);

/**
 * Runs a program and keeps its output for the case that it fails.
 * @param {string} program @param {string[]} args @param {string} [hint]
 * @returns {Promise<void>}
 */
function quiet(program, args, hint) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: program.endsWith(".cmd"),
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => reject(new SetupError(`${program} could not be started: ${error.message}`)));
    child.on("exit", (code, signal) => {
      if (code === 0) return resolve();
      const call = [program.split(/[\\/]/).pop(), ...args.map((arg) => arg.split(/[\\/]/).pop())].join(" ");
      const full = /ENOSPC|No space left/.test(output)
        ? "the disk is full: make room and run the command again"
        : (hint ?? "the last lines above say why; mend it and run the command again");
      reject(
        new SetupError(
          `${output.trim().split("\n").slice(-25).join("\n")}\n✗ ${call} ended with ${signal ?? code}: ${full}`,
        ),
      );
    });
  });
}

/** What runs now, by title, with the time at which it began. @type {Map<string, number>} */
const running = new Map();

/**
 * One line per step, with a clock: on a terminal what runs at once shares the last line, elsewhere each says now and
 * then that it is at work.
 * @param {string} title @param {() => Promise<void>} work
 */
async function withProgress(title, work) {
  const start = Date.now();
  running.set(title, start);
  const live = process.stderr.isTTY;
  if (!live) console.error(`${title} …`);
  const timer = setInterval(
    () => (live ? showRunning() : console.error(clock(title, start))),
    live ? 250 : 15_000,
  );
  try {
    await work();
    console.error(`${live ? CLEARED : ""}✓ ${clock(title, start)}`);
  } finally {
    clearInterval(timer);
    running.delete(title);
  }
}

const CLEARED = "\r\x1b[K";

/** @param {string} title @param {number} start */
const clock = (title, start) => `${title} … ${Math.round((Date.now() - start) / 1000)} s`;

function showRunning() {
  const line = [...running].map(([title, start]) => clock(title, start)).join("   ");
  process.stderr.write(CLEARED + line.slice(0, (process.stderr.columns ?? 80) - 1));
}

// `npm test`: every check of the project, some at once, and one closing line that counts them all.
// The library is built before this runs (setup/run.mjs sees to it).
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = dirname(__dirname);
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
/** By its folder: under .bin stands the kernel's own, older TypeScript. */
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

const HELP = `npm test [-- options] [name …]

  name …       run only the suites whose path contains one of these, e.g. "als" or "data/split"
  --jobs N     so many suites at once, each of which is shown when it has ended; with 1, as it goes
               (default: 2 where there are two processors, 1 for a single suite)
  --coverage   report the coverage of lib/ (writes coverage/)
  --help       this text`;

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

type Say = (text: string) => void;

/** A check or a suite. */
interface Job {
  title: string;
  run: (say: Say) => Promise<Outcome>;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      coverage: { type: "boolean", default: false },
      jobs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const checks: Job[] =
    positionals.length > 0
      ? []
      : [
          check("types of the tests", process.execPath, [tsc, "-p", "test"]),
          check("lint", bin("eslint"), ["."]),
          check("format", bin("prettier"), ["--check", "--log-level", "warn", "."]),
        ];
  const suites = folders()
    .map((folder) => ({
      folder,
      files: testFiles(folder).filter((file) => matches(`${folder}/${file}`, positionals)),
    }))
    .filter(({ files }) => files.length > 0)
    .map(({ folder, files }) => suite(folder, files, values.coverage));
  const jobs = Number(values.jobs ?? (suites.length > 1 ? Math.min(2, availableParallelism()) : 1));
  if (!(Number.isInteger(jobs) && jobs > 0))
    throw new Error(`--jobs is ${values.jobs}, not a whole number above 0`);

  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  // The checks are over before a test writes a file.
  for (const group of [checks, suites])
    for (const outcome of await inLanes(group, jobs)) {
      total.passed += outcome.passed;
      total.failed += outcome.failed;
      total.skipped += outcome.skipped;
    }
  if (values.coverage)
    await run(write, bin("c8"), ["report", ...COVERAGE, "--reporter", "text-summary", "--reporter", "html"]);

  console.log(`\n${counted(total)}`);
  if (total.passed + total.failed === 0)
    console.error(`no suite has ${positionals.join(" or ")} in its path`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const write = (text: string): void => void process.stdout.write(text);

/** Runs jobs in their order, so many at once. What one says comes in one piece, or as it goes in a single lane. */
async function inLanes(jobs: readonly Job[], lanes: number): Promise<Outcome[]> {
  const left = [...jobs];
  const outcomes: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let job = left.shift(); job; job = left.shift()) {
      const said: string[] = [];
      write(lanes === 1 ? `\n▸ ${job.title}\n` : `▹ ${job.title} has begun\n`);
      outcomes.push(await job.run(lanes === 1 ? write : (text) => void said.push(text)));
      if (lanes > 1) write(`\n▸ ${job.title}\n${said.join("")}\n`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
}

const counted = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

const COVERAGE = ["--temp-directory", "coverage/tmp", "--include", "lib/**/*.ts"];

/** Folders of test/: the longest first, so that all lanes end at about the same time, then as the floors lie. */
function folders(): string[] {
  const order = [
    "notebooks",
    "cli",
    "spark",
    "bi",
    "evaluate",
    "deploy",
    "reports",
    "setup",
    "data",
    "als",
    "recommend",
  ];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return readdirSync(join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const testFiles = (folder: string): string[] =>
  readdirSync(join(root, "test", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort();

const matches = (file: string, names: string[]): boolean =>
  names.length === 0 || names.some((name) => file.includes(name));

/** A tool that either accepts the tree or does not: one check. */
const check = (title: string, program: string, args: string[]): Job => ({
  title,
  run: async (say) => {
    const { code, seconds } = await run(say, program, args);
    say(`  ${code === 0 ? "✓" : "✗"} ${seconds.toFixed(1)} s\n`);
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  },
});

/** The suites of a folder in a process of their own, so that one folder's leaks cannot help or hurt another. */
const suite = (folder: string, files: string[], coverage: boolean): Job => ({
  title: folder,
  run: (say) => runSuite(say, folder, files, coverage),
});

async function runSuite(say: Say, folder: string, files: string[], coverage: boolean): Promise<Outcome> {
  const names = files.map((file) => file.replaceAll(".", "\\.")).join("|");
  const uvu = [
    bin("uvu"),
    ...(process.stdout.isTTY ? [] : ["--no-color"]),
    "-r",
    "tsx/cjs",
    join("test", folder),
    `^(${names})$`,
  ];
  const { code, output, seconds } = coverage
    ? await run(say, bin("c8"), [
        "--reporter",
        "none",
        "--clean=false",
        ...COVERAGE,
        process.execPath,
        ...uvu,
      ])
    : await run(say, process.execPath, uvu);
  const count = (label: string): number =>
    Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "m").exec(output)?.[1] ?? 0);
  const outcome = { passed: count("Passed"), skipped: count("Skipped"), failed: 0 };
  // uvu leaves what it skips out of its total.
  outcome.failed = count("Total") - outcome.passed;
  // A process that died before its summary, or fell over after it, has failed whatever it counted.
  if (code !== 0 && outcome.failed === 0) outcome.failed = 1;
  say(`  ${outcome.failed === 0 ? "✓" : "✗"} ${folder}: ${counted(outcome)}, ${seconds.toFixed(1)} s\n`);
  return outcome;
}

interface Ended {
  code: number;
  output: string;
  seconds: number;
}

function run(say: Say, program: string, args: string[]): Promise<Ended> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        say(chunk);
      });
    child.on("error", reject);
    child.on("exit", (code) => {
      const ended = (): void =>
        resolve({ code: code ?? 1, output, seconds: (performance.now() - start) / 1000 });
      child.on("close", ended);
      // A process that it left behind may hold its pipes for ever.
      setTimeout(ended, 5000).unref();
    });
  });
}

void main().then((code) => process.exit(code));

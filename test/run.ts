// `npm test`: every check of the project, in order of cost, and one closing line that counts them all.
// The library is built before this runs (setup/run.mjs sees to it).
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = dirname(__dirname);
const bin = (name: string): string => join(root, "node_modules", ".bin", name);
/** By its folder: under .bin stands the kernel's own, older TypeScript. */
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

const HELP = `npm test [-- options] [name …]

  name …       run only the suites whose path contains one of these, e.g. "als" or "data/split"
  --coverage   report the coverage of lib/ (writes coverage/)
  --help       this text`;

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { coverage: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const total: Outcome = { passed: 0, failed: 0, skipped: 0 };
  const add = (outcome: Outcome): void => {
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.skipped += outcome.skipped;
  };

  if (positionals.length === 0) {
    add(await check("types of the tests", process.execPath, [tsc, "-p", "test"]));
    add(await check("lint", bin("eslint"), ["."]));
    add(await check("format", bin("prettier"), ["--check", "--log-level", "warn", "."]));
  }
  for (const folder of suites()) {
    const files = testFiles(folder).filter((file) => matches(`${folder}/${file}`, positionals));
    if (files.length > 0) add(await suite(folder, files, values.coverage));
  }
  if (values.coverage)
    await run(bin("c8"), ["report", ...COVERAGE, "--reporter", "text-summary", "--reporter", "html"]);

  console.log(`\n${counted(total)}`);
  if (total.passed + total.failed === 0)
    console.error(`no suite has ${positionals.join(" or ")} in its path`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const counted = ({ passed, failed, skipped }: Outcome): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

const COVERAGE = ["--temp-directory", "coverage/tmp", "--include", "lib/**/*.ts"];

/** Folders of test/ in the order of the floors: what lies below is tested first, browsers and notebooks last. */
function suites(): string[] {
  const order = [
    "setup",
    "data",
    "als",
    "recommend",
    "evaluate",
    "bi",
    "deploy",
    "spark",
    "notebook",
    "cli",
    "structure",
    "notebooks",
    "reports",
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
async function check(title: string, program: string, args: string[]): Promise<Outcome> {
  console.log(`\n▸ ${title}`);
  const { code, seconds } = await run(program, args);
  console.log(`  ${code === 0 ? "✓" : "✗"} ${seconds.toFixed(1)} s`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** The suites of a folder in a process of their own, so that one folder's leaks cannot help or hurt another. */
async function suite(folder: string, files: string[], coverage: boolean): Promise<Outcome> {
  console.log(`\n▸ ${folder}`);
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
    ? await run(bin("c8"), ["--reporter", "none", "--clean=false", ...COVERAGE, process.execPath, ...uvu])
    : await run(process.execPath, uvu);
  const count = (label: string): number =>
    Number(new RegExp(`^\\s*${label}:\\s+(\\d+)`, "m").exec(output)?.[1] ?? 0);
  const outcome = { passed: count("Passed"), skipped: count("Skipped"), failed: 0 };
  // uvu leaves what it skips out of its total.
  outcome.failed = count("Total") - outcome.passed;
  // A process that died before its summary, or fell over after it, has failed whatever it counted.
  if (code !== 0 && outcome.failed === 0) outcome.failed = 1;
  console.log(
    `  ${outcome.failed === 0 ? "✓" : "✗"} ${folder}: ${counted(outcome)}, ${seconds.toFixed(1)} s`,
  );
  return outcome;
}

function run(program: string, args: string[]): Promise<{ code: number; output: string; seconds: number }> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.on("error", reject);
    child.on("exit", (code) =>
      resolve({ code: code ?? 1, output, seconds: (performance.now() - start) / 1000 }),
    );
  });
}

void main().then((code) => process.exit(code));

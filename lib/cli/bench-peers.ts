import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";
import { describeError, projectPath } from "../data";
import type { TrainingTimes } from "./bench";
import { SYNTHETIC_SHAPES, syntheticDataset } from "./synthetic";
import { textTable } from "./text-table";

const run = promisify(execFile);

/** Pinned, so that a ratio means the same next year. */
const PINNED = ["setuptools==65.5.0", "numpy==2.4.6", "scipy==1.17.1", "pandas==3.1.1", "pyarrow==22.0.0"];
const PEER_PACKAGES = ["implicit==0.7.3", "cmfrec==3.5.1.post14", "pyspark==4.0.1"];

/** Regularisation and confidence that all sides train with, λ the same for every row. */
const LAMBDA = { explicit: 1, implicit: 2 };
const ALPHA = 1;

interface Flags {
  size: keyof typeof SYNTHETIC_SHAPES;
  rank: number;
  iterations: number;
  threads: number;
  repeats: number;
  peer?: string;
  json: boolean;
}

interface Times {
  secondsPerIteration: number;
  cpuSecondsPerIteration: number | null;
  loss: number | null;
}

const CASES = [
  { peer: "implicit", mode: "implicit", solver: "cg" },
  { peer: "cmfrec implicit cg", mode: "implicit", solver: "cg" },
  { peer: "cmfrec explicit cg", mode: "explicit", solver: "cg" },
  { peer: "cmfrec explicit cholesky", mode: "explicit", solver: "cholesky" },
  { peer: "spark explicit", mode: "explicit", solver: "cg" },
] as const;

/** `npm run bench:peers`: the same training by this library and by its peers, in turns. @returns the exit code */
export async function main(argv: string[]): Promise<number> {
  const whole = (value: string): number => {
    if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number above 0.");
    return Number(value);
  };
  const command = new Command("bench:peers")
    .usage("-- [options]")
    .description(
      "Installs implicit, cmfrec and pyspark into an environment of their own and times them beside this library on the same synthetic ratings.",
    )
    .addOption(new Option("--size <size>", "synthetic shape").choices(["1M", "20M"]).default("1M"))
    .addOption(new Option("--rank <number>", "latent factors").argParser(whole).default(64))
    .addOption(new Option("--iterations <number>", "iterations, 2 at least").argParser(whole).default(4))
    .addOption(new Option("--threads <number>", "threads of each side").argParser(whole).default(2))
    .addOption(
      new Option("--repeats <number>", "turns, of which the quickest counts").argParser(whole).default(2),
    )
    .addOption(new Option("--peer <name>", "one peer only").choices(CASES.map(({ peer }) => peer)))
    .option("--json", "print JSON instead of a table", false)
    .exitOverride();
  let flags: Flags;
  try {
    flags = command.parse(argv, { from: "user" }).opts<Flags>();
  } catch {
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), "bench-peers-"));
  try {
    const rows = await compare(await peersPython(), folder, flags);
    console.log(flags.json ? JSON.stringify(rows, null, 2) : table(rows).join("\n"));
    return 0;
  } catch (error) {
    console.error(`✗ ${describeError(error)}`);
    return 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The environment of the peers, made when it is not there. */
async function peersPython(): Promise<string> {
  const environment = projectPath(".cache", "peers");
  const python = join(environment, "bin", "python");
  const ready = join(environment, "installed.txt");
  if (existsSync(ready)) return python;
  console.error("installing the peers; cmfrec is compiled, which takes minutes");
  await mkdir(environment, { recursive: true });
  await run("python3", ["-m", "venv", environment]);
  const pip = (...args: string[]): Promise<unknown> =>
    run(python, ["-m", "pip", "install", "--quiet", ...args]);
  await pip(...PINNED, "cython", "wheel", "findblas");
  await pip("--no-build-isolation", ...PEER_PACKAGES);
  await writeFile(ready, [...PINNED, ...PEER_PACKAGES].join("\n"));
  return python;
}

interface Row {
  peer: string;
  ours: Times;
  theirs: Times;
}

async function compare(python: string, folder: string, flags: Flags): Promise<Row[]> {
  const { size, rank, iterations, threads, repeats } = flags;
  const shape = SYNTHETIC_SHAPES[size];
  const data = syntheticDataset(size, shape);
  for (const column of ["users", "items", "ratings"] as const)
    await writeFile(join(folder, `${column}.bin`), data[column]);
  const java = await run("java", ["-version"]).then(
    () => true,
    () => false,
  );
  if (!java) console.error("Spark is left out: it needs a Java runtime, and there is no `java` on the path");

  const common = ["--rank", rank, "--iterations", iterations, "--threads", threads].map(String);
  const rows: Row[] = [];
  for (const { peer, mode, solver } of CASES.filter(
    ({ peer }) => (!flags.peer || flags.peer === peer) && (java || !peer.startsWith("spark")),
  )) {
    const lambda = String(LAMBDA[mode]);
    const turns: [Times, Times][] = [];
    for (let turn = 0; turn < repeats; turn++) {
      console.error(`${peer}, turn ${turn + 1} of ${repeats}`);
      const ours = await run(
        process.execPath,
        [
          join(__dirname, "bench.js"),
          ...["--size", size, "--mode", mode, "--solver", solver, "--json", ...common],
          ...["--lambda", lambda, "--nu", "0", ...(mode === "implicit" ? ["--alpha", String(ALPHA)] : [])],
        ],
        { maxBuffer: 1 << 24 },
      );
      const theirs = await run(python, [
        projectPath("lib", "cli", "bench_peers.py"),
        ...[folder, peer, rank, iterations, threads, shape.users, shape.items, lambda, ALPHA].map(String),
      ]);
      const [own] = (JSON.parse(ours.stdout) as { trainings: TrainingTimes[] }).trainings;
      turns.push([furtherIterations(own), JSON.parse(theirs.stdout) as Times]);
    }
    const [ours, theirs] = [0, 1].map((side) => turns.map((turn) => turn[side]).reduce(quickest));
    rows.push({ peer, ours, theirs });
  }
  return rows;
}

/** What iterations after the first take, as the peers are timed too. */
function furtherIterations({ iterationSeconds, iterationCpuSeconds, loss }: TrainingTimes): Times {
  const mean = ([, ...further]: number[]): number =>
    further.reduce((sum, value) => sum + value, 0) / further.length;
  return {
    secondsPerIteration: mean(iterationSeconds),
    cpuSecondsPerIteration: mean(iterationCpuSeconds),
    loss,
  };
}

const quickest = (a: Times, b: Times): Times => ({
  secondsPerIteration: Math.min(a.secondsPerIteration, b.secondsPerIteration),
  cpuSecondsPerIteration:
    a.cpuSecondsPerIteration === null || b.cpuSecondsPerIteration === null
      ? null
      : Math.min(a.cpuSecondsPerIteration, b.cpuSecondsPerIteration),
  loss: a.loss,
});

function table(rows: Row[]): string[] {
  const ratio = (ours: number | null, theirs: number | null, digits = 2): string =>
    ours === null || theirs === null ? "" : (ours / theirs).toFixed(digits);
  const cell = (value: number | null): string => (value === null ? "" : value.toFixed(3));
  return textTable(
    ["peer", "s/iter", "ours", "ratio", "CPU s/iter", "ours", "ratio", "loss ratio"],
    rows.map(({ peer, ours, theirs }) => [
      peer,
      ...[cell(theirs.secondsPerIteration), cell(ours.secondsPerIteration)],
      ratio(ours.secondsPerIteration, theirs.secondsPerIteration),
      ...[cell(theirs.cpuSecondsPerIteration), cell(ours.cpuSecondsPerIteration)],
      ratio(ours.cpuSecondsPerIteration, theirs.cpuSecondsPerIteration),
      ratio(ours.loss, theirs.loss, 4),
    ]),
    new Set([1, 2, 3, 4, 5, 6, 7]),
  );
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => (process.exitCode = code));

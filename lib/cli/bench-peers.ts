import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";
import { projectPath, WorkspaceError } from "../data";
import { readRecording } from "../notebook";
import type { Report, TrainingTimes } from "./bench-report";
import { writeRatings } from "./bench-data";
import { asProgram, runCommand, untilStopped, wholeNumberOf } from "./command";
import {
  machineHere,
  markdownTable,
  measuredOn,
  rewrite,
  withRecorded,
  writeRecording,
  type Machine,
} from "./recording";
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
  rank: number[];
  iterations: number;
  threads: number;
  repeats: number;
  peer?: string;
  save?: string;
  from?: string;
  document?: string;
  json: boolean;
}

/** Of the iterations after the first. CPU is user + system of all threads; null where it cannot be known. */
export interface PeerTimes {
  secondsPerIteration: number;
  cpuSecondsPerIteration: number | null;
  /** The regularised objective after the last iteration; null where the peer minimises another one. */
  loss: number | null;
}

/** One peer beside this library: the same ratings, rank, iterations, threads and λ. */
export interface PeerRow {
  peer: string;
  mode: "explicit" | "implicit";
  solver: "cg" | "cholesky";
  rank: number;
  /** The share of the peer's time that this library may take. */
  target: number;
  ours: PeerTimes;
  theirs: PeerTimes;
}

/** A comparison as `--save` writes it, with what its figures depend on. */
export interface PeersRecording {
  /** ISO 8601, UTC. */
  date: string;
  machine: Machine;
  /** Packages of the peers as pip names them, and the Java runtime's version. */
  versions: string[];
  data: { size: string; users: number; items: number; ratings: number };
  iterations: number;
  threads: number;
  repeats: number;
  rows: PeerRow[];
}

const CASES = [
  { peer: "implicit", mode: "implicit", solver: "cg", target: 0.4 },
  { peer: "cmfrec implicit cg", mode: "implicit", solver: "cg", target: 0.4 },
  { peer: "cmfrec explicit cg", mode: "explicit", solver: "cg", target: 0.4 },
  { peer: "cmfrec explicit cholesky", mode: "explicit", solver: "cholesky", target: 0.15 },
  { peer: "spark explicit", mode: "explicit", solver: "cg", target: 0.05 },
] as const;

/** Rank past which Spark is left out unless it is named: an iteration takes minutes, and the target is of rank 64. */
const SPARK_RANK = 64;

/** `npm run bench:peers`: the same training by this library and by its peers, in turns. @returns the exit code: 0 done, 1 failed or a peer failed, 130 stopped */
export async function main(argv: string[]): Promise<number> {
  const several = (value: string): number => {
    if (wholeNumberOf(value) < 2)
      throw new InvalidArgumentError("It must be 2 or more: the first is taken off.");
    return Number(value);
  };
  const command = new Command("bench:peers")
    .usage("-- [options]")
    .description(
      "Installs implicit, cmfrec and pyspark into an environment of their own and times them beside this library on the " +
        "same synthetic ratings. Never part of the tests. Spark needs a Java runtime.",
    )
    .addOption(new Option("--size <size>", "synthetic shape").choices(["1M", "20M"]).default("1M"))
    .addOption(
      new Option("--rank <numbers>", "latent factors, several by commas")
        .argParser((value) => value.split(",").map(wholeNumberOf))
        .default([64, 128], "64,128"),
    )
    .addOption(new Option("--iterations <number>", "iterations, 2 at least").argParser(several).default(4))
    .addOption(new Option("--threads <number>", "threads of each side").argParser(wholeNumberOf).default(2))
    .addOption(
      new Option("--repeats <number>", "turns, of which the quickest counts")
        .argParser(wholeNumberOf)
        .default(2),
    )
    .addOption(new Option("--peer <name>", "one peer only").choices(CASES.map(({ peer }) => peer)))
    .option("--save <file>", "write date, machine, versions and all rows as JSON, after each row")
    .option("--from <file>", "measure nothing: show what --save wrote before")
    .option("--document <file>", "write the table into a page, between its marks; docs/engine.md is one")
    .option("--json", "print that JSON instead of a table", false)
    .addHelpText(
      "after",
      `
Example, what notebook 04 shows:
  npm run bench:peers -- --size 20M --iterations 3 --save notebooks/04-model/peers.json`,
    );
  return runCommand(command, argv, () =>
    untilStopped(async (signal) => {
      const flags = command.opts<Flags>();
      const { recording, failed } = flags.from
        ? { recording: await readPeersRecording(flags.from), failed: [] }
        : await compare(flags, signal);
      console.log(flags.json ? JSON.stringify(recording, null, 2) : table(recording).join("\n"));
      if (flags.document) await rewrite(flags.document, (page) => withPeers(page, recording));
      if (failed.length > 0) throw new WorkspaceError("PEER_FAILED", `no figures of ${failed.join("; ")}`);
      return 0;
    }),
  );
}

/** `failed` names the cases without figures. */
async function compare(
  flags: Flags,
  signal: AbortSignal,
): Promise<{ recording: PeersRecording; failed: string[] }> {
  const python = await peersPython(signal);
  const folder = await mkdtemp(join(tmpdir(), "bench-peers-"));
  try {
    const { size, rank: ranks, iterations, threads, repeats } = flags;
    say(`${size}: making ratings`);
    const data = syntheticDataset(size, SYNTHETIC_SHAPES[size]);
    await writeRatings(data, folder, ["parquet"]);
    const java = await run("java", ["-version"]).then(
      ({ stderr }) => `java ${/"(.*?)"/.exec(stderr)?.[1] ?? stderr.split("\n")[0]}`,
      () => null,
    );
    if (java === null) say("Spark is left out: it needs a Java runtime, and there is no `java` on the path");
    const recording: PeersRecording = {
      date: new Date().toISOString(),
      machine: machineHere(),
      versions: [...PEER_PACKAGES, ...PINNED, ...(java === null ? [] : [java])],
      data: { size, users: data.userIds.length, items: data.itemIds.length, ratings: data.ratings.length },
      iterations,
      threads,
      repeats,
      rows: [],
    };
    const cases = ranks.flatMap((rank) => CASES.map((one) => ({ ...one, rank })));
    const failed: string[] = [];
    for (const one of cases) {
      const spark = one.peer.startsWith("spark");
      if (flags.peer ? flags.peer !== one.peer : spark && one.rank > SPARK_RANK) continue;
      if (spark && java === null) continue;
      try {
        recording.rows.push(await measure(one, python, folder, flags, signal));
      } catch (error) {
        if (signal.aborted) throw new WorkspaceError("TRAINING_ABORTED", "the comparison was stopped");
        // The others have taken too long to be lost with it.
        failed.push(`${one.peer}, rank ${one.rank}`);
        say(`✗ ${one.peer}, rank ${one.rank}: ${lastLine(error)}`);
        continue;
      }
      if (flags.save) await writeRecording(flags.save, recording);
    }
    return { recording, failed };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Of a failed program the line that says why; the last one of a Python traceback. */
function lastLine(error: unknown): string {
  const text = (error as { stderr?: string }).stderr ?? (error as Error).message;
  return text.trim().split("\n").pop()!;
}

/** The environment of the peers, made when it is not there. */
async function peersPython(signal: AbortSignal): Promise<string> {
  const environment = projectPath(".cache", "peers");
  const python = join(environment, "bin", "python");
  const ready = join(environment, "installed.txt");
  const packages = [...PINNED, ...PEER_PACKAGES].join("\n");
  if (existsSync(ready) && (await readFile(ready, "utf8")) === packages) return python;
  say("installing the peers; cmfrec is compiled, which takes minutes");
  const install = async (): Promise<void> => {
    await mkdir(environment, { recursive: true });
    await run("python3", ["-m", "venv", environment], { signal });
    const pip = (...args: string[]): Promise<unknown> =>
      run(python, ["-m", "pip", "install", "--quiet", ...args], { signal, maxBuffer: 1 << 24 });
    await pip(...PINNED, "cython", "wheel", "findblas");
    await pip("--no-build-isolation", ...PEER_PACKAGES);
    await writeFile(ready, packages);
  };
  await install().catch((cause: unknown) => {
    if (signal.aborted) throw new WorkspaceError("TRAINING_ABORTED", "the installation was stopped");
    throw new WorkspaceError("PEER_FAILED", `the peers cannot be installed: ${lastLine(cause)}`, {
      cause,
      mend: "They need Python ≥ 3.10 with venv, a C compiler and a package index; run the command again.",
    });
  });
  return python;
}

type Case = (typeof CASES)[number] & { rank: number };

async function measure(
  { peer, mode, solver, target, rank }: Case,
  python: string,
  folder: string,
  { iterations, threads, repeats }: Flags,
  signal: AbortSignal,
): Promise<PeerRow> {
  const lambda = LAMBDA[mode];
  const turns: [PeerTimes, PeerTimes][] = [];
  for (let turn = 1; turn <= repeats; turn++) {
    say(`${peer}, rank ${rank}, turn ${turn} of ${repeats}`);
    const how = [
      "--rank",
      rank,
      "--iterations",
      iterations,
      "--threads",
      threads,
      "--lambda",
      lambda,
      "--nu",
      0,
    ];
    const ours = await run(
      process.execPath,
      [
        join(__dirname, "bench.js"),
        ...["--data", folder, "--only", "trainings", "--mode", mode, "--solver", solver, "--json"],
        ...[...how, ...(mode === "implicit" ? ["--alpha", ALPHA] : [])].map(String),
      ],
      { signal, maxBuffer: 1 << 24 },
    );
    const theirs = await run(
      python,
      [
        projectPath("lib", "cli", "bench_peers.py"),
        ...[folder, peer, rank, iterations, threads, lambda, ALPHA].map(String),
      ],
      { signal, maxBuffer: 1 << 24 },
    );
    const [own] = (JSON.parse(ours.stdout) as Report).trainings;
    turns.push([furtherIterations(own), JSON.parse(theirs.stdout) as PeerTimes]);
  }
  const [ours, theirs] = [0, 1].map((side) => turns.map((turn) => turn[side]).reduce(quickest));
  return { peer, mode, solver, rank, target, ours, theirs };
}

/** What iterations after the first take, as the peers are timed too. */
function furtherIterations({ iterationSeconds, iterationCpuSeconds, loss }: TrainingTimes): PeerTimes {
  const mean = ([, ...further]: number[]): number =>
    further.reduce((sum, value) => sum + value, 0) / further.length;
  return {
    secondsPerIteration: mean(iterationSeconds),
    cpuSecondsPerIteration: mean(iterationCpuSeconds),
    loss,
  };
}

const quickest = (a: PeerTimes, b: PeerTimes): PeerTimes => ({
  secondsPerIteration: Math.min(a.secondsPerIteration, b.secondsPerIteration),
  cpuSecondsPerIteration:
    a.cpuSecondsPerIteration === null || b.cpuSecondsPerIteration === null
      ? null
      : Math.min(a.cpuSecondsPerIteration, b.cpuSecondsPerIteration),
  loss: a.loss,
});

/** Ours over the peer's: wall time, CPU time, loss; null where the peer does not tell. `met` is of both times. */
export interface PeerVerdict {
  wall: number;
  cpu: number | null;
  loss: number | null;
  met: boolean;
}

export function verdictOf({ ours, theirs, target }: PeerRow): PeerVerdict {
  const ratio = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a / b;
  const wall = ours.secondsPerIteration / theirs.secondsPerIteration;
  const cpu = ratio(ours.cpuSecondsPerIteration, theirs.cpuSecondsPerIteration);
  return { wall, cpu, loss: ratio(ours.loss, theirs.loss), met: wall <= target && (cpu ?? 0) <= target };
}

/** A recording as `--save` wrote it. @throws WorkspaceError DATA_MISSING or DATA_INVALID where there is none */
export const readPeersRecording = (path: string): Promise<PeersRecording> =>
  readRecording(path, "bench:peers", "rows");

/** The page with a recording's table between its marks. @throws WorkspaceError DATA_INVALID for a page without them */
export const withPeers = (page: string, recording: PeersRecording): string =>
  withRecorded(page, "bench:peers", documentText(recording));

function documentText({
  date,
  machine,
  versions,
  data,
  iterations,
  threads,
  repeats,
  rows,
}: PeersRecording): string {
  const { size, ratings, users, items } = data;
  const count = (value: number): string => value.toLocaleString("en");
  const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? "–";
  const peers = versions.filter((version) => /^(implicit|cmfrec|pyspark|java)/.test(version));
  const turns = repeats === 1 ? "one turn" : `the quickest of ${repeats} turns`;
  return [
    `${measuredOn(date, machine)} ${count(ratings)} synthetic ratings in the shape of MovieLens ${size} (${count(users)} users, ${count(items)} items), ${iterations} iterations, ${threads} threads each, ${turns}; ${peers.join(", ")}. Seconds an iteration, and this library's figures over the peer's:`,
    markdownTable(
      ["peer", "rank", "peer (s)", "here (s)", "time", "CPU time", "loss", "target", "verdict"],
      rows.map((row) => {
        const { peer, rank, ours, theirs, target } = row;
        const { wall, cpu, loss, met } = verdictOf(row);
        return [
          ...[peer, `${rank}`, fixed(theirs.secondsPerIteration, 2), fixed(ours.secondsPerIteration, 2)],
          ...[fixed(wall, 2), fixed(cpu, 2), fixed(loss, 2), `≤ ${target}`, met ? "met" : "missed"],
        ];
      }),
      new Set([1, 2, 3, 4, 5, 6, 7]),
    ),
  ].join("\n\n");
}

function table({ rows }: PeersRecording): string[] {
  const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? "";
  return textTable(
    [
      ...["peer", "rank", "s/iter", "ours", "ratio", "CPU s/iter", "ours", "ratio"],
      ...["target", "verdict", "loss ratio"],
    ],
    rows.map((row) => {
      const { peer, rank, ours, theirs, target } = row;
      const { wall, cpu, loss, met } = verdictOf(row);
      return [
        ...[peer, `${rank}`],
        ...[fixed(theirs.secondsPerIteration, 3), fixed(ours.secondsPerIteration, 3), fixed(wall, 3)],
        ...[fixed(theirs.cpuSecondsPerIteration, 3), fixed(ours.cpuSecondsPerIteration, 3), fixed(cpu, 3)],
        ...[`≤ ${target}`, met ? "met" : "missed", fixed(loss, 4)],
      ];
    }),
    new Set([1, 2, 3, 4, 5, 6, 7, 8, 10]),
  );
}

asProgram(module, main);

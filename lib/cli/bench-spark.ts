import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { Command, Option } from "commander";
import { train, type AlsModel } from "../als";
import { loadDataset, projectPath, splitHash, WorkspaceError } from "../data";
import { ratingMetrics } from "../evaluate";
import { trainOnSpark, refined, withSpark, sparkRemote, type SparkSession } from "../spark";
import { asProgram, numberOf, runCommand } from "./command";
import { syntheticDataset } from "./synthetic";
import { textTable } from "./text-table";

/** One training: seconds of its steps, and the most memory that this process has had until its end. */
interface Run {
  engine: "local" | "spark";
  ratings: number;
  users: number;
  items: number;
  rank: number;
  iterations: number;
  seconds: number;
  /** Of Spark: sending, biases, factors and receiving apart. */
  steps: Record<string, number> | null;
  clientMiB: number;
}

export interface SparkRecording {
  date: string;
  machine: { cpu: string; cores: number; memoryGib: number; node: string };
  /** What else the machine had to do when it began: runnable processes, mean of a minute. */
  load: number;
  /** `master` as Spark names it: local[2] is one process with two tasks at a time. */
  spark: { version: string; master: string };
  quality: { data: string; test: number; local: number; spark: number; refined: number };
  runs: Run[];
}

/** What `--save` wrote. */
export async function readSparkRecording(path: string): Promise<SparkRecording> {
  return JSON.parse(await readFile(path, "utf8")) as SparkRecording;
}

interface Flags {
  ratings: number[];
  rank: number[];
  iterations: number;
  staging?: string;
  save?: string;
}

const EXPLICIT = { feedback: "explicit" } as const;
const list = (text: string): number[] => text.split(",").map(numberOf);

/** `npm run bench:spark`. @returns the exit code: 0 measured, 1 without a Spark */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("bench:spark")
    .usage("-- [options]")
    .description(
      "Times trainings here and on the Spark of SPARK_REMOTE, on ratings of MovieLens' shape, and compares what they learn on ml-latest-small.",
    )
    .addOption(new Option("--ratings <numbers>", "sizes").argParser(list).default([1_000_000], "1000000"))
    .addOption(new Option("--rank <numbers>", "ranks").argParser(list).default([32], "32"))
    .addOption(new Option("--iterations <number>", "sweeps").argParser(numberOf).default(5))
    .option("--staging <folder>", "as Spark sees it, for sizes that one message does not hold")
    .option("--save <file>", "write machine, versions and all runs as JSON");
  return runCommand(command, argv, async () => {
    const remote = sparkRemote();
    if (remote === null)
      throw new WorkspaceError("OPTION_INVALID", "SPARK_REMOTE is not set", {
        mend: "npm run spark:up starts a Spark here and prints its address.",
      });
    await withSpark(remote, (session) => measure(session, command.opts<Flags>()));
    return 0;
  });
}

async function measure(session: SparkSession, flags: Flags): Promise<void> {
  const [cpu] = cpus();
  const recording: SparkRecording = {
    date: new Date().toISOString(),
    machine: {
      cpu: cpu.model,
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    load: loadavg()[0],
    spark: { version: session.version, master: masterOf(await session.conf("spark.master")) },
    quality: await quality(session),
    runs: [],
  };
  console.error(JSON.stringify(recording.quality));
  for (const ratings of flags.ratings)
    for (const rank of flags.rank)
      for (const run of await timed(session, ratings, rank, flags)) {
        recording.runs.push(run);
        console.error(`${run.engine} ${run.ratings} × ${rank}: ${run.seconds.toFixed(1)} s`);
        if (flags.save !== undefined) await writeFile(flags.save, `${JSON.stringify(recording, null, 2)}\n`);
      }
  const rows = recording.runs.map(({ engine, ratings, rank, iterations, seconds, clientMiB }) => [
    engine,
    ratings.toLocaleString("en"),
    String(rank),
    String(iterations),
    seconds.toFixed(1),
    String(clientMiB),
  ]);
  const head = ["engine", "ratings", "rank", "sweeps", "seconds", "client MiB"];
  console.log(textTable(head, rows, new Set([1, 2, 3, 4, 5])).join("\n"));
}

/** Without the address of a cluster's master, which is nobody's business. */
const masterOf = (master: string | null): string => (master ?? "unknown").replace(/^(spark|k8s):.*/, "$1");

async function quality(session: SparkSession): Promise<SparkRecording["quality"]> {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const split = splitHash(whole, { testShare: 0.2, seed: 42 });
  const rmse = (model: AlsModel): number => ratingMetrics(model, split.test).rmse;
  const { model } = await trainOnSpark(session, split.train, EXPLICIT, { refine: 0 });
  return {
    data: whole.name,
    test: split.test.ratings.length,
    local: rmse(await train(split.train, EXPLICIT)),
    spark: rmse(model),
    refined: rmse(await refined(model, split.train, 1)),
  };
}

async function timed(
  session: SparkSession,
  ratings: number,
  rank: number,
  { iterations, staging }: Flags,
): Promise<Run[]> {
  // As many ratings a user and a film as MovieLens 20M has.
  const shape = { users: Math.round(ratings / 144), items: Math.round(ratings ** 0.5 * 6), ratings, seed: 1 };
  const dataset = syntheticDataset("synthetic", shape);
  const about = {
    ratings: dataset.ratings.length,
    users: dataset.userIds.length,
    items: dataset.itemIds.length,
    rank,
    iterations,
  };
  const clientMiB = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
  // Spark first: the most memory so far would else be the local engine's.
  const start = performance.now();
  const { seconds } = await trainOnSpark(
    session,
    dataset,
    { ...EXPLICIT, rank, iterations },
    { refine: 0, staging },
  );
  const onCluster: Run = {
    ...about,
    engine: "spark",
    seconds: (performance.now() - start) / 1000,
    steps: seconds,
    clientMiB: clientMiB(),
  };
  const again = performance.now();
  await train(dataset, { ...EXPLICIT, rank, iterations });
  const here: Run = {
    ...about,
    engine: "local",
    seconds: (performance.now() - again) / 1000,
    steps: null,
    clientMiB: clientMiB(),
  };
  return [onCluster, here];
}

asProgram(module, main);

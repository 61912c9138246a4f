import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { loadDataset, projectPath, WorkspaceError } from "../data";
import {
  compareEngines,
  movieLensShape,
  readEngineRecording,
  sizesTable,
  type EngineRecording,
  type EngineRun,
} from "../notebook";
import { sparkRemote, type SparkSession } from "../spark";
import type { RunOrder } from "./bench-spark-run";
import { asProgram, numberOf, runCommand } from "./command";
import { stagingOption, withStoppableSpark } from "./engine";
import { machineHere, markdownTable, rewrite, withRecorded, writeRecording } from "./recording";
import { runningCluster } from "./spark-cluster";
import { localCluster } from "./spark-up";
import { textTable } from "./text-table";

interface Flags {
  ratings: number[];
  rank: number[];
  iterations: number;
  staging?: string;
  save?: string;
  from?: string;
  document?: string;
}

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
    .addOption(stagingOption())
    .option("--save <file>", "write machine, versions and all runs as JSON, which notebook 04 on Spark reads")
    .option("--from <file>", "measure nothing: show what --save wrote before")
    .option(
      "--document <file>",
      "write the tables into a page, between its marks; docs/spark-sizes.md is one",
    );
  return runCommand(command, argv, async () => {
    const flags = command.opts<Flags>();
    const recording = flags.from ? await readEngineRecording(flags.from) : await measured(flags);
    const rows = sizesTable(recording);
    const head = Object.keys(rows[0]);
    const right = new Set(head.map((_, at) => at));
    console.log(textTable(head, rows.map(Object.values<string>), right).join("\n"));
    if (flags.document) await rewrite(flags.document, (page) => withTables(page, recording));
    return 0;
  });
}

async function measured(flags: Flags): Promise<EngineRecording> {
  const remote = sparkRemote();
  if (remote === null)
    throw new WorkspaceError("OPTION_INVALID", "SPARK_REMOTE is not set", {
      mend: "npm run spark:up starts a Spark here and prints its address.",
    });
  const cluster = await clusterHere(remote);
  const recording = await withStoppableSpark(remote, (session) => begun(session, cluster));
  console.error(JSON.stringify(recording.quality));
  const runs: EngineRun[] = [];
  const { iterations, staging, save } = flags;
  // Ascending: Java gives no memory back, and the most so far would be an earlier run's.
  for (const ratings of [...flags.ratings].sort((a, b) => a - b))
    for (const rank of [...flags.rank].sort((a, b) => a - b))
      for (const engine of ["spark", "local"] as const) {
        const run = await timed({ engine, ...movieLensShape(ratings), rank, iterations, staging }, cluster);
        runs.push(run);
        console.error(`${run.engine} ${run.ratings} × ${rank}: ${run.seconds.toFixed(1)} s`);
        if (save) await writeRecording(save, { ...recording, runs });
      }
  return { ...recording, runs };
}

async function begun(
  session: SparkSession,
  cluster: ClusterHere | null,
): Promise<Omit<EngineRecording, "runs">> {
  const setting = async (name: string): Promise<string | null> => session.conf(name);
  const count = (text: string | null): number | null => (text === null ? null : Number(text));
  const small = await loadDataset(projectPath("data", "ml-latest-small"));
  return {
    date: new Date().toISOString(),
    machine: machineHere(),
    load: loadavg()[0],
    spark: {
      version: session.version,
      // Without the address of a cluster's master, which is nobody's business.
      master: ((await setting("spark.master")) ?? "unknown").replace(/^(spark|k8s):.*/, "$1"),
      executors: cluster ? cluster.workers.length : count(await setting("spark.executor.instances")),
      coresEach: cluster?.coresEach ?? count(await setting("spark.executor.cores")),
      executorMemory: await setting("spark.executor.memory"),
      driverMemory: await setting("spark.driver.memory"),
    },
    quality: await compareEngines(session, small, { testShare: 0.2, seed: 42 }),
  };
}

async function timed(order: RunOrder, cluster: ClusterHere | null): Promise<EngineRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(__dirname, "bench-spark-run.js"),
    JSON.stringify(order),
  ]);
  const { clientMib, ...run } = JSON.parse(stdout) as Omit<EngineRun, "memoryMib"> & { clientMib: number };
  const there = order.engine === "spark" ? cluster : null;
  return {
    ...run,
    memoryMib: {
      client: clientMib,
      driver: there && mostMemory([there.server]),
      executors: there && mostMemory(there.workers.flatMap(childrenOf)),
    },
  };
}

/** Processes of the cluster of `spark:up`, whose memory can be seen. */
interface ClusterHere {
  server: number;
  workers: readonly number[];
  coresEach: number | null;
}

/** The cluster of `spark:up` where the address is its own and the system tells of processes, else null. */
async function clusterHere(remote: string): Promise<ClusterHere | null> {
  const cluster = process.platform === "linux" ? await runningCluster(localCluster()) : null;
  if (cluster?.remote !== remote) return null;
  const [worker] = cluster.workers;
  const words = readFileSync(`/proc/${worker}/cmdline`, "utf8").split("\0");
  const at = words.indexOf("--cores");
  return { ...cluster, coresEach: at < 0 ? null : Number(words[at + 1]) };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => statusOf(pid, "PPid") === parent);
}

/** MiB that processes have held at most, added up; null where none is left. Those that have ended hold nothing. */
function mostMemory(pids: readonly number[]): number | null {
  const each = pids.map((pid) => statusOf(pid, "VmHWM")).filter((kib): kib is number => kib !== null);
  return each.length === 0 ? null : Math.round(each.reduce((sum, kib) => sum + kib, 0) / 1024);
}

/** A number of /proc/PID/status: kB where it is memory. */
function statusOf(pid: number, name: string): number | null {
  try {
    const value = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return value && Number(value[1]);
  } catch {
    // It has ended.
    return null;
  }
}

/** The page with a recording's tables between its marks. @throws WorkspaceError DATA_INVALID for a page without them */
export const withTables = (page: string, recording: EngineRecording): string =>
  withRecorded(page, "bench:spark", documentText(recording));

function documentText(recording: EngineRecording): string {
  const { date, machine, spark, quality, runs } = recording;
  const { local, sparkPenalty } = quality;
  const above = ({ rmse }: { rmse: number }): string => `${(100 * (rmse / local.rmse - 1)).toFixed(2)} %`;
  const errors = [
    { "trained by": "the local engine", "RMSE (stars)": local.rmse.toFixed(4), "above local": "" },
    {
      "trained by": "Spark (`--refine 0`)",
      "RMSE (stars)": quality.spark.rmse.toFixed(4),
      "above local": above(quality.spark),
    },
    {
      "trained by": "Spark, then one sweep of the local engine (the default)",
      "RMSE (stars)": quality.refined.rmse.toFixed(4),
      "above local": above(quality.refined),
    },
    {
      "trained by": "the local engine under Spark's own penalty (ν = 1, best of four settings)",
      "RMSE (stars)": sparkPenalty.rmse.toFixed(4),
      "above local": above(sparkPenalty),
    },
  ];
  const executors =
    spark.executors === null
      ? spark.master
      : `${spark.executors} executors of ${spark.coresEach ?? "?"} ${spark.coresEach === 1 ? "core" : "cores"} and ${spark.executorMemory ?? "?"} heap, a driver of ${spark.driverMemory ?? "?"}`;
  return [
    `Recorded on ${date.slice(0, 10)} on ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGib} GiB, Node ${machine.node}; Spark ${spark.version} on the same machine: ${executors}.`,
    `Errors on a held-out fifth of ${quality.data} by hash (${quality.test.toLocaleString("en")} ratings, seed ${quality.seed}), with the options of \`defaultOptions("explicit")\`:`,
    tableOf(errors),
    `Seconds of a training of ${runs[0].iterations} sweeps, explicit feedback, and resident memory. Plain numbers were measured, those after ≈ are the cost model's:`,
    tableOf(sizesTable(recording)),
  ].join("\n\n");
}

const tableOf = (rows: readonly Record<string, string>[]): string =>
  markdownTable(Object.keys(rows[0]), rows.map(Object.values<string>), new Set());

asProgram(module, main);

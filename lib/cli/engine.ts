import { Option, type Command } from "commander";
import { loadCatalogue, WorkspaceError, type Catalogue } from "../data";
import {
  parseSparkAddress,
  readRatings,
  sparkRemote,
  withSpark,
  type Frame,
  type SparkProgress,
  type SparkSession,
  type WaitOptions,
} from "../spark";
import { createProgress } from "./progress";

export interface EngineFlags {
  engine?: "local" | "spark";
  staging?: string;
}

/** The options that say where the work is done. */
export function withEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--engine <name>",
        "where the work is done (default: spark where SPARK_REMOTE is set, else local)",
      ).choices(["local", "spark"]),
    )
    .option(
      "--staging <folder>",
      "a folder that Spark can write and read, for more than 2 million ratings (default: SPARK_STAGING, else the cluster's spark.checkpoint.dir)",
    )
    .addHelpText(
      "after",
      `
SPARK_REMOTE is the address of a Spark Connect server, sc://host:15002/;use_ssl=true;token=…; npm run spark:up starts one here.`,
    );
}

/** The option of commands that need not send ratings to Spark, since they can lie there. */
export const ratingsOption = (): Option =>
  new Option(
    "--ratings <path>",
    "Spark only: ratings where it can read them, a .csv or else Parquet, in place of those of --data, which then names the films",
  );

/** Films from here and ratings from there, with a line on what was left out. @throws WorkspaceError what `readRatings` throws */
export async function ratingsThere(
  session: SparkSession,
  path: string,
  data: string,
  wait: WaitOptions = {},
): Promise<{ catalogue: Catalogue; ratings: Frame; kept: number }> {
  const catalogue = await loadCatalogue(data);
  const { ratings, read, kept } = await readRatings(session, path, catalogue, wait);
  const out = read === kept ? "" : `; ${(read - kept).toLocaleString("en")} bad ones left out`;
  console.error(`spark: ${kept.toLocaleString("en")} ratings of ${path}${out}`);
  return { catalogue, ratings, kept };
}

/** @throws WorkspaceError OPTION_INVALID for a flag of the other engine */
export function refuseGiven(engine: string, flags: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(flags))
    if (value !== undefined)
      throw new WorkspaceError("OPTION_INVALID", `--${name} has no meaning with ${engine}`, {
        mend: "Leave it out, or choose the other engine.",
      });
}

/**
 * Does work here, or in a session on Spark, and says which.
 * @throws WorkspaceError OPTION_INVALID for `--engine spark` without SPARK_REMOTE
 */
export async function onEngine<T>(
  { engine }: EngineFlags,
  work: { local: () => Promise<T>; spark: (session: SparkSession) => Promise<T> },
): Promise<T> {
  const remote = sparkRemote();
  if (engine === "local" || (engine === undefined && remote === null)) {
    console.error("engine: local");
    return work.local();
  }
  if (remote === null)
    throw new WorkspaceError("OPTION_INVALID", "--engine spark, but SPARK_REMOTE is not set", {
      mend: "Set SPARK_REMOTE=sc://host:15002; npm run spark:up starts a Spark here and prints its address.",
    });
  const { host, port } = parseSparkAddress(remote);
  return withSpark(remote, (session) => {
    console.error(`engine: Spark ${session.version} at ${host}:${port}`);
    return work.spark(session);
  });
}

/** A line for each step of a training on Spark, with a bar of its tasks. */
export function sparkSteps(): { onStep: (step: string) => void; onProgress: (at: SparkProgress) => void } {
  let bar = createProgress({ label: "spark", unit: "tasks" });
  return {
    onStep: (step) => {
      console.error(`spark: ${step}`);
      bar = createProgress({ label: "spark", unit: "tasks" });
    },
    onProgress: ({ tasks, tasksDone }) => bar.update(tasksDone, tasks),
  };
}

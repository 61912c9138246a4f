import { Option, type Command } from "commander";
import { WorkspaceError } from "../data";
import { parseSparkAddress, sparkRemote, withSpark, type SparkProgress, type SparkSession } from "../spark";
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
      "a folder as Spark sees it, for more ratings than one message holds (default: SPARK_STAGING)",
    )
    .addHelpText(
      "after",
      `
SPARK_REMOTE is the address of a Spark Connect server, sc://host:15002/;use_ssl=true;token=…; npm run spark:up starts one here.`,
    );
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

export const stagingOf = ({ staging }: EngineFlags): string | undefined =>
  staging ?? (process.env.SPARK_STAGING || undefined);

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

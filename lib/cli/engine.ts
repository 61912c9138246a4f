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
import { untilStopped } from "./command";
import { createProgress, type Progress } from "./progress";

export interface EngineFlags {
  engine?: "local" | "spark";
  staging?: string;
}

export const stagingOption = (): Option =>
  new Option(
    "--staging <folder>",
    "a folder that Spark can write and read, for more than 2 million ratings (default: SPARK_STAGING, else the cluster's spark.checkpoint.dir)",
  );

/** The options that say where the work is done. */
export function withEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--engine <name>",
        "where the work is done (default: spark where SPARK_REMOTE is set, else local)",
      ).choices(["local", "spark"]),
    )
    .addOption(stagingOption())
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
  { onStep, done, ...wait }: WaitOptions & Omit<SparkSteps, "onProgress"> & { maxBadShare?: number },
): Promise<{ catalogue: Catalogue; ratings: Frame }> {
  onStep("reading");
  const catalogue = await loadCatalogue(data);
  const { ratings, read, kept } = await readRatings(session, path, catalogue, wait);
  const out = read === kept ? "" : `; ${(read - kept).toLocaleString("en")} bad ones left out`;
  done(`${kept.toLocaleString("en")} ratings of ${path}${out}`);
  return { catalogue, ratings };
}

/** @throws WorkspaceError OPTION_INVALID for a flag of the other engine */
export function refuseGiven(engine: string, flags: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(flags))
    if (value !== undefined)
      throw new WorkspaceError("OPTION_INVALID", `--${name} has no meaning with ${engine}`, {
        mend: "Leave it out, or choose the other engine.",
      });
}

/** `withSpark`, whose session Ctrl-C ends, with all that runs there; what is done here meanwhile is not waited for. */
export const withStoppableSpark = <T>(
  remote: string,
  work: (session: SparkSession, signal: AbortSignal) => Promise<T>,
): Promise<T> =>
  untilStopped((signal) =>
    withSpark(remote, (session) => {
      const stopped = new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () =>
          reject(new WorkspaceError("SPARK_ABORTED", "stopped, with what ran on Spark")),
        ),
      );
      return Promise.race([work(session, signal), stopped]);
    }),
  );

/**
 * Where the work is to be done: the address of a Spark, null for here, which it says; `onSpark` says the other.
 * @throws WorkspaceError OPTION_INVALID for `--engine spark` without SPARK_REMOTE, and for `--staging` here
 */
export function engineOf({ engine, staging }: EngineFlags): string | null {
  const remote = sparkRemote();
  if (engine === "local" || (engine === undefined && remote === null)) {
    refuseGiven("--engine local", { staging });
    console.error("engine: local");
    return null;
  }
  if (remote === null)
    throw new WorkspaceError("OPTION_INVALID", "--engine spark, but SPARK_REMOTE is not set", {
      mend: "Set SPARK_REMOTE=sc://host:15002; npm run spark:up starts a Spark here and prints its address.",
    });
  return remote;
}

/** Does work in a session on Spark, and says so. Ctrl-C ends what runs there. */
export function onSpark<T>(
  remote: string,
  work: (session: SparkSession, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { host, port } = parseSparkAddress(remote);
  return withStoppableSpark(remote, (session, signal) => {
    console.error(`engine: Spark ${session.version} at ${host}:${port}`);
    return work(session, signal);
  });
}

/** Does work here, or in a session on Spark, and says which. @throws WorkspaceError what `engineOf` throws */
export async function onEngine<T>(
  flags: EngineFlags,
  work: { local: () => Promise<T>; spark: (session: SparkSession) => Promise<T> },
): Promise<T> {
  const remote = engineOf(flags);
  return remote === null ? work.local() : onSpark(remote, work.spark);
}

export interface SparkSteps {
  onStep: (step: string) => void;
  onProgress: (at: SparkProgress) => void;
  /** Ends the last step's bar, with a line saying how it went. */
  done: (message?: string) => void;
}

/** A bar for each step of work on Spark, with the tasks and stages of what runs. */
export function sparkSteps(): SparkSteps {
  let bar: Progress | undefined;
  const done = (message?: string): void => {
    bar?.done(message);
    bar = undefined;
  };
  const onStep = (step: string): void => {
    done();
    bar = createProgress({ label: `spark: ${step}`, unit: "tasks" });
    bar.update(0);
  };
  return {
    onStep,
    onProgress: ({ tasks, tasksDone, stages, stagesDone }) =>
      bar?.update(tasksDone, tasks, `${stagesDone} of ${stages} stages`),
    done,
  };
}

import { WorkspaceError } from "../data";
import { parseSparkAddress, sparkRemote } from "../spark";

/** Where a notebook's heavy work is done, in words for its reader. */
export interface ChosenEngine {
  /** The address for `withSpark`; null for here. */
  remote: string | null;
  says: string;
}

/**
 * What the parameter `engine` of a notebook means: "local", "spark", or "auto" for Spark where SPARK_REMOTE is set.
 * As every parameter it is overridden by its variable, MOVIELENS_ENGINE.
 * @throws WorkspaceError PARAMETER_INVALID for anything else, or for "spark" without SPARK_REMOTE
 */
export function chosenEngine(engine: string): ChosenEngine {
  const remote = sparkRemote();
  if (!["auto", "local", "spark"].includes(engine))
    throw new WorkspaceError("PARAMETER_INVALID", `engine is “${engine}”, it must be auto, local or spark`);
  if (engine === "spark" && remote === null)
    throw new WorkspaceError("PARAMETER_INVALID", "engine is “spark”, but SPARK_REMOTE is not set", {
      mend: "Set SPARK_REMOTE=sc://host:15002, or choose auto; npm run spark:up starts a Spark here.",
    });
  if (engine === "local" || remote === null)
    return {
      remote: null,
      says:
        engine === "local"
          ? "Done here, by the local engine, as the parameter says."
          : "Done here, by the local engine: SPARK_REMOTE is not set.",
    };
  const { host, port } = parseSparkAddress(remote);
  return { remote, says: `Done on Spark at ${host}:${port}.` };
}

import { completeOptions, train, type AlsModel, type TrainOptions } from "../als";
import { checkAskable, openSparkWarehouse, openWarehouse, type SqlWarehouse } from "../bi";
import { WorkspaceError, type Catalogue, type Dataset } from "../data";
import {
  checkForSpark,
  parseSparkAddress,
  sendRatings,
  sparkRemote,
  SparkSession,
  trainOnSpark,
  withSpark,
  type Frame,
  type SendOptions,
} from "../spark";

/** Where a notebook's heavy work is done. */
export interface ChosenEngine {
  /** The address for `withSpark`; null for here. */
  remote: string | null;
  /** In words for the reader, to follow "done" or "trained". */
  where: string;
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
      where:
        engine === "local"
          ? "here, by the local engine, as the parameter says"
          : "here, by the local engine: SPARK_REMOTE is not set",
    };
  const { host, port } = parseSparkAddress(remote);
  return { remote, where: `on Spark at ${host}:${port}` };
}

/** A model with where it was trained, as a sentence for the report. */
export interface EngineTraining {
  model: AlsModel;
  says: string;
}

/**
 * Trains where the parameter `engine` says. With "auto", options that Spark ML has not are trained here, and the
 * sentence says so.
 * @throws WorkspaceError PARAMETER_INVALID as `chosenEngine`, OPTION_INVALID for "spark" with such options, and what
 *   `train` and `trainOnSpark` throw
 */
export async function trainOnEngine(
  dataset: Dataset,
  options: TrainOptions,
  engine: string,
): Promise<EngineTraining> {
  const { remote, where } = chosenEngine(engine);
  const here = async (why: string): Promise<EngineTraining> => ({
    model: await train(dataset, options),
    says: `Trained ${why}.`,
  });
  if (remote === null) return here(where);
  try {
    checkForSpark(completeOptions(options));
  } catch (error) {
    if (engine !== "auto" || !(error instanceof WorkspaceError)) throw error;
    return here(`here, by the local engine, since ${error.message}`);
  }
  const { model, seconds } = await withSpark(remote, (session) => trainOnSpark(session, dataset, options));
  const there = seconds.send + seconds.biases + seconds.factors + seconds.receive;
  return {
    model,
    says: `Trained ${where}. It took ${there.toFixed(1)} s there, and ${seconds.refine.toFixed(1)} s here for one sweep more.`,
  };
}

/** The catalogue's warehouse, wherever it is. */
export interface EngineWarehouse extends SqlWarehouse {
  /** Who answers, as a sentence for the report. */
  readonly says: string;
  /** Frees what it holds here or on Spark; afterwards no query can run. */
  close(): Promise<void>;
}

/**
 * Opens the warehouse of a data set where the parameter `engine` says: the same questions and answers on DuckDB here
 * and on Spark.
 * @throws WorkspaceError PARAMETER_INVALID as `chosenEngine`, DATA_INVALID as `openWarehouse`, SPARK_… as the session does
 */
export async function openEngineWarehouse(dataset: Dataset, engine: string): Promise<EngineWarehouse> {
  const { remote } = chosenEngine(engine);
  if (remote === null) {
    const { name, hash, rows, close } = await openWarehouse(dataset);
    return {
      name,
      hash,
      says: "Answered by DuckDB, embedded in this notebook.",
      rows,
      close: () => Promise.resolve(close()),
    };
  }
  const { host, port } = parseSparkAddress(remote);
  const session = await SparkSession.open(remote);
  try {
    const warehouse = await sendWarehouse(session, dataset);
    const says = `Answered by Spark ${session.version} at ${host}:${port}.`;
    return { ...warehouse, says, close: () => session.close() };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * A data set in a session of Spark, ratings and all, for the catalogue's questions; it ends with the session.
 * @throws WorkspaceError DATA_INVALID as `openWarehouse`, and what `sendRatings` throws
 */
export async function sendWarehouse(
  session: SparkSession,
  dataset: Dataset,
  options: SendOptions = {},
): Promise<SqlWarehouse> {
  checkAskable(dataset);
  return warehouseOver(session, dataset, await sendRatings(session, dataset, options));
}

/** The catalogue's questions over ratings that are in the session already, as `readRatings` gives them. */
export async function warehouseOver(
  session: SparkSession,
  catalogue: Catalogue,
  ratings: Frame,
): Promise<SqlWarehouse> {
  const view = "warehouse_ratings";
  await ratings.createView(view);
  return openSparkWarehouse(session, catalogue, view);
}

import { train, type AlsModel } from "../als";
import { splitHash, type Dataset } from "../data";
import { ratingMetrics } from "../evaluate";
import { errorsOnSpark, refined, sendModel, sendRatings, splitRatings, trainOnSpark } from "../spark";
import type { SparkSession } from "../spark";

/** Over the held-out ratings, in stars. */
export interface Errors {
  rmse: number;
  mae: number;
}

/** What both engines make of one data set, with the same options. */
export interface EngineQuality {
  data: string;
  testShare: number;
  seed: number;
  /** Ratings that the local split learns from and holds out. */
  train: number;
  test: number;
  /** Ratings that Spark holds out by itself, and how many of them are held out here too. */
  heldOutOnSpark: number;
  heldOutAlike: number;
  /** Explicit models with default options, measured here. */
  local: Errors;
  /** Spark's factors as they are. */
  spark: Errors;
  /** After one exact sweep of the local engine. */
  refined: Errors;
  /** `refined` again, measured on Spark. */
  measuredOnSpark: Errors;
  /** The best of four local models with Spark's own penalty, n of a row of n ratings (ν = 1). */
  sparkPenalty: Errors;
}

/** λ of the models with Spark's penalty: around their best. */
const PENALTIES = [0.02, 0.05, 0.1, 0.2];

/** The local engine's errors on the ratings that a hash holds out. */
export async function localErrors(
  dataset: Dataset,
  options: { testShare: number; seed: number },
): Promise<Errors> {
  const split = splitHash(dataset, options);
  return errorsOf(await train(split.train, { feedback: "explicit" }), split.test);
}

/**
 * Trains one data set here and on Spark, and measures both here and there. About a minute for ml-latest-small.
 * @throws WorkspaceError SPARK_… as the session does
 */
export async function compareEngines(
  session: SparkSession,
  dataset: Dataset,
  options: { testShare: number; seed: number },
): Promise<EngineQuality> {
  const { train: learned, test } = splitHash(dataset, options);
  const { test: heldOut } = splitRatings(session, await sendRatings(session, dataset), options);
  const here = new Set(Array.from(test.ratings, (_, r) => pairOf(test, r)));
  let heldOutOnSpark = 0;
  let heldOutAlike = 0;
  for await (const row of heldOut.rows()) {
    heldOutOnSpark++;
    if (here.has(`${row.userId} ${row.movieId}`)) heldOutAlike++;
  }
  const { model } = await trainOnSpark(session, learned, { feedback: "explicit" }, { refine: 0 });
  const swept = await refined(model, learned, 1);
  const { rmse, mae } = await errorsOnSpark(session, await sendModel(session, swept), heldOut);
  const penalised: Errors[] = [];
  for (const lambda of PENALTIES) {
    const held = await train(learned, { feedback: "explicit", nu: 1, lambda, lambdaBias: lambda });
    penalised.push(errorsOf(held, test));
  }
  return {
    data: dataset.name,
    ...options,
    train: learned.ratings.length,
    test: test.ratings.length,
    heldOutOnSpark,
    heldOutAlike,
    local: errorsOf(await train(learned, { feedback: "explicit" }), test),
    spark: errorsOf(model, test),
    refined: errorsOf(swept, test),
    measuredOnSpark: { rmse, mae },
    sparkPenalty: penalised.reduce((best, errors) => (errors.rmse < best.rmse ? errors : best)),
  };
}

const pairOf = ({ users, items, userIds, itemIds }: Dataset, r: number): string =>
  `${userIds[users[r]]} ${itemIds[items[r]]}`;

function errorsOf(model: AlsModel, test: Dataset): Errors {
  const { rmse, mae } = ratingMetrics(model, test);
  return { rmse, mae };
}

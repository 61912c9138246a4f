import type { AlsOptions } from "../als";
import { splitHash, WorkspaceError, type Dataset } from "../data";
import {
  askedOnSpark,
  checkForSpark,
  coldOnSpark,
  errorsOnSpark,
  listsOnSpark,
  rankingOnSpark,
  receiveRatings,
  sendModel,
  sendRatings,
  splitRatings,
  trainOnSpark,
  type Frame,
  type ModelOnSpark,
  type RankingOnSpark,
  type SparkSession,
  type WaitOptions,
} from "../spark";
import { ratingsThere, sparkSteps, type SparkSteps } from "./engine";
import { measuresOf, type Evaluation } from "./evaluation";

export interface SparkEvaluationFlags {
  staging?: string;
  refine?: number;
  k: number;
  relevantFrom: number;
  rankedUsers: number;
  maxBadShare?: number;
}

/** Ratings of here, which are sent, or a path of ratings that Spark reads, of the films of a data set of here. */
export type SparkRatings = { whole: Dataset } | { path: string; data: string };

/**
 * Splits ratings on Spark by hash, trains there on the one part and measures there on the other. The training ratings
 * are here too: the model says by them what is seen.
 * @throws WorkspaceError SPLIT_INVALID where a part is empty, and what reading, training and measuring throw
 */
export async function evaluateOnSpark(
  session: SparkSession,
  given: SparkRatings,
  split: { testShare: number; seed: number },
  options: AlsOptions,
  flags: SparkEvaluationFlags,
  signal: AbortSignal,
): Promise<Evaluation> {
  checkForSpark(options);
  const start = performance.now();
  const { done, onStep, onProgress } = sparkSteps();
  const wait: WaitOptions = { signal, onProgress };
  const steps = { onStep, done, ...wait };
  const { name, parts, trainedOn } = await splitThere(session, given, split, flags, steps);
  const { train, test } = parts;

  const begun = performance.now();
  const settings = { staging: flags.staging, refine: flags.refine, ratings: train, onStep, ...wait };
  const { model } = await trainOnSpark(session, trainedOn, options, settings);
  const trained = performance.now();

  onStep("errors");
  const explicit = options.feedback === "explicit";
  const sent = await sendModel(session, model, { staging: flags.staging, ...wait });
  const stars = explicit ? await errorsOnSpark(session, sent, test, wait) : null;
  const { counts, ratings: cold } = await coldOnSpark(session, parts, wait);
  const coldStars =
    explicit && counts.coldRatings > 0 ? await errorsOnSpark(session, sent, cold, wait) : null;
  onStep("lists");
  const ranked = await rankingOf(session, sent, parts, split.seed, flags, wait);
  const sizes = await sizesOf(train, session, wait);
  done(ranked ? `lists of ${ranked.users.toLocaleString("en")} users` : undefined);
  const end = performance.now();

  const trainSeconds = (trained - begun) / 1000;
  const seconds = (end - start) / 1000;
  return {
    ...measuresOf(stars, ranked),
    tuneSeconds: 0,
    trainSeconds,
    evaluateSeconds: seconds - trainSeconds,
    seconds,
    options,
    search: null,
    train: { name, ...sizes },
    test: {
      name,
      ratings: counts.ratings,
      users: counts.users,
      items: counts.items,
      usersRanked: ranked?.users ?? 0,
    },
    cold: {
      users: counts.coldUsers,
      items: counts.coldItems,
      ratings: counts.coldRatings,
      rmse: coldStars?.rmse ?? null,
    },
    // A rating is in one part alone, and no film is rated twice by one user.
    seenInTraining: 0,
  };
}

interface Parts {
  train: Frame;
  test: Frame;
}

/** Both parts on Spark, kept there, and the training part here. */
async function splitThere(
  session: SparkSession,
  given: SparkRatings,
  split: { testShare: number; seed: number },
  { staging, maxBadShare }: SparkEvaluationFlags,
  { onStep, done, ...wait }: WaitOptions & Pick<SparkSteps, "onStep" | "done">,
): Promise<{ name: string; parts: Parts; trainedOn: Dataset }> {
  const partsOf = async (ratings: Frame): Promise<Parts> => {
    const { train, test } = splitRatings(session, ratings, split);
    const parts = { train: await session.keep(train, wait), test: await session.keep(test, wait) };
    for (const [name, part] of Object.entries(parts))
      if ((await part.count(wait)) === 0)
        throw new WorkspaceError("SPLIT_INVALID", `the ${name} part of a split by hash is empty`, {
          mend: "Choose another --test-share or --seed, or more ratings.",
        });
    return parts;
  };
  if ("whole" in given) {
    const { whole } = given;
    onStep("ratings to Spark");
    const parts = await partsOf(await sendRatings(session, whole, { staging, ...wait }));
    return { name: whole.name, parts, trainedOn: splitHash(whole, split).train };
  }
  const steps = { onStep, done, maxBadShare, ...wait };
  const { catalogue, ratings } = await ratingsThere(session, given.path, given.data, steps);
  onStep("split");
  const parts = await partsOf(ratings);
  onStep("training ratings from Spark");
  return {
    name: catalogue.name,
    parts,
    trainedOn: await receiveRatings(session, parts.train, catalogue, wait),
  };
}

/** Null where no user has a relevant test rating: there is nothing to find then. */
async function rankingOf(
  session: SparkSession,
  model: ModelOnSpark,
  { train, test }: Parts,
  seed: number,
  { k, relevantFrom, rankedUsers }: SparkEvaluationFlags,
  wait: WaitOptions,
): Promise<RankingOnSpark | null> {
  const asked = askedOnSpark(session, model, test, { relevantFrom, most: Math.round(rankedUsers), seed });
  const lists = listsOnSpark(session, asked.model, train, k);
  try {
    return await rankingOnSpark(session, lists, asked.test, { k, relevantFrom }, wait);
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === "METRIC_EMPTY") return null;
    throw error;
  }
}

async function sizesOf(
  train: Frame,
  session: SparkSession,
  wait: WaitOptions,
): Promise<Omit<Evaluation["train"], "name">> {
  const [sizes] = await session
    .sql(
      "SELECT count(*) AS ratings, count(DISTINCT userId) AS users, count(DISTINCT movieId) AS items FROM train",
      {},
      { train },
    )
    .collect(wait);
  return sizes as unknown as Omit<Evaluation["train"], "name">;
}

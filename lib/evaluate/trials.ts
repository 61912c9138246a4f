import { performance } from "node:perf_hooks";
import { train as trainAls, type AlsModel, type AlsOptions, type TrainOptions } from "../als";
import { filterRatings, seededRandom, WorkspaceError, type Dataset, type Split } from "../data";
import { rankingMetricsInThreads, type RankingMetricName, type RankingOptions } from "./ranking";
import { ratingMetrics } from "./rating";

export type TuningMetric = "rmse" | "mae" | RankingMetricName;
export type Better = "lower" | "higher";

/** One set of options, trained and scored on ratings held out. */
export interface Trial {
  rank: number;
  lambda: number;
  iterations: number;
  /** As handed to `train`, to train the chosen model again. */
  options: TrainOptions;
  /** Of the metric, on the held-out ratings. */
  value: number;
  /** RMSE on the ratings trained on; null where that was not measured. */
  trainRmse: number | null;
  /** Training up to this iteration; evaluation not counted. */
  seconds: number;
}

export interface TrialOptions extends RankingOptions {
  metric: TuningMetric;
  signal?: AbortSignal;
  /** RMSE only: ends a training after so many iterations without a better one; those after it have no trial. */
  patience?: number;
}

/**
 * RMSE for explicit feedback and nDCG for implicit, where no metric is asked for.
 * @throws WorkspaceError OPTION_INVALID for an error in stars of implicit feedback
 */
export function tuningMetric(feedback: AlsOptions["feedback"], asked?: TuningMetric): TuningMetric {
  const metric = asked ?? (feedback === "explicit" ? "rmse" : "ndcg");
  if (feedback === "implicit" && betterOf(metric) === "lower")
    throw new WorkspaceError("OPTION_INVALID", `implicit feedback predicts no stars, so it has no ${metric}`);
  return metric;
}

export function betterOf(metric: TuningMetric): Better {
  return metric === "rmse" || metric === "mae" ? "lower" : "higher";
}

/**
 * Learns from `split.train` and scores on `split.test`, once for each number of iterations and in their order. RMSE
 * is read along one training; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError as `train` and the metrics do
 */
export function runTrials(
  split: Pick<Split, "train" | "test">,
  base: TrainOptions,
  counts: readonly number[],
  options: TrialOptions,
): Promise<Trial[]> {
  return options.metric === "rmse"
    ? alongIterations(split, base, counts, options)
    : eachRetrained(split, base, counts, options);
}

/** Trials of the same options on several holdouts, in the order of their counts: the means, as far as all of them went, and all the seconds. */
export function meanTrials(byHoldout: readonly (readonly Trial[])[]): Trial[] {
  const mean = (of: (trial: Trial) => number, at: number): number =>
    byHoldout.reduce((sum, trials) => sum + of(trials[at]), 0) / byHoldout.length;
  const common = Math.min(...byHoldout.map((trials) => trials.length));
  return byHoldout[0].slice(0, common).map((trial, at) => ({
    ...trial,
    value: mean(({ value }) => value, at),
    trainRmse: trial.trainRmse === null ? null : mean(({ trainRmse }) => trainRmse!, at),
    seconds: mean(({ seconds }) => seconds, at) * byHoldout.length,
  }));
}

/** The first of the best. */
export function bestOf<T extends { value: number }>(trials: readonly T[], better: Better): T {
  const sign = better === "lower" ? 1 : -1;
  return trials.reduce((best, trial) => (sign * trial.value < sign * best.value ? trial : best));
}

/** The ratings of a random share of the users that have any, in the same index space. */
export function ofRandomUsers(dataset: Dataset, share: number, seed: number): Dataset {
  if (share >= 1) return dataset;
  const random = seededRandom(seed);
  const kept = Uint8Array.from(dataset.userIds, () => (random() < share ? 1 : 0));
  return filterRatings(dataset, ({ user }) => kept[user] === 1);
}

async function alongIterations(
  { train, test }: Pick<Split, "train" | "test">,
  base: TrainOptions,
  counts: readonly number[],
  { signal, patience }: TrialOptions,
): Promise<Trial[]> {
  const reached = new Map<number, { value: number; trainRmse: number | null; seconds: number }>();
  let seconds = 0;
  await trainAls(
    train,
    { ...base, iterations: Math.max(...counts) },
    {
      validation: test,
      signal,
      patience,
      onIteration: (report) => {
        seconds += report.seconds;
        reached.set(report.iteration, {
          value: report.validationRmse!,
          trainRmse: report.trainRmse,
          seconds,
        });
      },
    },
  );
  return counts
    .filter((iterations) => reached.has(iterations))
    .map((iterations) => trialOf({ ...base, iterations }, reached.get(iterations)!));
}

async function eachRetrained(
  split: Pick<Split, "train" | "test">,
  base: TrainOptions,
  counts: readonly number[],
  options: TrialOptions,
): Promise<Trial[]> {
  const { signal, metric } = options;
  const trials: Trial[] = [];
  for (const iterations of counts) {
    let trainRmse: number | null = null;
    const start = performance.now();
    const trainOptions = { ...base, iterations };
    const model: AlsModel = await trainAls(split.train, trainOptions, {
      signal,
      onIteration: (report) => (trainRmse = report.trainRmse),
    });
    const seconds = (performance.now() - start) / 1000;
    const value =
      metric === "rmse" || metric === "mae"
        ? ratingMetrics(model, split.test)[metric]
        : (await rankingMetricsInThreads(model, split, options))[metric];
    trials.push(trialOf(trainOptions, { value, trainRmse, seconds }));
  }
  return trials;
}

function trialOf(
  options: TrainOptions,
  measured: { value: number; trainRmse: number | null; seconds: number },
): Trial {
  return {
    rank: options.rank!,
    lambda: options.lambda!,
    iterations: options.iterations!,
    options,
    ...measured,
  };
}

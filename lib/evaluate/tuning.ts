import { performance } from "node:perf_hooks";
import { train as trainAls, type AlsModel, type TrainOptions } from "../als";
import { WorkspaceError, type Dataset } from "../data";
import { rankingMetricsInThreads, type RankingMetricName, type RankingOptions } from "./ranking";
import { ratingMetrics } from "./rating";

/** Values to try; every combination is one trial. Keys beside the first three are optional further dimensions. */
export interface TuningGrid {
  rank: readonly number[];
  lambda: readonly number[];
  iterations: readonly number[];
  nu?: readonly number[];
  /** Explicit feedback only. */
  lambdaBias?: readonly number[];
  /** Implicit feedback only. */
  alpha?: readonly number[];
}

export type TuningMetric = "rmse" | "mae" | RankingMetricName;

export interface TuneOptions extends RankingOptions {
  feedback: "explicit" | "implicit";
  /** Held out from the data trained on (see `validationSplit`); scored, never learned from. */
  validation: Dataset;
  /** "rmse" by default for explicit feedback, "ndcg" for implicit. */
  metric?: TuningMetric;
  /** Everything that the grid leaves alone. */
  fixed?: Partial<TrainOptions>;
  onTrial?: (trial: Trial, progress: { done: number; trials: number }) => void;
  signal?: AbortSignal;
}

export interface Trial {
  rank: number;
  lambda: number;
  iterations: number;
  /** As handed to `train`, to train the chosen model again. */
  options: TrainOptions;
  /** Of the metric, on the validation ratings. */
  value: number;
  /** RMSE on the ratings trained on; null where that was not measured. */
  trainRmse: number | null;
  /** Training up to this iteration; evaluation not counted. */
  seconds: number;
}

export interface Tuning {
  metric: TuningMetric;
  better: "lower" | "higher";
  /** In the order of the grid, iterations running fastest. */
  trials: Trial[];
  /** The first of the best. */
  best: Trial;
}

/**
 * Trains every combination of the grid and scores it on validation ratings. For RMSE the iterations are read off
 * one training per combination; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError OPTION_INVALID for an empty dimension or an error metric of implicit feedback,
 *   TRAINING_ABORTED, METRIC_EMPTY
 */
export async function tuneGrid(train: Dataset, grid: TuningGrid, options: TuneOptions): Promise<Tuning> {
  const metric = options.metric ?? (options.feedback === "explicit" ? "rmse" : "ndcg");
  const isError = metric === "rmse" || metric === "mae";
  if (isError && options.feedback === "implicit")
    throw new WorkspaceError("OPTION_INVALID", `implicit feedback predicts no stars, so it has no ${metric}`);
  const { iterations, ...others } = grid;
  const combinations = product({ ...others });
  const counts = checkedValues("iterations", iterations);
  const trials: Trial[] = [];
  const progress = { done: 0, trials: combinations.length * counts.length };
  const finish = (trial: Trial): void => {
    trials.push(trial);
    progress.done++;
    options.onTrial?.(trial, { ...progress });
  };
  for (const values of combinations) {
    const base = { ...options.fixed, ...values, feedback: options.feedback } as TrainOptions;
    if (metric === "rmse")
      for (const trial of await alongIterations(train, base, counts, options)) finish(trial);
    else
      for (const count of counts)
        finish(await retrained(train, { ...base, iterations: count }, metric, options));
  }
  const better = isError ? "lower" : "higher";
  const sign = isError ? 1 : -1;
  const best = trials.reduce((best, trial) => (sign * trial.value < sign * best.value ? trial : best));
  return { metric, better, trials, best };
}

/** One training to the highest count, its validation RMSE read at each. */
async function alongIterations(
  train: Dataset,
  base: TrainOptions,
  counts: readonly number[],
  { validation, signal }: TuneOptions,
): Promise<Trial[]> {
  const reached = new Map<number, { value: number; trainRmse: number | null; seconds: number }>();
  let seconds = 0;
  await trainAls(
    train,
    { ...base, iterations: Math.max(...counts) },
    {
      validation,
      signal,
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
  return counts.map((iterations) => trialOf({ ...base, iterations }, reached.get(iterations)!));
}

async function retrained(
  train: Dataset,
  trainOptions: TrainOptions,
  metric: Exclude<TuningMetric, "rmse">,
  options: TuneOptions,
): Promise<Trial> {
  let trainRmse: number | null = null;
  const start = performance.now();
  const model: AlsModel = await trainAls(train, trainOptions, {
    signal: options.signal,
    onIteration: (report) => (trainRmse = report.trainRmse),
  });
  const seconds = (performance.now() - start) / 1000;
  const value =
    metric === "mae"
      ? ratingMetrics(model, options.validation).mae
      : (await rankingMetricsInThreads(model, { train, test: options.validation }, options, options.signal))[
          metric
        ];
  return trialOf(trainOptions, { value, trainRmse, seconds });
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

/** Every combination, the last dimension running fastest. */
function product(dimensions: Record<string, readonly number[] | undefined>): Record<string, number>[] {
  let combinations: Record<string, number>[] = [{}];
  for (const [name, values] of Object.entries(dimensions)) {
    if (values === undefined) continue;
    checkedValues(name, values);
    combinations = combinations.flatMap((others) => values.map((value) => ({ ...others, [name]: value })));
  }
  return combinations;
}

function checkedValues(name: string, values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new WorkspaceError("OPTION_INVALID", `the grid has no value of ${name}`);
  return values;
}

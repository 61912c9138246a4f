import { performance } from "node:perf_hooks";
import { train as trainAls, type TrainOptions } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type Split } from "../data";
import { dampedBiasModel, globalMeanModel, popularityModel, type Recommender } from "../recommend";
import {
  averagePopularity,
  coverage,
  diversity,
  gini,
  miscalibration,
  novelty,
  popularityLift,
  serendipity,
  unexpectedness,
  type CoverageFigure,
  type ListFigure,
} from "./beyond-accuracy";
import type { BootstrapOptions, Estimate } from "./bootstrap";
import { topLists, topListsInThreads, type TopLists } from "./lists";
import { estimatesOf } from "./measures";
import { heldOutUsers, rankingMetricsOf, type RankingMetrics, type RankingOptions } from "./ranking";
import { checkIndexSpace, ratingMetrics, type RatingMetrics } from "./rating";

/** Somebody who enters the scoreboard: a name, and how to learn from the training part, which is all it is given. */
export interface Contender {
  name: string;
  /** What `predict` gives; errors in stars are measured only of "stars". */
  predicts: "stars" | "preference";
  fit: (train: Dataset, signal?: AbortSignal) => Recommender | Promise<Recommender>;
  /** For a model trained before, which `fit` only hands over: what its training took. Measured where absent. */
  trainSeconds?: number | null;
}

/** Everything measured of one model on one split, per-user values included. `rating` is null for preferences. */
export interface Evaluation {
  rating: RatingMetrics | null;
  ranking: RankingMetrics;
  coverage: CoverageFigure;
  gini: ListFigure;
  novelty: ListFigure;
  diversity: ListFigure;
  unexpectedness: ListFigure;
  serendipity: ListFigure;
  popularity: ListFigure;
  popularityLift: ListFigure;
  miscalibration: ListFigure;
  /** What the figures of lists are of: for every user with a held-out rating. */
  lists: TopLists;
}

/**
 * One model's line. Null: the figure does not exist for it, as with errors in stars of a model of preferences. An
 * estimate's interval is null where no user allows one.
 */
export interface ScoreboardRow {
  model: string;
  rmse: Estimate | null;
  mae: Estimate | null;
  r2: Estimate | null;
  precision: Estimate;
  recall: Estimate;
  ndcg: Estimate;
  map: Estimate;
  mrr: Estimate;
  hitRate: Estimate;
  auc: Estimate;
  coverage: Estimate;
  gini: Estimate | null;
  /** Bits. */
  novelty: Estimate | null;
  diversity: Estimate | null;
  unexpectedness: Estimate | null;
  serendipity: Estimate | null;
  /** Share of users who have rated a recommended film. */
  popularity: Estimate | null;
  popularityLift: Estimate | null;
  /** Bits. */
  miscalibration: Estimate | null;
  trainSeconds: number | null;
  /** Where the figures come from; what `compareModels` and `statisticsOf` take. */
  evaluation: Evaluation;
}

export interface ScoreboardProgress {
  model: string;
  stage: "training" | "measuring";
  /** Models finished, of how many. */
  done: number;
  models: number;
}

export interface ScoreboardOptions extends RankingOptions, BootstrapOptions {
  onProgress?: (progress: ScoreboardProgress) => void;
  /** Looked at between models, and handed to each training and to the making of lists. */
  signal?: AbortSignal;
}

/** Global mean, damped biases and popularity: what any model has to beat. */
export function baselineContenders(options: { damping?: number } = {}): Contender[] {
  return [
    { name: "global mean", predicts: "stars", fit: globalMeanModel },
    { name: "damped biases", predicts: "stars", fit: (train) => dampedBiasModel(train, options) },
    { name: "popularity", predicts: "preference", fit: popularityModel },
  ];
}

/** ALS with the given options, under the name "explicit ALS" or "implicit ALS" unless told otherwise. */
export function alsContender(options: TrainOptions, name: string = `${options.feedback} ALS`): Contender {
  return {
    name,
    predicts: options.feedback === "explicit" ? "stars" : "preference",
    fit: (train, signal) => trainAls(train, options, { signal }),
  };
}

export interface EvaluateOptions extends RankingOptions, Pick<Contender, "predicts"> {
  /** What its users are not recommended any more, where that is more than `split.train` tells. */
  seen?: Dataset;
}

/** Measures one fitted model. @throws WorkspaceError as `ratingMetrics` and `rankingMetrics` */
export function evaluate(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  options: EvaluateOptions,
): Evaluation {
  checkIndexSpace(model, split.test);
  const lists = topLists(
    model,
    ratingsByUser(options.seen ?? split.train),
    heldOutUsers(split.test),
    options.k ?? 10,
  );
  return evaluationOf(model, lists, split, options);
}

function evaluationOf(
  model: Recommender,
  lists: TopLists,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions & Pick<Contender, "predicts">,
): Evaluation {
  const { train } = split;
  return {
    rating: options.predicts === "stars" ? ratingMetrics(model, split.test, train) : null,
    ranking: rankingMetricsOf(lists, split, options),
    coverage: coverage(lists, train),
    gini: gini(lists, train),
    novelty: novelty(lists, train),
    diversity: diversity(lists, train),
    unexpectedness: unexpectedness(lists, train),
    serendipity: serendipity(lists, split, options),
    popularity: averagePopularity(lists, train),
    popularityLift: popularityLift(lists, train),
    miscalibration: miscalibration(lists, train, options),
    lists,
  };
}

/**
 * Fits every contender on `split.train`, one after the other, and measures all on the same held-out ratings.
 * @throws WorkspaceError TRAINING_ABORTED when the signal was raised, OPTION_INVALID for two contenders of one
 *   name, and as `evaluate`
 */
export async function scoreboard(
  contenders: readonly Contender[],
  split: Split,
  options: ScoreboardOptions = {},
): Promise<ScoreboardRow[]> {
  const { onProgress, signal } = options;
  const names = new Set(contenders.map(({ name }) => name));
  if (names.size < contenders.length)
    throw new WorkspaceError("OPTION_INVALID", "two contenders of the scoreboard have one name");
  const rows: ScoreboardRow[] = [];
  for (const contender of contenders) {
    const report = (stage: ScoreboardProgress["stage"]): void =>
      onProgress?.({ model: contender.name, stage, done: rows.length, models: contenders.length });
    if (signal?.aborted)
      throw new WorkspaceError("TRAINING_ABORTED", `stopped before ${contender.name} was trained`);
    report("training");
    const start = performance.now();
    const model = await contender.fit(split.train, signal);
    const measured = (performance.now() - start) / 1000;
    report("measuring");
    checkIndexSpace(model, split.test);
    const lists = await topListsInThreads(
      model,
      ratingsByUser(split.train),
      heldOutUsers(split.test),
      options.k ?? 10,
      { signal },
    );
    const evaluation = evaluationOf(model, lists, split, { ...options, predicts: contender.predicts });
    const trainSeconds = contender.trainSeconds === undefined ? measured : contender.trainSeconds;
    rows.push({ model: contender.name, ...estimatesOf(evaluation, options), trainSeconds, evaluation });
  }
  return rows;
}

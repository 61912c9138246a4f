import { performance } from "node:perf_hooks";
import { train as trainAls, type TrainOptions } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type Split } from "../data";
import { dampedBiasModel, globalMeanModel, popularityModel, type Recommender } from "../recommend";
import { coverage, diversity, novelty, type ListFigure } from "./beyond-accuracy";
import { bootstrap, meanOverUsers, type BootstrapOptions, type Estimate } from "./bootstrap";
import { topLists, topListsInThreads, type TopLists } from "./lists";
import {
  heldOutUsers,
  rankingMetricsOf,
  type RankingMetricName,
  type RankingMetrics,
  type RankingOptions,
} from "./ranking";
import { checkIndexSpace, maeOverUsers, ratingMetrics, rmseOverUsers, type RatingMetrics } from "./rating";

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
  coverage: number;
  novelty: ListFigure;
  diversity: ListFigure;
}

/** One model's line. Null: the figure does not exist for it, as with errors in stars of a model of preferences. */
export interface ScoreboardRow {
  model: string;
  rmse: Estimate | null;
  mae: Estimate | null;
  precision: Estimate;
  recall: Estimate;
  ndcg: Estimate;
  map: Estimate;
  mrr: Estimate;
  hitRate: Estimate;
  /** Its interval is null: a draw with replacement covers less than the users themselves. */
  coverage: Estimate;
  /** Bits. */
  novelty: Estimate | null;
  diversity: Estimate | null;
  trainSeconds: number | null;
  /** Where the figures come from; what `compare` takes. */
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

/** Measures one fitted model. @throws WorkspaceError as `ratingMetrics` and `rankingMetrics` */
export function evaluate(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions & Pick<Contender, "predicts">,
): Evaluation {
  checkIndexSpace(model, split.test);
  const lists = topLists(model, ratingsByUser(split.train), heldOutUsers(split.test), options.k ?? 10);
  return evaluationOf(model, lists, split, options);
}

function evaluationOf(
  model: Recommender,
  lists: TopLists,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions & Pick<Contender, "predicts">,
): Evaluation {
  return {
    rating: options.predicts === "stars" ? ratingMetrics(model, split.test, split.train) : null,
    ranking: rankingMetricsOf(lists, split, options),
    coverage: coverage(lists, split.train),
    novelty: novelty(lists, split.train),
    diversity: diversity(lists, split.train),
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
      signal,
    );
    const evaluation = evaluationOf(model, lists, split, { ...options, predicts: contender.predicts });
    const trainSeconds = contender.trainSeconds === undefined ? measured : contender.trainSeconds;
    rows.push({ model: contender.name, ...estimates(evaluation, options), trainSeconds, evaluation });
  }
  return rows;
}

function estimates(
  evaluation: Evaluation,
  options: BootstrapOptions,
): Omit<ScoreboardRow, "model" | "trainSeconds" | "evaluation"> {
  const { rating, ranking } = evaluation;
  const ofRanking = (metric: RankingMetricName): Estimate =>
    bootstrap(meanOverUsers(ranking.perUser.users, ranking.perUser[metric]), options);
  const ofLists = ({ statistic }: ListFigure): Estimate | null => statistic && bootstrap(statistic, options);
  return {
    rmse: rating && bootstrap(rmseOverUsers(rating.perUser), options),
    mae: rating && bootstrap(maeOverUsers(rating.perUser), options),
    precision: ofRanking("precision"),
    recall: ofRanking("recall"),
    ndcg: ofRanking("ndcg"),
    map: ofRanking("map"),
    mrr: ofRanking("mrr"),
    hitRate: ofRanking("hitRate"),
    coverage: { value: evaluation.coverage, low: null, high: null },
    novelty: ofLists(evaluation.novelty),
    diversity: ofLists(evaluation.diversity),
  };
}

import { performance } from "node:perf_hooks";
import { train as trainAls, type TrainOptions } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type Split } from "../data";
import {
  dampedBiasModel,
  globalMeanModel,
  popularityModel,
  ServedModel,
  trainLister,
  type ListerOptions,
  type Recommender,
} from "../recommend";
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
import { estimatesOf, pooledEstimates, type Measure } from "./measures";
import { heldOutUsers, rankingMetricsOf, type RankingMetrics, type RankingOptions } from "./ranking";
import { checkIndexSpace, ratingMetrics, type RatingMetrics } from "./rating";

/** Somebody who enters the scoreboard: a name, and how to learn from the training part, which is all it is given. */
export interface Contender {
  name: string;
  /** What `predict` gives; errors in stars are measured only of "stars". */
  predicts: "stars" | "preference";
  fit: (train: Dataset, signal?: AbortSignal) => Recommender | Promise<Recommender>;
  /** What is chosen before, on the training part too: settings, weights. Not part of the training that is timed. */
  prepare?: (train: Dataset, signal?: AbortSignal) => Promise<unknown>;
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
  /** Microseconds to score every film for one user: the median user. */
  scoreMicroseconds: number;
  /** Of all arrays that the model holds, ratings that tell what is seen included. */
  modelBytes: number;
  /** Where the figures come from; what `compareModels` and `statisticsOf` take. */
  evaluation: Evaluation;
}

export interface ScoreboardProgress {
  model: string;
  stage: "choosing" | "training" | "measuring";
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

/** What is served: stars by ALS with the given options, lists by a lister beside it. */
export function servedContender(
  als: TrainOptions,
  lister: ListerOptions,
  name: string = `${als.feedback} ALS with a lister`,
): Contender {
  return {
    name,
    predicts: als.feedback === "explicit" ? "stars" : "preference",
    fit: async (train, signal) =>
      new ServedModel(await trainAls(train, als, { signal }), trainLister(train, lister)),
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
    if (contender.prepare) {
      report("choosing");
      await contender.prepare(split.train, signal);
    }
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
    rows.push({
      model: contender.name,
      ...estimatesOf(evaluation, options),
      trainSeconds,
      scoreMicroseconds: scoreMicroseconds(model, lists.users),
      modelBytes: bytesOf(model),
      evaluation,
    });
  }
  return rows;
}

/** Users whose scores are timed. */
const TIMED_USERS = 50;

function scoreMicroseconds(model: Recommender, users: Uint32Array): number {
  const scores = new Float64Array(model.items);
  const times = Array.from(users.subarray(0, TIMED_USERS), (user) => {
    const start = performance.now();
    model.scoreItems(user, scores);
    return (performance.now() - start) * 1000;
  }).sort((a, b) => a - b);
  return times[times.length >> 1];
}

/** Bytes of the arrays that can be reached from `model`, memory that several share counted once. */
function bytesOf(model: object): number {
  const met = new Set<unknown>();
  const buffers = new Map<ArrayBufferLike, number>();
  const waiting: unknown[] = [model];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (part === null || typeof part !== "object" || met.has(part)) continue;
    met.add(part);
    if (ArrayBuffer.isView(part))
      buffers.set(part.buffer, Math.max(buffers.get(part.buffer) ?? 0, part.byteLength));
    else waiting.push(...(part instanceof Map ? part.values() : Object.values(part)));
  }
  return [...buffers.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** One model's line over several splits, as the folds of a cross-validation are. */
export interface FoldsRow
  extends
    Record<Measure, Estimate | null>,
    Pick<ScoreboardRow, "model" | "trainSeconds" | "scoreMicroseconds" | "modelBytes"> {
  /** One for each split. */
  evaluations: Evaluation[];
}

/**
 * The scoreboard of several splits: figures are of each user's sums over all of them, so that one user is one draw of the
 * bootstrap; seconds, microseconds and bytes are means.
 * @throws WorkspaceError OPTION_INVALID without a split, and as `scoreboard`
 */
export async function scoreboardOverFolds(
  contenders: readonly Contender[],
  splits: readonly Split[],
  options: Omit<ScoreboardOptions, "onProgress"> & {
    onProgress?: (progress: ScoreboardProgress & { fold: number; folds: number }) => void;
  } = {},
): Promise<FoldsRow[]> {
  if (splits.length === 0) throw new WorkspaceError("OPTION_INVALID", "a scoreboard of no splits");
  const { onProgress, ...others } = options;
  const boards: ScoreboardRow[][] = [];
  for (const [at, split] of splits.entries())
    boards.push(
      await scoreboard(contenders, split, {
        ...others,
        onProgress: (progress) => onProgress?.({ ...progress, fold: at + 1, folds: splits.length }),
      }),
    );
  return contenders.map(({ name }, place) => {
    const rows = boards.map((board) => board[place]);
    const evaluations = rows.map(({ evaluation }) => evaluation);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const times = rows.map(({ trainSeconds }) => trainSeconds);
    return {
      model: name,
      ...pooledEstimates(evaluations, others),
      trainSeconds: times.every((time) => time !== null) ? mean(times) : null,
      scoreMicroseconds: mean(rows.map((row) => row.scoreMicroseconds)),
      modelBytes: mean(rows.map((row) => row.modelBytes)),
      evaluations,
    };
  });
}

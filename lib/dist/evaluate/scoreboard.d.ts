import { type TrainOptions } from "../als";
import { type Dataset, type Split } from "../data";
import { type Recommender } from "../recommend";
import { type CoverageFigure, type ListFigure } from "./beyond-accuracy";
import type { BootstrapOptions, Estimate } from "./bootstrap";
import { type TopLists } from "./lists";
import { type Measure } from "./measures";
import { type RankingMetrics, type RankingOptions } from "./ranking";
import { type RatingMetrics } from "./rating";
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
export declare function baselineContenders(options?: {
    damping?: number;
}): Contender[];
/** ALS with the given options, under the name "explicit ALS" or "implicit ALS" unless told otherwise. */
export declare function alsContender(options: TrainOptions, name?: string): Contender;
export interface EvaluateOptions extends RankingOptions, Pick<Contender, "predicts"> {
    /** What its users are not recommended any more, where that is more than `split.train` tells. */
    seen?: Dataset;
}
/** Measures one fitted model. @throws WorkspaceError as `ratingMetrics` and `rankingMetrics` */
export declare function evaluate(model: Recommender, split: Pick<Split, "train" | "test">, options: EvaluateOptions): Evaluation;
/**
 * Fits every contender on `split.train`, one after the other, and measures all on the same held-out ratings.
 * @throws WorkspaceError TRAINING_ABORTED when the signal was raised, OPTION_INVALID for two contenders of one
 *   name, and as `evaluate`
 */
export declare function scoreboard(contenders: readonly Contender[], split: Split, options?: ScoreboardOptions): Promise<ScoreboardRow[]>;
/** One model's line over several splits, as the folds of a cross-validation are. */
export interface FoldsRow extends Record<Measure, Estimate | null>, Pick<ScoreboardRow, "model" | "trainSeconds" | "scoreMicroseconds" | "modelBytes"> {
    /** One for each split. */
    evaluations: Evaluation[];
}
/**
 * The scoreboard of several splits: figures are of each user's sums over all of them, so that one user is one draw of the
 * bootstrap; seconds, microseconds and bytes are means.
 * @throws WorkspaceError OPTION_INVALID without a split, and as `scoreboard`
 */
export declare function scoreboardOverFolds(contenders: readonly Contender[], splits: readonly Split[], options?: Omit<ScoreboardOptions, "onProgress"> & {
    onProgress?: (progress: ScoreboardProgress & {
        fold: number;
        folds: number;
    }) => void;
}): Promise<FoldsRow[]>;

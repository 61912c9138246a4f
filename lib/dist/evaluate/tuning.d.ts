import { type AlsOptions, type TrainOptions } from "../als";
import { type Dataset, type Split } from "../data";
import type { RankingOptions } from "./ranking";
import { type Better, type Trial, type TuningMetric } from "./trials";
/** What can be tuned, in the order in which values are drawn. Those of the other kind of feedback are refused. */
declare const TUNED_OPTIONS: readonly ["rank", "lambda", "nu", "lambdaBias", "cofactorWeight", "lambdaCofactor", "cofactorBalance", "alpha", "iterations"];
export type TunedOption = (typeof TUNED_OPTIONS)[number];
/** Values to try; every combination is one trial. Keys beside the first three are optional further dimensions. */
export interface TuningGrid extends Partial<Record<TunedOption, readonly number[]>> {
    rank: readonly number[];
    lambda: readonly number[];
    iterations: readonly number[];
}
interface CommonTuneOptions extends RankingOptions {
    feedback: AlsOptions["feedback"];
    /** "rmse" by default for explicit feedback, "ndcg" for implicit. */
    metric?: TuningMetric;
    /** Everything that is not tuned. */
    fixed?: Partial<TrainOptions>;
    signal?: AbortSignal;
}
export interface GridOptions extends CommonTuneOptions {
    /** Held out from the data trained on (see `validationSplit`); scored, never learned from. */
    validation: Dataset;
    onTrial?: (trial: Trial, progress: {
        done: number;
        trials: number;
    }) => void;
}
export interface Tuning<T extends Trial = Trial> {
    metric: TuningMetric;
    better: Better;
    /** Of a grid: in its order, iterations running fastest. */
    trials: T[];
    /** The first of the best. */
    best: T;
}
/**
 * Trains every combination of the grid and scores it on validation ratings. For RMSE the iterations are read off
 * one training per combination; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError OPTION_INVALID for an empty dimension or an error metric of implicit feedback,
 *   TRAINING_ABORTED, METRIC_EMPTY
 */
export declare function tuneGrid(train: Dataset, grid: TuningGrid, options: GridOptions): Promise<Tuning>;
/** A list to draw from, or a range; of `rank` and `iterations` whole numbers are drawn. "linear" by default. */
export type TuningRange = readonly number[] | {
    from: number;
    to: number;
    scale?: "linear" | "log";
};
export type TuningSpace = Partial<Record<TunedOption, TuningRange>>;
export interface TuneOptions extends CommonTuneOptions {
    /**
     * "random": every candidate is trained in full (Bergstra and Bengio 2012). "halving": all are trained for a few
     * iterations, the best of them for more, until few are left (successive halving, Jamieson and Talwalkar 2016).
     */
    strategy: "random" | "halving";
    /** Candidates to draw. All are different, so there are fewer where the space has no more. */
    trials: number;
    /** Of the draws and the default holdout; 42 by default. Models have the seed of `fixed`. */
    seed?: number;
    /** Inner splits of `train`, over which values are averaged; a random fifth held out by default. See `validationSplit` and `kFold`. */
    holdouts?: readonly Pick<Split, "train" | "test">[];
    /** Halving keeps one candidate in so many, and trains it so many times as long; 3 by default. */
    eta?: number;
    /** Trials at a time; 1 by default. More pay where one training is too small for all cores. The result does not depend on it. */
    parallel?: number;
    /**
     * Path of a JSON Lines file to which each trial is written as it ends. Trials that it already has are not made
     * again: a search that was stopped goes on, and one that was finished is read.
     */
    resume?: string;
    /** In the order in which they end. `trials` is how many there will be; `resumed` was read, not trained. */
    onTrial?: (trial: TunedTrial, progress: {
        done: number;
        trials: number;
        best: boolean;
        resumed: boolean;
    }) => void;
}
export interface TunedTrial extends Trial {
    /** Number of the drawn candidate, from 0: one candidate has a trial on each rung that it reaches. */
    candidate: number;
    /** From 0; of a random search there is no other. */
    rung: number;
    /** Most iterations that this rung allows; `iterations` may be fewer where RMSE was lower earlier. */
    budget: number;
    /** `value` is their mean. */
    byHoldout: number[];
}
export interface SampledTuning extends Tuning<TunedTrial> {
    /** How many candidates had how many iterations. */
    rungs: {
        budget: number;
        candidates: number;
    }[];
    /** All trainings, as if one after the other; those of resumed trials included. */
    seconds: number;
}
/**
 * Draws options at random and measures them on inner splits of `train`; nothing else is looked at. `trials` of the
 * result are by rung, then by candidate; `best` is the best of all, each being a set of options of its own.
 *
 * `iterations` of the space: with RMSE they are read along each training and the best is kept; with other metrics
 * they are drawn like any other option. With "halving" they are what candidates are given more and more of: a list
 * gives the rungs, a range its ends, with steps of `eta` between. The same data, space, options and seed give the
 * same, whether in one go or resumed, one at a time or in parallel.
 *
 * @throws WorkspaceError OPTION_INVALID, also for a resume file of another search, DATA_INVALID for a broken one,
 *   TRAINING_ABORTED after `signal`, METRIC_EMPTY, and as `train` does
 */
export declare function tune(train: Dataset, space: TuningSpace, options: TuneOptions): Promise<SampledTuning>;
/** Works on so many at a time, results in the order of the items. After an error nothing more is begun. */
export declare function inParallel<T, R>(items: readonly T[], parallel: number, work: (item: T) => Promise<R>): Promise<R[]>;
export {};

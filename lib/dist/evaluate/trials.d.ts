import { type AlsOptions, type TrainOptions } from "../als";
import { type Dataset, type Split } from "../data";
import { type RankingMetricName, type RankingOptions } from "./ranking";
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
export declare function tuningMetric(feedback: AlsOptions["feedback"], asked?: TuningMetric): TuningMetric;
export declare function betterOf(metric: TuningMetric): Better;
/**
 * Learns from `split.train` and scores on `split.test`, once for each number of iterations and in their order. RMSE
 * is read along one training; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError as `train` and the metrics do
 */
export declare function runTrials(split: Pick<Split, "train" | "test">, base: TrainOptions, counts: readonly number[], options: TrialOptions): Promise<Trial[]>;
/** Trials of the same options on several holdouts, in the order of their counts: the means, as far as all of them went, and all the seconds. */
export declare function meanTrials(byHoldout: readonly (readonly Trial[])[]): Trial[];
/** The first of the best. */
export declare function bestOf<T extends {
    value: number;
}>(trials: readonly T[], better: Better): T;
/** The ratings of a random share of the users that have any, in the same index space. */
export declare function ofRandomUsers(dataset: Dataset, share: number, seed: number): Dataset;

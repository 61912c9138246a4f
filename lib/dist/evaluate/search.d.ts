import { type ExplicitOptions, type ImplicitOptions, type TrainOptions } from "../als";
import { type Dataset } from "../data";
import { type RankingOptions } from "./ranking";
import { type Better, type Trial, type TuningMetric } from "./trials";
/**
 * Where a search begins, and what does well without one. Explicit feedback has co-factors; found on holdouts inside
 * ml-latest-small; the same region was best on a dense part of it with whole stars. Implicit: the best nDCG@10 of a
 * coarse grid on a random tenth held out inside ml-latest-small, and inside a training fold of ml-100k as well.
 */
export declare function accurateOptions(feedback: "explicit"): ExplicitOptions;
export declare function accurateOptions(feedback: "implicit"): ImplicitOptions;
export declare function accurateOptions(feedback: "explicit" | "implicit"): ExplicitOptions | ImplicitOptions;
export interface SearchOptions extends RankingOptions {
    feedback: "explicit" | "implicit";
    /** Of the holdouts and of every training; 42 by default. */
    seed?: number;
    /** "rmse" by default for explicit feedback, "ndcg" for implicit. */
    metric?: TuningMetric;
    /** Options that the search leaves as they are. */
    fixed?: Partial<TrainOptions>;
    /** Where to begin; `accurateOptions` by default. */
    start?: Partial<TrainOptions>;
    /** Ranks in the order in which they are tried, small ones first: most is learned on the first. 16 to 128 by default, up to 64 for explicit feedback on more than two million ratings. */
    ranks?: readonly number[];
    /** `secondsLeft` is an estimate. */
    onTrial?: (trial: Trial, progress: {
        done: number;
        secondsLeft: number;
        best: boolean;
    }) => void;
    signal?: AbortSignal;
}
export interface Search {
    metric: TuningMetric;
    better: Better;
    /** In the order in which they were made. */
    trials: Trial[];
    best: Trial;
    /** How to make what the options were chosen on again: the first `count` of `folds` folds with `seed`. */
    holdouts: Record<string, number>;
}
/**
 * Chooses all options of a training on random holdouts inside `train`, and looks at nothing else. A pattern search
 * (Hooke and Jeeves 1961): one direction after the other, both ways, on as long as it helps, then with smaller steps; first at the
 * lowest rank, where a training costs little, then once more at the next; and ranks go up for as long as that helps. The number
 * of iterations is read along each training. What falls behind on the first holdouts is not tried on the others
 * (racing, Maron and Moore 1994). The same data, options and seed choose the same.
 *
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID where there is too little to hold out, TRAINING_ABORTED, METRIC_EMPTY
 */
export declare function searchOptions(train: Dataset, options: SearchOptions): Promise<Search>;

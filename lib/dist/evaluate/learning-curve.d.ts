import { type Split } from "../data";
import { type BootstrapOptions, type Estimate, type UserStatistic } from "./bootstrap";
import { type Measure } from "./measures";
import { type RankingOptions } from "./ranking";
import { type Contender } from "./scoreboard";
/** One model at one size: every measure with its interval. Null: the measure does not exist for the model. */
export type CurvePoint = Record<Measure, Estimate | null> & {
    model: string;
    /** Of `learningCurve` the share of the training ratings; of `historyCurve` the ratings of each measured user. */
    size: number;
    /** Ratings learned from; the mean where the model was fitted to several groups. */
    ratings: number;
    /** Users measured. */
    users: number;
    trainSeconds: number;
    /** By user, for a paired test between two models or two sizes. */
    statistics: Record<Measure, UserStatistic | null>;
};
export interface CurveProgress {
    model: string;
    size: number;
    /** Fits finished, of how many. */
    done: number;
    fits: number;
}
export interface CurveOptions extends RankingOptions, BootstrapOptions {
    /** Called before each fit, and once at the end. */
    onProgress?: (progress: CurveProgress) => void;
    /** Looked at between fits, and handed to each training. */
    signal?: AbortSignal;
}
/**
 * How good each model is with a share of the training ratings: random ones, the smaller share inside the larger. Test
 * part and candidates stay the same: what `split.train` says is seen is never recommended. `seed` is that of the
 * shares and of the intervals.
 * @param options.shares above 0, at most 1; 0.1, 0.2, 0.4, 0.6, 0.8 and 1 by default
 * @returns models in the order given, sizes ascending within each
 * @throws WorkspaceError OPTION_INVALID for a share out of range, TRAINING_ABORTED, and as `evaluate`
 */
export declare function learningCurve(contenders: readonly Contender[], split: Split, options?: CurveOptions & {
    shares?: readonly number[];
}): Promise<CurvePoint[]>;
/**
 * How good each model is for users of whom it has few ratings. Of each measured user only the first `length` training
 * ratings by time are learned from, of all others everything; so the same users are measured at each length, on the
 * same test ratings and candidates (what `split.train` says is seen is never recommended). To leave the models their
 * data, users are measured in `groups` random groups, with a fit for each. `seed` is that of the groups and of the
 * intervals.
 * @param options.lengths whole numbers from 0, or Infinity for the whole history; 0, 1, 2, 5, 10, 20, 50 by default.
 *   Users with fewer training ratings than the largest finite one are not measured.
 * @param options.groups 5 by default
 * @returns models in the order given, lengths ascending within each
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY where no user has a history of that length,
 *   TRAINING_ABORTED, and as `evaluate`
 */
export declare function historyCurve(contenders: readonly Contender[], split: Split, options?: CurveOptions & {
    lengths?: readonly number[];
    groups?: number;
}): Promise<CurvePoint[]>;

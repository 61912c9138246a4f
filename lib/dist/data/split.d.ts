import { type Dataset } from "./dataset";
/**
 * A data set in two disjoint parts, both in the index space of the whole and in its row order. Together they are the
 * whole, save for `rollingSplits`, which leaves out what is later than the test part. `protocol` and `parameters`
 * say how to make the same split again.
 */
export interface Split {
    protocol: string;
    train: Dataset;
    test: Dataset;
    parameters: Record<string, number>;
}
/** A split by name, with its parameters: what a manifest records and `splitBy` carries out. */
export type Protocol = {
    name: "random";
    testShare: number;
    seed: number;
} | {
    name: "stratified";
    testShare: number;
    seed: number;
} | {
    name: "leave-last";
    n: number;
} | {
    name: "last-share";
    testShare: number;
} | {
    name: "time";
    trainShare: number;
};
/** @throws WorkspaceError SPLIT_INVALID as the named split does */
export declare function splitBy(dataset: Dataset, protocol: Protocol): Split;
/**
 * Holds out a random share of all ratings.
 * @param options.testShare share of ratings to hold out, between 0 and 1; their number is rounded
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export declare function splitRandom(dataset: Dataset, options: {
    testShare: number;
    seed: number;
}): Split;
/**
 * Holds out the same random share of each user's ratings; the number is rounded per user, and a user keeps at least
 * one rating in train. (`recommenders`' `python_stratified_split`.)
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export declare function splitStratified(dataset: Dataset, options: {
    testShare: number;
    seed: number;
}): Split;
/**
 * Holds out each user's last `n` ratings by time, ties by row. A user with n ratings or fewer keeps the earliest in
 * train and has the rest held out; a user with one rating has none held out.
 * @throws WorkspaceError SPLIT_INVALID when n is not a whole number above 0, or a part would be empty
 */
export declare function splitLeaveLast(dataset: Dataset, options: {
    n: number;
}): Split;
/**
 * Holds out the last share of each user's ratings by time, ties by row; the number is rounded per user, and the
 * earliest rating always stays in train.
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export declare function splitLastShare(dataset: Dataset, options: {
    testShare: number;
}): Split;
/**
 * Learns from the first share of all ratings by time and tests on what came after, ties by row. Users and items that
 * only appear later are cold in train. `parameters.cutTimestamp` is the time of the first test rating (s, UTC).
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
export declare function splitAtTime(dataset: Dataset, options: {
    trainShare: number;
}): Split;
/**
 * Deals all ratings into `folds` random folds, sizes differing by at most one; split k tests on fold k and trains on the others.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
export declare function kFold(dataset: Dataset, options: {
    folds: number;
    seed: number;
}): Split[];
/**
 * Deals each user's ratings into `folds` random folds, so that every fold tests every user with as many ratings as any
 * other, give or take one; split k tests on fold k and trains on the others. The fold that a user's extra ratings
 * begin with goes round, so that sizes differ by at most one over all, too. A user with one rating is cold in the
 * split that tests it.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
export declare function kFoldStratified(dataset: Dataset, options: {
    folds: number;
    seed: number;
}): Split[];
/** Cuts of a backtest: either equal numbers of ratings behind a first share, or given moments (s since 1970, UTC). */
export type RollingOptions = {
    trainShare: number;
    windows: number;
} | {
    moments: readonly number[];
};
/**
 * Rolling backtest: split k trains on all ratings before moment k and tests on those from it until before moment
 * k + 1, as a model retrained at each moment would have met them. Ratings of one time stay together.
 *
 * With `moments`, ascending, the last of them ends the last window. With `trainShare`, the first moment is that of the
 * first rating behind this share by time, and what follows is cut into `windows` windows of about equal numbers of
 * ratings. `parameters` tell `fromTimestamp` and `untilTimestamp` (Infinity: to the end) of the window.
 * Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy" (rolling origin).
 * @throws WorkspaceError SPLIT_INVALID when the moments do not ascend, or a window or the part before it is empty
 */
export declare function rollingSplits(dataset: Dataset, options: RollingOptions): Split[];
/** What the training part of a split knows nothing of. */
export interface ColdCounts {
    /** Users with a test rating, and those of them without a training rating. */
    users: number;
    coldUsers: number;
    /** Items with a test rating, and those of them without a training rating. */
    items: number;
    coldItems: number;
    /** Test ratings, and those of them whose user, item or both are cold. */
    ratings: number;
    coldRatings: number;
}
/** Counts cold users and items of a split; `ratingMetrics` and `rankingMetrics` score them apart. */
export declare function coldCounts({ train, test }: Pick<Split, "train" | "test">): ColdCounts;

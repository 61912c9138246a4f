/**
 * A figure made of users' own sums, so that users can be drawn again: Σ numerator / Σ denominator, its
 * square root where `root`. A mean over users has denominator 1 for each; an RMSE has squared error over count.
 * All three arrays have one length; `users` are dense indices.
 */
export interface UserStatistic {
    users: Uint32Array;
    numerator: Float64Array;
    denominator: Float64Array;
    root: boolean;
}
/** A measured figure and its confidence interval; `low` and `high` are null where none applies. */
export interface Estimate {
    value: number;
    low: number | null;
    high: number | null;
}
export interface BootstrapOptions {
    /** Draws of the whole set of users; 1000 by default. */
    samples?: number;
    /** Share of the draws inside the interval; 0.95 by default. */
    level?: number;
    seed?: number;
}
/** The difference of two models, first minus second. */
export interface PairedDifference {
    difference: number;
    low: number;
    high: number;
    /** Two-sided; at least 2 / (samples + 1). */
    pValue: number;
    users: number;
}
/** The mean over users of one value each. */
export declare function meanOverUsers(users: Uint32Array, values: Float64Array): UserStatistic;
/**
 * A figure that is no sum over users (coverage, Gini, R²) as a mean over users nevertheless, so that it has an interval
 * and a paired test like any other: user u stands for θ + (n − 1)(mean of θ₍₎ − θ₍u₎), θ₍u₎ being the figure without
 * u. Their mean is θ and their standard error that of the jackknife. Drawing users anew would not do: a draw has only
 * some 63 % of them, and so covers less than they do.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 11 (jackknife values, eq. 11.5).
 * @param value θ
 * @param without θ₍u₎ at the position of each of `users`
 */
export declare function jackknifeOverUsers(users: Uint32Array, value: number, without: Float64Array): UserStatistic;
/**
 * One figure over several measurements, as the folds of a cross-validation are: sums of each user over all of them,
 * so that a user drawn is drawn with all that was measured of them. A user may be absent from some.
 * @throws WorkspaceError METRIC_EMPTY without a measurement, OPTION_INVALID when they are of different kinds
 */
export declare function pooled(statistics: readonly UserStatistic[]): UserStatistic;
/**
 * Percentile interval: users are drawn with replacement, the figure is taken of each draw, and the middle
 * `level` of these is the interval. Users, not ratings, are drawn, because a user's ratings are not independent.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 13.
 * @throws WorkspaceError METRIC_EMPTY without a user, OPTION_INVALID
 */
export declare function bootstrap(statistic: UserStatistic, options?: BootstrapOptions): Estimate;
/**
 * Whether two models differ on the same users: each draw takes the figure of both. Twice the share of draws on
 * the rarer side of 0 is the p-value, with one draw added so that it is never 0.
 * Source: Sakai 2006, "Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR (paired test);
 * Davison and Hinkley 1997, eq. 4.11 (the added draw).
 * @throws WorkspaceError METRIC_EMPTY without a user, OPTION_INVALID when the users differ
 */
export declare function pairedBootstrap(first: UserStatistic, second: UserStatistic, options?: BootstrapOptions): PairedDifference;

/** How far one distribution has moved from another, over the same bins. */
export interface DriftReport {
    bins: number[];
    /** Observations of each bin. */
    expected: number[];
    actual: number[];
    populationStabilityIndex: number;
    /** In bits, 0 … 1. */
    jensenShannon: number;
    /** By the usual reading of PSI: below 0.1 stable, below 0.25 moderate, large from there on. */
    verdict: "stable" | "moderate" | "large";
}
/**
 * PSI = Σ (a_k − e_k)·ln(a_k / e_k), where e and a are the shares of bin k among expected and actual
 * observations: the symmetric Kullback–Leibler divergence (Jeffreys 1946) as used in credit scoring
 * (Siddiqi, Credit Risk Scorecards, 2006). Rule of thumb: below 0.1 stable, above 0.25 moved.
 *
 * A bin empty on one side would make it infinite, so `smoothing` observations are added to every bin of both.
 * @param expected counts by bin
 * @param actual counts by bin, in the same order
 * @param smoothing 0.5 by default; 0 gives the formula as written
 * @throws WorkspaceError METRIC_EMPTY when a side has no observation, or a bin is empty on one side only and not
 *   smoothed; METRIC_INVALID for bins that differ in number or a count that is negative or not finite
 */
export declare function populationStabilityIndex(expected: ArrayLike<number>, actual: ArrayLike<number>, smoothing?: number): number;
/**
 * Jensen–Shannon divergence in bits: JS = ½·KL(p ‖ m) + ½·KL(q ‖ m) with m = (p + q) / 2 and log₂
 * (Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 1991). 0 for equal
 * distributions, 1 for disjoint ones; empty bins need no smoothing.
 * @param p counts by bin
 * @param q counts by bin, in the same order
 * @throws WorkspaceError METRIC_EMPTY when a side has no observation, METRIC_INVALID as above
 */
export declare function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number;
/**
 * Drift of a numeric value with few levels, such as stars: both sides counted at every level of either.
 * @param expected values, e.g. the training ratings
 * @param actual values, e.g. fresh feedback
 * @throws WorkspaceError METRIC_EMPTY when a side has no value
 */
export declare function driftOf(expected: ArrayLike<number>, actual: ArrayLike<number>): DriftReport;

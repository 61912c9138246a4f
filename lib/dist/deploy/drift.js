"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.populationStabilityIndex = populationStabilityIndex;
exports.jensenShannonDivergence = jensenShannonDivergence;
exports.driftOf = driftOf;
const data_1 = require("../data");
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
function populationStabilityIndex(expected, actual, smoothing = 0.5) {
    const e = shares(expected, actual.length, smoothing);
    const a = shares(actual, expected.length, smoothing);
    return e.reduce((sum, share, bin) => {
        if (share === 0 && a[bin] === 0)
            return sum;
        if (share === 0 || a[bin] === 0)
            throw new data_1.WorkspaceError("METRIC_EMPTY", `bin ${bin} is empty on one side: PSI would be infinite`, {
                mend: "Smooth the counts, or merge bins.",
            });
        return sum + (a[bin] - share) * Math.log(a[bin] / share);
    }, 0);
}
/**
 * Jensen–Shannon divergence in bits: JS = ½·KL(p ‖ m) + ½·KL(q ‖ m) with m = (p + q) / 2 and log₂
 * (Lin, Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 1991). 0 for equal
 * distributions, 1 for disjoint ones; empty bins need no smoothing.
 * @param p counts by bin
 * @param q counts by bin, in the same order
 * @throws WorkspaceError METRIC_EMPTY when a side has no observation, METRIC_INVALID as above
 */
function jensenShannonDivergence(p, q) {
    const left = shares(p, q.length, 0);
    const right = shares(q, p.length, 0);
    const middle = left.map((share, bin) => (share + right[bin]) / 2);
    const divergence = (from) => from.reduce((sum, share, bin) => (share === 0 ? sum : sum + share * Math.log2(share / middle[bin])), 0);
    // Rounding can leave equal distributions a hair below zero.
    return Math.max(0, (divergence(left) + divergence(right)) / 2);
}
/**
 * Drift of a numeric value with few levels, such as stars: both sides counted at every level of either.
 * @param expected values, e.g. the training ratings
 * @param actual values, e.g. fresh feedback
 * @throws WorkspaceError METRIC_EMPTY when a side has no value
 */
function driftOf(expected, actual) {
    const before = countByValue(expected);
    const after = countByValue(actual);
    const bins = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
    const expectedCounts = bins.map((value) => before.get(value) ?? 0);
    const actualCounts = bins.map((value) => after.get(value) ?? 0);
    const psi = populationStabilityIndex(expectedCounts, actualCounts);
    return {
        bins,
        expected: expectedCounts,
        actual: actualCounts,
        populationStabilityIndex: psi,
        jensenShannon: jensenShannonDivergence(expectedCounts, actualCounts),
        verdict: psi < 0.1 ? "stable" : psi < 0.25 ? "moderate" : "large",
    };
}
function countByValue(values) {
    const counts = new Map();
    for (let k = 0; k < values.length; k++)
        counts.set(values[k], (counts.get(values[k]) ?? 0) + 1);
    return counts;
}
function shares(counts, otherLength, smoothing) {
    const list = Array.from(counts);
    if (list.length !== otherLength)
        throw new data_1.WorkspaceError("METRIC_INVALID", `${list.length} bins on one side, ${otherLength} on the other`);
    const wrong = list.findIndex((count) => !(Number.isFinite(count) && count >= 0));
    if (wrong >= 0)
        throw new data_1.WorkspaceError("METRIC_INVALID", `bin ${wrong} has ${list[wrong]} observations`);
    const observations = list.reduce((sum, count) => sum + count, 0);
    if (observations === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", "a distribution of no observations");
    return list.map((count) => (count + smoothing) / (observations + smoothing * list.length));
}
//# sourceMappingURL=drift.js.map
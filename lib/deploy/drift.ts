import { WorkspaceError } from "../data";

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
export function populationStabilityIndex(
  expected: ArrayLike<number>,
  actual: ArrayLike<number>,
  smoothing = 0.5,
): number {
  const e = shares(expected, actual.length, smoothing);
  const a = shares(actual, expected.length, smoothing);
  return e.reduce((sum, share, bin) => {
    if (share === 0 && a[bin] === 0) return sum;
    if (share === 0 || a[bin] === 0)
      throw new WorkspaceError("METRIC_EMPTY", `bin ${bin} is empty on one side: PSI would be infinite`, {
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
export function jensenShannonDivergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  const left = shares(p, q.length, 0);
  const right = shares(q, p.length, 0);
  const middle = left.map((share, bin) => (share + right[bin]) / 2);
  const divergence = (from: number[]): number =>
    from.reduce((sum, share, bin) => (share === 0 ? sum : sum + share * Math.log2(share / middle[bin])), 0);
  // Rounding can leave equal distributions a hair below zero.
  return Math.max(0, (divergence(left) + divergence(right)) / 2);
}

/**
 * Drift of a numeric value with few levels, such as stars: both sides counted at every level of either.
 * @param expected values, e.g. the training ratings
 * @param actual values, e.g. fresh feedback
 * @throws WorkspaceError METRIC_EMPTY when a side has no value
 */
export function driftOf(expected: ArrayLike<number>, actual: ArrayLike<number>): DriftReport {
  const before = countByValue(expected);
  const after = countByValue(actual);
  const bins = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  const counts = (of: ReadonlyMap<number, number>): number[] => bins.map((value) => of.get(value) ?? 0);
  return { bins, ...driftOfCounts(counts(before), counts(after)) };
}

/**
 * Drift between counts over the same bins, whatever the bins are.
 * @throws WorkspaceError METRIC_EMPTY when a side has no observation, METRIC_INVALID for bins that differ in number
 */
export function driftOfCounts(expected: number[], actual: number[]): Omit<DriftReport, "bins"> {
  const psi = populationStabilityIndex(expected, actual);
  return {
    expected,
    actual,
    populationStabilityIndex: psi,
    jensenShannon: jensenShannonDivergence(expected, actual),
    verdict: psi < 0.1 ? "stable" : psi < 0.25 ? "moderate" : "large",
  };
}

function countByValue(values: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (let k = 0; k < values.length; k++) counts.set(values[k], (counts.get(values[k]) ?? 0) + 1);
  return counts;
}

function shares(counts: ArrayLike<number>, otherLength: number, smoothing: number): number[] {
  const list = Array.from(counts);
  if (list.length !== otherLength)
    throw new WorkspaceError(
      "METRIC_INVALID",
      `${list.length} bins on one side, ${otherLength} on the other`,
    );
  const wrong = list.findIndex((count) => !(Number.isFinite(count) && count >= 0));
  if (wrong >= 0) throw new WorkspaceError("METRIC_INVALID", `bin ${wrong} has ${list[wrong]} observations`);
  const observations = list.reduce((sum, count) => sum + count, 0);
  if (observations === 0) throw new WorkspaceError("METRIC_EMPTY", "a distribution of no observations");
  return list.map((count) => (count + smoothing) / (observations + smoothing * list.length));
}

import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { driftOf, jensenShannonDivergence, populationStabilityIndex } from "@movielens/lib/deploy";
import { errorOf } from "../data/support";

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

/** Two lists of counts over the same bins, neither empty. */
const histograms = fc.integer({ min: 1, max: 12 }).chain((bins) => {
  const counts = fc
    .array(fc.nat({ max: 1000 }), { minLength: bins, maxLength: bins })
    .filter((list) => list.some((count) => count > 0));
  return fc.tuple(counts, counts);
});

test("PSI of shares ½, ½ against ¼, ¾ is ¼·ln 3", () => {
  // (¼ − ½)·ln(½) + (¾ − ½)·ln(3/2) = ¼·(ln 2 + ln 3/2) = ¼·ln 3
  near(populationStabilityIndex([50, 50], [25, 75], 0), Math.log(3) / 4);
});

test("smoothing adds the same to every bin of both sides", () => {
  // Shares after adding ½: expected 1½ / 4 and 2½ / 4, actual ½ / 2 and 1½ / 2.
  const expected = (0.25 - 0.375) * Math.log(0.25 / 0.375) + (0.75 - 0.625) * Math.log(0.75 / 0.625);
  near(populationStabilityIndex([1, 2], [0, 1]), expected);
});

test("without smoothing, a bin empty on one side is an error and one empty on both is left out", async () => {
  await errorOf("METRIC_EMPTY", () => populationStabilityIndex([1, 2], [0, 1], 0));
  near(populationStabilityIndex([50, 0, 50], [25, 0, 75], 0), Math.log(3) / 4);
});

test("Jensen–Shannon is 1 bit for disjoint distributions, and 0.311278 for ½, ½ against 1, 0", () => {
  assert.is(jensenShannonDivergence([3, 0], [0, 8]), 1);
  // m = ¾, ¼: ½·(½·log₂(2/3) + ½·log₂ 2) + ½·log₂(4/3) = ¾·log₂(4/3) = 2·¾ − ¾·log₂ 3
  near(jensenShannonDivergence([50, 50], [100, 0]), 1.5 - 0.75 * Math.log2(3));
});

test("both are 0 for a distribution and itself at another size, symmetric, and never negative", () => {
  fc.assert(
    fc.property(histograms, fc.integer({ min: 2, max: 9 }), ([p, q], times) => {
      const more = p.map((count) => count * times);
      assert.ok(jensenShannonDivergence(p, more) < 1e-12);
      const present = p.filter((count) => count > 0);
      assert.ok(
        Math.abs(
          populationStabilityIndex(
            present,
            present.map((count) => count * times),
            0,
          ),
        ) < 1e-12,
      );
      near(jensenShannonDivergence(p, q), jensenShannonDivergence(q, p));
      near(populationStabilityIndex(p, q), populationStabilityIndex(q, p));
      assert.ok(populationStabilityIndex(p, q) >= 0);
      const js = jensenShannonDivergence(p, q);
      assert.ok(js >= 0 && js <= 1 + 1e-12);
    }),
  );
});

test("drift of values counts every level that either side has, in order", () => {
  const report = driftOf([5, 5, 4, 3], Float32Array.of(4, 0.5));
  assert.equal(report.bins, [0.5, 3, 4, 5]);
  assert.equal(report.expected, [0, 1, 1, 2]);
  assert.equal(report.actual, [1, 0, 1, 0]);
  near(report.populationStabilityIndex, populationStabilityIndex([0, 1, 1, 2], [1, 0, 1, 0]));
  near(report.jensenShannon, jensenShannonDivergence([0, 1, 1, 2], [1, 0, 1, 0]));
});

test("the verdict follows the usual thresholds of PSI", () => {
  const stars = (low: number, high: number): number[] =>
    [...Array(low).fill(1), ...Array(high).fill(5)] as number[];
  const half = stars(5000, 5000);
  // PSI of ½, ½ against s, 1 − s is (½ − s)·ln((1 − s) / s): 0.0405, 0.1695 and 0.5493 here.
  assert.is(driftOf(half, stars(4000, 6000)).verdict, "stable");
  assert.is(driftOf(half, stars(3000, 7000)).verdict, "moderate");
  assert.is(driftOf(half, stars(1250, 8750)).verdict, "large");
});

test("nothing to measure, and counts that are none, are refused", async () => {
  await errorOf("METRIC_EMPTY", () => driftOf([], [1]));
  await errorOf("METRIC_EMPTY", () => jensenShannonDivergence([0, 0], [1, 0]));
  await errorOf("METRIC_INVALID", () => populationStabilityIndex([1, 2], [1, 2, 3]));
  await errorOf("METRIC_INVALID", () => populationStabilityIndex([1, -2], [1, 2]));
});

test.run();

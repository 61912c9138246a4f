import type { QueryName } from "@movielens/lib/bi";
import * as assert from "uvu/assert";

/** Parameters other than the defaults, such that they change the answer. */
export const OTHER_PARAMETERS: Partial<Record<QueryName, Record<string, number>>> = {
  "decade-genre-heatmap": { minRatings: 1 },
  "genre-cooccurrence": { minMovies: 1 },
  "top-movies": { minRatings: 1, priorWeight: 2.5, limit: 1000 },
  "divisive-movies": { minRatings: 2, limit: 7 },
  "long-tail": { points: 13 },
  "catalogue-health": { enoughRatings: 3 },
  "user-sessions": { gapMinutes: 1440 },
  retention: { maxMonths: 40 },
  "retention-cohorts": { maxMonths: 3 },
  "tags-most-used": { limit: 3 },
  "tags-and-ratings": { minRatings: 1, minUsers: 1 },
};

/** Equal, with numbers to 1e-9 of their size: sums may be added in another order. */
export function same(actual: unknown, expected: unknown, at: string): void {
  if (typeof expected === "number" && typeof actual === "number") {
    if (!(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected))))
      assert.unreachable(`${at} is ${actual}, expected ${expected}`);
  } else if (typeof expected === "object" && expected !== null) {
    assert.equal(Object.keys(actual as object), Object.keys(expected), `${at}: rows or columns`);
    for (const [key, value] of Object.entries(expected))
      same((actual as Record<string, unknown>)[key], value, `${at}[${key}]`);
  } else assert.is(actual, expected, at);
}

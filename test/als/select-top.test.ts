import { seenBy, selectTop, topUnseen } from "@movielens/lib/als";
import { ratingsByUser, WorkspaceError } from "@movielens/lib/data";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf } from "../synthetic";

// Few distinct values, so that ties are common.
const someScores = fc.array(fc.constantFrom(-Infinity, -1.5, 0, 0.25, 2, 3, Infinity), { maxLength: 60 });

const bySorting = (scores: number[], n: number, accept: (item: number) => boolean) =>
  scores
    .map((score, item) => ({ item, score }))
    .filter(({ item, score }) => score !== -Infinity && accept(item))
    .sort((a, b) => (a.score === b.score ? a.item - b.item : a.score > b.score ? -1 : 1))
    .slice(0, n);

test("the chosen are those that sorting everything would choose, in the same order", () => {
  fc.assert(
    fc.property(someScores, fc.nat(70), fc.integer({ min: 1, max: 4 }), (scores, n, every) => {
      const accept = (item: number): boolean => item % every === 0;
      assert.equal(selectTop(Float64Array.from(scores), n, accept), bySorting(scores, n, accept));
      assert.equal(
        selectTop(Float64Array.from(scores), n),
        bySorting(scores, n, () => true),
      );
    }),
    { numRuns: 500 },
  );
});

test("a score that is not a number is an error that names the item, not a place in the list", () => {
  assert.throws(
    () => selectTop(Float64Array.of(1, NaN, 2), 1),
    (error: unknown) =>
      error instanceof WorkspaceError &&
      error.code === "PREDICTION_INVALID" &&
      error.message.includes("item 1"),
  );
});

test("n must be a whole number of at least 0", () => {
  for (const n of [-1, 0.5, NaN, Infinity])
    assert.throws(
      () => selectTop(Float64Array.of(1, 2), n),
      (error: unknown) => error instanceof WorkspaceError && error.code === "OPTION_INVALID",
    );
});

test("what a user has rated is left out of the best unseen items, in addition to what the filter refuses", () => {
  const byUser = ratingsByUser(datasetOf([[null, 4, null, 1, null]].concat([[3, 3, 3, 3, 3]])));
  assert.equal(seenBy(byUser, 0), Uint32Array.of(1, 3));
  const scores = Float64Array.of(1, 9, 3, 8, 2);
  const chosen = (n: number, accept?: (item: number) => boolean) =>
    topUnseen(scores, n, seenBy(byUser, 0), accept).map(({ item }) => item);
  assert.equal(chosen(2), [2, 4]);
  assert.equal(chosen(5), [2, 4, 0]);
  assert.equal(
    chosen(5, (item) => item !== 4),
    [2, 0],
  );
});

test.run();

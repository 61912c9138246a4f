import { type RatingsByRow } from "../data";
import type { ScoredItem } from "./types";
/**
 * The n highest scores, best first, ties by ascending index, through a heap of at most n items:
 * O(items · log n) at worst. −Infinity is never chosen.
 *
 * @param scores one per item (dense index)
 * @param accept only items for which this is true are chosen
 * @returns fewer than n only where fewer remain
 * @throws WorkspaceError OPTION_INVALID when n is not a whole number of at least 0, PREDICTION_INVALID when a score is NaN
 */
export declare function selectTop(scores: Float64Array, n: number, accept?: (item: number) => boolean): ScoredItem[];
/**
 * The best n items that a user has not rated: the one place where seen items are removed.
 *
 * @param scores one per item (dense index); −Infinity is never chosen
 * @param seen dense item indices, ascending
 * @param accept further items to leave out: only those for which it is true remain
 * @returns best first, ties by ascending index; fewer than n only where fewer remain
 * @throws WorkspaceError as selectTop
 */
export declare function topUnseen(scores: Float64Array, n: number, seen: Uint32Array, accept?: (item: number) => boolean): ScoredItem[];
/** Dense item indices that a user has rated, ascending: a view into `byUser`, not a copy. */
export declare function seenBy(byUser: RatingsByRow, user: number): Uint32Array;

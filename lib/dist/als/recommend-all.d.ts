import type { AlsModelParts, RecommendAllOptions, RecommendedLists, ScoredItem } from "./types";
/** In the place of an item past a list's end. */
export declare const NO_ITEM = 4294967295;
/**
 * The lists of `AlsModel.recommend` for many users. A kernel finds a few more than n by scores in float32; these are scored
 * again in float64 and ordered. Where a bound on float32's rounding cannot rule out that another item belongs among the n,
 * `exact` makes the user's list: so every list is what `exact` gives.
 *
 * @param known 1 for items that may be recommended at all, [items]
 * @param score as the lists are to be ordered
 * @throws WorkspaceError OPTION_INVALID when n is not a whole number, INDEX_UNKNOWN for a user outside the model,
 *   TRAINING_ABORTED after `signal`, THREAD_FAILED, and what `exact` throws
 */
export declare function recommendAll(parts: AlsModelParts, known: Uint8Array, n: number, options: RecommendAllOptions, score: (user: number, item: number) => number, exact: (user: number, seen: Uint32Array) => ScoredItem[]): Promise<RecommendedLists>;

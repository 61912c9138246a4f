import { selectTop, type ScoredItem } from "../als";
import { WorkspaceError, type RatingsByRow } from "../data";

/**
 * The best n items that a user has not rated: the one place where seen items are removed, for baselines,
 * for the server's popular list and for every ranking that is evaluated.
 *
 * @param scores one per item (dense index); −Infinity is never chosen
 * @param seen dense item indices, ascending
 * @param accept further items to leave out: only those for which it is true remain
 * @returns best first, ties by ascending index; fewer than n only where fewer remain
 * @throws WorkspaceError OPTION_INVALID when n is not a whole number of at least 0
 */
export function topUnseen(
  scores: Float64Array,
  n: number,
  seen: Uint32Array,
  accept?: (item: number) => boolean,
): ScoredItem[] {
  if (!Number.isInteger(n) || n < 0)
    throw new WorkspaceError("OPTION_INVALID", `n is ${n}, not a whole number of items`);
  return selectTop(scores, n, (item) => !isIn(seen, item) && (accept === undefined || accept(item)));
}

/** Dense item indices that a user has rated, ascending: a view into `byUser`, not a copy. */
export function seenBy(byUser: RatingsByRow, user: number): Uint32Array {
  return byUser.columns.subarray(byUser.rowStart[user], byUser.rowStart[user + 1]);
}

function isIn(ascending: Uint32Array, value: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low < ascending.length && ascending[low] === value;
}

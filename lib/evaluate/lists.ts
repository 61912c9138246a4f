import { seenBy, topUnseen } from "../als";
import { WorkspaceError, type RatingsByRow } from "../data";
import type { Recommender } from "../recommend";

/** The best k unseen items of some users; `lists[at]` is that of `users[at]`, best first, dense item indices. */
export interface TopLists {
  k: number;
  users: Uint32Array;
  lists: Uint32Array[];
  /** Ratings by user of what was left out as seen; where absent, the training ratings of whoever measures. */
  seen?: RatingsByRow;
}

/**
 * Ranks every item that a user has no rating of in `seen`, and keeps the best k. What is seen is told by
 * `seen`, mostly the training ratings, not by the model, so a model that was shown the test data gains no smaller list by it.
 * A list is shorter than k only where fewer items remain.
 * @param seen ratings by user
 * @throws WorkspaceError OPTION_INVALID for a k that is not a whole number of at least 1
 */
export function topLists(model: Recommender, seen: RatingsByRow, users: Uint32Array, k: number): TopLists {
  if (!Number.isInteger(k) || k < 1)
    throw new WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
  const scores = new Float64Array(model.items);
  const lists = Array.from(users, (user) => {
    model.scoreItems(user, scores);
    return Uint32Array.from(topUnseen(scores, k, seenBy(seen, user)), ({ item }) => item);
  });
  return { k, users, lists, seen };
}

import { seenBy, topUnseen } from "../als";
import { WorkspaceError, type RatingsByRow } from "../data";
import type { Recommender } from "../recommend";

/** The best k unseen items of some users; `lists[at]` is that of `users[at]`, best first, dense item indices. */
export interface TopLists {
  k: number;
  users: Uint32Array;
  lists: Uint32Array[];
}

/**
 * Ranks every item that a user has no training rating of, and keeps the best k. What is seen is told by
 * `train`, not by the model, so a model that was shown the test data gains no smaller list by it.
 * A list is shorter than k only where fewer items remain.
 * @param train the training ratings by user
 * @throws WorkspaceError OPTION_INVALID for a k that is not a whole number of at least 1
 */
export function topLists(model: Recommender, train: RatingsByRow, users: Uint32Array, k: number): TopLists {
  checkLength(k);
  const scores = new Float64Array(model.items);
  const lists = Array.from(users, (user) => {
    model.scoreItems(user, scores);
    return Uint32Array.from(topUnseen(scores, k, seenBy(train, user)), ({ item }) => item);
  });
  return { k, users, lists };
}

/** The same lists as `topLists`, in threads where the model can make many at a time. Throws TRAINING_ABORTED after `signal`. */
export async function topListsInThreads(
  model: Recommender,
  train: RatingsByRow,
  users: Uint32Array,
  k: number,
  signal?: AbortSignal,
): Promise<TopLists> {
  checkLength(k);
  if (!model.recommendAll) return topLists(model, train, users, k);
  const { items, lengths } = await model.recommendAll(k, { users, seen: train, signal });
  const lists = Array.from(lengths, (length, at) => items.slice(at * k, at * k + length));
  return { k, users, lists };
}

function checkLength(k: number): void {
  if (!Number.isInteger(k) || k < 1)
    throw new WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
}

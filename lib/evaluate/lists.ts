import { setImmediate } from "node:timers/promises";
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
  checkLength(k);
  const scores = new Float64Array(model.items);
  const lists = Array.from(users, (user) => {
    model.scoreItems(user, scores);
    return Uint32Array.from(topUnseen(scores, k, seenBy(seen, user)), ({ item }) => item);
  });
  return { k, users, lists, seen };
}

/** While the lists of many users are made: what stops it, and what is told of it. */
export interface ListHooks {
  signal?: AbortSignal;
  onProgress?: (progress: { done: number; users: number }) => void;
}

/** Users whose lists are made one by one between two looks at the signal: a fraction of a second. */
const TURN = 200;

/**
 * The same lists as `topLists`, in threads where the model can make many at a time; where it cannot, other work and
 * signals get their turn meanwhile.
 * @throws WorkspaceError also TRAINING_ABORTED after `signal`
 */
export async function topListsInThreads(
  model: Recommender,
  seen: RatingsByRow,
  users: Uint32Array,
  k: number,
  { signal, onProgress }: ListHooks = {},
): Promise<TopLists> {
  checkLength(k);
  if (model.recommendAll) {
    const { items, lengths } = await model.recommendAll(k, { users, seen, signal, onProgress });
    const lists = Array.from(lengths, (length, at) => items.slice(at * k, at * k + length));
    return { k, users, lists, seen };
  }
  const lists: Uint32Array[] = [];
  while (lists.length < users.length) {
    lists.push(...topLists(model, seen, users.subarray(lists.length, lists.length + TURN), k).lists);
    onProgress?.({ done: lists.length, users: users.length });
    await setImmediate();
    if (signal?.aborted)
      throw new WorkspaceError("TRAINING_ABORTED", "measuring was stopped by its signal", {
        cause: signal.reason,
      });
  }
  return { k, users, lists, seen };
}

function checkLength(k: number): void {
  if (!Number.isInteger(k) || k < 1)
    throw new WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
}

import { type RatingsByRow } from "../data";
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
export declare function topLists(model: Recommender, seen: RatingsByRow, users: Uint32Array, k: number): TopLists;
/** While the lists of many users are made: what stops it, and what is told of it. */
export interface ListHooks {
    signal?: AbortSignal;
    onProgress?: (progress: {
        done: number;
        users: number;
    }) => void;
}
/**
 * The same lists as `topLists`, in threads where the model can make many at a time; where it cannot, other work and
 * signals get their turn meanwhile.
 * @throws WorkspaceError also TRAINING_ABORTED after `signal`
 */
export declare function topListsInThreads(model: Recommender, seen: RatingsByRow, users: Uint32Array, k: number, { signal, onProgress }?: ListHooks): Promise<TopLists>;

import type { AlsModelParts, Explanation, FoldedUser, ItemRating, RecommendAllOptions, RecommendedLists, RecommendOptions, ScoredItem } from "./types";
/**
 * A trained factorisation. Users and items are dense indices of the training data throughout.
 *
 * A cold user or item (no training rating) has zero factors and zero bias: explicit predictions fall back to the
 * mean and whatever bias is known, implicit ones to 0. Cold items are never recommended.
 */
export declare class AlsModel {
    readonly parts: AlsModelParts;
    readonly name: string;
    readonly users: number;
    readonly items: number;
    readonly rank: number;
    /** For each seed, a row solver with the items fixed; their Gramians are worth keeping between visitors. */
    private itemsFixed;
    /** 1 for items with a training rating. */
    private readonly known;
    /**
     * @param parts kept, not copied
     * @throws WorkspaceError DATA_INVALID when the lengths of the parts do not fit together
     */
    constructor(parts: AlsModelParts);
    /**
     * Explicit feedback: expected stars, μ + b_user + b_item + p·q clipped to the scale. Implicit feedback:
     * preference p·q, about 0 … 1. Always finite.
     * @throws WorkspaceError INDEX_UNKNOWN outside the index space
     */
    predict(user: number, item: number): number;
    /**
     * Writes the ranking score of every item into `scores` (length: items): the prediction, not clipped; −Infinity for cold items.
     * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID for another length of `scores`
     */
    scoreItems(user: number, scores: Float64Array): void;
    /**
     * The best n items, best first, ties by ascending index; exactly n where n remain after the filters.
     * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID when n is not a whole number
     */
    recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[];
    /**
     * `recommend` for all users, or for those given, in threads: the same lists, some hundred times as fast.
     * @throws WorkspaceError OPTION_INVALID when n is not a whole number, INDEX_UNKNOWN for a user outside the model,
     *   TRAINING_ABORTED after `options.signal`, PREDICTION_INVALID when a score is NaN, MEMORY_EXCEEDED, THREAD_FAILED
     */
    recommendAll(n: number, options?: RecommendAllOptions): Promise<RecommendedLists>;
    /**
     * A user made from ratings alone: the same row solve as in training, with the final items fixed, co-factors, bound and
     * every seed's own model included. No rating at all makes a user of zeros.
     * @param ratings in any order
     * @throws WorkspaceError INDEX_UNKNOWN for an item outside the model, DATA_INVALID for an item rated twice or a
     *   rating that training would refuse
     */
    foldIn(ratings: readonly ItemRating[]): FoldedUser;
    /**
     * How a user's score for an item comes from the films that the user rated: baseline + Σ shares = score, exactly, by the
     * row solve of the user's training ratings with the final items fixed. Where training ended with an exact solve, that is
     * the score of `scoreItems`. With co-factors a share is what the stars and what having rated the film at all give
     * together; with non-negative factors it is what the rating gives while the same factors stay above 0.
     * @throws WorkspaceError INDEX_UNKNOWN outside the index space
     */
    explain(user: number, item: number): Explanation;
    /** `explain` for a visitor: how the score of `foldIn(ratings)` comes from these ratings. Throws what `foldIn` throws. */
    explainFolded(ratings: readonly ItemRating[], item: number): Explanation;
    private explained;
    private rowSolvers;
    /** A visitor's ratings as the one row of a matrix, all of them checked. */
    private visitorRow;
    /** `recommend` for a folded-in user; what was folded in is what is seen. */
    recommendFolded(folded: FoldedUser, n: number, options?: RecommendOptions): ScoredItem[];
    /** `scoreItems` for a folded-in user. */
    scoreItemsFolded(folded: FoldedUser, scores: Float64Array): void;
    /** The prediction, not clipped; the same bits as `writeScores`. */
    private score;
    private best;
    private writeScores;
    private checkIndex;
}
/** Why a rating cannot be learned from; null where it can. */
export declare function refusedRating(rating: number, feedback: AlsModelParts["options"]["feedback"]): string | null;

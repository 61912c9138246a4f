import { type ItemRating, type RecommendOptions, type ScoredItem } from "../als";
import { type Dataset, type RatingsByRow } from "../data";
import type { Recommender } from "./recommender";
import { ScoringModel } from "./scoring-model";
/** How ratings become a preference: what a model of preferences learns from, and scores a person by. */
export interface PreferenceOptions {
    /** A rating of at least so many stars is a like; 4 by default. 0 takes every rating for one. */
    likedFrom?: number;
    /**
     * Late likes tell more of what comes next: a person is scored by likes of weight
     * floor + (1 − floor) · 2^(−later / halfLife), `later` being the number of ratings that the person gave after that one.
     * What is learned of the items does not depend on it. Off by default.
     */
    recency?: {
        halfLife: number;
        floor: number;
    };
}
/** One person's likes: dense item indices, ascending, and a weight for each. */
export interface PreferenceRow {
    items: Uint32Array;
    weights: Float32Array;
}
/** A recommender that takes visitors: people known by nothing but the ratings that they give now. */
export interface VisitorRecommender extends Recommender {
    /**
     * Scores every item for somebody who is not in the training data; cold items get −Infinity.
     * @throws WorkspaceError INDEX_UNKNOWN, DATA_INVALID for an item rated twice, OPTION_INVALID
     */
    scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void;
    /** As `recommend`; what the visitor rated is what is seen. */
    recommendFor(ratings: readonly ItemRating[], n: number, options?: RecommendOptions): ScoredItem[];
}
export declare const takesVisitors: (model: Recommender) => model is VisitorRecommender;
/** What a visitor rated, ascending; nothing where seen items are asked for too. */
export declare function seenByVisitor(ratings: readonly ItemRating[], { excludeSeen }: RecommendOptions): Uint32Array;
/**
 * A model of what is liked at all. `predict` is its score: a preference, not stars. Who likes nothing in the training
 * data is scored by how many users like each item.
 */
export declare abstract class PreferenceModel extends ScoringModel implements VisitorRecommender {
    /** Likes by user, and by item: the 0/1 matrix X. The values by user are what a user is scored by. */
    protected readonly likesByUser: RatingsByRow;
    protected readonly likesByItem: RatingsByRow;
    protected readonly likedFrom: number;
    /** Likes of each item. */
    protected readonly likes: Float64Array;
    private last;
    /** @throws WorkspaceError OPTION_INVALID */
    constructor(name: string, train: Dataset, options: PreferenceOptions);
    /** Writes a finite score for every item. `user` is who must not be compared with themselves; undefined for a visitor. */
    protected abstract writeScoresOf(row: PreferenceRow, scores: Float64Array, user?: number): void;
    predict(user: number, item: number): number;
    protected writeScores(user: number, scores: Float64Array): void;
    scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void;
    recommendFor(ratings: readonly ItemRating[], n: number, options?: RecommendOptions): ScoredItem[];
    private checkVisitor;
}

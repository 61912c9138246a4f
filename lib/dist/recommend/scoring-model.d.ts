import { type RecommendOptions, type ScoredItem } from "../als";
import { type Dataset, type RatingsByRow } from "../data";
import type { Recommender } from "./recommender";
/**
 * What models without factors have in common: they score every item for a user, and the best unseen ones are the
 * recommendation. Users and items are dense indices of the training data.
 */
export declare abstract class ScoringModel implements Recommender {
    readonly name: string;
    readonly users: number;
    readonly items: number;
    /** Training ratings by user. */
    protected readonly ratings: RatingsByRow;
    /** Training ratings of each item; 0 for a cold one. */
    protected readonly counts: Float64Array;
    constructor(name: string, train: Dataset);
    abstract predict(user: number, item: number): number;
    /** Writes a finite score for every item, cold ones included. */
    protected abstract writeScores(user: number, scores: Float64Array): void;
    scoreItems(user: number, scores: Float64Array): void;
    recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[];
    protected checkIndex(side: "user" | "item", index: number): void;
    protected checkScores(scores: Float64Array): void;
    protected silenceCold(scores: Float64Array): void;
}
/** Ratings of each item, by dense index; whole numbers, exact. */
export declare function itemCounts(train: Dataset): Float64Array;

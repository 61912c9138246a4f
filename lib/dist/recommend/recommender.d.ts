import type { RecommendAllOptions, RecommendedLists, RecommendOptions, ScoredItem } from "../als";
/**
 * What every model of this project can do, ALS and baselines alike; the scoreboard, the contract tests and
 * the server know no more than this. Users and items are dense indices of the training data.
 */
export interface Recommender {
    readonly name: string;
    readonly users: number;
    readonly items: number;
    /**
     * Expected stars for models of explicit ratings, a preference score otherwise; always finite, for cold users and items too.
     * @throws WorkspaceError INDEX_UNKNOWN outside the index space
     */
    predict(user: number, item: number): number;
    /** Writes the ranking score of every item into `scores` (length: items). Cold items get −Infinity: never recommended. */
    scoreItems(user: number, scores: Float64Array): void;
    /** The best n items, best first, ties by ascending index; exactly n where n remain after the filters. */
    recommend(user: number, n: number, options?: RecommendOptions): ScoredItem[];
    /** The lists of `recommend` for many users at a time; absent where a model has no faster way than one by one. */
    recommendAll?(n: number, options?: RecommendAllOptions): Promise<RecommendedLists>;
}

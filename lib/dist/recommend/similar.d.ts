import { type AlsModel, type ScoredItem } from "../als";
import { type Dataset } from "../data";
import { type MovieConditions } from "./movie-filter";
import { type ItemVectors } from "./vectors";
export type SimilarityMetric = "cosine" | "euclidean";
/** A neighbour; `score` grows with likeness, `distance` falls with it. `item` is a dense index. */
export interface SimilarItem extends ScoredItem {
    /** Cosine: 1 − cos, 0 … 2. Euclidean: ‖q_i − q_j‖. */
    distance: number;
}
export interface NearestOptions {
    /** Only items for which this is true are returned. `item` is a dense index. */
    accept?: (item: number) => boolean;
}
export interface SimilarOptions extends NearestOptions {
    /** "cosine" by default: the direction of taste, whatever the strength that popularity gives to a film's factors. */
    metric?: SimilarityMetric;
}
export interface Nearest {
    /** Nearest first, ties by ascending index. */
    items: SimilarItem[];
    /** How many items were compared with the one asked for: what the answer cost. */
    scored: number;
}
/**
 * A search for the nearest items: exact, or through an LSH index (`lshIndex`), behind one interface.
 * Score: cos(q_i, q_j) for cosine, 1 / (1 + ‖q_i − q_j‖) for Euclidean. The item itself and items without a vector are
 * left out.
 */
export interface SimilaritySearch {
    readonly vectors: ItemVectors;
    readonly metric: SimilarityMetric;
    /**
     * @throws WorkspaceError INDEX_UNKNOWN for an item outside the vectors, ITEM_COLD for one without a vector and why,
     *   OPTION_INVALID when n is not a whole number
     */
    nearest(item: number, n: number, options?: NearestOptions): Nearest;
}
/** Compares with every item: exact, O(values of the vectors). */
export declare function exactSearch(vectors: ItemVectors, metric?: SimilarityMetric): SimilaritySearch;
/**
 * The n items nearest to `item` in a model's factor space, exactly. To ask more than once, keep
 * `exactSearch(factorVectors(model), metric)`. Throws what `SimilaritySearch.nearest` throws.
 */
export declare function similarItems(model: AlsModel, item: number, n: number, options?: SimilarOptions): SimilarItem[];
/** How one item is compared with others; what the exact search and the LSH index share. */
export declare class Comparison {
    readonly vectors: ItemVectors;
    readonly metric: SimilarityMetric;
    /** ‖q_i‖². */
    private readonly squares;
    /** The item asked for, as a dense vector; zeros in between. */
    private readonly query;
    constructor(vectors: ItemVectors, metric: SimilarityMetric);
    has(item: number): boolean;
    norm(item: number): number;
    /** @throws WorkspaceError as `SimilaritySearch.nearest` */
    checkItem(item: number): void;
    /** The best n among `candidates`, ascending dense indices. */
    best(item: number, candidates: Uint32Array, n: number, { accept }?: NearestOptions): Nearest;
    private score;
    private distance;
    /** Product of the query with an item's vector. */
    private dot;
    private spread;
}
/** Turns conditions into the `accept` of a search, which speaks dense indices of `train`; popularity counts its ratings. */
export declare function similarFilter(train: Dataset, conditions: MovieConditions): (item: number) => boolean;
/** A neighbour as a person reads it. */
export interface SimilarMovie {
    movieId: number;
    title: string;
    /** Training ratings. */
    ratings: number;
    score: number;
    distance: number;
}
/**
 * The films most like one, by MovieLens id, with their titles.
 * @param train whose index space the search speaks
 * @throws WorkspaceError MOVIE_UNKNOWN when the data set does not have the film, ITEM_COLD when nobody has rated it or it has
 *   no vector, and why; OPTION_INVALID
 */
export declare function similarMovies(search: SimilaritySearch, train: Dataset, movieId: number, n: number, conditions?: MovieConditions): SimilarMovie[];

import { type AlsModel, type ScoredItem } from "../als";
import { type Movie, type Tag } from "../data";
export interface EncoderOptions {
    /** A tag counts as a feature from so many films on; 3 by default. */
    leastMovies?: number;
}
/**
 * What is known of a film before anybody has rated it, as numbers: a constant, one flag per genre, the year, its
 * square and whether it is known, and TF-IDF of the tags (tf: how often the film has the tag; idf = ln(films / films with
 * the tag); the tags of a film scaled to length 1). Source of TF-IDF: Manning, Raghavan and Schütze 2008, ch. 6.
 * Names, idf and the scale of the years are learned from `learnFrom` alone.
 */
export declare class ContentEncoder {
    private readonly movies;
    /** One name per feature. */
    readonly names: readonly string[];
    private readonly genreAt;
    private readonly tagAt;
    private readonly idf;
    private readonly tagCounts;
    private readonly meanYear;
    private readonly yearSpread;
    /**
     * @param learnFrom MovieLens ids
     * @throws WorkspaceError MOVIE_UNKNOWN for a film that is not in the table, OPTION_INVALID
     */
    constructor(movies: ReadonlyMap<number, Movie>, tags: readonly Tag[], learnFrom: Iterable<number>, options?: EncoderOptions);
    /** Length: `names`. @throws WorkspaceError MOVIE_UNKNOWN */
    encode(movieId: number): Float64Array;
    private movie;
}
export interface ContentOptions {
    /** λ of the ridge regression, above 0; see `newMovies` of lib/evaluate for how to choose it. */
    lambda: number;
    /** κ: a film with n ratings weighs n / (n + κ), as its factors are known better than those of one with few; 10 by default. */
    halfWeight?: number;
}
/** A film's place in the model made from its content; `factors` has length rank. */
export interface ContentFactors {
    factors: Float64Array;
    bias: number;
}
/**
 * From content to item factors and bias, so that a film can be recommended before its first rating:
 *
 *   W = (XᵀDX + λI)⁻¹ XᵀDQ,  D = diag(n / (n + κ))
 *
 * X [items × features] the encoded films of the training data, Q [items × (rank + 1)] their factors and biases.
 * Source: Gantner et al. 2010, "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations" (ridge form).
 */
export declare class ContentModel {
    private readonly model;
    private readonly encoder;
    /** Row-major [features × (rank + 1)], the bias last. */
    private readonly weights;
    /**
     * @param encoder learned from films with training ratings only
     * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY for a model without a rated item, SOLVE_FAILED
     */
    constructor(model: AlsModel, encoder: ContentEncoder, options: ContentOptions);
    /** @throws WorkspaceError MOVIE_UNKNOWN for a film that is not in the movie table */
    factorsOf(movieId: number): ContentFactors;
    /**
     * The score of films for a known user, on the scale of `AlsModel.scoreItems`, none of their ratings being used.
     * @param user dense index
     * @param movieIds MovieLens ids
     */
    scores(user: number, places: readonly ContentFactors[]): Float64Array;
    /**
     * The best n of films without ratings for a known user, best first.
     * @param user dense index
     * @param movieIds MovieLens ids; `item` of the answer is a position in it
     */
    recommend(user: number, movieIds: readonly number[], n: number): ScoredItem[];
}

import { type AlsModel, type AlsModelParts, type Explanation, type ItemRating } from "../als";
import { type RatingsByRow } from "../data";
/**
 * One way to rank items for somebody new: writes the score of every item into `scores` (length: items), from the visitor's
 * ratings alone. Dense item indices. Items without a training rating get −Infinity. What is seen is not removed here.
 */
export type VisitorScorer = (ratings: readonly ItemRating[], scores: Float64Array) => void;
/** What a scorer that looks at nobody's factors learns from: the training ratings, and the stars that they may have. */
export type VisitorData = Pick<AlsModelParts, "ratings" | "scale">;
/**
 * Ratings of each item, by dense index; −Infinity where there is none. The same for everybody.
 * @param byItem the same ratings by item, where there are such: then nothing need be counted
 */
export declare function popularity({ columns, cols }: RatingsByRow, byItem?: RatingsByRow): Float64Array;
/** The films with most ratings, whatever the visitor has rated. */
export declare function popularityScorer({ ratings }: Pick<VisitorData, "ratings">): VisitorScorer;
export interface GenrePopularityOptions {
    /** β: so many films of average taste are added to the visitor's own; 10 by default. */
    damping?: number;
}
/**
 * Popular films of the visitor's genres: the number of ratings times the mean, over the film's genres, of
 *
 *   lift_g = (c_g + β·s_g) / ((Σ c + β) · s_g)
 *
 * c_g the visitor's films of genre g that they gave at least their own mean, s_g the share of genre g among all training
 * ratings. 1 is the average taste; a film without genres counts as average.
 * @param genres of each item, by dense index
 */
export declare function genrePopularityScorer({ ratings }: Pick<VisitorData, "ratings">, genres: readonly (readonly string[])[], options?: GenrePopularityOptions): VisitorScorer;
/**
 * `genrePopularityScorer` for favourite genres in place of ratings.
 * @returns writes into `scores` what each item scores for a taste of these genres; a genre may come more than once
 */
export declare function genreLift(counts: Float64Array, genres: readonly (readonly string[])[], damping: number): (taste: readonly string[], scores: Float64Array) => void;
export interface SimilarUsersOptions {
    /** The ratings by item, where whoever asks has them already: `transposed(ratings)`. */
    byItem?: RatingsByRow;
    /** Users whose lists are added up; all where there are fewer. 100 by default. */
    neighbours?: number;
    /** Added to every user's agreement, so that few shared films do not decide alone; 0.025 by default. */
    damping?: number;
    /** p: agreement is divided by (films that the user rated)^p; 0.3 by default. */
    lengthPower?: number;
}
/**
 * User-based cold start: what the users liked who rated the visitor's films as the visitor did. A user u with n_u
 * ratings agrees by
 *
 *   w_u = (β + Σ_i (1 − |r_ui − r_vi| / range) / ln(2 + n_i)) / n_u^p    over the films i that both rated
 *
 * n_i the film's number of ratings (a shared rarity says more), range = most − least stars. An item scores the Σ of
 * w_u over the nearest users with 4 stars or more for it; equal scores go by number of ratings. Sources: Herlocker et
 * al. 1999 for neighbours, Breese, Heckerman and Kadie 1998 for the weight of rare items; the damping is this project's.
 */
export declare class SimilarUsers {
    private readonly data;
    private readonly neighbours;
    private readonly damping;
    private readonly lengthPower;
    private readonly counts;
    private readonly range;
    /** Number of ratings, so small that it only parts equal scores. */
    private readonly parting;
    /** Unless given, made when first asked for: it is as large as the ratings. */
    private byItem?;
    /** @throws WorkspaceError OPTION_INVALID */
    constructor(data: VisitorData, options?: SimilarUsersOptions);
    /** A `VisitorScorer`. */
    score(given: readonly ItemRating[], scores: Float64Array): void;
    /**
     * How the score of an item with training ratings comes from the visitor's ratings: the share of film i is what it adds
     * to w_u of the nearest users who liked the item; the baseline is what β and the item's popularity add. Exact.
     */
    explain(given: readonly ItemRating[], item: number): Explanation;
    /** `item` is a user here: dense index and weight, the nearest first. */
    private nearest;
    private agreement;
}
/** `SimilarUsers` as a scorer. @throws WorkspaceError OPTION_INVALID */
export declare function similarUsersScorer(data: VisitorData, options?: SimilarUsersOptions): VisitorScorer;
/** The same ratings by item. */
export declare function transposed({ rowStart, columns, values, rows, cols }: RatingsByRow): RatingsByRow;
/** The visitor's ratings folded into the model: the row solve of training, the items fixed. */
export declare function foldInScorer(model: AlsModel): VisitorScorer;

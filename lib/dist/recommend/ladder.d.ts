import { type AlsModel } from "../als";
import { type Movie, type RatingsByRow } from "../data";
import { type RecommendationReason } from "./explanation";
import { type Profile, type SegmentsOptions } from "./segment";
/** One rating of a visitor, in MovieLens ids and stars. */
export interface VisitorRating {
    movieId: number;
    rating: number;
}
/** One recommended film, by MovieLens id. */
export interface RecommendedMovie {
    movieId: number;
    /**
     * Of the step that made the list: the model's score; agreement added up for similar users; for a segment, how much
     * more of it than of everybody likes the film; the number of ratings for popular films, times how well the genres fit.
     */
    score: number;
}
/**
 * From what is known best to what is known of everybody:
 *   "personal"       a known user's own factors
 *   "fold-in"        a visitor with many ratings: folded into the model
 *   "similar-users"  a visitor with few ratings: what users with the same likes like
 *   "segment"        a profile: what the users nearest to it like more than everybody does
 *   "genre-popular"  a profile that nobody is near: popular films of its genres
 *   "popular"        nothing known: the films with most ratings
 */
export declare const LADDER_STEPS: readonly ["personal", "fold-in", "similar-users", "segment", "genre-popular", "popular"];
export type LadderStep = (typeof LADDER_STEPS)[number];
export interface LadderAnswer {
    /** Best first. Fewer than asked for only where fewer remain after the filters. */
    items: RecommendedMovie[];
    step: LadderStep;
    /** True when nothing is known about who asks, so that the list is the same for everybody. */
    fallback: boolean;
    /** One sentence for a person: why this step. */
    reason: string;
}
export interface LadderOptions {
    /** True by default: what the person has rated is not recommended. */
    excludeSeen?: boolean;
    /** Only films for which this is true are recommended. Takes a MovieLens id; see `movieFilter`. */
    accept?: (movieId: number) => boolean;
    /** What is known beside ratings; looked at where there are none to learn from. */
    profile?: Profile;
    /** 0, the default, to 1: how much unlikeness to the films above counts against the score; see `diversify`. */
    diversity?: number;
    /** 0, the default, to 1: how much being little known counts against the score; see `favourNovel`. Applied before `diversity`. */
    novelty?: number;
}
export interface LadderSettings {
    /** The movie table, for profiles with genres and for the titles of explanations. */
    movies?: ReadonlyMap<number, Movie>;
    /**
     * From so many of a visitor's ratings on they are folded in; fewer are answered by similar users. 101 by default: on new users
     * of ml-latest-small similar users ranked better than the fold-in of implicit ALS (rank 16) at 1, 2, 5, 10, 20, 50 and 100 ratings
     * (`measureColdStart` of lib/evaluate); more were too rare to tell.
     */
    foldInFrom?: number;
    segments?: SegmentsOptions;
    /** See `SimilarUsersOptions`. */
    ratingsByItem?: RatingsByRow;
}
/**
 * The best recommendation that what is known allows, saying which step it used and why. Speaks MovieLens ids on both
 * sides. What the person has rated is recommended only where that is asked for.
 */
export declare class RecommendationLadder {
    private readonly model;
    private readonly settings;
    private readonly userIndex;
    private readonly itemIndex;
    /** Training ratings of each item, by dense index; −Infinity where there is none. */
    private readonly popularity;
    private readonly genres;
    private readonly movies;
    private readonly foldInFrom;
    private readonly similarUsers;
    private madeSegments?;
    private madeSimilarity?;
    private madeInformation?;
    /** @throws WorkspaceError OPTION_INVALID for a `foldInFrom` that is not at least 1 */
    constructor(model: AlsModel, settings?: LadderSettings);
    /**
     * @param userId MovieLens user id
     * @throws WorkspaceError OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
     */
    forUser(userId: number, n: number, options?: LadderOptions): LadderAnswer;
    /**
     * @param ratings stars by MovieLens movie id, each movie once
     * @throws WorkspaceError MOVIE_UNKNOWN naming every movie that the model does not know, DATA_INVALID for a
     *   movie rated twice or stars outside the scale, OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
     */
    forVisitor(ratings: readonly VisitorRating[], n: number, options?: LadderOptions): LadderAnswer;
    /**
     * Why the model would recommend a film to a known user: exact shares of their ratings, and words.
     * @throws WorkspaceError INDEX_UNKNOWN for an unknown user, MOVIE_UNKNOWN
     */
    explainForUser(userId: number, movieId: number): RecommendationReason;
    /**
     * As `explainForUser` for a film of `forVisitor`'s list: exact shares of the visitor's ratings in the score that the
     * step for so many ratings gives.
     * @throws WorkspaceError what `forVisitor` throws, ITEM_COLD for a film without training ratings
     */
    explainForVisitor(ratings: readonly VisitorRating[], movieId: number): RecommendationReason;
    /** A movie without training ratings has no factors: it teaches nothing, and no list can contain it. */
    private learnedFrom;
    /** No rating to learn from: the profile's segment, its genres, or what is popular. */
    private unrated;
    private answer;
    private segments;
    private similarity;
    private information;
    private acceptItem;
    private named;
    private toItem;
    private toItems;
}

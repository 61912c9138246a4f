import type { AlsModel, Explanation } from "../als";
import type { Movie } from "../data";
/** One rated film behind a recommendation, by MovieLens id. */
export interface BecauseOf {
    movieId: number;
    title: string;
    /** As the person gave it, in stars. */
    rating: number;
    /** What the rating adds to the score, in the score's unit; exact. */
    share: number;
}
/** Why a film is recommended, in words and in the numbers behind them: baseline + Σ shares of all ratings = score. */
export interface RecommendationReason {
    movieId: number;
    /** One sentence: "Because you rated Alien (1979) (5) highly"; stars in brackets. */
    words: string;
    score: number;
    /** What the film would score for a person without ratings. */
    baseline: number;
    /** The ratings that speak most for the film, the greatest share first; shares above 0 only. */
    because: BecauseOf[];
    /** Σ of the shares above 0 that are not in `because`, and of those below 0; both exact. */
    otherFor: number;
    against: number;
}
/**
 * Puts `AlsModel.explain` or `explainFolded` into words. A rating may speak for a film without being high: a low one of
 * a film that is liked by other people. So the words say "highly" only of ratings that are at
 * or above both the person's own mean and the middle of the scale.
 * @param options.most films to name, 3 by default
 */
export declare function recommendationReason(model: AlsModel, movies: ReadonlyMap<number, Movie>, explanation: Explanation, options?: {
    most?: number;
}): RecommendationReason;

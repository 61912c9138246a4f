import { type Dataset } from "../data";
import type { Recommender } from "../recommend";
import { type UserStatistic } from "./bootstrap";
/**
 * Errors in stars over a set of held-out ratings; e = predicted − given.
 *   RMSE = √(Σ e² / n)    MAE = Σ |e| / n    R² = 1 − Σ e² / Σ (r − r̄)², r̄ the mean of these same ratings
 * Source: Herlocker et al. 2004, "Evaluating Collaborative Filtering Recommender Systems"; R² as scikit-learn's
 * `r2_score`, save that it is null where all ratings are equal (scikit-learn says 1 or 0 there).
 */
export interface RatingScores {
    count: number;
    users: number;
    rmse: number;
    mae: number;
    r2: number | null;
}
/** Sums of each user with a held-out rating, at one position in every array; `users` ascending dense indices. */
export interface RatingErrorsByUser {
    users: Uint32Array;
    count: Float64Array;
    squaredError: Float64Array;
    absoluteError: Float64Array;
    /** Of the given stars, and of their squares. */
    ratingSum: Float64Array;
    ratingSquares: Float64Array;
}
/**
 * Over all held-out ratings; none is dropped. (Spark's `coldStartStrategy = "drop"` leaves out what is cold:
 * compare its figures with `warm`.)
 */
export interface RatingMetrics extends RatingScores {
    /** Ratings whose user and item both have a training rating. Null without any, or where `train` was not given. */
    warm: RatingScores | null;
    /** Ratings by users without a training rating. */
    coldUsers: RatingScores | null;
    /** Ratings of items without a training rating. */
    coldItems: RatingScores | null;
    perUser: RatingErrorsByUser;
}
/**
 * @param model of stars; a model of preferences has no meaning here
 * @param test in the index space that the model was trained in
 * @param train where given, cold users and items are scored apart
 * @throws WorkspaceError METRIC_EMPTY without a test rating, INDEX_UNKNOWN when the index spaces differ,
 *   PREDICTION_INVALID for a prediction that is not finite
 */
export declare function ratingMetrics(model: Recommender, test: Dataset, train?: Dataset): RatingMetrics;
/** Predicted minus given stars of each rating, in the data set's own order. @throws as `ratingMetrics` */
export declare function predictionErrors(model: Recommender, test: Dataset): Float64Array;
/** @throws WorkspaceError INDEX_UNKNOWN when the model was not trained in the data set's index space */
export declare function checkIndexSpace(model: Recommender, dataset: Dataset): void;
export declare function rmseOverUsers({ users, count, squaredError, }: Pick<RatingErrorsByUser, "users" | "count" | "squaredError">): UserStatistic;
export declare function maeOverUsers({ users, count, absoluteError }: RatingErrorsByUser): UserStatistic;
/** R² by the jackknife over users; null where it does not exist, or would not without one of them. */
export declare function r2OverUsers(perUser: RatingErrorsByUser): UserStatistic | null;
/** Sums by user over the ratings for which `include` is true (a row number of `test`). */
export declare function errorsByUser(test: Dataset, errors: Float64Array, include?: (r: number) => boolean): RatingErrorsByUser;
/** 1 where an index occurs in the column, 0 where it does not. */
export declare function present(column: Uint32Array, length: number): Uint8Array;

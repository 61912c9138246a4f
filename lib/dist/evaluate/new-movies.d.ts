import { type TrainOptions } from "../als";
import { type Dataset } from "../data";
import { type BootstrapOptions, type Estimate } from "./bootstrap";
export interface NewMoviesOptions extends BootstrapOptions {
    /** Of the factors; explicit feedback, defaults otherwise. RMSE exists for explicit feedback only. */
    als?: TrainOptions;
    /** λ to choose from; 1, 3, 10, 30 and 100 by default. */
    lambdas?: readonly number[];
    /** Share of the rated movies that is held out, and again that λ is chosen on; 0.2 by default. */
    share?: number;
    splitSeed?: number;
    relevantFrom?: number;
}
/** How films that the model has never seen rated are placed by their content, on held-out movies. */
export interface NewMoviesReport {
    /** Held-out movies, their ratings by users with training ratings, and those users. */
    movies: number;
    ratings: number;
    users: number;
    /** Chosen on other movies than those measured; `trials` are the choices with what each reached there. */
    lambda: number;
    trials: {
        lambda: number;
        rmse: number | null;
        auc: number;
    }[];
    features: number;
    /** In stars; null for implicit feedback. */
    rmse: {
        content: Estimate;
        meanRating: Estimate;
        userBias: Estimate;
    } | null;
    /**
     * The chance that a new film that a user went on to like stands above a new film that the user did not rate, mean over
     * users; 0.5 is chance. `genrePopularity` orders by the mean popularity of the film's genres, alike for everybody.
     */
    auc: {
        content: Estimate;
        genrePopularity: Estimate;
    };
}
/**
 * Hides all ratings of some movies, learns factors from the others and content → factors by ridge regression, and then
 * meets the hidden ratings. Movies are dealt into three: learned from, λ chosen on, measured; for the measurement the
 * first two are learned from together.
 *
 * Tags are content here, whoever gave them: a film without ratings may have been tagged.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for too few movies, METRIC_EMPTY, and what training throws
 */
export declare function newMovies(dataset: Dataset, options?: NewMoviesOptions): Promise<NewMoviesReport>;

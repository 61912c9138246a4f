import { type Dataset } from "../data";
import type { Recommender } from "./recommender";
export interface RatingNeighbourOptions {
    /** Neighbours that count; 40 by default. */
    k?: number;
    /** β: likeness seen in n common ratings is multiplied by n / (n + β); 20 by default. */
    shrinkage?: number;
    /** Damping of the biases, as in `dampedBiasModel`; 5 by default. */
    damping?: number;
}
/** `RatingNeighbourModel` by users alike. @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY without a training rating */
export declare function userKnnRatingModel(train: Dataset, options?: RatingNeighbourOptions): Recommender;
/** `RatingNeighbourModel` by items alike, of which the 300 nearest are kept. Throws as `userKnnRatingModel`. */
export declare function itemKnnRatingModel(train: Dataset, options?: RatingNeighbourOptions): Recommender;

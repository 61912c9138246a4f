import { type Dataset } from "../data";
import type { Recommender } from "./recommender";
/**
 * Every rating is expected to be μ, the mean of the training ratings. Its ranking carries no information:
 * all items tie, so they come by ascending index.
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
export declare function globalMeanModel(train: Dataset): Recommender;
/**
 * r ≈ μ + b_i + b_u, both biases shrunk towards 0 by the damping β (in ratings), items first:
 *
 *   b_i = Σ_u (r_ui − μ) / (n_i + β)        b_u = Σ_i (r_ui − μ − b_i) / (n_u + β)
 *
 * Source: Ekstrand, Riedl and Konstan 2011, "Collaborative Filtering Recommender Systems", eq. 2.3–2.5 (as
 * LensKit's BiasModel). A cold user or item has bias 0. Predictions are clipped to the scale; rankings are not.
 * @param options.damping β ≥ 0, 5 by default, as in LensKit's own experiments
 * @throws WorkspaceError OPTION_INVALID for a negative damping, METRIC_EMPTY without a training rating
 */
export declare function dampedBiasModel(train: Dataset, options?: {
    damping?: number;
}): Recommender;
/**
 * Items by their number of training ratings, the same list for everybody save for what each has seen.
 * `predict` is that number: a preference score, not stars.
 */
export declare function popularityModel(train: Dataset): Recommender;
/** μ, b_i and b_u of `dampedBiasModel`, by dense index. */
export interface DampedBiases {
    mean: number;
    itemBias: Float64Array;
    userBias: Float64Array;
}
/** The biases of `dampedBiasModel`, and what it throws. */
export declare function dampedBiases(train: Dataset, damping?: number): DampedBiases;

import { AlsModel } from "../als";
import { type Dataset } from "../data";
export interface SyntheticShape {
    users: number;
    items: number;
    ratings: number;
    seed: number;
}
/** The shapes of MovieLens 1M and 20M. */
export declare const SYNTHETIC_SHAPES: {
    readonly "1M": {
        readonly users: 6040;
        readonly items: 3706;
        readonly ratings: 1000209;
        readonly seed: 1;
    };
    readonly "20M": {
        readonly users: 138493;
        readonly items: 26744;
        readonly ratings: 20000263;
        readonly seed: 1;
    };
};
/**
 * Ratings that look like MovieLens ones to a solver: a planted low-rank taste with noise on the half-star grid,
 * a log-normal activity of at least 20 ratings a user, a power law of popularity, and a choice of films that
 * follows taste. Every (user, item) once; users ascending, each user's items ascending.
 */
export declare function syntheticDataset(name: string, shape: SyntheticShape): Dataset;
/** Users of `each` ratings, spread evenly over the items: rows that all cost the same. */
export declare function evenDataset(users: number, items: number, each: number): Dataset;
/**
 * An explicit model of such a size, with factors that nobody trained: for measuring what depends on sizes alone. Its
 * data set has a movie table.
 */
export declare function syntheticModel(name: string, shape: SyntheticShape, rank: number): {
    model: AlsModel;
    dataset: Dataset;
};

import type { Side } from "./solve-side";
import type { AlsModelParts, AlsOptions } from "./types";
/** The options that each of an ensemble's models is solved by. */
export declare function memberOptions(parts: AlsModelParts): AlsOptions;
/** One side of each of an ensemble's models, by seed, as copies; of a single model its own arrays. */
export declare function sidesOf(parts: AlsModelParts, name: Side["name"]): Side[];
/** One side of the model whose score is the mean of the scores of models. */
export interface JoinedSide {
    /** The models' factors over √n, one behind the other. */
    factors: Float64Array;
    /** The mean of the models' biases. */
    bias: Float64Array;
    cofactors?: Float64Array;
    /** The models' own biases, [rows × n]; absent for a single model. */
    seedBias?: Float64Array;
}
/** Puts together again what `sidesOf` took apart. */
export declare function joinedSide(members: readonly Side[]): JoinedSide;
/** Both sides as parts of a model. */
export declare function joinedParts(users: readonly Side[], items: readonly Side[]): Omit<AlsModelParts, "options" | "globalMean" | "scale" | "ratings">;
/** Models of the same data, trained by the same options but for the seed, as one whose score is the mean of theirs. */
export declare function ensembleParts(models: readonly AlsModelParts[], options: AlsOptions): AlsModelParts;

import { type Dataset } from "../data";
import { PreferenceModel, type PreferenceOptions, type PreferenceRow } from "./preferences";
export interface NeighbourOptions extends PreferenceOptions {
    /** Neighbours that count. */
    k?: number;
    /** Added to the denominator of the cosine, so that likeness seen in few ratings counts less. */
    shrinkage?: number;
}
/**
 * Item-kNN: an item is scored by the person's likes among its k most similar items,
 *
 *   score_i = Σ_{j ∈ N_k(i)} s_ij · x_j,   s_ij = x_i·x_j / (‖x_i‖ ‖x_j‖ + shrinkage)
 *
 * Source: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms"; the shrunk cosine as in
 * Ferrari Dacrema, Cremonesi and Jannach 2019, §3.2. A visitor's scores take the likes alone, no training.
 * @param options.k 50 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
export declare function itemKnnModel(train: Dataset, options?: NeighbourOptions): ItemKnnModel;
export declare class ItemKnnModel extends PreferenceModel {
    /** Row j: the items i that have j among their k nearest, ascending, and s_ij. */
    private readonly reachStart;
    private readonly reached;
    private readonly similarity;
    constructor(train: Dataset, options?: NeighbourOptions);
    /** Shrunk cosines of `item` with all others; −Infinity for itself and where nobody likes both. */
    private cosines;
    protected writeScoresOf({ items, weights }: PreferenceRow, scores: Float64Array): void;
}
/**
 * User-kNN: an item is scored by the likeness of the k most similar users who like it,
 *
 *   score_i = Σ_{v ∈ N_k(u)} s_uv · x_vi,   s_uv = x_u·x_v / (‖x_u‖ ‖x_v‖ + shrinkage)
 *
 * Source: Herlocker, Konstan, Borchers and Riedl 1999, "An algorithmic framework for performing collaborative
 * filtering"; the shrunk cosine as in `itemKnnModel`. A visitor is compared like a user.
 * @param options.k 40 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
export declare function userKnnModel(train: Dataset, options?: NeighbourOptions): UserKnnModel;
export declare class UserKnnModel extends PreferenceModel {
    private readonly k;
    private readonly shrinkage;
    constructor(train: Dataset, options?: NeighbourOptions);
    protected writeScoresOf({ items, weights }: PreferenceRow, scores: Float64Array, self?: number): void;
}
/** @throws WorkspaceError OPTION_INVALID */
export declare function checkedNeighbours(options: {
    k?: number;
    shrinkage?: number;
}, defaults: {
    k: number;
    shrinkage: number;
}): {
    k: number;
    shrinkage: number;
};

import { type Dataset } from "../data";
import { PreferenceModel, type PreferenceOptions, type PreferenceRow } from "./preferences";
export interface EaseOptions extends PreferenceOptions {
    /** λ > 0; 150 by default. */
    lambda?: number;
    /** Items with fewer likes have no weights and score 0: rare ones can be left out where a matrix would be too large. 1 by default. */
    minLikes?: number;
}
/**
 * EASE, "embarrassingly shallow autoencoders": the item × item weights B with a diagonal of zeros that reproduce the
 * likes X best, in closed form; a person's scores are the person's likes times B.
 *
 *   minimise ‖X − X·B‖² + λ‖B‖², diag B = 0:   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj for i ≠ j
 *
 * Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW, eq. 8. The matrix inverted is that
 * of the smaller side: with fewer users than items, P = (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ (Woodbury), which is the same
 * without ever being written down. A visitor's scores take the likes alone, no training.
 * @throws WorkspaceError OPTION_INVALID, MEMORY_EXCEEDED when both sides have more than 8192 rows
 */
export declare function easeModel(train: Dataset, options?: EaseOptions): EaseModel;
export declare class EaseModel extends PreferenceModel {
    private readonly lambda;
    /** 1 for items that B has weights of. */
    private readonly learned;
    /** Row of the inverse for each item, where that is the side inverted. */
    private readonly place;
    /** (XᵀX + λI)⁻¹ over the items learned, or (XXᵀ + λI)⁻¹ over all users. */
    private readonly inverse;
    private readonly size;
    /** P_jj. */
    private readonly diagonal;
    constructor(train: Dataset, options?: EaseOptions);
    /** B_ij: what a like of item i adds to the score of item j. 0 on the diagonal and for items without weights. */
    weight(i: number, j: number): number;
    protected writeScoresOf({ items, weights }: PreferenceRow, scores: Float64Array): void;
    /** x·P, P at hand. */
    private writeByItems;
    /** x·P = (x − ((x·Xᵀ)·K)·X) / λ, K = (XXᵀ + λI)⁻¹. */
    private writeByUsers;
    private gram;
    private diagonalOf;
    /** P_ij. */
    private entry;
}

import type { AlsOptions, TrainOptions } from "./types";
/** A matrix of ratings, [users][items]; null where there is none. */
export type RatingMatrix = (number | null)[][];
/** What `train` learns, as nested arrays: factors [rows][rank], one bias per row. */
export interface NaiveModel {
    options: AlsOptions;
    /** Mean rating for explicit feedback, 0 for implicit. */
    globalMean: number;
    userFactors: number[][];
    itemFactors: number[][];
    /** Zeros for implicit feedback. */
    userBias: number[];
    itemBias: number[];
    /** Zeros without co-factors. */
    userCofactors: number[][];
    itemCofactors: number[][];
    /** The regularised objective after each iteration. */
    losses: number[];
}
/**
 * The twin of `train` for the eye: the formulas as the papers print them, with mathjs on dense matrices. It holds
 * the fast one in tests, starts from the same numbers, and is good for some dozens of users and items.
 *
 * With W the 0/1 diagonal of the rated columns of a row, Z the other side's factors with a column of ones for the
 * row's own bias, y the ratings less the mean and the other side's biases, and n the row's number of ratings:
 *
 *   explicit  x = (Zᵀ W Z + n^ν · diag(λ, …, λ, λ_b))⁻¹ Zᵀ W y
 *   implicit  x = (Yᵀ C Y + λ·n^ν · I)⁻¹ Yᵀ C p,   C = I + α·diag(r),   p the 0/1 preferences   (Hu et al. 2008, eq. 4)
 *
 * With co-factors C of the other side, of weight w, w·CᵀC joins ZᵀWZ and w·Cᵀp joins ZᵀWy; the row's own are
 * c = (w'·YᵀY + λ_z·n^ν·I)⁻¹ w'·Yᵀp, with the other side's factors Y and their weight w'. Non-negative factors are found from
 * the same systems, one coordinate after the other.
 *
 * @throws WorkspaceError OPTION_INVALID naming the option, or for several seeds, DATA_INVALID for a matrix that is not rectangular or is empty
 */
export declare function naiveTrain(ratings: RatingMatrix, options: TrainOptions): Promise<NaiveModel>;

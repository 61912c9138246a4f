import { type RatingsByRow } from "../data";
import type { AlsOptions } from "./types";
/** One side of the factorisation. `factors` row-major [rows × rank]; `bias` one per row, zeros for implicit feedback. */
export interface Side {
    /** What a row is called in an error. */
    readonly name: "user" | "item";
    /** Dense index → MovieLens id. */
    readonly ids: Uint32Array;
    readonly factors: Float64Array;
    readonly bias: Float64Array;
    /** What stands against the other side's factors in the 0/1 matrix of what was rated, row-major [rows × rank]; absent in a model without. */
    readonly cofactors?: Float64Array;
}
/** λ·n^ν, or the biases' λ in its place: the penalty on a row of n ratings. */
export declare const penalty: (lambda: number, ratings: number, nu: number) => number;
/** The weight of the 0/1 matrix of what was rated where it meets this side's factors: w·β for users, w/β for items; 0 without co-factors. */
export declare function cofactorWeight(options: AlsOptions, side: Side["name"]): number;
/**
 * Solves rows of one side with the other side fixed, exactly, each by its own normal equations. A row with ratings
 * r_j on columns j, n of them, that have factors q_j, biases b_j and co-factors c_j:
 *
 *   explicit  z_j = (q_j, 1):  (Σ_j z_j z_jᵀ + n^ν · diag(λ, …, λ, λ_b)) · (p, b) = Σ_j (r_j − μ − b_j) · z_j
 *   implicit  G = Σ q qᵀ over all columns:  (G + Σ_j α·r_j · q_j q_jᵀ + λ·n^ν · I) · p = Σ_j (1 + α·r_j) · q_j
 *
 * Co-factors, with C = Σ c cᵀ over all columns and w the weight of `cofactorWeight`, add w·C to the explicit system's
 * factors and w·Σ_j c_j to the right-hand side: the same row also fits 1 on what it has rated and 0 elsewhere.
 * Non-negative factors minimise what the system is the gradient of within that bound.
 *
 * Sources: Zhou, Wilkinson, Schreiber, Pan 2008 (λ·n); Hu, Koren, Volinsky 2008, eq. 4 (implicit). The bias column
 * is the textbook one of a regression with an intercept that is penalised by itself.
 *
 * Users and items, both kinds of feedback and fold-in are all solved here. Sums run in the order of the columns,
 * so that the same row always has the same bits.
 */
export declare class RowSolver {
    private readonly options;
    private readonly fixed;
    private readonly globalMean;
    /** Unknowns per row: the factors, and the row's own bias for explicit feedback. */
    private readonly size;
    /** Lower triangle of the system, row-major [size × size]. */
    private readonly system;
    private readonly solution;
    /** Columns of the design that are summed together, row-major [TILE × size]. */
    private readonly tile;
    private readonly weights;
    /** What all systems have in common, G or w·C, in the place where a system has it; null for nothing. */
    private readonly common;
    /** w; 0 without co-factors. */
    private readonly weight;
    /**
     * @param fixed the other side, not written to; where systems share a Gramian, it is taken here
     * @param globalMean μ, in stars; 0 for implicit feedback
     */
    constructor(options: AlsOptions, fixed: Side, globalMean: number);
    /** A Gramian's lower triangle times `weight`, among the unknowns of a system. */
    private placed;
    /**
     * Solves row `row` of `ratings` into `solved`. A row without ratings (cold) gets zero factors and zero bias.
     * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
     */
    solve(ratings: RatingsByRow, row: number, solved: Side): void;
    /**
     * What each rating of row `row` gives to the row's score with `column` of the fixed side, in the order of the ratings. The row is
     * x = A⁻¹ Σ_j t_j·z_j, so that z_column·x = Σ_j t_j · z_jᵀ A⁻¹ z_column: one solve, a term for each rating (Hu, Koren,
     * Volinsky 2008, section 5). With co-factors w·c_j goes with t_j·z_j. Non-negative rows solve the same system with
     * those factors alone that the bound leaves above 0: a share is then what the rating gives as long as these stay the same.
     *
     * @param solved the side that the row is of, for the error
     * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
     */
    shares(ratings: RatingsByRow, row: number, column: number, solved: Side): Float64Array;
    /** Forms a row's system and its right-hand side; false, and a right-hand side of zeros, for a row without ratings. */
    private form;
    private notDefinite;
    /** What the rating at a position adds of its column to the right-hand side. */
    private target;
    /** Adds the ratings at positions from … to − 1 to the system and its right-hand side. */
    private addTile;
}
/** Σ q qᵀ over all rows of `factors` (row-major [rows × rank]): the lower triangle, row-major [rank × rank]. */
export declare function gramianOf(factors: Float64Array, rank: number): Float64Array;
/**
 * What solves one row of a side with the other side fixed: its factors and bias, and its co-factors where it has some.
 * These fit the 0/1 matrix of what was rated against the fixed factors, (w·Σ q qᵀ + λ_z·n^ν·I) c = w·Σ_j q_j with the sum
 * on the left over all columns: divided by w, that is the implicit system with α = 0.
 */
export declare function sideSolver(options: AlsOptions, fixed: Side, solved: Side, globalMean: number): (ratings: RatingsByRow, row: number) => void;
/** Solves every row of one side with the other side fixed. `pause` is awaited between rows; it may throw to stop. */
export declare function solveSide(ratings: RatingsByRow, options: AlsOptions, fixed: Side, solved: Side, globalMean: number, pause: () => Promise<void> | void): Promise<void>;

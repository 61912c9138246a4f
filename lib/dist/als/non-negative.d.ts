export interface BoundedSolution {
    /** The unknowns that the bound leaves free, ascending; all others are 0. */
    free: number[];
    /** −1 when solved, else the unknown whose pivot is not safely positive, or which rounding keeps from settling. */
    failedAt: number;
}
/**
 * Minimises ½·xᵀA·x − bᵀx over x_f ≥ 0 for f < bounded, the other unknowns without a bound, exactly: one unknown after
 * the other is set free where that lowers the minimum, and goes back to 0 where it would pass below. Source: Lawson and
 * Hanson 1974, chapter 23, on the normal equations.
 *
 * @param a symmetric positive definite, row-major [size × size]; only the lower triangle is read, and kept
 * @param b length `size`; replaced by x
 */
export declare function solveNonNegative(a: Float64Array, b: Float64Array, size: number, bounded: number): BoundedSolution;
/**
 * Solves A·x = b over the unknowns `free`, with 0 for all others. `a` is kept, `b` replaced by x.
 * @returns −1 when solved, else the unknown whose pivot is not safely positive
 */
export declare function solveFree(a: Float64Array, b: Float64Array, size: number, free: number[]): number;

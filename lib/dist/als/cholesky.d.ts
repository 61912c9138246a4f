/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky, A = L·Lᵀ, in place.
 *
 * @param a row-major [size × size]; only the lower triangle is read, and is replaced by L
 * @param b length `size`; replaced by x
 * @returns −1 when solved, else the index of the first pivot that is not safely positive (NaN included); `a` and `b` are then spoilt
 */
export declare function solveCholesky(a: Float64Array, b: Float64Array, size: number): number;

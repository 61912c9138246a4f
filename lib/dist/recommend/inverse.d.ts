/**
 * The inverse of a symmetric positive definite matrix, in place, by sweeping one pivot after the other
 * (Goodnight 1979, "A Tutorial on the SWEEP Operator"): size³ / 2 multiply-adds.
 * @param a row-major [size × size]; only the lower triangle is read, both are written
 * @throws WorkspaceError SOLVE_FAILED when the matrix is not positive definite
 */
export declare function invertPositive(a: Float64Array, size: number): void;

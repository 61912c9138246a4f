import type { Solver } from "./factorisation";
/** What a sweep over one side works on. */
export interface SweepShape {
    /** Rank, padded to whole blocks: `paddedRank`. */
    size: number;
    ratings: number;
    /** Rows that are solved, and rows of the fixed side. */
    rows: number;
    columns: number;
}
/**
 * Nanoseconds that a sweep takes one core of the reference machine (128-bit multiply-adds at 60 GFLOP/s). The terms
 * are the counts of operations of each solver; their factors were fitted to measured sweeps of ranks 8–128 and rows of
 * 5–1,000 ratings, which they meet within a half. On another machine all of them change together, more or less, so
 * that what is cheaper there is what is cheaper here.
 *
 * @param steps conjugate-gradient steps; none for "cholesky"
 */
export declare function sweepNanoseconds(solver: Solver, { size, ratings, rows, columns }: SweepShape, steps: number): number;
/** Nanoseconds of an iteration on one core: a sweep over each side. */
export declare function iterationNanoseconds(solver: Solver, size: number, shape: {
    ratings: number;
    users: number;
    items: number;
}, steps: number): number;

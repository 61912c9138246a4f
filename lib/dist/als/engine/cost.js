"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sweepNanoseconds = sweepNanoseconds;
exports.iterationNanoseconds = iterationNanoseconds;
/**
 * Nanoseconds that a sweep takes one core of the reference machine (128-bit multiply-adds at 60 GFLOP/s). The terms
 * are the counts of operations of each solver; their factors were fitted to measured sweeps of ranks 8–128 and rows of
 * 5–1,000 ratings, which they meet within a half. On another machine all of them change together, more or less, so
 * that what is cheaper there is what is cheaper here.
 *
 * @param steps conjugate-gradient steps; none for "cholesky"
 */
function sweepNanoseconds(solver, { size, ratings, rows, columns }, steps) {
    if (solver === "cholesky") {
        const gram = 0.0364 * ((size * (size + 8)) / 2) + 0.114 * size + 2;
        const factorise = 0.0108 * (size ** 3 / 6) + 0.9 * size ** 2 + 205;
        return ratings * gram + rows * factorise;
    }
    // The residual and every step but the last read a row's columns twice for their pass, the last step once.
    const passes = 0.05 * size * (2 * steps + 1) + 5;
    const turn = 0.07 * size ** 2;
    return ratings * passes + rows * (size + 60) + (rows + columns) * turn;
}
/** Nanoseconds of an iteration on one core: a sweep over each side. */
function iterationNanoseconds(solver, size, shape, steps) {
    const { ratings, users, items } = shape;
    return (sweepNanoseconds(solver, { size, ratings, rows: users, columns: items }, steps) +
        sweepNanoseconds(solver, { size, ratings, rows: items, columns: users }, steps));
}
//# sourceMappingURL=cost.js.map
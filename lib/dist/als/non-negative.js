"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.solveNonNegative = solveNonNegative;
exports.solveFree = solveFree;
const cholesky_1 = require("./cholesky");
/** A gradient below this share of the largest right-hand side is 0 but for rounding. */
const FLAT = 1e-13;
/** Unknowns set free for each unknown there is, past which rounding alone keeps the method going. */
const MOST_TURNS = 10;
/**
 * Minimises ½·xᵀA·x − bᵀx over x_f ≥ 0 for f < bounded, the other unknowns without a bound, exactly: one unknown after
 * the other is set free where that lowers the minimum, and goes back to 0 where it would pass below. Source: Lawson and
 * Hanson 1974, chapter 23, on the normal equations.
 *
 * @param a symmetric positive definite, row-major [size × size]; only the lower triangle is read, and kept
 * @param b length `size`; replaced by x
 */
function solveNonNegative(a, b, size, bounded) {
    const target = b.slice();
    const steepest = target.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const isFree = Array.from({ length: size }, (_, f) => f >= bounded);
    // Set free a moment ago, and sent back by rounding alone: not to be tried again from the same place.
    const refused = new Set();
    const freed = () => Array.from(isFree.keys()).filter((f) => isFree[f]);
    b.fill(0);
    let entering = -1;
    for (let turn = 0; turn <= MOST_TURNS * size; turn++) {
        for (;;) {
            const free = freed();
            const candidate = target.slice();
            const failedAt = solveFree(a, candidate, size, free);
            if (failedAt >= 0)
                return { free, failedAt };
            if (entering >= 0 && candidate[entering] <= 0) {
                isFree[entering] = false;
                refused.add(entering);
                entering = -1;
                break;
            }
            if (entering >= 0)
                refused.clear();
            entering = -1;
            let step = 1;
            for (const f of free)
                if (f < bounded && candidate[f] <= 0)
                    step = Math.min(step, b[f] / (b[f] - candidate[f]));
            const blocked = free.filter((f) => f < bounded && candidate[f] <= 0);
            for (const f of free)
                b[f] += step * (candidate[f] - b[f]);
            if (blocked.length === 0)
                break;
            const lowest = Math.min(...blocked.map((f) => b[f]));
            for (const f of blocked)
                if (b[f] <= Math.max(0, lowest)) {
                    b[f] = 0;
                    isFree[f] = false;
                }
        }
        let gain = FLAT * steepest;
        for (let f = 0; f < bounded; f++) {
            if (isFree[f] || refused.has(f))
                continue;
            let slope = target[f];
            for (let g = 0; g < size; g++)
                slope -= (g <= f ? a[f * size + g] : a[g * size + f]) * b[g];
            if (slope > gain)
                [gain, entering] = [slope, f];
        }
        if (entering < 0)
            return { free: freed(), failedAt: -1 };
        isFree[entering] = true;
    }
    return { free: freed(), failedAt: entering };
}
/**
 * Solves A·x = b over the unknowns `free`, with 0 for all others. `a` is kept, `b` replaced by x.
 * @returns −1 when solved, else the unknown whose pivot is not safely positive
 */
function solveFree(a, b, size, free) {
    const system = new Float64Array(free.length * free.length);
    free.forEach((f, row) => {
        for (let column = 0; column <= row; column++)
            system[row * free.length + column] = a[f * size + free[column]];
    });
    const solution = Float64Array.from(free, (f) => b[f]);
    const failedAt = (0, cholesky_1.solveCholesky)(system, solution, free.length);
    if (failedAt >= 0)
        return free[failedAt];
    b.fill(0);
    free.forEach((f, row) => (b[f] = solution[row]));
    return -1;
}
//# sourceMappingURL=non-negative.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.dot = dot;
exports.objective = objective;
const solve_side_1 = require("./solve-side");
/** p·q for row `a` of `left` and row `b` of `right`, both row-major [rows × rank]. */
function dot(left, a, right, b, rank) {
    let sum = 0;
    for (let f = 0; f < rank; f++)
        sum += left[a * rank + f] * right[b * rank + f];
    return sum;
}
/**
 * The regularised objective that both sides minimise, so that no exact solve can raise it:
 *
 *   explicit  Σ_rated (r − μ − b_u − b_i − p·q)² + Σ_rows n^ν · (λ‖p‖² + λ_b·b²)
 *   implicit  Σ_all c·(preference − p·q)² + Σ_rows λ·n^ν · ‖p‖²
 *
 * with c = 1 + α·r where rated and 1 elsewhere (Hu, Koren, Volinsky 2008, eq. 3). The sum over all cells is taken
 * as Σ_all (p·q)² = trace(PᵀP · QᵀQ), corrected on the rated cells. Co-factors c of the other side add to the explicit
 * one, for either side's factors x with its weight w of `cofactorWeight`,
 *
 *   w·Σ_all (1_rated − x·c)² + λ_z·Σ_rows n^ν·‖c‖²
 */
function objective(options, globalMean, users, items, byUser, byItem) {
    const { rank } = options;
    let fit = 0;
    if (options.feedback === "implicit")
        fit += squaredScores(users.factors, items.factors, rank);
    for (let user = 0; user < byUser.rows; user++)
        for (let at = byUser.rowStart[user]; at < byUser.rowStart[user + 1]; at++) {
            const item = byUser.columns[at];
            const rating = byUser.values[at];
            const score = dot(users.factors, user, items.factors, item, rank);
            if (options.feedback === "implicit")
                fit += (1 + options.alpha * rating) * (1 - score) ** 2 - score ** 2;
            else
                fit += (rating - globalMean - users.bias[user] - items.bias[item] - score) ** 2;
        }
    if (options.feedback === "explicit")
        for (const [side, other, ratings, ratingsOfOther] of [
            [users, items, byUser, byItem],
            [items, users, byItem, byUser],
        ])
            if (other.cofactors)
                fit += cofactorFit(options, side, other.cofactors, ratings, ratingsOfOther);
    return fit + shrinkage(options, users, byUser) + shrinkage(options, items, byItem);
}
/** Σ (x·y)² over all pairs of rows. */
function squaredScores(x, y, rank) {
    const left = (0, solve_side_1.gramianOf)(x, rank);
    const right = (0, solve_side_1.gramianOf)(y, rank);
    let sum = 0;
    for (let f = 0; f < rank; f++)
        for (let g = 0; g <= f; g++)
            sum += (f === g ? 1 : 2) * left[f * rank + g] * right[f * rank + g];
    return sum;
}
/** What the 0/1 matrix adds where a side's factors meet the other side's co-factors. */
function cofactorFit(options, side, cofactors, ratings, ratingsOfOther) {
    const { rank, lambda, lambdaCofactor = lambda, nu } = options;
    let fit = squaredScores(side.factors, cofactors, rank);
    for (let row = 0; row < ratings.rows; row++)
        for (let at = ratings.rowStart[row]; at < ratings.rowStart[row + 1]; at++)
            fit += 1 - 2 * dot(side.factors, row, cofactors, ratings.columns[at], rank);
    let shrinkage = 0;
    for (let row = 0; row < ratingsOfOther.rows; row++) {
        const n = ratingsOfOther.rowStart[row + 1] - ratingsOfOther.rowStart[row];
        if (n > 0)
            shrinkage += (0, solve_side_1.penalty)(lambdaCofactor, n, nu) * dot(cofactors, row, cofactors, row, rank);
    }
    return (0, solve_side_1.cofactorWeight)(options, side.name) * fit + shrinkage;
}
function shrinkage(options, side, ratings) {
    const { rank, lambda, nu } = options;
    let sum = 0;
    for (let row = 0; row < ratings.rows; row++) {
        const n = ratings.rowStart[row + 1] - ratings.rowStart[row];
        if (n === 0)
            continue;
        sum += (0, solve_side_1.penalty)(lambda, n, nu) * dot(side.factors, row, side.factors, row, rank);
        if (options.feedback === "explicit")
            sum += (0, solve_side_1.penalty)(options.lambdaBias, n, nu) * side.bias[row] ** 2;
    }
    return sum;
}
//# sourceMappingURL=objective.js.map
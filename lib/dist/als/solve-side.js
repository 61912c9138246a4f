"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.RowSolver = exports.penalty = void 0;
exports.cofactorWeight = cofactorWeight;
exports.gramianOf = gramianOf;
exports.sideSolver = sideSolver;
exports.solveSide = solveSide;
const data_1 = require("../data");
const cholesky_1 = require("./cholesky");
const non_negative_1 = require("./non-negative");
/** λ·n^ν, or the biases' λ in its place: the penalty on a row of n ratings. */
const penalty = (lambda, ratings, nu) => lambda * ratings ** nu;
exports.penalty = penalty;
/** The weight of the 0/1 matrix of what was rated where it meets this side's factors: w·β for users, w/β for items; 0 without co-factors. */
function cofactorWeight(options, side) {
    if (options.feedback === "implicit")
        return 0;
    const { cofactorWeight: weight = 0, cofactorBalance: balance = 1 } = options;
    return side === "user" ? weight * balance : weight / balance;
}
/** Ratings whose outer products are added in one pass over the system, so that it is read and written a fourth as often. */
const TILE = 4;
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
class RowSolver {
    options;
    fixed;
    globalMean;
    /** Unknowns per row: the factors, and the row's own bias for explicit feedback. */
    size;
    /** Lower triangle of the system, row-major [size × size]. */
    system;
    solution;
    /** Columns of the design that are summed together, row-major [TILE × size]. */
    tile;
    weights = new Float64Array(TILE);
    /** What all systems have in common, G or w·C, in the place where a system has it; null for nothing. */
    common;
    /** w; 0 without co-factors. */
    weight;
    /**
     * @param fixed the other side, not written to; where systems share a Gramian, it is taken here
     * @param globalMean μ, in stars; 0 for implicit feedback
     */
    constructor(options, fixed, globalMean) {
        this.options = options;
        this.fixed = fixed;
        this.globalMean = globalMean;
        const { rank, feedback } = options;
        this.size = feedback === "explicit" ? rank + 1 : rank;
        this.system = new Float64Array(this.size * this.size);
        this.solution = new Float64Array(this.size);
        this.tile = new Float64Array(TILE * this.size).fill(1);
        const weight = cofactorWeight(options, fixed.name === "user" ? "item" : "user");
        this.weight = fixed.cofactors ? weight : 0;
        if (feedback === "implicit")
            this.common = this.placed(gramianOf(fixed.factors, rank), 1);
        else if (this.weight > 0)
            this.common = this.placed(gramianOf(fixed.cofactors, rank), weight);
        else
            this.common = null;
    }
    /** A Gramian's lower triangle times `weight`, among the unknowns of a system. */
    placed(gramian, weight) {
        const { size } = this;
        const { rank } = this.options;
        const placed = new Float64Array(size * size);
        for (let f = 0; f < rank; f++)
            for (let g = 0; g <= f; g++)
                placed[f * size + g] = weight * gramian[f * rank + g];
        return placed;
    }
    /**
     * Solves row `row` of `ratings` into `solved`. A row without ratings (cold) gets zero factors and zero bias.
     * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
     */
    solve(ratings, row, solved) {
        const { options, solution } = this;
        const { rank } = options;
        if (this.form(ratings, row)) {
            const failedAt = options.nonNegative
                ? (0, non_negative_1.solveNonNegative)(this.system, solution, this.size, rank).failedAt
                : (0, cholesky_1.solveCholesky)(this.system, solution, this.size);
            if (failedAt >= 0)
                throw this.notDefinite(failedAt, ratings, row, solved);
        }
        for (let f = 0; f < rank; f++)
            solved.factors[row * rank + f] = solution[f];
        if (options.feedback === "explicit")
            solved.bias[row] = solution[rank];
    }
    /**
     * What each rating of row `row` gives to the row's score with `column` of the fixed side, in the order of the ratings. The row is
     * x = A⁻¹ Σ_j t_j·z_j, so that z_column·x = Σ_j t_j · z_jᵀ A⁻¹ z_column: one solve, a term for each rating (Hu, Koren,
     * Volinsky 2008, section 5). With co-factors w·c_j goes with t_j·z_j. Non-negative rows solve the same system with
     * those factors alone that the bound leaves above 0: a share is then what the rating gives as long as these stay the same.
     *
     * @param solved the side that the row is of, for the error
     * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
     */
    shares(ratings, row, column, solved) {
        const { size, system, solution, fixed, weight } = this;
        const { rank, nonNegative } = this.options;
        const start = ratings.rowStart[row];
        const shares = new Float64Array(ratings.rowStart[row + 1] - start);
        if (!this.form(ratings, row))
            return shares;
        const bounded = nonNegative ? (0, non_negative_1.solveNonNegative)(system, solution, size, rank) : null;
        solution.fill(1);
        for (let f = 0; f < rank; f++)
            solution[f] = fixed.factors[column * rank + f];
        const failedAt = !bounded
            ? (0, cholesky_1.solveCholesky)(system, solution, size)
            : bounded.failedAt >= 0
                ? bounded.failedAt
                : (0, non_negative_1.solveFree)(system, solution, size, bounded.free);
        if (failedAt >= 0)
            throw this.notDefinite(failedAt, ratings, row, solved);
        for (let k = 0; k < shares.length; k++) {
            const rated = ratings.columns[start + k];
            let pull = size > rank ? solution[rank] : 0;
            for (let f = 0; f < rank; f++)
                pull += solution[f] * fixed.factors[rated * rank + f];
            shares[k] = this.target(ratings, start + k) * pull;
            if (weight === 0)
                continue;
            let tie = 0;
            for (let f = 0; f < rank; f++)
                tie += solution[f] * fixed.cofactors[rated * rank + f];
            shares[k] += weight * tie;
        }
        return shares;
    }
    /** Forms a row's system and its right-hand side; false, and a right-hand side of zeros, for a row without ratings. */
    form(ratings, row) {
        const { options, size, system, solution } = this;
        const { rank } = options;
        const start = ratings.rowStart[row];
        const end = ratings.rowStart[row + 1];
        solution.fill(0);
        if (end === start)
            return false;
        if (this.common)
            system.set(this.common);
        else
            system.fill(0);
        for (let at = start; at < end; at += TILE)
            this.addTile(ratings, at, Math.min(at + TILE, end));
        if (this.weight > 0)
            for (let at = start; at < end; at++) {
                const c = ratings.columns[at] * rank;
                for (let f = 0; f < rank; f++)
                    solution[f] += this.weight * this.fixed.cofactors[c + f];
            }
        const n = end - start;
        const ridge = (0, exports.penalty)(options.lambda, n, options.nu);
        for (let f = 0; f < rank; f++)
            system[f * size + f] += ridge;
        if (options.feedback === "explicit")
            system[rank * size + rank] += (0, exports.penalty)(options.lambdaBias, n, options.nu);
        return true;
    }
    notDefinite(pivot, ratings, row, solved) {
        const { lambda, nu } = this.options;
        const n = ratings.rowStart[row + 1] - ratings.rowStart[row];
        return new data_1.WorkspaceError("SOLVE_FAILED", `${solved.name} ${row} (MovieLens id ${solved.ids[row]}): the system of ${this.size} unknowns from ${n} ` +
            `rating${n === 1 ? "" : "s"} is not positive definite at pivot ${pivot}, ` +
            `with λ·n^ν = ${(0, exports.penalty)(lambda, n, nu)}`);
    }
    /** What the rating at a position adds of its column to the right-hand side. */
    target({ columns, values }, at) {
        return this.options.feedback === "implicit"
            ? 1 + this.options.alpha * values[at]
            : values[at] - this.globalMean - this.fixed.bias[columns[at]];
    }
    /** Adds the ratings at positions from … to − 1 to the system and its right-hand side. */
    addTile(ratings, from, to) {
        const { options, size, system, solution, tile, weights, fixed } = this;
        const { rank } = options;
        // Places past `to` keep weight 0, and so add nothing.
        weights.fill(0);
        for (let at = from; at < to; at++) {
            const column = ratings.columns[at];
            const k = at - from;
            for (let f = 0; f < rank; f++)
                tile[k * size + f] = fixed.factors[column * rank + f];
            weights[k] = options.feedback === "implicit" ? options.alpha * ratings.values[at] : 1;
            const target = this.target(ratings, at);
            for (let f = 0; f < size; f++)
                solution[f] += target * tile[k * size + f];
        }
        for (let f = 0; f < size; f++) {
            const z0 = weights[0] * tile[f];
            const z1 = weights[1] * tile[size + f];
            const z2 = weights[2] * tile[2 * size + f];
            const z3 = weights[3] * tile[3 * size + f];
            const row = f * size;
            for (let g = 0; g <= f; g++)
                system[row + g] +=
                    z0 * tile[g] + z1 * tile[size + g] + z2 * tile[2 * size + g] + z3 * tile[3 * size + g];
        }
    }
}
exports.RowSolver = RowSolver;
/** Σ q qᵀ over all rows of `factors` (row-major [rows × rank]): the lower triangle, row-major [rank × rank]. */
function gramianOf(factors, rank) {
    const gramian = new Float64Array(rank * rank);
    for (let row = 0; row < factors.length; row += rank)
        for (let f = 0; f < rank; f++) {
            const factor = factors[row + f];
            if (factor === 0)
                continue;
            for (let g = 0; g <= f; g++)
                gramian[f * rank + g] += factor * factors[row + g];
        }
    return gramian;
}
/**
 * What solves one row of a side with the other side fixed: its factors and bias, and its co-factors where it has some.
 * These fit the 0/1 matrix of what was rated against the fixed factors, (w·Σ q qᵀ + λ_z·n^ν·I) c = w·Σ_j q_j with the sum
 * on the left over all columns: divided by w, that is the implicit system with α = 0.
 */
function sideSolver(options, fixed, solved, globalMean) {
    const rows = new RowSolver(options, fixed, globalMean);
    if (!solved.cofactors)
        return (ratings, row) => rows.solve(ratings, row, solved);
    const { lambda, lambdaCofactor = lambda } = options;
    const { rank, iterations, nu, seed } = options;
    const cofactors = new RowSolver({
        feedback: "implicit",
        alpha: 0,
        lambda: lambdaCofactor / cofactorWeight(options, fixed.name),
        rank,
        iterations,
        nu,
        seed,
    }, fixed, 0);
    const target = { ...solved, factors: solved.cofactors };
    return (ratings, row) => {
        rows.solve(ratings, row, solved);
        cofactors.solve(ratings, row, target);
    };
}
/** Solves every row of one side with the other side fixed. `pause` is awaited between rows; it may throw to stop. */
async function solveSide(ratings, options, fixed, solved, globalMean, pause) {
    const solve = sideSolver(options, fixed, solved, globalMean);
    for (let row = 0; row < ratings.rows; row++) {
        solve(ratings, row);
        const waiting = pause();
        if (waiting)
            await waiting;
    }
}
//# sourceMappingURL=solve-side.js.map
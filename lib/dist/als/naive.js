"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.naiveTrain = naiveTrain;
const data_1 = require("../data");
const initial_1 = require("./initial");
const options_1 = require("./options");
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
async function naiveTrain(ratings, options) {
    // mathjs takes half a second to load: only those who train with it pay.
    const { add, diag, dot, inv, lusolve, mean, multiply, sum, transpose } = await import("mathjs");
    const complete = (0, options_1.completeOptions)(options);
    const { rank, lambda, nu, feedback } = complete;
    if ((complete.seeds ?? 1) > 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", "seeds is above 1, and the twin trains one model at a time");
    const { cofactorWeight = 0, cofactorBalance = 1, lambdaCofactor = lambda } = complete;
    const weight = { users: cofactorWeight * cofactorBalance, items: cofactorWeight / cofactorBalance };
    const users = ratings.length;
    const items = ratings[0]?.length ?? 0;
    if (items === 0 || ratings.some((row) => row.length !== items))
        throw new data_1.WorkspaceError("DATA_INVALID", `the matrix of ratings is not ${users} rows of ${items} columns`);
    const stars = ratings.flat().filter((rating) => rating !== null);
    if (stars.length === 0)
        throw new data_1.WorkspaceError("DATA_INVALID", "the matrix of ratings has no rating");
    const byItem = transpose(ratings);
    const model = {
        options: complete,
        globalMean: feedback === "explicit" ? mean(stars) : 0,
        userFactors: startOf(ratings, rank, complete.seed).map((row) => complete.nonNegative ? row.map(Math.abs) : row),
        itemFactors: zeros(items, rank),
        userBias: new Array(users).fill(0),
        itemBias: new Array(items).fill(0),
        userCofactors: zeros(users, rank),
        itemCofactors: zeros(items, rank),
        losses: [],
    };
    const solution = (system, side) => {
        const [A, b] = [system, side];
        return complete.nonNegative ? descend(A, b, rank) : lusolve(A, b).valueOf().flat();
    };
    const seenIn = (row) => row.map((rating) => (rating === null ? 0 : 1));
    const solveExplicit = (row, { factors, bias, cofactors, weight }, lambdaBias) => {
        const n = countOf(row);
        const W = diag(seenIn(row));
        const Z = factors.map((factor) => [...factor, 1]);
        const y = row.map((rating, column) => (rating === null ? 0 : rating - model.globalMean - bias[column]));
        const ridge = diag([...new Array(rank).fill(penalty(lambda, n, nu)), penalty(lambdaBias, n, nu)]);
        const ZtW = multiply(transpose(Z), W);
        // The row's bias has no part in the 0/1 matrix.
        const C = cofactors.map((cofactor) => [...cofactor, 0]);
        const CtV = multiply(transpose(C), diag(row.map(() => weight)));
        const x = solution(add(add(multiply(ZtW, Z), multiply(CtV, C)), ridge), add(multiply(ZtW, y), multiply(CtV, seenIn(row))));
        return { factors: x.slice(0, rank), bias: x[rank] };
    };
    const solveImplicit = (row, { factors: Y }, alpha) => {
        const n = countOf(row);
        const C = diag(row.map((rating) => 1 + alpha * (rating ?? 0)));
        const ridge = diag(new Array(rank).fill(penalty(lambda, n, nu)));
        const YtC = multiply(transpose(Y), C);
        return { factors: solution(add(multiply(YtC, Y), ridge), multiply(YtC, seenIn(row))), bias: 0 };
    };
    const solveCofactors = (row, Y, weight) => {
        const ridge = diag(new Array(rank).fill(penalty(lambdaCofactor, countOf(row), nu)));
        const YtV = multiply(transpose(Y), diag(row.map(() => weight)));
        const system = inv(add(multiply(YtV, Y), ridge));
        return multiply(system, multiply(YtV, seenIn(row))).valueOf();
    };
    /** @param weightOfFixed of the 0/1 matrix where it meets the fixed side's factors */
    const solve = (matrix, fixed, weightOfFixed) => matrix.map((row) => {
        const nothing = new Array(rank).fill(0);
        if (countOf(row) === 0)
            return { factors: nothing, bias: 0, cofactors: nothing };
        const solved = complete.feedback === "explicit"
            ? solveExplicit(row, fixed, complete.lambdaBias)
            : solveImplicit(row, fixed, complete.alpha);
        const cofactors = weightOfFixed > 0 ? solveCofactors(row, fixed.factors, weightOfFixed) : nothing;
        return { ...solved, cofactors };
    });
    for (let iteration = 1; iteration <= complete.iterations; iteration++) {
        const solvedItems = solve(byItem, {
            factors: model.userFactors,
            bias: model.userBias,
            cofactors: model.userCofactors,
            weight: weight.items,
        }, weight.users);
        model.itemFactors = solvedItems.map((row) => row.factors);
        model.itemBias = solvedItems.map((row) => row.bias);
        model.itemCofactors = solvedItems.map((row) => row.cofactors);
        const solvedUsers = solve(ratings, {
            factors: model.itemFactors,
            bias: model.itemBias,
            cofactors: model.itemCofactors,
            weight: weight.users,
        }, weight.items);
        model.userFactors = solvedUsers.map((row) => row.factors);
        model.userBias = solvedUsers.map((row) => row.bias);
        model.userCofactors = solvedUsers.map((row) => row.cofactors);
        model.losses.push(loss());
    }
    return model;
    function loss() {
        const scores = multiply(model.userFactors, transpose(model.itemFactors));
        const fit = ratings.map((row, u) => row.map((rating, i) => {
            if (complete.feedback === "implicit")
                return (1 + complete.alpha * (rating ?? 0)) * ((rating === null ? 0 : 1) - scores[u][i]) ** 2;
            if (rating === null)
                return 0;
            return (rating - model.globalMean - model.userBias[u] - model.itemBias[i] - scores[u][i]) ** 2;
        }));
        const shrinkage = (matrix, factors, bias) => sum(matrix.map((row, k) => {
            const n = countOf(row);
            const ofBias = complete.feedback === "explicit" ? penalty(complete.lambdaBias, n, nu) * bias[k] ** 2 : 0;
            return penalty(lambda, n, nu) * dot(factors[k], factors[k]) + ofBias;
        }));
        // 0/1 against each side's factors, and the penalty on the other side's co-factors.
        const cofactorLoss = (matrix, x, c, weight) => {
            const errors = matrix.flatMap((row, k) => seenIn(row).map((seen, at) => (seen - dot(x[k], c[at])) ** 2));
            const ofRows = c.map((cofactor, at) => {
                const n = countOf(matrix.map((row) => row[at]));
                return penalty(lambdaCofactor, n, nu) * dot(cofactor, cofactor);
            });
            return weight * sum(errors) + sum(ofRows);
        };
        return (sum(fit.flat()) +
            cofactorLoss(ratings, model.userFactors, model.itemCofactors, weight.users) +
            cofactorLoss(byItem, model.itemFactors, model.userCofactors, weight.items) +
            shrinkage(ratings, model.userFactors, model.userBias) +
            shrinkage(byItem, model.itemFactors, model.itemBias));
    }
}
/** The least ½·xᵀA·x − bᵀx with the first `bounded` coordinates of 0 or more, one coordinate at a time. */
function descend(A, b, bounded) {
    const x = b.map(() => 0);
    for (let moved = Infinity; moved > 1e-13;) {
        moved = 0;
        A.forEach((row, f) => {
            const rest = row.reduce((sum, a, g) => (g === f ? sum : sum + a * x[g]), 0);
            const least = (b[f] - rest) / row[f];
            const next = f < bounded ? Math.max(0, least) : least;
            moved = Math.max(moved, Math.abs(next - x[f]));
            x[f] = next;
        });
    }
    return x;
}
// Not the solver's own: what the twin holds must not be what it leans on.
const penalty = (lambda, ratings, nu) => lambda * Math.pow(ratings, nu);
const countOf = (row) => row.filter((rating) => rating !== null).length;
const zeros = (rows, rank) => Array.from({ length: rows }, () => new Array(rank).fill(0));
function startOf(ratings, rank, seed) {
    const rowStart = new Uint32Array(ratings.length + 1);
    ratings.forEach((row, u) => (rowStart[u + 1] = rowStart[u] + countOf(row)));
    const factors = (0, initial_1.initialFactors)({ rows: ratings.length, rowStart }, rank, seed);
    return ratings.map((_, u) => Array.from(factors.subarray(u * rank, (u + 1) * rank)));
}
//# sourceMappingURL=naive.js.map
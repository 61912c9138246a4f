import { WorkspaceError } from "../data";
import { initialFactors } from "./initial";
import { completeOptions } from "./options";
import type { AlsOptions, ExplicitOptions, TrainOptions } from "./types";

/** A matrix of ratings, [users][items]; null where there is none. */
export type RatingMatrix = (number | null)[][];

/** What `train` learns, as nested arrays: factors [rows][rank], one bias per row. */
export interface NaiveModel {
  options: AlsOptions;
  /** Mean rating for explicit feedback, 0 for implicit. */
  globalMean: number;
  userFactors: number[][];
  itemFactors: number[][];
  /** Zeros for implicit feedback. */
  userBias: number[];
  itemBias: number[];
  /** Zeros without co-factors. */
  userCofactors: number[][];
  itemCofactors: number[][];
  /** The regularised objective after each iteration. */
  losses: number[];
}

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
export async function naiveTrain(ratings: RatingMatrix, options: TrainOptions): Promise<NaiveModel> {
  // mathjs takes half a second to load: only those who train with it pay.
  const { add, diag, dot, inv, lusolve, mean, multiply, sum, transpose } = await import("mathjs");
  const complete = completeOptions(options);
  const { rank, lambda, nu, feedback } = complete;
  if ((complete.seeds ?? 1) > 1)
    throw new WorkspaceError("OPTION_INVALID", "seeds is above 1, and the twin trains one model at a time");
  const { cofactorWeight = 0, cofactorBalance = 1, lambdaCofactor = lambda } = complete as ExplicitOptions;
  const weight = { users: cofactorWeight * cofactorBalance, items: cofactorWeight / cofactorBalance };
  const users = ratings.length;
  const items = ratings[0]?.length ?? 0;
  if (items === 0 || ratings.some((row) => row.length !== items))
    throw new WorkspaceError(
      "DATA_INVALID",
      `the matrix of ratings is not ${users} rows of ${items} columns`,
    );
  const stars = ratings.flat().filter((rating): rating is number => rating !== null);
  if (stars.length === 0) throw new WorkspaceError("DATA_INVALID", "the matrix of ratings has no rating");
  const byItem = transpose(ratings as number[][]) as RatingMatrix;

  const model: NaiveModel = {
    options: complete,
    globalMean: feedback === "explicit" ? mean(stars) : 0,
    userFactors: startOf(ratings, rank, complete.seed).map((row) =>
      complete.nonNegative ? row.map(Math.abs) : row,
    ),
    itemFactors: zeros(items, rank),
    userBias: new Array<number>(users).fill(0),
    itemBias: new Array<number>(items).fill(0),
    userCofactors: zeros(users, rank),
    itemCofactors: zeros(items, rank),
    losses: [],
  };

  const solution = (system: unknown, side: unknown): number[] => {
    const [A, b] = [system as number[][], side as number[]];
    return complete.nonNegative ? descend(A, b, rank) : (lusolve(A, b).valueOf() as number[][]).flat();
  };
  const seenIn = (row: (number | null)[]): number[] => row.map((rating) => (rating === null ? 0 : 1));

  const solveExplicit = (
    row: (number | null)[],
    { factors, bias, cofactors, weight }: Fixed,
    lambdaBias: number,
  ) => {
    const n = countOf(row);
    const W = diag(seenIn(row));
    const Z = factors.map((factor) => [...factor, 1]);
    const y = row.map((rating, column) => (rating === null ? 0 : rating - model.globalMean - bias[column]));
    const ridge = diag([...new Array<number>(rank).fill(penalty(lambda, n, nu)), penalty(lambdaBias, n, nu)]);
    const ZtW = multiply(transpose(Z), W);
    // The row's bias has no part in the 0/1 matrix.
    const C = cofactors.map((cofactor) => [...cofactor, 0]);
    const CtV = multiply(transpose(C), diag(row.map(() => weight)));
    const x = solution(
      add(add(multiply(ZtW, Z), multiply(CtV, C)), ridge),
      add(multiply(ZtW, y), multiply(CtV, seenIn(row))),
    );
    return { factors: x.slice(0, rank), bias: x[rank] };
  };
  const solveImplicit = (row: (number | null)[], { factors: Y }: Fixed, alpha: number) => {
    const n = countOf(row);
    const C = diag(row.map((rating) => 1 + alpha * (rating ?? 0)));
    const ridge = diag(new Array<number>(rank).fill(penalty(lambda, n, nu)));
    const YtC = multiply(transpose(Y), C);
    return { factors: solution(add(multiply(YtC, Y), ridge), multiply(YtC, seenIn(row))), bias: 0 };
  };
  const solveCofactors = (row: (number | null)[], Y: number[][], weight: number): number[] => {
    const ridge = diag(new Array<number>(rank).fill(penalty(lambdaCofactor, countOf(row), nu)));
    const YtV = multiply(transpose(Y), diag(row.map(() => weight)));
    const system = inv(add(multiply(YtV, Y), ridge));
    return multiply(system, multiply(YtV, seenIn(row))).valueOf() as number[];
  };
  /** @param weightOfFixed of the 0/1 matrix where it meets the fixed side's factors */
  const solve = (matrix: RatingMatrix, fixed: Fixed, weightOfFixed: number) =>
    matrix.map((row) => {
      const nothing = new Array<number>(rank).fill(0);
      if (countOf(row) === 0) return { factors: nothing, bias: 0, cofactors: nothing };
      const solved =
        complete.feedback === "explicit"
          ? solveExplicit(row, fixed, complete.lambdaBias)
          : solveImplicit(row, fixed, complete.alpha);
      const cofactors = weightOfFixed > 0 ? solveCofactors(row, fixed.factors, weightOfFixed) : nothing;
      return { ...solved, cofactors };
    });

  for (let iteration = 1; iteration <= complete.iterations; iteration++) {
    const solvedItems = solve(
      byItem,
      {
        factors: model.userFactors,
        bias: model.userBias,
        cofactors: model.userCofactors,
        weight: weight.items,
      },
      weight.users,
    );
    model.itemFactors = solvedItems.map((row) => row.factors);
    model.itemBias = solvedItems.map((row) => row.bias);
    model.itemCofactors = solvedItems.map((row) => row.cofactors);
    const solvedUsers = solve(
      ratings,
      {
        factors: model.itemFactors,
        bias: model.itemBias,
        cofactors: model.itemCofactors,
        weight: weight.users,
      },
      weight.items,
    );
    model.userFactors = solvedUsers.map((row) => row.factors);
    model.userBias = solvedUsers.map((row) => row.bias);
    model.userCofactors = solvedUsers.map((row) => row.cofactors);
    model.losses.push(loss());
  }
  return model;

  function loss(): number {
    const scores = multiply(model.userFactors, transpose(model.itemFactors));
    const fit = ratings.map((row, u) =>
      row.map((rating, i) => {
        if (complete.feedback === "implicit")
          return (1 + complete.alpha * (rating ?? 0)) * ((rating === null ? 0 : 1) - scores[u][i]) ** 2;
        if (rating === null) return 0;
        return (rating - model.globalMean - model.userBias[u] - model.itemBias[i] - scores[u][i]) ** 2;
      }),
    );
    const shrinkage = (matrix: RatingMatrix, factors: number[][], bias: number[]): number =>
      sum(
        matrix.map((row, k) => {
          const n = countOf(row);
          const ofBias =
            complete.feedback === "explicit" ? penalty(complete.lambdaBias, n, nu) * bias[k] ** 2 : 0;
          return penalty(lambda, n, nu) * dot(factors[k], factors[k]) + ofBias;
        }),
      );
    // 0/1 against each side's factors, and the penalty on the other side's co-factors.
    const cofactorLoss = (matrix: RatingMatrix, x: number[][], c: number[][], weight: number): number => {
      const errors = matrix.flatMap((row, k) =>
        seenIn(row).map((seen, at) => (seen - dot(x[k], c[at])) ** 2),
      );
      const ofRows = c.map((cofactor, at) => {
        const n = countOf(matrix.map((row) => row[at]));
        return penalty(lambdaCofactor, n, nu) * dot(cofactor, cofactor);
      });
      return weight * sum(errors) + sum(ofRows);
    };
    return (
      sum(fit.flat()) +
      cofactorLoss(ratings, model.userFactors, model.itemCofactors, weight.users) +
      cofactorLoss(byItem, model.itemFactors, model.userCofactors, weight.items) +
      shrinkage(ratings, model.userFactors, model.userBias) +
      shrinkage(byItem, model.itemFactors, model.itemBias)
    );
  }
}

/** What a row is solved against. */
interface Fixed {
  factors: number[][];
  bias: number[];
  cofactors: number[][];
  /** Of the 0/1 matrix where it meets the rows that are solved. */
  weight: number;
}

/** The least ½·xᵀA·x − bᵀx with the first `bounded` coordinates of 0 or more, one coordinate at a time. */
function descend(A: number[][], b: number[], bounded: number): number[] {
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
const penalty = (lambda: number, ratings: number, nu: number): number => lambda * Math.pow(ratings, nu);

const countOf = (row: (number | null)[]): number => row.filter((rating) => rating !== null).length;

const zeros = (rows: number, rank: number): number[][] =>
  Array.from({ length: rows }, () => new Array<number>(rank).fill(0));

function startOf(ratings: RatingMatrix, rank: number, seed: number): number[][] {
  const rowStart = new Uint32Array(ratings.length + 1);
  ratings.forEach((row, u) => (rowStart[u + 1] = rowStart[u] + countOf(row)));
  const factors = initialFactors({ rows: ratings.length, rowStart }, rank, seed);
  return ratings.map((_, u) => Array.from(factors.subarray(u * rank, (u + 1) * rank)));
}

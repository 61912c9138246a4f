import { WorkspaceError } from "../data";
import { initialFactors } from "./initial";
import { completeOptions } from "./options";
import type { AlsOptions, TrainOptions } from "./types";

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
 * @throws WorkspaceError OPTION_INVALID naming the option, DATA_INVALID for a matrix that is not rectangular or is empty
 */
export async function naiveTrain(ratings: RatingMatrix, options: TrainOptions): Promise<NaiveModel> {
  // mathjs takes half a second to load: only those who train with it pay.
  const { add, diag, dot, inv, lusolve, mean, multiply, sum, transpose } = await import("mathjs");
  const complete = completeOptions(options);
  const { rank, lambda, nu, feedback } = complete;
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
    userFactors: startOf(ratings, rank, complete.seed),
    itemFactors: zeros(items, rank),
    userBias: new Array<number>(users).fill(0),
    itemBias: new Array<number>(items).fill(0),
    losses: [],
  };

  const solveExplicit = (row: (number | null)[], factors: number[][], bias: number[], lambdaBias: number) => {
    const n = countOf(row);
    const W = diag(row.map((rating) => (rating === null ? 0 : 1)));
    const Z = factors.map((factor) => [...factor, 1]);
    const y = row.map((rating, column) => (rating === null ? 0 : rating - model.globalMean - bias[column]));
    const ridge = diag([...new Array<number>(rank).fill(penalty(lambda, n, nu)), penalty(lambdaBias, n, nu)]);
    const ZtW = multiply(transpose(Z), W);
    const x = (lusolve(add(multiply(ZtW, Z), ridge), multiply(ZtW, y)).valueOf() as number[][]).flat();
    return { factors: x.slice(0, rank), bias: x[rank] };
  };
  const solveImplicit = (row: (number | null)[], Y: number[][], alpha: number) => {
    const n = countOf(row);
    const C = diag(row.map((rating) => 1 + alpha * (rating ?? 0)));
    const p = row.map((rating) => (rating === null ? 0 : 1));
    const ridge = diag(new Array<number>(rank).fill(penalty(lambda, n, nu)));
    const YtC = multiply(transpose(Y), C);
    const x = multiply(inv(add(multiply(YtC, Y), ridge)), multiply(YtC, p)).valueOf() as number[];
    return { factors: x, bias: 0 };
  };
  const solve = (matrix: RatingMatrix, factors: number[][], bias: number[]) =>
    matrix.map((row) => {
      if (countOf(row) === 0) return { factors: new Array<number>(rank).fill(0), bias: 0 };
      return complete.feedback === "explicit"
        ? solveExplicit(row, factors, bias, complete.lambdaBias)
        : solveImplicit(row, factors, complete.alpha);
    });

  for (let iteration = 1; iteration <= complete.iterations; iteration++) {
    const solvedItems = solve(byItem, model.userFactors, model.userBias);
    model.itemFactors = solvedItems.map((row) => row.factors);
    model.itemBias = solvedItems.map((row) => row.bias);
    const solvedUsers = solve(ratings, model.itemFactors, model.itemBias);
    model.userFactors = solvedUsers.map((row) => row.factors);
    model.userBias = solvedUsers.map((row) => row.bias);
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
    return (
      sum(fit.flat()) +
      shrinkage(ratings, model.userFactors, model.userBias) +
      shrinkage(byItem, model.itemFactors, model.itemBias)
    );
  }
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

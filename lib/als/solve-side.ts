import { WorkspaceError, type RatingsByRow } from "../data";
import { solveCholesky } from "./cholesky";
import type { AlsOptions } from "./types";

/** One side of the factorisation. `factors` row-major [rows × rank]; `bias` one per row, zeros for implicit feedback. */
export interface Side {
  /** What a row is called in an error. */
  readonly name: "user" | "item";
  /** Dense index → MovieLens id. */
  readonly ids: Uint32Array;
  readonly factors: Float64Array;
  readonly bias: Float64Array;
}

/** λ·n^ν, or the biases' λ in its place: the penalty on a row of n ratings. */
export const penalty = (lambda: number, ratings: number, nu: number): number => lambda * ratings ** nu;

/** Ratings whose outer products are added in one pass over the system, so that it is read and written a fourth as often. */
const TILE = 4;

/**
 * Solves rows of one side with the other side fixed, exactly, each by its own normal equations. A row with ratings
 * r_j on columns j, n of them, that have factors q_j and biases b_j:
 *
 *   explicit  z_j = (q_j, 1):  (Σ_j z_j z_jᵀ + n^ν · diag(λ, …, λ, λ_b)) · (p, b) = Σ_j (r_j − μ − b_j) · z_j
 *   implicit  G = Σ q qᵀ over all columns:  (G + Σ_j α·r_j · q_j q_jᵀ + λ·n^ν · I) · p = Σ_j (1 + α·r_j) · q_j
 *
 * Sources: Zhou, Wilkinson, Schreiber, Pan 2008 (λ·n); Hu, Koren, Volinsky 2008, eq. 4 (implicit). The bias column
 * is the textbook one of a regression with an intercept that is penalised by itself.
 *
 * Users and items, both kinds of feedback and fold-in are all solved here. Sums run in the order of the columns,
 * so that the same row always has the same bits.
 */
export class RowSolver {
  /** Unknowns per row: the factors, and the row's own bias for explicit feedback. */
  private readonly size: number;
  /** Lower triangle of the system, row-major [size × size]. */
  private readonly system: Float64Array;
  private readonly solution: Float64Array;
  /** Columns of the design that are summed together, row-major [TILE × size]. */
  private readonly tile: Float64Array;
  private readonly weights = new Float64Array(TILE);
  /** Implicit feedback: G, lower triangle, row-major [rank × rank]. */
  private readonly gramian: Float64Array | null;

  /**
   * @param fixed the other side, not written to; for implicit feedback its Gramian is taken here
   * @param globalMean μ, in stars; 0 for implicit feedback
   */
  constructor(
    private readonly options: AlsOptions,
    private readonly fixed: Side,
    private readonly globalMean: number,
  ) {
    const { rank, feedback } = options;
    this.size = feedback === "explicit" ? rank + 1 : rank;
    this.system = new Float64Array(this.size * this.size);
    this.solution = new Float64Array(this.size);
    this.tile = new Float64Array(TILE * this.size).fill(1);
    this.gramian = feedback === "implicit" ? gramianOf(fixed.factors, rank) : null;
  }

  /**
   * Solves row `row` of `ratings` into `solved`. A row without ratings (cold) gets zero factors and zero bias.
   * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
   */
  solve(ratings: RatingsByRow, row: number, solved: Side): void {
    const { options, solution } = this;
    const { rank } = options;
    if (this.form(ratings, row)) this.factorise(ratings, row, solved);
    for (let f = 0; f < rank; f++) solved.factors[row * rank + f] = solution[f];
    if (options.feedback === "explicit") solved.bias[row] = solution[rank];
  }

  /**
   * What each rating of row `row` gives to the row's score with `column` of the fixed side, in the order of the ratings. The row is
   * x = A⁻¹ Σ_j t_j·z_j, so that z_column·x = Σ_j t_j · z_jᵀ A⁻¹ z_column: one solve, a term for each rating (Hu, Koren,
   * Volinsky 2008, section 5).
   *
   * @param solved the side that the row is of, for the error
   * @throws WorkspaceError SOLVE_FAILED naming the row, when its system is not positive definite
   */
  shares(ratings: RatingsByRow, row: number, column: number, solved: Side): Float64Array {
    const { size, solution, fixed } = this;
    const { rank } = this.options;
    const start = ratings.rowStart[row];
    const shares = new Float64Array(ratings.rowStart[row + 1] - start);
    if (!this.form(ratings, row)) return shares;
    solution.fill(1);
    for (let f = 0; f < rank; f++) solution[f] = fixed.factors[column * rank + f];
    this.factorise(ratings, row, solved);
    for (let k = 0; k < shares.length; k++) {
      const rated = ratings.columns[start + k];
      let pull = size > rank ? solution[rank] : 0;
      for (let f = 0; f < rank; f++) pull += solution[f] * fixed.factors[rated * rank + f];
      shares[k] = this.target(ratings, start + k) * pull;
    }
    return shares;
  }

  /** Forms a row's system and its right-hand side; false, and a right-hand side of zeros, for a row without ratings. */
  private form(ratings: RatingsByRow, row: number): boolean {
    const { options, size, system, solution } = this;
    const { rank } = options;
    const start = ratings.rowStart[row];
    const end = ratings.rowStart[row + 1];
    solution.fill(0);
    if (end === start) return false;
    if (this.gramian) system.set(this.gramian);
    else system.fill(0);
    for (let at = start; at < end; at += TILE) this.addTile(ratings, at, Math.min(at + TILE, end));
    const n = end - start;
    const ridge = penalty(options.lambda, n, options.nu);
    for (let f = 0; f < rank; f++) system[f * size + f] += ridge;
    if (options.feedback === "explicit")
      system[rank * size + rank] += penalty(options.lambdaBias, n, options.nu);
    return true;
  }

  /** Solves the formed system for what is in `solution`. */
  private factorise(ratings: RatingsByRow, row: number, solved: Side): void {
    const { options, size, system, solution } = this;
    const failedAt = solveCholesky(system, solution, size);
    if (failedAt < 0) return;
    const n = ratings.rowStart[row + 1] - ratings.rowStart[row];
    throw new WorkspaceError(
      "SOLVE_FAILED",
      `${solved.name} ${row} (MovieLens id ${solved.ids[row]}): the system of ${size} unknowns from ${n} ` +
        `rating${n === 1 ? "" : "s"} is not positive definite at pivot ${failedAt}, ` +
        `with λ·n^ν = ${penalty(options.lambda, n, options.nu)}`,
    );
  }

  /** What the rating at a position adds of its column to the right-hand side. */
  private target({ columns, values }: RatingsByRow, at: number): number {
    return this.options.feedback === "implicit"
      ? 1 + this.options.alpha * values[at]
      : values[at] - this.globalMean - this.fixed.bias[columns[at]];
  }

  /** Adds the ratings at positions from … to − 1 to the system and its right-hand side. */
  private addTile(ratings: RatingsByRow, from: number, to: number): void {
    const { options, size, system, solution, tile, weights, fixed } = this;
    const { rank } = options;
    // Places past `to` keep weight 0, and so add nothing.
    weights.fill(0);
    for (let at = from; at < to; at++) {
      const column = ratings.columns[at];
      const k = at - from;
      for (let f = 0; f < rank; f++) tile[k * size + f] = fixed.factors[column * rank + f];
      weights[k] = options.feedback === "implicit" ? options.alpha * ratings.values[at] : 1;
      const target = this.target(ratings, at);
      for (let f = 0; f < size; f++) solution[f] += target * tile[k * size + f];
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

/** Σ q qᵀ over all rows of `factors` (row-major [rows × rank]): the lower triangle, row-major [rank × rank]. */
export function gramianOf(factors: Float64Array, rank: number): Float64Array {
  const gramian = new Float64Array(rank * rank);
  for (let row = 0; row < factors.length; row += rank)
    for (let f = 0; f < rank; f++) {
      const factor = factors[row + f];
      if (factor === 0) continue;
      for (let g = 0; g <= f; g++) gramian[f * rank + g] += factor * factors[row + g];
    }
  return gramian;
}

/** Solves every row of one side. `pause` is awaited between rows; it may throw to stop. */
export async function solveSide(
  ratings: RatingsByRow,
  solver: RowSolver,
  solved: Side,
  pause: () => Promise<void> | void,
): Promise<void> {
  for (let row = 0; row < ratings.rows; row++) {
    solver.solve(ratings, row, solved);
    const waiting = pause();
    if (waiting) await waiting;
  }
}

import type { RatingsByRow } from "../data";
import { gramianOf, penalty, type Side } from "./solve-side";
import type { AlsOptions } from "./types";

/** p·q for row `a` of `left` and row `b` of `right`, both row-major [rows × rank]. */
export function dot(left: Float64Array, a: number, right: Float64Array, b: number, rank: number): number {
  let sum = 0;
  for (let f = 0; f < rank; f++) sum += left[a * rank + f] * right[b * rank + f];
  return sum;
}

/**
 * The regularised objective that both sides minimise, so that no exact solve can raise it:
 *
 *   explicit  Σ_rated (r − μ − b_u − b_i − p·q)² + Σ_rows n^ν · (λ‖p‖² + λ_b·b²)
 *   implicit  Σ_all c·(preference − p·q)² + Σ_rows λ·n^ν · ‖p‖²
 *
 * with c = 1 + α·r where rated and 1 elsewhere (Hu, Koren, Volinsky 2008, eq. 3). The sum over all cells is taken
 * as Σ_all (p·q)² = trace(PᵀP · QᵀQ), corrected on the rated cells.
 */
export function objective(
  options: AlsOptions,
  globalMean: number,
  users: Side,
  items: Side,
  byUser: RatingsByRow,
  byItem: RatingsByRow,
): number {
  const { rank } = options;
  let fit = 0;
  if (options.feedback === "implicit") {
    const left = gramianOf(users.factors, rank);
    const right = gramianOf(items.factors, rank);
    for (let f = 0; f < rank; f++)
      for (let g = 0; g <= f; g++) fit += (f === g ? 1 : 2) * left[f * rank + g] * right[f * rank + g];
  }
  for (let user = 0; user < byUser.rows; user++)
    for (let at = byUser.rowStart[user]; at < byUser.rowStart[user + 1]; at++) {
      const item = byUser.columns[at];
      const rating = byUser.values[at];
      const score = dot(users.factors, user, items.factors, item, rank);
      if (options.feedback === "implicit")
        fit += (1 + options.alpha * rating) * (1 - score) ** 2 - score ** 2;
      else fit += (rating - globalMean - users.bias[user] - items.bias[item] - score) ** 2;
    }
  return fit + shrinkage(options, users, byUser) + shrinkage(options, items, byItem);
}

function shrinkage(options: AlsOptions, side: Side, ratings: RatingsByRow): number {
  const { rank, lambda, nu } = options;
  let sum = 0;
  for (let row = 0; row < ratings.rows; row++) {
    const n = ratings.rowStart[row + 1] - ratings.rowStart[row];
    if (n === 0) continue;
    sum += penalty(lambda, n, nu) * dot(side.factors, row, side.factors, row, rank);
    if (options.feedback === "explicit") sum += penalty(options.lambdaBias, n, nu) * side.bias[row] ** 2;
  }
  return sum;
}

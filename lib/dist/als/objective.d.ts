import type { RatingsByRow } from "../data";
import { type Side } from "./solve-side";
import type { AlsOptions } from "./types";
/** p·q for row `a` of `left` and row `b` of `right`, both row-major [rows × rank]. */
export declare function dot(left: Float64Array, a: number, right: Float64Array, b: number, rank: number): number;
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
export declare function objective(options: AlsOptions, globalMean: number, users: Side, items: Side, byUser: RatingsByRow, byItem: RatingsByRow): number;

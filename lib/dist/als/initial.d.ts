import { type RatingsByRow } from "../data";
/**
 * Where training starts from: normal numbers by Box–Muller, drawn in row order from `seed`; zeros for cold rows,
 * which must not weigh in the Gramian. Row-major [rows × rank].
 */
export declare function initialFactors(ratings: Pick<RatingsByRow, "rows" | "rowStart">, rank: number, seed: number): Float64Array;

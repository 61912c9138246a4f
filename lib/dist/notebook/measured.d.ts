import type { Row } from "../data";
import type { Estimate, ScoreboardRow } from "../evaluate";
/** "0.240 (0.220 to 0.260)": the value and its interval; the value alone where there is none, a dash without a value. */
export declare function withRange(estimate: Estimate | null, digits?: number): string;
/** "0.240 ±0.020": the value and half the width of its interval, for tables of many columns. */
export declare function withHalfWidth(estimate: Estimate | null, digits?: number): string;
/** The scoreboard as rows of a table, how right each model is: lists of k films, and errors in stars. */
export declare function accuracyTable(board: readonly ScoreboardRow[], k: number): Row[];
/** The scoreboard as rows of a table, how wide the lists of k films reach and what each model costs. */
export declare function costTable(board: readonly ScoreboardRow[], k: number): Row[];
/** What lists are like beside being right; see `beyond-accuracy` of lib/evaluate for each figure. */
export declare function beyondAccuracyTable(board: readonly ScoreboardRow[]): Row[];
interface TraceOptions {
    name?: string;
    color?: string;
}
/** A plotly trace: estimates with their intervals to the right, one line for each label. */
export declare function dots(labels: readonly string[], estimates: readonly Estimate[], { name, color }?: TraceOptions): object;
/** A plotly trace: a line through estimates, with their intervals upwards. */
export declare function curve(x: readonly (number | string)[], estimates: readonly Estimate[], { name, color }?: TraceOptions): object;
export {};

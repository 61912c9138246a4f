import type { Kernels } from "./kernels";
/** What a thread can be asked to do; addresses are bytes in the shared memory. Every thread gets the same task and takes its part from the cursor. */
export type Task = {
    kind: "solve";
    job: number;
} | {
    kind: "measure";
    job: number;
} | {
    kind: "top";
    job: number;
    top: number;
} | SegmentTask;
/** Work on fixed segments of rows, whose shape does not depend on the number of threads. */
export type SegmentTask = {
    cursor: number;
    stop: number;
    rows: number;
    size: number;
} & ({
    kind: "gram";
    factors: number;
    weights: number;
    targets: number;
} | {
    kind: "moments";
    factors: number;
    weights: number;
    targets: number;
} | {
    kind: "norms";
    factors: number;
    scales: number;
    targets: number;
} | {
    kind: "turn";
    factors: number;
    axes: number;
} | {
    kind: "scale";
    factors: number;
    scales: number;
});
/** Segments that a side is cut into for sums over its rows. */
export declare const SEGMENTS = 32;
/** A row whose system is not positive definite even in float64. */
export interface FailedRow {
    row: number;
    pivot: number;
}
/** Does one thread's share of a task; null where every row could be solved. */
export declare function runTask(kernels: Kernels, buffer: SharedArrayBuffer, scratch: number, task: Task): FailedRow | null;

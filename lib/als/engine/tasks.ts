import type { Kernels } from "./kernels";
import { readJob } from "./layout";
import { solveRowFloat64 } from "./float64";

/** What a thread can be asked to do; addresses are bytes in the shared memory. Every thread gets the same task and takes its part from the cursor. */
export type Task =
  | { kind: "solve"; job: number }
  | { kind: "measure"; job: number }
  | { kind: "top"; job: number; top: number }
  | SegmentTask;

/** Work on fixed segments of rows, whose shape does not depend on the number of threads. */
export type SegmentTask = { cursor: number; stop: number; rows: number; size: number } & (
  | { kind: "gram"; factors: number; weights: number; targets: number }
  | { kind: "moments"; factors: number; weights: number; targets: number }
  | { kind: "norms"; factors: number; scales: number; targets: number }
  | { kind: "turn"; factors: number; axes: number }
  | { kind: "scale"; factors: number; scales: number }
);

/** Segments that a side is cut into for sums over its rows. */
export const SEGMENTS = 32;

/** A row whose system is not positive definite even in float64. */
export interface FailedRow {
  row: number;
  pivot: number;
}

const MORE = -2;

/** Does one thread's share of a task; null where every row could be solved. */
export function runTask(
  kernels: Kernels,
  buffer: SharedArrayBuffer,
  scratch: number,
  task: Task,
): FailedRow | null {
  switch (task.kind) {
    case "solve":
      for (;;) {
        const result = kernels.solveRows(task.job, scratch);
        if (result < 0 && result !== MORE) return null;
        if (result < 0) continue;
        const pivot = solveRowFloat64(buffer, readJob(buffer, task.job), result);
        if (pivot >= 0) return { row: result, pivot };
      }
    case "measure":
      while (kernels.measureRows(task.job) === MORE);
      return null;
    case "top":
      while (kernels.topRows(task.job, task.top, scratch) === MORE);
      return null;
    case "gram":
    case "moments":
    case "norms":
    case "turn":
    case "scale":
      for (let segment = nextSegment(buffer, task); segment < SEGMENTS; segment = nextSegment(buffer, task)) {
        const from = segmentStart(task.rows, segment);
        const to = segmentStart(task.rows, segment + 1);
        runSegment(kernels, buffer, scratch, task, segment, from, to);
      }
      return null;
  }
}

const segmentStart = (rows: number, segment: number): number => Math.floor((rows * segment) / SEGMENTS);

function nextSegment(buffer: SharedArrayBuffer, { cursor, stop }: SegmentTask): number {
  if (Atomics.load(new Int32Array(buffer, stop, 1), 0) !== 0) return SEGMENTS;
  return Atomics.add(new Int32Array(buffer, cursor, 1), 0, 1);
}

function runSegment(
  kernels: Kernels,
  buffer: SharedArrayBuffer,
  scratch: number,
  task: SegmentTask,
  segment: number,
  from: number,
  to: number,
): void {
  const { size } = task;
  switch (task.kind) {
    case "gram":
      kernels.gramOfRows(
        task.factors,
        task.weights,
        from,
        to,
        size,
        task.targets + segment * size * size * 8,
        scratch,
      );
      break;
    case "moments":
      kernels.columnMoments(task.factors, task.weights, from, to, size, task.targets + segment * size * 8);
      break;
    case "norms":
      new Float64Array(buffer, task.targets)[segment] = kernels.weightedSquares(
        task.factors,
        task.scales,
        from,
        to,
        size,
      );
      break;
    case "turn":
      kernels.turnRows(task.factors, from, to, size, task.axes, scratch);
      break;
    case "scale":
      kernels.scaleColumns(task.factors, from, to, size, task.scales);
      break;
  }
}

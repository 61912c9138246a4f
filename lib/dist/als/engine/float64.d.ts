import type { Job } from "./layout";
/**
 * The same system as `solveExact` in ./assembly, in float64 and plain loops: for the rows whose system is too badly
 * conditioned for float32, and the twin that holds the kernel in tests.
 *
 * @returns −1 when solved and written, or the pivot that is not positive
 */
export declare function solveRowFloat64(buffer: SharedArrayBuffer, job: Job, row: number): number;

import type { KernelTimes } from "./bench";
/** A kernel on the roofline: what it computes for each byte that it must be given, and how fast. */
export interface RooflinePoint extends KernelTimes {
    /** Floating-point operations a byte of its operands, each operand counted once. */
    intensity: number;
}
/** The kernels whose traffic is known, with their intensity. */
export declare const onRoofline: (kernels: readonly KernelTimes[]) => RooflinePoint[];
/** GB/s that one core moves to and from memory: the quickest of a few copies of 128 MiB, each byte read and written. */
export declare function memoryBandwidth(): number;

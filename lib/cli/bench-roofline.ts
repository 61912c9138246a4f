import type { KernelTimes } from "./bench-report";

/** A kernel on the roofline: what it computes for each byte that it must be given, and how fast. */
export interface RooflinePoint extends KernelTimes {
  /** Floating-point operations a byte of its operands, each operand counted once. */
  intensity: number;
}

/**
 * Operations a byte, by the kernel's name: what bounds a kernel that had to fetch its operands from memory.
 * Source: Williams, Waterman and Patterson 2009, Roofline.
 *
 *   Gram update              of a row of `rank` floats the products of all pairs: rank · (rank + 1) over 4 · rank bytes
 *   Cholesky                 rank³ / 3 over the half of a symmetric matrix, 2 · rank²  bytes
 *   conjugate-gradient pass  two products with a row, there and back: 4 · rank over 4 · rank bytes
 */
const INTENSITY: Record<string, (rank: number) => number> = {
  "Gram update": (rank) => (rank + 1) / 4,
  Cholesky: (rank) => rank / 6,
  "conjugate-gradient pass": () => 1,
};

/** The kernels whose traffic is known, with their intensity. */
export const onRoofline = (kernels: readonly KernelTimes[]): RooflinePoint[] =>
  kernels.flatMap((times) => {
    const intensity = INTENSITY[times.kernel]?.(times.rank);
    return intensity === undefined ? [] : [{ ...times, intensity }];
  });

/** Past every cache. */
const COPY_BYTES = 1 << 27;
const COPIES = 8;

/** GB/s that one core moves to and from memory: the quickest of a few copies of 128 MiB, each byte read and written. */
export function memoryBandwidth(): number {
  const from = new Uint8Array(COPY_BYTES).fill(1);
  const to = new Uint8Array(COPY_BYTES).fill(2);
  let best = Infinity;
  for (let copy = 0; copy < COPIES; copy++) {
    const start = performance.now();
    to.set(from);
    best = Math.min(best, performance.now() - start);
  }
  return (2 * COPY_BYTES) / best / 1e6;
}

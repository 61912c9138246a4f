import { WorkspaceError } from "../data";

/** A pivot below this share of its diagonal entry has lost its digits to cancellation. */
const SMALLEST_PIVOT = 1e-13;

/** Pivots swept at a time: the matrix goes through memory once for so many of them. */
const BLOCK = 48;

/**
 * The inverse of a symmetric positive definite matrix, in place, by sweeping blocks of pivots one after the other
 * (Goodnight 1979, "A Tutorial on the SWEEP Operator"): size³ / 2 multiply-adds.
 * @param a row-major [size × size]; only the lower triangle is read, both are written
 * @throws WorkspaceError SOLVE_FAILED when the matrix is not positive definite
 */
export function invertPositive(a: Float64Array, size: number): void {
  const diagonal = Float64Array.from({ length: size }, (_, k) => a[k * size + k]);
  const pivots = new Float64Array(BLOCK * BLOCK);
  const panel = new Float64Array(size * BLOCK);
  const solved = new Float64Array(size * BLOCK);
  for (let from = 0; from < size; from += BLOCK) {
    const width = Math.min(BLOCK, size - from);
    for (let k = 0; k < width; k++)
      for (let l = 0; l < width; l++)
        pivots[k * width + l] = a[(from + Math.max(k, l)) * size + from + Math.min(k, l)];
    invertBlock(pivots, width, diagonal, from);
    for (let i = 0; i < size; i++)
      for (let k = 0; k < width; k++)
        panel[i * width + k] = i < from ? a[(from + k) * size + i] : a[i * size + from + k];
    // The block's own rows are written below; of zeros, the update leaves them as they are.
    panel.fill(0, from * width, (from + width) * width);
    multiply(panel, pivots, solved, size, width);
    update(a, solved, panel, size, width);
    for (let k = 0; k < width; k++) {
      for (let i = 0; i < from; i++) a[(from + k) * size + i] = solved[i * width + k];
      for (let l = 0; l <= k; l++) a[(from + k) * size + from + l] = -pivots[k * width + l];
      for (let i = from + width; i < size; i++) a[i * size + from + k] = solved[i * width + k];
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = -a[i * size + j];
}

/** The inverse of one block [width × width], pivot by pivot. @param diagonal of the whole matrix as it was */
function invertBlock(block: Float64Array, width: number, diagonal: Float64Array, from: number): void {
  const column = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    const pivot = block[k * width + k];
    if (!(pivot > SMALLEST_PIVOT * diagonal[from + k] && pivot < Infinity))
      throw new WorkspaceError(
        "SOLVE_FAILED",
        `pivot ${from + k} of ${diagonal.length} is ${pivot}: not positive definite`,
      );
    for (let i = 0; i < width; i++) column[i] = block[i * width + k];
    for (let i = 0; i < width; i++) {
      if (i === k) continue;
      for (let j = 0; j < width; j++) if (j !== k) block[i * width + j] -= (column[i] / pivot) * column[j];
    }
    for (let i = 0; i < width; i++) block[i * width + k] = block[k * width + i] = column[i] / pivot;
    block[k * width + k] = -1 / pivot;
  }
  for (let at = 0; at < width * width; at++) block[at] = -block[at];
}

/** `out` = rows · square, all of `width` columns. */
function multiply(
  rows: Float64Array,
  square: Float64Array,
  out: Float64Array,
  size: number,
  width: number,
): void {
  for (let i = 0; i < size; i++)
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let l = 0; l < width; l++) sum += rows[i * width + l] * square[l * width + k];
      out[i * width + k] = sum;
    }
}

/** a −= left · rightᵀ in the lower triangle, four columns at a time. */
function update(a: Float64Array, left: Float64Array, right: Float64Array, size: number, width: number): void {
  for (let i = 0; i < size; i++) {
    const own = i * width;
    let j = 0;
    for (; j + 3 <= i; j += 4) {
      const [first, second, third, fourth] = [j * width, (j + 1) * width, (j + 2) * width, (j + 3) * width];
      let [a0, a1, a2, a3] = [0, 0, 0, 0];
      for (let k = 0; k < width; k++) {
        const factor = left[own + k];
        a0 += factor * right[first + k];
        a1 += factor * right[second + k];
        a2 += factor * right[third + k];
        a3 += factor * right[fourth + k];
      }
      const at = i * size + j;
      a[at] -= a0;
      a[at + 1] -= a1;
      a[at + 2] -= a2;
      a[at + 3] -= a3;
    }
    for (; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += left[own + k] * right[j * width + k];
      a[i * size + j] -= sum;
    }
  }
}

import { subtractGram } from "./gram";
import { madd, sumLanes, zero } from "./simd";

const PANEL: i32 = 8;

/**
 * A = RᵀR in place, upper triangle, row-major [size × size], size a multiple of 8. Panels of 8 rows are
 * eliminated row by row; the rest is updated by the same register-blocked kernel as the Gram matrix.
 * The diagonal of R is stored inverted, since both substitutions divide by it.
 *
 * @returns −1, or the first pivot that is not above `floor`
 */
export function factorise(matrix: usize, size: i32, floor: f32): i32 {
  const row: usize = (<usize>size) << 2;
  for (let k = 0; k < size; k += PANEL) {
    const panel = matrix + <usize>k * row;
    for (let p = 0; p < PANEL; p++) {
      const pivotRow = panel + <usize>p * row;
      const diagonal = pivotRow + ((<usize>(k + p)) << 2);
      const pivot = load<f32>(diagonal);
      if (!(pivot > floor)) return k + p;
      const inverse: f32 = <f32>1 / sqrt<f32>(pivot);
      const scale = f32x4.splat(inverse);
      for (let j = k; j < size; j += 4) {
        const at = pivotRow + ((<usize>j) << 2);
        v128.store(at, f32x4.mul(v128.load(at), scale));
      }
      for (let q = p + 1; q < PANEL; q++) {
        const target = panel + <usize>q * row;
        const factor = f32x4.splat(-load<f32>(pivotRow + ((<usize>(k + q)) << 2)));
        for (let j = (k + q) & ~3; j < size; j += 4) {
          const offset = (<usize>j) << 2;
          v128.store(target + offset, madd(factor, v128.load(pivotRow + offset), v128.load(target + offset)));
        }
      }
      store<f32>(diagonal, inverse);
    }
    if (k + PANEL < size) subtractGram(panel, row, PANEL, matrix, size, k + PANEL);
  }
  return -1;
}

/** Rᵀ w = g in place, R as `factorise` leaves it. */
export function forward(matrix: usize, vector: usize, size: i32): void {
  const row: usize = (<usize>size) << 2;
  for (let k = 0; k < size; k++) {
    const pivotRow = matrix + <usize>k * row;
    const here = vector + ((<usize>k) << 2);
    const w = load<f32>(here) * load<f32>(pivotRow + ((<usize>k) << 2));
    const factor = f32x4.splat(-w);
    // The first vector may reach back over solved places; they are set after it.
    let j = (k + 1) & ~3;
    const first = j;
    const saved = v128.load(vector + ((<usize>first) << 2));
    if (first <= k) {
      let patched = madd(factor, v128.load(pivotRow + ((<usize>first) << 2)), saved);
      // Lanes at or before k keep what they hold.
      const keep = i32x4.ge_s(i32x4.splat(k - first), i32x4(0, 1, 2, 3));
      patched = v128.bitselect(saved, patched, keep);
      v128.store(vector + ((<usize>first) << 2), patched);
      j += 4;
    }
    for (; j < size; j += 4) {
      const offset = (<usize>j) << 2;
      v128.store(vector + offset, madd(factor, v128.load(pivotRow + offset), v128.load(vector + offset)));
    }
    store<f32>(here, w);
  }
}

/** R x = w in place, R as `factorise` leaves it. */
export function backward(matrix: usize, vector: usize, size: i32): void {
  const row: usize = (<usize>size) << 2;
  for (let k = size - 1; k >= 0; k--) {
    const pivotRow = matrix + <usize>k * row;
    let j = k + 1;
    let sum: f32 = 0;
    for (; (j & 3) != 0; j++)
      sum += load<f32>(pivotRow + ((<usize>j) << 2)) * load<f32>(vector + ((<usize>j) << 2));
    let lanes = zero();
    for (; j < size; j += 4) {
      const offset = (<usize>j) << 2;
      lanes = madd(v128.load(pivotRow + offset), v128.load(vector + offset), lanes);
    }
    const here = vector + ((<usize>k) << 2);
    store<f32>(here, (load<f32>(here) - sum - sumLanes(lanes)) * load<f32>(pivotRow + ((<usize>k) << 2)));
  }
}

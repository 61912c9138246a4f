import { addGram, spill } from "./gram";
import { TILE_BYTES } from "./job";
import { clear, madd, zero } from "./simd";

/**
 * Σ w_r · x_r x_rᵀ over rows `from` … `to` − 1, upper triangle, float64 [size × size] at `target`.
 *
 * @param weights f32[rows], the weights w; 0 for all 1
 * @param scratch TILE_BYTES and a float32 matrix
 */
export function gramOfRows(
  factors: usize,
  weights: usize,
  from: i32,
  to: i32,
  size: i32,
  target: usize,
  scratch: usize,
): void {
  const bytes = (<usize>size) << 2;
  const matrix = scratch + TILE_BYTES;
  const tileRows = <i32>(TILE_BYTES / bytes);
  clear(target, bytes * <usize>size * 2);
  clear(matrix, bytes * <usize>size);
  for (let row = from, tiles = 1; row < to; row += tileRows, tiles++) {
    const count = min(tileRows, to - row);
    if (weights == 0) addGram(factors + <usize>row * bytes, bytes, count, matrix, size);
    else {
      let at = scratch;
      for (let k = 0; k < count; k++) {
        const weight = f32x4.splat(sqrt<f32>(load<f32>(weights + ((<usize>(row + k)) << 2))));
        let source = factors + <usize>(row + k) * bytes;
        const end = source + bytes;
        for (; source < end; source += 16, at += 16) v128.store(at, f32x4.mul(weight, v128.load(source)));
      }
      addGram(scratch, bytes, count, matrix, size);
    }
    if ((tiles & 15) == 0) spill(matrix, target, size);
  }
  spill(matrix, target, size);
}

/** x_r ← x_r · V for rows `from` … `to` − 1; V row-major float32 [size × size]; scratch holds four rows. */
export function turnRows(factors: usize, from: i32, to: i32, size: i32, turn: usize, scratch: usize): void {
  const bytes = (<usize>size) << 2;
  for (let row = from; row < to; row += 4) {
    const count = min(4, to - row);
    const x0 = factors + <usize>row * bytes;
    const x1 = count > 1 ? x0 + bytes : x0;
    const x2 = count > 2 ? x1 + bytes : x0;
    const x3 = count > 3 ? x2 + bytes : x0;
    for (let j: usize = 0; j < bytes; j += 32) {
      let v = turn + j;
      let c00 = zero(),
        c01 = zero(),
        c10 = zero(),
        c11 = zero(),
        c20 = zero(),
        c21 = zero(),
        c30 = zero(),
        c31 = zero();
      for (let k: usize = 0; k < bytes; k += 4, v += bytes) {
        const b0 = v128.load(v);
        const b1 = v128.load(v, 16);
        const a0 = v128.load32_splat(x0 + k);
        c00 = madd(a0, b0, c00);
        c01 = madd(a0, b1, c01);
        const a1 = v128.load32_splat(x1 + k);
        c10 = madd(a1, b0, c10);
        c11 = madd(a1, b1, c11);
        const a2 = v128.load32_splat(x2 + k);
        c20 = madd(a2, b0, c20);
        c21 = madd(a2, b1, c21);
        const a3 = v128.load32_splat(x3 + k);
        c30 = madd(a3, b0, c30);
        c31 = madd(a3, b1, c31);
      }
      let out = scratch + j;
      v128.store(out, c00);
      v128.store(out, c01, 16);
      out += bytes;
      v128.store(out, c10);
      v128.store(out, c11, 16);
      out += bytes;
      v128.store(out, c20);
      v128.store(out, c21, 16);
      out += bytes;
      v128.store(out, c30);
      v128.store(out, c31, 16);
    }
    memory.copy(x0, scratch, bytes * <usize>count);
  }
}

/** Σ scale_r · ‖x_r‖² over rows `from` … `to` − 1: what a regularisation costs. `scales` is float32 [rows]. */
export function weightedSquares(factors: usize, scales: usize, from: i32, to: i32, size: i32): f64 {
  let sum: f64 = 0;
  const bytes = (<usize>size) << 2;
  for (let row = from; row < to; row++) {
    let own = zero();
    let at = factors + <usize>row * bytes;
    const end = at + bytes;
    for (; at < end; at += 16) {
      const v = v128.load(at);
      own = madd(v, v, own);
    }
    sum +=
      <f64>load<f32>(scales + ((<usize>row) << 2)) *
      (<f64>f32x4.extract_lane(own, 0) +
        <f64>f32x4.extract_lane(own, 1) +
        <f64>f32x4.extract_lane(own, 2) +
        <f64>f32x4.extract_lane(own, 3));
  }
  return sum;
}

/** moments[j] = Σ w_r · x_rj, moments[size + j] = Σ w_r · x_rj² over rows `from` … `to` − 1, float32 [2 × size]. */
export function columnMoments(
  factors: usize,
  weights: usize,
  from: i32,
  to: i32,
  size: i32,
  moments: usize,
): void {
  const bytes = (<usize>size) << 2;
  clear(moments, bytes * 2);
  for (let row = from; row < to; row++) {
    const weight = v128.load32_splat(weights + ((<usize>row) << 2));
    const x = factors + <usize>row * bytes;
    for (let j: usize = 0; j < bytes; j += 16) {
      const v = v128.load(x + j);
      const weighted = f32x4.mul(v, weight);
      const m = moments + j;
      v128.store(m, f32x4.add(weighted, v128.load(m)));
      v128.store(m + bytes, madd(v, weighted, v128.load(m + bytes)));
    }
  }
}

/** x_rj ← scale_j · x_rj for rows `from` … `to` − 1; `scales` is float32 [size]. */
export function scaleColumns(factors: usize, from: i32, to: i32, size: i32, scales: usize): void {
  const bytes = (<usize>size) << 2;
  for (let row = from; row < to; row++) {
    const x = factors + <usize>row * bytes;
    for (let j: usize = 0; j < bytes; j += 16)
      v128.store(x + j, f32x4.mul(v128.load(x + j), v128.load(scales + j)));
  }
}

import { madd, zero } from "./simd";

/**
 * target ± = Σ_k t_k t_kᵀ, upper triangle, for `count` rows t_k of `size` float32, `stride` bytes apart.
 *
 * target is row-major [size × size]; blocks of 4 × 8 that touch the diagonal are written whole, so that a part of
 * the lower triangle is overwritten and must not be read. Rows and columns before `from` stay as they are.
 * Eight accumulators keep both multiply-add pipes busy; each step loads two vectors and four splats for eight of them.
 */
// @ts-ignore: decorator
@inline
function update(
  tile: usize,
  stride: usize,
  count: i32,
  target: usize,
  size: i32,
  from: i32,
  subtract: bool,
): void {
  const row: usize = (<usize>size) << 2;
  const bytes = <usize>count * stride;
  for (let i = from; i < size; i += 4) {
    for (let j = i & ~7; j < size; j += 8) {
      let a = tile + ((<usize>i) << 2);
      let b = tile + ((<usize>j) << 2);
      const end = a + bytes;
      let c00 = zero(),
        c01 = zero(),
        c10 = zero(),
        c11 = zero(),
        c20 = zero(),
        c21 = zero(),
        c30 = zero(),
        c31 = zero();
      while (a < end) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        const a0 = v128.load32_splat(a);
        c00 = madd(a0, b0, c00);
        c01 = madd(a0, b1, c01);
        const a1 = v128.load32_splat(a, 4);
        c10 = madd(a1, b0, c10);
        c11 = madd(a1, b1, c11);
        const a2 = v128.load32_splat(a, 8);
        c20 = madd(a2, b0, c20);
        c21 = madd(a2, b1, c21);
        const a3 = v128.load32_splat(a, 12);
        c30 = madd(a3, b0, c30);
        c31 = madd(a3, b1, c31);
        a += stride;
        b += stride;
      }
      let c = target + <usize>i * row + ((<usize>j) << 2);
      merge(c, c00, c01, subtract);
      c += row;
      merge(c, c10, c11, subtract);
      c += row;
      merge(c, c20, c21, subtract);
      c += row;
      merge(c, c30, c31, subtract);
    }
  }
}

// @ts-ignore: decorator
@inline
function merge(c: usize, low: v128, high: v128, subtract: bool): void {
  if (subtract) {
    v128.store(c, f32x4.sub(v128.load(c), low));
    v128.store(c, f32x4.sub(v128.load(c, 16), high), 16);
  } else {
    v128.store(c, f32x4.add(v128.load(c), low));
    v128.store(c, f32x4.add(v128.load(c, 16), high), 16);
  }
}

export function addGram(tile: usize, stride: usize, count: i32, target: usize, size: i32): void {
  update(tile, stride, count, target, size, 0, false);
}

export function subtractGram(
  tile: usize,
  stride: usize,
  count: i32,
  target: usize,
  size: i32,
  from: i32,
): void {
  update(tile, stride, count, target, size, from, true);
}

/** Adds the upper blocks of a float32 matrix to a float64 one of the same shape, and clears them. */
export function spill(matrix: usize, wide: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    const row = <usize>i * <usize>size;
    for (let j = i & ~7; j < size; j += 4) {
      const at = row + <usize>j;
      const a = v128.load(matrix + (at << 2));
      const high = v128.shuffle<f32>(a, a, 2, 3, 2, 3);
      const w = wide + (at << 3);
      v128.store(w, f64x2.add(v128.load(w), f64x2.promote_low_f32x4(a)));
      v128.store(w, f64x2.add(v128.load(w, 16), f64x2.promote_low_f32x4(high)), 16);
      v128.store(matrix + (at << 2), zero());
    }
  }
}

/** Writes the upper blocks of a float64 matrix into a float32 one of the same shape. */
export function narrow(wide: usize, matrix: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    const row = <usize>i * <usize>size;
    for (let j = i & ~7; j < size; j += 4) {
      const at = row + <usize>j;
      const w = wide + (at << 3);
      const low = f32x4.demote_f64x2_zero(v128.load(w));
      const high = f32x4.demote_f64x2_zero(v128.load(w, 16));
      v128.store(matrix + (at << 2), v128.shuffle<f32>(low, high, 0, 1, 4, 5));
    }
  }
}

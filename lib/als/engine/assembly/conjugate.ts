import { madd, sumLanesOf4, zero } from "./simd";

/**
 * The tile of the conjugate-gradient solver: blocks of 8 rows; inside a block, four factors of all eight rows lie
 * together, so that every load of the inner loop is at a constant distance from one pointer.
 *   block b, chunk c, row r, lane l  ↦  float32 at ((b · chunks + c) · 8 + r) · 4 + l
 */
export const BLOCK: i32 = 8;

/** Copies one row of `size` float32 into place `row` of the block at `block`. */
// @ts-ignore: decorator
@inline
export function putRow(block: usize, row: i32, source: usize, size: i32): void {
  let target = block + ((<usize>row) << 4);
  const end = source + ((<usize>size) << 2);
  while (source < end) {
    v128.store(target, v128.load(source));
    v128.store(target, v128.load(source, 16), 128);
    source += 32;
    target += 256;
  }
}

/**
 * One pass over a tile: out += Σ_k (offset_k − weight_k·(t_k·p + shift))·t_k; returns the sum of those coefficients
 * (the part of a bias). With offset the weighted targets and p the present solution it is the residual; with offset
 * zero it is minus the system's product with p.
 *
 * @param offsets float32 [blocks × 8], or 0 for none
 */
export function pass(
  tile: usize,
  blocks: i32,
  size: i32,
  weights: usize,
  offsets: usize,
  p: usize,
  shift: f32,
  out: usize,
): f32 {
  const chunkBytes = (<usize>size) << 2;
  const shifts = f32x4.splat(shift);
  let coefficients = zero();
  for (let block = 0; block < blocks; block++) {
    const start = tile;
    let d0 = zero(),
      d1 = zero(),
      d2 = zero(),
      d3 = zero(),
      d4 = zero(),
      d5 = zero(),
      d6 = zero(),
      d7 = zero();
    const end = p + chunkBytes;
    for (let at = p; at < end; at += 16, tile += 128) {
      const v = v128.load(at);
      d0 = madd(v128.load(tile), v, d0);
      d1 = madd(v128.load(tile, 16), v, d1);
      d2 = madd(v128.load(tile, 32), v, d2);
      d3 = madd(v128.load(tile, 48), v, d3);
      d4 = madd(v128.load(tile, 64), v, d4);
      d5 = madd(v128.load(tile, 80), v, d5);
      d6 = madd(v128.load(tile, 96), v, d6);
      d7 = madd(v128.load(tile, 112), v, d7);
    }
    let low = f32x4.mul(v128.load(weights), f32x4.add(sumLanesOf4(d0, d1, d2, d3), shifts));
    let high = f32x4.mul(v128.load(weights, 16), f32x4.add(sumLanesOf4(d4, d5, d6, d7), shifts));
    if (offsets != 0) {
      low = f32x4.sub(v128.load(offsets), low);
      high = f32x4.sub(v128.load(offsets, 16), high);
      offsets += 32;
    } else {
      low = f32x4.neg(low);
      high = f32x4.neg(high);
    }
    weights += 32;
    coefficients = f32x4.add(coefficients, f32x4.add(low, high));
    const s0 = v128.shuffle<f32>(low, low, 0, 0, 0, 0);
    const s1 = v128.shuffle<f32>(low, low, 1, 1, 1, 1);
    const s2 = v128.shuffle<f32>(low, low, 2, 2, 2, 2);
    const s3 = v128.shuffle<f32>(low, low, 3, 3, 3, 3);
    const s4 = v128.shuffle<f32>(high, high, 0, 0, 0, 0);
    const s5 = v128.shuffle<f32>(high, high, 1, 1, 1, 1);
    const s6 = v128.shuffle<f32>(high, high, 2, 2, 2, 2);
    const s7 = v128.shuffle<f32>(high, high, 3, 3, 3, 3);
    tile = start;
    const outEnd = out + chunkBytes;
    for (let at = out; at < outEnd; at += 16, tile += 128) {
      let a = madd(v128.load(tile), s0, v128.load(at));
      let b = f32x4.mul(v128.load(tile, 16), s1);
      a = madd(v128.load(tile, 32), s2, a);
      b = madd(v128.load(tile, 48), s3, b);
      a = madd(v128.load(tile, 64), s4, a);
      b = madd(v128.load(tile, 80), s5, b);
      a = madd(v128.load(tile, 96), s6, a);
      b = madd(v128.load(tile, 112), s7, b);
      v128.store(at, f32x4.add(a, b));
    }
  }
  return (
    f32x4.extract_lane(coefficients, 0) +
    f32x4.extract_lane(coefficients, 1) +
    (f32x4.extract_lane(coefficients, 2) + f32x4.extract_lane(coefficients, 3))
  );
}

import { Job } from "./job";
import { clear, madd, sumLanes, sumLanesOf4, zero } from "./simd";

/** What a pass is for: the residual at x; minus the system's product with p; or no more than that product's p·A·p. */
export const RESIDUAL: i32 = 0;
export const PRODUCT: i32 = 1;
export const CURVATURE: i32 = 2;

/** What a pass found beside its vector, and where it stopped. Not thread-local, as nothing else runs in a thread's pass. */
@unmanaged
export class Pass {
  /** The first place that was not done. */
  place: i32;
  /** The sum of the coefficients (a bias's part of the vector), or the curvature. */
  sum: f32;
  /** Of a residual: the sum of the coefficients' squares. */
  squares: f32;
}

/**
 * One pass over a row's ratings from `place` on, as long as their columns are below `limit`, without copying the
 * columns t_k: out += Σ_k c_k·t_k, with
 *
 *   RESIDUAL   c_k = weight_k·(target_k − (t_k·p + shift))
 *   PRODUCT    c_k = −weight_k·(t_k·p + shift)
 *   CURVATURE  no vector, and the sum is Σ_k weight_k·(t_k·p + shift)²
 *
 * Eight columns at a time: their scores with p in eight accumulators, then the eight scaled columns into `out`.
 */
// @ts-ignore: decorator
@inline
function sweep(
  mode: i32,
  job: Job,
  result: Pass,
  place: i32,
  end: i32,
  limit: u32,
  p: usize,
  shift: f32,
  out: usize,
): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const fixed = job.fixed;
  const columns = job.columns;
  const values = job.values;
  const implicit = job.alpha != 0;
  const alpha = f32x4.splat(job.alpha);
  const shifts = f32x4.splat(shift);
  const mean = f32x4.splat(job.mean);
  const fixedBias = job.fixedBias;
  let sum = zero();
  let squares = zero();
  while (place < end) {
    // Columns ascend, so that the last of eight tells of all of them; past the limit the last one is repeated with weight 0.
    const at = (<usize>place) << 2;
    let count = min(8, end - place);
    while (load<u32>(columns + at + ((<usize>(count - 1)) << 2)) >= limit) {
      count--;
      if (count == 0) break;
    }
    if (count == 0) break;
    const last = at + ((<usize>(count - 1)) << 2);
    const i0 = <usize>load<u32>(columns + at);
    const i1 = <usize>load<u32>(columns + min(at + 4, last));
    const i2 = <usize>load<u32>(columns + min(at + 8, last));
    const i3 = <usize>load<u32>(columns + min(at + 12, last));
    const i4 = <usize>load<u32>(columns + min(at + 16, last));
    const i5 = <usize>load<u32>(columns + min(at + 20, last));
    const i6 = <usize>load<u32>(columns + min(at + 24, last));
    const i7 = <usize>load<u32>(columns + min(at + 28, last));
    const t0 = fixed + i0 * bytes;
    const t1 = fixed + i1 * bytes;
    const t2 = fixed + i2 * bytes;
    const t3 = fixed + i3 * bytes;
    const t4 = fixed + i4 * bytes;
    const t5 = fixed + i5 * bytes;
    const t6 = fixed + i6 * bytes;
    const t7 = fixed + i7 * bytes;
    let d0 = zero(),
      d1 = zero(),
      d2 = zero(),
      d3 = zero(),
      d4 = zero(),
      d5 = zero(),
      d6 = zero(),
      d7 = zero();
    for (let f: usize = 0; f < bytes; f += 32) {
      const v = v128.load(p + f);
      const w = v128.load(p + f, 16);
      d0 = madd(v128.load(t0 + f, 16), w, madd(v128.load(t0 + f), v, d0));
      d1 = madd(v128.load(t1 + f, 16), w, madd(v128.load(t1 + f), v, d1));
      d2 = madd(v128.load(t2 + f, 16), w, madd(v128.load(t2 + f), v, d2));
      d3 = madd(v128.load(t3 + f, 16), w, madd(v128.load(t3 + f), v, d3));
      d4 = madd(v128.load(t4 + f, 16), w, madd(v128.load(t4 + f), v, d4));
      d5 = madd(v128.load(t5 + f, 16), w, madd(v128.load(t5 + f), v, d5));
      d6 = madd(v128.load(t6 + f, 16), w, madd(v128.load(t6 + f), v, d6));
      d7 = madd(v128.load(t7 + f, 16), w, madd(v128.load(t7 + f), v, d7));
    }
    let low = f32x4.add(sumLanesOf4(d0, d1, d2, d3), shifts);
    let high = f32x4.add(sumLanesOf4(d4, d5, d6, d7), shifts);
    place += count;
    if (mode == CURVATURE) {
      low = f32x4.mul(low, low);
      high = f32x4.mul(high, high);
      if (implicit) {
        low = f32x4.mul(low, f32x4.mul(alpha, v128.load(values + at)));
        high = f32x4.mul(high, f32x4.mul(alpha, v128.load(values + at, 16)));
      }
    } else if (implicit) {
      const one = f32x4.mul(alpha, v128.load(values + at));
      const two = f32x4.mul(alpha, v128.load(values + at, 16));
      low = f32x4.mul(low, one);
      high = f32x4.mul(high, two);
      if (mode == RESIDUAL) {
        low = f32x4.sub(f32x4.add(f32x4.splat(1), one), low);
        high = f32x4.sub(f32x4.add(f32x4.splat(1), two), high);
      } else {
        low = f32x4.neg(low);
        high = f32x4.neg(high);
      }
    } else if (mode == RESIDUAL) {
      low = f32x4.sub(f32x4.sub(v128.load(values + at), mean), low);
      high = f32x4.sub(f32x4.sub(v128.load(values + at, 16), mean), high);
      if (fixedBias != 0) {
        low = f32x4.sub(low, biases(fixedBias, i0, i1, i2, i3));
        high = f32x4.sub(high, biases(fixedBias, i4, i5, i6, i7));
      }
    } else {
      low = f32x4.neg(low);
      high = f32x4.neg(high);
    }
    if (count < 8) {
      const counts = i32x4.splat(count);
      low = v128.and(low, i32x4.gt_s(counts, i32x4(0, 1, 2, 3)));
      high = v128.and(high, i32x4.gt_s(counts, i32x4(4, 5, 6, 7)));
    }
    sum = f32x4.add(sum, f32x4.add(low, high));
    if (mode == CURVATURE) continue;
    if (mode == RESIDUAL) squares = madd(low, low, madd(high, high, squares));
    const s0 = v128.shuffle<f32>(low, low, 0, 0, 0, 0);
    const s1 = v128.shuffle<f32>(low, low, 1, 1, 1, 1);
    const s2 = v128.shuffle<f32>(low, low, 2, 2, 2, 2);
    const s3 = v128.shuffle<f32>(low, low, 3, 3, 3, 3);
    if (count > 4) {
      const s4 = v128.shuffle<f32>(high, high, 0, 0, 0, 0);
      const s5 = v128.shuffle<f32>(high, high, 1, 1, 1, 1);
      const s6 = v128.shuffle<f32>(high, high, 2, 2, 2, 2);
      const s7 = v128.shuffle<f32>(high, high, 3, 3, 3, 3);
      for (let f: usize = 0; f < bytes; f += 16) {
        let a = madd(v128.load(t0 + f), s0, v128.load(out + f));
        let b = f32x4.mul(v128.load(t1 + f), s1);
        a = madd(v128.load(t2 + f), s2, a);
        b = madd(v128.load(t3 + f), s3, b);
        a = madd(v128.load(t4 + f), s4, a);
        b = madd(v128.load(t5 + f), s5, b);
        a = madd(v128.load(t6 + f), s6, a);
        b = madd(v128.load(t7 + f), s7, b);
        v128.store(out + f, f32x4.add(a, b));
      }
    } else
      for (let f: usize = 0; f < bytes; f += 16) {
        let a = madd(v128.load(t0 + f), s0, v128.load(out + f));
        let b = f32x4.mul(v128.load(t1 + f), s1);
        a = madd(v128.load(t2 + f), s2, a);
        b = madd(v128.load(t3 + f), s3, b);
        v128.store(out + f, f32x4.add(a, b));
      }
  }
  result.place = place;
  result.sum = sumLanes(sum);
  if (mode == RESIDUAL) result.squares = sumLanes(squares);
}

// @ts-ignore: decorator
@inline
function biases(fixedBias: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let four = v128.load32_zero(fixedBias + (a << 2));
  four = v128.load_lane<f32>(fixedBias + (b << 2), four, 1);
  four = v128.load_lane<f32>(fixedBias + (c << 2), four, 2);
  return v128.load_lane<f32>(fixedBias + (d << 2), four, 3);
}

export function residualPass(
  job: Job,
  result: Pass,
  place: i32,
  end: i32,
  limit: u32,
  x: usize,
  bias: f32,
  r: usize,
): void {
  sweep(RESIDUAL, job, result, place, end, limit, x, bias, r);
}

export function productPass(
  job: Job,
  result: Pass,
  place: i32,
  end: i32,
  limit: u32,
  p: usize,
  bias: f32,
  q: usize,
): void {
  sweep(PRODUCT, job, result, place, end, limit, p, bias, q);
}

export function curvaturePass(
  job: Job,
  result: Pass,
  place: i32,
  end: i32,
  limit: u32,
  p: usize,
  bias: f32,
): void {
  sweep(CURVATURE, job, result, place, end, limit, p, bias, 0);
}

/** q −= Σ (t·p)·t over `count` columns of `fixed`: the product's pass by itself, for benchmarks. */
export function columnsProduct(
  fixed: usize,
  columns: usize,
  count: i32,
  size: i32,
  p: usize,
  q: usize,
  scratch: usize,
): void {
  const job = changetype<Job>(scratch + 16);
  clear(scratch, 16 + offsetof<Job>());
  job.fixed = fixed;
  job.columns = columns;
  job.size = size;
  productPass(job, changetype<Pass>(scratch), 0, count, 0xffffffff, p, 0, q);
}

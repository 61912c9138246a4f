import { backward, factorise, forward } from "./cholesky";
import { addGram, narrow, spill } from "./gram";
import { Job, TILE_BYTES } from "./job";
import { clear, madd } from "./simd";
import { addScaled, copy, dot, narrowVector, spillVector } from "./vectors";

/** Ratings after which the float32 sums move to float64. */
const SPILL: i32 = 4096;

/**
 * A thread's scratch for one exact solve, from `scratch`:
 *   tile [TILE_BYTES] · offsets f32[tile rows] · matrix f32[size²] · rhs, sums f32[size] · wide f64[size²] · wideRhs, wideSums f64[size]
 */
export function exactScratchBytes(size: i32): usize {
  const s = <usize>size;
  return TILE_BYTES + 4096 + (s * s + 2 * s) * 12;
}

/** A pivot below this share of the mean diagonal is float32's noise, not curvature. */
const PIVOT_FLOOR: f32 = 1e-7;

/** Times that a system without positive pivots is tried with more on its diagonal, each ten times as much. */
const JITTERS: i32 = 3;

/**
 * Solves one row's normal equations in float32: tiles of fixed rows, register-blocked Gram matrix, Cholesky.
 * The row's bias is the last unknown and is eliminated by its Schur complement. A system that float32 does not find
 * positive definite is formed again with 1e-7, 1e-6 and 1e-5 of its mean diagonal added: on directions that the
 * ratings say nothing about.
 *
 * @returns whether a system was positive definite; the row is written only then
 */
export function solveExact(job: Job, row: i32, scratch: usize): bool {
  if (solveOnce(job, row, scratch, 0)) return true;
  let share = PIVOT_FLOOR;
  for (let jitter = 0; jitter < JITTERS; jitter++, share *= 10)
    if (solveOnce(job, row, scratch, share)) {
      atomic.add<i32>(job.rescues + ((<usize>jitter) << 2), 1);
      return true;
    }
  atomic.add<i32>(job.rescues + ((<usize>JITTERS) << 2), 1);
  return false;
}

/** One try, with `jitter` times the mean diagonal added to the diagonal. */
function solveOnce(job: Job, row: i32, scratch: usize, jitter: f32): bool {
  const size = job.size;
  const s = <usize>size;
  const matrix = scratch + TILE_BYTES + 4096;
  const rhs = matrix + s * s * 4;
  const sums = rhs + s * 4;
  const n = formSystem(job, row, scratch);

  const ridge = job.lambda * load<f32>(job.rowScale + ((<usize>row) << 2));
  let trace: f32 = 0;
  for (let f = 0; f < size; f++) trace += load<f32>(matrix + <usize>f * (s + 1) * 4);
  const mean = trace / <f32>size + ridge;
  const added = ridge + jitter * mean;
  for (let f = 0; f < size; f++) {
    const at = matrix + <usize>f * (s + 1) * 4;
    store<f32>(at, load<f32>(at) + added);
  }
  if (factorise(matrix, size, mean * PIVOT_FLOOR) >= 0) return false;
  forward(matrix, rhs, size);
  if (job.solvedBias != 0) {
    const ridgeBias = job.lambdaBias * load<f32>(job.rowScale + ((<usize>row) << 2));
    const total = load<f32>(scratch + TILE_BYTES + 4092);
    forward(matrix, sums, size);
    const bias = (total - dot(sums, rhs, size)) / (<f32>n + ridgeBias - dot(sums, sums, size));
    addScaled(rhs, -bias, sums, size);
    store<f32>(job.solvedBias + ((<usize>row) << 2), bias);
  }
  backward(matrix, rhs, size);
  copy(job.solved + <usize>row * s * 4, rhs, size);
  return true;
}

/**
 * Forms a row's system without its ridge: upper triangle, right-hand side, and for a model with biases the sum of
 * the columns; the sum of the targets is left at the end of the offsets. Returns the number of ratings.
 */
export function formSystem(job: Job, row: i32, scratch: usize): i32 {
  const size = job.size;
  const s = <usize>size;
  const offsets = scratch + TILE_BYTES;
  const matrix = offsets + 4096;
  const rhs = matrix + s * s * 4;
  const sums = rhs + s * 4;
  const wide = sums + s * 4;
  const wideRhs = wide + s * s * 8;
  const start = load<i32>(job.rowStart + ((<usize>row) << 2));
  const end = load<i32>(job.rowStart + ((<usize>row) << 2), 4);
  const n = end - start;
  const tileRows = min(<i32>(TILE_BYTES / (s * 4)), 1000) & ~3;
  const withBias = job.solvedBias != 0;
  const spills = n > SPILL;

  clear(matrix, (s * s + 2 * s) * 4);
  if (spills) clear(wide, (s * s + 2 * s) * 8);
  let total: f64 = 0;
  let sinceSpill = 0;
  for (let at = start; at < end; at += tileRows) {
    const count = min(tileRows, end - at);
    total += gather(job, at, count, scratch, offsets);
    addColumns(scratch, count, size, offsets, rhs, withBias ? sums : 0);
    addGram(scratch, s * 4, count, matrix, size);
    sinceSpill += count;
    if (spills && (sinceSpill >= SPILL || at + count == end)) {
      spill(matrix, wide, size);
      spillVector(rhs, wideRhs, size);
      spillVector(sums, wideRhs + s * 8, size);
      sinceSpill = 0;
    }
  }
  if (spills) {
    narrow(wide, matrix, size);
    narrowVector(wideRhs, rhs, size);
    narrowVector(wideRhs + s * 8, sums, size);
  }
  if (job.shared != 0)
    for (let f = 0; f < size; f++) {
      const from = <usize>(f & ~7);
      const at = (<usize>f * s + from) << 2;
      addScaled(matrix + at, 1, job.shared + at, size - <i32>from);
    }
  if (job.cofactors != 0) addCofactors(job, start, end, rhs, offsets);
  store<f32>(offsets + 4092, <f32>total);
  return n;
}

/** Co-factors that are summed before their sum is added to the others: one sum over a long row would lose its last digits. */
const COFACTOR_BLOCK: i32 = 128;

/** Adds w times the co-factors rated at places start … end − 1 to the right-hand side. `block` is room for one vector. */
function addCofactors(job: Job, start: i32, end: i32, rhs: usize, block: usize): void {
  const bytes = (<usize>job.size) << 2;
  for (let from = start; from < end; from += COFACTOR_BLOCK) {
    clear(block, bytes);
    for (let at = from; at < min(from + COFACTOR_BLOCK, end); at++) {
      const column = <usize>load<u32>(job.columns + ((<usize>at) << 2));
      addScaled(block, 1, job.cofactors + column * bytes, job.size);
    }
    addScaled(rhs, job.cofactorWeight, block, job.size);
  }
}

/** Copies the columns rated at places from `at` into the tile, each times the root of its weight, and their targets over the same root; returns the sum of the targets. */
function gather(job: Job, at: i32, count: i32, tile: usize, offsets: usize): f64 {
  const bytes = (<usize>job.size) << 2;
  let total: f64 = 0;
  for (let k = 0; k < count; k++) {
    const place = (<usize>(at + k)) << 2;
    const column = <usize>load<u32>(job.columns + place);
    const value = load<f32>(job.values + place);
    let source = job.fixed + column * bytes;
    const end = source + bytes;
    if (job.alpha == 0) {
      let target = value - job.mean;
      if (job.fixedBias != 0) target -= load<f32>(job.fixedBias + (column << 2));
      store<f32>(offsets + ((<usize>k) << 2), target);
      total += <f64>target;
      while (source < end) {
        v128.store(tile, v128.load(source));
        v128.store(tile, v128.load(source, 16), 16);
        source += 32;
        tile += 32;
      }
    } else {
      const confidence = job.alpha * value;
      // A rating of zero stars has no weight of its own, yet its preference of 1 must reach the right-hand side.
      const root = sqrt<f32>(max<f32>(confidence, 1e-12));
      store<f32>(offsets + ((<usize>k) << 2), (<f32>1 + confidence) / root);
      const scale = f32x4.splat(root);
      while (source < end) {
        v128.store(tile, f32x4.mul(scale, v128.load(source)));
        v128.store(tile, f32x4.mul(scale, v128.load(source, 16)), 16);
        source += 32;
        tile += 32;
      }
    }
  }
  return total;
}

/** rhs += Σ offset_k · t_k, and where `sums` is given sums += Σ t_k, four rows at a time. The tile's last rows are padded with zeros. */
function addColumns(tile: usize, count: i32, size: i32, offsets: usize, rhs: usize, sums: usize): void {
  const bytes = (<usize>size) << 2;
  for (let k = count; (k & 3) != 0; k++) {
    clear(tile + <usize>k * bytes, bytes);
    store<f32>(offsets + ((<usize>k) << 2), 0);
  }
  for (let k = 0; k < count; k += 4) {
    const o = offsets + ((<usize>k) << 2);
    const s0 = v128.load32_splat(o);
    const s1 = v128.load32_splat(o, 4);
    const s2 = v128.load32_splat(o, 8);
    const s3 = v128.load32_splat(o, 12);
    let r0 = tile + <usize>k * bytes;
    let r1 = r0 + bytes;
    let r2 = r1 + bytes;
    let r3 = r2 + bytes;
    const end = r1;
    let out = rhs;
    let plain = sums;
    while (r0 < end) {
      const t0 = v128.load(r0);
      const t1 = v128.load(r1);
      const t2 = v128.load(r2);
      const t3 = v128.load(r3);
      v128.store(out, f32x4.add(madd(t0, s0, madd(t1, s1, v128.load(out))), madd(t2, s2, f32x4.mul(t3, s3))));
      if (sums != 0) {
        v128.store(plain, f32x4.add(f32x4.add(v128.load(plain), f32x4.add(t0, t1)), f32x4.add(t2, t3)));
        plain += 16;
      }
      r0 += 16;
      r1 += 16;
      r2 += 16;
      r3 += 16;
      out += 16;
    }
  }
}

import { BLOCK, pass, putRow } from "./conjugate";
import { Job } from "./job";
import { clear, madd } from "./simd";
import { addScaled, copy, dot } from "./vectors";

/** Blocks that are gathered before the first pass goes over them. */
const GROUP: i32 = 4;

/** r, p, q, inverse, diagonal and z. */
const VECTORS: usize = 6;

/** A thread's scratch for conjugate gradients: six vectors, then per 8 ratings their weights, offsets and tile. */
export function conjugateScratchBytes(size: i32, heaviest: i32): usize {
  const blocks = <usize>((heaviest + BLOCK - 1) / BLOCK);
  return <usize>size * 4 * VECTORS + blocks * (64 + <usize>size * 32);
}

/**
 * A few preconditioned conjugate-gradient steps on one row's system, from its present factors, without forming it.
 * The factors are turned so that what rows have in common is diagonal: its product costs nothing, and
 * λ·n^ν + shared + weight · profile is a preconditioner that knows both the common part and the row's own length.
 */
export function solveConjugate(job: Job, row: i32, scratch: usize): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const at = (<usize>row) << 2;
  const start = load<i32>(job.rowStart + at);
  const end = load<i32>(job.rowStart + at, 4);
  const n = end - start;
  const blocks = (n + BLOCK - 1) / BLOCK;

  const x = job.solved + <usize>row * bytes;
  const r = scratch;
  const p = r + bytes;
  const q = p + bytes;
  const inverse = q + bytes;
  const diagonal = inverse + bytes;
  const z = diagonal + bytes;
  const weights = scratch + VECTORS * bytes;
  const offsets = weights + ((<usize>blocks) << 5);
  const tile = offsets + ((<usize>blocks) << 5);

  const withBias = job.solvedBias != 0;
  let xb: f32 = withBias ? load<f32>(job.solvedBias + at) : 0;
  const scale = load<f32>(job.rowScale + at);
  const ridge = job.lambda * scale;
  const ridgeBias = job.lambdaBias * scale;
  clear(r, bytes);
  // The first pass follows the gathering closely, while the columns are in the first-level cache.
  let weight: f32 = 0;
  let rb: f32 = -ridgeBias * xb;
  for (let block = 0; block < blocks; block += GROUP) {
    const group = min(GROUP, blocks - block);
    const w = weights + ((<usize>block) << 5);
    const o = offsets + ((<usize>block) << 5);
    const t = tile + <usize>block * (bytes << 3);
    weight += gather(job, start + block * BLOCK, min(group * BLOCK, n - block * BLOCK), group, w, o, t);
    rb += pass(t, group, size, w, o, x, xb, r);
  }
  for (let f: usize = 0; f < bytes; f += 16) {
    let d = f32x4.splat(ridge);
    if (job.spectrum != 0) d = f32x4.add(d, v128.load(job.spectrum + f));
    v128.store(diagonal + f, d);
    const m = f32x4.add(d, f32x4.mul(f32x4.splat(weight), v128.load(job.profile + f)));
    v128.store(inverse + f, f32x4.div(f32x4.splat(1), m));
  }
  const inverseBias: f32 = withBias ? <f32>1 / (ridgeBias + <f32>n) : 0;
  const centre = withBias ? job.centre : 0;
  for (let f: usize = 0; f < bytes; f += 16)
    v128.store(r + f, f32x4.sub(v128.load(r + f), f32x4.mul(v128.load(diagonal + f), v128.load(x + f))));
  if (job.cofactors != 0)
    for (let place = start; place < end; place++) {
      const column = load<u32>(job.columns + ((<usize>place) << 2));
      addScaled(r, job.cofactorWeight, job.cofactors + <usize>column * bytes, size);
    }

  precondition(r, rb, inverse, centre, z, size);
  let pb: f32 = withBias ? biasOf(rb, inverseBias, centre, z, size) : 0;
  copy(p, z, size);
  let old = dot(r, z, size) + pb * rb;
  for (let step = 0; step < job.steps; step++) {
    if (!(old > 0)) break;
    clear(q, bytes);
    const qb = pass(tile, blocks, size, weights, 0, p, pb, q) - ridgeBias * pb;
    for (let f: usize = 0; f < bytes; f += 16)
      v128.store(q + f, f32x4.sub(v128.load(q + f), f32x4.mul(v128.load(diagonal + f), v128.load(p + f))));
    // q is minus the product, so both signs below are turned.
    const curvature = -(dot(p, q, size) + (withBias ? pb * qb : 0));
    if (!(curvature > 0)) break;
    const length = old / curvature;
    addScaled(x, length, p, size);
    if (withBias) xb += length * pb;
    if (step + 1 == job.steps) break;
    addScaled(r, length, q, size);
    rb += length * qb;
    precondition(r, rb, inverse, centre, z, size);
    const zb: f32 = withBias ? biasOf(rb, inverseBias, centre, z, size) : 0;
    const next = dot(r, z, size) + zb * rb;
    const turn = next / old;
    for (let f: usize = 0; f < bytes; f += 16)
      v128.store(p + f, madd(f32x4.splat(turn), v128.load(p + f), v128.load(z + f)));
    pb = zb + turn * pb;
    old = next;
  }
  if (withBias) store<f32>(job.solvedBias + at, xb);
}

/**
 * The factors' part of z = M⁻¹ r. With `centre` m, the mean rated column, M is diagonal in (p, b + m·p): a row's bias
 * and what its factors give an average column pull at the same residuals, and a diagonal in (p, b) would not know it.
 */
function precondition(
  r: usize,
  rb: f32,
  inverse: usize,
  centre: usize,
  z: usize,
  size: i32,
): void {
  const bytes = (<usize>size) << 2;
  const back = f32x4.splat(-rb);
  for (let f: usize = 0; f < bytes; f += 16) {
    let v = v128.load(r + f);
    if (centre != 0) v = madd(back, v128.load(centre + f), v);
    v128.store(z + f, f32x4.mul(v128.load(inverse + f), v));
  }
}

/** The bias's part of z, given the factors' part. */
function biasOf(rb: f32, inverseBias: f32, centre: usize, z: usize, size: i32): f32 {
  return inverseBias * rb - dot(centre, z, size);
}

/** Fills the blocks with the rated columns, their weights and weighted targets; returns the sum of the weights. Places past the last rating weigh 0. */
function gather(job: Job, start: i32, n: i32, blocks: i32, weights: usize, offsets: usize, tile: usize): f32 {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const blockBytes = bytes << 3;
  let total: f32 = 0;
  for (let k = 0; k < n; k++) {
    const place = (<usize>(start + k)) << 2;
    const column = <usize>load<u32>(job.columns + place);
    const value = load<f32>(job.values + place);
    let weight: f32 = 1;
    let offset: f32;
    if (job.alpha == 0) {
      offset = value - job.mean;
      if (job.fixedBias != 0) offset -= load<f32>(job.fixedBias + (column << 2));
    } else {
      weight = job.alpha * value;
      offset = <f32>1 + weight;
    }
    total += weight;
    store<f32>(weights + ((<usize>k) << 2), weight);
    store<f32>(offsets + ((<usize>k) << 2), offset);
    putRow(tile + <usize>(k >> 3) * blockBytes, k & 7, job.fixed + column * bytes, size);
  }
  for (let k = n; k < blocks * BLOCK; k++) {
    store<f32>(weights + ((<usize>k) << 2), 0);
    store<f32>(offsets + ((<usize>k) << 2), 0);
    let at = tile + <usize>(k >> 3) * blockBytes + ((<usize>(k & 7)) << 4);
    const end = at + blockBytes;
    for (; at < end; at += 128) v128.store(at, f32x4.splat(0));
  }
  return total;
}

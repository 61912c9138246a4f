import { curvaturePass, Pass, productPass, residualPass } from "./conjugate";
import { Job } from "./job";
import { clear, madd, sumLanes } from "./simd";
import { addScaled, copy, dot } from "./vectors";

/** A row of a group between two passes. */
@unmanaged
class RowState {
  /** The next rating of the pass. */
  place: i32;
  end: i32;
  /** The sum of the ratings' weights. */
  weight: f32;
  /** The bias's part of the residual and of the direction. */
  rb: f32;
  pb: f32;
  /** r·M⁻¹r; 0 where the row is solved. */
  old: f32;
  /** What the last pass summed. */
  sum: f32;
  /** The squared residuals before the first step. */
  squares: f32;
  steps: i32;
}

/** Whole vectors, so that those behind the states are aligned. */
const STATE_BYTES: usize = 48;
const PASS_BYTES: usize = 16;

/** Past every column: a pass over all of a row. */
const ALL: u32 = 0xffffffff;

/** A thread's scratch for groups of so many rows: a pass's result, z, and each row's state, r, p and q. */
export function conjugateScratchBytes(size: i32, rows: i32): usize {
  const bytes = (<usize>size) << 2;
  return PASS_BYTES + bytes + <usize>rows * (STATE_BYTES + 3 * bytes);
}

/**
 * A few preconditioned conjugate-gradient steps on the systems of rows `from` … `to` − 1, from their present factors,
 * without forming them. The factors are turned so that what rows have in common is diagonal: its product costs
 * nothing, and λ·n^ν + shared + weight · profile is a preconditioner that knows both the common part and the row's own
 * length.
 *
 * The rows take their passes together, over `block` columns at a time: as many as stay in the second-level cache
 * while all rows of the group read them, where each row alone would wait for memory for nearly every column.
 */
export function solveConjugate(job: Job, from: i32, to: i32, block: u32, scratch: usize): void {
  const bytes = (<usize>job.size) << 2;
  const result = changetype<Pass>(scratch);
  const z = scratch + PASS_BYTES;
  const states = z + bytes;
  const vectors = states + <usize>(to - from) * STATE_BYTES;
  const stride = 3 * bytes;

  for (let row = from; row < to; row++) {
    const k = <usize>(row - from);
    begin(job, row, changetype<RowState>(states + k * STATE_BYTES));
    clear(vectors + k * stride, bytes);
  }
  if (block == 0 && <usize>TOUCH > 0) residualAlone(job, from, changetype<RowState>(states), result, vectors);
  else
  for (let limit = firstLimit(block), open = true; open; limit += block) {
    open = false;
    for (let row = from; row < to; row++) {
      const k = <usize>(row - from);
      const state = changetype<RowState>(states + k * STATE_BYTES);
      if (state.place == state.end) continue;
      const x = job.solved + <usize>row * bytes;
      residualPass(job, result, state.place, state.end, limit, x, biasOf(job, row), vectors + k * stride);
      state.place = result.place;
      state.rb += result.sum;
      state.squares += result.squares;
      if (state.place < state.end) open = true;
    }
  }
  for (let row = from; row < to; row++) {
    const k = <usize>(row - from);
    const r = vectors + k * stride;
    firstDirection(job, row, changetype<RowState>(states + k * STATE_BYTES), r, r + bytes, z);
  }

  for (let step = 1; step <= job.steps; step++) {
    for (let row = from; row < to; row++) {
      const k = <usize>(row - from);
      const state = changetype<RowState>(states + k * STATE_BYTES);
      // A row that is solved has no further passes.
      state.place = state.old > 0 ? load<i32>(job.rowStart + ((<usize>row) << 2)) : state.end;
      state.sum = 0;
      if (step < state.steps) clear(vectors + k * stride + 2 * bytes, bytes);
    }
    for (let limit = firstLimit(block), open = true; open; limit += block) {
      open = false;
      for (let row = from; row < to; row++) {
        const k = <usize>(row - from);
        const state = changetype<RowState>(states + k * STATE_BYTES);
        if (state.place == state.end) continue;
        const p = vectors + k * stride + bytes;
        if (step == state.steps) curvaturePass(job, result, state.place, state.end, limit, p, state.pb);
        else productPass(job, result, state.place, state.end, limit, p, state.pb, p + bytes);
        state.place = result.place;
        state.sum += result.sum;
        if (state.place < state.end) open = true;
      }
    }
    for (let row = from; row < to; row++) {
      const k = <usize>(row - from);
      const state = changetype<RowState>(states + k * STATE_BYTES);
      if (state.old > 0) advance(job, row, state, vectors + k * stride, z, step == state.steps);
    }
  }
}

const TOUCH: i32 = 32;

/** The residual of one row, whose columns are asked of memory before they are needed: all of a run at once instead of one after another. */
function residualAlone(job: Job, row: i32, state: RowState, result: Pass, r: usize): void {
  const bytes = (<usize>job.size) << 2;
  const x = job.solved + <usize>row * bytes;
  const bias = biasOf(job, row);
  while (state.place < state.end) {
    const end = min(state.place + TOUCH, state.end);
    let touched: i32 = 0;
    for (let place = state.place; place < end; place++) {
      const column = <usize>load<u32>(job.columns + ((<usize>place) << 2));
      const t = job.fixed + column * bytes;
      for (let f: usize = 0; f < bytes; f += 64) touched |= load<i32>(t + f);
    }
    // Kept, so that the reads are not optimised away; the pass overwrites it.
    result.place = touched;
    residualPass(job, result, state.place, end, ALL, x, bias, r);
    state.place = end;
    state.rb += result.sum;
    state.squares += result.squares;
  }
}

/** Where the first block of columns ends; past all of them where rows are passed over whole. */
// @ts-ignore: decorator
@inline
function firstLimit(block: u32): u32 {
  return block != 0 ? block : ALL;
}

// @ts-ignore: decorator
@inline
function biasOf(job: Job, row: i32): f32 {
  return job.solvedBias != 0 ? load<f32>(job.solvedBias + ((<usize>row) << 2)) : 0;
}

function begin(job: Job, row: i32, state: RowState): void {
  const at = (<usize>row) << 2;
  const start = load<i32>(job.rowStart + at);
  const end = load<i32>(job.rowStart + at, 4);
  state.place = start;
  state.end = end;
  state.rb = 0;
  state.squares = 0;
  state.weight = <f32>(end - start);
  if (job.alpha == 0) return;
  let sum: f64 = 0;
  for (let place = start; place < end; place++) sum += <f64>load<f32>(job.values + ((<usize>place) << 2));
  state.weight = job.alpha * <f32>sum;
}

/** Completes the residual with what every row has, and takes the first direction from it. */
function firstDirection(job: Job, row: i32, state: RowState, r: usize, p: usize, z: usize): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const at = (<usize>row) << 2;
  const scale = load<f32>(job.rowScale + at);
  const ridge = f32x4.splat(job.lambda * scale);
  const x = job.solved + <usize>row * bytes;
  for (let f: usize = 0; f < bytes; f += 16) {
    let d = ridge;
    if (job.spectrum != 0) d = f32x4.add(d, v128.load(job.spectrum + f));
    v128.store(r + f, f32x4.sub(v128.load(r + f), f32x4.mul(d, v128.load(x + f))));
  }
  state.rb -= job.lambdaBias * scale * biasOf(job, row);
  if (job.cofactors != 0)
    for (let place = load<i32>(job.rowStart + at); place < state.end; place++) {
      const column = load<u32>(job.columns + ((<usize>place) << 2));
      addScaled(r, job.cofactorWeight, job.cofactors + <usize>column * bytes, size);
    }
  state.pb = precondition(job, row, state, r, z);
  copy(p, z, size);
  state.old = dot(r, z, size) + state.pb * state.rb;
  // About what the first step takes off the squared residuals; where it is little, a second one would be for less.
  state.steps = state.old > job.tolerance * state.squares ? job.steps : min(job.steps, 1);
}

/** One step along the direction, and unless it is the last the next direction. */
function advance(
  job: Job,
  row: i32,
  state: RowState,
  r: usize,
  z: usize,
  last: bool,
): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const p = r + bytes;
  const q = p + bytes;
  const scale = load<f32>(job.rowScale + ((<usize>row) << 2));
  const ridge = f32x4.splat(job.lambda * scale);
  const ridgeBias = job.lambdaBias * scale;
  // What the ratings give to p·A·p, and what every row's diagonal does.
  let curvature: f32 = ridgeBias * state.pb * state.pb;
  if (last) curvature += state.sum;
  else curvature -= dot(p, q, size) + state.pb * state.sum;
  let own = f32x4.splat(0);
  for (let f: usize = 0; f < bytes; f += 16) {
    let d = ridge;
    if (job.spectrum != 0) d = f32x4.add(d, v128.load(job.spectrum + f));
    const v = v128.load(p + f);
    const product = f32x4.mul(d, v);
    own = madd(product, v, own);
    if (!last) v128.store(q + f, f32x4.sub(v128.load(q + f), product));
  }
  curvature += sumLanes(own);
  if (!(curvature > 0)) {
    state.old = 0;
    return;
  }
  const length = state.old / curvature;
  addScaled(job.solved + <usize>row * bytes, length, p, size);
  if (job.solvedBias != 0) {
    const at = job.solvedBias + ((<usize>row) << 2);
    store<f32>(at, load<f32>(at) + length * state.pb);
  }
  if (last) {
    state.old = 0;
    return;
  }
  // q is minus the product.
  addScaled(r, length, q, size);
  state.rb += length * (state.sum - ridgeBias * state.pb);
  const zb = precondition(job, row, state, r, z);
  const next = dot(r, z, size) + zb * state.rb;
  const turn = next / state.old;
  for (let f: usize = 0; f < bytes; f += 16)
    v128.store(p + f, madd(f32x4.splat(turn), v128.load(p + f), v128.load(z + f)));
  state.pb = zb + turn * state.pb;
  state.old = next;
}

/**
 * z = M⁻¹ r; returns the bias's part. With `centre` m, the mean rated column, M is diagonal in (p, b + m·p): a row's
 * bias and what its factors give an average column pull at the same residuals, and a diagonal in (p, b) would not
 * know it.
 */
function precondition(job: Job, row: i32, state: RowState, r: usize, z: usize): f32 {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const at = (<usize>row) << 2;
  const scale = load<f32>(job.rowScale + at);
  const ridge = f32x4.splat(job.lambda * scale);
  const weight = f32x4.splat(state.weight);
  const withBias = job.solvedBias != 0;
  const back = f32x4.splat(-state.rb);
  for (let f: usize = 0; f < bytes; f += 16) {
    let v = v128.load(r + f);
    if (withBias) v = madd(back, v128.load(job.centre + f), v);
    let d = f32x4.add(ridge, f32x4.mul(weight, v128.load(job.profile + f)));
    if (job.spectrum != 0) d = f32x4.add(d, v128.load(job.spectrum + f));
    v128.store(z + f, f32x4.div(v, d));
  }
  if (!withBias) return 0;
  return state.rb / (job.lambdaBias * scale + state.weight) - dot(job.centre, z, size);
}

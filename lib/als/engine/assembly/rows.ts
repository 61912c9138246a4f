import { conjugateScratchBytes, solveConjugate } from "./conjugate-solve";
import { exactScratchBytes, solveExact } from "./exact";
import { Job } from "./job";
import { solveNonNegative } from "./non-negative";
import { clear } from "./simd";
import { addScaled, dot } from "./vectors";

/** Bytes that one thread needs for `solveRows` with groups of at most so many rows, a multiple of 16. */
export function scratchBytes(size: i32, groupRows: i32): usize {
  return (max(exactScratchBytes(size), conjugateScratchBytes(size, groupRows)) + 15) & ~15;
}

/** Ratings after which a thread goes back to its host. */
const TURN: i32 = 1 << 18;

const DONE: i32 = -1;
const MORE: i32 = -2;

/**
 * Solves rows from the common cursor until none is left or about a quarter of a million ratings are done.
 * @returns −1 done, −2 call again, or the row whose system float32 finds not positive definite; it is for the host to solve
 */
export function solveRows(address: usize, scratch: usize): i32 {
  const job = changetype<Job>(address);
  let ratings = 0;
  while (ratings < TURN) {
    if (atomic.load<i32>(job.stop) != 0) return DONE;
    const taken = atomic.add<i32>(job.cursor, 1);
    if (taken < job.groupCount) {
      const group = job.groups + ((<usize>taken) << 2);
      const from = load<i32>(group);
      const to = load<i32>(group, 4);
      solveConjugate(job, from, to, job.block, scratch);
      ratings += load<i32>(job.rowStart + ((<usize>to) << 2)) - load<i32>(job.rowStart + ((<usize>from) << 2));
      continue;
    }
    const row = taken - job.groupCount + job.grouped;
    if (row >= job.filled) return DONE;
    const at = job.rowStart + ((<usize>row) << 2);
    ratings += load<i32>(at, 4) - load<i32>(at);
    if (job.solver == 1) solveConjugate(job, row, row + 1, 0, scratch);
    else if (job.solver == 2) solveNonNegative(job, row, scratch);
    else if (job.solver == 3) solveDiagonal(job, row);
    else if (!solveExact(job, row, scratch)) return row;
  }
  return MORE;
}

/** (spectrum + λ·n^ν) z = w·Σ p over the rated columns. */
function solveDiagonal(job: Job, row: i32): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  const start = load<i32>(job.rowStart + ((<usize>row) << 2));
  const end = load<i32>(job.rowStart + ((<usize>row) << 2), 4);
  const z = job.solved + <usize>row * bytes;
  clear(z, bytes);
  for (let k = start; k < end; k++) {
    const column = <usize>load<u32>(job.columns + ((<usize>k) << 2));
    addScaled(z, job.cofactorWeight, job.cofactors + column * bytes, size);
  }
  const ridge = f32x4.splat(job.lambda * load<f32>(job.rowScale + ((<usize>row) << 2)));
  for (let f: usize = 0; f < bytes; f += 16)
    v128.store(z + f, f32x4.div(v128.load(z + f), f32x4.add(ridge, v128.load(job.spectrum + f))));
}

/**
 * The fit of every row's ratings: f64 losses[row], and behind all rows the squared errors of predictions clipped to the scale.
 * Same cursor and results as `solveRows`.
 */
export function measureRows(address: usize): i32 {
  const job = changetype<Job>(address);
  const size = job.size;
  const bytes = (<usize>size) << 2;
  let ratings = 0;
  while (ratings < TURN) {
    if (atomic.load<i32>(job.stop) != 0) return DONE;
    const row = atomic.add<i32>(job.cursor, 1);
    if (row >= job.filled) return DONE;
    const start = load<i32>(job.rowStart + ((<usize>row) << 2));
    const end = load<i32>(job.rowStart + ((<usize>row) << 2), 4);
    ratings += end - start;
    const x = job.solved + <usize>row * bytes;
    const base = job.solvedBias != 0 ? job.mean + load<f32>(job.solvedBias + ((<usize>row) << 2)) : job.mean;
    let loss: f64 = 0;
    let squares: f64 = 0;
    for (let k = start; k < end; k++) {
      const column = <usize>load<u32>(job.columns + ((<usize>k) << 2));
      const value = load<f32>(job.values + ((<usize>k) << 2));
      let score = base + dot(x, job.fixed + column * bytes, size);
      if (job.fixedBias != 0) score += load<f32>(job.fixedBias + (column << 2));
      if (job.measure == 2) loss += <f64>score;
      else if (job.measure == 0) {
        const error = <f64>(value - score);
        loss += error * error;
        const clipped = <f64>(value - min<f32>(max<f32>(score, job.clipFrom), job.clipTo));
        squares += clipped * clipped;
      } else {
        const s = <f64>score;
        loss += (1 + <f64>job.alpha * <f64>value) * (1 - s) * (1 - s) - s * s;
      }
    }
    store<f64>(job.losses + ((<usize>row) << 3), loss);
    store<f64>(job.losses + ((<usize>(row + job.rows)) << 3), squares);
  }
  return MORE;
}

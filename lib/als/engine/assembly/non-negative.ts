import { formSystem } from "./exact";
import { Job, TILE_BYTES } from "./job";
import { addScaled, dot } from "./vectors";

/** Sweeps over a row's factors at most; a warm start needs a few. */
const SWEEPS: i32 = 200;

/**
 * Solves one row with factors of 0 or more by coordinate descent on its normal equations, from its present factors.
 * The bias, which may be negative, is eliminated first. Each coordinate is minimised exactly, so the loss cannot rise.
 */
export function solveNonNegative(job: Job, row: i32, scratch: usize): void {
  const size = job.size;
  const s = <usize>size;
  const bytes = s << 2;
  const matrix = scratch + TILE_BYTES + 4096;
  const rhs = matrix + s * bytes;
  const sums = rhs + bytes;
  const n = formSystem(job, row, scratch);
  const scale = load<f32>(job.rowScale + ((<usize>row) << 2));
  const withBias = job.solvedBias != 0;
  const total = load<f32>(scratch + TILE_BYTES + 4092);
  const curvature: f32 = <f32>n + job.lambdaBias * scale;
  if (withBias) addScaled(rhs, -total / curvature, sums, size);
  for (let f = 0; f < size; f++) {
    const own = matrix + <usize>f * bytes;
    if (withBias) {
      const factor = -load<f32>(sums + ((<usize>f) << 2)) / curvature;
      for (let g = f; g < size; g++) {
        const at = own + ((<usize>g) << 2);
        store<f32>(at, load<f32>(at) + factor * load<f32>(sums + ((<usize>g) << 2)));
      }
    }
    const diagonal = own + ((<usize>f) << 2);
    store<f32>(diagonal, load<f32>(diagonal) + job.lambda * scale);
    for (let g = f + 1; g < size; g++)
      store<f32>(matrix + <usize>g * bytes + ((<usize>f) << 2), load<f32>(own + ((<usize>g) << 2)));
  }

  // rhs becomes the residual g − A·x and is kept so.
  const x = job.solved + <usize>row * bytes;
  let largest: f32 = 0;
  for (let f = 0; f < size; f++) {
    largest = max(largest, abs(load<f32>(rhs + ((<usize>f) << 2))));
    const factor = load<f32>(x + ((<usize>f) << 2));
    if (factor != 0) addScaled(rhs, -factor, matrix + <usize>f * bytes, size);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved: f32 = 0;
    for (let f = 0; f < size; f++) {
      const at = (<usize>f) << 2;
      const own = matrix + <usize>f * bytes;
      const before = load<f32>(x + at);
      const after = max<f32>(0, before + load<f32>(rhs + at) / load<f32>(own + at));
      if (after == before) continue;
      store<f32>(x + at, after);
      addScaled(rhs, before - after, own, size);
      moved = max(moved, abs(after - before) * load<f32>(own + at));
    }
    if (moved <= largest * <f32>1e-6) break;
  }
  if (withBias) store<f32>(job.solvedBias + ((<usize>row) << 2), (total - dot(sums, x, size)) / curvature);
}

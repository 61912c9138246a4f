/**
 * One sweep over the rows of one side, as the host lays it out: 32-bit fields in this order (`JOB_FIELDS` in
 * ../layout.ts names the same ones). Pointers are byte addresses in the shared memory, 0 where a part is absent.
 */
@unmanaged
export class Job {
  /** i32, counted up by all threads: the next row to take. */
  cursor: usize;
  /** i32, set by the host to end all threads between two rows. */
  stop: usize;
  /** Rows with ratings: they come first, the heaviest before all. */
  filled: i32;
  rowStart: usize;
  columns: usize;
  values: usize;
  /** f32[rows]: n^ν of a row with n ratings. */
  rowScale: usize;
  /** f32[rows × size]. */
  solved: usize;
  /** f32[rows]; 0 where the model has no biases. */
  solvedBias: usize;
  /** f32[columns × size]. */
  fixed: usize;
  fixedBias: usize;
  /** Rank, padded to a multiple of 8; the padding of all factors is 0. */
  size: i32;
  /** f32[size × size], upper triangle: what every row's system has in common. */
  shared: usize;
  /** f32[size]: the diagonal of `shared` where the factors are turned so that it has no more than that. */
  spectrum: usize;
  /** f32[size]: variance of a rated column's factor, or without biases its mean square; the preconditioner's idea of a rating. */
  profile: usize;
  /** f32[size]: the mean rated column, where rows have biases. */
  centre: usize;
  /** f32[columns × size]: co-factors, whose sum over the rated columns is added to the right-hand side. */
  cofactors: usize;
  cofactorWeight: f32;
  lambda: f32;
  lambdaBias: f32;
  /** Confidence per star for implicit feedback, 0 for explicit. */
  alpha: f32;
  /** Global mean, explicit feedback. */
  mean: f32;
  /** 0: Cholesky; 1: conjugate gradients; 2: coordinate descent on non-negative factors; 3: co-factors, diagonal. */
  solver: i32;
  /** Conjugate-gradient steps a row. */
  steps: i32;
  /** Share of a row's squared residuals below which a step's gain ends the row after its first step; 0 for all steps. */
  tolerance: f32;
  /** u32[groups + 1]: first rows of the groups that take their conjugate-gradient passes together, and their end. */
  groups: usize;
  groupCount: i32;
  /** Rows in groups: the first ones. The others are solved one by one. */
  grouped: i32;
  /** Columns that a group passes over at a time. */
  block: u32;
  /** f64[rows]: the loss sweep's result per row; f64[rows] of squared clipped errors behind it. */
  losses: usize;
  rows: i32;
  clipFrom: f32;
  clipTo: f32;
  /** 0: squared errors; 1: the implicit loss on the rated cells; 2: the sum of scores. */
  measure: i32;
  /** i32[4], counted up: rows that an exact solve found positive definite with the first, second and third jitter, and those left to float64. */
  rescues: usize;
}

/** Bytes of the tile that the Gram matrix is summed from: it stays in the first-level cache. */
export const TILE_BYTES: usize = 32768;

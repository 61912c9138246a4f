import { WorkspaceError, type Dataset } from "../../data";
import { blockColumns, groupBytes, groupRows, groupsOf, type Groups } from "./groups";
import { compileKernels, instantiateKernels, type Instructions, type Kernels } from "./kernels";
import { Arena, EMPTY_JOB, JOB_BYTES, writeJob, type Job } from "./layout";
import { Pool } from "./pool";
import { runTask, SEGMENTS, type SegmentTask } from "./tasks";
import { ratingViews, viewBytes, type SideView } from "./views";

/** What a factorisation minimises, and how. See `AlsOptions` for the meaning of each number. */
export interface Problem {
  feedback: "explicit" | "implicit";
  rank: number;
  lambda: number;
  lambdaBias: number;
  nu: number;
  alpha: number;
  /** Weight of the implicit co-factors; 0 for none. */
  cofactorWeight: number;
  /** β: users are solved with weight w·β, items with w/β. */
  cofactorBalance: number;
  lambdaCofactor: number;
  nonNegative: boolean;
  seed: number;
}

export interface Resources {
  threads: number;
  instructions?: Instructions;
  /** Columns that rows pass over together at a time, in place of what suits the factors' size; 0 for none. */
  block?: number;
}

export type Solver = "cholesky" | "cg";

/**
 * Standard deviation of the initial item factors. For explicit feedback in proportion to what the users' penalty lets
 * through, √(λ·n^ν / n) for a user of mean length n: far below it factors need iterations to grow, far above they
 * have the start's noise to unlearn. Measured on MovieLens latest-small and on synthetic 1M and 20M.
 */
function initialSpread({ feedback, lambda, nu }: Problem, ratings: number, users: number): number {
  if (feedback === "implicit") return 0.1;
  return Math.min(
    1,
    Math.max(0.01, 0.2 * Math.sqrt(lambda * Math.max(1, ratings / Math.max(1, users)) ** (nu - 1))),
  );
}

/** How far from balance the sides' lengths on an axis may be before they are set: what less costs is of second order. */
const BALANCED = 0.01;

/** Rows × size² up to which the caller does a task over rows itself: about half a millisecond. */
const SMALL_WORK = 1e7;

/** Room that a thread has beside the kernels' own scratch: a tile and a matrix, for sums over rows. */
const TILE_BYTES = 32768;

/** One side: its view of the ratings and its factors, all in the shared memory, factors row-major [rows × size] with zeros past the rank. */
export interface Side {
  readonly name: "user" | "item";
  readonly ids: Uint32Array;
  readonly view: SideView;
  /** Ratings per row. */
  readonly counts: Float32Array;
  /** How rows are grouped where they take their conjugate-gradient passes together. */
  readonly groups: Groups;
  /** n^ν per row. */
  readonly scales: Float32Array;
  readonly factors: Float32Array;
  readonly bias: Float32Array | null;
  /** What stands against the other side's factors in the 0/1 matrix of what was rated. */
  readonly cofactors: Float32Array | null;
}

/** Rank padded so that every kernel works on whole blocks of eight. */
export const paddedRank = (rank: number): number => Math.ceil(rank / 8) * 8;

/**
 * A factorisation in one shared memory, solved side by side by threads. The same problem and data give the same bits
 * with any number of threads: one thread owns a row, and sums over rows are taken in fixed segments.
 *
 * With `cg` and with co-factors all factors are turned together (P·V, Q·V: predictions and norms stay) so that what
 * a side's systems have in common is diagonal; `cholesky` leaves them as they are.
 */
export class Factorisation {
  readonly size: number;
  readonly users: Side;
  readonly items: Side;
  readonly globalMean: number;
  readonly instructions: Instructions;
  /** Rows that exact solves found positive definite only with the first, second or third jitter, and those left to float64. */
  readonly rescues: Int32Array;
  private readonly kernels: Kernels;
  private readonly arena: Arena;
  private readonly pool: Pool;
  private readonly cursor: Int32Array;
  private readonly stopFlag: Int32Array;
  private readonly jobAddress: number;
  /** The caller's own, for small tasks over rows. */
  private readonly scratch: number;
  private readonly segments: Float64Array;
  private readonly shared: Float32Array;
  private readonly axes: Float32Array;
  private readonly spectrum: Float32Array;
  private readonly profile: Float32Array;
  private readonly centre: Float32Array;
  private readonly losses: Float64Array;

  /** @throws WorkspaceError MEMORY_EXCEEDED when one WebAssembly memory cannot hold it */
  constructor(
    dataset: Dataset,
    readonly problem: Problem,
    resources: Resources,
    private readonly clip: { min: number; max: number } = dataset.scale,
  ) {
    const { rank } = problem;
    const size = paddedRank(rank);
    const sides = [dataset.userIds.length, dataset.itemIds.length];
    this.size = size;
    const blocks = sides.map((columns) => resources.block ?? blockColumns(columns, size));
    const compiled = compileKernels(resources.instructions);
    this.instructions = compiled.instructions;
    // The kernels themselves say what a thread needs; an empty memory is enough to ask.
    const sizing = instantiateKernels(
      compiled.module,
      new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true }),
    );
    const scratch = Math.max(
      sizing.scratchBytes(size, blocks.some((block) => block > 0) ? groupRows(size) : 1),
      TILE_BYTES + size * size * 4,
    );
    const arena = new Arena(
      factorisationBytes(dataset, problem) +
        resources.threads * Arena.bytesOf(scratch) +
        Arena.bytesOf(TILE_BYTES + size * size * 4),
      `training at rank ${rank} on ${dataset.ratings.length} ratings of ${dataset.userIds.length} users and ${dataset.itemIds.length} items`,
    );
    this.arena = arena;
    this.kernels = instantiateKernels(compiled.module, arena.memory);
    this.cursor = new Int32Array(arena.buffer, arena.take(4), 1);
    this.stopFlag = new Int32Array(arena.buffer, arena.take(4), 1);
    this.rescues = new Int32Array(arena.buffer, arena.take(16), 4);
    this.jobAddress = arena.take(JOB_BYTES);
    this.scratch = arena.take(TILE_BYTES + size * size * 4);
    this.segments = arena.float64(SEGMENTS * size * size);
    this.shared = arena.float32(size * size);
    this.axes = arena.float32(size * size);
    this.spectrum = arena.float32(size);
    this.profile = arena.float32(size);
    this.centre = arena.float32(size);
    this.losses = arena.float64(2 * Math.max(...sides));
    const { byUser, byItem } = ratingViews(dataset, arena);
    this.globalMean = problem.feedback === "explicit" ? meanOf(dataset.ratings) : 0;
    this.users = this.side("user", dataset.userIds, byUser, 0, byUser.filled, blocks[1]);
    this.items = this.side("item", dataset.itemIds, byItem, 2, byUser.filled, blocks[0]);
    this.pool = new Pool(
      Array.from({ length: resources.threads }, () => ({
        module: compiled.module,
        memory: arena.memory,
        scratch: arena.take(scratch),
      })),
    );
  }

  private side(
    name: Side["name"],
    ids: Uint32Array,
    view: SideView,
    stream: number,
    users: number,
    block: number,
  ): Side {
    const { arena, problem, size } = this;
    const { rows } = view;
    const counts = arena.float32(rows);
    const scales = arena.float32(rows);
    for (let row = 0; row < rows; row++) {
      counts[row] = view.rowStart[row + 1] - view.rowStart[row];
      scales[row] = counts[row] === 0 ? 0 : counts[row] ** problem.nu;
    }
    const spread = initialSpread(problem, view.columns.length, users);
    const initial = (fill: boolean, side: number): Float32Array => {
      const factors = arena.float32(rows * size);
      // Users are solved first, and so start from nothing: the fewer items hold less noise to unlearn. Cold rows must not weigh in a Gramian.
      if (fill)
        for (let row = 0; row < view.filled; row++)
          this.kernels.initialRow(
            factors.byteOffset + row * size * 4,
            problem.seed,
            side,
            view.denseOf[row],
            problem.rank,
            spread,
          );
      if (problem.nonNegative)
        for (let at = 0; at < factors.length; at++) factors[at] = Math.abs(factors[at]);
      return factors;
    };
    return {
      name,
      ids,
      view,
      counts,
      groups: groupsOf(arena, view, this.size, block),
      scales,
      factors: initial(name === "item", stream),
      bias: problem.feedback === "explicit" ? this.initialBias(name, view, scales) : null,
      cofactors: problem.cofactorWeight > 0 ? initial(true, stream + 1) : null,
    };
  }

  /** Damped mean deviations for the items, which the users are first solved against; zeros for the users. */
  private initialBias(
    name: Side["name"],
    { rows, rowStart, values }: SideView,
    scales: Float32Array,
  ): Float32Array {
    const bias = this.arena.float32(rows);
    if (name === "item")
      for (let row = 0; row < rows; row++) {
        let deviation = 0;
        for (let at = rowStart[row]; at < rowStart[row + 1]; at++) deviation += values[at] - this.globalMean;
        const n = rowStart[row + 1] - rowStart[row];
        if (n > 0) bias[row] = deviation / (n + this.problem.lambdaBias * scales[row]);
      }
    return bias;
  }

  /**
   * Solves every row of `solved` with the other side fixed.
   *
   * @param steps conjugate-gradient steps a row
   * @param tolerance share of a row's squared residuals below which what the first step gains ends the row; 0 for all steps
   * @throws WorkspaceError SOLVE_FAILED naming the row
   */
  async solveSide(solved: Side, solver: Solver, steps = 2, tolerance = 0): Promise<void> {
    const fixed = this.other(solved);
    const { problem, shared, spectrum, profile, centre } = this;
    const implicit = problem.feedback === "implicit";
    const cofactors = fixed.cofactors;
    const hasShared = implicit || cofactors !== null;
    const turned = solver === "cg" || cofactors !== null;
    if (hasShared || turned) {
      const gram = await this.gram(cofactors ?? fixed.factors, fixed, hasShared ? null : fixed.counts);
      const weight = implicit ? 1 : this.cofactorWeight(solved);
      if (turned) {
        if (!hasShared) await this.centreGram(gram, fixed);
        await this.turn(this.principalAxes(gram, weight));
        shared.fill(0);
        for (let f = 0; f < this.size; f++) shared[f * this.size + f] = spectrum[f];
      } else shared.set(gram);
    }
    if (solver === "cg") await this.describeColumns(fixed);
    await this.solve(solved, {
      ...this.job(solved, fixed),
      shared: hasShared ? shared.byteOffset : 0,
      spectrum: hasShared && turned ? spectrum.byteOffset : 0,
      profile: profile.byteOffset,
      centre: centre.byteOffset,
      cofactors: cofactors?.byteOffset ?? 0,
      cofactorWeight: this.cofactorWeight(solved),
      solver: problem.nonNegative ? 2 : solver === "cg" ? 1 : 0,
      steps,
      tolerance,
      ...(solver === "cg" && !problem.nonNegative ? solved.groups : {}),
    });
    if (solved.cofactors) await this.solveCofactors(solved, solved.cofactors, fixed);
  }

  /**
   * Shares each axis's length between the sides: p_f·a, q_f/a leave every prediction as it is, and the a at which
   * both sides' penalties on the axis are equal makes their sum least. Alternating solves come to it by themselves, but
   * slowly; taking it at once saves iterations. Axes on which a side is still nothing stay.
   */
  async balance(): Promise<void> {
    const { size, problem, segments } = this;
    const penalties: Float64Array[] = [];
    for (const side of [this.users, this.items]) {
      // Co-factors stand against the other side's factors, as the side's own factors do.
      const total = new Float64Array(size);
      for (const [factors, lambda] of [
        [side.factors, problem.lambda],
        [side.cofactors, problem.lambdaCofactor],
      ] as const) {
        if (!factors) continue;
        const squares = (await this.moments(factors, side.scales, side)).subarray(size);
        squares.forEach((sum, f) => (total[f] += lambda * sum));
      }
      penalties.push(total);
    }
    const lengths = penalties[0].map((own, f) => {
      const ratio = penalties[1][f] / own;
      return ratio > 0 && ratio < Infinity ? Math.min(1e3, Math.max(1e-3, ratio ** 0.25)) : 1;
    });
    if (lengths.every((length) => Math.abs(length - 1) < BALANCED)) return;
    const scales = new Float32Array(segments.buffer, segments.byteOffset, 2 * size);
    lengths.forEach((length, f) => {
      scales[f] = length;
      scales[size + f] = 1 / length;
    });
    for (const [k, side] of [this.users, this.items].entries())
      for (const factors of [side.factors, side.cofactors])
        if (factors)
          await this.onSegments({
            kind: "scale",
            rows: side.view.filled,
            factors: factors.byteOffset,
            scales: scales.byteOffset + k * size * 4,
          });
  }

  /** Co-factors against the 0/1 matrix: (w·PᵀP + λ_z·n^ν·I) z = w·Σ p over the rated; diagonal once the factors are turned. */
  private async solveCofactors(solved: Side, cofactors: Float32Array, fixed: Side): Promise<void> {
    const { problem, spectrum } = this;
    const weight = this.cofactorWeight(fixed);
    const gram = await this.gram(fixed.factors, fixed, null);
    await this.turn(this.principalAxes(gram, weight));
    await this.solve(solved, {
      ...this.job(solved, fixed),
      solved: cofactors.byteOffset,
      solvedBias: 0,
      lambda: problem.lambdaCofactor,
      spectrum: spectrum.byteOffset,
      cofactors: fixed.factors.byteOffset,
      cofactorWeight: weight,
      solver: 3,
    });
  }

  /** The weight of the 0/1 matrix in the systems of a side. */
  private cofactorWeight(side: Side): number {
    const { cofactorWeight, cofactorBalance } = this.problem;
    return side === this.users ? cofactorWeight * cofactorBalance : cofactorWeight / cofactorBalance;
  }

  private async solve(solved: Side, job: Job): Promise<void> {
    this.start(job);
    const failed = await this.pool.run({ kind: "solve", job: this.jobAddress });
    if (failed) {
      const n = solved.counts[failed.row];
      throw new WorkspaceError(
        "SOLVE_FAILED",
        `${solved.name} ${solved.view.denseOf[failed.row]} (MovieLens id ${solved.ids[solved.view.denseOf[failed.row]]}): the system from ${n} ` +
          `rating${n === 1 ? "" : "s"} is not positive definite at pivot ${failed.pivot}, ` +
          `with λ·n^ν = ${this.problem.lambda * solved.scales[failed.row]}`,
      );
    }
  }

  /** The regularised objective, and for explicit feedback the RMSE of the clipped predictions on the training ratings. */
  async measure(): Promise<{ loss: number; trainRmse: number | null }> {
    const { problem, users, items } = this;
    const explicit = problem.feedback === "explicit";
    const ratings = users.view.columns.length;
    const fit = await this.fit(users, explicit ? Measure.Explicit : Measure.Implicit);
    let loss = fit.loss;
    if (!explicit)
      loss += innerProduct(
        await this.gram(users.factors, users, null),
        await this.gram(items.factors, items, null),
      );
    for (const [side, other] of [
      [users, items],
      [items, users],
    ]) {
      loss += problem.lambda * (await this.norms(side.factors, side));
      if (side.bias)
        for (let row = 0; row < side.view.rows; row++)
          loss += problem.lambdaBias * side.scales[row] * side.bias[row] ** 2;
      if (!side.cofactors) continue;
      // w·Σ_all (1_rated − p·z)², with the sum over all cells as an inner product of two Gramians.
      const all = innerProduct(
        await this.gram(side.cofactors, side, null),
        await this.gram(other.factors, other, null),
      );
      const rated = await this.fit(other, Measure.Scores, other.factors, side.cofactors);
      loss += this.cofactorWeight(other) * (all - 2 * rated.loss + ratings);
      loss += problem.lambdaCofactor * (await this.norms(side.cofactors, side));
    }
    return { loss, trainRmse: explicit ? Math.sqrt(fit.squares / ratings) : null };
  }

  /** RMSE of the clipped predictions on other ratings of the same users and items, explicit feedback. */
  rmse({ users, items, ratings }: Dataset): number {
    const { size, globalMean, clip } = this;
    const [p, q] = [this.users.factors, this.items.factors];
    const [userRow, itemRow] = [this.users.view.rowOf, this.items.view.rowOf];
    let sum = 0;
    for (let r = 0; r < ratings.length; r++) {
      const user = userRow[users[r]];
      const item = itemRow[items[r]];
      let score = globalMean + this.users.bias![user] + this.items.bias![item];
      for (let f = 0; f < size; f++) score += p[user * size + f] * q[item * size + f];
      sum += (ratings[r] - Math.min(clip.max, Math.max(clip.min, score))) ** 2;
    }
    return Math.sqrt(sum / ratings.length);
  }

  /** A side's factors by dense index, row-major [rows × rank], without the padding. */
  factorsOf({ view, factors }: Side, rank: number): Float64Array {
    const dense = new Float64Array(view.rows * rank);
    for (let row = 0; row < view.filled; row++)
      dense.set(factors.subarray(row * this.size, row * this.size + rank), view.denseOf[row] * rank);
    return dense;
  }

  /** A side's biases by dense index; zeros where the model has none. */
  biasOf({ view, bias }: Side): Float64Array {
    const dense = new Float64Array(view.rows);
    if (bias) for (let row = 0; row < view.filled; row++) dense[view.denseOf[row]] = bias[row];
    return dense;
  }

  /** Sets a side's factors and biases, by dense index as `factorsOf` and `biasOf` give them. Cold rows stay zeros. */
  set(side: Side, factors: Float64Array, biases: Float64Array): void {
    const { view, bias } = side;
    const { rank } = this.problem;
    for (let row = 0; row < view.filled; row++) {
      const dense = view.denseOf[row];
      side.factors.set(factors.subarray(dense * rank, (dense + 1) * rank), row * this.size);
      if (bias) bias[row] = biases[dense];
    }
  }

  /**
   * Each user's n best unseen items, best first, ties by ascending index; items without a rating are never among them.
   *
   * @returns by engine row of the user (`users.view.denseOf`): `items`, dense indices, 0xffffffff where fewer remain, and
   *   `scores`, both [users × n], without the user's own bias and the mean, which change no order
   */
  async topItems(n: number): Promise<{ items: Uint32Array; scores: Float32Array }> {
    const { users, items, size } = this;
    const { rows } = items.view;
    const { arena } = this;
    const panelBytes = Math.ceil(rows / 8) * (size + 1) * 32;
    arena.reserve(
      panelBytes + rows * 4 + users.view.rows * n * 8 + 1024,
      `the best ${n} items of every user`,
    );
    const panels = arena.take(panelBytes);
    const denseOf = arena.uint32(rows);
    denseOf.set(items.view.denseOf);
    const found = arena.uint32(users.view.rows * n);
    const scores = arena.float32(users.view.rows * n);
    const job = arena.uint32(7);
    job.set([panels, denseOf.byteOffset, rows, n, found.byteOffset, scores.byteOffset, users.view.rows]);
    this.kernels.packItems(
      items.factors.byteOffset,
      items.bias?.byteOffset ?? 0,
      rows,
      items.view.filled,
      size,
      panels,
    );
    this.start(this.job(users, items));
    await this.pool.run({ kind: "top", job: this.jobAddress, top: job.byteOffset });
    return { items: found, scores };
  }

  /** Copies of all that the sweeps change. */
  snapshot(): Float32Array[] {
    return this.learned().map((part) => Float32Array.from(part));
  }

  /** Goes back to a snapshot of this factorisation or of an equal one. */
  restore(state: Float32Array[]): void {
    this.learned().forEach((part, k) => part.set(state[k]));
  }

  private learned(): Float32Array[] {
    return [this.users, this.items].flatMap(({ factors, bias, cofactors }) =>
      [factors, bias, cofactors].filter((part): part is Float32Array => part !== null),
    );
  }

  /** Ends the work between two rows: a running `solveSide` resolves early, with rows left as they were. */
  stop(): void {
    Atomics.store(this.stopFlag, 0, 1);
  }

  /** Ends all threads; resolves when none is left. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private start(job: Job): void {
    this.cursor[0] = 0;
    writeJob(this.arena.buffer, this.jobAddress, job);
  }

  private job(solved: Side, fixed: Side): Job {
    const { problem } = this;
    return {
      ...EMPTY_JOB,
      cursor: this.cursor.byteOffset,
      stop: this.stopFlag.byteOffset,
      filled: solved.view.filled,
      rowStart: solved.view.rowStart.byteOffset,
      columns: solved.view.columns.byteOffset,
      values: solved.view.values.byteOffset,
      rowScale: solved.scales.byteOffset,
      solved: solved.factors.byteOffset,
      solvedBias: solved.bias?.byteOffset ?? 0,
      fixed: fixed.factors.byteOffset,
      fixedBias: fixed.bias?.byteOffset ?? 0,
      size: this.size,
      lambda: problem.lambda,
      lambdaBias: problem.lambdaBias,
      alpha: problem.feedback === "implicit" ? problem.alpha : 0,
      mean: this.globalMean,
      rows: solved.view.rows,
      clipFrom: this.clip.min,
      clipTo: this.clip.max,
      losses: this.losses.byteOffset,
      rescues: this.rescues.byteOffset,
    };
  }

  /** The fit of a side's rated cells, with its own factors against the other side's, or with those given. */
  private async fit(
    side: Side,
    measure: Measure,
    solved: Float32Array = side.factors,
    fixed: Float32Array = this.other(side).factors,
  ): Promise<{ loss: number; squares: number }> {
    const { rows, filled } = side.view;
    this.start({
      ...this.job(side, this.other(side)),
      solved: solved.byteOffset,
      fixed: fixed.byteOffset,
      measure,
      ...(measure === Measure.Scores ? { solvedBias: 0, fixedBias: 0, mean: 0 } : {}),
    });
    await this.pool.run({ kind: "measure", job: this.jobAddress });
    const sum = { loss: 0, squares: 0 };
    for (let row = 0; row < filled; row++) {
      sum.loss += this.losses[row];
      sum.squares += this.losses[rows + row];
    }
    return sum;
  }

  private other(side: Side): Side {
    return side === this.users ? this.items : this.users;
  }

  private async onSegments(work: DistributiveOmit<SegmentTask, "cursor" | "stop" | "size">): Promise<void> {
    this.cursor[0] = 0;
    const { cursor, stopFlag, size } = this;
    const task = { ...work, cursor: cursor.byteOffset, stop: stopFlag.byteOffset, size } as SegmentTask;
    // Less work than waking a thread for it; the segments' shape, and so the bits, are the same.
    if (work.rows * size * size <= SMALL_WORK) runTask(this.kernels, this.arena.buffer, this.scratch, task);
    else await this.pool.run(task);
  }

  /** Σ w·x xᵀ over a side's rows, float64, whole matrix; w is 1 or as given. */
  private async gram(factors: Float32Array, side: Side, weights: Float32Array | null): Promise<Float64Array> {
    const { size, segments } = this;
    await this.onSegments({
      kind: "gram",
      rows: side.view.filled,
      factors: factors.byteOffset,
      weights: weights?.byteOffset ?? 0,
      targets: segments.byteOffset,
    });
    const gram = new Float64Array(size * size);
    for (let segment = 0; segment < SEGMENTS; segment++)
      for (let f = 0; f < size; f++)
        for (let g = f, at = segment * size * size + f * size + f; g < size; g++)
          gram[f * size + g] += segments[at++];
    for (let f = 0; f < size; f++) for (let g = 0; g < f; g++) gram[f * size + g] = gram[g * size + f];
    return gram;
  }

  /** Takes the mean rated column out of a side's Gramian weighted by ratings: what is left is what a bias does not explain. */
  private async centreGram(gram: Float64Array, side: Side): Promise<void> {
    const { size, centre } = this;
    await this.describeColumns(side);
    for (let f = 0; f < size; f++)
      for (let g = 0; g < size; g++) gram[f * size + g] -= side.view.columns.length * centre[f] * centre[g];
  }

  /** Mean and variance of x over a side's ratings, per factor, for the preconditioner; without biases mean 0 and the mean square. */
  private async describeColumns(side: Side): Promise<void> {
    const { size, centre, profile } = this;
    const moments = await this.moments(side.factors, side.counts, side);
    const n = side.view.columns.length;
    for (let f = 0; f < size; f++) {
      centre[f] = side.bias ? moments[f] / n : 0;
      profile[f] = Math.max(0, moments[size + f] / n - centre[f] ** 2);
    }
  }

  /** Σ w·x and behind it Σ w·x², per factor, over a side's rows: float64 [2 × size]. */
  private async moments(factors: Float32Array, weights: Float32Array, side: Side): Promise<Float64Array> {
    const { size, segments } = this;
    await this.onSegments({
      kind: "moments",
      rows: side.view.filled,
      factors: factors.byteOffset,
      weights: weights.byteOffset,
      targets: segments.byteOffset,
    });
    const parts = new Float32Array(segments.buffer, segments.byteOffset, SEGMENTS * 2 * size);
    const moments = new Float64Array(2 * size);
    for (let at = 0; at < parts.length; at++) moments[at % (2 * size)] += parts[at];
    return moments;
  }

  /** Σ n^ν·‖x‖² over a side's rows. */
  private async norms(factors: Float32Array, side: Side): Promise<number> {
    await this.onSegments({
      kind: "norms",
      rows: side.view.filled,
      factors: factors.byteOffset,
      scales: side.scales.byteOffset,
      targets: this.segments.byteOffset,
    });
    return this.segments.subarray(0, SEGMENTS).reduce((sum, part) => sum + part, 0);
  }

  /** The axes of a Gramian as columns, row-major [size × size]; leaves its spectrum times `weight` in `spectrum`. */
  private principalAxes(gram: Float64Array, weight: number): Float32Array {
    const { size, problem, segments, axes, spectrum } = this;
    // The sums of the Gramian's segments are done with: their place holds the matrix, its axes as rows, and five vectors.
    const cells = size * size;
    segments.set(gram);
    const { byteOffset } = segments;
    const unsettled = this.kernels.principalAxes(
      byteOffset,
      size,
      problem.rank,
      byteOffset + cells * 8,
      byteOffset + cells * 16,
    );
    if (unsettled >= 0)
      throw new WorkspaceError(
        "SOLVE_FAILED",
        `the factors' Gramian has no principal axes: eigenvalue ${unsettled} of ${problem.rank} does not settle`,
      );
    for (let f = 0; f < size; f++) {
      spectrum[f] = weight * Math.max(0, segments[2 * cells + f]);
      for (let g = 0; g < size; g++) axes[g * size + f] = segments[cells + f * size + g];
    }
    return axes;
  }

  /** Turns all factors by the same axes. */
  private async turn(axes: Float32Array): Promise<void> {
    for (const { view, factors, cofactors } of [this.users, this.items])
      for (const matrix of [factors, cofactors])
        if (matrix)
          await this.onSegments({
            kind: "turn",
            rows: view.filled,
            factors: matrix.byteOffset,
            axes: axes.byteOffset,
          });
  }
}

/** As in ./assembly/rows.ts. */
const enum Measure {
  Explicit = 0,
  Implicit = 1,
  Scores = 2,
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Σ a·b, entry by entry: trace(AᵀB). */
function innerProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let r = 0; r < values.length; r++) sum += values[r];
  return sum / values.length;
}

/** Of a data set, or of one that is only thought of: what plans and estimates need to know. */
export interface DatasetSizes {
  ratings: { length: number };
  userIds: { length: number };
  itemIds: { length: number };
}

/** Bytes of shared memory that a factorisation takes, beside each thread's scratch; `LARGEST_MEMORY` is the most. */
export function factorisationBytes(
  dataset: DatasetSizes,
  problem: Pick<Problem, "rank" | "cofactorWeight">,
): number {
  const size = paddedRank(problem.rank);
  const rows = [dataset.userIds.length, dataset.itemIds.length];
  const perRow = size * 4 * (problem.cofactorWeight > 0 ? 2 : 1) + 16;
  const views = rows.reduce(
    (sum, n) =>
      sum +
      viewBytes(n, dataset.ratings.length) +
      groupBytes(n, dataset.ratings.length, size) +
      n * perRow +
      1024,
    0,
  );
  return views + SEGMENTS * size * size * 8 + size * size * 8 + Math.max(...rows) * 16 + 65536;
}

import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { ratingsByUser, WorkspaceError, type Dataset } from "../data";
import { checkRatings, checkValidation } from "./checks";
import type { Checkpoint, FactorState } from "./engine/checkpoint";
import { iterationNanoseconds } from "./engine/cost";
import {
  Factorisation,
  paddedRank,
  type DatasetSizes,
  type Problem,
  type Solver,
} from "./engine/factorisation";
import { ensembleParts } from "./ensemble";
import { AlsModel } from "./model";
import { completeOptions } from "./options";
import type { AlsModelParts, AlsOptions, TrainHooks, TrainOptions } from "./types";

// V8 has had relaxed SIMD behind this flag before it had it without; unknown to none of the versions that run this.
setFlagsFromString("--experimental-wasm-relaxed-simd");

/**
 * Conjugate-gradient steps a row and sweep, from the last sweep's factors. Explicit feedback needs up to two to be as good as
 * an exact solve; with implicit feedback the preconditioner knows most of the system, and one is.
 */
const STEPS = { explicit: 2, implicit: 1 };

/**
 * A row whose first step takes less than this share off its squared residuals has no second one: as sweeps converge
 * ever more rows do with one, a fifth to a third less work for less than a hundredth more of loss.
 */
const TOLERANCE = 0.03;

/** Steps of the first iteration, whose factors start from noise. */
const FIRST_STEPS = 2;

/** Nanoseconds of an exact iteration that nobody waits for. */
const CHEAP_ITERATION = 1e8;

/** How much longer an exact iteration may take than one of conjugate gradients, for being exact. */
const WORTH_EXACT = 1.5;

/** Nanoseconds of a whole training below which starting a second thread costs more than it saves. */
const ONE_THREAD = 2e8;

/**
 * Alternating least squares on all cores. The items start from random factors that the users are solved for; then
 * each iteration solves the items with the users fixed and the users with the items fixed. Deterministic: the same
 * data, options and seed give the same bits, with any number of threads. `trainFloat64` is its plain twin.
 *
 * @param dataset users and items without a rating (cold) are allowed, and get zero factors
 * @param options the kind of feedback, and whatever differs from `defaultOptions`
 * @throws WorkspaceError OPTION_INVALID naming the option, DATA_INVALID for a rating that cannot be learned from,
 *   SOLVE_FAILED naming the row, MEMORY_EXCEEDED before anything is begun, THREAD_FAILED,
 *   TRAINING_ABORTED after `hooks.signal`
 */
export async function train(
  dataset: Dataset,
  options: TrainOptions,
  hooks: TrainHooks = {},
): Promise<AlsModel> {
  const complete = completeOptions(options);
  checkRatings(dataset, complete);
  if (hooks.validation) checkValidation(dataset, hooks.validation);
  const seeds = complete.seeds ?? 1;
  if (hooks.patience !== undefined && !hooks.validation)
    throw new WorkspaceError("OPTION_INVALID", "patience is given, but no validation to measure it on");
  if (hooks.start) checkStart(hooks.start, dataset, complete, hooks);
  const ready: FactorState[] = [];
  const models: AlsModel[] = [];
  for (let k = 0; k < seeds; k++)
    models.push(
      await trainMember(dataset, { ...complete, seed: (complete.seed + k) >>> 0 }, hooks, {
        options: complete,
        ready,
      }),
    );
  return seeds === 1
    ? models[0]
    : new AlsModel(
        ensembleParts(
          models.map(({ parts }) => parts),
          complete,
        ),
      );
}

/** The models with earlier seeds; `options` are those of all. */
interface Ensemble {
  options: AlsOptions;
  ready: FactorState[];
}

/** One model, of one seed, whose final state joins the ensemble's. */
async function trainMember(
  dataset: Dataset,
  options: AlsOptions,
  hooks: TrainHooks,
  { options: shared, ready }: Ensemble,
): Promise<AlsModel> {
  const { signal, validation, resume } = hooks;
  const problem = problemOf(options);
  const plan = planOf(options, dataset);
  const threads =
    hooks.threads ?? (plan.nanoseconds * plan.iterations < ONE_THREAD ? 1 : availableParallelism());
  refuseIfAborted(signal);
  const factorisation = new Factorisation(dataset, problem, { threads, instructions: hooks.instructions });
  const stop = (): void => factorisation.stop();
  signal?.addEventListener("abort", stop);
  try {
    const fingerprint = JSON.stringify([
      dataset.hash,
      dataset.ratings.length,
      shared,
      hooks.patience ?? null,
      factorisation.instructions,
    ]);
    if (resume && resume.fingerprint !== fingerprint)
      throw new WorkspaceError("CHECKPOINT_INVALID", "resume is a checkpoint of other data or options");
    const finish = (state?: FactorState): AlsModel => {
      if (state) factorisation.restore(state);
      if ((shared.seeds ?? 1) > 1) ready.push(state ?? factorisation.snapshot());
      return modelOf(dataset, options, factorisation);
    };
    if (resume && ready.length < resume.ready.length) return finish(resume.ready[ready.length]);

    const underWay = resume && ready.length === resume.ready.length ? resume : null;
    if (underWay) factorisation.restore(underWay.state);
    if (hooks.start) startFrom(factorisation, hooks.start);
    let best: Checkpoint["best"] = underWay?.best ?? null;
    let iteration = underWay?.iteration ?? 0;
    while (iteration < options.iterations && !(best && iteration - best.iteration >= hooks.patience!)) {
      iteration++;
      const start = performance.now();
      await iterate(factorisation, plan, iteration, signal, hooks.start !== undefined);
      const seconds = (performance.now() - start) / 1000;
      const validationRmse =
        validation && options.feedback === "explicit" && (hooks.onIteration || hooks.patience !== undefined)
          ? factorisation.rmse(validation)
          : null;
      if (hooks.onIteration)
        hooks.onIteration({
          iteration,
          iterations: options.iterations,
          ...(await factorisation.measure()),
          validationRmse,
          seconds,
        });
      refuseIfAborted(signal);
      if (hooks.patience !== undefined && validationRmse !== null && (!best || validationRmse < best.rmse))
        best = { rmse: validationRmse, iteration, state: factorisation.snapshot() };
      if (hooks.onCheckpoint)
        await hooks.onCheckpoint({
          fingerprint,
          ready: [...ready],
          iteration,
          state: factorisation.snapshot(),
          best,
        });
    }
    return finish(best?.state);
  } finally {
    signal?.removeEventListener("abort", stop);
    await factorisation.close();
  }
}

/** @throws WorkspaceError OPTION_INVALID for a start that this training cannot go on from */
function checkStart(start: AlsModelParts, dataset: Dataset, options: AlsOptions, hooks: TrainHooks): void {
  const same = (a: Uint32Array, b: Uint32Array): boolean =>
    a === b || (a.length === b.length && a.every((id, row) => id === b[row]));
  const refusal = !same(start.userIds, dataset.userIds)
    ? "has other users"
    : !same(start.itemIds, dataset.itemIds)
      ? "has other items"
      : start.options.rank !== options.rank
        ? `has rank ${start.options.rank}, not ${options.rank}`
        : start.options.feedback !== options.feedback
          ? `is of ${start.options.feedback} feedback`
          : (options.seeds ?? 1) > 1
            ? "is one model, not several seeds"
            : problemOf(options).cofactorWeight > 0
              ? "cannot begin a training with co-factors"
              : hooks.resume
                ? "is given beside a checkpoint"
                : null;
  if (refusal) throw new WorkspaceError("OPTION_INVALID", `the model to start from ${refusal}`);
}

function startFrom(
  factorisation: Factorisation,
  { userFactors, itemFactors, userBias, itemBias }: AlsModelParts,
): void {
  factorisation.set(factorisation.users, userFactors, userBias);
  factorisation.set(factorisation.items, itemFactors, itemBias);
}

/** What the engine is to minimise for these options. */
export function problemOf(options: AlsOptions): Problem {
  const { feedback, rank, lambda, nu, seed } = options;
  const explicit = options.feedback === "explicit";
  return {
    feedback,
    rank,
    lambda,
    nu,
    seed,
    lambdaBias: explicit ? options.lambdaBias : 0,
    alpha: explicit ? 0 : options.alpha,
    cofactorWeight: explicit ? (options.cofactorWeight ?? 0) : 0,
    cofactorBalance: explicit ? (options.cofactorBalance ?? 1) : 1,
    lambdaCofactor: explicit ? (options.lambdaCofactor ?? lambda) : 0,
    nonNegative: options.nonNegative ?? false,
  };
}

/** How a training's sweeps are solved. */
export interface TrainingPlan {
  iterations: number;
  solver: Solver;
  /** Whether the last iteration is exact although the others are not. */
  finish: boolean;
  /** Conjugate-gradient steps a row and sweep. */
  steps: number;
  /** What an iteration takes one core by the cost model. */
  nanoseconds: number;
}

/** Picks the solver by the cost model, where the options leave it open: the exact one where it costs little, or little more. */
export function planOf(
  { feedback, solver = "auto", rank, nonNegative, iterations }: AlsOptions,
  { ratings, userIds, itemIds }: DatasetSizes,
): TrainingPlan {
  const steps = STEPS[feedback];
  const shape = { ratings: ratings.length, users: userIds.length, items: itemIds.length };
  const cost = (kind: Solver): number => iterationNanoseconds(kind, paddedRank(rank), shape, steps);
  const exact = cost("cholesky");
  const iterative = cost("cg");
  const isExact =
    nonNegative ||
    solver === "cholesky" ||
    (solver === "auto" && exact <= Math.max(CHEAP_ITERATION, WORTH_EXACT * iterative));
  return {
    iterations,
    steps,
    solver: isExact ? "cholesky" : "cg",
    finish: solver === "auto" && !isExact,
    nanoseconds: isExact ? exact : iterative,
  };
}

/** One iteration, from 1: items, then users; the first begins with the users, who start from nothing unless `warm`. */
export async function iterate(
  factorisation: Factorisation,
  { iterations, solver, finish, steps }: TrainingPlan,
  iteration: number,
  signal?: AbortSignal,
  warm = false,
): Promise<void> {
  const { users, items } = factorisation;
  const how = finish && iteration === iterations ? "cholesky" : solver;
  for (const side of iteration === 1 && !warm ? [users, items, users] : [items, users]) {
    await factorisation.balance();
    await factorisation.solveSide(
      side,
      how,
      iteration === 1 ? Math.max(steps, FIRST_STEPS) : steps,
      TOLERANCE,
    );
    refuseIfAborted(signal);
  }
}

function refuseIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new WorkspaceError("TRAINING_ABORTED", "training was stopped by its signal", {
      cause: signal.reason,
    });
}

function modelOf(dataset: Dataset, options: AlsOptions, factorisation: Factorisation): AlsModel {
  const { users, items, globalMean } = factorisation;
  const { rank } = options;
  return new AlsModel({
    options,
    globalMean,
    scale: dataset.scale,
    userIds: dataset.userIds,
    itemIds: dataset.itemIds,
    userFactors: factorisation.factorsOf(users, rank),
    itemFactors: factorisation.factorsOf(items, rank),
    userBias: factorisation.biasOf(users),
    itemBias: factorisation.biasOf(items),
    userCofactors: users.cofactors
      ? factorisation.factorsOf({ ...users, factors: users.cofactors }, rank)
      : undefined,
    itemCofactors: items.cofactors
      ? factorisation.factorsOf({ ...items, factors: items.cofactors }, rank)
      : undefined,
    ratings: ratingsByUser(dataset),
  });
}

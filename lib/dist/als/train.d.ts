import { type Dataset } from "../data";
import { Factorisation, type Problem, type Solver } from "./engine/factorisation";
import { AlsModel } from "./model";
import type { AlsOptions, TrainHooks, TrainOptions } from "./types";
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
export declare function train(dataset: Dataset, options: TrainOptions, hooks?: TrainHooks): Promise<AlsModel>;
/** What the engine is to minimise for these options. */
export declare function problemOf(options: AlsOptions): Problem;
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
export declare function planOf({ feedback, solver, rank, nonNegative, iterations }: AlsOptions, { ratings, userIds, itemIds }: Dataset): TrainingPlan;
/** One iteration, from 1: items, then users; the first begins with the users, who start from nothing. */
export declare function iterate(factorisation: Factorisation, { iterations, solver, finish, steps }: TrainingPlan, iteration: number, signal?: AbortSignal): Promise<void>;

import { type Dataset } from "../data";
import { AlsModel } from "./model";
import type { TrainHooks, TrainOptions } from "./types";
/**
 * The twin of `train` in float64 and plain loops, on one thread: the items are solved with the users fixed, then the
 * users with the items fixed, until the iterations are done; co-factors start from nothing. Deterministic: the same data,
 * options and seed give the same bits. Every row is solved exactly, whatever `solver` says.
 *
 * @param dataset users and items without a rating (cold) are allowed, and get zero factors
 * @param options the kind of feedback, and whatever differs from `defaultOptions`
 * @throws WorkspaceError OPTION_INVALID naming the option, DATA_INVALID for a rating that cannot be learned from,
 *   SOLVE_FAILED naming the row, TRAINING_ABORTED after `hooks.signal`
 */
export declare function trainFloat64(dataset: Dataset, options: TrainOptions, hooks?: Pick<TrainHooks, "onIteration" | "signal" | "validation">): Promise<AlsModel>;

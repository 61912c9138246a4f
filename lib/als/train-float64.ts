import { setImmediate as nextTurn } from "node:timers/promises";
import { ratingsByItem, ratingsByUser, WorkspaceError, type Dataset } from "../data";
import { initialFactors } from "./initial";
import { checkRatings, checkValidation } from "./checks";
import { AlsModel } from "./model";
import { objective } from "./objective";
import { completeOptions } from "./options";
import { ensembleParts, joinedParts } from "./ensemble";
import { solveSide, type Side } from "./solve-side";
import type { AlsOptions, TrainHooks, TrainOptions } from "./types";

/** Milliseconds of solving after which the event loop gets a turn. */
const LONGEST_TURN = 20;

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
export async function trainFloat64(
  dataset: Dataset,
  options: TrainOptions,
  hooks: Pick<TrainHooks, "onIteration" | "signal" | "validation"> = {},
): Promise<AlsModel> {
  const complete = completeOptions(options);
  checkRatings(dataset, complete);
  if (hooks.validation) checkValidation(dataset, hooks.validation);
  const { seed, seeds = 1 } = complete;
  const models: AlsModel[] = [];
  for (let k = 0; k < seeds; k++)
    models.push(await trainOne(dataset, { ...complete, seed: (seed + k) >>> 0 }, hooks));
  return seeds === 1
    ? models[0]
    : new AlsModel(
        ensembleParts(
          models.map(({ parts }) => parts),
          complete,
        ),
      );
}

async function trainOne(
  dataset: Dataset,
  options: AlsOptions,
  hooks: Pick<TrainHooks, "onIteration" | "signal" | "validation">,
): Promise<AlsModel> {
  const { rank, iterations, seed, nonNegative = false } = options;
  const explicit = options.feedback === "explicit";
  const hasCofactors = explicit && (options.cofactorWeight ?? 0) > 0;
  const byUser = ratingsByUser(dataset);
  const byItem = ratingsByItem(dataset);
  const globalMean = explicit ? mean(dataset.ratings) : 0;
  const side = (name: Side["name"], ids: Uint32Array, factors: Float64Array): Side => ({
    name,
    ids,
    factors,
    bias: new Float64Array(ids.length),
    cofactors: hasCofactors ? new Float64Array(factors.length) : undefined,
  });
  const start = initialFactors(byUser, rank, seed);
  const users = side("user", dataset.userIds, nonNegative ? start.map(Math.abs) : start);
  const items = side("item", dataset.itemIds, new Float64Array(byItem.rows * rank));
  const model = new AlsModel({
    options,
    globalMean,
    scale: dataset.scale,
    ...joinedParts([users], [items]),
    ratings: byUser,
  });

  const pause = pauser(hooks.signal);
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const start = performance.now();
    await solveSide(byItem, options, users, items, globalMean, pause);
    await solveSide(byUser, options, items, users, globalMean, pause);
    const seconds = (performance.now() - start) / 1000;
    if (!hooks.onIteration) continue;
    hooks.onIteration({
      iteration,
      iterations,
      loss: objective(options, globalMean, users, items, byUser, byItem),
      trainRmse: explicit ? rmse(model, dataset) : null,
      validationRmse: explicit && hooks.validation ? rmse(model, hooks.validation) : null,
      seconds,
    });
  }
  return model;
}

/** Throws when aborted; gives the event loop a turn when the last is long ago, so that an abort can arrive at all. */
function pauser(signal: AbortSignal | undefined): () => Promise<void> | void {
  let turnStart = performance.now();
  const stopIfAborted = (): void => {
    if (signal?.aborted)
      throw new WorkspaceError("TRAINING_ABORTED", "training was stopped by its signal", {
        cause: signal.reason,
      });
  };
  return () => {
    stopIfAborted();
    if (performance.now() - turnStart < LONGEST_TURN) return;
    return nextTurn().then(() => {
      turnStart = performance.now();
      stopIfAborted();
    });
  };
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Root mean squared error of the clipped predictions, in stars. */
function rmse(model: AlsModel, { users, items, ratings }: Dataset): number {
  let sum = 0;
  for (let r = 0; r < ratings.length; r++) sum += (ratings[r] - model.predict(users[r], items[r])) ** 2;
  return Math.sqrt(sum / ratings.length);
}

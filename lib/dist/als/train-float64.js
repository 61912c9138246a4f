"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.trainFloat64 = trainFloat64;
const promises_1 = require("node:timers/promises");
const data_1 = require("../data");
const initial_1 = require("./initial");
const checks_1 = require("./checks");
const model_1 = require("./model");
const objective_1 = require("./objective");
const options_1 = require("./options");
const ensemble_1 = require("./ensemble");
const solve_side_1 = require("./solve-side");
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
async function trainFloat64(dataset, options, hooks = {}) {
    const complete = (0, options_1.completeOptions)(options);
    (0, checks_1.checkRatings)(dataset, complete);
    if (hooks.validation)
        (0, checks_1.checkValidation)(dataset, hooks.validation);
    const { seed, seeds = 1 } = complete;
    const models = [];
    for (let k = 0; k < seeds; k++)
        models.push(await trainOne(dataset, { ...complete, seed: (seed + k) >>> 0 }, hooks));
    return seeds === 1
        ? models[0]
        : new model_1.AlsModel((0, ensemble_1.ensembleParts)(models.map(({ parts }) => parts), complete));
}
async function trainOne(dataset, options, hooks) {
    const { rank, iterations, seed, nonNegative = false } = options;
    const explicit = options.feedback === "explicit";
    const hasCofactors = explicit && (options.cofactorWeight ?? 0) > 0;
    const byUser = (0, data_1.ratingsByUser)(dataset);
    const byItem = (0, data_1.ratingsByItem)(dataset);
    const globalMean = explicit ? mean(dataset.ratings) : 0;
    const side = (name, ids, factors) => ({
        name,
        ids,
        factors,
        bias: new Float64Array(ids.length),
        cofactors: hasCofactors ? new Float64Array(factors.length) : undefined,
    });
    const start = (0, initial_1.initialFactors)(byUser, rank, seed);
    const users = side("user", dataset.userIds, nonNegative ? start.map(Math.abs) : start);
    const items = side("item", dataset.itemIds, new Float64Array(byItem.rows * rank));
    const model = new model_1.AlsModel({
        options,
        globalMean,
        scale: dataset.scale,
        ...(0, ensemble_1.joinedParts)([users], [items]),
        ratings: byUser,
    });
    const pause = pauser(hooks.signal);
    for (let iteration = 1; iteration <= iterations; iteration++) {
        const start = performance.now();
        await (0, solve_side_1.solveSide)(byItem, options, users, items, globalMean, pause);
        await (0, solve_side_1.solveSide)(byUser, options, items, users, globalMean, pause);
        const seconds = (performance.now() - start) / 1000;
        if (!hooks.onIteration)
            continue;
        hooks.onIteration({
            iteration,
            iterations,
            loss: (0, objective_1.objective)(options, globalMean, users, items, byUser, byItem),
            trainRmse: explicit ? rmse(model, dataset) : null,
            validationRmse: explicit && hooks.validation ? rmse(model, hooks.validation) : null,
            seconds,
        });
    }
    return model;
}
/** Throws when aborted; gives the event loop a turn when the last is long ago, so that an abort can arrive at all. */
function pauser(signal) {
    let turnStart = performance.now();
    const stopIfAborted = () => {
        if (signal?.aborted)
            throw new data_1.WorkspaceError("TRAINING_ABORTED", "training was stopped by its signal", {
                cause: signal.reason,
            });
    };
    return () => {
        stopIfAborted();
        if (performance.now() - turnStart < LONGEST_TURN)
            return;
        return (0, promises_1.setImmediate)().then(() => {
            turnStart = performance.now();
            stopIfAborted();
        });
    };
}
function mean(values) {
    let sum = 0;
    for (const value of values)
        sum += value;
    return sum / values.length;
}
/** Root mean squared error of the clipped predictions, in stars. */
function rmse(model, { users, items, ratings }) {
    let sum = 0;
    for (let r = 0; r < ratings.length; r++)
        sum += (ratings[r] - model.predict(users[r], items[r])) ** 2;
    return Math.sqrt(sum / ratings.length);
}
//# sourceMappingURL=train-float64.js.map
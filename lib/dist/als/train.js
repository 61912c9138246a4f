"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.train = train;
exports.problemOf = problemOf;
exports.planOf = planOf;
exports.iterate = iterate;
const node_os_1 = require("node:os");
const node_v8_1 = require("node:v8");
const data_1 = require("../data");
const checks_1 = require("./checks");
const cost_1 = require("./engine/cost");
const factorisation_1 = require("./engine/factorisation");
const ensemble_1 = require("./ensemble");
const model_1 = require("./model");
const options_1 = require("./options");
// V8 has had relaxed SIMD behind this flag before it had it without; unknown to none of the versions that run this.
(0, node_v8_1.setFlagsFromString)("--experimental-wasm-relaxed-simd");
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
async function train(dataset, options, hooks = {}) {
    const complete = (0, options_1.completeOptions)(options);
    (0, checks_1.checkRatings)(dataset, complete);
    if (hooks.validation)
        (0, checks_1.checkValidation)(dataset, hooks.validation);
    const seeds = complete.seeds ?? 1;
    if (hooks.patience !== undefined && !hooks.validation)
        throw new data_1.WorkspaceError("OPTION_INVALID", "patience is given, but no validation to measure it on");
    if (seeds > 1 && (hooks.resume || hooks.onCheckpoint))
        throw new data_1.WorkspaceError("OPTION_INVALID", `seeds is ${seeds}, and checkpoints are of one model at a time`);
    const models = [];
    for (let k = 0; k < seeds; k++)
        models.push(await trainOne(dataset, { ...complete, seed: (complete.seed + k) >>> 0 }, hooks));
    return seeds === 1
        ? models[0]
        : new model_1.AlsModel((0, ensemble_1.ensembleParts)(models.map(({ parts }) => parts), complete));
}
async function trainOne(dataset, options, hooks) {
    const { signal, validation, resume } = hooks;
    const problem = problemOf(options);
    const plan = planOf(options, dataset);
    const threads = hooks.threads ?? (plan.nanoseconds * plan.iterations < ONE_THREAD ? 1 : (0, node_os_1.availableParallelism)());
    refuseIfAborted(signal);
    const factorisation = new factorisation_1.Factorisation(dataset, problem, { threads, instructions: hooks.instructions });
    const stop = () => factorisation.stop();
    signal?.addEventListener("abort", stop);
    try {
        const fingerprint = JSON.stringify([
            dataset.hash,
            dataset.ratings.length,
            options,
            factorisation.instructions,
        ]);
        if (resume && resume.fingerprint !== fingerprint)
            throw new data_1.WorkspaceError("OPTION_INVALID", "resume is a checkpoint of other data or options");
        if (resume)
            factorisation.restore(resume.state);
        let best = { rmse: Infinity, iteration: 0, state: [] };
        const first = (resume?.iteration ?? 0) + 1;
        for (let iteration = first; iteration <= options.iterations; iteration++) {
            const start = performance.now();
            await iterate(factorisation, plan, iteration, signal);
            const seconds = (performance.now() - start) / 1000;
            const validationRmse = validation && options.feedback === "explicit" && (hooks.onIteration || hooks.patience !== undefined)
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
            if (hooks.onCheckpoint)
                await hooks.onCheckpoint({
                    fingerprint,
                    iteration,
                    seed: options.seed,
                    state: factorisation.snapshot(),
                });
            if (hooks.patience === undefined || validationRmse === null)
                continue;
            if (validationRmse < best.rmse)
                best = { rmse: validationRmse, iteration, state: factorisation.snapshot() };
            else if (iteration - best.iteration >= hooks.patience)
                break;
        }
        if (best.iteration > 0)
            factorisation.restore(best.state);
        return modelOf(dataset, options, factorisation);
    }
    finally {
        signal?.removeEventListener("abort", stop);
        await factorisation.close();
    }
}
/** What the engine is to minimise for these options. */
function problemOf(options) {
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
/** Picks the solver by the cost model, where the options leave it open: the exact one where it costs little, or little more. */
function planOf({ feedback, solver = "auto", rank, nonNegative, iterations }, { ratings, userIds, itemIds }) {
    const steps = STEPS[feedback];
    const shape = { ratings: ratings.length, users: userIds.length, items: itemIds.length };
    const cost = (kind) => (0, cost_1.iterationNanoseconds)(kind, (0, factorisation_1.paddedRank)(rank), shape, steps);
    const exact = cost("cholesky");
    const iterative = cost("cg");
    const isExact = nonNegative ||
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
/** One iteration, from 1: items, then users; the first begins with the users, who start from nothing. */
async function iterate(factorisation, { iterations, solver, finish, steps }, iteration, signal) {
    const { users, items } = factorisation;
    const how = finish && iteration === iterations ? "cholesky" : solver;
    for (const side of iteration === 1 ? [users, items, users] : [items, users]) {
        await factorisation.balance();
        await factorisation.solveSide(side, how, iteration === 1 ? Math.max(steps, FIRST_STEPS) : steps, TOLERANCE);
        refuseIfAborted(signal);
    }
}
function refuseIfAborted(signal) {
    if (signal?.aborted)
        throw new data_1.WorkspaceError("TRAINING_ABORTED", "training was stopped by its signal", {
            cause: signal.reason,
        });
}
function modelOf(dataset, options, factorisation) {
    const { users, items, globalMean } = factorisation;
    const { rank } = options;
    return new model_1.AlsModel({
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
        ratings: (0, data_1.ratingsByUser)(dataset),
    });
}
//# sourceMappingURL=train.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.accurateOptions = accurateOptions;
exports.searchOptions = searchOptions;
const node_os_1 = require("node:os");
const als_1 = require("../als");
const data_1 = require("../data");
const ranking_1 = require("./ranking");
const trials_1 = require("./trials");
const tuning_1 = require("./tuning");
function accurateOptions(feedback) {
    if (feedback === "implicit")
        return { ...(0, als_1.defaultOptions)(feedback), nu: 0.5, lambda: 2, alpha: 0.5, seeds: 3 };
    return {
        ...(0, als_1.defaultOptions)(feedback),
        rank: 32,
        iterations: 24,
        lambda: 2.2,
        lambdaBias: 1.2,
        nu: 0.4,
        cofactorWeight: 6,
        lambdaCofactor: 2200,
        cofactorBalance: 0.57,
        seeds: 5,
    };
}
/** More ratings than these are searched on a random share of the users: the optimum is flat, and hours are long. */
const MOST_RATINGS = 2e6;
/** Users whose lists a trial makes: all films are scored for each, which takes longer than training where there are many. */
const MOST_RANKED = 4000;
const FOLDS = 10;
const ENOUGH_HELD_OUT = 40_000;
/** Shares of the metric: a smaller gain is noise, and a larger loss is not made good. */
const LEAST_GAIN = 1e-4;
const FALLEN_BEHIND = 2e-3;
/** Steps in one direction at a time. */
const MOST_STEPS = 3;
/** What has no effect without co-factors. */
const COFACTOR_OPTIONS = ["lambdaCofactor", "cofactorBalance"];
/**
 * Chooses all options of a training on random holdouts inside `train`, and looks at nothing else. A pattern search
 * (Hooke and Jeeves 1961): one direction after the other, both ways, on as long as it helps, then with smaller steps; first at the
 * lowest rank, where a training costs little, then once more at the next; and ranks go up for as long as that helps. The number
 * of iterations is read along each training. What falls behind on the first holdouts is not tried on the others
 * (racing, Maron and Moore 1994). The same data, options and seed choose the same.
 *
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID where there is too little to hold out, TRAINING_ABORTED, METRIC_EMPTY
 */
async function searchOptions(train, options) {
    const { feedback, seed = 42, fixed = {}, ranks = ranksFor(feedback, train.ratings.length) } = options;
    if (ranks.length === 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", "the search has no rank to try");
    const metric = (0, trials_1.tuningMetric)(feedback, options.metric);
    const better = (0, trials_1.betterOf)(metric);
    const patience = train.ratings.length > FEW_RATINGS && !("iterations" in fixed) ? PATIENCE : undefined;
    const holdouts = holdoutsOf((0, trials_1.ofRandomUsers)(train, MOST_RATINGS / train.ratings.length, seed), metric, seed);
    const trials = [];
    /** Wall time of each trial. */
    const costs = [];
    const known = new Map();
    let leader;
    /** How much better a is than b, as a share of b. */
    const gain = (a, b) => (better === "lower" ? 1 - a / b : a / b - 1);
    const beats = (a, b) => a.byHoldout.length === holdouts.length && gain(a.trial.value, b.trial.value) > LEAST_GAIN;
    /**
     * Races points against the leader that there is before them: on one holdout at a time where they are two, else on
     * two, so that there is work for two trainings at once; how many there really are changes no result.
     */
    const tryPoints = async (points) => {
        const ahead = leader;
        const start = performance.now();
        const racing = points.map((point) => {
            const complete = { ...point, ...fixed };
            const key = JSON.stringify(Object.entries(complete).sort());
            return { key, complete, byHoldout: [], raced: known.get(key) };
        });
        for (let done = 0; done < holdouts.length;) {
            const going = racing.filter(({ raced }) => !raced);
            if (going.length === 0)
                break;
            const next = holdouts.slice(done, done + Math.ceil(2 / going.length));
            const work = going.flatMap((one) => next.map((holdout) => ({ one, holdout })));
            const measured = await (0, tuning_1.inParallel)(work, (0, node_os_1.availableParallelism)(), ({ one, holdout }) => {
                const { iterations, ...base } = one.complete;
                return (0, trials_1.runTrials)(holdout, { ...base, feedback, seed, seeds: 1 }, countsUpTo(iterations, metric, "iterations" in fixed), { ...options, metric, patience });
            });
            measured.forEach((trials, at) => work[at].one.byHoldout.push(trials));
            done += next.length;
            for (const one of going) {
                const trial = (0, trials_1.bestOf)((0, trials_1.meanTrials)(one.byHoldout), better);
                if (done === holdouts.length)
                    one.raced = { trial, byHoldout: one.byHoldout };
                else if (ahead) {
                    const behind = gain(trial.value, (0, trials_1.bestOf)((0, trials_1.meanTrials)(ahead.byHoldout.slice(0, done)), better).value);
                    if (behind >= -FALLEN_BEHIND)
                        continue;
                    // Holdouts differ more than trials do: what this one would have had on all of them.
                    const value = ahead.trial.value * (better === "lower" ? 1 - behind : 1 + behind);
                    one.raced = { trial: { ...trial, value }, byHoldout: one.byHoldout };
                }
            }
        }
        const fresh = racing.filter(({ byHoldout }) => byHoldout.length > 0).length;
        const seconds = (performance.now() - start) / 1000 / fresh;
        return racing.map(({ key, complete, raced }) => {
            if (known.has(key))
                return known.get(key);
            known.set(key, raced);
            trials.push(raced.trial);
            costs.push({ rank: complete.rank, seconds });
            const leads = leader === undefined || beats(raced, leader);
            if (leads)
                leader = raced;
            options.onTrial?.(raced.trial, {
                done: trials.length,
                secondsLeft: secondsLeft(costs, ranks, complete.rank),
                best: leads,
            });
            return raced;
        });
    };
    const tryPoint = async (point) => (await tryPoints([point]))[0];
    const settled = "cofactorWeight" in fixed && fixed.cofactorWeight === 0 ? COFACTOR_OPTIONS : [];
    const directions = directionsOf(feedback, typicalRow(holdouts[0].train)).filter(({ changes }) => changes.some((name) => !(name in fixed || settled.includes(name))));
    let point = { ...accurateOptions(feedback), ...options.start, rank: ranks[0] };
    let reached = await tryPoint(point);
    /** One turn through all directions, with their steps halved so often on the logarithmic scale. */
    const turn = async (halvings) => {
        for (const { step, move } of directions) {
            const factors = [step ** (0.5 ** halvings), step ** -(0.5 ** halvings)];
            const next = factors.map((factor) => move(point, factor));
            const raced = await tryPoints(next);
            const at = gain(raced[1].trial.value, raced[0].trial.value) > 0 ? 1 : 0;
            if (!beats(raced[at], reached))
                continue;
            [point, reached] = [next[at], raced[at]];
            for (let times = 1; times < MOST_STEPS; times++) {
                const further = move(point, factors[at]);
                const beyond = await tryPoint(further);
                if (!beats(beyond, reached))
                    break;
                [point, reached] = [further, beyond];
            }
        }
    };
    for (let halvings = 0; halvings < 3; halvings++)
        await turn(halvings);
    if (!("rank" in fixed))
        for (const [at, rank] of ranks.slice(1).entries()) {
            const before = reached;
            point = { ...point, rank };
            reached = await tryPoint(point);
            if (at === 0)
                await turn(1);
            if (beats(reached, before))
                continue;
            reached = before;
            break;
        }
    return {
        metric,
        better,
        trials,
        best: reached.trial,
        holdouts: { ...holdouts[0].parameters, count: holdouts.length },
    };
}
/** A tenth of the ratings at a time, until enough have been held out to tell the trials apart. */
function holdoutsOf(train, metric, seed) {
    const count = Math.ceil(ENOUGH_HELD_OUT / (train.ratings.length / FOLDS));
    const holdouts = (0, data_1.kFold)(train, { folds: FOLDS, seed }).slice(0, Math.min(count, FOLDS / 2));
    if (metric === "rmse" || metric === "mae")
        return holdouts;
    return holdouts.map((split) => {
        const share = MOST_RANKED / (0, ranking_1.heldOutUsers)(split.test).length;
        return { ...split, test: (0, trials_1.ofRandomUsers)(split.test, share, seed) };
    });
}
/** Each costs about three times the one before, in the search and in the training that comes of it. */
const RANKS = { explicit: [16, 32, 64], implicit: [32, 64, 128] };
/** Up to so many ratings, 128 factors and every iteration take minutes and no longer. */
const FEW_RATINGS = 2e6;
/** Where ratings are many, a training ends after so many iterations without a better RMSE: what it might gain much later is not worth the wait. */
const PATIENCE = 3;
function ranksFor(feedback, ratings) {
    const ranks = RANKS[feedback];
    return feedback === "explicit" && ratings <= FEW_RATINGS ? [...ranks, 128] : ranks;
}
/** For RMSE one training shows them all; other metrics train anew for each. */
function countsUpTo(iterations, metric, fixed) {
    if (fixed || metric !== "rmse")
        return [iterations];
    return Array.from({ length: iterations }, (_, k) => k + 1);
}
function directionsOf(feedback, typical) {
    const scale = (name, power = 1) => (point, step) => ({ ...point, [name]: round(point[name] * step ** power) });
    const lambda = { changes: ["lambda"], step: 1.4, move: scale("lambda") };
    // Another exponent with the same penalty on a typical row: else λ would have to be found anew each time.
    const nu = {
        changes: ["nu", "lambda"],
        step: 1.5,
        move: (point, step) => {
            const nu = round(Math.min(1, Math.max(0, point.nu + 0.3 * Math.log(step))));
            return { ...point, nu, lambda: round(point.lambda * typical ** (point.nu - nu)) };
        },
    };
    if (feedback === "implicit")
        return [
            // λ/α is what stars weigh against the penalty: here it stays, there it moves.
            {
                changes: ["alpha", "lambda"],
                step: 2.5,
                move: (point, step) => scale("alpha")(scale("lambda")(point, step), step),
            },
            { ...lambda, step: 2 },
            nu,
        ];
    return [
        // w²/λ_z is the strength of the tie between what has the same raters: here it stays, there it moves.
        {
            changes: ["cofactorWeight", "lambdaCofactor"],
            step: 2,
            move: (point, step) => scale("lambdaCofactor", 2)(scale("cofactorWeight")(point, step), step),
        },
        { changes: ["lambdaCofactor"], step: 2, move: scale("lambdaCofactor") },
        { changes: ["cofactorBalance"], step: 1.5, move: scale("cofactorBalance") },
        lambda,
        { changes: ["lambdaBias"], step: 1.7, move: scale("lambdaBias") },
        nu,
    ];
}
const round = (value) => Number(value.toPrecision(4));
/** Geometric mean, over ratings, of the number of ratings in their rows, users and items alike. */
function typicalRow({ users, items, userIds, itemIds }) {
    let sum = 0;
    for (const [column, rows] of [
        [users, userIds.length],
        [items, itemIds.length],
    ]) {
        const counts = new Uint32Array(rows);
        for (const row of column)
            counts[row]++;
        for (const row of column)
            sum += Math.log(counts[row]);
    }
    return Math.exp(sum / (2 * users.length));
}
/** Points that a rank usually tries: the first, the second and each of the others. */
const USUAL_TRIALS = [32, 12, 1];
/** From the seconds of this rank's trials, at costs that grow as rank^1.5. */
function secondsLeft(costs, ranks, rank) {
    const own = costs.filter((cost) => cost.rank === rank);
    const seconds = own.reduce((sum, { seconds }) => sum + seconds, 0) / own.length;
    const current = Math.max(0, ranks.indexOf(rank));
    return ranks.slice(current).reduce((sum, next, after) => {
        const usual = USUAL_TRIALS[Math.min(current + after, USUAL_TRIALS.length - 1)];
        const points = after === 0 ? Math.max(0, usual - own.length) : usual;
        return sum + points * seconds * (next / rank) ** 1.5;
    }, 0);
}
//# sourceMappingURL=search.js.map
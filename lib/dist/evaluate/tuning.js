"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tuneGrid = tuneGrid;
exports.tune = tune;
exports.inParallel = inParallel;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const als_1 = require("../als");
const data_1 = require("../data");
const trials_1 = require("./trials");
/** What can be tuned, in the order in which values are drawn. Those of the other kind of feedback are refused. */
const TUNED_OPTIONS = [
    "rank",
    "lambda",
    "nu",
    "lambdaBias",
    "cofactorWeight",
    "lambdaCofactor",
    "cofactorBalance",
    "alpha",
    "iterations",
];
/**
 * Trains every combination of the grid and scores it on validation ratings. For RMSE the iterations are read off
 * one training per combination; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError OPTION_INVALID for an empty dimension or an error metric of implicit feedback,
 *   TRAINING_ABORTED, METRIC_EMPTY
 */
async function tuneGrid(train, grid, options) {
    const { feedback, validation, fixed, onTrial } = options;
    const metric = (0, trials_1.tuningMetric)(feedback, options.metric);
    const { iterations, ...others } = grid;
    const combinations = product({ ...others });
    const counts = checkedValues("iterations", iterations);
    const trials = [];
    const total = combinations.length * counts.length;
    for (const values of combinations) {
        const base = { ...fixed, ...values, feedback };
        // One at a time where each is a training of its own: then each is reported as it ends.
        for (const together of metric === "rmse" ? [counts] : counts.map((count) => [count]))
            for (const trial of await (0, trials_1.runTrials)({ train, test: validation }, base, together, {
                ...options,
                metric,
            })) {
                trials.push(trial);
                onTrial?.(trial, { done: trials.length, trials: total });
            }
    }
    const better = (0, trials_1.betterOf)(metric);
    return { metric, better, trials, best: (0, trials_1.bestOf)(trials, better) };
}
/**
 * Draws options at random and measures them on inner splits of `train`; nothing else is looked at. `trials` of the
 * result are by rung, then by candidate; `best` is the best of all, each being a set of options of its own.
 *
 * `iterations` of the space: with RMSE they are read along each training and the best is kept; with other metrics
 * they are drawn like any other option. With "halving" they are what candidates are given more and more of: a list
 * gives the rungs, a range its ends, with steps of `eta` between. The same data, space, options and seed give the
 * same, whether in one go or resumed, one at a time or in parallel.
 *
 * @throws WorkspaceError OPTION_INVALID, also for a resume file of another search, DATA_INVALID for a broken one,
 *   TRAINING_ABORTED after `signal`, METRIC_EMPTY, and as `train` does
 */
async function tune(train, space, options) {
    const { feedback, strategy, fixed, seed = 42, eta = 3, parallel = 1, onTrial } = options;
    const metric = (0, trials_1.tuningMetric)(feedback, options.metric);
    const better = (0, trials_1.betterOf)(metric);
    checkTuneOptions(options, eta, parallel);
    const holdouts = options.holdouts ?? [(0, data_1.splitRandom)(train, { testShare: 0.2, seed })];
    if (holdouts.length === 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", "holdouts has no split to measure on");
    const common = (0, als_1.completeOptions)({ ...fixed, feedback });
    const { iterations = [common.iterations], ...others } = space;
    const counts = iterationsOf(iterations);
    const budgets = strategy === "halving" ? budgetsOf(iterations, eta) : [Math.max(...counts)];
    const drawn = strategy === "halving" || metric === "rmse" ? others : { ...others, iterations };
    const candidates = drawCandidates(drawn, options.trials, seed);
    for (const candidate of candidates)
        (0, als_1.completeOptions)({ ...common, ...candidate });
    const sizes = budgets.map((_, rung) => Math.max(1, Math.floor(candidates.length / eta ** rung)));
    const journal = openJournal(options.resume, () => fingerprintOf([candidates, budgets, counts, metric, rankingPart(options), common, eta], holdouts));
    const progress = { done: 0, trials: sizes.reduce((sum, size) => sum + size, 0) };
    let leader;
    const measured = async (candidate, rung) => {
        const known = journal.find(candidate, rung);
        const trial = known ?? (await trained(candidate, rung));
        if (!known)
            journal.add(trial);
        const best = leader === undefined || (0, trials_1.bestOf)([leader, trial], better) === trial;
        if (best)
            leader = trial;
        progress.done++;
        onTrial?.(trial, { ...progress, best, resumed: known !== undefined });
        return trial;
    };
    const trained = async (candidate, rung) => {
        const { iterations: own, ...values } = candidates[candidate];
        const budget = own ?? budgets[rung];
        const base = { ...common, ...values };
        const tried = metric === "rmse" ? counts.filter((count) => count <= budget) : [budget];
        const runs = [];
        for (const holdout of holdouts)
            runs.push(await (0, trials_1.runTrials)(holdout, base, tried, { ...options, metric }));
        const best = (0, trials_1.bestOf)((0, trials_1.meanTrials)(runs), better);
        const at = tried.indexOf(best.iterations);
        return { ...best, candidate, rung, budget, byHoldout: runs.map((trials) => trials[at].value) };
    };
    const trials = [];
    let remaining = candidates.map((_, candidate) => candidate);
    for (const [rung, size] of sizes.entries()) {
        if (rung > 0) {
            const sign = better === "lower" ? 1 : -1;
            remaining = trials
                .filter((trial) => trial.rung === rung - 1)
                .sort((a, b) => sign * (a.value - b.value) || a.candidate - b.candidate)
                .slice(0, size)
                .map(({ candidate }) => candidate)
                .sort((a, b) => a - b);
        }
        trials.push(...(await inParallel(remaining, parallel, (candidate) => measured(candidate, rung)).catch((error) => {
            if (!(error instanceof data_1.WorkspaceError && error.code === "TRAINING_ABORTED" && options.resume))
                throw error;
            throw new data_1.WorkspaceError("TRAINING_ABORTED", error.message, {
                mend: `Search again with the same resume file: ${options.resume} has ${progress.done} of ${progress.trials} trials.`,
                cause: error,
            });
        })));
    }
    return {
        metric,
        better,
        trials,
        best: (0, trials_1.bestOf)(trials, better),
        rungs: budgets.map((budget, rung) => ({ budget, candidates: sizes[rung] })),
        seconds: trials.reduce((sum, trial) => sum + trial.seconds, 0),
    };
}
/** Works on so many at a time, results in the order of the items. After an error nothing more is begun. */
async function inParallel(items, parallel, work) {
    const results = [];
    let next = 0;
    let failed = false;
    const lane = async () => {
        while (!failed && next < items.length) {
            const at = next++;
            try {
                results[at] = await work(items[at]);
            }
            catch (error) {
                failed = true;
                throw error;
            }
        }
    };
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(parallel, items.length) }, () => lane()));
    for (const lane of lanes)
        if (lane.status === "rejected")
            throw lane.reason;
    return results;
}
function checkTuneOptions({ strategy, trials }, eta, parallel) {
    if (!["random", "halving"].includes(strategy))
        throw new data_1.WorkspaceError("OPTION_INVALID", `strategy is ${String(strategy)}, not "random" or "halving"`);
    for (const [name, value] of Object.entries({ trials, parallel }))
        if (!(Number.isInteger(value) && value >= 1))
            throw new data_1.WorkspaceError("OPTION_INVALID", `${name} is ${value}, not a whole number of 1 or more`);
    if (!(eta > 1 && Number.isFinite(eta)))
        throw new data_1.WorkspaceError("OPTION_INVALID", `eta is ${eta}, not a number above 1`);
}
/** Every number of iterations that a range or list has, ascending. */
function iterationsOf(range) {
    if (isList(range))
        return [...new Set(checkedValues("iterations", range))].sort((a, b) => a - b);
    const { from, to } = checkedRange("iterations", range);
    const first = Math.ceil(from);
    return Array.from({ length: Math.floor(to) - first + 1 }, (_, k) => first + k);
}
/** Of each rung: the values of a list, or from the end of a range down by `eta` for as long as they are in it. */
function budgetsOf(range, eta) {
    const counts = iterationsOf(range);
    if (isList(range))
        return counts;
    const budgets = [];
    for (let budget = counts[counts.length - 1]; Math.round(budget) >= counts[0]; budget /= eta) {
        if (Math.round(budget) === budgets[0])
            break;
        budgets.unshift(Math.round(budget));
    }
    return budgets;
}
/** Draws at a candidate before it is taken that the space has no other. */
const MOST_DRAWS = 50;
function drawCandidates(space, trials, seed) {
    for (const name of Object.keys(space))
        if (!TUNED_OPTIONS.includes(name))
            throw new data_1.WorkspaceError("OPTION_INVALID", `${name} cannot be tuned; ${TUNED_OPTIONS.join(", ")} can`);
    const random = (0, data_1.seededRandom)(seed);
    const draw = () => Object.fromEntries(TUNED_OPTIONS.flatMap((name) => {
        const range = space[name];
        return range === undefined ? [] : [[name, drawn(name, range, random())]];
    }));
    const found = new Map();
    for (let draws = 0; found.size < trials && draws < MOST_DRAWS; draws++) {
        const candidate = draw();
        const key = JSON.stringify(candidate);
        if (found.has(key))
            continue;
        found.set(key, candidate);
        draws = 0;
    }
    return [...found.values()];
}
/** @param share of the range, 0 … 1 without 1 */
function drawn(name, range, share) {
    if (isList(range))
        return checkedValues(name, range)[Math.floor(share * range.length)];
    const { from, to, scale = "linear" } = checkedRange(name, range);
    if (name === "rank" || name === "iterations") {
        // Each whole number has the part of the scale from half below it to half above.
        const whole = onScale(from - 0.5, to + 0.5, scale, share);
        return Math.min(to, Math.max(from, Math.round(whole)));
    }
    return Number(onScale(from, to, scale, share).toPrecision(4));
}
function onScale(from, to, scale, share) {
    return scale === "log" ? from * (to / from) ** share : from + (to - from) * share;
}
function checkedRange(name, range) {
    const { from, to, scale = "linear" } = range;
    const whole = name === "rank" || name === "iterations";
    if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to))
        throw new data_1.WorkspaceError("OPTION_INVALID", `the space of ${name} goes from ${from} to ${to}`);
    if (whole && !(Number.isInteger(from) && Number.isInteger(to) && from >= 1))
        throw new data_1.WorkspaceError("OPTION_INVALID", `the space of ${name} goes from ${from} to ${to}, not between whole numbers of 1 or more`);
    if (scale === "log" && from <= 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", `the space of ${name} is logarithmic, but begins at ${from}`);
    return range;
}
const isList = (range) => Array.isArray(range);
function rankingPart({ k, relevantFrom, mapDenominator, gain }) {
    return { k, relevantFrom, mapDenominator, gain };
}
/** What makes a trial: the same fingerprint, the same values. */
function fingerprintOf(settings, holdouts) {
    const hash = (0, node_crypto_1.createHash)("sha256").update(JSON.stringify(settings));
    for (const { train, test } of holdouts)
        for (const { users, items, ratings } of [train, test])
            for (const column of [users, items, ratings])
                hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    return hash.digest("hex");
}
function openJournal(path, fingerprint) {
    if (path === undefined)
        return { find: () => undefined, add: () => undefined };
    const keyOf = (candidate, rung) => `${candidate}/${rung}`;
    const known = new Map(readJournal(path, fingerprint()).map((trial) => [keyOf(trial.candidate, trial.rung), trial]));
    return {
        find: (candidate, rung) => known.get(keyOf(candidate, rung)),
        add: (trial) => (0, node_fs_1.appendFileSync)(path, `${JSON.stringify(trial)}\n`),
    };
}
/** Begins the file, or reads it and cuts off the line in whose middle it was stopped. */
function readJournal(path, fingerprint) {
    const header = `${JSON.stringify({ tuning: fingerprint })}\n`;
    const text = (0, node_fs_1.existsSync)(path) ? (0, node_fs_1.readFileSync)(path, "utf8") : "";
    if (!text.startsWith(header) && !header.startsWith(text))
        throw new data_1.WorkspaceError("OPTION_INVALID", `${path} is not of this search: its data, space or options differ`, {
            mend: "Search with the data, space and options that it was begun with, or name another file.",
        });
    if (text.length < header.length) {
        (0, node_fs_1.mkdirSync)((0, node_path_1.dirname)(path), { recursive: true });
        (0, node_fs_1.writeFileSync)(path, header);
        return [];
    }
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole.length < text.length)
        (0, node_fs_1.truncateSync)(path, Buffer.byteLength(whole));
    const lines = whole.slice(header.length).split("\n").slice(0, -1);
    return lines.map((line, at) => {
        try {
            return JSON.parse(line);
        }
        catch (cause) {
            throw new data_1.WorkspaceError("DATA_INVALID", `${path} line ${at + 2} is not JSON`, {
                mend: "Take the line out: its trial is made again.",
                cause,
            });
        }
    });
}
/** Every combination, the last dimension running fastest. */
function product(dimensions) {
    let combinations = [{}];
    for (const [name, values] of Object.entries(dimensions)) {
        if (values === undefined)
            continue;
        checkedValues(name, values);
        combinations = combinations.flatMap((others) => values.map((value) => ({ ...others, [name]: value })));
    }
    return combinations;
}
function checkedValues(name, values) {
    if (values.length === 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", `there is no value of ${name} to try`);
    return values;
}
//# sourceMappingURL=tuning.js.map
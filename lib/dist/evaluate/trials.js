"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tuningMetric = tuningMetric;
exports.betterOf = betterOf;
exports.runTrials = runTrials;
exports.meanTrials = meanTrials;
exports.bestOf = bestOf;
exports.ofRandomUsers = ofRandomUsers;
const node_perf_hooks_1 = require("node:perf_hooks");
const als_1 = require("../als");
const data_1 = require("../data");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
/**
 * RMSE for explicit feedback and nDCG for implicit, where no metric is asked for.
 * @throws WorkspaceError OPTION_INVALID for an error in stars of implicit feedback
 */
function tuningMetric(feedback, asked) {
    const metric = asked ?? (feedback === "explicit" ? "rmse" : "ndcg");
    if (feedback === "implicit" && betterOf(metric) === "lower")
        throw new data_1.WorkspaceError("OPTION_INVALID", `implicit feedback predicts no stars, so it has no ${metric}`);
    return metric;
}
function betterOf(metric) {
    return metric === "rmse" || metric === "mae" ? "lower" : "higher";
}
/**
 * Learns from `split.train` and scores on `split.test`, once for each number of iterations and in their order. RMSE
 * is read along one training; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError as `train` and the metrics do
 */
function runTrials(split, base, counts, options) {
    return options.metric === "rmse"
        ? alongIterations(split, base, counts, options)
        : eachRetrained(split, base, counts, options);
}
/** Trials of the same options on several holdouts, in the order of their counts: the means, as far as all of them went, and all the seconds. */
function meanTrials(byHoldout) {
    const mean = (of, at) => byHoldout.reduce((sum, trials) => sum + of(trials[at]), 0) / byHoldout.length;
    const common = Math.min(...byHoldout.map((trials) => trials.length));
    return byHoldout[0].slice(0, common).map((trial, at) => ({
        ...trial,
        value: mean(({ value }) => value, at),
        trainRmse: trial.trainRmse === null ? null : mean(({ trainRmse }) => trainRmse, at),
        seconds: mean(({ seconds }) => seconds, at) * byHoldout.length,
    }));
}
/** The first of the best. */
function bestOf(trials, better) {
    const sign = better === "lower" ? 1 : -1;
    return trials.reduce((best, trial) => (sign * trial.value < sign * best.value ? trial : best));
}
/** The ratings of a random share of the users that have any, in the same index space. */
function ofRandomUsers(dataset, share, seed) {
    if (share >= 1)
        return dataset;
    const random = (0, data_1.seededRandom)(seed);
    const kept = Uint8Array.from(dataset.userIds, () => (random() < share ? 1 : 0));
    return (0, data_1.filterRatings)(dataset, ({ user }) => kept[user] === 1);
}
async function alongIterations({ train, test }, base, counts, { signal, patience }) {
    const reached = new Map();
    let seconds = 0;
    await (0, als_1.train)(train, { ...base, iterations: Math.max(...counts) }, {
        validation: test,
        signal,
        patience,
        onIteration: (report) => {
            seconds += report.seconds;
            reached.set(report.iteration, {
                value: report.validationRmse,
                trainRmse: report.trainRmse,
                seconds,
            });
        },
    });
    return counts
        .filter((iterations) => reached.has(iterations))
        .map((iterations) => trialOf({ ...base, iterations }, reached.get(iterations)));
}
async function eachRetrained(split, base, counts, options) {
    const { signal, metric } = options;
    const trials = [];
    for (const iterations of counts) {
        let trainRmse = null;
        const start = node_perf_hooks_1.performance.now();
        const trainOptions = { ...base, iterations };
        const model = await (0, als_1.train)(split.train, trainOptions, {
            signal,
            onIteration: (report) => (trainRmse = report.trainRmse),
        });
        const seconds = (node_perf_hooks_1.performance.now() - start) / 1000;
        const value = metric === "rmse" || metric === "mae"
            ? (0, rating_1.ratingMetrics)(model, split.test)[metric]
            : (await (0, ranking_1.rankingMetricsInThreads)(model, split, options))[metric];
        trials.push(trialOf(trainOptions, { value, trainRmse, seconds }));
    }
    return trials;
}
function trialOf(options, measured) {
    return {
        rank: options.rank,
        lambda: options.lambda,
        iterations: options.iterations,
        options,
        ...measured,
    };
}
//# sourceMappingURL=trials.js.map
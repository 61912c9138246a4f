"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.baselineContenders = baselineContenders;
exports.alsContender = alsContender;
exports.evaluate = evaluate;
exports.scoreboard = scoreboard;
exports.scoreboardOverFolds = scoreboardOverFolds;
const node_perf_hooks_1 = require("node:perf_hooks");
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const beyond_accuracy_1 = require("./beyond-accuracy");
const lists_1 = require("./lists");
const measures_1 = require("./measures");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
/** Global mean, damped biases and popularity: what any model has to beat. */
function baselineContenders(options = {}) {
    return [
        { name: "global mean", predicts: "stars", fit: recommend_1.globalMeanModel },
        { name: "damped biases", predicts: "stars", fit: (train) => (0, recommend_1.dampedBiasModel)(train, options) },
        { name: "popularity", predicts: "preference", fit: recommend_1.popularityModel },
    ];
}
/** ALS with the given options, under the name "explicit ALS" or "implicit ALS" unless told otherwise. */
function alsContender(options, name = `${options.feedback} ALS`) {
    return {
        name,
        predicts: options.feedback === "explicit" ? "stars" : "preference",
        fit: (train, signal) => (0, als_1.train)(train, options, { signal }),
    };
}
/** Measures one fitted model. @throws WorkspaceError as `ratingMetrics` and `rankingMetrics` */
function evaluate(model, split, options) {
    (0, rating_1.checkIndexSpace)(model, split.test);
    const lists = (0, lists_1.topLists)(model, (0, data_1.ratingsByUser)(options.seen ?? split.train), (0, ranking_1.heldOutUsers)(split.test), options.k ?? 10);
    return evaluationOf(model, lists, split, options);
}
function evaluationOf(model, lists, split, options) {
    const { train } = split;
    return {
        rating: options.predicts === "stars" ? (0, rating_1.ratingMetrics)(model, split.test, train) : null,
        ranking: (0, ranking_1.rankingMetricsOf)(lists, split, options),
        coverage: (0, beyond_accuracy_1.coverage)(lists, train),
        gini: (0, beyond_accuracy_1.gini)(lists, train),
        novelty: (0, beyond_accuracy_1.novelty)(lists, train),
        diversity: (0, beyond_accuracy_1.diversity)(lists, train),
        unexpectedness: (0, beyond_accuracy_1.unexpectedness)(lists, train),
        serendipity: (0, beyond_accuracy_1.serendipity)(lists, split, options),
        popularity: (0, beyond_accuracy_1.averagePopularity)(lists, train),
        popularityLift: (0, beyond_accuracy_1.popularityLift)(lists, train),
        miscalibration: (0, beyond_accuracy_1.miscalibration)(lists, train, options),
        lists,
    };
}
/**
 * Fits every contender on `split.train`, one after the other, and measures all on the same held-out ratings.
 * @throws WorkspaceError TRAINING_ABORTED when the signal was raised, OPTION_INVALID for two contenders of one
 *   name, and as `evaluate`
 */
async function scoreboard(contenders, split, options = {}) {
    const { onProgress, signal } = options;
    const names = new Set(contenders.map(({ name }) => name));
    if (names.size < contenders.length)
        throw new data_1.WorkspaceError("OPTION_INVALID", "two contenders of the scoreboard have one name");
    const rows = [];
    for (const contender of contenders) {
        const report = (stage) => onProgress?.({ model: contender.name, stage, done: rows.length, models: contenders.length });
        if (signal?.aborted)
            throw new data_1.WorkspaceError("TRAINING_ABORTED", `stopped before ${contender.name} was trained`);
        if (contender.prepare) {
            report("choosing");
            await contender.prepare(split.train, signal);
        }
        report("training");
        const start = node_perf_hooks_1.performance.now();
        const model = await contender.fit(split.train, signal);
        const measured = (node_perf_hooks_1.performance.now() - start) / 1000;
        report("measuring");
        (0, rating_1.checkIndexSpace)(model, split.test);
        const lists = await (0, lists_1.topListsInThreads)(model, (0, data_1.ratingsByUser)(split.train), (0, ranking_1.heldOutUsers)(split.test), options.k ?? 10, { signal });
        const evaluation = evaluationOf(model, lists, split, { ...options, predicts: contender.predicts });
        const trainSeconds = contender.trainSeconds === undefined ? measured : contender.trainSeconds;
        rows.push({
            model: contender.name,
            ...(0, measures_1.estimatesOf)(evaluation, options),
            trainSeconds,
            scoreMicroseconds: scoreMicroseconds(model, lists.users),
            modelBytes: bytesOf(model),
            evaluation,
        });
    }
    return rows;
}
/** Users whose scores are timed. */
const TIMED_USERS = 50;
function scoreMicroseconds(model, users) {
    const scores = new Float64Array(model.items);
    const times = Array.from(users.subarray(0, TIMED_USERS), (user) => {
        const start = node_perf_hooks_1.performance.now();
        model.scoreItems(user, scores);
        return (node_perf_hooks_1.performance.now() - start) * 1000;
    }).sort((a, b) => a - b);
    return times[times.length >> 1];
}
/** Bytes of the arrays that can be reached from `model`, memory that several share counted once. */
function bytesOf(model) {
    const met = new Set();
    const buffers = new Map();
    const waiting = [model];
    while (waiting.length > 0) {
        const part = waiting.pop();
        if (part === null || typeof part !== "object" || met.has(part))
            continue;
        met.add(part);
        if (ArrayBuffer.isView(part))
            buffers.set(part.buffer, Math.max(buffers.get(part.buffer) ?? 0, part.byteLength));
        else
            waiting.push(...(part instanceof Map ? part.values() : Object.values(part)));
    }
    return [...buffers.values()].reduce((sum, bytes) => sum + bytes, 0);
}
/**
 * The scoreboard of several splits: figures are of each user's sums over all of them, so that one user is one draw of the
 * bootstrap; seconds, microseconds and bytes are means.
 * @throws WorkspaceError OPTION_INVALID without a split, and as `scoreboard`
 */
async function scoreboardOverFolds(contenders, splits, options = {}) {
    if (splits.length === 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", "a scoreboard of no splits");
    const { onProgress, ...others } = options;
    const boards = [];
    for (const [at, split] of splits.entries())
        boards.push(await scoreboard(contenders, split, {
            ...others,
            onProgress: (progress) => onProgress?.({ ...progress, fold: at + 1, folds: splits.length }),
        }));
    return contenders.map(({ name }, place) => {
        const rows = boards.map((board) => board[place]);
        const evaluations = rows.map(({ evaluation }) => evaluation);
        const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const times = rows.map(({ trainSeconds }) => trainSeconds);
        return {
            model: name,
            ...(0, measures_1.pooledEstimates)(evaluations, others),
            trainSeconds: times.every((time) => time !== null) ? mean(times) : null,
            scoreMicroseconds: mean(rows.map((row) => row.scoreMicroseconds)),
            modelBytes: mean(rows.map((row) => row.modelBytes)),
            evaluations,
        };
    });
}
//# sourceMappingURL=scoreboard.js.map
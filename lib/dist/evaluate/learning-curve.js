"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.learningCurve = learningCurve;
exports.historyCurve = historyCurve;
const node_perf_hooks_1 = require("node:perf_hooks");
const data_1 = require("../data");
const bootstrap_1 = require("./bootstrap");
const measures_1 = require("./measures");
const ranking_1 = require("./ranking");
const scoreboard_1 = require("./scoreboard");
/**
 * How good each model is with a share of the training ratings: random ones, the smaller share inside the larger. Test
 * part and candidates stay the same: what `split.train` says is seen is never recommended. `seed` is that of the
 * shares and of the intervals.
 * @param options.shares above 0, at most 1; 0.1, 0.2, 0.4, 0.6, 0.8 and 1 by default
 * @returns models in the order given, sizes ascending within each
 * @throws WorkspaceError OPTION_INVALID for a share out of range, TRAINING_ABORTED, and as `evaluate`
 */
async function learningCurve(contenders, split, options = {}) {
    const { shares = [0.1, 0.2, 0.4, 0.6, 0.8, 1], seed = 1 } = options;
    for (const share of shares)
        if (!(share > 0 && share <= 1))
            throw new data_1.WorkspaceError("OPTION_INVALID", `a share is ${share}, not above 0 and at most 1`);
    const parts = new Map();
    for (const share of ascending(shares)) {
        const train = share === 1 ? split.train : (0, data_1.splitRandom)(split.train, { testShare: share, seed }).test;
        parts.set(share, [{ train, test: split.test }]);
    }
    return curve(contenders, split.train, parts, options);
}
/**
 * How good each model is for users of whom it has few ratings. Of each measured user only the first `length` training
 * ratings by time are learned from, of all others everything; so the same users are measured at each length, on the
 * same test ratings and candidates (what `split.train` says is seen is never recommended). To leave the models their
 * data, users are measured in `groups` random groups, with a fit for each. `seed` is that of the groups and of the
 * intervals.
 * @param options.lengths whole numbers from 0, or Infinity for the whole history; 0, 1, 2, 5, 10, 20, 50 by default.
 *   Users with fewer training ratings than the largest finite one are not measured.
 * @param options.groups 5 by default
 * @returns models in the order given, lengths ascending within each
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY where no user has a history of that length,
 *   TRAINING_ABORTED, and as `evaluate`
 */
async function historyCurve(contenders, split, options = {}) {
    const { lengths = [0, 1, 2, 5, 10, 20, 50], groups = 5, seed = 1, relevantFrom = 4 } = options;
    const { train, test } = split;
    for (const length of lengths)
        if (!(length >= 0) || (length !== Infinity && !Number.isInteger(length)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `a length is ${length}, not a whole number of at least 0`);
    if (!Number.isInteger(groups) || groups < 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", `groups is ${groups}, not a whole number of at least 1`);
    const longest = Math.max(0, ...lengths.filter(Number.isFinite));
    const age = placesByTime(train);
    const counts = new Uint32Array(train.userIds.length);
    for (const user of train.users)
        counts[user]++;
    const relevant = new Set(test.users.filter((_, r) => test.ratings[r] >= relevantFrom));
    const members = Uint32Array.from(relevant).filter((user) => counts[user] >= longest);
    if (members.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${train.name}: no user with a relevant test rating has ${longest} training ratings`);
    (0, data_1.shuffle)(members.sort(), (0, data_1.seededRandom)(seed));
    const filled = Math.min(groups, members.length);
    const groupOf = new Map(Array.from(members, (user, at) => [user, at % filled]));
    const parts = new Map();
    for (const length of ascending(lengths))
        parts.set(length, Array.from({ length: filled }, (_, group) => ({
            train: (0, data_1.filterRatings)(train, ({ user, row }) => groupOf.get(user) !== group || age[row] < length),
            test: (0, data_1.filterRatings)(test, ({ user }) => groupOf.get(user) === group),
        })));
    return curve(contenders, train, parts, options);
}
async function curve(contenders, seen, parts, options) {
    const { onProgress, signal } = options;
    const points = [];
    const fits = contenders.length * [...parts.values()].reduce((sum, own) => sum + own.length, 0);
    let progress;
    let done = 0;
    for (const { name, fit, predicts } of contenders)
        for (const [size, own] of parts) {
            const evaluations = [];
            let trainSeconds = 0;
            for (const part of own) {
                if (signal?.aborted)
                    throw new data_1.WorkspaceError("TRAINING_ABORTED", `stopped before ${name} was trained at size ${size}`);
                progress = { model: name, size, done: done++, fits };
                onProgress?.(progress);
                const start = node_perf_hooks_1.performance.now();
                const model = await fit(part.train, signal);
                trainSeconds += (node_perf_hooks_1.performance.now() - start) / 1000;
                evaluations.push((0, scoreboard_1.evaluate)(model, part, { ...options, predicts, seen }));
            }
            const statistics = (0, measures_1.pooledStatistics)(evaluations);
            points.push({
                ...(0, ranking_1.each)(measures_1.MEASURES, (measure) => {
                    const statistic = statistics[measure];
                    return statistic && (0, bootstrap_1.bootstrap)(statistic, options);
                }),
                model: name,
                size,
                ratings: own.reduce((sum, { train }) => sum + train.ratings.length, 0) / own.length,
                users: statistics.ndcg.users.length,
                trainSeconds,
                statistics,
            });
        }
    if (progress)
        onProgress?.({ ...progress, done });
    return points;
}
/** Of each rating, how many earlier ones its user has; ties by row. */
function placesByTime({ users, timestamps, userIds }) {
    const places = new Uint32Array(users.length);
    const next = new Uint32Array(userIds.length);
    const order = Uint32Array.from(users.keys()).sort((a, b) => timestamps[a] - timestamps[b] || a - b);
    for (const row of order)
        places[row] = next[users[row]]++;
    return places;
}
const ascending = (sizes) => [...new Set(sizes)].sort((a, b) => a - b);
//# sourceMappingURL=learning-curve.js.map
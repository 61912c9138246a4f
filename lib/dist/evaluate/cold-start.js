"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.CHOSEN_STEP = void 0;
exports.coldStartSteps = coldStartSteps;
exports.measureColdStart = measureColdStart;
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const bootstrap_1 = require("./bootstrap");
const ranking_1 = require("./ranking");
/** The row of the step that did best on the users chosen on, whichever it is for the number of ratings. */
exports.CHOSEN_STEP = "chosen";
/**
 * The steps of the ladder that rank for a visitor with ratings, popularity first, each with the settings worth a choice.
 * @param options.explicit and `implicit`: the settings of the two fold-ins, all of them tried
 */
function coldStartSteps(options = {}) {
    const { explicit = [{ feedback: "explicit" }], implicit = [4, 12].map((lambda) => ({ feedback: "implicit", rank: 16, lambda })), } = options;
    const dataOf = (train) => ({ ratings: (0, data_1.ratingsByUser)(train), scale: train.scale });
    const foldIn = (name, settings) => ({
        name,
        variants: settings.map((als) => ({
            label: `rank ${als.rank ?? "default"}, λ ${als.lambda ?? "default"}`,
            fit: async (train) => (0, recommend_1.foldInScorer)(await (0, als_1.train)(train, als)),
        })),
    });
    return [
        {
            name: "popularity",
            variants: [{ label: "as it is", fit: (train) => (0, recommend_1.popularityScorer)(dataOf(train)) }],
        },
        {
            name: "genre popularity",
            variants: [10, 30, 100].map((damping) => ({
                label: `β ${damping}`,
                fit: (train) => (0, recommend_1.genrePopularityScorer)(dataOf(train), (0, recommend_1.genresByItem)(train), { damping }),
            })),
        },
        {
            name: "similar users",
            variants: [50, 100, 200].flatMap((neighbours) => [0.3, 0.5].map((lengthPower) => ({
                label: `${neighbours} users, p ${lengthPower}`,
                fit: (train) => (0, recommend_1.similarUsersScorer)(dataOf(train), { neighbours, lengthPower }),
            }))),
        },
        foldIn("explicit fold-in", explicit),
        foldIn("implicit fold-in", implicit),
    ];
}
/**
 * How well each step serves users that it has never seen, when their first n ratings are known: all items but those
 * given are ranked, and the user's other ratings are what should be found.
 *
 * Whole users are held out, in three parts: steps learn from one; the setting of each step, and which step to use for
 * each n, are chosen by nDCG on the second; both are then learned from the first two parts and measured on the third. The
 * groups change roles, so that every user is measured once.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for fewer users than folds, METRIC_EMPTY when no user can be measured
 */
async function measureColdStart(dataset, steps, options = {}) {
    const { given = [1, 2, 5, 10, 20], folds = 5, splitSeed = 1 } = options;
    check(steps, given);
    const groups = dealUsers(dataset, folds, splitSeed);
    const rowsOf = rowsByTime(dataset);
    const names = [...steps.map(({ name }) => name), exports.CHOSEN_STEP];
    const cells = new Map(names.map((name) => [
        name,
        given.map(() => ({ users: [], ndcg: [], chosen: [] })),
    ]));
    for (let fold = 0; fold < folds; fold++) {
        const measured = groups[fold];
        const choosing = groups[(fold + 1) % folds];
        options.onProgress?.({ stage: "choosing", done: fold, folds });
        const inner = withoutUsers(dataset, [...measured, ...choosing]);
        // choice[step][n]: the best setting of a step for n ratings, and what it reached.
        const choice = steps.map(() => given.map(() => ({ variant: 0, value: -Infinity })));
        for (const [s, step] of steps.entries())
            for (const [v, variant] of step.variants.entries()) {
                const scorer = await variant.fit(inner);
                for (const [at, n] of given.entries()) {
                    const { ndcg } = ndcgOfNew(dataset, rowsOf, choosing, scorer, n, options);
                    const value = ndcg.length === 0 ? 0 : ndcg.reduce((sum, x) => sum + x, 0) / ndcg.length;
                    if (value > choice[s][at].value)
                        choice[s][at] = { variant: v, value };
                }
            }
        options.onProgress?.({ stage: "measuring", done: fold, folds });
        const outer = withoutUsers(dataset, measured);
        const scorers = new Map();
        for (const [at, n] of given.entries()) {
            const best = choice.reduce((best, of, s) => (of[at].value > choice[best][at].value ? s : best), 0);
            for (const [s, step] of steps.entries()) {
                const variant = step.variants[choice[s][at].variant];
                if (!scorers.has(variant))
                    scorers.set(variant, await variant.fit(outer));
                const { users, ndcg } = ndcgOfNew(dataset, rowsOf, measured, scorers.get(variant), n, options);
                const record = (name, label) => {
                    const cell = cells.get(name)[at];
                    for (const user of users)
                        cell.users.push(user);
                    for (const value of ndcg)
                        cell.ndcg.push(value);
                    cell.chosen.push(label);
                };
                record(step.name, variant.label);
                if (s === best)
                    record(exports.CHOSEN_STEP, `${step.name}: ${variant.label}`);
            }
        }
    }
    const everybody = rowsOf.filter((rows) => rows.length > 0).length;
    return names.flatMap((step) => given.map((n, at) => {
        const { users, ndcg, chosen } = cells.get(step)[at];
        if (users.length === 0)
            throw new data_1.WorkspaceError("METRIC_EMPTY", `${dataset.name}: no user has a relevant rating after the first ${n}`);
        const numerator = Float64Array.from(ndcg);
        const statistic = { users: Uint32Array.from(users), numerator, root: false };
        const first = Float64Array.from(cells.get(steps[0].name)[at].ndcg);
        const comparable = step !== steps[0].name && first.some((value) => value > 0);
        return {
            step,
            given: n,
            users: users.length,
            usersLeftOut: everybody - users.length,
            ndcg: (0, bootstrap_1.bootstrap)({ ...statistic, denominator: new Float64Array(users.length).fill(1) }, options),
            ratio: comparable ? (0, bootstrap_1.bootstrap)({ ...statistic, denominator: first }, options) : null,
            chosen,
        };
    }));
}
function check(steps, given) {
    if (steps.length === 0 || steps.some(({ variants }) => variants.length === 0))
        throw new data_1.WorkspaceError("OPTION_INVALID", "there is no step, or a step without a setting");
    if (new Set([...steps.map(({ name }) => name), exports.CHOSEN_STEP]).size <= steps.length)
        throw new data_1.WorkspaceError("OPTION_INVALID", `two steps have one name, or one is called "${exports.CHOSEN_STEP}"`);
    for (const n of given)
        if (!Number.isInteger(n) || n < 0)
            throw new data_1.WorkspaceError("OPTION_INVALID", `given has ${n}, not a whole number of at least 0`);
}
/** Users with a rating, in groups whose sizes differ by at most one. */
function dealUsers(dataset, folds, seed) {
    const users = Uint32Array.from(new Set(dataset.users)).sort();
    if (!Number.isInteger(folds) || folds < 3 || folds > users.length)
        throw new data_1.WorkspaceError("SPLIT_INVALID", `folds must be a whole number from 3 to the ${users.length} users, not ${folds}`, { mend: "Choose three groups of users or more: to learn from, to choose on and to measure." });
    const groups = Array.from({ length: folds }, () => []);
    (0, data_1.shuffle)(users, (0, data_1.seededRandom)(seed)).forEach((user, at) => groups[at % folds].push(user));
    return groups;
}
/** Row numbers of each user's ratings, by time, ties by row. */
function rowsByTime({ users, timestamps, userIds }) {
    const rows = Array.from({ length: userIds.length }, () => []);
    users.forEach((user, row) => rows[user].push(row));
    for (const own of rows)
        own.sort((a, b) => timestamps[a] - timestamps[b] || a - b);
    return rows;
}
function withoutUsers(dataset, users) {
    const left = new Set(users);
    const rows = [];
    dataset.users.forEach((user, row) => {
        if (!left.has(user))
            rows.push(row);
    });
    return (0, data_1.subset)(dataset, Uint32Array.from(rows));
}
function ndcgOfNew(dataset, rowsOf, users, scorer, given, { k = 10, relevantFrom = 4 }) {
    const scores = new Float64Array(dataset.itemIds.length);
    const measured = { users: [], ndcg: [] };
    for (const user of users) {
        const rows = rowsOf[user];
        const gains = new Map(rows
            .slice(given)
            .filter((row) => dataset.ratings[row] >= relevantFrom)
            .map((row) => [dataset.items[row], 1]));
        if (gains.size === 0)
            continue;
        const known = rows
            .slice(0, given)
            .map((row) => ({ item: dataset.items[row], rating: dataset.ratings[row] }));
        scorer(known, scores);
        const seen = Uint32Array.from(known, ({ item }) => item).sort();
        measured.users.push(user);
        measured.ndcg.push((0, ranking_1.ndcgAt)((0, als_1.topUnseen)(scores, k, seen).map(({ item }) => item), gains, k));
    }
    return measured;
}
//# sourceMappingURL=cold-start.js.map
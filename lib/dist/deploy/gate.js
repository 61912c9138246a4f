"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.refusalOf = void 0;
exports.promotionGate = promotionGate;
const node_util_1 = require("node:util");
const als_1 = require("../als");
const data_1 = require("../data");
const evaluate_1 = require("../evaluate");
const recommend_1 = require("../recommend");
const golden_queries_1 = require("./golden-queries");
/** A model of other data cannot be judged on these: so much of what it learned from must be among them. */
const SAME_DATA = 0.9;
const MOST_NEW_USERS = 1000;
/**
 * Decides whether a candidate should take the current model's place.
 *
 * Served models have learned from all ratings, so no rating that they have not seen may be left, and figures that each
 * exporter wrote into its manifest may come from other data, another split or another version of the measuring code.
 * The gate therefore compares *what makes the models*: on one split of the present data it trains both again, each
 * with its own options and on what it had learned from, less what is held out. So a candidate can win by its options, by
 * its fresher ratings, or by both, and neither has met a held-out rating. The last share of the ratings of each known user
 * is held out for lists, and some users wholly, to be met as new ones. It costs two trainings. The golden queries are asked
 * of the candidate as exported, which is the very thing that will answer.
 *
 * Checks, of which all must pass:
 *   "same data"       90 % of what each model learned from is in `dataset`; else nothing can be compared
 *   "different"       the two have not learned the same ratings with the same options
 *   "holdout"         better by the paired bootstrap over users (`compareModels`)
 *   "coverage"        different films in the lists of ten: no more than `tolerance` below the current model's
 *   "cold start"      nDCG of the ladder's lists for new users, for each number of given ratings: no more than
 *                     `tolerance` below, or the difference may be chance
 *   "golden queries"  every query that the model's films allow is passed, and one at least was asked
 * The first two end the gate when they fail.
 * @param dataset the present ratings; the later of what the two learned from
 * @throws WorkspaceError SPLIT_INVALID or METRIC_EMPTY for data too small to hold anything out, TRAINING_ABORTED
 */
async function promotionGate(candidate, current, dataset, options) {
    const { split, newUsers } = holdOut(dataset, options);
    const report = (checks, golden = []) => ({
        passed: checks.every(({ passed }) => passed),
        candidate: candidate.manifest.version,
        current: current.manifest.version,
        data: { name: dataset.name, hash: dataset.hash },
        holdout: {
            trainRatings: split.train.ratings.length,
            testRatings: split.test.ratings.length,
            newUsers: newUsers.length,
        },
        checks,
        golden,
    });
    const learned = {
        candidate: ratingsOf(candidate.model, dataset),
        current: ratingsOf(current.model, dataset),
    };
    const checks = [sameData(candidate, current, learned, dataset)];
    if (checks[0].passed)
        checks.push(different(candidate, current, learned));
    if (checks.some(({ passed }) => !passed))
        return report(checks);
    const models = {};
    const contender = (name, { manifest }) => ({
        name,
        predicts: manifest.kind === "explicit" ? "stars" : "preference",
        fit: async (trainPart, signal) => {
            options.onProgress?.(`training the ${name} model without the held-out ratings`);
            const own = ratingsOf(name === "candidate" ? candidate.model : current.model, trainPart);
            return (models[name] = await (0, als_1.train)((0, data_1.subset)(trainPart, own), manifest.options, { signal }));
        },
    });
    const [ours, theirs] = await (0, evaluate_1.scoreboard)([contender("candidate", candidate), contender("current", current)], split, { ...options, onProgress: undefined });
    options.onProgress?.("meeting new users");
    const golden = (0, golden_queries_1.askGoldenQueries)(candidate, options.golden);
    checks.push(holdout(ours, theirs, options), coverage(ours, theirs, options), coldStart(models.candidate, models.current, dataset, newUsers, options), goldenCheck(golden));
    return report(checks, golden);
}
/** A report's refusal in one line: the checks that failed. */
const refusalOf = ({ checks }) => checks
    .filter(({ passed }) => !passed)
    .map(({ name, says }) => `${name}: ${says}`)
    .join("; ");
exports.refusalOf = refusalOf;
function holdOut(dataset, { testShare = 0.2, newUserShare = 0.2, seed = 1 }) {
    const { train: kept, test, ...how } = (0, data_1.splitLastShare)(dataset, { testShare });
    const users = Uint32Array.from(new Set(dataset.users)).sort();
    const some = Math.min(MOST_NEW_USERS, Math.round(users.length * newUserShare));
    const newUsers = (0, data_1.shuffle)(users, (0, data_1.seededRandom)(seed)).slice(0, some).sort();
    const isNew = new Set(newUsers);
    const known = (part) => (0, data_1.subset)(part, rowsWhere(part, (row) => !isNew.has(part.users[row])));
    return { split: { ...how, train: known(kept), test: known(test) }, newUsers };
}
/** Rows of `part` that the model learned from: the same user, film and stars. */
function ratingsOf({ parts }, part) {
    const indexIn = (ids, wanted) => {
        const index = new Map(Array.from(ids, (id, at) => [id, at]));
        return Int32Array.from(wanted, (id) => index.get(id) ?? -1);
    };
    const userOf = indexIn(parts.userIds, part.userIds);
    const itemOf = indexIn(parts.itemIds, part.itemIds);
    const { rowStart, columns, values } = parts.ratings;
    return rowsWhere(part, (row) => {
        const [user, item] = [userOf[part.users[row]], itemOf[part.items[row]]];
        if (user < 0 || item < 0)
            return false;
        // Columns ascend within a row.
        let [low, high] = [rowStart[user], rowStart[user + 1]];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (columns[middle] < item)
                low = middle + 1;
            else
                high = middle;
        }
        return low < rowStart[user + 1] && columns[low] === item && values[low] === part.ratings[row];
    });
}
function rowsWhere({ ratings }, accept) {
    return Uint32Array.from({ length: ratings.length }, (_, row) => row).filter(accept);
}
function sameData(candidate, current, learned, dataset) {
    const share = learned.candidate.length / candidate.manifest.ratings;
    const currentShare = learned.current.length / current.manifest.ratings;
    return {
        name: "same data",
        passed: Math.min(share, currentShare) >= SAME_DATA,
        says: `${percent(share)} of the candidate's and ${percent(currentShare)} of the current model's training ratings are among those of ${dataset.name}, ${percent(SAME_DATA)} needed`,
        numbers: { share, currentShare, needed: SAME_DATA },
    };
}
function different(candidate, current, learned) {
    const sameOptions = (0, node_util_1.isDeepStrictEqual)(candidate.manifest.options, current.manifest.options);
    const sameRatings = (0, node_util_1.isDeepStrictEqual)(learned.candidate, learned.current);
    const differs = [...(sameOptions ? [] : ["options"]), ...(sameRatings ? [] : ["training ratings"])];
    return {
        name: "different",
        passed: differs.length > 0,
        says: differs.length > 0
            ? `other ${differs.join(" and ")} than the current model's`
            : `the same ${learned.current.length.toLocaleString("en")} ratings were learned with the same options as by the current model, so there is nothing to compare`,
        numbers: { ratings: learned.candidate.length, currentRatings: learned.current.length },
    };
}
function holdout(ours, theirs, { measure = "ndcg", significance = 0.05, k = 10, ...options }) {
    const { users, ...test } = (0, evaluate_1.compareModels)(ours.evaluation, theirs.evaluation, measure, options);
    const [value, currentValue] = [ours[measure].value, theirs[measure].value];
    return {
        name: "holdout",
        passed: test.difference > 0 && test.pValue < significance,
        says: `${measure}@${k} ${figure(value)} against ${figure(currentValue)}, ${told(test)} over ${users} users; better with p < ${significance} needed`,
        numbers: { value, currentValue, ...test, users },
    };
}
function coverage(ours, theirs, { tolerance = 0.1 }) {
    const [value, currentValue] = [ours.coverage.value, theirs.coverage.value];
    const needed = (1 - tolerance) * currentValue;
    return {
        name: "coverage",
        passed: value >= needed,
        says: `${percent(value)} of the films are in some list, against ${percent(currentValue)}; ${percent(needed)} needed`,
        numbers: { value, currentValue, needed },
    };
}
function coldStart(ours, theirs, dataset, newUsers, options) {
    const { given = [1, 5, 20, 110], tolerance = 0.1 } = options;
    const numbers = {};
    const says = [];
    let passed = true;
    const histories = historiesOf(dataset, newUsers);
    const ladders = [ours, theirs].map((model) => new recommend_1.RecommendationLadder(model, { movies: dataset.movies }));
    for (const n of given) {
        const [own, other] = ladders.map((ladder) => ndcgOfNew(ladder, dataset, histories, n, options));
        if (own.users.length === 0)
            continue;
        const test = (0, evaluate_1.pairedBootstrap)(own, other, options);
        const [value, currentValue] = [mean(own.numerator), mean(other.numerator)];
        const worse = value < (1 - tolerance) * currentValue && test.high < 0;
        passed &&= !worse;
        says.push(`${n} given: ${figure(value)} against ${figure(currentValue)} over ${test.users} users${worse ? `, ${told(test)}` : ""}`);
        numbers[`given ${n}`] = value;
        numbers[`given ${n}, current`] = currentValue;
        numbers[`given ${n}, users`] = test.users;
    }
    return {
        name: "cold start",
        passed: passed && says.length > 0,
        says: says.length > 0
            ? `nDCG for new users, ${says.join("; ")}; a loss of ${percent(tolerance)} or less, or one that may be chance, is allowed`
            : "no new user has enough ratings to be measured",
        numbers,
    };
}
function goldenCheck(answers) {
    const of = (verdict) => answers.filter((answer) => answer.verdict === verdict);
    const [passed, failed, aside] = [of("passed"), of("failed"), of("not asked")];
    return {
        name: "golden queries",
        passed: failed.length === 0 && passed.length > 0,
        says: [
            `${passed.length} passed, ${failed.length} failed, ${aside.length} not asked since the films are not in the model`,
            ...failed.map(({ name, says }) => `“${name}” has ${says}`),
        ].join("; "),
        numbers: { passed: passed.length, failed: failed.length, notAsked: aside.length },
    };
}
/** Ratings of each user by time, ties by row; dense item indices. */
function historiesOf(dataset, users) {
    const rows = new Map(Array.from(users, (user) => [user, []]));
    dataset.users.forEach((user, row) => rows.get(user)?.push(row));
    const { items, ratings, timestamps } = dataset;
    return new Map([...rows].map(([user, own]) => [
        user,
        own
            .sort((a, b) => timestamps[a] - timestamps[b] || a - b)
            .map((row) => ({ item: items[row], rating: ratings[row] })),
    ]));
}
/** nDCG of the ladder's list for each user of whom n ratings are given and another one is relevant. */
function ndcgOfNew(ladder, { itemIds }, histories, given, { k = 10, relevantFrom = 4 }) {
    const users = [];
    const values = [];
    for (const [user, history] of histories) {
        if (history.length <= given)
            continue;
        const rest = history.slice(given).filter(({ rating }) => rating >= relevantFrom);
        if (rest.length === 0)
            continue;
        const known = history.slice(0, given).map(({ item, rating }) => ({ movieId: itemIds[item], rating }));
        const list = ladder.forVisitor(known, k).items.map(({ movieId }) => movieId);
        users.push(user);
        values.push((0, evaluate_1.ndcgAt)(list, new Map(rest.map(({ item }) => [itemIds[item], 1])), k));
    }
    return (0, evaluate_1.meanOverUsers)(Uint32Array.from(users), Float64Array.from(values));
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share) => `${(share * 100).toFixed(1)} %`;
const figure = (value) => value.toFixed(4);
const told = ({ difference, low, high, pValue }) => `difference ${figure(difference)} (${figure(low)} … ${figure(high)}, p ${pValue.toFixed(3)})`;
//# sourceMappingURL=gate.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.RANKING_METRICS = void 0;
exports.precisionAt = precisionAt;
exports.recallAt = recallAt;
exports.hitRateAt = hitRateAt;
exports.reciprocalRankAt = reciprocalRankAt;
exports.averagePrecisionAt = averagePrecisionAt;
exports.ndcgAt = ndcgAt;
exports.aucAt = aucAt;
exports.rankingMetrics = rankingMetrics;
exports.rankingMetricsInThreads = rankingMetricsInThreads;
exports.heldOutUsers = heldOutUsers;
exports.rankingMetricsOf = rankingMetricsOf;
exports.each = each;
const als_1 = require("../als");
const data_1 = require("../data");
const lists_1 = require("./lists");
const rating_1 = require("./rating");
exports.RANKING_METRICS = ["precision", "recall", "ndcg", "map", "mrr", "hitRate", "auc"];
/**
 * Hits among the first k, over k. A list shorter than k is still divided by k, as in Spark and `recommenders`
 * (`implicit` divides by min(k, relevant)). Source of all definitions here unless named: Järvelin and
 * Kekäläinen 2002 for DCG, Manning, Raghavan and Schütze 2008 ch. 8 for the others.
 */
function precisionAt(list, relevant, k) {
    return hitsAt(list, relevant, k) / k;
}
/** Hits among the first k, over the number of relevant items. */
function recallAt(list, relevant, k) {
    return hitsAt(list, relevant, k) / relevant.size;
}
/** 1 if there is a hit among the first k, else 0. */
function hitRateAt(list, relevant, k) {
    return hitsAt(list, relevant, k) > 0 ? 1 : 0;
}
/** 1 over the position (from 1) of the first hit among the first k, else 0. Source: Voorhees 1999. */
function reciprocalRankAt(list, relevant, k) {
    for (let at = 0; at < Math.min(k, list.length); at++)
        if (relevant.has(list[at]))
            return 1 / (at + 1);
    return 0;
}
/** The sum, over the hits among the first k, of the precision at their positions, divided as `denominator` says. */
function averagePrecisionAt(list, relevant, k, denominator = "truncated") {
    let hits = 0;
    let sum = 0;
    for (let at = 0; at < Math.min(k, list.length); at++)
        if (relevant.has(list[at]))
            sum += ++hits / (at + 1);
    return sum / (denominator === "truncated" ? Math.min(k, relevant.size) : relevant.size);
}
/**
 * DCG / ideal DCG, DCG = Σ gain / log2(position + 1) over the first k positions (from 1), ideal: the largest
 * gains first. @param gains item → gain > 0; items that are absent gain nothing
 */
function ndcgAt(list, gains, k) {
    let gained = 0;
    for (let at = 0; at < Math.min(k, list.length); at++)
        gained += (gains.get(list[at]) ?? 0) / Math.log2(at + 2);
    const best = [...gains.values()].sort((a, b) => b - a).slice(0, k);
    return gained / best.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}
/**
 * Limited AUC: the share of pairs of a relevant and another item that are in the right order, where only the first k
 * are in order and what is behind them ties (counts half). With k the whole catalogue it is the area under the ROC
 * curve, as scikit-learn's roc_auc_score, save that the list has already broken ties. A relevant item that cannot be
 * recommended is never in the list. Source: Schröder, Thiele and Lehner 2011, "Setting Goals and Choosing Metrics for
 * Recommender System Evaluations" (as `implicit`'s `AUC_at_k`, which counts seen items among the others, too).
 * @param others number of items that could have been recommended and are not relevant; where 0, no pair can be wrong
 *   and the share of relevant items found is given
 */
function aucAt(list, relevant, k, others) {
    let hits = 0;
    let misses = 0;
    let right = 0;
    for (let at = 0; at < Math.min(k, list.length); at++)
        if (relevant.has(list[at]))
            hits++;
        else {
            misses++;
            right += hits;
        }
    if (others === 0)
        return hits / relevant.size;
    const behind = Math.max(0, others - misses);
    return (right + ((hits + relevant.size) / 2) * behind) / (relevant.size * Math.max(others, misses));
}
/**
 * Ranks all unseen items of every user with a held-out rating and measures the best k.
 * @param model trained on `split.train`
 * @throws WorkspaceError METRIC_EMPTY when no user has a relevant item, INDEX_UNKNOWN, OPTION_INVALID
 */
function rankingMetrics(model, split, options = {}) {
    (0, rating_1.checkIndexSpace)(model, split.test);
    const lists = (0, lists_1.topLists)(model, (0, data_1.ratingsByUser)(split.train), heldOutUsers(split.test), options.k ?? 10);
    return rankingMetricsOf(lists, split, options);
}
/** The same as `rankingMetrics`, its lists made in threads where the model can. Throws TRAINING_ABORTED after `signal`, too. */
async function rankingMetricsInThreads(model, split, options = {}) {
    (0, rating_1.checkIndexSpace)(model, split.test);
    const users = heldOutUsers(split.test);
    const lists = await (0, lists_1.topListsInThreads)(model, (0, data_1.ratingsByUser)(split.train), users, options.k ?? 10, options);
    return rankingMetricsOf(lists, split, options);
}
/** Users with a rating in `test`, ascending dense indices. */
function heldOutUsers(test) {
    return Uint32Array.from(new Set(test.users)).sort();
}
/** As `rankingMetrics`, of lists already made; `options.k` is theirs. */
function rankingMetricsOf(lists, split, options = {}) {
    const { relevantFrom = 4, mapDenominator = "truncated", gain = "binary" } = options;
    const { withoutRelevant = "left out" } = options;
    const { k } = lists;
    const heldOut = (0, data_1.ratingsByUser)(split.test);
    const seen = lists.seen ?? (0, data_1.ratingsByUser)(split.train);
    const userKnown = (0, rating_1.present)(split.train.users, split.train.userIds.length);
    const itemKnown = (0, rating_1.present)(split.train.items, split.train.itemIds.length);
    const catalogue = itemKnown.reduce((sum, known) => sum + known, 0);
    const measured = [];
    let usersWithoutRelevant = 0;
    let relevantItems = 0;
    let coldRelevantItems = 0;
    lists.users.forEach((user, at) => {
        const list = lists.lists[at];
        const relevant = new Set();
        const gains = new Map();
        for (let p = heldOut.rowStart[user]; p < heldOut.rowStart[user + 1]; p++) {
            const [item, stars] = [heldOut.columns[p], heldOut.values[p]];
            if (stars >= relevantFrom)
                relevant.add(item);
            if (gain !== "binary")
                gains.set(item, gain === "linear" ? stars : 2 ** stars - 1);
            else if (stars >= relevantFrom)
                gains.set(item, 1);
        }
        if (relevant.size === 0) {
            usersWithoutRelevant++;
            if (withoutRelevant === "zero")
                measured.push({ user, values: each(exports.RANKING_METRICS, () => 0) });
            return;
        }
        const own = (0, als_1.seenBy)(seen, user);
        let others = catalogue - own.filter((item) => itemKnown[item] === 1).length;
        for (const item of relevant)
            if (itemKnown[item] === 0)
                coldRelevantItems++;
            else if (!own.includes(item))
                others--;
        relevantItems += relevant.size;
        measured.push({
            user,
            values: {
                precision: precisionAt(list, relevant, k),
                recall: recallAt(list, relevant, k),
                ndcg: ndcgAt(list, gains, k),
                map: averagePrecisionAt(list, relevant, k, mapDenominator),
                mrr: reciprocalRankAt(list, relevant, k),
                hitRate: hitRateAt(list, relevant, k),
                auc: aucAt(list, relevant, k, others),
            },
        });
    });
    const valuesOf = (rows, metric) => Float64Array.from(rows, ({ values }) => values[metric]);
    const scores = (rows) => rows.length === 0
        ? null
        : { users: rows.length, ...each(exports.RANKING_METRICS, (metric) => mean(valuesOf(rows, metric))) };
    const all = scores(measured);
    if (all === null || usersWithoutRelevant === lists.users.length)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${split.test.name}: no user has a held-out rating of at least ${relevantFrom} stars`);
    return {
        ...all,
        k,
        relevantFrom,
        usersWithoutRelevant,
        relevantItems,
        coldRelevantItems,
        warm: scores(measured.filter(({ user }) => userKnown[user] === 1)),
        cold: scores(measured.filter(({ user }) => userKnown[user] === 0)),
        perUser: {
            users: Uint32Array.from(measured, ({ user }) => user),
            ...each(exports.RANKING_METRICS, (metric) => valuesOf(measured, metric)),
        },
    };
}
function hitsAt(list, relevant, k) {
    let hits = 0;
    for (let at = 0; at < Math.min(k, list.length); at++)
        if (relevant.has(list[at]))
            hits++;
    return hits;
}
/** A record of one value for each name. */
function each(names, of) {
    return Object.fromEntries(names.map((name) => [name, of(name)]));
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
//# sourceMappingURL=ranking.js.map
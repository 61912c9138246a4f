"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.coverage = coverage;
exports.gini = gini;
exports.novelty = novelty;
exports.diversity = diversity;
exports.raterCosine = raterCosine;
exports.unexpectedness = unexpectedness;
exports.serendipity = serendipity;
exports.averagePopularity = averagePopularity;
exports.popularityLift = popularityLift;
exports.miscalibration = miscalibration;
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const bootstrap_1 = require("./bootstrap");
const rating_1 = require("./rating");
/**
 * Catalogue coverage: the share of the items with a training rating (those that could be recommended) that are
 * in at least one list. It grows with the number of lists, so compare models on the same users only. Its statistic is
 * that of the jackknife. Source: Herlocker et al. 2004; Ge, Delgado-Battenfeld and Jannach 2010, "Beyond Accuracy"
 * (`recommenders`' `catalog_coverage`).
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
function coverage(lists, train) {
    const { shown, items, users, usersLeftOut, counts } = catalogueOf(lists, train);
    const covered = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    const value = covered / items;
    if (users.length === 0)
        return { value, users: 0, usersLeftOut, statistic: null };
    // Without a user, what only this user is shown is no longer covered.
    const without = Float64Array.from(shown, (list) => (covered - list.filter((item) => counts[item] === 1).length) / items);
    const statistic = (0, bootstrap_1.jackknifeOverUsers)(users, value, without);
    return { value, users: users.length, usersLeftOut, statistic };
}
/**
 * How unevenly the lists draw on the catalogue: 0 where every item is in equally many lists, near 1 where all lists
 * are the same few. G = Σ_j (2j − n − 1) x_j / (n Σ_j x_j), x ascending: in how many lists each of the n items with a
 * training rating is. Its statistic is that of the jackknife. Source: Shani and Gunawardana 2011, "Evaluating
 * Recommendation Systems" (as RecBole's GiniIndex; Elliot's is 1 − G).
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
function gini(lists, train) {
    const { shown, items, users, usersLeftOut, counts, known } = catalogueOf(lists, train);
    if (users.length === 0)
        return { value: null, users: 0, usersLeftOut, statistic: null };
    // Items by the number of lists that they are in: as good as sorted, and quickly mended when one list goes.
    const having = new Float64Array(users.length + 1);
    known.forEach((isKnown, item) => {
        if (isKnown === 1)
            having[counts[item]]++;
    });
    const leaveOut = (list, weight) => {
        for (const item of list) {
            having[counts[item]] -= weight;
            having[counts[item] - 1] += weight;
        }
    };
    const value = giniOf(having, items);
    const without = Float64Array.from(shown, (list) => {
        if (users.length === 1)
            return value;
        leaveOut(list, 1);
        const figure = giniOf(having, items);
        leaveOut(list, -1);
        return figure;
    });
    return { value, users: users.length, usersLeftOut, statistic: (0, bootstrap_1.jackknifeOverUsers)(users, value, without) };
}
/** Of items of which `having[x]` have the value x. */
function giniOf(having, items) {
    let below = 0;
    let weighted = 0;
    let total = 0;
    for (let x = 0; x < having.length; x++) {
        const alike = having[x];
        // Their ranks, from 1, are below + 1 … below + alike.
        weighted += x * (alike * below + (alike * (alike + 1)) / 2);
        total += x * alike;
        below += alike;
    }
    return (2 * weighted - (items + 1) * total) / (items * total);
}
/**
 * Novelty: mean self-information of the items of a list, in bits, then the mean over users:
 * −log2(users with a training rating of the item / users with a training rating).
 * Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma", PNAS 107. (`recommenders` divides by
 * ratings in place of users, which adds one constant, log2(ratings / users), to every value, and takes the mean over
 * all recommendations.) An item without a training rating counts as rated once.
 */
function novelty(lists, train) {
    const raters = ratersOf(train);
    const users = new Set(train.users).size;
    return overLists(lists, (list) => {
        if (list.length === 0)
            return null;
        let bits = 0;
        for (const item of list)
            bits -= Math.log2(Math.max(1, raters[item]) / users);
        return bits / list.length;
    });
}
/**
 * Intra-list diversity: 1 − the mean similarity over all pairs of a list, then the mean over users. The similarity is
 * the Jaccard similarity of genres unless told otherwise; two films without genres count as alike: what is not known
 * is no diversity. Source: Ziegler et al. 2005, "Improving Recommendation Lists Through Topic Diversification"
 * (intra-list similarity). `recommenders`' `diversity` takes the cosine of raters, see `raterCosine`, by default.
 * @param dataset whose movie table gives the genres
 * @param similarity of two items (dense indices), symmetric, 1 for alike
 */
function diversity(lists, dataset, similarity = (0, recommend_1.genreSimilarity)((0, recommend_1.genresByItem)(dataset))) {
    return overLists(lists, (list) => {
        if (list.length < 2)
            return null;
        let alike = 0;
        for (let a = 0; a < list.length; a++)
            for (let b = a + 1; b < list.length; b++)
                alike += similarity(list[a], list[b]);
        return 1 - alike / ((list.length * (list.length - 1)) / 2);
    });
}
/**
 * Cosine of who has rated two items: users of both / √(users of one · users of the other); 0 where an item has none.
 * Source: Zhang et al. 2012, "Auralist".
 */
function raterCosine(train) {
    const byItem = (0, data_1.ratingsByItem)(train);
    return (a, b) => {
        const [one, other] = [(0, als_1.seenBy)(byItem, a), (0, als_1.seenBy)(byItem, b)];
        if (one.length === 0 || other.length === 0)
            return 0;
        let both = 0;
        for (let at = 0, to = 0; at < one.length && to < other.length;)
            if (one[at] === other[to])
                [both, at, to] = [both + 1, at + 1, to + 1];
            else if (one[at] < other[to])
                at++;
            else
                to++;
        return both / Math.sqrt(one.length * other.length);
    };
}
/**
 * Unexpectedness: 1 − the mean cosine of raters between an item of the list and each item of the user's history, mean
 * over the list, then over users. 1: nobody who has rated the one has rated the other. Users without a training rating
 * are left out. Source: Zhang et al. 2012, "Auralist: Introducing Serendipity into Music Recommendation"
 * (`recommenders`' `serendipity` without a relevance column).
 */
function unexpectedness(lists, train) {
    return surprise(lists, train, () => 1);
}
/**
 * Serendipity: unexpectedness of the items of a list that the user went on to like, 0 of the others; mean over the
 * list, then over users. Source: as `unexpectedness` (`recommenders`' `serendipity` with a relevance column of 0 and 1).
 * Others count what is liked and not on a popularity list (Ge et al. 2010), which depends on the list chosen.
 * @param options.relevantFrom stars from which a held-out rating says liked; 4 by default
 */
function serendipity(lists, { train, test }, options = {}) {
    const { relevantFrom = 4 } = options;
    const liked = new Set();
    const items = test.itemIds.length;
    for (let r = 0; r < test.ratings.length; r++)
        if (test.ratings[r] >= relevantFrom)
            liked.add(test.users[r] * items + test.items[r]);
    return surprise(lists, train, (user, item) => (liked.has(user * items + item) ? 1 : 0));
}
function surprise(lists, train, weight) {
    const [byUser, byItem] = [(0, data_1.ratingsByUser)(train), (0, data_1.ratingsByItem)(train)];
    const ratersOfItem = (item) => (0, als_1.seenBy)(byItem, item);
    const shared = new Float64Array(byUser.rows);
    return overLists(lists, (list, user) => {
        const history = (0, als_1.seenBy)(byUser, user);
        if (list.length === 0 || history.length === 0)
            return null;
        // Σ over the history of the cosines is Σ over an item's raters of this, over √ raters: no pair is looked at.
        shared.fill(0);
        for (const item of history) {
            const raters = ratersOfItem(item);
            for (const rater of raters)
                shared[rater] += 1 / Math.sqrt(raters.length);
        }
        let sum = 0;
        for (const item of list) {
            const raters = ratersOfItem(item);
            let cosines = 0;
            for (const rater of raters)
                cosines += shared[rater];
            const mean = raters.length === 0 ? 0 : cosines / Math.sqrt(raters.length) / history.length;
            sum += weight(user, item) * (1 - mean);
        }
        return sum / list.length;
    });
}
/**
 * Average recommendation popularity: mean over a list of the share of users (those with a training rating) who have
 * rated the item, then the mean over users. Source: Yin et al. 2012, "Challenging the Long Tail Recommendation" (ARP;
 * there, and in RecBole's AveragePopularity, in ratings: times the number of users).
 */
function averagePopularity(lists, train) {
    const raters = ratersOf(train);
    const users = new Set(train.users).size;
    return overLists(lists, (list) => (list.length === 0 ? null : meanOf(list, raters) / users));
}
/**
 * Popularity lift: how much more popular the lists are than what their users had rated, as a share of the latter;
 * 0 where the lists are as popular as the histories, 1 where twice as popular. Mean popularity of a list and of a
 * history first, then sums over users. Users without a list or a training rating are left out.
 * Source: Abdollahpouri et al. 2020, "The Connection Between Popularity Bias, Calibration, and Fairness in
 * Recommendation", RecSys.
 */
function popularityLift(lists, train) {
    const raters = ratersOf(train);
    const byUser = (0, data_1.ratingsByUser)(train);
    const histories = new Map();
    const lifted = overLists(lists, (list, user) => {
        const history = (0, als_1.seenBy)(byUser, user);
        if (list.length === 0 || history.length === 0)
            return null;
        const before = meanOf(history, raters);
        histories.set(user, before);
        return meanOf(list, raters) - before;
    });
    if (lifted.statistic === null)
        return lifted;
    const denominator = Float64Array.from(lifted.statistic.users, (user) => histories.get(user));
    const value = sumOf(lifted.statistic.numerator) / sumOf(denominator);
    return { ...lifted, value, statistic: { ...lifted.statistic, denominator } };
}
/**
 * Miscalibration: how far the genres of a list are from those of the films that the user liked, as the
 * Kullback–Leibler divergence in bits; 0 where they have the same shares. Mean over users.
 *
 *   C_KL(p, q) = Σ_g p(g) log2( p(g) / ((1 − α) q(g) + α p(g)) ),   α = 0.01
 *
 * p(g): mean over the training ratings of at least `relevantFrom` stars of the film's share of genre g, each of its
 * genres having an equal one; q(g): the same over the list. Films without genres say nothing and are passed over; a
 * user for whom p or q is empty is left out. Source: Steck 2018, "Calibrated Recommendations", RecSys.
 * @param options.relevantFrom 4 by default, as in the paper's experiments
 */
function miscalibration(lists, train, options = {}) {
    const { relevantFrom = 4 } = options;
    const genres = (0, recommend_1.genresByItem)(train);
    const byUser = (0, data_1.ratingsByUser)(train);
    return overLists(lists, (list, user) => {
        const [from, to] = [byUser.rowStart[user], byUser.rowStart[user + 1]];
        const liked = byUser.columns.slice(from, to).filter((_, at) => byUser.values[from + at] >= relevantFrom);
        const [p, q] = [genreShares(liked, genres), genreShares(list, genres)];
        if (p.size === 0 || q.size === 0)
            return null;
        let bits = 0;
        for (const [genre, share] of p)
            bits += share * Math.log2(share / ((1 - SMOOTHING) * (q.get(genre) ?? 0) + SMOOTHING * share));
        return bits;
    });
}
/** α of Steck 2018: keeps the divergence finite where a list lacks a genre. */
const SMOOTHING = 0.01;
/** Sums to 1, or is empty. */
function genreShares(items, genres) {
    const shares = new Map();
    let films = 0;
    for (const item of items) {
        if (genres[item].length === 0)
            continue;
        films++;
        for (const genre of genres[item])
            shares.set(genre, (shares.get(genre) ?? 0) + 1 / genres[item].length);
    }
    for (const [genre, share] of shares)
        shares.set(genre, share / films);
    return shares;
}
/** Lists as far as they are of items with a training rating: the catalogue of `items` items. */
function catalogueOf(lists, train) {
    const known = (0, rating_1.present)(train.items, train.itemIds.length);
    const items = known.reduce((sum, isKnown) => sum + isKnown, 0);
    if (items === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${train.name}: no item has a training rating`);
    const all = lists.lists.map((list) => list.filter((item) => known[item] === 1));
    const at = [...all.keys()].filter((position) => all[position].length > 0);
    const counts = new Uint32Array(known.length);
    for (const list of all)
        for (const item of list)
            counts[item]++;
    return {
        items,
        known,
        users: Uint32Array.from(at, (position) => lists.users[position]),
        shown: at.map((position) => all[position]),
        usersLeftOut: all.length - at.length,
        counts,
    };
}
/** The mean over users of `figure`; those for whom it is null are left out. */
function overLists(lists, figure) {
    const users = [];
    const values = [];
    lists.lists.forEach((list, at) => {
        const value = figure(list, lists.users[at]);
        if (value === null)
            return;
        users.push(lists.users[at]);
        values.push(value);
    });
    const usersLeftOut = lists.users.length - users.length;
    if (users.length === 0)
        return { value: null, users: 0, usersLeftOut, statistic: null };
    const statistic = (0, bootstrap_1.meanOverUsers)(Uint32Array.from(users), Float64Array.from(values));
    return { value: sumOf(statistic.numerator) / users.length, users: users.length, usersLeftOut, statistic };
}
/** Users with a training rating of each item, by dense index. */
function ratersOf(train) {
    const raters = new Float64Array(train.itemIds.length);
    for (const item of train.items)
        raters[item]++;
    return raters;
}
const meanOf = (items, values) => items.reduce((sum, item) => sum + values[item], 0) / items.length;
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
//# sourceMappingURL=beyond-accuracy.js.map
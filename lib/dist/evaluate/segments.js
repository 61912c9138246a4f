"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.bandsOf = bandsOf;
exports.bySegment = bySegment;
exports.rankingByActivity = rankingByActivity;
exports.recallByMovie = recallByMovie;
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const bootstrap_1 = require("./bootstrap");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
const USER_BOUNDS = [1, 20, 50, 100, 200, 500];
const ITEM_BOUNDS = [1, 2, 5, 20, 50, 100];
/** Bands that begin at 0 and at each bound. @throws WorkspaceError OPTION_INVALID when bounds do not ascend from 1 */
function bandsOf(bounds, what) {
    const starts = [0, ...bounds];
    return starts.map((from, at) => {
        const to = at + 1 < starts.length ? starts[at + 1] - 1 : Infinity;
        if (!Number.isInteger(from) || to < from)
            throw new data_1.WorkspaceError("OPTION_INVALID", `bounds ${bounds.join(", ")} do not ascend from 1`);
        const range = to === Infinity ? `${from} or more` : from === to ? `${from}` : `${from}–${to}`;
        return { label: `${range} ${to === 1 ? what : `${what}s`}`, from, to };
    });
}
/**
 * Where a model errs: held-out errors by how many training ratings the user has, by how many the movie has, by
 * genre, and by the year (UTC) in which the rating was given. Bands are of training counts alone. A rating counts in each genre of its movie, so genre counts add
 * up to more than the ratings; "(no genres listed)" is a segment of its own.
 * @throws WorkspaceError as `ratingMetrics`, OPTION_INVALID for bounds that do not ascend
 */
function bySegment(model, split, options = {}) {
    const { train, test } = split;
    const errors = (0, rating_1.predictionErrors)(model, test);
    const row = (dimension, segment, include) => {
        const perUser = (0, rating_1.errorsByUser)(test, errors, include);
        const users = perUser.users.length;
        if (users === 0)
            return { dimension, segment, count: 0, users, rmse: null, mae: null, meanError: null };
        let count = 0;
        let sum = 0;
        errors.forEach((error, r) => {
            if (!include(r))
                return;
            count++;
            sum += error;
        });
        return {
            dimension,
            segment,
            count,
            users,
            rmse: (0, bootstrap_1.bootstrap)((0, rating_1.rmseOverUsers)(perUser), options),
            mae: (0, bootstrap_1.bootstrap)((0, rating_1.maeOverUsers)(perUser), options),
            meanError: sum / count,
        };
    };
    const userCounts = countsOf(train.users, train.userIds.length);
    const itemCounts = countsOf(train.items, train.itemIds.length);
    const genres = (0, recommend_1.genresByItem)(train);
    const genreNames = [...new Set(genres.flat())].sort();
    return [
        ...bandsOf(options.userBounds ?? USER_BOUNDS, "rating").map((band) => row("user activity", band.label, (r) => isIn(band, userCounts[test.users[r]]))),
        ...bandsOf(options.itemBounds ?? ITEM_BOUNDS, "rating").map((band) => row("movie popularity", band.label, (r) => isIn(band, itemCounts[test.items[r]]))),
        ...genreNames.map((genre) => row("genre", genre, (r) => genres[test.items[r]].includes(genre))),
        row("genre", "(no genres listed)", (r) => genres[test.items[r]].length === 0),
        ...yearsOf(test).map((year) => row("time", `${year}`, (r) => yearOf(test.timestamps[r]) === year)),
    ];
}
/** How well each band of user activity is served, from per-user values already measured. */
function rankingByActivity(metrics, train, options = {}) {
    const counts = countsOf(train.users, train.userIds.length);
    const { users } = metrics.perUser;
    return bandsOf(options.userBounds ?? USER_BOUNDS, "rating").map((band) => {
        const positions = [...users.keys()].filter((at) => isIn(band, counts[users[at]]));
        if (positions.length === 0)
            return { segment: band.label, users: 0, metrics: null };
        const members = Uint32Array.from(positions, (at) => users[at]);
        const estimate = (metric) => (0, bootstrap_1.bootstrap)((0, bootstrap_1.meanOverUsers)(members, Float64Array.from(positions, (at) => metrics.perUser[metric][at])), options);
        return {
            segment: band.label,
            users: members.length,
            metrics: (0, ranking_1.each)(ranking_1.RANKING_METRICS, estimate),
        };
    });
}
/**
 * Which movies a model finds: of the held-out ratings of at least `relevantFrom` stars (4 by default), the share
 * whose movie is on the list of its user, by the movie's training ratings, by genre and by the year (UTC) of the
 * held-out rating. Lists of users without a
 * held-out rating play no part. @throws WorkspaceError OPTION_INVALID for bounds that do not ascend
 */
function recallByMovie(lists, { train, test }, options = {}) {
    const relevantFrom = options.relevantFrom ?? 4;
    const listOf = new Map(Array.from(lists.users, (user, at) => [user, new Set(lists.lists[at])]));
    const row = (dimension, segment, include) => {
        const relevant = new Map();
        const found = new Map();
        for (let r = 0; r < test.ratings.length; r++) {
            const [user, item] = [test.users[r], test.items[r]];
            const list = listOf.get(user);
            if (list === undefined || test.ratings[r] < relevantFrom || !include(item, r))
                continue;
            relevant.set(user, (relevant.get(user) ?? 0) + 1);
            found.set(user, (found.get(user) ?? 0) + (list.has(item) ? 1 : 0));
        }
        const users = Uint32Array.from(relevant.keys()).sort();
        const statistic = {
            users,
            numerator: Float64Array.from(users, (user) => found.get(user)),
            denominator: Float64Array.from(users, (user) => relevant.get(user)),
            root: false,
        };
        return {
            dimension,
            segment,
            relevant: statistic.denominator.reduce((sum, count) => sum + count, 0),
            users: users.length,
            recall: users.length === 0 ? null : (0, bootstrap_1.bootstrap)(statistic, options),
        };
    };
    const itemCounts = countsOf(train.items, train.itemIds.length);
    const genres = (0, recommend_1.genresByItem)(train);
    const genreNames = [...new Set(genres.flat())].sort();
    return [
        ...bandsOf(options.itemBounds ?? ITEM_BOUNDS, "rating").map((band) => row("movie popularity", band.label, (item) => isIn(band, itemCounts[item]))),
        ...genreNames.map((genre) => row("genre", genre, (item) => genres[item].includes(genre))),
        row("genre", "(no genres listed)", (item) => genres[item].length === 0),
        ...yearsOf(test).map((year) => row("time", `${year}`, (_, r) => yearOf(test.timestamps[r]) === year)),
    ];
}
const isIn = (band, count) => count >= band.from && count <= band.to;
const yearOf = (timestamp) => new Date(timestamp * 1000).getUTCFullYear();
/** Years (UTC) in which `test` has ratings, ascending. */
const yearsOf = (test) => [...new Set(Array.from(test.timestamps, yearOf))].sort((a, b) => a - b);
function countsOf(column, length) {
    const counts = new Uint32Array(length);
    for (const index of column)
        counts[index]++;
    return counts;
}
//# sourceMappingURL=segments.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.newMovies = newMovies;
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const bootstrap_1 = require("./bootstrap");
const rating_1 = require("./rating");
/**
 * Hides all ratings of some movies, learns factors from the others and content → factors by ridge regression, and then
 * meets the hidden ratings. Movies are dealt into three: learned from, λ chosen on, measured; for the measurement the
 * first two are learned from together.
 *
 * Tags are content here, whoever gave them: a film without ratings may have been tagged.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for too few movies, METRIC_EMPTY, and what training throws
 */
async function newMovies(dataset, options = {}) {
    const { als = { feedback: "explicit" }, lambdas = [1, 3, 10, 30, 100], share = 0.2, splitSeed = 1, } = options;
    if (lambdas.length === 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", "there is no λ to choose from");
    if (!(share > 0 && share < 0.5))
        throw new data_1.WorkspaceError("OPTION_INVALID", `share is ${share}, not between 0 and 0.5`);
    const rated = (0, data_1.shuffle)(Uint32Array.from(new Set(dataset.items)).sort(), (0, data_1.seededRandom)(splitSeed));
    const held = Math.round(rated.length * share);
    if (held < 1 || rated.length - 2 * held < 1)
        throw new data_1.WorkspaceError("SPLIT_INVALID", `${rated.length} movies are too few to hold out two shares of ${share}`);
    const measured = new Set(rated.subarray(0, held));
    const choosing = new Set(rated.subarray(held, 2 * held));
    const without = (left) => (0, data_1.filterRatings)(dataset, ({ item }) => !left(item));
    const inner = await placed(without((item) => measured.has(item) || choosing.has(item)), dataset, choosing, als);
    const trials = lambdas.map((lambda) => {
        const { errors, aucs } = measure(inner, lambda, options);
        const squared = errors && rmseOf(errors.content);
        return { lambda, rmse: squared, auc: mean(aucs.content) };
    });
    const isBetter = (a, b) => a.rmse !== null && b.rmse !== null ? a.rmse < b.rmse : a.auc > b.auc;
    const { lambda } = trials.reduce((best, trial) => (isBetter(trial, best) ? trial : best));
    const outer = await placed(without((item) => measured.has(item)), dataset, measured, als);
    const { errors, aucs, encoder } = measure(outer, lambda, options);
    const rmse = (errorsByUser) => (0, bootstrap_1.bootstrap)((0, rating_1.rmseOverUsers)(errorsByUser), options);
    const auc = (values) => (0, bootstrap_1.bootstrap)((0, bootstrap_1.meanOverUsers)(aucs.users, values), options);
    return {
        movies: measured.size,
        ratings: outer.ratings,
        users: outer.users.length,
        lambda,
        trials,
        features: encoder.names.length,
        rmse: errors && {
            content: rmse(errors.content),
            meanRating: rmse(errors.meanRating),
            userBias: rmse(errors.userBias),
        },
        auc: { content: auc(aucs.content), genrePopularity: auc(aucs.genrePopularity) },
    };
}
async function placed(train, dataset, hidden, als) {
    const model = await (0, als_1.train)(train, als);
    const learnFrom = Array.from(new Set(train.items), (item) => dataset.itemIds[item]);
    const places = Array.from(hidden, (item) => ({ item, movieId: dataset.itemIds[item] })).sort((a, b) => a.item - b.item);
    const position = new Map(places.map(({ item }, at) => [item, at]));
    const known = new Set(train.users);
    const byUser = new Map();
    let ratings = 0;
    dataset.users.forEach((user, row) => {
        const at = position.get(dataset.items[row]);
        if (at === undefined || !known.has(user))
            return;
        ratings++;
        if (!byUser.has(user))
            byUser.set(user, []);
        byUser.get(user).push({ at, rating: dataset.ratings[row] });
    });
    const users = Array.from(byUser, ([user, hidden]) => ({ user, hidden })).sort((a, b) => a.user - b.user);
    if (users.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${dataset.name}: nobody rated the movies held out and others too`);
    return {
        train,
        model,
        encoder: new recommend_1.ContentEncoder(dataset.movies, dataset.tags, learnFrom),
        places,
        users,
        ratings,
    };
}
function measure({ train, model, encoder, places, users }, lambda, { relevantFrom = 4 }) {
    const content = new recommend_1.ContentModel(model, encoder, { lambda });
    const factors = places.map(({ movieId }) => content.factorsOf(movieId));
    const byGenre = genrePopularity(train, places);
    const explicit = model.parts.options.feedback === "explicit";
    const { min, max } = train.scale;
    const userBias = explicit ? (0, recommend_1.dampedBiasModel)(train) : null;
    const errors = { content: noErrors(users), meanRating: noErrors(users), userBias: noErrors(users) };
    const aucs = { users: [], content: [], genrePopularity: [] };
    users.forEach(({ user, hidden }, position) => {
        const scores = content.scores(user, factors);
        if (userBias)
            for (const { at, rating } of hidden) {
                add(errors.content, position, Math.min(max, Math.max(min, scores[at])) - rating);
                add(errors.meanRating, position, model.parts.globalMean - rating);
                // A cold item has no bias of its own: this is the mean and the user's.
                add(errors.userBias, position, userBias.predict(user, places[at].item) - rating);
            }
        const rated = new Set(hidden.map(({ at }) => at));
        const liked = hidden.filter(({ rating }) => rating >= relevantFrom).map(({ at }) => at);
        const unrated = [...places.keys()].filter((at) => !rated.has(at));
        if (liked.length === 0 || unrated.length === 0)
            return;
        aucs.users.push(user);
        aucs.content.push(aucOf(scores, liked, unrated));
        aucs.genrePopularity.push(aucOf(byGenre, liked, unrated));
    });
    if (aucs.users.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${train.name}: nobody liked one of the movies held out`);
    return {
        encoder,
        errors: explicit ? errors : null,
        aucs: {
            users: Uint32Array.from(aucs.users),
            content: Float64Array.from(aucs.content),
            genrePopularity: Float64Array.from(aucs.genrePopularity),
        },
    };
}
/** Mean number of training ratings of the films of a genre, mean over a film's genres; for a film without genres that of all films. */
function genrePopularity(train, places) {
    const { rowStart } = (0, data_1.ratingsByItem)(train);
    const genres = (0, recommend_1.genresByItem)(train);
    const ratings = new Map();
    const films = new Map();
    let rated = 0;
    for (let item = 0; item < genres.length; item++) {
        const count = rowStart[item + 1] - rowStart[item];
        if (count === 0)
            continue;
        rated++;
        for (const genre of genres[item]) {
            ratings.set(genre, (ratings.get(genre) ?? 0) + count);
            films.set(genre, (films.get(genre) ?? 0) + 1);
        }
    }
    return Float64Array.from(places, ({ item }) => {
        const known = genres[item].filter((genre) => films.has(genre));
        if (known.length === 0)
            return train.items.length / rated;
        return known.reduce((sum, genre) => sum + ratings.get(genre) / films.get(genre), 0) / known.length;
    });
}
function noErrors(users) {
    return {
        users: Uint32Array.from(users, ({ user }) => user),
        count: new Float64Array(users.length),
        squaredError: new Float64Array(users.length),
    };
}
function add(errors, position, error) {
    errors.count[position]++;
    errors.squaredError[position] += error ** 2;
}
function rmseOf({ squaredError, count }) {
    return Math.sqrt(mean(squaredError) / mean(count));
}
/** The share of pairs (liked, unrated) in which the liked one scores higher, ties half. */
function aucOf(scores, liked, unrated) {
    const others = Float64Array.from(unrated, (at) => scores[at]).sort();
    const below = (value, orEqual) => {
        let low = 0;
        let high = others.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (others[middle] < value || (orEqual && others[middle] === value))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    };
    let sum = 0;
    for (const at of liked)
        sum += (below(scores[at], false) + below(scores[at], true)) / 2;
    return sum / (liked.length * others.length);
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
//# sourceMappingURL=new-movies.js.map
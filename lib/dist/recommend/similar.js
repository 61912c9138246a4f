"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Comparison = void 0;
exports.exactSearch = exactSearch;
exports.similarItems = similarItems;
exports.similarFilter = similarFilter;
exports.similarMovies = similarMovies;
const als_1 = require("../als");
const data_1 = require("../data");
const movie_filter_1 = require("./movie-filter");
const scoring_model_1 = require("./scoring-model");
const vectors_1 = require("./vectors");
/** Compares with every item: exact, O(values of the vectors). */
function exactSearch(vectors, metric = "cosine") {
    const comparison = new Comparison(vectors, metric);
    const every = Uint32Array.from({ length: vectors.items }, (_, item) => item);
    return {
        vectors,
        metric,
        nearest: (item, n, options) => comparison.best(item, every, n, options),
    };
}
/**
 * The n items nearest to `item` in a model's factor space, exactly. To ask more than once, keep
 * `exactSearch(factorVectors(model), metric)`. Throws what `SimilaritySearch.nearest` throws.
 */
function similarItems(model, item, n, options = {}) {
    return exactSearch((0, vectors_1.factorVectors)(model), options.metric).nearest(item, n, options).items;
}
/** How one item is compared with others; what the exact search and the LSH index share. */
class Comparison {
    vectors;
    metric;
    /** ‖q_i‖². */
    squares;
    /** The item asked for, as a dense vector; zeros in between. */
    query;
    constructor(vectors, metric) {
        this.vectors = vectors;
        this.metric = metric;
        const { rowStart, values, items, size } = vectors;
        this.squares = new Float64Array(items);
        for (let item = 0; item < items; item++)
            for (let p = rowStart[item]; p < rowStart[item + 1]; p++)
                this.squares[item] += values[p] * values[p];
        this.query = new Float64Array(size);
    }
    has(item) {
        return this.squares[item] > 0;
    }
    norm(item) {
        return Math.sqrt(this.squares[item]);
    }
    /** @throws WorkspaceError as `SimilaritySearch.nearest` */
    checkItem(item) {
        const { items, itemIds, what, whyNone } = this.vectors;
        if (!Number.isInteger(item) || item < 0 || item >= items)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `item ${item} is outside 0 … ${items - 1}`);
        if (!this.has(item))
            throw new data_1.WorkspaceError("ITEM_COLD", `movie ${itemIds[item]} has no ${what}: ${whyNone}`);
    }
    /** The best n among `candidates`, ascending dense indices. */
    best(item, candidates, n, { accept } = {}) {
        this.checkItem(item);
        this.spread(item, 1);
        const scores = new Float64Array(candidates.length).fill(-Infinity);
        let scored = 0;
        for (let at = 0; at < candidates.length; at++) {
            const other = candidates[at];
            if (other === item || !this.has(other) || (accept !== undefined && !accept(other)))
                continue;
            scores[at] = this.score(item, other);
            scored++;
        }
        const items = (0, als_1.selectTop)(scores, n).map(({ item: at, score }) => ({
            item: candidates[at],
            score,
            distance: this.metric === "cosine" ? 1 - score : this.distance(item, candidates[at]),
        }));
        this.spread(item, 0);
        return { items, scored };
    }
    score(item, other) {
        return this.metric === "cosine"
            ? this.dot(other) / (this.norm(item) * this.norm(other))
            : 1 / (1 + this.distance(item, other));
    }
    distance(item, other) {
        return Math.sqrt(Math.max(0, this.squares[item] + this.squares[other] - 2 * this.dot(other)));
    }
    /** Product of the query with an item's vector. */
    dot(other) {
        const { rowStart, columns, values } = this.vectors;
        const { query } = this;
        const from = rowStart[other];
        const to = rowStart[other + 1];
        let sum = 0;
        if (columns === null)
            for (let p = from; p < to; p++)
                sum += values[p] * query[p - from];
        else
            for (let p = from; p < to; p++)
                sum += values[p] * query[columns[p]];
        return sum;
    }
    spread(item, factor) {
        const { rowStart, columns, values } = this.vectors;
        const from = rowStart[item];
        for (let p = from; p < rowStart[item + 1]; p++)
            this.query[columns === null ? p - from : columns[p]] = factor * values[p];
    }
}
exports.Comparison = Comparison;
/** Turns conditions into the `accept` of a search, which speaks dense indices of `train`; popularity counts its ratings. */
function similarFilter(train, conditions) {
    const counts = (0, scoring_model_1.itemCounts)(train);
    const byId = new Map(Array.from(train.itemIds, (movieId, item) => [movieId, counts[item]]));
    const byMovie = (0, movie_filter_1.movieFilter)(train.movies, conditions, byId);
    return (item) => byMovie(train.itemIds[item]);
}
/**
 * The films most like one, by MovieLens id, with their titles.
 * @param train whose index space the search speaks
 * @throws WorkspaceError MOVIE_UNKNOWN when the data set does not have the film, ITEM_COLD when nobody has rated it or it has
 *   no vector, and why; OPTION_INVALID
 */
function similarMovies(search, train, movieId, n, conditions = {}) {
    const movie = train.movies.get(movieId);
    if (movie === undefined)
        throw new data_1.WorkspaceError("MOVIE_UNKNOWN", `${train.name} has no movie ${movieId}`, {
            mend: "Ask for a movie of this data set.",
        });
    const item = train.itemIndex.get(movieId);
    if (item === undefined)
        throw new data_1.WorkspaceError("ITEM_COLD", `movie ${movieId} (${movie.title}) has no ${search.vectors.what}: nobody has rated it`);
    const counts = (0, scoring_model_1.itemCounts)(train);
    return search.nearest(item, n, { accept: similarFilter(train, conditions) }).items.map((similar) => ({
        movieId: train.itemIds[similar.item],
        title: train.movies.get(train.itemIds[similar.item]).title,
        ratings: counts[similar.item],
        score: similar.score,
        distance: similar.distance,
    }));
}
//# sourceMappingURL=similar.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.factorVectors = factorVectors;
exports.denseVectors = denseVectors;
exports.ratingVectors = ratingVectors;
exports.contentVectors = contentVectors;
const data_1 = require("../data");
/** The item factors of a model: what the films' raters have in common. */
function factorVectors(model) {
    const { itemFactors, itemIds } = model.parts;
    return denseVectors(itemFactors, itemIds);
}
/**
 * Vectors of any source.
 * @param values row-major [items × size]
 * @throws WorkspaceError DATA_INVALID when the values do not divide evenly among the items
 */
function denseVectors(values, itemIds) {
    const items = itemIds.length;
    const size = values.length / items;
    if (!Number.isInteger(size) || size === 0)
        throw new data_1.WorkspaceError("DATA_INVALID", `${values.length} values are not one vector for each of ${items} items`);
    return {
        what: "factors",
        whyNone: "it has no training rating",
        items,
        size,
        columns: null,
        rowStart: Uint32Array.from({ length: items + 1 }, (_, item) => item * size),
        values,
        itemIds,
    };
}
/**
 * The ratings of each item, one column per user, with the user's mean taken off, so that their cosine is the adjusted
 * one. Source: Sarwar, Karypis, Konstan and Riedl 2001, "Item-based collaborative filtering", §3.1.3.
 */
function ratingVectors(train) {
    const users = train.userIds.length;
    const sums = new Float64Array(users);
    const counts = new Float64Array(users);
    train.users.forEach((user, r) => {
        sums[user] += train.ratings[r];
        counts[user]++;
    });
    const { rowStart, columns, values } = (0, data_1.ratingsByItem)(train);
    return {
        what: "ratings that differ from their users' means",
        whyNone: "it has no training rating, or none that tells anything",
        items: train.itemIds.length,
        size: users,
        columns,
        rowStart,
        values: values.map((stars, p) => stars - sums[columns[p]] / counts[columns[p]]),
        itemIds: train.itemIds,
    };
}
/**
 * Genres and tags of each item as TF-IDF: a tag given n times weighs 1 + ln n, a genre 1, each times
 * ln(items / items that have it). Tags are compared in lower case. Needs no rating, so a new film has neighbours too.
 * Source: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval".
 */
function contentVectors({ itemIds, movies, tags, }) {
    const counts = new Map();
    for (const { movieId, tag } of tags) {
        const own = counts.get(movieId) ?? new Map();
        counts.set(movieId, own);
        const term = `tag ${tag.trim().toLowerCase()}`;
        own.set(term, (own.get(term) ?? 0) + 1);
    }
    const rows = Array.from(itemIds, (movieId) => {
        const own = counts.get(movieId) ?? new Map();
        for (const genre of movies.get(movieId)?.genres ?? [])
            own.set(`genre ${genre}`, 1);
        return own;
    });
    const found = new Map();
    for (const row of rows)
        for (const term of row.keys())
            found.set(term, (found.get(term) ?? 0) + 1);
    const column = new Map([...found.keys()].sort().map((term, at) => [term, at]));
    const rowStart = new Uint32Array(rows.length + 1);
    const columns = [];
    const values = [];
    rows.forEach((row, item) => {
        const weights = [...row].map(([term, count]) => [
            column.get(term),
            (1 + Math.log(count)) * Math.log(rows.length / found.get(term)),
        ]);
        for (const [at, weight] of weights.sort((a, b) => a[0] - b[0])) {
            columns.push(at);
            values.push(weight);
        }
        rowStart[item + 1] = columns.length;
    });
    return {
        what: "genres or tags",
        whyNone: "none is published",
        items: itemIds.length,
        size: column.size,
        columns: Uint32Array.from(columns),
        rowStart,
        values: Float64Array.from(values),
        itemIds,
    };
}
//# sourceMappingURL=vectors.js.map
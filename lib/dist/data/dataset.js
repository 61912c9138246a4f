"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ratingsByUser = ratingsByUser;
exports.ratingsByItem = ratingsByItem;
exports.createDataset = createDataset;
exports.subset = subset;
exports.mergeRatings = mergeRatings;
exports.filterRatings = filterRatings;
const errors_1 = require("../errors");
const counting_1 = require("./counting");
/** Group by user, columns are items. Counting sort: O(ratings + users + items), no comparison. */
function ratingsByUser(dataset) {
    return groupBy(dataset.users, dataset.items, dataset.ratings, dataset.userIds.length, dataset.itemIds.length);
}
/** Group by item, columns are users. */
function ratingsByItem(dataset) {
    return groupBy(dataset.items, dataset.users, dataset.ratings, dataset.itemIds.length, dataset.userIds.length);
}
function groupBy(rowOf, columnOf, valueOf, rows, cols) {
    // Two stable passes, least significant key first, leave every row's columns ascending.
    const byColumn = (0, counting_1.countingOrder)(columnOf, cols);
    const rowStart = (0, counting_1.countingStarts)(rowOf, rows);
    const columns = (0, counting_1.sharedUint32)(rowOf.length);
    const values = (0, counting_1.sharedFloat32)(rowOf.length);
    const next = rowStart.slice();
    for (let k = 0; k < byColumn.length; k++) {
        const r = byColumn[k];
        const at = next[rowOf[r]]++;
        columns[at] = columnOf[r];
        values[at] = valueOf[r];
    }
    return { rowStart, columns, values, rows, cols };
}
/**
 * Builds the id maps and dense columns.
 * @param owned whether the id columns may be overwritten by the dense ones, which saves their memory
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
function createDataset(source, owned = false) {
    const length = source.userId.length;
    for (const column of ["movieId", "ratings", "timestamps"])
        if (source[column].length !== length)
            throw new errors_1.WorkspaceError("DATA_INVALID", `${source.name}: column ${column} has ${source[column].length} rows, userId has ${length}`);
    const user = denseIndex(source.userId, owned);
    const item = denseIndex(source.movieId, owned);
    return {
        name: source.name,
        users: user.column,
        items: item.column,
        ratings: source.ratings,
        timestamps: source.timestamps,
        userIds: user.ids,
        itemIds: item.ids,
        userIndex: user.index,
        itemIndex: item.index,
        movies: source.movies,
        tags: source.tags,
        demographics: source.demographics ?? new Map(),
        scale: source.scale,
        hash: source.hash,
    };
}
// MovieLens ids are small and dense enough for a lookup table; a stray huge id must not cost gigabytes.
const LARGEST_TABLE = 1 << 24;
function denseIndex(idColumn, owned) {
    let largest = 0;
    for (let r = 0; r < idColumn.length; r++)
        if (idColumn[r] > largest)
            largest = idColumn[r];
    const ids = largest < LARGEST_TABLE ? distinctByTable(idColumn, largest) : distinctBySet(idColumn);
    const index = new Map();
    ids.forEach((id, dense) => index.set(id, dense));
    const column = owned ? idColumn : new Uint32Array(idColumn.length);
    if (largest < LARGEST_TABLE) {
        const table = new Uint32Array(largest + 1);
        ids.forEach((id, dense) => (table[id] = dense));
        for (let r = 0; r < idColumn.length; r++)
            column[r] = table[idColumn[r]];
    }
    else
        for (let r = 0; r < idColumn.length; r++)
            column[r] = index.get(idColumn[r]);
    return { ids, index, column };
}
function distinctByTable(idColumn, largest) {
    const present = new Uint8Array(largest + 1);
    let distinct = 0;
    for (let r = 0; r < idColumn.length; r++) {
        distinct += 1 - present[idColumn[r]];
        present[idColumn[r]] = 1;
    }
    const ids = new Uint32Array(idColumn.length === 0 ? 0 : distinct);
    for (let id = 0, at = 0; at < ids.length; id++)
        if (present[id] === 1)
            ids[at++] = id;
    return ids;
}
const distinctBySet = (idColumn) => Uint32Array.from(new Set(idColumn)).sort();
/** The ratings at `rows` (row numbers of `dataset`), in the index space of the whole. */
function subset(dataset, rows) {
    const users = new Uint32Array(rows.length);
    const items = new Uint32Array(rows.length);
    const ratings = new Float32Array(rows.length);
    const timestamps = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) {
        const r = rows[k];
        users[k] = dataset.users[r];
        items[k] = dataset.items[r];
        ratings[k] = dataset.ratings[r];
        timestamps[k] = dataset.timestamps[r];
    }
    return { ...dataset, users, items, ratings, timestamps };
}
/**
 * All ratings of both, those of `first` first. Both must be parts of one whole, as a split makes them.
 * @throws WorkspaceError DATA_INVALID when the parts have different index spaces
 */
function mergeRatings(first, second) {
    if (!sameIds(first.userIds, second.userIds) || !sameIds(first.itemIds, second.itemIds))
        throw new errors_1.WorkspaceError("DATA_INVALID", `${first.name} and ${second.name} have different index spaces`, {
            mend: "Merge parts of one split, or load both from one source.",
        });
    const length = first.users.length + second.users.length;
    const join = (joined, head, tail) => {
        joined.set(head);
        joined.set(tail, head.length);
        return joined;
    };
    return {
        ...first,
        users: join(new Uint32Array(length), first.users, second.users),
        items: join(new Uint32Array(length), first.items, second.items),
        ratings: join(new Float32Array(length), first.ratings, second.ratings),
        timestamps: join(new Float64Array(length), first.timestamps, second.timestamps),
    };
}
const sameIds = (a, b) => a === b || (a.length === b.length && a.every((id, dense) => id === b[dense]));
/**
 * The ratings for which `keep` is true, in the index space of the whole: a user or item that loses all its
 * ratings stays known, and cold. The row object is reused between calls; copy what must outlive one.
 */
function filterRatings(dataset, keep) {
    const rows = new Uint32Array(dataset.users.length);
    const rating = { row: 0, user: 0, item: 0, userId: 0, movieId: 0, rating: 0, timestamp: 0 };
    let kept = 0;
    for (let r = 0; r < rows.length; r++) {
        rating.row = r;
        rating.user = dataset.users[r];
        rating.item = dataset.items[r];
        rating.userId = dataset.userIds[rating.user];
        rating.movieId = dataset.itemIds[rating.item];
        rating.rating = dataset.ratings[r];
        rating.timestamp = dataset.timestamps[r];
        if (keep(rating))
            rows[kept++] = r;
    }
    return subset(dataset, rows.subarray(0, kept));
}
//# sourceMappingURL=dataset.js.map
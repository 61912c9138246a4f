"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.viewBytes = void 0;
exports.ratingViews = ratingViews;
/** Bytes that one side's view takes in the arena. */
const viewBytes = (rows, ratings) => (rows + 1) * 4 + ratings * 8 + 192;
exports.viewBytes = viewBytes;
/**
 * The ratings by user and by item, in the arena, each row's columns ascending.
 *
 * Rows are numbered by their number of ratings, the most first: threads take the heaviest rows first, and the
 * factors that are read most lie together, which halves what a sweep waits for memory. Counting sorts alone:
 * scattering the data set by item, that by user and that by item again puts every row in order, wherever the data
 * set started.
 */
function ratingViews(dataset, arena) {
    const { users, items, ratings } = dataset;
    const user = numbering(users, dataset.userIds.length);
    const item = numbering(items, dataset.itemIds.length);
    const byUser = emptyView(arena, user, item.denseOf.length, ratings.length);
    const byItem = emptyView(arena, item, user.denseOf.length, ratings.length);
    const next = byItem.rowStart.slice();
    for (let r = 0; r < ratings.length; r++) {
        const at = next[item.rowOf[items[r]]]++;
        byItem.columns[at] = user.rowOf[users[r]];
        byItem.values[at] = ratings[r];
    }
    transpose(byItem, byUser);
    transpose(byUser, byItem);
    return { byUser, byItem };
}
/** Rows by descending number of ratings, equal ones by ascending dense index: a counting sort on the number. */
function numbering(column, rows) {
    const counts = new Uint32Array(rows);
    for (let r = 0; r < column.length; r++)
        counts[column[r]]++;
    const most = counts.reduce((largest, n) => Math.max(largest, n), 0);
    const starts = new Uint32Array(most + 2);
    for (let dense = 0; dense < rows; dense++)
        starts[most - counts[dense] + 1]++;
    for (let n = 1; n < starts.length; n++)
        starts[n] += starts[n - 1];
    const filled = starts[most];
    const denseOf = new Uint32Array(rows);
    const rowOf = new Uint32Array(rows);
    for (let dense = 0; dense < rows; dense++) {
        const row = starts[most - counts[dense]]++;
        denseOf[row] = dense;
        rowOf[dense] = row;
    }
    return { denseOf, rowOf, counts, filled };
}
function emptyView(arena, { denseOf, rowOf, counts, filled }, cols, ratings) {
    const rows = denseOf.length;
    const rowStart = arena.uint32(rows + 1);
    for (let row = 0; row < rows; row++)
        rowStart[row + 1] = rowStart[row] + counts[denseOf[row]];
    const columns = arena.uint32(ratings);
    return { rowStart, columns, values: arena.float32(ratings), rows, cols, denseOf, rowOf, filled };
}
/** Fills `target`, whose row starts are known, from the view of the other side. */
function transpose(source, target) {
    const next = target.rowStart.slice();
    for (let row = 0; row < source.rows; row++)
        for (let k = source.rowStart[row]; k < source.rowStart[row + 1]; k++) {
            const at = next[source.columns[k]]++;
            target.columns[at] = row;
            target.values[at] = source.values[k];
        }
}
//# sourceMappingURL=views.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.groupBytes = exports.blockColumns = exports.groupRows = void 0;
exports.groupsOf = groupsOf;
/** Bytes of the fixed side's factors that stay in a core's second-level cache while a group of rows reads them. */
const BLOCK_BYTES = 512 * 1024;
/** Bytes of factors that the caches and their page tables hold well enough without grouping. */
const CACHED_BYTES = 16 * 1024 * 1024;
/** Ratings a row must have in a block on average: below, walking through the blocks costs more than it saves. */
const RATINGS_A_BLOCK = 16;
/** Ratings of a group at least, and of all ratings the share that a group holds at most: so that threads end together. */
const LEAST_RATINGS = 250_000;
const LARGEST_SHARE = 8;
/** Bytes of a thread's scratch for a group's vectors. */
const VECTOR_BYTES = 4 * 1024 * 1024;
/** Rows of a group at most. */
const groupRows = (size) => Math.max(1, Math.floor(VECTOR_BYTES / (size * 12)));
exports.groupRows = groupRows;
/** Columns of a block for a fixed side of so many columns; 0 where rows go alone. */
const blockColumns = (columns, size) => columns * size * 4 > CACHED_BYTES ? Math.max(1, Math.floor(BLOCK_BYTES / (size * 4))) : 0;
exports.blockColumns = blockColumns;
/** Bytes that the groups of a side take at most. */
const groupBytes = (rows, ratings, size) => (Math.ceil((2 * ratings) / LEAST_RATINGS) + Math.ceil(rows / (0, exports.groupRows)(size)) + 3) * 4;
exports.groupBytes = groupBytes;
/**
 * Groups of the heaviest rows, each of about an eighth of the ratings that are left: fixed by the data and the rank,
 * never by the number of threads.
 */
function groupsOf(arena, { rowStart, filled, cols }, size, block) {
    const alone = { groups: 0, groupCount: 0, grouped: 0, block: 0 };
    if (block === 0)
        return alone;
    const most = (0, exports.groupRows)(size);
    const least = (RATINGS_A_BLOCK * cols) / block;
    const starts = [0];
    let row = 0;
    for (; row < filled && rowStart[row + 1] - rowStart[row] >= least; row++) {
        const from = starts[starts.length - 1];
        const share = Math.max(LEAST_RATINGS, (rowStart[filled] - rowStart[from]) / LARGEST_SHARE);
        if (row > from && (rowStart[row + 1] - rowStart[from] > share || row - from >= most))
            starts.push(row);
    }
    if (row === 0)
        return alone;
    starts.push(row);
    const area = arena.uint32(starts.length);
    area.set(starts);
    return { groups: area.byteOffset, groupCount: starts.length - 1, grouped: row, block };
}
//# sourceMappingURL=groups.js.map
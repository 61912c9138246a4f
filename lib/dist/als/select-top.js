"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.selectTop = selectTop;
exports.topUnseen = topUnseen;
exports.seenBy = seenBy;
const data_1 = require("../data");
/**
 * The n highest scores, best first, ties by ascending index, through a heap of at most n items:
 * O(items · log n) at worst. −Infinity is never chosen.
 *
 * @param scores one per item (dense index)
 * @param accept only items for which this is true are chosen
 * @returns fewer than n only where fewer remain
 * @throws WorkspaceError OPTION_INVALID when n is not a whole number of at least 0, PREDICTION_INVALID when a score is NaN
 */
function selectTop(scores, n, accept) {
    if (!Number.isInteger(n) || n < 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", `n is ${n}, not a whole number of at least 0`);
    const worse = (a, b) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
    // The worst of the chosen is heap[0]; the children of heap[k] are at 2k + 1 and 2k + 2.
    const heap = new Uint32Array(Math.min(n, scores.length));
    let size = 0;
    for (let item = 0; item < scores.length; item++) {
        if (Number.isNaN(scores[item]))
            throw new data_1.WorkspaceError("PREDICTION_INVALID", `the score of item ${item} is NaN`);
        if (scores[item] === -Infinity)
            continue;
        // Later items have higher indices, so they lose ties.
        if (size === heap.length && (size === 0 || scores[item] <= scores[heap[0]]))
            continue;
        if (accept !== undefined && !accept(item))
            continue;
        if (size < heap.length)
            siftUp(heap, size++, item, worse);
        else
            siftDown(heap, size, item, worse);
    }
    return Array.from(heap.subarray(0, size))
        .sort((a, b) => (worse(a, b) ? 1 : -1))
        .map((item) => ({ item, score: scores[item] }));
}
function siftUp(heap, at, item, worse) {
    while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!worse(item, heap[parent]))
            break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = item;
}
/** Puts `item` in the place of heap[0]. */
function siftDown(heap, size, item, worse) {
    let at = 0;
    for (;;) {
        let child = 2 * at + 1;
        if (child >= size)
            break;
        if (child + 1 < size && worse(heap[child + 1], heap[child]))
            child++;
        if (!worse(heap[child], item))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = item;
}
/**
 * The best n items that a user has not rated: the one place where seen items are removed.
 *
 * @param scores one per item (dense index); −Infinity is never chosen
 * @param seen dense item indices, ascending
 * @param accept further items to leave out: only those for which it is true remain
 * @returns best first, ties by ascending index; fewer than n only where fewer remain
 * @throws WorkspaceError as selectTop
 */
function topUnseen(scores, n, seen, accept) {
    return selectTop(scores, n, (item) => !isIn(seen, item) && (accept === undefined || accept(item)));
}
/** Dense item indices that a user has rated, ascending: a view into `byUser`, not a copy. */
function seenBy(byUser, user) {
    return byUser.columns.subarray(byUser.rowStart[user], byUser.rowStart[user + 1]);
}
function isIn(ascending, value) {
    let low = 0;
    let high = ascending.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (ascending[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ascending.length && ascending[low] === value;
}
//# sourceMappingURL=select-top.js.map
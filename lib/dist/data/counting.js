"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sharedFloat32 = exports.sharedUint32 = void 0;
exports.countingStarts = countingStarts;
exports.countingOrder = countingOrder;
/** Positions where each key's run starts once rows are grouped by key; the last entry is the number of rows. In shared memory. */
function countingStarts(keys, size) {
    const starts = (0, exports.sharedUint32)(size + 1);
    for (let r = 0; r < keys.length; r++)
        starts[keys[r] + 1]++;
    for (let k = 0; k < size; k++)
        starts[k + 1] += starts[k];
    return starts;
}
/** Row numbers grouped by key, ascending inside a key: a stable counting sort. */
function countingOrder(keys, size) {
    const next = countingStarts(keys, size).slice();
    const order = new Uint32Array(keys.length);
    for (let r = 0; r < keys.length; r++)
        order[next[keys[r]]++] = r;
    return order;
}
// Shared buffers, so that worker threads can read the views without a copy.
const sharedUint32 = (length) => new Uint32Array(new SharedArrayBuffer(length * 4));
exports.sharedUint32 = sharedUint32;
const sharedFloat32 = (length) => new Float32Array(new SharedArrayBuffer(length * 4));
exports.sharedFloat32 = sharedFloat32;
//# sourceMappingURL=counting.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.SEGMENTS = void 0;
exports.runTask = runTask;
const layout_1 = require("./layout");
const float64_1 = require("./float64");
/** Segments that a side is cut into for sums over its rows. */
exports.SEGMENTS = 32;
const MORE = -2;
/** Does one thread's share of a task; null where every row could be solved. */
function runTask(kernels, buffer, scratch, task) {
    switch (task.kind) {
        case "solve":
            for (;;) {
                const result = kernels.solveRows(task.job, scratch);
                if (result < 0 && result !== MORE)
                    return null;
                if (result < 0)
                    continue;
                const pivot = (0, float64_1.solveRowFloat64)(buffer, (0, layout_1.readJob)(buffer, task.job), result);
                if (pivot >= 0)
                    return { row: result, pivot };
            }
        case "measure":
            while (kernels.measureRows(task.job) === MORE)
                ;
            return null;
        case "top":
            while (kernels.topRows(task.job, task.top, scratch) === MORE)
                ;
            return null;
        case "gram":
        case "moments":
        case "norms":
        case "turn":
        case "scale":
            for (let segment = nextSegment(buffer, task); segment < exports.SEGMENTS; segment = nextSegment(buffer, task)) {
                const from = segmentStart(task.rows, segment);
                const to = segmentStart(task.rows, segment + 1);
                runSegment(kernels, buffer, scratch, task, segment, from, to);
            }
            return null;
    }
}
const segmentStart = (rows, segment) => Math.floor((rows * segment) / exports.SEGMENTS);
function nextSegment(buffer, { cursor, stop }) {
    if (Atomics.load(new Int32Array(buffer, stop, 1), 0) !== 0)
        return exports.SEGMENTS;
    return Atomics.add(new Int32Array(buffer, cursor, 1), 0, 1);
}
function runSegment(kernels, buffer, scratch, task, segment, from, to) {
    const { size } = task;
    switch (task.kind) {
        case "gram":
            kernels.gramOfRows(task.factors, task.weights, from, to, size, task.targets + segment * size * size * 8, scratch);
            break;
        case "moments":
            kernels.columnMoments(task.factors, task.weights, from, to, size, task.targets + segment * size * 8);
            break;
        case "norms":
            new Float64Array(buffer, task.targets)[segment] = kernels.weightedSquares(task.factors, task.scales, from, to, size);
            break;
        case "turn":
            kernels.turnRows(task.factors, from, to, size, task.axes, scratch);
            break;
        case "scale":
            kernels.scaleColumns(task.factors, from, to, size, task.scales);
            break;
    }
}
//# sourceMappingURL=tasks.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.lshCurve = lshCurve;
const node_perf_hooks_1 = require("node:perf_hooks");
const data_1 = require("../data");
const lsh_1 = require("./lsh");
const similar_1 = require("./similar");
/**
 * What an LSH index gives up and gains, setting by setting.
 * @param settings one index each
 * @param options.n neighbours, 10 by default; options.queries items asked for, drawn with `seed`, 200 by default
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY when no item has a vector and neighbours
 */
function lshCurve(vectors, settings, options = {}) {
    const { metric = "cosine", n = 10, queries = 200, seed = 1 } = options;
    const exact = (0, similar_1.exactSearch)(vectors, metric);
    const asked = askable(vectors, queries, seed);
    const answers = timed(exact, asked, n);
    const neighbours = answers.items.reduce((sum, items) => sum + items.length, 0);
    if (neighbours === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", "no item has a vector and a neighbour to find");
    return settings.map((setting) => {
        const start = node_perf_hooks_1.performance.now();
        const index = (0, lsh_1.lshIndex)(vectors, { ...setting, metric });
        const buildMs = node_perf_hooks_1.performance.now() - start;
        const found = timed(index, asked, n);
        let recall = 0;
        answers.items.forEach((items, at) => {
            const own = new Set(found.items[at]);
            recall += items.filter((item) => own.has(item)).length;
        });
        return {
            options: { ...setting, metric },
            recall: recall / neighbours,
            scoredShare: found.scored / asked.length / vectors.items,
            lshMs: found.ms,
            exactMs: answers.ms,
            buildMs,
        };
    });
}
function askable({ items, rowStart, values }, queries, seed) {
    const present = Uint32Array.from({ length: items }, (_, item) => item).filter((item) => values.subarray(rowStart[item], rowStart[item + 1]).some((value) => value !== 0));
    return (0, data_1.shuffle)(present, (0, data_1.seededRandom)(seed)).slice(0, queries);
}
function timed(search, asked, n) {
    const times = [];
    const items = [];
    let scored = 0;
    for (const item of asked) {
        const start = node_perf_hooks_1.performance.now();
        const nearest = search.nearest(item, n);
        times.push(node_perf_hooks_1.performance.now() - start);
        scored += nearest.scored;
        items.push(nearest.items.map((found) => found.item));
    }
    times.sort((a, b) => a - b);
    return { items, scored, ms: times[times.length >> 1] ?? 0 };
}
//# sourceMappingURL=lsh-curve.js.map
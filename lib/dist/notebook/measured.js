"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.withRange = withRange;
exports.withHalfWidth = withHalfWidth;
exports.accuracyTable = accuracyTable;
exports.costTable = costTable;
exports.beyondAccuracyTable = beyondAccuracyTable;
exports.dots = dots;
exports.curve = curve;
/** "0.240 (0.220 to 0.260)": the value and its interval; the value alone where there is none, a dash without a value. */
function withRange(estimate, digits = 3) {
    if (estimate === null)
        return "–";
    const { value, low, high } = estimate;
    return low === null || high === null
        ? value.toFixed(digits)
        : `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}
/** "0.240 ±0.020": the value and half the width of its interval, for tables of many columns. */
function withHalfWidth(estimate, digits = 3) {
    if (estimate === null)
        return "–";
    const { value, low, high } = estimate;
    const half = low === null || high === null ? "" : ` ±${((high - low) / 2).toFixed(digits)}`;
    return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)}${half}`;
}
/** The scoreboard as rows of a table, how right each model is: lists of k films, and errors in stars. */
function accuracyTable(board, k) {
    return board.map((row) => ({
        model: row.model,
        [`nDCG@${k}`]: withHalfWidth(row.ndcg),
        [`precision@${k}`]: withHalfWidth(row.precision),
        [`recall@${k}`]: withHalfWidth(row.recall),
        [`MAP@${k}`]: withHalfWidth(row.map),
        RMSE: withHalfWidth(row.rmse),
        MAE: withHalfWidth(row.mae),
    }));
}
/** The scoreboard as rows of a table, how wide the lists of k films reach and what each model costs. */
function costTable(board, k) {
    return board.map((row) => ({
        model: row.model,
        [`coverage@${k}`]: `${(row.coverage.value * 100).toFixed(1)} %`,
        "novelty, bits": withHalfWidth(row.novelty, 2),
        "seconds to train": row.trainSeconds,
        "µs to score": Math.round(row.scoreMicroseconds),
        megabytes: row.modelBytes / 1e6,
    }));
}
/** What lists are like beside being right; see `beyond-accuracy` of lib/evaluate for each figure. */
function beyondAccuracyTable(board) {
    return board.map((row) => ({
        model: row.model,
        diversity: withHalfWidth(row.diversity),
        "unlike the history": withHalfWidth(row.unexpectedness),
        serendipity: withHalfWidth(row.serendipity),
        Gini: withHalfWidth(row.gini),
        "users who know a film": withHalfWidth(row.popularity),
        "popularity lift": withHalfWidth(row.popularityLift, 2),
        "genres off, bits": withHalfWidth(row.miscalibration, 2),
    }));
}
/** A plotly trace: estimates with their intervals to the right, one line for each label. */
function dots(labels, estimates, { name, color } = {}) {
    return {
        type: "scatter",
        mode: "markers",
        name,
        y: labels,
        x: estimates.map(({ value }) => value),
        marker: { size: 11, color },
        cliponaxis: false,
        error_x: interval(estimates),
    };
}
/** A plotly trace: a line through estimates, with their intervals upwards. */
function curve(x, estimates, { name, color } = {}) {
    return {
        type: "scatter",
        mode: "lines+markers",
        name,
        x,
        y: estimates.map(({ value }) => value),
        line: { width: 2.5, color },
        marker: { size: 8, color },
        error_y: { ...interval(estimates), width: 3, thickness: 1 },
    };
}
function interval(estimates) {
    return {
        type: "data",
        symmetric: false,
        array: estimates.map(({ value, high }) => (high ?? value) - value),
        arrayminus: estimates.map(({ value, low }) => value - (low ?? value)),
    };
}
//# sourceMappingURL=measured.js.map
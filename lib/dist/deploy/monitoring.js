"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.parseMetrics = parseMetrics;
exports.servingReport = servingReport;
exports.histogramQuantile = histogramQuantile;
const data_1 = require("../data");
const metrics_1 = require("./metrics");
/**
 * Reads the Prometheus text exposition format (version 0.0.4), comments and timestamps left out.
 * @throws WorkspaceError METRIC_INVALID naming a line that is none
 */
function parseMetrics(text) {
    return text
        .split("\n")
        .map((line, index) => ({ line: line.trim(), number: index + 1 }))
        .filter(({ line }) => line !== "" && !line.startsWith("#"))
        .map(({ line, number }) => {
        const match = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+-?\d+)?$/.exec(line);
        const value = match ? numberOf(match[3]) : NaN;
        if (!match || Number.isNaN(value))
            throw new data_1.WorkspaceError("METRIC_INVALID", `line ${number} is no metric: ${line}`, {
                mend: "Give the text that the server answers at /metrics.",
            });
        const labels = {};
        for (const [, label, quoted] of (match[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
            labels[label] = quoted.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
        return { name: match[1], labels, value };
    });
}
/**
 * What happened on a server, from the text of its `/metrics`. Requests to /metrics and /health are left out:
 * they are the watcher's own.
 * @throws WorkspaceError METRIC_INVALID when the text is not that of this project's server
 */
function servingReport(metricsText) {
    const samples = parseMetrics(metricsText);
    const named = (name) => samples.filter((sample) => sample.name === name);
    const single = (name) => named(name)[0]?.value ?? null;
    const moviesServed = single(metrics_1.METRIC.moviesServed);
    if (moviesServed === null)
        throw new data_1.WorkspaceError("METRIC_INVALID", `the text has no ${metrics_1.METRIC.moviesServed}`, {
            mend: "Give the text that this project's server answers at /metrics.",
        });
    const ofPeople = ({ labels }) => !/^\/(?:metrics|health)\b/.test(labels.route);
    const counts = named(`${metrics_1.METRIC.latency}_count`).filter(ofPeople);
    const buckets = named(`${metrics_1.METRIC.latency}_bucket`).filter(ofPeople);
    const milliseconds = (quantile, among) => {
        const seconds = histogramQuantile(quantile, among);
        return seconds === null ? null : seconds * 1000;
    };
    const recommendations = sumBy(named(metrics_1.METRIC.recommendations), "step");
    const lists = total(Object.values(recommendations));
    const moviesKnown = single(metrics_1.METRIC.moviesKnown);
    return {
        requests: total(counts.map(({ value }) => value)),
        byStatus: sumBy(counts, "status"),
        p50: milliseconds(0.5, buckets),
        p95: milliseconds(0.95, buckets),
        routes: Object.entries(sumBy(counts, "route")).map(([route, requests]) => {
            const among = buckets.filter(({ labels }) => labels.route === route);
            return { route, requests, p50: milliseconds(0.5, among), p95: milliseconds(0.95, among) };
        }),
        recommendations,
        fallbackShare: lists === 0 ? null : (recommendations.popular ?? 0) / lists,
        foldIns: single(metrics_1.METRIC.foldIns) ?? 0,
        moviesServed,
        moviesKnown,
        catalogueCoverage: moviesKnown === null ? null : moviesServed / moviesKnown,
        modelVersion: named(metrics_1.METRIC.modelInfo)[0]?.labels.version ?? null,
        modelAgeSeconds: single(metrics_1.METRIC.modelAge),
    };
}
/**
 * A quantile from cumulative buckets, as Prometheus' `histogram_quantile` does it: linear inside the bucket that
 * holds it, the highest finite bound where that bucket is +Inf. Several series are added up first.
 * @param samples of `…_bucket`, label `le` the upper bound
 * @returns null when nothing was observed
 */
function histogramQuantile(quantile, samples) {
    const cumulative = new Map();
    for (const { labels, value } of samples) {
        const bound = numberOf(labels.le);
        cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
    }
    const bounds = [...cumulative.keys()].sort((a, b) => a - b);
    const observations = bounds.length > 0 ? cumulative.get(bounds[bounds.length - 1]) : 0;
    if (observations === 0)
        return null;
    const wanted = quantile * observations;
    const at = bounds.findIndex((bound) => cumulative.get(bound) >= wanted);
    const lower = at > 0 ? bounds[at - 1] : 0;
    if (bounds[at] === Infinity)
        return lower;
    const below = at > 0 ? cumulative.get(lower) : 0;
    return lower + ((bounds[at] - lower) * (wanted - below)) / (cumulative.get(bounds[at]) - below);
}
const numberOf = (text) => text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
const total = (values) => values.reduce((sum, value) => sum + value, 0);
function sumBy(samples, label) {
    const sums = {};
    for (const { labels, value } of samples)
        sums[labels[label]] = (sums[labels[label]] ?? 0) + value;
    return sums;
}
//# sourceMappingURL=monitoring.js.map
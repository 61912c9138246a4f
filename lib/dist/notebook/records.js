"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.showFinding = showFinding;
exports.findingBundle = findingBundle;
exports.recordMetric = recordMetric;
exports.metricBundle = metricBundle;
exports.recordProvenance = recordProvenance;
exports.provenanceBundle = provenanceBundle;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const data_1 = require("../data");
const kernel_1 = require("./kernel");
const text_1 = require("./text");
/** Shows a computed sentence after a table or chart, in Markdown. */
function showFinding(markdown) {
    (0, kernel_1.emit)(findingBundle(markdown));
}
function findingBundle(markdown) {
    const doubtful = /\b(?:NaN|undefined|Infinity)\b/.exec(markdown);
    if (doubtful)
        throw new data_1.WorkspaceError("METRIC_INVALID", `the finding says “${doubtful[0]}”: ${markdown}`);
    return {
        data: { "text/markdown": markdown, "text/plain": markdown },
        metadata: { movielens: { kind: "finding" } },
    };
}
/**
 * Records a number for tests and monitoring to read, and shows it in one line.
 * Throws METRIC_INVALID when it is not finite.
 */
function recordMetric(name, value, options = {}) {
    (0, kernel_1.emit)(metricBundle(name, value, options));
}
function metricBundle(name, value, { unit, description } = {}) {
    if (!Number.isFinite(value))
        throw new data_1.WorkspaceError("METRIC_INVALID", `metric “${name}” is ${value}`);
    const isShare = unit === "share";
    const shown = {
        value: isShare ? (0, text_1.formatNumber)(value * 100, 1) : (0, text_1.formatNumber)(value),
        unit: isShare ? "%" : unit,
    };
    const spans = [
        `<span class="name">${(0, text_1.escapeHtml)(name)}</span>`,
        `<strong class="value">${shown.value}</strong>`,
        ...(shown.unit ? [`<span class="unit">${(0, text_1.escapeHtml)(shown.unit)}</span>`] : []),
        ...(description ? [`<span class="description">${(0, text_1.escapeHtml)(description)}</span>`] : []),
    ];
    return {
        data: {
            "application/vnd.movielens.metric+json": {
                name,
                value,
                unit: unit ?? null,
                description: description ?? null,
            },
            "text/html": `<p class="movielens-metric">${spans.join(" ")}</p>`,
            "text/plain": `${name}: ${shown.value}${shown.unit ? ` ${shown.unit}` : ""}`,
        },
        metadata: { movielens: { kind: "metric" } },
    };
}
/** Records where a notebook's numbers come from: data, parameters, seed; versions are added. */
function recordProvenance(provenance) {
    (0, kernel_1.emit)(provenanceBundle(provenance));
}
function provenanceBundle(provenance) {
    const { dataName, dataHash, parameters, seed, ...extra } = provenance;
    const record = {
        dataName,
        dataHash,
        libraryVersion: libraryVersion(),
        nodeVersion: process.versions.node,
        parameters,
        seed,
        ...extra,
    };
    const lines = Object.entries(record).flatMap(([name, value]) => name === "parameters" ? Object.entries(parameters) : [[name, value]]);
    const text = lines.map(([name, value]) => [
        name,
        typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value),
    ]);
    const list = text.map(([name, value]) => `<dt>${(0, text_1.escapeHtml)(name)}</dt><dd>${(0, text_1.escapeHtml)(value)}</dd>`);
    return {
        data: {
            "application/vnd.movielens.provenance+json": record,
            "text/html": `<details class="movielens-provenance"><summary>Where these numbers come from</summary><dl>${list.join("")}</dl></details>`,
            "text/plain": text.map(([name, value]) => `${name}: ${value}`).join("\n"),
        },
        metadata: { movielens: { kind: "provenance" } },
    };
}
/** The version of @movielens/lib: package.json is two folders above the compiled file. */
function libraryVersion() {
    const manifest = JSON.parse((0, node_fs_1.readFileSync)((0, node_path_1.join)(__dirname, "..", "..", "package.json"), "utf8"));
    return manifest.version;
}
//# sourceMappingURL=records.js.map
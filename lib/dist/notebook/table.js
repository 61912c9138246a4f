"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.showTable = showTable;
exports.tableBundle = tableBundle;
const data_1 = require("../data");
const kernel_1 = require("./kernel");
const text_1 = require("./text");
const NONE = "–";
/** A percentage, or a number with half the width of its interval. */
const QUANTITY = /^[+−-]?\d[\d.,]* (?:%|±[\d.,]+)$/;
/**
 * Shows a danfojs DataFrame or rows (of a query) as a table that a screen reader can read. Numbers are
 * right-aligned with thousands separators, missing values a dash.
 *
 * Throws TABLE_INVALID for a column that the table lacks and for a number that is not finite.
 */
function showTable(table, options) {
    (0, kernel_1.emit)(tableBundle(table, options));
}
/** The output that `showTable` emits. */
function tableBundle(table, { caption, columns: chosen, maxRows = 20, digits }) {
    const { names, rows } = grid(table);
    const columns = chosen ?? names;
    const places = columns.map((name) => {
        const at = names.indexOf(name);
        if (at < 0)
            throw new data_1.WorkspaceError("TABLE_INVALID", `no column “${name}”; the table has ${names.join(", ")}`);
        return at;
    });
    const shown = rows.slice(0, maxRows);
    shown.forEach((row, r) => places.forEach((at, c) => requireFinite(row[at], columns[c], r)));
    const numeric = places.map((at) => shown.some((row) => isNumber(row[at])) && shown.every((row) => row[at] == null || isNumber(row[at])));
    const decimals = places.map((at, c) => {
        const asked = typeof digits === "object" ? digits[columns[c]] : digits;
        return numeric[c] ? decimalPlaces(shown.map((row) => row[at]).filter(isNumber), asked) : undefined;
    });
    const cells = shown.map((row) => places.map((at, c) => formatCell(row[at], numeric[c], columns[c], decimals[c])));
    // Percentages and intervals come as text; they align like the numbers that they are.
    const aligned = numeric.map((yes, c) => yes || (cells.length > 0 && cells.every((row) => row[c] === NONE || QUANTITY.test(row[c]))));
    const left = rows.length > shown.length;
    const note = `${(0, text_1.formatNumber)(shown.length)} of ${(0, text_1.formatNumber)(rows.length)} rows shown`;
    return {
        data: {
            "text/html": html(caption, columns, aligned, cells, left ? note : null),
            "text/plain": plain(caption, columns, aligned, cells, left ? note : null),
        },
        metadata: { movielens: { kind: "table", caption, rows: rows.length, shown: shown.length } },
    };
}
function grid(table) {
    if ("columns" in table)
        return { names: table.columns, rows: table.values };
    const names = [...new Set(table.flatMap((row) => Object.keys(row)))];
    return { names, rows: table.map((row) => names.map((name) => row[name])) };
}
const isNumber = (value) => typeof value === "number" || typeof value === "bigint";
function requireFinite(value, column, row) {
    if (typeof value === "number" && !Number.isFinite(value))
        throw new data_1.WorkspaceError("TABLE_INVALID", `column “${column}” row ${row + 1} is ${value}`, {
            mend: "Use null for a missing value.",
        });
}
/** One number of decimals for a column, so that the points align; none when all its numbers are whole. */
function decimalPlaces(values, asked) {
    if (values.every((value) => typeof value === "bigint" || Number.isInteger(value)))
        return 0;
    if (asked !== undefined)
        return asked;
    const largest = Math.max(...values.map((value) => Math.abs(Number(value))));
    return largest < 1e-4 ? undefined : Math.min(6, Math.max(1, 3 - Math.floor(Math.log10(largest))));
}
function formatCell(value, inNumericColumn, column, digits) {
    if (value === null || value === undefined)
        return NONE;
    if (isNumber(value)) {
        // A year or an id among words is a name, not a quantity.
        return inNumericColumn && !isLabel(column) ? (0, text_1.formatNumber)(value, digits) : String(value);
    }
    if (value instanceof Date)
        return value.toISOString().slice(0, 10);
    if (Array.isArray(value))
        return value.join(", ");
    return typeof value === "object" ? JSON.stringify(value) : String(value);
}
/** Numbers that name things are written without thousands separators: a year, an id. */
const isLabel = (column) => /(^|[^a-z])(year|id)$|Id$|Year$/i.test(column);
function html(caption, columns, aligned, cells, note) {
    const align = aligned.map((yes) => yes
        ? ' class="number" style="text-align:right;font-variant-numeric:tabular-nums"'
        : ' style="text-align:left"');
    const head = columns.map((name, c) => `<th scope="col"${align[c]}>${(0, text_1.escapeHtml)(name)}</th>`).join("");
    const body = cells
        .map((row) => `<tr>${row.map((cell, c) => `<td${align[c]}>${(0, text_1.escapeHtml)(cell)}</td>`).join("")}</tr>`)
        .join("\n");
    return `<div class="movielens-table" style="overflow-x:auto"><table>
<caption style="text-align:left">${(0, text_1.escapeHtml)(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table>${note === null ? "" : `\n<p class="movielens-table-note">${note}</p>`}</div>`;
}
function plain(caption, columns, aligned, cells, note) {
    const lines = [columns, ...cells];
    const widths = columns.map((_, c) => Math.max(...lines.map((line) => line[c].length)));
    const text = lines.map((line) => line
        .map((cell, c) => (aligned[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
        .join("  ")
        .trimEnd());
    return [caption, ...text, ...(note === null ? [] : [note])].join("\n");
}
//# sourceMappingURL=table.js.map
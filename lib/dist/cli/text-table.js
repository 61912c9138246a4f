"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.textTable = textTable;
/** Lines of a table for a terminal: `right` holds the columns whose cells are right-aligned. */
function textTable(head, rows, right) {
    const all = [[...head], ...rows];
    const widths = head.map((_, c) => all.reduce((width, row) => Math.max(width, row[c].length), 0));
    return all.map((row) => row
        .map((cell, c) => (right.has(c) ? cell.padStart(widths[c]) : cell.padEnd(widths[c])))
        .join("  ")
        .trimEnd());
}
//# sourceMappingURL=text-table.js.map
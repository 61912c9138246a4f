"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.decodeLine = void 0;
exports.printable = printable;
exports.headerMismatch = headerMismatch;
exports.readTextRows = readTextRows;
const node_buffer_1 = require("node:buffer");
const sync_1 = require("csv-parse/sync");
const errors_1 = require("../errors");
const published_1 = require("./published");
/** A line's bytes as text. */
const decodeLine = (bytes, encoding) => Buffer.from(bytes).toString(encoding);
exports.decodeLine = decodeLine;
/** A line's bytes as text that can be printed and traced back: where they are not UTF-8, bytes above 127 become \\xNN. */
function printable(bytes, encoding) {
    if (encoding === "latin1" || (0, node_buffer_1.isUtf8)(bytes))
        return (0, exports.decodeLine)(bytes, encoding);
    return Array.from(bytes, (byte) => byte < 128 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
function headerMismatch(file, found, expected) {
    return new errors_1.WorkspaceError("DATA_INVALID", `${file} line 1: header is ${JSON.stringify(found.slice(0, 80))}, expected "${expected}"`, { mend: "Give the file as published; columns are neither renamed nor reordered here." });
}
/**
 * Calls `onRow` with the fields of every line that has the right encoding and number of columns; the others are
 * recorded as rejected. Lines are checked for UTF-8 one by one where a block is not, so that the bad one can be named.
 * No published layout has a line feed inside quotes, so a line is a row.
 * @throws WorkspaceError DATA_INVALID when the header is not `form.header`
 */
async function readTextRows(file, form, ledger, reading, onBytes, onRow) {
    let line = 0;
    const row = (text) => {
        if (line === 1 && form.header !== undefined) {
            if (text !== form.header)
                throw headerMismatch(file.name, text, form.header);
            return;
        }
        const fields = form.quotes && text.includes('"') ? quotedFields(text) : text.split(form.separator);
        if (fields === null)
            ledger.record("bad-quotes", { file: file.name, line, reason: "quotes are not balanced", text });
        else if (fields.length !== form.columns)
            ledger.record("column-count", {
                file: file.name,
                line,
                reason: `${fields.length} columns, expected ${form.columns}`,
                text,
            });
        else
            onRow(fields, line, text);
    };
    for await (const block of (0, published_1.wholeLines)(file, reading, onBytes)) {
        if (form.encoding === "latin1" || (0, node_buffer_1.isUtf8)(block)) {
            const lines = block.toString(form.encoding).split("\n");
            for (let k = 0; k < lines.length - 1; k++) {
                line++;
                row(lines[k].endsWith("\r") ? lines[k].slice(0, -1) : lines[k]);
            }
            continue;
        }
        for (let at = 0; at < block.length;) {
            line++;
            const next = block.indexOf(10, at) + 1;
            const bytes = (0, published_1.withoutLineEnd)(block.subarray(at, next));
            at = next;
            if ((0, node_buffer_1.isUtf8)(bytes))
                row(bytes.toString("utf8"));
            else
                ledger.record("bad-utf8", {
                    file: file.name,
                    line,
                    reason: "bytes that are not UTF-8",
                    text: printable(bytes, form.encoding),
                });
        }
    }
    if (line === 0 && form.header !== undefined)
        throw headerMismatch(file.name, "", form.header);
    ledger.rows(file.name, line - (form.header === undefined ? 0 : 1));
}
function quotedFields(text) {
    try {
        return (0, sync_1.parse)(text, { relax_column_count: true })[0] ?? [];
    }
    catch {
        return null;
    }
}
//# sourceMappingURL=text.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.escapeHtml = escapeHtml;
exports.formatNumber = formatNumber;
/** Text as HTML, safe in content and in attributes. */
function escapeHtml(text) {
    return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
/**
 * A number as a reader wants it: whole numbers in full with thousands separators, others with `digits`
 * decimal places, or to four significant digits.
 */
function formatNumber(value, digits) {
    if (typeof value === "bigint")
        return value.toLocaleString("en-GB");
    if (digits !== undefined)
        return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    if (Number.isInteger(value))
        return value.toLocaleString("en-GB");
    if (Math.abs(value) < 1e-4)
        return value.toExponential(2);
    return value.toLocaleString("en-GB", {
        maximumSignificantDigits: Math.max(4, Math.trunc(Math.log10(Math.abs(value))) + 1),
    });
}
//# sourceMappingURL=text.js.map
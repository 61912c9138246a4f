"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ruleIds = exports.RULES = void 0;
/**
 * What a published file is held to. `reject` leaves the row out and quarantines it; `note` keeps the row and counts it.
 * A row is rejected by the first rule that it breaks, in the order of this table, so every rejected row is counted once.
 */
exports.RULES = {
    "bad-utf8": { severity: "reject", says: "bytes that are not UTF-8, in a layout published as UTF-8" },
    "bad-quotes": {
        severity: "reject",
        says: "quotes that CSV does not allow, or left open at the end of the line",
    },
    "column-count": { severity: "reject", says: "more or fewer columns than the layout has" },
    "not-a-number": {
        severity: "reject",
        says: "an id, rating or timestamp that is not a plain decimal number",
    },
    "rating-range": { severity: "reject", says: "rating outside the stars of the layout (0.5–5, or 1–5)" },
    "rating-grid": { severity: "reject", says: "rating between the steps of the layout (half or whole stars)" },
    "unknown-movie": { severity: "reject", says: "movie id that the movie table does not have" },
    "timestamp-before-1995": {
        severity: "reject",
        says: "timestamp before MovieLens existed (1995-01-01 UTC)",
    },
    "timestamp-future": { severity: "reject", says: "timestamp later than now" },
    "duplicate-rating": {
        severity: "reject",
        says: "second rating of a movie by the same user; the first is kept",
    },
    "duplicate-movie": { severity: "reject", says: "second row with the same movie id; the first is kept" },
    "duplicate-user": { severity: "reject", says: "second row with the same user id; the first is kept" },
    "unknown-demographics": {
        severity: "reject",
        says: "gender, age or occupation in the user table that the layout does not name",
    },
    "title-without-year": { severity: "note", says: "title that ends in no (year); its year is null" },
    "trailing-blanks": { severity: "note", says: "blanks at the end of a title or tag; left off" },
};
exports.ruleIds = Object.keys(exports.RULES);
//# sourceMappingURL=rules.js.map
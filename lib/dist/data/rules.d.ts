/**
 * What a published file is held to. `reject` leaves the row out and quarantines it; `note` keeps the row and counts it.
 * A row is rejected by the first rule that it breaks, in the order of this table, so every rejected row is counted once.
 */
export declare const RULES: {
    readonly "bad-utf8": {
        readonly severity: "reject";
        readonly says: "bytes that are not UTF-8, in a layout published as UTF-8";
    };
    readonly "bad-quotes": {
        readonly severity: "reject";
        readonly says: "quotes that CSV does not allow, or left open at the end of the line";
    };
    readonly "column-count": {
        readonly severity: "reject";
        readonly says: "more or fewer columns than the layout has";
    };
    readonly "not-a-number": {
        readonly severity: "reject";
        readonly says: "an id, rating or timestamp that is not a plain decimal number";
    };
    readonly "rating-range": {
        readonly severity: "reject";
        readonly says: "rating outside the stars of the layout (0.5–5, or 1–5)";
    };
    readonly "rating-grid": {
        readonly severity: "reject";
        readonly says: "rating between the steps of the layout (half or whole stars)";
    };
    readonly "unknown-movie": {
        readonly severity: "reject";
        readonly says: "movie id that the movie table does not have";
    };
    readonly "timestamp-before-1995": {
        readonly severity: "reject";
        readonly says: "timestamp before MovieLens existed (1995-01-01 UTC)";
    };
    readonly "timestamp-future": {
        readonly severity: "reject";
        readonly says: "timestamp later than now";
    };
    readonly "duplicate-rating": {
        readonly severity: "reject";
        readonly says: "second rating of a movie by the same user; the first is kept";
    };
    readonly "duplicate-movie": {
        readonly severity: "reject";
        readonly says: "second row with the same movie id; the first is kept";
    };
    readonly "duplicate-user": {
        readonly severity: "reject";
        readonly says: "second row with the same user id; the first is kept";
    };
    readonly "unknown-demographics": {
        readonly severity: "reject";
        readonly says: "gender, age or occupation in the user table that the layout does not name";
    };
    readonly "title-without-year": {
        readonly severity: "note";
        readonly says: "title that ends in no (year); its year is null";
    };
    readonly "trailing-blanks": {
        readonly severity: "note";
        readonly says: "blanks at the end of a title or tag; left off";
    };
};
export type RuleId = keyof typeof RULES;
/** `reject`: the row is left out. `note`: the row is kept, and counted here. */
export type Severity = "reject" | "note";
export declare const ruleIds: RuleId[];

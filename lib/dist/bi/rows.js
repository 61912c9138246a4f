"use strict";
/**
 * The answers' rows. What a column means, with its unit, stands once: in the comment of `sql/<name>.sql`, and in
 * `queries[name].columns`; a test holds the three together. Shares are 0–1, ids MovieLens ids, times UTC.
 * Type aliases, because an interface could not be passed where `Row` (any columns) is wanted, as tables do.
 */
Object.defineProperty(exports, "__esModule", { value: true });
//# sourceMappingURL=rows.js.map
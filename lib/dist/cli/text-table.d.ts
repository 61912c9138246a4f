/** Lines of a table for a terminal: `right` holds the columns whose cells are right-aligned. */
export declare function textTable(head: readonly string[], rows: readonly string[][], right: ReadonlySet<number>): string[];

/** What a column holds; `?` where it may be null. Integers are whole and safe in a JavaScript number. */
export type ColumnKind = "integer" | "number" | "text" | "integer?" | "number?" | "text?";
/** A column of an answer: `meaning` says what it counts, with its unit. */
export interface ColumnDescription {
    name: string;
    kind: ColumnKind;
    meaning: string;
}
/** A question's file: the comment at its top, taken apart, and the statement. */
export interface QueryFile {
    question: string;
    decision: string;
    columns: readonly ColumnDescription[];
    sql: string;
}
/** Where the SQL files are: beside the sources, since the compiler copies none. Found from `lib/dist` and from `lib` alike. */
export declare function sqlFolder(): string;
/** The names of the questions that have a file. */
export declare function queryFileNames(): string[];
/** @throws WorkspaceError QUERY_UNKNOWN without a file of that name, DATA_INVALID for a file whose comment is not as it should be */
export declare function readQueryFile(name: string): QueryFile;

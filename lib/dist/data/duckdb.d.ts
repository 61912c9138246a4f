import { type DuckDBConnection, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
/** A row of an answer: column name → plain JavaScript value (number, string, boolean, null, array). */
export type Row = Record<string, unknown>;
/**
 * Runs `work` on a fresh in-memory DuckDB and closes it whatever happens.
 */
export declare function withDuckdb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
/**
 * All rows of a query's answer. 64-bit integers become numbers (safe below 2^53: counts and ids here are).
 * `parameters` are bound to the statement's `$name`s: whole numbers as BIGINT, others as DOUBLE.
 */
export declare function queryRows(connection: DuckDBConnection, sql: string, parameters?: Readonly<Record<string, number>>): Promise<Row[]>;
/** A path as a SQL string literal. */
export declare const sqlString: (text: string) => string;
/** A column to append: any array of one value per row. Numbers meant for BIGINT are whole. */
export interface TypedColumn {
    type: DuckDBType;
    values: ArrayLike<DuckDBValue>;
}
/**
 * Appends rows given as columns to a table, in the table's order of columns; about 6 million rows a second.
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
export declare function appendColumns(connection: DuckDBConnection, table: string, columns: readonly TypedColumn[]): Promise<void>;

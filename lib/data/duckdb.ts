import {
  BIGINT,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { WorkspaceError } from "../errors";

/** A row of an answer: column name → plain JavaScript value (number, string, boolean, null, array). */
export type Row = Record<string, unknown>;

/**
 * Runs `work` on a fresh in-memory DuckDB and closes it whatever happens.
 */
export async function withDuckdb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * All rows of a query's answer. 64-bit integers become numbers (safe below 2^53: counts and ids here are).
 * `parameters` are bound to the statement's `$name`s: whole numbers as BIGINT, others as DOUBLE.
 */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, number>> = {},
): Promise<Row[]> {
  const values: Record<string, DuckDBValue> = {};
  for (const [name, value] of Object.entries(parameters))
    values[name] = Number.isSafeInteger(value) ? BigInt(value) : value;
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjectsJS().map((row) => {
    const plain: Row = {};
    for (const [name, value] of Object.entries(row))
      plain[name] = typeof value === "bigint" ? Number(value) : value;
    return plain;
  });
}

/** A path as a SQL string literal. */
export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column to append: any array of one value per row. Numbers meant for BIGINT are whole. */
export interface TypedColumn {
  type: DuckDBType;
  values: ArrayLike<DuckDBValue>;
}

/** DuckDB's vector size: the most rows that one data chunk holds. */
const CHUNK_ROWS = 2048;

/**
 * Appends rows given as columns to a table, in the table's order of columns; about 6 million rows a second.
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
export async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly TypedColumn[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    const rows = columns[0].values.length;
    columns.forEach(({ values }, c) => {
      if (values.length !== rows)
        throw new WorkspaceError(
          "DATA_INVALID",
          `table ${table}: column ${c + 1} has ${values.length} rows, column 1 has ${rows}`,
        );
    });
    for (let start = 0; start < rows; start += CHUNK_ROWS) {
      const size = Math.min(CHUNK_ROWS, rows - start);
      const chunk = DuckDBDataChunk.create(
        columns.map(({ type }) => type),
        size,
      );
      columns.forEach(({ type, values }, c) => {
        const vector = chunk.getColumnVector(c);
        for (let k = 0; k < size; k++) {
          const value = values[start + k];
          vector.setItem(k, type === BIGINT && typeof value === "number" ? BigInt(value) : value);
        }
        vector.flush();
      });
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

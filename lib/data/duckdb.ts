import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

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

/** All rows of a query's answer. 64-bit integers become numbers (safe below 2^53: counts and ids here are). */
export async function queryRows(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJS().map((row) => {
    const plain: Row = {};
    for (const [name, value] of Object.entries(row))
      plain[name] = typeof value === "bigint" ? Number(value) : value;
    return plain;
  });
}

/** A path as a SQL string literal. */
export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

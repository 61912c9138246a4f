import type { DuckDBConnection } from "@duckdb/node-api";
import { appendColumns, sqlString, type TypedColumn } from "./duckdb";

/** A column of a Parquet file: its name and type, and one value per row. */
export interface ParquetColumn extends TypedColumn {
  name: string;
}

/** Writes the columns, all of one length, to a Parquet file at `path`, rows in their order. */
export async function writeParquet(
  connection: DuckDBConnection,
  path: string,
  columns: readonly ParquetColumn[],
): Promise<void> {
  const definitions = columns.map(({ name, type }) => `"${name}" ${type.toString()}`).join(", ");
  await connection.run(`CREATE TABLE outgoing (${definitions})`);
  await appendColumns(connection, "outgoing", columns);
  await connection.run(`COPY outgoing TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd)`);
  await connection.run("DROP TABLE outgoing");
}

/** Reads numeric columns of a Parquet file into the typed arrays given for them, which must have the file's length. */
export async function readNumbers(
  connection: DuckDBConnection,
  path: string,
  columns: Record<string, Uint32Array | Float32Array | Float64Array>,
): Promise<void> {
  const selected = Object.keys(columns).map((name) => `"${name}"::DOUBLE`);
  const targets = Object.values(columns);
  const answer = await connection.stream(
    `SELECT ${selected.join(", ")} FROM read_parquet(${sqlString(path)})`,
  );
  let row = 0;
  for (
    let chunk = await answer.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await answer.fetchChunk()
  ) {
    const size = chunk.rowCount;
    for (let c = 0; c < targets.length; c++) {
      const vector = chunk.getColumnVector(c);
      const target = targets[c];
      for (let k = 0; k < size; k++) target[row + k] = vector.getItem(k) as number;
    }
    row += size;
  }
}

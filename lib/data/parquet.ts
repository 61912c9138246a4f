import {
  DOUBLE,
  DuckDBDataChunk,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  UINTEGER,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import { sqlString } from "./duckdb";

/** A column of a Parquet file: its name and kind, and the value of row `r`. Kind "seconds" is stored as a 64-bit integer. */
export interface ParquetColumn {
  name: string;
  kind: "id" | "stars" | "seconds" | "year" | "text" | "texts";
  value: (row: number) => number | string | string[] | null | undefined;
}

const TYPES: Record<ParquetColumn["kind"], DuckDBType> = {
  id: UINTEGER,
  stars: FLOAT,
  seconds: DOUBLE,
  year: INTEGER,
  text: VARCHAR,
  texts: LIST(VARCHAR),
};

const CHUNK_ROWS = 2048;

/** Writes rows 0 … rows − 1 of the columns to a Parquet file at `path`, in that order. */
export async function writeParquet(
  connection: DuckDBConnection,
  path: string,
  columns: readonly ParquetColumn[],
  rows: number,
): Promise<void> {
  const types = columns.map(({ kind }) => TYPES[kind]);
  const definitions = columns.map(({ name }, c) => `"${name}" ${types[c].toString()}`).join(", ");
  await connection.run(`CREATE OR REPLACE TEMP TABLE outgoing (${definitions})`);
  const appender = await connection.createAppender("outgoing", null, "temp");
  const chunk = DuckDBDataChunk.create(types);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const size = Math.min(CHUNK_ROWS, rows - start);
    chunk.reset();
    chunk.rowCount = size;
    columns.forEach(({ value }, c) => {
      const vector = chunk.getColumnVector(c);
      for (let k = 0; k < size; k++) {
        const cell = value(start + k) ?? null;
        vector.setItem(k, Array.isArray(cell) ? listValue(cell) : cell);
      }
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const selected = columns.map(({ name, kind }) => (kind === "seconds" ? `"${name}"::BIGINT AS "${name}"` : `"${name}"`));
  await connection.run(
    `COPY (SELECT ${selected.join(", ")} FROM outgoing) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
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
  const answer = await connection.stream(`SELECT ${selected.join(", ")} FROM read_parquet(${sqlString(path)})`);
  let row = 0;
  for (let chunk = await answer.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await answer.fetchChunk()) {
    const size = chunk.rowCount;
    for (let c = 0; c < targets.length; c++) {
      const vector = chunk.getColumnVector(c);
      const target = targets[c];
      for (let k = 0; k < size; k++) target[row + k] = vector.getItem(k) as number;
    }
    row += size;
  }
}

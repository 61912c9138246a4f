import type { DuckDBConnection } from "@duckdb/node-api";
import { type TypedColumn } from "./duckdb";
/** A column of a Parquet file: its name and type, and one value per row. */
export interface ParquetColumn extends TypedColumn {
    name: string;
}
/** Writes the columns, all of one length, to a Parquet file at `path`, rows in their order. */
export declare function writeParquet(connection: DuckDBConnection, path: string, columns: readonly ParquetColumn[]): Promise<void>;
/** Reads numeric columns of a Parquet file into the typed arrays given for them, which must have the file's length. */
export declare function readNumbers(connection: DuckDBConnection, path: string, columns: Record<string, Uint32Array | Float32Array | Float64Array>): Promise<void>;

import type { DuckDBConnection } from "@duckdb/node-api";
import { type Dataset } from "../data";
/**
 * A data set in an in-memory DuckDB, with the tables and views of `sql/warehouse/duckdb.sql`. All ids in it are
 * MovieLens ids, all times UTC.
 */
export interface Warehouse {
    /** Name and hash of the data set that it was loaded from. */
    readonly name: string;
    readonly hash: string;
    readonly connection: DuckDBConnection;
    /** Frees the memory; afterwards no query can run. */
    close(): void;
}
/** The genre of a film without genres, as published. */
export declare const NO_GENRE = "(no genres listed)";
/**
 * Loads ratings, movies and tags into a fresh warehouse: 20 bytes a rating, about 4 million ratings a second.
 * @param source a data set, or the folder or zip of one
 * @throws WorkspaceError DATA_INVALID for a data set without ratings, or with a rating of a film that it does not list
 */
export declare function openWarehouse(source: Dataset | string): Promise<Warehouse>;
/** Opens a warehouse for the length of `work` and closes it whatever happens. */
export declare function withWarehouse<T>(source: Dataset | string, work: (warehouse: Warehouse) => Promise<T>): Promise<T>;

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BIGINT, DuckDBInstance, FLOAT, INTEGER, LIST, VARCHAR, listValue } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { appendColumns, loadDataset, queryRows, WorkspaceError, type Dataset, type Row } from "../data";
import { sqlFolder } from "./sql-files";

/** What the catalogue's questions are asked of: an engine with the tables and views that they read. */
export interface SqlWarehouse {
  /** Name and hash of the data set that it holds. */
  readonly name: string;
  readonly hash: string;
  /** All rows of the answer to a question's statement, whose `$name`s are bound to `parameters`. */
  rows(sql: string, parameters: Readonly<Record<string, number>>): Promise<Row[]>;
}

/**
 * A data set in an in-memory DuckDB, with the tables and views of `sql/warehouse/duckdb.sql`. All ids in it are
 * MovieLens ids, all times UTC.
 */
export interface Warehouse extends SqlWarehouse {
  readonly connection: DuckDBConnection;
  /** Frees the memory; afterwards no query can run. */
  close(): void;
}

/** The genre of a film without genres, as published. */
export const NO_GENRE = "(no genres listed)";

/**
 * Loads ratings, movies and tags into a fresh warehouse: 20 bytes a rating, about 4 million ratings a second.
 * @param source a data set, or the folder or zip of one
 * @throws WorkspaceError DATA_INVALID for a data set without ratings, or with a rating of a film that it does not list
 */
export async function openWarehouse(source: Dataset | string): Promise<Warehouse> {
  const dataset = typeof source === "string" ? await loadDataset(source) : source;
  checkAskable(dataset);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(await readFile(join(sqlFolder(), "warehouse", "duckdb.sql"), "utf8"));
    await load(connection, dataset);
  } catch (error) {
    close();
    throw error;
  }
  return {
    name: dataset.name,
    hash: dataset.hash,
    connection,
    rows: (sql, parameters) => queryRows(connection, sql, parameters),
    close,
  };
}

/** Opens a warehouse for the length of `work` and closes it whatever happens. */
export async function withWarehouse<T>(
  source: Dataset | string,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const warehouse = await openWarehouse(source);
  try {
    return await work(warehouse);
  } finally {
    warehouse.close();
  }
}

/** @throws WorkspaceError DATA_INVALID for a data set without ratings, or with a rating of a film that it does not list */
export function checkAskable(dataset: Dataset): void {
  if (dataset.ratings.length === 0)
    throw new WorkspaceError("DATA_INVALID", `${dataset.name}: no ratings, so there is nothing to ask about`);
  for (const item of new Set(dataset.items)) {
    const movieId = dataset.itemIds[item];
    if (!dataset.movies.has(movieId))
      throw new WorkspaceError("DATA_INVALID", `${dataset.name}: movie ${movieId} is rated but not listed`);
  }
}

async function load(connection: DuckDBConnection, dataset: Dataset): Promise<void> {
  await appendColumns(connection, "rating_rows", [
    { type: INTEGER, values: dataset.users.map((user) => dataset.userIds[user]) },
    { type: INTEGER, values: dataset.items.map((item) => dataset.itemIds[item]) },
    { type: FLOAT, values: dataset.ratings },
    { type: BIGINT, values: dataset.timestamps },
  ]);
  const movies = [...dataset.movies.values()];
  await appendColumns(connection, "movies", [
    { type: INTEGER, values: movies.map((movie) => movie.movieId) },
    { type: VARCHAR, values: movies.map((movie) => movie.title) },
    { type: INTEGER, values: movies.map((movie) => movie.year) },
    { type: LIST(VARCHAR), values: movies.map((movie) => listValue(movie.genres)) },
  ]);
  const memberships = movies.flatMap(({ movieId, genres }) =>
    (genres.length > 0 ? genres : [NO_GENRE]).map((genre) => ({ movieId, genre })),
  );
  await appendColumns(connection, "movie_genres", [
    { type: INTEGER, values: memberships.map(({ movieId }) => movieId) },
    { type: VARCHAR, values: memberships.map(({ genre }) => genre) },
  ]);
  await appendColumns(connection, "tag_rows", [
    { type: INTEGER, values: dataset.tags.map(({ userId }) => userId) },
    { type: INTEGER, values: dataset.tags.map(({ movieId }) => movieId) },
    { type: VARCHAR, values: dataset.tags.map(({ tag }) => tag) },
    { type: BIGINT, values: dataset.tags.map(({ timestamp }) => timestamp) },
  ]);
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Catalogue, Row } from "../data";
import { sqlFolder } from "./sql-files";
import { NO_GENRE, type SqlWarehouse } from "./warehouse";

/**
 * What a warehouse needs of a session on Spark. The sessions of `lib/spark` are such; this folder does not know that
 * one, and whoever opens a warehouse brings the session.
 */
export interface SparkSqlSession<Table extends SparkSqlTable = SparkSqlTable> {
  sql(query: string, parameters?: Readonly<Record<string, number | bigint>>): { collect(): Promise<Row[]> };
  run(statement: string): Promise<unknown>;
  local(columns: Readonly<Record<string, Int32Array | BigInt64Array | string[]>>): Table;
  keep(table: Table): Promise<Table>;
}

export interface SparkSqlTable {
  createView(name: string): Promise<void>;
}

/** Stands for no year, since columns that are sent hold no null. */
const NO_YEAR = -1;

/**
 * A data set in a session of Spark, with the views of `sql/warehouse/spark.sql`: the same names as in DuckDB's, so
 * that the same files answer the same questions. It ends with the session.
 * @param catalogue lists every film that is rated
 * @param ratings name of a view of ratings: userId INT, movieId INT, rating FLOAT, timestamp BIGINT
 * @throws WorkspaceError what the session throws
 */
export async function openSparkWarehouse<Table extends SparkSqlTable>(
  session: SparkSqlSession<Table>,
  catalogue: Catalogue,
  ratings: string,
): Promise<SqlWarehouse> {
  const movies = [...catalogue.movies.values()];
  const send = async (name: string, columns: Parameters<typeof session.local>[0]): Promise<void> =>
    (await session.keep(session.local(columns))).createView(name);
  await send("movie_rows", {
    movieId: Int32Array.from(movies, ({ movieId }) => movieId),
    title: movies.map(({ title }) => title),
    year: Int32Array.from(movies, ({ year }) => year ?? NO_YEAR),
    genres: movies.map(({ genres }) => genres.join("|")),
  });
  const { tags } = catalogue;
  await send("tag_rows", {
    userId: Int32Array.from(tags, ({ userId }) => userId),
    movieId: Int32Array.from(tags, ({ movieId }) => movieId),
    tag: tags.map(({ tag }) => tag),
    timestamp: BigInt64Array.from(tags, ({ timestamp }) => BigInt(timestamp)),
  });
  const text = await readFile(join(sqlFolder(), "warehouse", "spark.sql"), "utf8");
  const words = { RATINGS: ratings, NO_YEAR: String(NO_YEAR), NO_GENRE: `'${NO_GENRE}'` };
  for (const statement of text.split(/;\n/).filter((part) => part.trim() !== ""))
    await session.run(statement.replace(/\{(\w+)\}/g, (_, word: keyof typeof words) => words[word]));
  return {
    name: catalogue.name,
    hash: catalogue.hash,
    rows: (sql, parameters) => session.sql(withColons(sql), exactly(parameters)).collect(),
  };
}

/** Spark marks a parameter by a colon; DuckDB, as whose the files are written, by a dollar. */
const withColons = (sql: string): string => sql.replace(/\$(?=[a-zA-Z])/g, ":");

/** Whole numbers as BIGINT, as DuckDB gets them: what is calculated from them has room. */
const exactly = (parameters: Readonly<Record<string, number>>): Record<string, number | bigint> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      Number.isSafeInteger(value) ? BigInt(value) : value,
    ]),
  );

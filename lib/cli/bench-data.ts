import { join } from "node:path";
import { FLOAT, UINTEGER } from "@duckdb/node-api";
import { appendColumns, sqlString, withDuckdb, type Dataset } from "../data";

/** What the synthetic ratings are written as. */
export const FORMATS = ["csv", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

/** Seconds since 1970 of the first synthetic rating, and a stride that spreads the others over the twenty years after it. */
const FIRST_TIME = 9.5e8;
const TIME_STRIDE = 48_271;
const TIME_SPAN = 6.3e8;

/** Writes the ratings into `folder` in the MovieLens layout: `ratings.csv`, `ratings.parquet`. */
export async function writeRatings(
  { users, items, ratings, userIds, itemIds }: Dataset,
  folder: string,
  formats: readonly Format[],
): Promise<void> {
  await withDuckdb(async (connection) => {
    await connection.run(
      "CREATE TABLE ratings (userId UINTEGER, movieId UINTEGER, rating FLOAT, timestamp UINTEGER)",
    );
    const column = (valueOf: (row: number) => number): Uint32Array =>
      Uint32Array.from({ length: ratings.length }, (_, row) => valueOf(row));
    await appendColumns(connection, "ratings", [
      { type: UINTEGER, values: column((row) => userIds[users[row]]) },
      { type: UINTEGER, values: column((row) => itemIds[items[row]]) },
      { type: FLOAT, values: ratings },
      { type: UINTEGER, values: column((row) => FIRST_TIME + ((row * TIME_STRIDE) % TIME_SPAN)) },
    ]);
    for (const format of formats)
      await connection.run(
        `COPY ratings TO ${sqlString(join(folder, `ratings.${format}`))} (${format === "csv" ? "FORMAT csv, HEADER true" : "FORMAT parquet, COMPRESSION zstd"})`,
      );
  });
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadRatings, loadRatingsFile, loadRatingsParquet, sqlString, withDuckdb } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, inFolder } from "./support";

/** Writes what a SELECT answers as ratings.parquet. */
const parquetOf = async (folder: string, select: string): Promise<string> => {
  const path = join(folder, "ratings.parquet");
  await withDuckdb((connection) => connection.run(`COPY (${select}) TO ${sqlString(path)} (FORMAT parquet)`));
  return path;
};

const rows = (values: string, columns = "userId, movieId, rating, timestamp"): string =>
  `SELECT * FROM (VALUES ${values}) AS t(${columns})`;
const THREE = "(7, 40, 3.5, 1000000000), (7, 2, 5, 1000000001), (3, 900001, 0.5, 1000000002)";

test("a Parquet file and a CSV file of the same ratings make the same data set", () =>
  inFolder(async (folder) => {
    const random = "hash(i)";
    const select = `SELECT i % 97 + 1 AS userId, i // 97 + 1 AS movieId, (${random} % 10 + 1) / 2.0 AS rating,
      1000000000 + i AS timestamp FROM range(5000) AS t(i)`;
    const path = await parquetOf(folder, select);
    const csv = join(folder, "same.csv");
    await withDuckdb((connection) => connection.run(`COPY (${select}) TO ${sqlString(csv)} (HEADER true)`));
    const [fromParquet, fromCsv] = [await loadRatingsParquet(path), await loadRatingsFile(csv, "csv")];
    assert.is(fromParquet.ratings.length, 5000);
    for (const column of ["users", "items", "ratings", "timestamps", "userIds", "itemIds"] as const)
      assert.equal(fromParquet[column], fromCsv[column], column);
  }));

test("columns are found by name, whatever their order and number types, and times may be of a timestamp type", () =>
  inFolder(async (folder) => {
    const path = await parquetOf(
      folder,
      "SELECT 'x' AS note, to_timestamp(1000000000) AS timestamp, 4::DECIMAL(3, 1) AS rating, 5::UTINYINT AS movieId, 9::BIGINT AS userId",
    );
    const { userIds, itemIds, ratings, timestamps } = await loadRatingsParquet(path);
    assert.equal([userIds[0], itemIds[0], ratings[0], timestamps[0]], [9, 5, 4, 1000000000]);
  }));

test("rows of a Parquet file are held to the rules of the csv layout, and name their row", () =>
  inFolder(async (folder) => {
    const bad = "(7, 41, 3.7, 1000000000), (NULL, 41, 3, 1000000000), (7, 42, 3, 5), (7, 2, 1, 1000000009)";
    const path = await parquetOf(folder, rows(`${THREE}, ${bad}`));
    const quarantine = join(folder, "bad.csv");
    const dataset = await loadRatingsParquet(path, { maxBadShare: 0.9, quarantine });
    assert.equal(Array.from(dataset.ratings), [3.5, 5, 0.5]);
    const rejected = readFileSync(quarantine, "utf8");
    for (const said of [
      /,4,rating-grid/,
      /,5,not-a-number/,
      /,6,timestamp-before-1995/,
      /,7,duplicate-rating/,
    ])
      assert.match(rejected, said);
    await errorOf("DATA_QUALITY", () => loadRatingsParquet(path));
  }));

test("with anyTime a rating is taken whenever it was given, from CSV and Parquet alike", () =>
  inFolder(async (folder) => {
    const early = rows("(1, 2, 3, 0), (1, 3, 4, 99999999999)");
    assert.equal(
      Array.from((await loadRatingsParquet(await parquetOf(folder, early), { anyTime: true })).timestamps),
      [0, 99999999999],
    );
    const csv = join(folder, "ratings.csv");
    writeFileSync(csv, "userId,movieId,rating,timestamp\n1,2,3,0\n1,3,4,99999999999\n");
    assert.is((await loadRatings(folder, { anyTime: true })).ratings.length, 2);
    await errorOf("DATA_QUALITY", () => loadRatings(folder));
  }));

test("what is not a Parquet file of ratings says why by its code", () =>
  inFolder(async (folder) => {
    await errorOf("DATA_MISSING", () => loadRatingsParquet(join(folder, "absent")));
    await errorOf("DATA_MISSING", () => loadRatings(join(folder, "absent")));
    await errorOf("DATA_LAYOUT_UNKNOWN", () => loadRatings(folder));
    const text = join(folder, "text.parquet");
    writeFileSync(text, "userId,movieId\n");
    await errorOf("DATA_INVALID", () => loadRatingsParquet(text));
    for (const select of [
      rows("(1, 2, 3)", "userId, movieId, rating"),
      rows("('a', 2, 3, 1000000000)"),
      `${rows(THREE)} LIMIT 0`,
    ])
      await errorOf("DATA_INVALID", async () => loadRatings(join(await parquetOf(folder, select), "..")));
  }));

test.run();

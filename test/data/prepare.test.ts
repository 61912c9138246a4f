import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  filterRatings,
  libraryVersion,
  loadDataset,
  loadPrepared,
  prepare,
  projectPath,
  queryRows,
  readDataset,
  splitBy,
  sqlString,
  withDuckdb,
  type PreparedManifest,
  type Protocol,
} from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf, fixture, inFolder, NOW } from "./support";

const protocol: Protocol = { name: "leave-last", n: 2 };
const small = (): Promise<Awaited<ReturnType<typeof loadDataset>>> =>
  loadDataset(projectPath("data", "ml-latest-small"));

test("what was prepared is read back the same: train, validation and test, movies, tags and index space", async () => {
  await inFolder(async (folder) => {
    const dataset = await small();
    const target = join(folder, "ml-latest-small");
    const { manifest } = await prepare(dataset, { protocol, folder: target });
    const prepared = await loadPrepared(target);
    const { train: rest, test: held } = splitBy(dataset, protocol);
    const { train, test: validation } = splitBy(rest, protocol);
    assert.equal(prepared.train, train);
    assert.equal(prepared.validation, validation);
    assert.equal(prepared.test, held);
    assert.equal(prepared.manifest, manifest);
  });
});

test("missing years, links, tags and demographics survive the way through Parquet", async () => {
  await inFolder(async (folder) => {
    for (const layout of ["csv", "1m", "100k"]) {
      const { dataset } = await readDataset(fixture(layout), { now: NOW });
      await prepare(dataset, {
        protocol: { name: "random", testShare: 0.4, seed: 1 },
        folder: join(folder, layout),
      });
      const { train } = await loadPrepared(join(folder, layout));
      assert.equal(train.movies, dataset.movies);
      assert.equal(train.tags, dataset.tags);
      // The table has users of the index space only.
      const known = [...dataset.demographics].filter(([id]) => dataset.userIndex.has(id));
      assert.equal([...train.demographics], known);
      assert.is(known.length > 0, layout !== "csv");
    }
  });
});

test("the manifest states hashes, protocol, cleaning, library version, and rows, bytes and SHA-256 of every file", async () => {
  await inFolder(async (folder) => {
    const dataset = await small();
    const target = join(folder, "out");
    const cleaned = filterRatings(dataset, ({ movieId }) => movieId % 2 === 1);
    const cleaning = ["movies with an even id left out"];
    const { manifest } = await prepare(cleaned, { protocol, cleaning, folder: target });
    assert.equal(manifest, JSON.parse(readFileSync(join(target, "manifest.json"), "utf8")));
    assert.is(manifest.dataHash, dataset.hash);
    assert.equal(manifest.protocol, protocol);
    assert.equal(manifest.cleaning, cleaning);
    assert.is(manifest.libraryVersion, libraryVersion());
    assert.equal([...Object.keys(manifest.files), "manifest.json"].sort(), readdirSync(target).sort());
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      assert.is(statSync(join(target, name)).size, bytes);
      assert.is(
        createHash("sha256")
          .update(readFileSync(join(target, name)))
          .digest("hex"),
        sha256,
      );
    }
    const rows = (name: string): number => manifest.files[`${name}.parquet`].rows;
    assert.is(rows("train") + rows("validation") + rows("test"), cleaned.users.length);
    assert.is(rows("items"), 9_724);
    assert.is(rows("movies"), 9_742);
  });
});

test("the Parquet files carry dense indices and MovieLens ids that agree, for SQL to read", async () => {
  await inFolder(async (folder) => {
    const dataset = await small();
    const { folder: target } = await prepare(dataset, { protocol, folder: join(folder, "out") });
    const file = (name: string): string => `read_parquet(${sqlString(join(target, `${name}.parquet`))})`;
    const rows = await withDuckdb((connection) =>
      queryRows(
        connection,
        `SELECT count(*) AS ratings, count(DISTINCT r.userId) AS users, max(m.title) FILTER (r.movieId = 1) AS title,
                bool_and(u.userId = r.userId AND i.movieId = r.movieId) AS agree, typeof(any_value(r.timestamp)) AS kind
         FROM ${file("train")} r JOIN ${file("users")} u USING ("user") JOIN ${file("items")} i USING (item)
         JOIN ${file("movies")} m ON m.movieId = r.movieId`,
      ),
    );
    assert.equal(rows, [
      { ratings: 100_836 - 4 * 610, users: 610, title: "Toy Story (1995)", agree: true, kind: "BIGINT" },
    ]);
  });
});

test("preparing the same again writes nothing; other data, protocol, seed or cleaning writes anew", async () => {
  await inFolder(async (folder) => {
    const { dataset } = await readDataset(fixture("csv"), { now: NOW });
    const target = join(folder, "out");
    const run = (seed: number, cleaning: string[] = [], data = dataset): Promise<boolean> =>
      prepare(data, { protocol: { name: "random", testShare: 0.4, seed }, cleaning, folder: target }).then(
        ({ written }) => written,
      );
    assert.is(await run(1), true);
    const before = statSync(join(target, "train.parquet")).mtimeMs;
    assert.is(await run(1), false);
    assert.is(statSync(join(target, "train.parquet")).mtimeMs, before);
    assert.is(await run(2), true);
    assert.is(await run(2, ["something"]), true);
    assert.is(
      await run(
        2,
        ["something"],
        filterRatings(dataset, ({ row }) => row > 0),
      ),
      true,
    );
    assert.is(await run(2, ["something"], { ...dataset, ratings: dataset.ratings.map(() => 3) }), true);
    assert.is(await run(2, ["something"]), true);
    assert.is(await run(2, ["something"]), false);
    assert.equal(readdirSync(folder), ["out"]);
  });
});

test("a damaged or unreadable prepared folder is refused when read and mended when prepared again", async () => {
  await inFolder(async (folder) => {
    const { dataset } = await readDataset(fixture("csv"), { now: NOW });
    const target = join(folder, "out");
    const options = { protocol: { name: "random", testShare: 0.4, seed: 1 } as const, folder: target };
    const manifestPath = join(target, "manifest.json");
    await prepare(dataset, options);
    const manifestText = readFileSync(manifestPath, "utf8");

    const bytes = readFileSync(join(target, "test.parquet"));
    bytes[8] ^= 1;
    writeFileSync(join(target, "test.parquet"), bytes);
    const altered = await errorOf("DATA_INVALID", () => loadPrepared(target));
    assert.match(altered.message, "test.parquet is missing or does not match");
    assert.is((await prepare(dataset, options)).written, true);

    writeFileSync(manifestPath, manifestText.slice(0, 50));
    await errorOf("DATA_INVALID", () => loadPrepared(target));
    assert.is((await prepare(dataset, options)).written, true);

    const foreign: PreparedManifest = { ...(JSON.parse(manifestText) as PreparedManifest), schema: 99 };
    writeFileSync(manifestPath, JSON.stringify(foreign));
    const error = await errorOf("DATA_INVALID", () => loadPrepared(target));
    assert.match(error.message, "schema 99");
    assert.is((await prepare(dataset, options)).written, true);
    assert.is((await loadPrepared(target)).test.users.length, 2);
  });
});

test("reading where nothing was prepared is a typed error that says what to do", async () => {
  await inFolder(async (folder) => {
    const error = await errorOf("DATA_MISSING", () => loadPrepared(folder));
    assert.match(error.mend, "notebook 03");
  });
});

test("a split that does not suit the data leaves no folder behind, and none half written", async () => {
  await inFolder(async (folder) => {
    const { dataset } = await readDataset(fixture("csv"), { now: NOW });
    const target = join(folder, "out");
    await errorOf("SPLIT_INVALID", () =>
      prepare(dataset, { protocol: { name: "random", testShare: 2, seed: 1 }, folder: target }),
    );
    assert.not.ok(existsSync(target));
    assert.equal(readdirSync(folder), []);
  });
});

test.run();

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  BIGINT,
  FLOAT,
  INTEGER,
  LIST,
  listValue,
  UINTEGER,
  VARCHAR,
  type DuckDBConnection,
} from "@duckdb/node-api";
import { WorkspaceError } from "../errors";
import { fileDigest } from "./checksum";
import type { Dataset, Demographics, Movie, RatingScale, Tag } from "./dataset";
import { queryRows, sqlString, withDuckdb } from "./duckdb";
import { readNumbers, writeParquet, type ParquetColumn } from "./parquet";
import { projectPath } from "./paths";
import { nextProtocol, splitBy, type Protocol } from "./split";
import { libraryVersion } from "./version";

/** What a prepared folder holds and how it was made; lies in it as manifest.json. */
export interface PreparedManifest {
  schema: number;
  name: string;
  /** The data set's hash: the published files that everything came from. */
  dataHash: string;
  /** SHA-256 over the ratings that were split, after any cleaning. */
  ratingsHash: string;
  /** Cleaning decisions taken before the split, in words. */
  cleaning: string[];
  /** The protocol and its parameters, seed included; applied to all ratings for test, then to the rest for validation. */
  protocol: Protocol;
  scale: RatingScale;
  libraryVersion: string;
  /** Of every file: rows, bytes and SHA-256. */
  files: Record<string, { rows: number; bytes: number; sha256: string }>;
}

export interface PrepareOptions {
  protocol: Protocol;
  /** Cleaning decisions already applied to the data set, in words, for the manifest. */
  cleaning?: string[];
  /** `data/interim/<name of the data set>` by default. */
  folder?: string;
}

/** Train, validation and test in one index space, read back. */
export interface Prepared {
  train: Dataset;
  validation: Dataset;
  test: Dataset;
  manifest: PreparedManifest;
}

const SCHEMA = 2;
const MANIFEST = "manifest.json";
const PARTS = ["train", "validation", "test"] as const;

/**
 * Splits a data set, cleaned or whole, and writes it as Parquet with a manifest: train, validation and test (user and
 * item as dense indices, userId and movieId as MovieLens ids, rating in stars, timestamp in seconds), users and items
 * (the index space, cold ones included; users with their demographics), movies and tags. The folder appears in one piece or not at all; nothing is
 * written when it already holds exactly this.
 * @returns the folder, its manifest, and whether it was written now
 * @throws WorkspaceError SPLIT_INVALID when the protocol does not suit the data
 */
export async function prepare(
  dataset: Dataset,
  options: PrepareOptions,
): Promise<{ folder: string; manifest: PreparedManifest; written: boolean }> {
  const folder = resolve(options.folder ?? projectPath("data", "interim", dataset.name));
  const wanted: Omit<PreparedManifest, "files"> = {
    schema: SCHEMA,
    name: dataset.name,
    dataHash: dataset.hash,
    ratingsHash: hashOfRatings(dataset),
    cleaning: options.cleaning ?? [],
    protocol: options.protocol,
    scale: dataset.scale,
    libraryVersion: libraryVersion(),
  };
  const present = await intactManifest(folder, wanted);
  if (present) return { folder, manifest: present, written: false };

  const { train: rest, test } = splitBy(dataset, options.protocol);
  const { train, test: validation } = splitBy(rest, nextProtocol(options.protocol));
  const part = `${folder}.part-${process.pid}`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  try {
    const manifest: PreparedManifest = { ...wanted, files: {} };
    await withDuckdb(async (connection) => {
      for (const [name, columns] of tables(dataset, { train, validation, test })) {
        const path = join(part, name);
        await writeParquet(connection, path, columns);
        const rows = columns[0].values.length;
        manifest.files[name] = {
          rows,
          bytes: (await stat(path)).size,
          sha256: await fileDigest(path, "sha256"),
        };
      }
    });
    await writeFile(join(part, MANIFEST), JSON.stringify(manifest, null, 2) + "\n");
    await replaceFolder(part, folder);
    return { folder, manifest, written: true };
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/**
 * Reads what `prepare` wrote, after checking every file's SHA-256 against the manifest.
 * @throws WorkspaceError DATA_MISSING when there is no prepared folder, DATA_INVALID when a file is missing or altered,
 *   or the manifest is of another schema
 */
export async function loadPrepared(folder: string): Promise<Prepared> {
  const full = resolve(folder);
  const manifest = await readManifest(full);
  if (!manifest)
    throw new WorkspaceError("DATA_MISSING", `no prepared data at ${full}`, {
      mend: "Run notebook 03 (data preparation), or call `prepare`.",
    });
  if (manifest.schema !== SCHEMA || !manifest.files)
    throw invalid(`${join(full, MANIFEST)} has schema ${manifest.schema}, this library reads ${SCHEMA}`);
  const altered = await alteredFile(full, manifest);
  if (altered) throw invalid(`${join(full, altered)} is missing or does not match its manifest`);

  return withDuckdb(async (connection) => {
    const file = (name: string): string => join(full, `${name}.parquet`);
    const rowsOf = (name: string): number => manifest.files[`${name}.parquet`].rows;
    const userIds = new Uint32Array(rowsOf("users"));
    const itemIds = new Uint32Array(rowsOf("items"));
    await readNumbers(connection, file("users"), { userId: userIds });
    await readNumbers(connection, file("items"), { movieId: itemIds });
    const shared = {
      name: manifest.name,
      userIds,
      itemIds,
      userIndex: indexOf(userIds),
      itemIndex: indexOf(itemIds),
      movies: await readMovies(connection, file("movies")),
      tags: (await queryRows(
        connection,
        `SELECT userId, movieId, tag, timestamp FROM read_parquet(${sqlString(file("tags"))})`,
      )) as unknown as Tag[],
      demographics: await readDemographics(connection, file("users")),
      scale: manifest.scale,
      hash: manifest.dataHash,
    };
    const ratingsOf = async (name: string): Promise<Dataset> => {
      const users = new Uint32Array(rowsOf(name));
      const items = new Uint32Array(rowsOf(name));
      const ratings = new Float32Array(rowsOf(name));
      const timestamps = new Float64Array(rowsOf(name));
      await readNumbers(connection, file(name), {
        user: users,
        item: items,
        rating: ratings,
        timestamp: timestamps,
      });
      return { ...shared, users, items, ratings, timestamps };
    };
    const [train, validation, test] = [
      await ratingsOf("train"),
      await ratingsOf("validation"),
      await ratingsOf("test"),
    ];
    return { train, validation, test, manifest };
  });
}

type Table = [name: string, columns: ParquetColumn[]];

function tables(dataset: Dataset, parts: Record<(typeof PARTS)[number], Dataset>): Table[] {
  const movies = [...dataset.movies.values()];
  const { tags, userIds, itemIds, demographics } = dataset;
  const demographic = (name: keyof Demographics): ParquetColumn => ({
    name,
    type: VARCHAR,
    values: Array.from(userIds, (id) => demographics.get(id)?.[name] ?? null),
  });
  return [
    ...PARTS.map((name): Table => [`${name}.parquet`, ratingColumns(parts[name])]),
    [
      "users.parquet",
      [
        { name: "user", type: UINTEGER, values: Uint32Array.from(userIds.keys()) },
        { name: "userId", type: UINTEGER, values: userIds },
        ...(["gender", "age", "occupation"] as const).map(demographic),
      ],
    ],
    [
      "items.parquet",
      [
        { name: "item", type: UINTEGER, values: Uint32Array.from(itemIds.keys()) },
        { name: "movieId", type: UINTEGER, values: itemIds },
      ],
    ],
    [
      "movies.parquet",
      [
        { name: "movieId", type: UINTEGER, values: movies.map(({ movieId }) => movieId) },
        { name: "title", type: VARCHAR, values: movies.map(({ title }) => title) },
        { name: "year", type: INTEGER, values: movies.map(({ year }) => year) },
        { name: "genres", type: LIST(VARCHAR), values: movies.map(({ genres }) => listValue(genres)) },
        { name: "imdbId", type: VARCHAR, values: movies.map(({ imdbId }) => imdbId ?? null) },
        { name: "tmdbId", type: UINTEGER, values: movies.map(({ tmdbId }) => tmdbId ?? null) },
      ],
    ],
    [
      "tags.parquet",
      [
        { name: "userId", type: UINTEGER, values: tags.map(({ userId }) => userId) },
        { name: "movieId", type: UINTEGER, values: tags.map(({ movieId }) => movieId) },
        { name: "tag", type: VARCHAR, values: tags.map(({ tag }) => tag) },
        { name: "timestamp", type: BIGINT, values: tags.map(({ timestamp }) => timestamp) },
      ],
    ],
  ];
}

const ratingColumns = ({ users, items, ratings, timestamps, userIds, itemIds }: Dataset): ParquetColumn[] => [
  { name: "user", type: UINTEGER, values: users },
  { name: "item", type: UINTEGER, values: items },
  { name: "userId", type: UINTEGER, values: users.map((user) => userIds[user]) },
  { name: "movieId", type: UINTEGER, values: items.map((item) => itemIds[item]) },
  { name: "rating", type: FLOAT, values: ratings },
  { name: "timestamp", type: BIGINT, values: timestamps },
];

async function readMovies(connection: DuckDBConnection, path: string): Promise<Map<number, Movie>> {
  const rows = await queryRows(connection, `SELECT * FROM read_parquet(${sqlString(path)})`);
  return new Map(
    rows.map((row) => {
      const { imdbId, tmdbId, ...movie } = row as unknown as Movie & {
        imdbId: string | null;
        tmdbId: number | null;
      };
      return [
        movie.movieId,
        { ...movie, ...(imdbId === null ? {} : { imdbId }), ...(tmdbId === null ? {} : { tmdbId }) },
      ];
    }),
  );
}

async function readDemographics(
  connection: DuckDBConnection,
  path: string,
): Promise<Map<number, Demographics>> {
  const rows = await queryRows(
    connection,
    `SELECT userId, gender, age, occupation FROM read_parquet(${sqlString(path)}) WHERE gender IS NOT NULL`,
  );
  return new Map(
    (rows as unknown as (Demographics & { userId: number })[]).map(({ userId, ...own }) => [userId, own]),
  );
}

/** SHA-256 over a data set's ratings, in their order. */
export function hashOfRatings({ users, items, userIds, itemIds, ratings, timestamps }: Dataset): string {
  const hash = createHash("sha256");
  for (const column of [users, items, userIds, itemIds, ratings, timestamps]) {
    hash.update(`${column.length}\n`);
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest("hex");
}

const indexOf = (ids: Uint32Array): Map<number, number> =>
  new Map(Array.from(ids, (id, dense) => [id, dense]));

const PREPARE_AGAIN = "Prepare the data again: run notebook 03, or call `prepare`.";

const invalid = (message: string): WorkspaceError =>
  new WorkspaceError("DATA_INVALID", message, { mend: PREPARE_AGAIN });

async function readManifest(folder: string): Promise<PreparedManifest | null> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return null;
  const text = await readFile(path, "utf8");
  try {
    return JSON.parse(text) as PreparedManifest;
  } catch (cause) {
    throw new WorkspaceError("DATA_INVALID", `${path} is not JSON`, { cause, mend: PREPARE_AGAIN });
  }
}

/** The manifest of `folder`, if it says what is wanted and its files are as it says. */
async function intactManifest(
  folder: string,
  wanted: Omit<PreparedManifest, "files">,
): Promise<PreparedManifest | null> {
  // A manifest that cannot be read is as good as none: the folder is about to be written anew.
  const present = await readManifest(folder).catch(() => null);
  if (!present) return null;
  const { files, ...made } = present;
  if (JSON.stringify(made) !== JSON.stringify(wanted) || !files) return null;
  return (await alteredFile(folder, present)) === null ? present : null;
}

async function alteredFile(folder: string, manifest: PreparedManifest): Promise<string | null> {
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    if (!existsSync(path) || (await fileDigest(path, "sha256")) !== sha256) return name;
  }
  return null;
}

/** Puts `fresh` where `folder` is; a reader sees the old folder or the new one, whole. */
async function replaceFolder(fresh: string, folder: string): Promise<void> {
  const old = `${folder}.old-${process.pid}`;
  await mkdir(dirname(folder), { recursive: true });
  await rm(old, { recursive: true, force: true });
  if (existsSync(folder)) await rename(folder, old);
  await rename(fresh, folder);
  await rm(old, { recursive: true, force: true });
}

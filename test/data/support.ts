import { createWriteStream, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  createDataset,
  WorkspaceError,
  type Dataset,
  type ErrorCode,
  type QualityReport,
} from "@movielens/lib/data";
import * as assert from "uvu/assert";
import { ZipFile } from "yazl";

export const fixture = (name: string): string => join(__dirname, "fixtures", name);

/** The moment that the fixtures were written for: later timestamps in them are of the future. */
export const NOW = new Date("2020-01-01T00:00:00Z");

/** Runs `work` in a fresh folder and removes it, whatever happens. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "movielens-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Zips a folder as GroupLens does: one folder at the top (none for ""), beside it what a Mac adds, and `beside`. */
export async function zipFolder(
  folder: string,
  top: string,
  zipPath: string,
  options: { compress?: boolean; beside?: string } = {},
): Promise<void> {
  const zip = new ZipFile();
  const { compress, beside } = options;
  if (top !== "") zip.addEmptyDirectory(top);
  for (const name of readdirSync(folder))
    zip.addFile(join(folder, name), top === "" ? name : `${top}/${name}`, { compress });
  if (beside !== undefined) zip.addBuffer(Buffer.from("another file"), beside);
  zip.addBuffer(Buffer.from("resource fork"), `__MACOSX/${top}/ratings.csv`);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(zipPath));
}

/** The error that `work` ends in; fails when it ends in none, in one of another code, or in one that does not say `says`. */
export async function errorOf(
  code: ErrorCode,
  work: () => unknown,
  ...says: (string | RegExp)[]
): Promise<WorkspaceError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WorkspaceError)) throw error;
    assert.is(error.code, code, error.message);
    for (const what of says) assert.match(error.message, what);
    return error;
  }
  throw new Error(`expected ${code}, nothing was thrown`);
}

/** Every finding as "file:line rule", sorted: what a planted defect is asserted by. */
export const findings = (quality: QualityReport): string[] =>
  quality.rules
    .flatMap(({ rule, examples }) => examples.map(({ file, line }) => `${file}:${line} ${rule}`))
    .sort();

export type RatingTuple = [userId: number, movieId: number, rating: number, timestamp: number];

export function datasetOf(rows: readonly RatingTuple[]): Dataset {
  const movies = new Map(
    rows.map(([, movieId]) => [movieId, { movieId, title: `Film ${movieId}`, year: null, genres: [] }]),
  );
  return createDataset({
    name: "made-up",
    userId: Uint32Array.from(rows, (row) => row[0]),
    movieId: Uint32Array.from(rows, (row) => row[1]),
    ratings: Float32Array.from(rows, (row) => row[2]),
    timestamps: Float64Array.from(rows, (row) => row[3]),
    movies,
    tags: [],
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "0".repeat(64),
  });
}

/** The ratings of a data set as tuples of MovieLens ids, in row order. */
export const tuplesOf = (dataset: Dataset): RatingTuple[] =>
  Array.from(dataset.users, (user, r) => [
    dataset.userIds[user],
    dataset.itemIds[dataset.items[r]],
    dataset.ratings[r],
    dataset.timestamps[r],
  ]);

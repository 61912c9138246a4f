import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { WorkspaceError } from "../errors";
import { fileDigest } from "./checksum";
import { countingOrder } from "./counting";
import { readDemographics } from "./demographics";
import { createDataset, subset, type Dataset, type Movie } from "./dataset";
import { readGenreNames, readLinks, readMovies, readTags, type ReadingContext } from "./movies";
import {
  LAYOUTS,
  openPublished,
  wholeLines,
  withoutLineEnd,
  type FileReading,
  type Layout,
  type LayoutName,
  type PublishedData,
  type PublishedFile,
} from "./published";
import { assertQuality, QualityLedger, type QualityReport } from "./quality";
import { scanRatings, type RatingLimits, type ScannedRatings } from "./ratings";
import { scanParquetRatings } from "./ratings-parquet";
import { printable } from "./text";

/** Bytes of the published files read so far, and how many there are to read. */
export interface ReadProgress {
  bytes: number;
  totalBytes: number;
}

export interface ReadOptions {
  /** Ratings and tags later than this are bad; the time of the call by default. */
  now?: Date;
  /** Take ratings of any time, also from before MovieLens or from the future: who learns nothing from it needs no right one. */
  anyTime?: boolean;
  /** Write the rejected rows to this CSV file (file, line, rule, reason, text). */
  quarantine?: string;
  onProgress?: (progress: ReadProgress) => void;
}

export interface LoadOptions extends ReadOptions {
  /** The largest share of rejected rows that any one file may have, 0 … 1; 0.001 by default. */
  maxBadShare?: number;
  /** Told what the gate found in what it let pass: rows that were left out are no secret. */
  onQuality?: (quality: QualityReport) => void;
}

export const DEFAULT_MAX_BAD_SHARE = 0.001;

/**
 * Reads a published data set, a folder or its zip, and holds it to the data-quality gate. Rejected rows under the
 * threshold are left out; `readDataset` says which.
 * @throws WorkspaceError DATA_QUALITY when a file has too many bad rows, DATA_INVALID when there is no rating at all,
 *   and what `readDataset` throws
 */
export async function loadDataset(path: string, options: LoadOptions = {}): Promise<Dataset> {
  const { dataset, quality } = await readDataset(path, options);
  assertQuality(quality, options.maxBadShare ?? DEFAULT_MAX_BAD_SHARE);
  options.onQuality?.(quality);
  if (dataset.users.length === 0)
    throw new WorkspaceError("DATA_INVALID", `${path} holds no ratings`, {
      mend: "Give a data set as published; there is nothing to learn from in this one.",
    });
  return dataset;
}

/**
 * Reads a published data set without stopping at bad rows: they are left out of `dataset`, counted in `quality` and
 * written to the quarantine file. The layout is found from the files; ratings, movies, tags, links and users are read.
 * @throws WorkspaceError DATA_MISSING, DATA_LAYOUT_UNKNOWN, or DATA_INVALID where a file cannot be read as its layout at all
 */
export function readDataset(
  path: string,
  options: ReadOptions = {},
): Promise<{ dataset: Dataset; quality: QualityReport }> {
  return withPublished(path, { ratings: true }, options, readPublished);
}

/** All of a data set but its ratings. */
export type Catalogue = Pick<Dataset, "name" | "movies" | "tags" | "demographics" | "scale" | "hash">;

/**
 * Films, tags and users of a published data set, a folder or its zip, whose ratings are elsewhere: they need not be there.
 * `hash` is of the files read.
 * @throws WorkspaceError as `loadDataset` does
 */
export async function loadCatalogue(path: string, options: LoadOptions = {}): Promise<Catalogue> {
  const { catalogue, quality } = await withPublished(path, { ratings: false }, options, readCatalogue);
  assertQuality(quality, options.maxBadShare ?? DEFAULT_MAX_BAD_SHARE);
  options.onQuality?.(quality);
  return catalogue;
}

async function readCatalogue(
  published: PublishedData,
  ledger: QualityLedger,
  options: ReadOptions,
): Promise<{ catalogue: Catalogue; quality: QualityReport }> {
  const { layout, name } = published;
  const reader = readerOf(published, [...FILM_FILES, ...USER_FILES], ledger, options);
  const movies = await readFilms(reader);
  const others = await readTagsAndUsers(reader, movies, options);
  const hash = reader.hash();
  const catalogue = { name, movies, ...others, scale: layout.scale, hash };
  return { catalogue, quality: ledger.report({ name, layout: layout.name, hash }) };
}

/** Opens a data set for work on it, and closes it and the quarantine file again. */
async function withPublished<T>(
  path: string,
  files: { ratings: boolean },
  options: ReadOptions,
  work: (published: PublishedData, ledger: QualityLedger, options: ReadOptions) => Promise<T>,
): Promise<T> {
  const published = await openPublished(path, files);
  try {
    const ledger = new QualityLedger(options.quarantine);
    try {
      return await work(published, ledger, options);
    } catch (error) {
      ledger.abandon();
      throw error;
    }
  } finally {
    published.close();
  }
}

const FILM_FILES = ["genres", "movies", "links"] as const;
const USER_FILES = ["tags", "users"] as const;
type FileKind = (typeof FILM_FILES)[number] | "ratings" | (typeof USER_FILES)[number];

interface Reader {
  fileOf(kind: FileKind): PublishedFile | undefined;
  read<T>(file: PublishedFile, work: (context: ReadingContext) => Promise<T>): Promise<T>;
  /** Of the files read until now. */
  hash(): string;
  onBytes(more: number): void;
}

/** Reads files of a data set, with their checksums, and says how far it has come in those that are wanted. */
function readerOf(
  { layout, files }: PublishedData,
  wanted: readonly FileKind[],
  ledger: QualityLedger,
  options: ReadOptions,
): Reader {
  const fileOf = (kind: FileKind): PublishedFile | undefined => {
    const name = layout[kind];
    return name === undefined ? undefined : files.get(name);
  };
  const totalBytes = wanted.reduce((sum, kind) => sum + (fileOf(kind)?.size ?? 0), 0);
  let bytes = 0;
  const onBytes = (more: number): void => {
    bytes += more;
    options.onProgress?.({ bytes, totalBytes });
  };
  const checksums = new Map<string, string>();
  return {
    fileOf,
    async read(file, work) {
      const reading: FileReading = { bytes: 0, sha256: "" };
      const result = await work({ layout, ledger, file, reading, onBytes });
      ledger.checksum(file.name, reading.bytes, reading.sha256);
      checksums.set(file.name, reading.sha256);
      return result;
    },
    hash: () => hashOf(checksums),
    onBytes,
  };
}

async function readFilms({ fileOf, read }: Reader): Promise<Map<number, Movie>> {
  const genreFile = fileOf("genres");
  const genreNames = genreFile ? await read(genreFile, readGenreNames) : [];
  const movies = await read(fileOf("movies")!, (context) => readMovies(context, genreNames));
  const linkFile = fileOf("links");
  if (linkFile) await read(linkFile, (context) => readLinks(context, movies));
  return movies;
}

async function readTagsAndUsers(
  { fileOf, read }: Reader,
  movies: Map<number, Movie>,
  options: ReadOptions,
): Promise<Pick<Dataset, "tags" | "demographics">> {
  const tagFile = fileOf("tags");
  const tags = tagFile
    ? await read(tagFile, (context) => readTags(context, movies, secondsNow(options)))
    : [];
  const userFile = fileOf("users");
  return { tags, demographics: userFile ? await read(userFile, readDemographics) : new Map() };
}

async function readPublished(
  published: PublishedData,
  ledger: QualityLedger,
  options: ReadOptions,
): Promise<{ dataset: Dataset; quality: QualityReport }> {
  const { layout, name } = published;
  const reader = readerOf(published, [...FILM_FILES, "ratings", ...USER_FILES], ledger, options);
  const movies = await readFilms(reader);
  const limits = limitsOf(layout, options, membership(movies));
  const ratingFile = reader.fileOf("ratings")!;
  const scanned = await reader.read(ratingFile, ({ reading }) =>
    scanRatings(ratingFile, limits, ledger, reading, reader.onBytes),
  );
  const others = await readTagsAndUsers(reader, movies, options);
  const hash = reader.hash();
  const whole = createDataset({ name, ...scanned, movies, ...others, scale: layout.scale, hash }, true);
  const dataset = await withoutDuplicates(whole, ratingFile.name, scanned.lineOf, ledger, (rows) =>
    linesOf(ratingFile, layout, rows),
  );
  return { dataset, quality: ledger.report({ name, layout: layout.name, hash }) };
}

/**
 * Reads one ratings file of a published layout, without the movie table that stands beside it there: any movie id is
 * taken. `movies` and `tags` are empty. A file of the csv layout may lack its header.
 * @param layoutName says how the file is written, which its name does not
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file cannot be read as the layout or holds no rating,
 *   DATA_QUALITY when too many of its rows break the layout's rules
 */
export async function loadRatingsFile(
  path: string,
  layoutName: LayoutName,
  options: LoadOptions = {},
): Promise<Dataset> {
  const published = LAYOUTS.find(({ name }) => name === layoutName);
  if (!published) {
    const names = LAYOUTS.map(({ name }) => name).join(", ");
    throw new WorkspaceError("OPTION_INVALID", `the layout is ${layoutName}, not one of ${names}`);
  }
  const file = await singleFile(path);
  const layout = { ...published, header: published.header && (await startsWithHeader(file)) };
  return ratingsAlone(path, layout.name, options, async (ledger) => {
    const reading: FileReading = { bytes: 0, sha256: "" };
    let bytes = 0;
    const onBytes = (more: number): void => {
      bytes += more;
      options.onProgress?.({ bytes, totalBytes: file.size });
    };
    const limits = limitsOf(layout, options, () => true);
    const scanned = await scanRatings(file, limits, ledger, reading, onBytes);
    ledger.checksum(file.name, reading.bytes, reading.sha256);
    const textsOf = (rows: ReadonlyMap<number, number>): Texts => linesOf(file, layout, rows);
    return { file: file.name, layout, scanned, sha256: reading.sha256, textsOf };
  });
}

/**
 * Reads the columns userId, movieId, rating and timestamp of a Parquet file, as `loadRatingsFile` reads a CSV file:
 * by the same rules, without a movie table. Times are numbers of seconds, or of a Parquet timestamp type.
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file is not Parquet, lacks a column or holds no rating,
 *   DATA_QUALITY when too many of its rows break the rules
 */
export async function loadRatingsParquet(path: string, options: LoadOptions = {}): Promise<Dataset> {
  const { name: file, size } = await singleFile(path);
  const layout = LAYOUTS.find(({ name }) => name === "csv")!;
  return ratingsAlone(path, "parquet", options, async (ledger) => {
    const onRows = (rows: number, total: number): void =>
      options.onProgress?.({ bytes: Math.round((size * rows) / total), totalBytes: size });
    const scanned = await scanParquetRatings(
      path,
      file,
      limitsOf(layout, options, () => true),
      ledger,
      onRows,
    );
    const sha256 = await fileDigest(path, "sha256");
    ledger.checksum(file, size, sha256);
    const textsOf = (rows: ReadonlyMap<number, number>, { users, items, ...whole }: Dataset): Texts =>
      Array.from(rows, ([line, row]) => {
        const ids = [whole.userIds[users[row]], whole.itemIds[items[row]]];
        return { line, text: [...ids, whole.ratings[row], whole.timestamps[row]].join(",") };
      });
    return { file, layout, scanned, sha256, textsOf };
  });
}

/**
 * The ratings of a folder, without movies and tags: its `ratings.csv` or `ratings.parquet` if there is one, else a
 * published data set, folder or zip.
 * @throws WorkspaceError as `loadRatingsFile`, `loadRatingsParquet` and `loadDataset` do
 */
export async function loadRatings(path: string, options: LoadOptions = {}): Promise<Dataset> {
  const inFolder = (name: string): string => join(path, name);
  if (existsSync(inFolder("ratings.csv"))) return loadRatingsFile(inFolder("ratings.csv"), "csv", options);
  if (existsSync(inFolder("ratings.parquet")))
    return loadRatingsParquet(inFolder("ratings.parquet"), options);
  return loadDataset(path, options);
}

/** Lines of a file as published, by number from 1. */
type Texts = AsyncIterable<{ line: number; text: string }> | Iterable<{ line: number; text: string }>;

interface ScannedFile {
  file: string;
  layout: Layout;
  scanned: ScannedRatings;
  sha256: string;
  textsOf: (rowOfLine: ReadonlyMap<number, number>, whole: Dataset) => Texts;
}

async function ratingsAlone(
  path: string,
  layoutName: string,
  options: LoadOptions,
  scan: (ledger: QualityLedger) => Promise<ScannedFile>,
): Promise<Dataset> {
  const ledger = new QualityLedger(options.quarantine);
  const read = async (): Promise<{ dataset: Dataset; quality: QualityReport }> => {
    const { file, layout, scanned, sha256, textsOf } = await scan(ledger);
    const hash = hashOf(new Map([[file, sha256]]));
    const { lineOf, ...columns } = scanned;
    const { scale } = layout;
    const whole = createDataset({ name: file, ...columns, movies: new Map(), tags: [], scale, hash }, true);
    const dataset = await withoutDuplicates(whole, file, lineOf, ledger, textsOf);
    return { dataset, quality: ledger.report({ name: file, layout: layoutName, hash }) };
  };
  const { dataset, quality } = await read().catch((error: unknown) => {
    ledger.abandon();
    throw error;
  });
  assertQuality(quality, options.maxBadShare ?? DEFAULT_MAX_BAD_SHARE);
  options.onQuality?.(quality);
  if (dataset.users.length === 0)
    throw new WorkspaceError("DATA_INVALID", `${path} holds no ratings`, {
      mend: "Give a ratings file with at least one rating.",
    });
  return dataset;
}

async function singleFile(path: string): Promise<PublishedFile> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new WorkspaceError("DATA_MISSING", `nothing to read at ${path}`, {
      cause,
      mend: "Check the path.",
    });
  });
  if (!found.isFile())
    throw new WorkspaceError("DATA_INVALID", `${path} is not a file`, { mend: "Name a ratings file." });
  const open = (): Promise<AsyncIterable<Buffer>> =>
    Promise.resolve(createReadStream(path, { highWaterMark: 1 << 20 }));
  return { name: basename(path), size: found.size, open };
}

/** False where the first line is a row already: digits and what separates them. */
async function startsWithHeader(file: PublishedFile): Promise<boolean> {
  for await (const block of wholeLines(file, { bytes: 0, sha256: "" }, () => undefined))
    return !/^[\d.,]+$/.test(withoutLineEnd(block.subarray(0, block.indexOf(10) + 1)).toString("latin1"));
  return true;
}

const secondsNow = ({ now }: ReadOptions): number => Math.floor((now ?? new Date()).getTime() / 1000);

const limitsOf = (
  layout: Layout,
  options: ReadOptions,
  isMovie: (movieId: number) => boolean,
): RatingLimits => ({
  layout,
  ...(options.anyTime ? { earliest: 0, now: Infinity } : { now: secondsNow(options) }),
  isMovie,
});

/** One hash for folder and zip alike: SHA-256 over "name␀sha256⏎" of every file read, by name. */
function hashOf(checksums: ReadonlyMap<string, string>): string {
  const hash = createHash("sha256");
  for (const name of [...checksums.keys()].sort()) hash.update(`${name}\0${checksums.get(name)!}\n`);
  return hash.digest("hex");
}

// Asked once per rating: a byte per id up to the largest published ones, the map beyond.
function membership(movies: ReadonlyMap<number, Movie>): (movieId: number) => boolean {
  const table = new Uint8Array(1 << 20);
  for (const movieId of movies.keys()) if (movieId < table.length) table[movieId] = 1;
  return (movieId) => (movieId < table.length ? table[movieId] === 1 : movies.has(movieId));
}

/** Leaves out every rating of a movie that its user had rated on an earlier line; the index space stays the same. */
async function withoutDuplicates(
  dataset: Dataset,
  file: string,
  lineOf: (row: number) => number,
  ledger: QualityLedger,
  textsOf: ScannedFile["textsOf"],
): Promise<Dataset> {
  const { users, items, userIds, itemIds } = dataset;
  // For each item, the row (from 1) that last rated it: the same user's means a duplicate.
  const lastRow = new Uint32Array(itemIds.length);
  const firstRowOf = new Map<number, number>();
  for (const row of countingOrder(users, userIds.length)) {
    const earlier = lastRow[items[row]];
    if (earlier > 0 && users[earlier - 1] === users[row]) firstRowOf.set(row, earlier - 1);
    else lastRow[items[row]] = row + 1;
  }
  if (firstRowOf.size === 0) return dataset;

  const rowOfLine = new Map<number, number>();
  for (const row of firstRowOf.keys()) rowOfLine.set(lineOf(row), row);
  for await (const { line, text } of textsOf(rowOfLine, dataset)) {
    const row = rowOfLine.get(line)!;
    const first = firstRowOf.get(row)!;
    const reason = `user ${userIds[users[row]]} rated movie ${itemIds[items[row]]} on line ${lineOf(first)} already`;
    ledger.record("duplicate-rating", { file, line, reason, text });
  }
  const rows = new Uint32Array(users.length - firstRowOf.size);
  for (let row = 0, at = 0; row < users.length; row++) if (!firstRowOf.has(row)) rows[at++] = row;
  return subset(dataset, rows);
}

/** The wanted lines of a file as published, read once more: the columns no longer know their text. */
async function* linesOf(
  file: PublishedFile,
  { encoding }: Layout,
  wanted: ReadonlyMap<number, unknown>,
): AsyncGenerator<{ line: number; text: string }, void, undefined> {
  let line = 0;
  for await (const block of wholeLines(file, { bytes: 0, sha256: "" }, () => undefined))
    for (let at = 0; at < block.length;) {
      line++;
      const next = block.indexOf(10, at) + 1;
      if (wanted.has(line))
        yield { line, text: printable(withoutLineEnd(block.subarray(at, next)), encoding) };
      at = next;
    }
}

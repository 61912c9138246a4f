import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { open as openZip, type Entry, type ZipFile } from "yauzl";
import { WorkspaceError } from "../errors";
import type { RatingScale } from "./dataset";

/** How GroupLens has published MovieLens over the years. */
export type LayoutName = "csv" | "1m" | "10m" | "100k";

export interface Layout {
  name: LayoutName;
  encoding: "utf8" | "latin1";
  separator: "," | "::" | "\t";
  header: boolean;
  scale: RatingScale;
  ratings: string;
  movies: string;
  tags?: string;
  links?: string;
  genres?: string;
  /** The user table, with demographics. */
  users?: string;
  /** Files that tell this layout from the others. */
  marks: string[];
}

const HALF_STARS: RatingScale = { min: 0.5, max: 5, step: 0.5 };
const WHOLE_STARS: RatingScale = { min: 1, max: 5, step: 1 };

/** Told apart by `marks`, in this order: 1m has everything that 10m has. */
export const LAYOUTS: readonly Layout[] = [
  {
    name: "csv",
    encoding: "utf8",
    separator: ",",
    header: true,
    scale: HALF_STARS,
    ratings: "ratings.csv",
    movies: "movies.csv",
    tags: "tags.csv",
    links: "links.csv",
    marks: ["ratings.csv", "movies.csv"],
  },
  {
    name: "1m",
    encoding: "latin1",
    separator: "::",
    header: false,
    scale: WHOLE_STARS,
    ratings: "ratings.dat",
    movies: "movies.dat",
    users: "users.dat",
    marks: ["ratings.dat", "movies.dat", "users.dat"],
  },
  {
    name: "10m",
    encoding: "utf8",
    separator: "::",
    header: false,
    scale: HALF_STARS,
    ratings: "ratings.dat",
    movies: "movies.dat",
    tags: "tags.dat",
    marks: ["ratings.dat", "movies.dat"],
  },
  {
    name: "100k",
    encoding: "latin1",
    separator: "\t",
    header: false,
    scale: WHOLE_STARS,
    ratings: "u.data",
    movies: "u.item",
    genres: "u.genre",
    users: "u.user",
    marks: ["u.data", "u.item", "u.genre"],
  },
];

/** One file of a published data set. */
export interface PublishedFile {
  name: string;
  /** Uncompressed size in bytes. */
  size: number;
  open(): Promise<AsyncIterable<Buffer>>;
}

/** A published data set, opened: from a folder or from the zip, whose files lie in one folder at its top or at the top itself. */
export interface PublishedData {
  name: string;
  layout: Layout;
  files: ReadonlyMap<string, PublishedFile>;
  close(): void;
}

/**
 * Opens a folder or zip and finds out which layout it has, by the files that are there.
 * @param options.ratings false where the ratings may be missing
 * @throws WorkspaceError DATA_MISSING when nothing is at `path`, DATA_LAYOUT_UNKNOWN when the files fit no layout,
 *   DATA_INVALID when the zip cannot be read
 */
export async function openPublished(
  path: string,
  { ratings = true }: { ratings?: boolean } = {},
): Promise<PublishedData> {
  const full = resolve(path);
  const found = await stat(full).catch((cause: unknown) => {
    throw new WorkspaceError("DATA_MISSING", `nothing to read at ${full}`, { cause });
  });
  const { files, close } = found.isDirectory() ? await folderFiles(full) : await zipFiles(full);
  const layout = LAYOUTS.find(({ marks, ratings: own }) =>
    marks.every((mark) => files.has(mark) || (!ratings && mark === own)),
  );
  if (!layout) {
    close();
    const names = [...files.keys()].sort();
    throw new WorkspaceError(
      "DATA_LAYOUT_UNKNOWN",
      `${full} holds no published MovieLens layout; found ${names.slice(0, 12).join(", ") || "no files"}` +
        (names.length > 12 ? `, … (${names.length} files)` : ""),
    );
  }
  return { name: basename(full).replace(/\.zip$/i, ""), layout, files, close };
}

interface Files {
  files: Map<string, PublishedFile>;
  close(): void;
}

async function folderFiles(folder: string): Promise<Files> {
  const files = new Map<string, PublishedFile>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const info = await stat(path);
    if (!info.isFile()) continue;
    const open = (): Promise<AsyncIterable<Buffer>> =>
      Promise.resolve(createReadStream(path, { highWaterMark: 1 << 20 }));
    files.set(entry.name, { name: entry.name, size: info.size, open });
  }
  return { files, close: () => undefined };
}

async function zipFiles(path: string): Promise<Files> {
  const broken = (cause: unknown): WorkspaceError =>
    new WorkspaceError("DATA_INVALID", `${path} is not a readable zip: ${(cause as Error).message}`, {
      mend: "Fetch it again with `npm run data:fetch -- <name>`, or give the unpacked folder.",
      cause,
    });
  const zip = await new Promise<ZipFile>((done, fail) =>
    openZip(path, { lazyEntries: true, autoClose: false }, (error, opened) =>
      error ? fail(broken(error)) : done(opened),
    ),
  );
  const entries = await new Promise<Entry[]>((done, fail) => {
    const all: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      all.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => done(all));
    zip.on("error", (error: Error) => {
      zip.close();
      fail(broken(error));
    });
    zip.readEntry();
  });
  const files = new Map<string, PublishedFile>();
  for (const entry of entries) {
    const path = entry.fileName.split("/");
    const name = path[path.length - 1];
    if (name === "" || path.length > 2 || path[0] === "__MACOSX") continue;
    if (files.has(name)) {
      zip.close();
      throw broken(new Error(`it holds ${name} twice, in different folders`));
    }
    const open = async (): Promise<AsyncIterable<Buffer>> => {
      const stream = await new Promise<Readable>((done, fail) =>
        zip.openReadStream(entry, (error, opened) => (error ? fail(broken(error)) : done(opened))),
      );
      return checkedByCrc(stream, entry, broken);
    };
    files.set(name, { name, size: entry.uncompressedSize, open });
  }
  return { files, close: () => zip.close() };
}

// yauzl leaves the CRC to its caller; a flipped bit inside a stored number would else pass as a rating.
async function* checkedByCrc(
  stream: Readable,
  entry: Entry,
  broken: (cause: unknown) => WorkspaceError,
): AsyncGenerator<Buffer, void, undefined> {
  let crc = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (crc !== entry.crc32) throw new Error(`CRC-32 of ${entry.fileName} does not match`);
  } catch (error) {
    throw broken(error);
  }
}

/** What reading one file from end to end has in common for all parsers: whole lines, progress, checksum. */
export interface FileReading {
  /** Bytes and SHA-256 of all that was read; meaningful once the lines are exhausted. */
  bytes: number;
  sha256: string;
}

// No published line comes near; a file without line ends must not fill the memory.
const LONGEST_LINE = 1 << 20;

/**
 * The file in blocks of whole lines, each line ending in a line feed (one is added where the file's last line has none).
 * Memory is constant in the size of the file; a block is valid until the next is asked for.
 */
export async function* wholeLines(
  file: PublishedFile,
  reading: FileReading,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash("sha256");
  let rest: Buffer = Buffer.alloc(0);
  reading.bytes = 0;
  for await (const chunk of await file.open()) {
    hash.update(chunk);
    reading.bytes += chunk.length;
    onBytes(chunk.length);
    const end = chunk.lastIndexOf(10) + 1;
    if (end > 0) {
      yield rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, end)]) : chunk.subarray(0, end);
      rest = Buffer.from(chunk.subarray(end));
    } else rest = Buffer.concat([rest, chunk]);
    if (rest.length > LONGEST_LINE)
      throw new WorkspaceError("DATA_INVALID", `${file.name} has a line longer than ${LONGEST_LINE} bytes`, {
        mend: "Give the files as published; this one has no line ends.",
      });
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.from("\n")]);
  reading.sha256 = hash.digest("hex");
}

/** A line's bytes without its line feed, and without the carriage return before it. */
export function withoutLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === 10) end--;
  if (end > 0 && bytes[end - 1] === 13) end--;
  return bytes.subarray(0, end);
}

import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  openPublished,
  queryRows,
  sqlString,
  withDuckdb,
  WorkspaceError,
  type Layout,
  type PublishedData,
} from "../../data";
import { replaceFile } from "./overwrite";
import type { PersonalPlace, PersonalRecord } from "./place";

/**
 * Data sets as published, folders and zips, in a folder of data sets: a user's ratings, tags and demographics. An erasure
 * writes each file anew beside the old one and puts it in its place by rename, so that a reader sees the old one or the new one
 * whole. A zip cannot be written so; it stays, and is told of, until somebody deletes it or fetches it no more.
 */
export function publishedDataPlace(dataFolder: string): PersonalPlace {
  async function* files(): AsyncGenerator<{
    data: PublishedData;
    path: string;
    name: string;
    separator: string;
  }> {
    const names = existsSync(dataFolder) ? await readdir(dataFolder, { withFileTypes: true }) : [];
    for (const entry of names) {
      if (!entry.isDirectory() && !entry.name.endsWith(".zip")) continue;
      const path = join(dataFolder, entry.name);
      const data = await openPublished(path).catch((error: unknown) => {
        if (error instanceof WorkspaceError && error.code === "DATA_LAYOUT_UNKNOWN") return null;
        throw error;
      });
      if (!data) continue;
      try {
        for (const name of personalFiles(data.layout))
          if (data.files.has(name)) yield { data, path, name, separator: separatorOf(data.layout, name) };
      } finally {
        data.close();
      }
    }
  }
  return {
    name: `data sets in ${dataFolder}`,
    async *find(userId): AsyncGenerator<PersonalRecord> {
      for await (const { data, path, name, separator } of files())
        for await (const record of recordsOf(data, name))
          if (isOf(record, userId, separator)) yield { where: join(path, name), what: textOf(record, data) };
    },
    async erase(userId) {
      for await (const { data, path, name, separator } of files()) {
        if (path.endsWith(".zip")) continue;
        let found = false;
        for await (const record of recordsOf(data, name))
          if ((found = isOf(record, userId, separator))) break;
        if (!found) continue;
        await replaceFile(join(path, name), async (write) => {
          for await (const record of recordsOf(data, name))
            if (!isOf(record, userId, separator)) await write(record);
        });
      }
    },
  };
}

/**
 * What `prepare` has made of data sets for the notebooks: tables in Parquet, with dense indices and checksums. They are made
 * again from the data whenever they are not there, so that an erasure removes a folder that has the user.
 */
export function preparedDataPlace(interimFolder: string): PersonalPlace {
  async function* folders(): AsyncGenerator<string> {
    const names = existsSync(interimFolder) ? await readdir(interimFolder, { recursive: true }) : [];
    for (const name of names.sort())
      if (basename(name) === "users.parquet") yield join(interimFolder, dirname(name));
  }
  const rowsOf = (folder: string, table: string, userId: number) => {
    const path = join(folder, `${table}.parquet`);
    if (!existsSync(path)) return Promise.resolve([]);
    return withDuckdb((connection) =>
      queryRows(connection, `SELECT * FROM read_parquet(${sqlString(path)}) WHERE userId = $userId`, {
        userId,
      }),
    );
  };
  return {
    name: `prepared data in ${interimFolder}`,
    async *find(userId): AsyncGenerator<PersonalRecord> {
      for await (const folder of folders())
        for (const table of ["users", "train", "validation", "test", "tags"])
          for (const row of await rowsOf(folder, table, userId))
            yield { where: join(folder, `${table}.parquet`), what: row };
    },
    async erase(userId) {
      for await (const folder of folders())
        if ((await rowsOf(folder, "users", userId)).length > 0) await rm(folder, { recursive: true });
    },
  };
}

const personalFiles = ({ ratings, tags, users }: Layout): string[] =>
  [ratings, tags, users].filter((name) => name !== undefined);

/** 100k separates its users' table otherwise than its ratings. */
const separatorOf = ({ name, separator, users }: Layout, file: string): string =>
  name === "100k" && file === users ? "|" : separator;

/** Records with their line ends, byte for byte; a quoted field of CSV may hold line ends of its own. */
async function* recordsOf({ files, layout }: PublishedData, name: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of await files.get(name)!.open()) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    let quoted = false;
    let at = 0;
    for (; at < bytes.length; at++) {
      if (bytes[at] === QUOTE && layout.name === "csv") quoted = !quoted;
      else if (bytes[at] === LINE_FEED && !quoted) {
        yield bytes.subarray(from, at + 1);
        from = at + 1;
      }
    }
    rest = Buffer.from(bytes.subarray(from));
  }
  if (rest.length > 0) yield rest;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** The user's id is the first field of every file that has one. */
function isOf(record: Buffer, userId: number, separator: string): boolean {
  const end = record.indexOf(separator);
  if (end < 0 || end > 24) return false;
  const field = record.toString("latin1", 0, end).replaceAll('"', "").trim();
  return /^\d+$/.test(field) && Number(field) === userId;
}

const textOf = (record: Buffer, { layout }: PublishedData): string =>
  record.toString(layout.encoding).replace(/\r?\n$/, "");

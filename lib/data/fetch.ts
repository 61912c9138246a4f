import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { URL } from "node:url";
import { WorkspaceError } from "../errors";
import { projectPath } from "./paths";
import { openPublished } from "./published";

/** What is known of a published zip before it is fetched. Those that GroupLens keeps renewing have nothing to pin. */
export interface PublishedZip {
  says: string;
  bytes?: number;
  md5?: string;
  sha256?: string;
}

/** The data sets that `fetchDataset` knows; MD5 as GroupLens publishes it beside each zip. */
export const PUBLISHED_ZIPS: Readonly<Record<string, PublishedZip>> = {
  "ml-latest-small": { says: "about 100 thousand ratings, renewed now and then; the one in data/" },
  "ml-latest": { says: "everything, renewed now and then" },
  "ml-100k": {
    says: "100 thousand ratings, 1998",
    bytes: 4_924_029,
    md5: "0e33842e24a9c977be4e0107933c0723",
    sha256: "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
  },
  "ml-1m": {
    says: "1 million ratings, 2003",
    bytes: 5_917_549,
    md5: "c4d9eecfca2ab87c1945afe126590906",
    sha256: "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
  },
  "ml-10m": {
    says: "10 million ratings, 2009",
    bytes: 65_566_137,
    md5: "ce571fd55effeba0271552578f2648bd",
  },
  "ml-20m": {
    says: "20 million ratings, 2015",
    bytes: 198_702_078,
    md5: "cd245b17a1ae2cc31bb14903e1204af3",
    sha256: "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
  },
  "ml-25m": {
    says: "25 million ratings, 2019",
    bytes: 261_978_986,
    md5: "6b51fb2759a8657d3bfcbfc42b592ada",
    sha256: "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
  },
  "ml-32m": {
    says: "32 million ratings, 2023",
    bytes: 238_950_008,
    md5: "d472be332d4daa821edc399621853b57",
  },
};

export const DEFAULT_MIRROR = "https://files.grouplens.org/datasets/movielens";

/** Bytes on disk so far, those of an earlier run included; `totalBytes` is null where the server does not say. */
export interface FetchProgress {
  bytes: number;
  totalBytes: number | null;
}

export interface FetchOptions {
  /** A folder on the web that holds `<name>.zip`, as GroupLens does. */
  mirror?: string;
  /** Where the zip goes; the project's `data/` by default. */
  folder?: string;
  onProgress?: (progress: FetchProgress) => void;
  /** Stops the download; what came so far is kept for the next run. */
  signal?: AbortSignal;
  fetch?: typeof globalThis.fetch;
}

/** What is known of a zip in its place; written beside it as `<name>.zip.json`. */
export interface ZipRecord {
  name: string;
  url: string;
  bytes: number;
  md5: string;
  sha256: string;
  /** Held against: the checksum pinned in this library, the `.md5` beside the zip, an earlier verified fetch, or the zip's own CRC-32s. */
  verifiedBy: "pinned" | "published" | "record" | "crc";
}

export interface FetchedZip extends ZipRecord {
  path: string;
  /** False when the zip was there already. */
  downloaded: boolean;
}

/**
 * Downloads a published zip into `folder` and verifies it; the readers take the zip as it is. A download that broke
 * off goes on from its `.part` file, here and in the next run.
 * @throws WorkspaceError OPTION_INVALID for an unknown name or a mirror that is no URL; FETCH_FAILED when the source
 *   cannot be reached or has no such file; FETCH_CORRUPT when size or checksum is wrong; FETCH_ABORTED by `signal`
 */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<FetchedZip> {
  if (!Object.hasOwn(PUBLISHED_ZIPS, name))
    throw new WorkspaceError("OPTION_INVALID", `no published data set is called "${name}"`, {
      mend: `Choose one of ${Object.keys(PUBLISHED_ZIPS).join(", ")}.`,
    });
  const mirror = (options.mirror ?? DEFAULT_MIRROR).replace(/\/+$/, "");
  if (!URL.canParse(mirror) || !/^https?:/.test(mirror))
    throw new WorkspaceError("OPTION_INVALID", `the mirror "${mirror}" is not an http or https address`);
  const folder = resolve(options.folder ?? projectPath("data"));
  const download = new Download(name, `${mirror}/${name}.zip`, join(folder, `${name}.zip`), options);
  await mkdir(folder, { recursive: true });

  const downloaded = !existsSync(download.path);
  if (downloaded) await download.run();
  return download.verify(downloaded);
}

/** What is remembered of a `.part` file: only a source that still has the same bytes may add to it. */
interface PartRecord {
  url: string;
  validator: string | null;
  totalBytes: number | null;
}

const ATTEMPTS = 5;

const OFFLINE = new Set(["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED"]);

class Download {
  private readonly part: string;
  private readonly partRecord: string;
  private readonly record: string;
  private readonly known: PublishedZip;
  private readonly fetch: typeof globalThis.fetch;

  constructor(
    private readonly name: string,
    private readonly url: string,
    readonly path: string,
    private readonly options: FetchOptions,
  ) {
    this.part = `${path}.part`;
    this.partRecord = `${path}.part.json`;
    this.record = `${path}.json`;
    this.known = PUBLISHED_ZIPS[name];
    this.fetch = options.fetch ?? globalThis.fetch;
  }

  /** Brings the `.part` file to its full length, over as many connections as it takes while each brings something. */
  async run(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const before = await sizeOf(this.part);
      try {
        await this.oneConnection(before);
        return;
      } catch (error) {
        if (error instanceof WorkspaceError) throw error;
        if (this.options.signal?.aborted) throw this.aborted(error);
        if (attempt === ATTEMPTS || (await sizeOf(this.part)) <= before)
          throw this.unreachable(this.url, error);
      }
    }
  }

  /** Checks size and checksums, puts the file in its place and records what it is. A file that fails is not kept as `.part`. */
  async verify(downloaded: boolean): Promise<FetchedZip> {
    const file = downloaded ? this.part : this.path;
    const bytes = await sizeOf(file);
    const { md5, sha256 } = await digests(file);
    if (this.options.signal?.aborted) throw this.aborted(this.options.signal.reason);
    const promised = downloaded ? (await readJson<PartRecord>(this.partRecord))?.totalBytes : undefined;
    const expectedBytes = this.known.bytes ?? promised ?? bytes;
    const earlier = downloaded ? null : await readJson<ZipRecord>(this.record);

    let verifiedBy: FetchedZip["verifiedBy"];
    let wrong: string | null = null;
    if (bytes !== expectedBytes) wrong = `it has ${bytes} bytes, expected ${expectedBytes}`;
    if (this.known.md5 !== undefined) {
      verifiedBy = "pinned";
      if (md5 !== this.known.md5) wrong ??= `its MD5 is ${md5}, published is ${this.known.md5}`;
      if (this.known.sha256 !== undefined && sha256 !== this.known.sha256)
        wrong ??= `its SHA-256 is ${sha256}, expected ${this.known.sha256}`;
    } else if (earlier) {
      verifiedBy = "record";
      if (sha256 !== earlier.sha256)
        wrong ??= `its SHA-256 is ${sha256}, it was ${earlier.sha256} when fetched`;
    } else {
      const published = await this.publishedMd5(downloaded);
      verifiedBy = published === null ? "crc" : "published";
      if (published !== null && md5 !== published) wrong ??= `its MD5 is ${md5}, published is ${published}`;
      if (published === null) wrong ??= await crcFault(file);
    }
    if (wrong !== null) {
      if (!downloaded)
        throw new WorkspaceError("FETCH_CORRUPT", `${this.path} is not ${this.name} as published: ${wrong}`, {
          mend: "Delete or move that file, then run the command again.",
        });
      await Promise.all([rm(this.part, { force: true }), rm(this.partRecord, { force: true })]);
      throw new WorkspaceError("FETCH_CORRUPT", `${this.url} came wrong: ${wrong}; it was thrown away`);
    }
    if (downloaded) await rename(this.part, this.path);
    await rm(this.partRecord, { force: true });
    const url = earlier?.url ?? this.url;
    const record: ZipRecord = { name: this.name, url, bytes, md5, sha256, verifiedBy };
    if (!earlier) await writeFile(this.record, JSON.stringify(record, null, 2) + "\n");
    return { ...record, path: this.path, downloaded };
  }

  private async oneConnection(have: number): Promise<void> {
    const before = await readJson<PartRecord>(this.partRecord);
    // Without the record of the same source there is no telling whose bytes these are.
    const start = before?.url === this.url ? have : 0;
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (start > 0) headers.range = `bytes=${start}-`;
    if (start > 0 && before?.validator) headers["if-range"] = before.validator;
    const response = await this.fetch(this.url, { headers, signal: this.options.signal });

    if (response.status === 416) {
      await response.body?.cancel();
      // Nothing is left to send when the part is whole; any other length is not a beginning of this file.
      if (start > 0 && response.headers.get("content-range") === `bytes */${start}`) return;
      await Promise.all([rm(this.part, { force: true }), rm(this.partRecord, { force: true })]);
      return this.oneConnection(0);
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw this.refused(this.url, response.status);
    }
    const resumed = response.status === 206 && start > 0;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    if (response.status === 206 && (!range || Number(range[1]) !== start))
      throw new WorkspaceError(
        "FETCH_FAILED",
        `${this.url} answered with the range ${response.headers.get("content-range")}, asked for ${start}-`,
      );
    const length = response.headers.get("content-length");
    const total = range ? range[2] : length;
    const totalBytes = total === null || total === "*" ? null : Number(total);
    if (totalBytes !== null && this.known.bytes !== undefined && totalBytes !== this.known.bytes) {
      await response.body.cancel();
      throw new WorkspaceError(
        "FETCH_CORRUPT",
        `${this.url} has ${totalBytes} bytes, ${this.name} as published has ${this.known.bytes}`,
      );
    }
    const validator = response.headers.get("etag")?.startsWith('"')
      ? response.headers.get("etag")
      : response.headers.get("last-modified");
    const partRecord: PartRecord = { url: this.url, validator, totalBytes };
    await writeFile(this.partRecord, JSON.stringify(partRecord));

    let bytes = resumed ? start : 0;
    this.options.onProgress?.({ bytes, totalBytes });
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream<Uint8Array>),
      async function* (this: Download, chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
          this.options.onProgress?.({ bytes, totalBytes });
        }
      }.bind(this),
      createWriteStream(this.part, { flags: resumed ? "a" : "w" }),
      { signal: this.options.signal },
    );
    if (totalBytes !== null && bytes < totalBytes)
      throw new Error(`ended after ${bytes} of ${totalBytes} bytes`);
  }

  /** The MD5 published beside the zip, null where there is none. Both usual forms: `MD5 (x.zip) = …` and `…  x.zip`. */
  private async publishedMd5(downloaded: boolean): Promise<string | null> {
    const url = `${this.url}.md5`;
    let text: string;
    try {
      const response = await this.fetch(url, { signal: this.options.signal });
      text = await response.text();
      if (response.status === 404) return null;
      if (!response.ok) throw this.refused(url, response.status);
    } catch (error) {
      if (error instanceof WorkspaceError) throw error;
      if (this.options.signal?.aborted) throw this.aborted(error);
      if (downloaded) throw this.unreachable(url, error);
      throw new WorkspaceError(
        "FETCH_FAILED",
        `${url} cannot be fetched, so ${this.path} cannot be compared with it`,
        {
          mend: `It can be read all the same: \`npm run data:check -- ${this.path}\`.`,
          cause: error,
        },
      );
    }
    const md5 = /(?:^|[^0-9a-f])([0-9a-f]{32})(?:$|[^0-9a-f])/i.exec(text);
    if (!md5)
      throw new WorkspaceError("FETCH_CORRUPT", `${url} holds no MD5: ${JSON.stringify(text.slice(0, 60))}`);
    return md5[1].toLowerCase();
  }

  private refused(url: string, status: number): WorkspaceError {
    return new WorkspaceError("FETCH_FAILED", `${url} answered with HTTP status ${status}`, {
      mend: this.byHand(),
    });
  }

  private unreachable(url: string, cause: unknown): WorkspaceError {
    const inner = (cause as Error).cause ?? cause;
    const why = (inner as NodeJS.ErrnoException).code ?? (inner as Error).message;
    return new WorkspaceError(
      "FETCH_FAILED",
      `${url} cannot be fetched (${why})${OFFLINE.has(why) ? "; are you offline?" : ""}`,
      {
        mend: `${this.byHand()} What came so far is kept: the same command goes on from there.`,
        cause,
      },
    );
  }

  private aborted(cause: unknown): WorkspaceError {
    return new WorkspaceError("FETCH_ABORTED", `stopped; what came so far is kept in ${this.part}`, {
      cause,
    });
  }

  private byHand(): string {
    return (
      `Download ${DEFAULT_MIRROR}/${this.name}.zip in a browser and put it at ${this.path}, ` +
      "or give another source with `--mirror URL`."
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  return existsSync(path) ? (await stat(path)).size : 0;
}

async function readJson<T>(path: string): Promise<T | null> {
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as T) : null;
}

async function digests(path: string): Promise<{ md5: string; sha256: string }> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    sha256.update(chunk);
  }
  return { md5: md5.digest("hex"), sha256: sha256.digest("hex") };
}

/** What is wrong with a zip by its own checksums; null when every file in it is whole. */
async function crcFault(path: string): Promise<string | null> {
  try {
    const published = await openPublished(path);
    try {
      for (const file of published.files.values()) await finished(Readable.from(await file.open()).resume());
    } finally {
      published.close();
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

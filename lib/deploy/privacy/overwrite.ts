import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { WorkspaceError } from "../../data";
import { syncFolder } from "../durable";

/** A line of a file, with the place of its first byte; the line feed is not part of it. */
export interface PlacedLine {
  at: number;
  bytes: Buffer;
}

/** The lines of a file of any size, places counted in what is packed for a .gz. A last line without its line feed is given too. */
export async function* placedLines(path: string): AsyncGenerator<PlacedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of bytesOf(path)) {
    let from = 0;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield { at: at + from, bytes: bytes.subarray(from, end) };
      from = end + 1;
    }
    rest = bytes.subarray(from);
    at += from;
  }
  if (rest.length > 0) yield { at, bytes: rest };
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith(".gz")) return yield* file as AsyncIterable<Buffer>;
  try {
    yield* pipeline(file, createGunzip(), () => undefined) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new WorkspaceError("DATA_INVALID", `${path} cannot be unpacked: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Writes over bytes of a file where they are, and nowhere else: another process may append to the same file meanwhile,
 * which a new file under the old name would take the appended lines from.
 */
export async function overwrite(path: string, pieces: readonly PlacedLine[]): Promise<void> {
  if (pieces.length === 0) return;
  const file = await open(path, "r+");
  try {
    for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a file anew beside the old one, and puts it in its place at one stroke. */
export async function replaceFile(
  path: string,
  fill: (write: (bytes: Buffer) => Promise<void>) => Promise<void>,
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}`);
  const file = await open(draft, "wx");
  try {
    let block: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      await file.writeFile(Buffer.concat(block));
      block = [];
      size = 0;
    };
    await fill(async (bytes) => {
      block.push(Buffer.from(bytes));
      size += bytes.length;
      if (size > 1 << 20) await flush();
    });
    await flush();
    await file.sync();
    await rename(draft, path);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  await syncFolder(dirname(path));
}

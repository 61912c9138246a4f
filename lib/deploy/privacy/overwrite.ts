import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

/** A line of a file, with the place of its first byte; the line feed is not part of it. */
export interface PlacedLine {
  at: number;
  bytes: Buffer;
}

/** The lines of a file of any size. A last line without its line feed is given too. */
export async function* placedLines(path: string): AsyncGenerator<PlacedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
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

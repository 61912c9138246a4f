import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { overwrite, placedLines, replaceFile, type PlacedLine } from "./overwrite";
import type { PersonalPlace, PersonalRecord } from "./place";

/**
 * The server's log, where it was kept in files. Only with `--log-users` does it name users, in addresses; an id there is
 * written over with as many x, so that the line stays, and a server may go on writing. A .gz, to which nobody writes any more, is packed anew.
 */
export function logsPlace(paths: readonly string[]): PersonalPlace {
  const address = (userId: number): RegExp =>
    new RegExp(`(/(?:recommend|explain)/)0*${userId}(?![0-9])`, "g");
  async function* lines(
    userId: number,
    files = paths,
  ): AsyncGenerator<{ path: string; line: PlacedLine; text: string }> {
    for (const path of files)
      for await (const line of placedLines(path)) {
        const text = line.bytes.toString("latin1");
        if (address(userId).test(text)) yield { path, line, text };
      }
  }
  const covered = (userId: number, text: string): Buffer =>
    Buffer.from(
      text.replace(
        address(userId),
        (whole: string, before: string) => before + "x".repeat(whole.length - before.length),
      ),
      "latin1",
    );
  async function* allCovered(userId: number, path: string): AsyncGenerator<Buffer> {
    for await (const { bytes } of placedLines(path))
      yield Buffer.concat([covered(userId, bytes.toString("latin1")), LINE_END]);
  }
  return {
    name:
      paths.length > 0
        ? `logs: ${paths.join(", ")}`
        : "logs: none named; without --log-users they name nobody",
    async *find(userId): AsyncGenerator<PersonalRecord> {
      for await (const { path, text } of lines(userId)) yield { where: path, what: text };
    },
    async erase(userId) {
      for (const path of paths) {
        const pieces: PlacedLine[] = [];
        for await (const { line, text } of lines(userId, [path]))
          pieces.push({ at: line.at, bytes: covered(userId, text) });
        if (!path.endsWith(".gz")) await overwrite(path, pieces);
        else if (pieces.length > 0)
          await replaceFile(path, (write) =>
            pipeline(Readable.from(allCovered(userId, path)), createGzip(), async (packed) => {
              for await (const bytes of packed as AsyncIterable<Buffer>) await write(bytes);
            }),
          );
      }
    },
  };
}

const LINE_END = Buffer.from("\n");

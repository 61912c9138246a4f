import { overwrite, placedLines, type PlacedLine } from "./overwrite";
import type { PersonalPlace, PersonalRecord } from "./place";

/**
 * The server's log, where it was kept in files. Only with `--log-users` does it name users, in addresses; an id there is
 * written over with as many x, so that the line stays, and a server may go on writing.
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
        for await (const { line, text } of lines(userId, [path])) {
          const covered = text.replace(
            address(userId),
            (whole: string, before: string) => before + "x".repeat(whole.length - before.length),
          );
          pieces.push({ at: line.at, bytes: Buffer.from(covered, "latin1") });
        }
        await overwrite(path, pieces);
      }
    },
  };
}

import { join } from "node:path";
import { ERASED, parseEvent, segmentNames } from "../events";
import { overwrite, placedLines, type PlacedLine } from "./overwrite";
import type { PersonalPlace, PersonalRecord } from "./place";

const SPACE = ERASED.charCodeAt(0);

/**
 * What `POST /events` has stored. A user's lines are made blank where they are, which `readEvents` passes over; servers may go
 * on storing meanwhile. The first byte goes first: an erasure that is cut short leaves no half an event, and the next
 * one ends it.
 */
export function eventsPlace(folder: string): PersonalPlace {
  async function* lines(userId: number): AsyncGenerator<{ path: string; line: PlacedLine; event: unknown }> {
    for (const name of await segmentNames(folder)) {
      const path = join(folder, name);
      for await (const line of placedLines(path)) {
        const begun = line.bytes[0] === SPACE && line.bytes.some((byte) => byte !== SPACE);
        const event = parseEvent(line.bytes.toString("utf8"));
        if (begun || (!line.bytes.subarray(0, 1).equals(Buffer.from(ERASED)) && event?.userId === userId))
          yield { path, line, event };
      }
    }
  }
  return {
    name: `events in ${folder}`,
    async *find(userId): AsyncGenerator<PersonalRecord> {
      for await (const { path, event } of lines(userId)) yield { where: path, what: event };
    },
    async erase(userId) {
      const byPath = new Map<string, PlacedLine[]>();
      for await (const { path, line } of lines(userId)) {
        const { at, bytes } = line;
        const own = byPath.get(path) ?? [];
        own.push({ at, bytes: Buffer.alloc(bytes.length, SPACE) });
        byPath.set(path, own);
      }
      for (const [path, blanks] of byPath) {
        await overwrite(
          path,
          blanks.map(({ at, bytes }) => ({ at, bytes: bytes.subarray(0, 1) })),
        );
        await overwrite(path, blanks);
      }
    },
  };
}

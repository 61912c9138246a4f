import { randomBytes } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WorkspaceError } from "../data";
import type { LadderStep } from "../recommend";

/** A user gave a film stars. Ids are MovieLens ids; they need not be known to the model. */
export interface RatingEvent {
  type: "rating";
  userId: number;
  movieId: number;
  rating: number;
}

/** A list was shown, in this order. */
export interface ImpressionEvent {
  type: "impression";
  /** Absent for a visitor. */
  userId?: number;
  movieIds: number[];
  /** Names the list, for the clicks on it. */
  listId?: string;
}

/** A film of a list was chosen. */
export interface ClickEvent {
  type: "click";
  userId?: number;
  movieId: number;
  listId?: string;
}

export type FeedbackEvent = (RatingEvent | ImpressionEvent | ClickEvent) & {
  /** Given by the sender: what is sent again after a failure is read once. */
  id?: string;
  /** When it happened, in seconds since 1970; when it was received where the sender does not say. */
  timestamp?: number;
};

/** A list that the server answered, as it logs it itself where it is told to (`logServed`); nobody sends these. */
export interface ServedEvent {
  type: "served";
  /** Absent for a visitor. */
  userId?: number;
  movieIds: number[];
  step: LadderStep;
  id?: undefined;
}

export type StoredEvent = (FeedbackEvent | ServedEvent) & {
  timestamp: number;
  /** By the server's clock, ISO 8601, UTC. */
  received: string;
  /** The model that was served then. */
  modelVersion: string;
};

export interface EventLogOptions {
  /** A segment that has grown to so many bytes is closed and a new one begun; 64 MiB by default. */
  segmentBytes?: number;
  /** More events than these waiting for the disk are refused; 20,000 by default. */
  mostWaiting?: number;
}

interface Batch {
  lines: string;
  count: number;
  stored: () => void;
  refused: (error: unknown) => void;
}

/** What a line begins with whose event was erased, as a user may demand. */
export const ERASED = " ";
const SEGMENT = /^events-.*\.jsonl$/;

/**
 * Appends events to JSON Lines files in a folder. What `append` has resolved for is on the disk. Whatever arrives while
 * the disk is busy is written and flushed together. Every log writes segments of its own, so any number of processes may share
 * a folder, and a file that was cut short by a crash is never written to again.
 */
export class EventLog {
  private segment: { file: FileHandle; bytes: number } | undefined;
  private waiting: Batch[] = [];
  private waitingEvents = 0;
  private writing: Promise<void> | undefined;
  private closed = false;
  private readonly segmentBytes: number;
  private readonly mostWaiting: number;

  constructor(
    readonly folder: string,
    options: EventLogOptions = {},
  ) {
    this.segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
    this.mostWaiting = options.mostWaiting ?? 20_000;
  }

  /**
   * Resolves when all of the events are on the disk. When it rejects they are not acknowledged; after a failed flush some
   * of them may be found all the same, so they should carry an `id` when they are sent again.
   * @throws WorkspaceError EVENT_NOT_STORED
   */
  async append(events: readonly StoredEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (this.closed) throw notStored(events.length, "the event log is closed");
    if (this.waitingEvents + events.length > this.mostWaiting)
      throw notStored(events.length, `${this.waitingEvents} events are waiting for the disk`);
    this.waitingEvents += events.length;
    const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
    const done = new Promise<void>((stored, refused) =>
      this.waiting.push({ lines, count: events.length, stored, refused }),
    );
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    return done;
  }

  /** Writes what is waiting, then closes; appending is refused from here on. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.abandon();
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batches = this.waiting;
      this.waiting = [];
      const count = batches.reduce((sum, batch) => sum + batch.count, 0);
      try {
        await this.write(Buffer.from(batches.map(({ lines }) => lines).join("")));
        for (const { stored } of batches) stored();
      } catch (error) {
        await this.abandon();
        const why = error instanceof Error ? error.message : String(error);
        for (const batch of batches) batch.refused(notStored(batch.count, why, error));
      }
      this.waitingEvents -= count;
    }
  }

  private async write(bytes: Buffer): Promise<void> {
    this.segment ??= { file: await this.begin(), bytes: 0 };
    const { file, bytes: before } = this.segment;
    try {
      await file.appendFile(bytes);
      await file.datasync();
    } catch (error) {
      // What was refused should not be read; where even this fails, `readEvents` leaves a cut line out.
      await file.truncate(before).catch(() => undefined);
      throw error;
    }
    this.segment.bytes = before + bytes.length;
    if (this.segment.bytes >= this.segmentBytes) await this.abandon();
  }

  private async begin(): Promise<FileHandle> {
    await mkdir(this.folder, { recursive: true });
    const stamp = new Date().toISOString().replace(/[-:.]/g, "");
    const name = `events-${stamp}-${process.pid}-${randomBytes(4).toString("hex")}.jsonl`;
    const file = await open(join(this.folder, name), "ax");
    // The new name has to survive a power cut as well. Windows cannot open a folder, and keeps names by itself.
    if (process.platform !== "win32") {
      const folder = await open(this.folder, "r");
      await folder.sync().finally(() => folder.close());
    }
    return file;
  }

  /** The next event begins a new segment: after a failed flush nothing is certain of the old one's end. */
  private async abandon(): Promise<void> {
    const { segment } = this;
    this.segment = undefined;
    await segment?.file.close().catch(() => undefined);
  }
}

const notStored = (count: number, why: string, cause?: unknown): WorkspaceError =>
  new WorkspaceError(
    "EVENT_NOT_STORED",
    `${count} event${count === 1 ? "" : "s"} could not be stored: ${why}`,
    {
      cause,
    },
  );

/**
 * Every event of a folder, in the order of the segments' beginnings; none where there is no such folder. An event that carries
 * an `id` is given once. A last line without its end is what a crash cut off before it was acknowledged, and left out.
 * @throws WorkspaceError EVENTS_CORRUPT naming a complete line that is no event
 */
export async function* readEvents(folder: string): AsyncGenerator<StoredEvent> {
  const given = new Set<string>();
  for (const name of await segmentNames(folder)) {
    let line = 0;
    for await (const text of wholeLinesOf(join(folder, name))) {
      line++;
      if (text.startsWith(ERASED)) continue;
      const event = parseEvent(text);
      if (!event)
        throw new WorkspaceError("EVENTS_CORRUPT", `${join(folder, name)} line ${line} is no event`);
      if (event.id !== undefined) {
        if (given.has(event.id)) continue;
        given.add(event.id);
      }
      yield event;
    }
  }
}

/** The files of a folder that hold events, in the order of their beginnings; none where there is no such folder. */
export async function segmentNames(folder: string): Promise<string[]> {
  return existsSync(folder) ? (await readdir(folder)).filter((name) => SEGMENT.test(name)).sort() : [];
}

async function* wholeLinesOf(path: string): AsyncGenerator<string> {
  const file = await open(path, "r");
  let end: number;
  try {
    const { size } = await file.stat();
    end = await lastLineEnd(file, size);
  } finally {
    await file.close();
  }
  if (end === 0) return;
  yield* createInterface({ input: createReadStream(path, { end: end - 1 }), crlfDelay: Infinity });
}

/** Bytes up to and with the last "\n"; 0 where there is none. */
async function lastLineEnd(file: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let to = size; to > 0; to -= block.length) {
    const from = Math.max(0, to - block.length);
    const { bytesRead } = await file.read(block, 0, to - from, from);
    const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

/** @returns null for text that is no event */
export function parseEvent(text: string): StoredEvent | null {
  try {
    const value = JSON.parse(text) as StoredEvent | null;
    return value && typeof value === "object" && typeof value.type === "string" ? value : null;
  } catch {
    return null;
  }
}

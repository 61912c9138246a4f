"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.EventLog = void 0;
exports.readEvents = readEvents;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const node_readline_1 = require("node:readline");
const data_1 = require("../data");
const SEGMENT = /^events-.*\.jsonl$/;
/**
 * Appends events to JSON Lines files in a folder. What `append` has resolved for is on the disk. Whatever arrives while
 * the disk is busy is written and flushed together. Every log writes segments of its own, so any number of processes may share
 * a folder, and a file that was cut short by a crash is never written to again.
 */
class EventLog {
    folder;
    segment;
    waiting = [];
    waitingEvents = 0;
    writing;
    closed = false;
    segmentBytes;
    mostWaiting;
    constructor(folder, options = {}) {
        this.folder = folder;
        this.segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024;
        this.mostWaiting = options.mostWaiting ?? 20_000;
    }
    /**
     * Resolves when all of the events are on the disk. When it rejects they are not acknowledged; after a failed flush some
     * of them may be found all the same, so they should carry an `id` when they are sent again.
     * @throws WorkspaceError EVENT_NOT_STORED
     */
    async append(events) {
        if (events.length === 0)
            return;
        if (this.closed)
            throw notStored(events.length, "the event log is closed");
        if (this.waitingEvents + events.length > this.mostWaiting)
            throw notStored(events.length, `${this.waitingEvents} events are waiting for the disk`);
        this.waitingEvents += events.length;
        const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
        const done = new Promise((stored, refused) => this.waiting.push({ lines, count: events.length, stored, refused }));
        this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
        return done;
    }
    /** Writes what is waiting, then closes; appending is refused from here on. */
    async close() {
        this.closed = true;
        await this.writing;
        await this.abandon();
    }
    async writeAll() {
        while (this.waiting.length > 0) {
            const batches = this.waiting;
            this.waiting = [];
            const count = batches.reduce((sum, batch) => sum + batch.count, 0);
            try {
                await this.write(Buffer.from(batches.map(({ lines }) => lines).join("")));
                for (const { stored } of batches)
                    stored();
            }
            catch (error) {
                await this.abandon();
                const why = error instanceof Error ? error.message : String(error);
                for (const batch of batches)
                    batch.refused(notStored(batch.count, why, error));
            }
            this.waitingEvents -= count;
        }
    }
    async write(bytes) {
        this.segment ??= { file: await this.begin(), bytes: 0 };
        const { file, bytes: before } = this.segment;
        try {
            await file.appendFile(bytes);
            await file.datasync();
        }
        catch (error) {
            // What was refused should not be read; where even this fails, `readEvents` leaves a cut line out.
            await file.truncate(before).catch(() => undefined);
            throw error;
        }
        this.segment.bytes = before + bytes.length;
        if (this.segment.bytes >= this.segmentBytes)
            await this.abandon();
    }
    async begin() {
        await (0, promises_1.mkdir)(this.folder, { recursive: true });
        const stamp = new Date().toISOString().replace(/[-:.]/g, "");
        const name = `events-${stamp}-${process.pid}-${(0, node_crypto_1.randomBytes)(4).toString("hex")}.jsonl`;
        const file = await (0, promises_1.open)((0, node_path_1.join)(this.folder, name), "ax");
        // The new name has to survive a power cut as well. Windows cannot open a folder, and keeps names by itself.
        if (process.platform !== "win32") {
            const folder = await (0, promises_1.open)(this.folder, "r");
            await folder.sync().finally(() => folder.close());
        }
        return file;
    }
    /** The next event begins a new segment: after a failed flush nothing is certain of the old one's end. */
    async abandon() {
        const { segment } = this;
        this.segment = undefined;
        await segment?.file.close().catch(() => undefined);
    }
}
exports.EventLog = EventLog;
const notStored = (count, why, cause) => new data_1.WorkspaceError("EVENT_NOT_STORED", `${count} event${count === 1 ? "" : "s"} could not be stored: ${why}`, {
    cause,
});
/**
 * Every event of a folder, in the order of the segments' beginnings; none where there is no such folder. An event that carries
 * an `id` is given once. A last line without its end is what a crash cut off before it was acknowledged, and left out.
 * @throws WorkspaceError EVENTS_CORRUPT naming a complete line that is no event
 */
async function* readEvents(folder) {
    const names = (0, node_fs_1.existsSync)(folder) ? (await (0, promises_1.readdir)(folder)).filter((name) => SEGMENT.test(name)).sort() : [];
    const given = new Set();
    for (const name of names) {
        let line = 0;
        for await (const text of wholeLinesOf((0, node_path_1.join)(folder, name))) {
            line++;
            const event = parseEvent(text);
            if (!event)
                throw new data_1.WorkspaceError("EVENTS_CORRUPT", `${(0, node_path_1.join)(folder, name)} line ${line} is no event`);
            if (event.id !== undefined) {
                if (given.has(event.id))
                    continue;
                given.add(event.id);
            }
            yield event;
        }
    }
}
async function* wholeLinesOf(path) {
    const file = await (0, promises_1.open)(path, "r");
    let end;
    try {
        const { size } = await file.stat();
        end = await lastLineEnd(file, size);
    }
    finally {
        await file.close();
    }
    if (end === 0)
        return;
    yield* (0, node_readline_1.createInterface)({ input: (0, node_fs_1.createReadStream)(path, { end: end - 1 }), crlfDelay: Infinity });
}
/** Bytes up to and with the last "\n"; 0 where there is none. */
async function lastLineEnd(file, size) {
    const block = Buffer.alloc(64 * 1024);
    for (let to = size; to > 0; to -= block.length) {
        const from = Math.max(0, to - block.length);
        const { bytesRead } = await file.read(block, 0, to - from, from);
        const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
        if (at >= 0)
            return from + at + 1;
    }
    return 0;
}
function parseEvent(text) {
    try {
        const value = JSON.parse(text);
        return value && typeof value === "object" && typeof value.type === "string" ? value : null;
    }
    catch {
        return null;
    }
}
//# sourceMappingURL=events.js.map
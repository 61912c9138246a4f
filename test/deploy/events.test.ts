import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, open, readdir, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  createServer,
  EventLog,
  loadModel,
  readEvents,
  type LoadedModel,
  type StoredEvent,
} from "@movielens/lib/deploy";
import { projectPath } from "@movielens/lib/data";
import { ask, post } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

let temporary: string;
let cleanUp: () => Promise<void>;
let loaded: LoadedModel;
let folders = 0;
const freshFolder = (): string => join(temporary, `events-${++folders}`);

test.before(async () => {
  const folder = await temporaryFolder();
  temporary = folder.path;
  cleanUp = folder.remove;
  loaded = await loadModel((await exportTiny(temporary)).folder);
});
test.after(() => cleanUp());

const click = (movieId: number, id?: string): StoredEvent => ({
  type: "click",
  movieId,
  ...(id === undefined ? {} : { id }),
  timestamp: 1,
  received: "2026-01-01T00:00:00.000Z",
  modelVersion: "v",
});
async function read(folder: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of readEvents(folder)) events.push(event);
  return events;
}
const moviesIn = async (folder: string): Promise<unknown[]> =>
  (await read(folder)).map((event) => ("movieIds" in event ? event.movieIds : event.movieId));
const segments = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();

/** Lets one method of every open file fail once, after `before` has been done to the file. */
async function failOnce(
  method: "appendFile" | "datasync",
  code: string,
  before: (file: FileHandle) => Promise<unknown> = async () => undefined,
): Promise<() => void> {
  const probe = await open(temporary, "r");
  const prototype = Object.getPrototypeOf(probe) as Record<string, (this: FileHandle) => Promise<void>>;
  await probe.close();
  const own = prototype[method];
  const restore = (): void => void (prototype[method] = own);
  prototype[method] = async function (this: FileHandle) {
    restore();
    await before(this);
    throw Object.assign(new Error(`${code}: no space left on device`), { code });
  };
  return restore;
}

test("events come back as they were sent, with time and model version, after a server's answer", async () => {
  const folder = freshFolder();
  const server = createServer({ loaded }, { eventsFolder: folder });
  const events = [
    { type: "rating", userId: 10, movieId: 3, rating: 4.5, timestamp: 1_500_000_000 },
    { type: "impression", userId: 4711, movieIds: [3, 4, 999], listId: "list-1" },
    { type: "click", movieId: 4, listId: "list-1", id: "c1" },
  ];
  const answer = await ask(server, post("/events", { events }));
  assert.equal([answer.status, answer.body], [201, { stored: 3 }]);
  const stored = await read(folder);
  await server.close();
  assert.is(stored.length, 3);
  stored.forEach(({ received, timestamp, modelVersion, ...event }, k) => {
    assert.is(modelVersion, loaded.manifest.version);
    assert.is(timestamp, events[k].timestamp ?? Date.parse(received) / 1000);
    assert.equal({ ...event, ...(events[k].timestamp && { timestamp }) }, events[k]);
  });
});

for (const [what, event, field] of [
  ["an unknown type", { type: "view", movieId: 1 }, "events/0"],
  ["no type", { movieId: 1 }, "events/0/type"],
  ["a rating without a user", { type: "rating", movieId: 1, rating: 4 }, "events/0/userId"],
  ["stars outside the scale", { type: "rating", userId: 1, movieId: 1, rating: 6 }, "events/0/rating"],
  ["an empty list", { type: "impression", movieIds: [] }, "events/0/movieIds"],
  ["a field of another type of event", { type: "click", movieId: 1, rating: 4 }, "events/0/rating"],
  ["an id with a path in it", { type: "click", movieId: 1, id: "../x" }, "events/0/id"],
] as const)
  test(`an event with ${what} is refused, and nothing is stored`, async () => {
    const folder = freshFolder();
    const server = createServer({ loaded }, { eventsFolder: folder });
    const answer = await ask(server, post("/events", { events: [event] }));
    await server.close();
    assert.equal([answer.status, answer.body.field], [400, field], JSON.stringify(answer.body));
    assert.equal(await read(folder), []);
  });

test("a server without a folder for events says so", async () => {
  const server = createServer({ loaded });
  const answer = await ask(server, post("/events", { events: [{ type: "click", movieId: 1 }] }));
  await server.close();
  assert.equal([answer.status, answer.body.type], [503, "urn:movielens:problem:events-off"]);
});

test("what arrives while the disk is busy is flushed together, in order", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder);
  await Promise.all(Array.from({ length: 500 }, (_, k) => log.append([click(k)])));
  await log.close();
  assert.equal(await moviesIn(folder), [...Array(500).keys()]);
  assert.is((await segments(folder)).length, 1);
});

test("a full segment is followed by another, and nothing is lost between them", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder, { segmentBytes: 300 });
  for (let k = 0; k < 20; k++) await log.append([click(k)]);
  await log.close();
  assert.ok((await segments(folder)).length > 3);
  assert.equal(
    (await moviesIn(folder)).map(Number).sort((a, b) => a - b),
    [...Array(20).keys()],
  );
});

test("several logs may share a folder", async () => {
  const folder = freshFolder();
  const logs = [new EventLog(folder), new EventLog(folder), new EventLog(folder)];
  await Promise.all(Array.from({ length: 90 }, (_, k) => logs[k % 3].append([click(k)])));
  await Promise.all(logs.map((log) => log.close()));
  assert.equal(
    (await moviesIn(folder)).map(Number).sort((a, b) => a - b),
    [...Array(90).keys()],
  );
});

test("closing writes what is waiting, and refuses what comes later", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder);
  const appended = Promise.all(Array.from({ length: 50 }, (_, k) => log.append([click(k)])));
  await log.close();
  await appended;
  assert.is((await moviesIn(folder)).length, 50);
  const refusal: unknown = await log.append([click(1)]).catch((error: unknown) => error);
  assert.match(String(refusal), "the event log is closed");
});

test("more events than may wait are refused at once", async () => {
  const log = new EventLog(freshFolder(), { mostWaiting: 2 });
  const accepted = log.append([click(1), click(2)]);
  const refusal: unknown = await log.append([click(3)]).catch((error: unknown) => error);
  assert.match(String(refusal), "2 events are waiting for the disk");
  await accepted;
  await log.close();
});

test("a disk that is full in mid-event is answered 503, leaves nothing half written, and once it has room events are stored again", async () => {
  const folder = freshFolder();
  const server = createServer({ loaded }, { eventsFolder: folder, log: "silent" });
  const send = (movieId: number) => ask(server, post("/events", { events: [{ type: "click", movieId }] }));
  assert.is((await send(1)).status, 201);
  const restore = await failOnce("appendFile", "ENOSPC", (file) => file.write('{"type":"cli'));
  const refused = await send(2).finally(restore);
  assert.equal([refused.status, refused.body.type], [503, "urn:movielens:problem:event-not-stored"]);
  assert.match(refused.body.detail, "no space left");
  assert.is(refused.headers["retry-after"], "1");
  assert.is((await send(3)).status, 201);
  assert.equal((await moviesIn(folder)).sort(), [1, 3]);
  const metrics = (await ask(server, "/metrics")).body as string;
  assert.match(metrics, 'movielens_events_total{type="click"} 2');
  assert.match(metrics, "movielens_events_not_stored_total 1");
  await server.close();
});

test("a flush that fails is not acknowledged, and no later event goes to that file", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder);
  await log.append([click(1)]);
  const restore = await failOnce("datasync", "EIO");
  const refusal: unknown = await log
    .append([click(2)])
    .catch((error: unknown) => error)
    .finally(restore);
  assert.match(String(refusal), "1 event could not be stored");
  await log.append([click(3)]);
  await log.close();
  assert.is((await segments(folder)).length, 2);
  assert.equal((await moviesIn(folder)).sort(), [1, 3]);
});

test("an event that was sent twice with one id is read once", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder);
  await log.append([click(1, "a")]);
  await log.append([click(1, "a"), click(2, "b"), click(3), click(3)]);
  await log.close();
  assert.equal(await moviesIn(folder), [1, 2, 3, 3]);
});

test("a last line that was cut off is left out, a broken one within is refused by its place", async () => {
  const folder = freshFolder();
  const log = new EventLog(folder);
  await log.append([click(1)]);
  await log.close();
  const file = join(folder, (await segments(folder))[0]);
  await appendFile(file, '{"type":"click","mov');
  assert.equal(await moviesIn(folder), [1]);
  await appendFile(file, "\n");
  const refusal: unknown = await read(folder).catch((error: unknown) => error);
  assert.match(String(refusal), `${file} line 2 is no event`);
  await writeFile(file, "");
  assert.equal(await read(folder), []);
});

test("a process killed in mid-event has lost nothing that it acknowledged", async () => {
  for (let round = 0; round < 3; round++) {
    const folder = freshFolder();
    const child = spawn(
      process.execPath,
      [
        projectPath("lib", "dist", "cli", "serve-model.js"),
        "--port",
        "0",
        "--model",
        loaded.folder,
        "--events",
        folder,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const url = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        const match = /Serving at (http:\S+):/.exec((said += chunk.toString()));
        if (match) resolve(match[1]);
      });
      child.on("exit", () => reject(new Error(`ended: ${said}`)));
    });
    const acknowledged: string[] = [];
    let sent = 0;
    const send = async (): Promise<void> => {
      for (;;) {
        const id = `e${++sent}`;
        const reply = await fetch(`${url}/events`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ events: [{ type: "click", movieId: 1, id }] }),
        }).catch(() => null);
        if (reply?.status !== 201) return;
        acknowledged.push(id);
        if (acknowledged.length === 40 + 7 * round) child.kill("SIGKILL");
      }
    };
    const ended = once(child, "exit");
    await Promise.all([send(), send(), send(), send()]);
    await ended;
    assert.ok(acknowledged.length >= 40);
    const found = new Set((await read(folder)).map(({ id }) => id));
    for (const id of acknowledged) assert.ok(found.has(id), `${id} was acknowledged and is lost`);
  }
});

test.run();

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { projectPath } from "@movielens/lib/data";
import {
  createServer,
  loadModel,
  readEvents,
  startServer,
  type LoadedModel,
  type RunningServer,
} from "@movielens/lib/deploy";
import { ask, post } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

let temporary: string;
let cleanUp: () => Promise<void>;
let loaded: LoadedModel;
let running: RunningServer;
let port: number;

test.before(async () => {
  const folder = await temporaryFolder();
  temporary = folder.path;
  cleanUp = folder.remove;
  loaded = await loadModel((await exportTiny(temporary)).folder);
  running = await startServer({ loaded }, { requestTimeout: 300, requestsPerSecond: 100_000, log: "silent" });
  port = Number(new URL(running.url).port);
});
test.after(async () => {
  await running.close();
  await cleanUp();
});

/** Sends bytes as they are, and resolves with all that comes back until the server ends the connection. */
async function talk(...pieces: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
  // The server may be done before all has been sent.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const closed = once(socket, "close");
  for (const piece of pieces) socket.write(piece);
  await closed;
  return said;
}
const alive = async (): Promise<void> => {
  assert.is((await fetch(`${running.url}/recommend/10`)).status, 200);
};

for (const [what, ...pieces] of [
  ["headers", "GET /recommend/10 HTTP/1.1\r\nHost: x\r\nX-Slow: "],
  [
    "a body",
    'POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"rat',
  ],
  [
    "a chunk",
    "POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
  ],
] as const)
  test(`a client that never ends ${what} is let go with 408, and others are answered meanwhile`, async () => {
    const slow = talk(...pieces);
    await alive();
    const said = await slow;
    assert.match(said, /^HTTP\/1\.1 408 /);
    assert.match(said, "application/problem+json");
  });

test("fifty slow clients at once keep nobody from an answer", async () => {
  const slow = Array.from({ length: 50 }, () => talk("GET /recommend/10 HTTP/1.1\r\nHos"));
  for (let k = 0; k < 5; k++) await alive();
  for (const said of await Promise.all(slow)) assert.match(said, /^HTTP\/1\.1 408 /);
});

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const json = { "content-type": "application/json" };
for (const [what, payload] of [
  ["a list in a list, 100,000 times", deep(100_000)],
  ["100,000 lists in the ratings", `{"ratings":${deep(100_000)}}`],
  ["objects in objects", '{"profile":'.repeat(20_000) + "1" + "}".repeat(20_000)],
  ["lists that are never closed", "[".repeat(200_000)],
  ["a prototype", '{"ratings":[],"__proto__":{"n":5}}'],
  ["a constructor's prototype", '{"constructor":{"prototype":{"n":5}}}'],
  ["a number beyond all numbers", '{"ratings":[{"movieId":1,"rating":1e999}]}'],
  ["text that is no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
] as const)
  test(`JSON of ${what} is refused as the sender's fault`, async () => {
    const answer = await ask(running.server, { method: "POST", url: "/recommend", payload, headers: json });
    assert.is(answer.status, 400, JSON.stringify(answer.body));
    assert.match(String(answer.headers["content-type"]), "application/problem+json");
  });

/** Sends a body of so many bytes in chunks, with or without saying before how many. @returns status and body */
function send(bytes: number, announced: boolean): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { ...json, ...(announced && { "content-length": bytes }) };
    const sending = request(`${running.url}/recommend`, { method: "POST", headers }, (reply) => {
      let body = "";
      reply.on("data", (chunk: Buffer) => (body += chunk.toString()));
      reply.on("end", () => resolve({ status: reply.statusCode!, body }));
    });
    sending.on("error", reject);
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const next = (left: number): void => {
      if (left <= 0) return void sending.end();
      sending.write(chunk.subarray(0, Math.min(left, chunk.length)), () => next(left - chunk.length));
    };
    next(bytes);
  });
}

for (const [how, announced] of [
  ["announced", true],
  ["in chunks of which nobody knows how many there are", false],
] as const)
  test(`a body of 10 MB, ${how}, is refused with 413`, async () => {
    const { status, body } = await send(10 * 1024 * 1024, announced).catch((error: NodeJS.ErrnoException) => {
      // The refusal may be lost where the server ends the connection while more is being sent.
      assert.ok(["ECONNRESET", "EPIPE"].includes(error.code ?? ""), String(error));
      return { status: 413, body: '"status":413' };
    });
    assert.is(status, 413);
    assert.match(body, '"status":413');
    await alive();
  });

for (const type of [
  "text/plain",
  "application/xml",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "application/jsonp",
  "nonsense",
  "",
])
  test(`a body of type "${type}" is refused with 415`, async () => {
    for (const url of ["/recommend", "/recommend/batch", "/events", "/explain"]) {
      const answer = await ask(running.server, {
        method: "POST",
        url,
        payload: "{}",
        headers: { "content-type": type },
      });
      assert.is(answer.status, 415, `${url}: ${JSON.stringify(answer.body)}`);
    }
  });

for (const path of [
  "/../../../../etc/passwd",
  "/recommend/../../etc/passwd",
  "/recommend/..%2f..%2fetc%2fpasswd",
  "/recommend/%2e%2e%2fmodel",
  "/similar/%00",
  "/similar/1%00.json",
  "/explain/10/..%5c..%5c",
  "/docs/static/..%2f..%2f..%2fpackage.json",
  "/docs/static/%2e%2e/%2e%2e/package.json",
  "/docs/../page.ts",
  "/page.css/../page.ts",
  "//etc/passwd",
  "/recommend/10;/../../model",
  `/recommend/${"1".repeat(5000)}`,
  "/recommend/%F0%9F%8E%AC",
])
  test(`${path.slice(0, 50)} leads to nothing`, async () => {
    const said = await talk(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(said, /^HTTP\/1\.1 4\d\d /);
    assert.match(said, "application/problem+json");
    assert.not.match(said, "root:");
  });

for (const [what, text] of [
  ["no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n"],
  ["two lengths", "POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
  [
    "a length and chunks, which a proxy may read in another way",
    "POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["headers without end", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}\r\n\r\n`],
] as const)
  test(`a request of ${what} is refused, and the connection ended`, async () => {
    assert.match(await talk(text), /^(HTTP\/1\.1 4\d\d |$)/);
    await alive();
  });

test("1,000 connections at once are all answered", async () => {
  const patient = await startServer({ loaded });
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(patient.url).port), "127.0.0.1", () => resolve(socket));
      socket.on("error", reject);
    });
  const sockets = await Promise.all(Array.from({ length: 1000 }, open));
  const answers = sockets.map(async (socket) => {
    const answered = once(socket, "data");
    socket.write("GET /recommend/10?n=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    const [data] = (await answered) as [Buffer];
    return data.toString();
  });
  for (const answer of await Promise.all(answers)) assert.match(answer, /^HTTP\/1\.1 200 /);
  for (const socket of sockets) socket.destroy();
  await patient.close();
});

/** Sets the clock of this process forward or back while `act` runs. */
async function withClock(seconds: number, act: () => Promise<void>): Promise<void> {
  const { now } = Date;
  Date.now = () => now() + seconds * 1000;
  try {
    await act();
  } finally {
    Date.now = now;
  }
}

test("a clock that is set back or forward shuts nobody out, makes no duration negative, and loses no event", async () => {
  const folder = join(temporary, "clock");
  const server = createServer({ loaded }, { requestsPerSecond: 25, eventsFolder: folder });
  const store = async (id: string): Promise<void> => {
    const answer = await ask(server, post("/events", { events: [{ type: "click", movieId: 1, id }] }));
    assert.is(answer.status, 201);
  };
  const askAFew = async (): Promise<void> => {
    for (let k = 0; k < 9; k++) assert.is((await ask(server, "/recommend/10")).status, 200);
  };
  const HOUR = 3600;
  try {
    await askAFew();
    await store("before");
    await withClock(-HOUR, async () => {
      await askAFew();
      await store("back");
    });
    // Longer than the window in which requests are counted.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await withClock(-2 * HOUR, async () => {
      await askAFew();
      await store("further-back");
      // More than the limit within these seconds, but not within one.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await askAFew();
    });
    await withClock(HOUR, async () => {
      await askAFew();
      await store("forward");
    });
    const report = await server.monitoring();
    assert.ok(report.p50! >= 0 && report.p50! < 60, String(report.p50));
    assert.ok(report.modelAgeSeconds! >= 0);
  } finally {
    await server.close();
  }
  const ids: string[] = [];
  for await (const { id, timestamp } of readEvents(folder)) {
    ids.push(id!);
    assert.ok(Number.isFinite(timestamp));
  }
  assert.equal(ids, ["before", "back", "further-back", "forward"]);
});

const hasSmallDisks =
  process.platform === "linux" &&
  spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]).status === 0;
const onSmallDisk = hasSmallDisks ? test : test.skip;

onSmallDisk(
  "on a disk that is really full nothing is acknowledged, what was is there, and it goes on when there is room",
  async () => {
    const disk = join(temporary, "disk");
    // A disk of its own, seen by this one process only; its folders are read through /proc.
    const script = `mkdir -p "$1" && mount -t tmpfs -o size=64k none "$1" && exec "$2" "$3" --port 0 --log silent --model "$4" --events "$1"/events`;
    const command = projectPath("lib", "dist", "cli", "serve-model.js");
    const child = spawn(
      "unshare",
      ["-rm", "sh", "-c", script, "sh", disk, process.execPath, command, loaded.folder],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const url = await greeted(child);
      const seen = `/proc/${child.pid}/root${disk}`;
      const send = async (id: string): Promise<{ status: number; type?: string; detail?: string }> => {
        const event = { type: "impression", movieIds: Array(100).fill(4_000_000_000), id };
        const reply = await fetch(`${url}/events`, {
          method: "POST",
          headers: json,
          body: JSON.stringify({ events: [event] }),
        });
        return { ...((await reply.json()) as object), status: reply.status };
      };
      const acknowledged: string[] = [];
      let refusals = 0;
      const tell = async (id: string): Promise<void> => {
        const { status, type, detail } = await send(id);
        if (status === 201) return void acknowledged.push(id);
        refusals++;
        assert.equal([status, type], [503, "urn:movielens:problem:event-not-stored"]);
        assert.match(detail!, "ENOSPC");
      };
      await writeFile(join(seen, "filler"), Buffer.alloc(24 * 1024));
      for (let k = 0; k < 60; k++) await tell(`full-${k}`);
      assert.ok(
        acknowledged.length > 0 && refusals > 0,
        `${acknowledged.length} stored, ${refusals} refused`,
      );
      assert.is((await fetch(`${url}/recommend/10`)).status, 200);
      await rm(join(seen, "filler"));
      const before = acknowledged.length;
      for (let k = 0; k < 5; k++) await tell(`room-${k}`);
      assert.is(acknowledged.length, before + 5, "with room again, events are stored again");
      const found: string[] = [];
      for await (const { id } of readEvents(join(seen, "events"))) found.push(id!);
      assert.equal(found.sort(), acknowledged.sort());
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  },
);

async function greeted(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      const match = /Serving at (http:\S+):/.exec((said += chunk.toString()));
      if (match) resolve(match[1]);
    });
    child.on("exit", () => reject(new Error(`ended: ${said}`)));
  });
}

test.run();

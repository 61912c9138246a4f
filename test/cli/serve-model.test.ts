import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, truncate } from "node:fs/promises";
import { createServer as createSocketServer, connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { projectPath } from "@movielens/lib/data";
import { makeCurrent, readEvents } from "@movielens/lib/deploy";
import { exportTiny, temporaryFolder } from "../deploy/tiny-model";
import { runCommand } from "./run";

let models: string;
let model: string;
let cleanUp: () => Promise<void>;
const running = new Set<ChildProcess>();

test.before(async () => {
  const folder = await temporaryFolder();
  models = folder.path;
  cleanUp = folder.remove;
  await exportTiny(models, new Date("2026-01-01T00:00:00Z"));
  model = (await exportTiny(models, new Date("2026-06-01T00:00:00Z"))).folder;
});
test.after(async () => {
  for (const child of running) child.kill("SIGKILL");
  await cleanUp();
});

interface Served {
  url: string;
  greeting: string;
  child: ChildProcess;
  /** The exit code, once the process has ended. */
  ended: Promise<number | null>;
}

/** Starts the built command on a free port and waits until it has said where it is. */
function serve(...argv: string[]): Promise<Served> {
  const command = projectPath("lib", "dist", "cli", "serve-model.js");
  const child = spawn(process.execPath, [command, "--port", "0", ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  void ended.then(() => running.delete(child));
  return new Promise((resolve, reject) => {
    let greeting = "";
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      greeting += chunk.toString();
      const url = /Serving at (http:\S+):/.exec(greeting)?.[1];
      if (url && greeting.includes("/docs")) resolve({ url, greeting, child, ended });
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${errors}`)));
  });
}

test("a served model answers over its port, and SIGTERM ends the process with code 0", async () => {
  const { url, child, ended } = await serve("--model", model);
  const users = await fetch(`${url}/recommend/10?n=1`);
  assert.is(users.status, 200);
  assert.match(await users.text(), '"movieId":4');
  const visitors = await fetch(`${url}/recommend`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ratings: [{ movieId: 1, rating: 5 }], n: 2 }),
  });
  assert.is(visitors.status, 200);
  assert.match(await visitors.text(), '"step":"similar-users"');
  assert.is((await fetch(`${url}/similar/999`)).status, 404);
  assert.is((await fetch(`${url}/health/ready`)).status, 200);
  child.kill("SIGTERM");
  assert.is(await ended, 0);
});

test("SIGINT ends it as well, connections kept open by idle clients notwithstanding", async () => {
  const { url, child, ended } = await serve("--model", model);
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n");
  await once(socket, "data");
  child.kill("SIGINT");
  assert.is(await ended, 0);
  socket.destroy();
});

test("a stop answers what is under way and keeps its events, takes no new connection, and ends with code 0", async () => {
  const events = join(models, "kept");
  const { url, child, ended } = await serve("--model", model, "--events", events);
  const { port, hostname } = new URL(url);
  const body = JSON.stringify({ events: [{ type: "click", movieId: 1, id: "under-way" }] });
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(
    `POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`,
  );
  // Its answer is proof that the first part above has arrived too, or soon will have.
  assert.is((await fetch(`${url}/health/live`)).status, 200);
  child.kill("SIGTERM");
  for (let wait = 0; wait < 600; wait++) {
    const taken = await fetch(`${url}/health/live`, { headers: { connection: "close" } }).catch(() => null);
    if (taken === null) break;
    await setTimeout(10);
  }
  assert.is(await fetch(`${url}/health/live`).catch(() => null), null);
  assert.is(child.exitCode, null, "it waits for the request");
  const answered = once(socket, "data");
  socket.write(body.slice(20));
  assert.match(String((await answered)[0]), /^HTTP\/1\.1 201 /);
  assert.is(await ended, 0);
  const kept = [];
  for await (const { id } of readEvents(events)) kept.push(id);
  assert.equal(kept, ["under-way"]);
});

test("of a folder of models the newest is served, on this machine only", async () => {
  const { url, greeting, child, ended } = await serve("--model", models);
  assert.match(greeting, /20260601T000000Z-explicit-r2-\w+ \(explicit, rank 2, 3 users, 5 films\)/);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  child.kill("SIGTERM");
  await ended;
});

test("several processes serve one folder of models and store into one of events: each answers the same, all take up what is promoted, and none is hurt by the death of another", async () => {
  const shared = await temporaryFolder();
  const registry = join(shared.path, "models");
  const events = join(shared.path, "events");
  const versions: string[] = [];
  for (const month of [1, 2]) {
    const { version } = await exportTiny(registry, new Date(Date.UTC(2026, month, 1)));
    versions.push(version);
  }
  await makeCurrent(registry, versions[0], { action: "first", expected: null });
  const processes = await Promise.all([1, 2, 3].map(() => serve("--model", registry, "--events", events)));
  try {
    const answers = (): Promise<{ body: string; version: string | null }[]> =>
      Promise.all(
        processes.map(async ({ url }) => {
          const answer = await fetch(`${url}/recommend/10`);
          assert.is(answer.status, 200);
          return { body: await answer.text(), version: answer.headers.get("x-model-version") };
        }),
      );
    const before = await answers();
    for (const answer of before) assert.equal(answer, before[0]);
    assert.is(before[0].version, versions[0]);

    const acknowledged: string[] = [];
    const store = async ({ url }: Served, id: string): Promise<void> => {
      const answer = await fetch(`${url}/events`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ events: [{ type: "click", movieId: 1, id }] }),
      });
      assert.is(answer.status, 201);
      acknowledged.push(id);
    };
    await Promise.all(
      processes.flatMap((one, k) => Array.from({ length: 20 }, (_, n) => store(one, `${k}-${n}`))),
    );

    const [dead] = processes.splice(0, 1);
    dead.child.kill("SIGKILL");
    await dead.ended;
    await makeCurrent(registry, versions[1], { action: "force", expected: versions[0] });
    const behind = async (): Promise<boolean> =>
      (await answers()).some(({ version }) => version !== versions[1]);
    for (let wait = 0; wait < 600 && (await behind()); wait++) await setTimeout(50);
    assert.not(await behind(), "all have taken up what was promoted");
    await Promise.all(processes.map((one, k) => store(one, `after-${k}`)));

    const found = [];
    for await (const { id } of readEvents(events)) found.push(id!);
    assert.equal(found.sort(), acknowledged.sort());
  } finally {
    for (const { child, ended } of processes) {
      child.kill("SIGTERM");
      assert.is(await ended, 0);
    }
    await shared.remove();
  }
});

test("the requests that it prints as examples are answered", async () => {
  const { greeting, child, ended } = await serve("--model", model);
  const examples = [...greeting.matchAll(/curl "([^"]+)"(?: -H "[^"]+" -d '([^']+)')?/g)];
  assert.is(examples.length, 3);
  for (const [, url, body] of examples) {
    const answer = await fetch(
      url,
      body ? { method: "POST", body, headers: { "content-type": "application/json" } } : {},
    );
    assert.is(answer.status, 200, url);
  }
  child.kill("SIGTERM");
  await ended;
});

test("a port that is taken is said in one line, with what to do", async () => {
  const holder = createSocketServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  const { code, out, err } = await runCommand("serve-model", ["--model", model, "--port", String(port)]);
  holder.close();
  assert.is(code, 1);
  assert.is(out, "");
  assert.is(
    err,
    `LISTEN_FAILED: port ${port} on 127.0.0.1 is taken\n  → Choose another port with --port, 0 for any free one.\n`,
  );
});

test("without a model it says how to make one", async () => {
  const empty = join(models, "empty");
  await mkdir(empty);
  const { code, err } = await runCommand("serve-model", ["--model", empty]);
  assert.is(code, 1);
  assert.match(err, `MODEL_MISSING: there is no model in ${empty} yet`);
  assert.match(err, "npm start");
});

test("a broken model is refused before anything is served", async () => {
  const { folder } = await exportTiny(join(models, "broken"));
  await truncate(join(folder, "movies.json"), 10);
  const { code, out, err } = await runCommand("serve-model", ["--model", folder, "--port", "0"]);
  assert.is(code, 1);
  assert.is(out, "");
  assert.match(err, /^MODEL_CORRUPT: .*movies\.json: 10 bytes/);
});

test("--help tells the options, and a port that is none is refused", async () => {
  const help = await runCommand("serve-model", ["--help"]);
  assert.is(help.code, 0);
  for (const flag of ["--model", "--host", "--port"]) assert.match(help.out, flag);
  // Lines are as wide as the terminal.
  assert.match(help.out.replace(/\s+/g, " "), /--fold-in-from <ratings> .*\(default: 101\)/);
  const wrong = await runCommand("serve-model", ["--port", "http"]);
  assert.is(wrong.code, 1);
  assert.match(wrong.err, "A port is a whole number from 0 to 65535");
});

test.run();

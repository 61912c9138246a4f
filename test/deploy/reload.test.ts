import { createHash } from "node:crypto";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, makeCurrent, readCurrent, type ModelServer } from "@movielens/lib/deploy";
import { ask } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

let models: string;
let cleanUp: () => Promise<void>;
let server: ModelServer;
let versions: string[];

test.before.each(async () => {
  const folder = await temporaryFolder();
  models = folder.path;
  cleanUp = folder.remove;
  versions = [];
  for (const month of [1, 2, 3])
    versions.push((await exportTiny(models, new Date(Date.UTC(2026, month, 1)))).version);
  await promote(versions[0]);
  // Looked at by the test alone, unless it says otherwise.
  server = createServer({ modelsFolder: models, watchMilliseconds: 3_600_000 });
  // Failures that are tested for are logged; they need not be printed.
  server.log.level = "silent";
});
test.after.each(async () => {
  await server.close();
  await cleanUp();
});

async function promote(version: string): Promise<void> {
  const expected = (await readCurrent(models))?.version ?? null;
  await makeCurrent(models, version, { action: expected === null ? "first" : "force", expected });
}

const served = async (): Promise<string> =>
  ((await ask(server, "/recommend/10")).body as unknown as { modelVersion: string }).modelVersion;

async function metric(line: RegExp): Promise<string[]> {
  const { payload } = await server.inject("/metrics");
  return payload.split("\n").filter((each) => line.test(each));
}

test("the current model is served, not the newest, and its successor from the moment it has been taken up", async () => {
  await server.whenLoaded();
  assert.is(await served(), versions[0]);
  assert.not(await server.reload());
  await promote(versions[1]);
  assert.is(await served(), versions[0]);
  assert.ok(await server.reload());
  assert.is(await served(), versions[1]);
  const answer = await server.inject("/recommend/10");
  assert.is(answer.headers["x-model-version"], versions[1]);
  assert.is(((await ask(server, "/model")).body as unknown as { version: string }).version, versions[1]);
  const info = await metric(/^movielens_model_info\{/);
  assert.is(info.length, 1, "the model before is no longer told");
  assert.match(info[0], versions[1]);
  assert.equal(await metric(/^movielens_model_reloads_total\{result="ok"\}/), [
    'movielens_model_reloads_total{result="ok"} 1',
  ]);
});

test("a model that is damaged after its promotion is not taken up: the old one answers on, and the server stays ready", async () => {
  await server.whenLoaded();
  await promote(versions[1]);
  await truncate(join(models, versions[1], "item-factors.f32"), 3);
  assert.not(await server.reload());
  assert.not(await server.reload());
  assert.is(await served(), versions[0]);
  assert.is((await server.inject("/health/ready")).statusCode, 200);
  assert.equal(await metric(/^movielens_model_reloads_total\{result="failed"\}/), [
    'movielens_model_reloads_total{result="failed"} 2',
  ]);
  await promote(versions[2]);
  assert.ok(await server.reload());
  assert.is(await served(), versions[2]);
});

test("a model whose scores are no numbers is not taken up, however right its checksums", async () => {
  await server.whenLoaded();
  const path = join(models, versions[1], "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  delete manifest.sha256;
  manifest.globalMean = "three and a half";
  const sha256 = createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
  await writeFile(path, JSON.stringify({ ...manifest, sha256 }));
  await promote(versions[1]);
  assert.not(await server.reload());
  assert.is(await served(), versions[0]);
});

test("a pointer that cannot be read leaves the old model in place", async () => {
  await server.whenLoaded();
  await writeFile(join(models, "current"), "{");
  assert.not(await server.reload());
  assert.is(await served(), versions[0]);
});

test("a server that began before there was a good model becomes ready when one is promoted", async () => {
  await server.close();
  await truncate(join(models, versions[0], "movies.json"), 3);
  server = createServer({ modelsFolder: models, watchMilliseconds: 3_600_000 });
  await server.whenLoaded().then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, "movies"),
  );
  assert.is((await server.inject("/health/ready")).statusCode, 503);
  await promote(versions[1]);
  assert.ok(await server.reload());
  assert.is((await server.inject("/health/ready")).statusCode, 200);
  assert.is(await served(), versions[1]);
});

test("promotions are noticed without being told, and no request fails while models come and go", async () => {
  await server.close();
  server = createServer({ modelsFolder: models, watchMilliseconds: 5 });
  await server.whenLoaded();
  const answered = new Set<string>();
  let asking = true;
  const asked = (async () => {
    while (asking) {
      const { statusCode, headers, body } = await server.inject("/recommend/10");
      assert.is(statusCode, 200);
      assert.is(headers["x-model-version"], (JSON.parse(body) as { modelVersion: string }).modelVersion);
      answered.add(String(headers["x-model-version"]));
      await setTimeout(1);
    }
  })();
  for (let turn = 1; turn <= 9; turn++) {
    const next = versions[turn % 3];
    await promote(next);
    for (let wait = 0; wait < 6000 && (await served()) !== next; wait++) await setTimeout(5);
    assert.is(await served(), next);
  }
  asking = false;
  await asked;
  assert.equal([...answered].sort(), [...versions].sort());
});

test("a server of one fixed model does not look for another", async () => {
  await server.close();
  server = createServer({ modelFolder: join(models, versions[0]) });
  await server.whenLoaded();
  await promote(versions[1]);
  assert.not(await server.reload());
  assert.is(await served(), versions[0]);
});

test.run();

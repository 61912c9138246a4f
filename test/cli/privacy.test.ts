import { mkdir, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadDataset, prepare } from "@movielens/lib/data";
import {
  createServer,
  currentModel,
  loadModel,
  makeCurrent,
  readCurrent,
  readEvents,
} from "@movielens/lib/deploy";
import { inFolder, zipFolder } from "../data/support";
import { ask, post } from "../deploy/asking";
import { exportTiny } from "../deploy/tiny-model";
import { runCommand } from "./run";

const USER = 10;
/** One whose id begins like the other's. */
const OTHER = 100;

/** Everywhere that the project keeps something of a user, with two users in each place. */
async function world(folder: string) {
  const data = join(folder, "data");
  const small = join(data, "tiny");
  await mkdir(small, { recursive: true });
  const csv = (name: string, ...lines: string[]): Promise<void> =>
    writeFile(join(small, name), lines.map((line) => `${line}\n`).join(""));
  await csv(
    "movies.csv",
    "movieId,title,genres",
    '1,"Film, A (1990)",Comedy',
    "2,B (1991),Drama",
    "3,C (1992),War",
  );
  await csv("links.csv", "movieId,imdbId,tmdbId", "1,1,1", "2,2,2", "3,3,3");
  const ratings = [1, 2, 3].flatMap((movieId) =>
    [USER, OTHER].map((userId) => `${userId},${movieId},${userId === USER ? 2 : movieId}.0,${1e9 + movieId}`),
  );
  await csv("ratings.csv", "userId,movieId,rating,timestamp", ...ratings);
  const tags = [`${USER},1,"slow, long",1000000000`, `${OTHER},1,"${USER},1,mine",1000000000`];
  await csv("tags.csv", "userId,movieId,tag,timestamp", ...tags);
  await prepare(await loadDataset(small), {
    protocol: { name: "leave-last", n: 1 },
    folder: join(folder, "interim", "tiny"),
  });

  const models = join(folder, "models");
  const versions: string[] = [];
  for (const month of [1, 2])
    versions.push((await exportTiny(models, new Date(Date.UTC(2026, month, 1)))).version);
  await makeCurrent(models, versions[0], { action: "first", expected: null });
  await makeCurrent(models, versions[1], { action: "force", expected: versions[0] });

  const events = join(folder, "events");
  const server = createServer(
    { modelFolder: join(models, versions[1]) },
    { eventsFolder: events, logServed: true },
  );
  await server.whenLoaded();
  for (const userId of [USER, OTHER]) {
    const rating = { type: "rating", userId, movieId: 1, rating: 4 };
    const impression = { type: "impression", userId, movieIds: [1, 2], listId: `of-${userId}` };
    assert.is((await ask(server, post("/events", { events: [rating, impression] }))).status, 201);
    assert.is((await ask(server, `/recommend/${userId}`)).status, 200);
  }
  await server.close();

  const log = join(folder, "server.log");
  const line = (userId: number): string =>
    `{"url":"/recommend/${userId}?n=5","status":200}\n{"url":"/explain/${userId}/1"}\n`;
  await writeFile(log, line(USER) + line(OTHER));
  await writeFile(`${log}.1.gz`, gzipSync(line(OTHER) + line(USER)));
  const places = { data, interim: join(folder, "interim"), events, models, replay: join(folder, "replay") };
  const flags = Object.entries(places).flatMap(([name, path]) => [`--${name}`, path]);
  return { data, small, models, versions, events, log, flags: [...flags, "--logs", log, `${log}.1.gz`] };
}

const run = (...argv: string[]) => runCommand("privacy", argv);

interface Export {
  userId: number;
  places: { place: string; records: { where: string; what: unknown }[] }[];
}
async function exported(userId: number, flags: string[]): Promise<Export> {
  const { code, out, err } = await run("export", String(userId), ...flags);
  assert.is(code, 0, err);
  return JSON.parse(out) as Export;
}
const counts = ({ places }: Export): number[] => places.map(({ records }) => records.length);

/** Every file below a folder, with what is packed unpacked. */
async function bytesBelow(folder: string): Promise<Map<string, Buffer>> {
  const all = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      all.set(path, path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
    }
  return all;
}

test("an export holds what every place has of a user, and nothing of another whose id begins alike", async () => {
  await inFolder(async (folder) => {
    const { flags } = await world(folder);
    const own = await exported(USER, flags);
    // Ratings and tag; rows of users, train, validation, test and tags; events and list; two models; of a replay nothing; lines of two logs; no Elasticsearch.
    assert.equal(counts(own), [4, 5, 3, 2, 0, 0, 0, 4, 0]);
    const text = JSON.stringify(own.places);
    for (const what of ["slow, long", "of-10", '"served"', '"factors":[1,0]', "/explain/10/1"])
      assert.ok(text.includes(what), what);
    for (const not of ["of-100", "/recommend/100", "10,1,mine"]) assert.not(text.includes(not), not);
    assert.match(own.places.at(-1)!.place, "none configured");

    const out = join(folder, "own.json");
    const { code, out: said } = await run("export", String(USER), ...flags, "--out", out);
    assert.is(code, 0);
    assert.match(said, "18 records of user 10");
    assert.equal(JSON.parse(await readFile(out, "utf8")), own);
    if (process.platform !== "win32") assert.is((await stat(out)).mode & 0o777, 0o600);
  });
});

test("without --yes an erasure counts what it would erase, and changes nothing", async () => {
  await inFolder(async (folder) => {
    const { flags } = await world(folder);
    const before = await bytesBelow(folder);
    const { code, out } = await run("erase", String(USER), ...flags);
    assert.is(code, 0);
    assert.match(out, "Nothing was changed");
    assert.equal(await bytesBelow(folder), before);
  });
});

test("an erasure leaves nothing of the user in any file, and all that others have, and the model is served as before", async () => {
  await inFolder(async (folder) => {
    const { flags, models, versions, events, small } = await world(folder);
    const otherBefore = await exported(OTHER, flags);
    const { code, out, err } = await run("erase", String(USER), ...flags, "--yes");
    assert.is(code, 0, out + err);
    assert.match(out, "nothing is left of user 10");

    // Looked for by other means than the command's own: the bytes of every file.
    for (const [path, bytes] of await bytesBelow(folder)) {
      const text = bytes.toString("latin1");
      assert.not.match(text, /^10,/m, path);
      assert.not.match(text, /"userId":10[,}]/, path);
      assert.not.match(text, /\/(recommend|explain)\/10[^0-9]/, path);
      assert.not.match(text, 'of-10"', path);
      if (path.endsWith("user-ids.u32"))
        assert.not(
          new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)).includes(
            USER,
          ),
          path,
        );
    }
    const gone = await exported(USER, flags);
    assert.equal(counts(gone), Array<number>(9).fill(0));

    const other = await exported(OTHER, flags);
    // What was prepared held both, and is prepared again; the rest is as it was.
    assert.equal(
      counts(other),
      counts(otherBefore).map((count, k) => (k === 1 ? 0 : count)),
    );
    assert.equal(other.places[2], otherBefore.places[2]);
    assert.equal((await loadDataset(small)).ratings, Float32Array.of(1, 2, 3));
    assert.match(await readFile(join(small, "tags.csv"), "utf8"), `${OTHER},1,"${USER},1,mine"`);
    let left = 0;
    for await (const { userId } of readEvents(events)) {
      assert.is(userId, OTHER);
      left++;
    }
    assert.is(left, 3);

    const { version } = (await readCurrent(models))!;
    assert.not(versions.includes(version), "a version that changed has another name");
    const loaded = await loadModel(join(models, version));
    assert.equal([...loaded.model.parts.userIds], [20, 30]);
    const server = createServer({ loaded });
    assert.is((await ask(server, "/recommend/10")).body.step, "popular");
    assert.is((await ask(server, "/recommend/20")).body.step, "personal");
    await server.close();

    const again = await run("erase", String(USER), ...flags, "--yes");
    assert.is(again.code, 0);
    assert.is((await readCurrent(models))!.version, version, "what is not there changes nothing");
  });
});

test("a server goes on storing and serving while a user is erased, and takes the new version up", async () => {
  await inFolder(async (folder) => {
    const { flags, models, events } = await world(folder);
    const server = createServer({ modelsFolder: models, watchMilliseconds: 5 }, { eventsFolder: events });
    try {
      await server.whenLoaded();
      const store = async (id: string): Promise<void> => {
        const click = { type: "click", userId: OTHER, movieId: 1, id };
        assert.is((await ask(server, post("/events", { events: [click] }))).status, 201);
      };
      await store("before");
      const own = { type: "click", userId: USER, movieId: 1, id: "own" };
      assert.is((await ask(server, post("/events", { events: [own] }))).status, 201);
      let stored = 0;
      let erasing = true;
      const storing = (async () => {
        while (erasing) {
          await store(`while-${stored++}`);
          assert.is((await server.inject("/recommend/20")).statusCode, 200);
        }
      })();
      const { code, out } = await run("erase", String(USER), ...flags, "--yes");
      erasing = false;
      await storing;
      assert.is(code, 0, out);
      const { version } = (await readCurrent(models))!;
      await server.reload();
      assert.is((await server.inject("/recommend/20")).headers["x-model-version"], version);
      const ids = new Set<string | undefined>();
      for await (const { id } of readEvents(events)) ids.add(id);
      assert.ok(stored > 0);
      for (let k = 0; k < stored; k++) assert.ok(ids.has(`while-${k}`), `while-${k}`);
      assert.ok(ids.has("before") && !ids.has("own"));
    } finally {
      await server.close();
    }
  });
});

test("what cannot be written anew is named, and ends with 1", async () => {
  await inFolder(async (folder) => {
    const { flags, data, small } = await world(folder);
    const zip = join(data, "copy.zip");
    await zipFolder(small, "tiny", zip);
    const { code, out, err } = await run("erase", String(USER), ...flags, "--yes");
    assert.is(code, 1);
    assert.match(out, "Something is left of user 10 in 1 of 9 places");
    assert.match(err, `${zip}`);
    assert.equal(counts(await exported(USER, flags)), [4, ...Array<number>(8).fill(0)]);
  });
});

test("an erasure of events that was cut short is finished by the next", async () => {
  await inFolder(async (folder) => {
    const { flags, events } = await world(folder);
    const [name] = (await readdir(events)).sort();
    const path = join(events, name);
    const text = await readFile(path, "utf8");
    const at = text.indexOf('{"type":"rating","userId":10,');
    assert.ok(at >= 0);
    // The first byte is blanked first.
    await writeFile(path, `${text.slice(0, at)} ${text.slice(at + 1)}`);
    for await (const { userId, type } of readEvents(events)) assert.not(userId === USER && type === "rating");
    const { code, out } = await run("erase", String(USER), ...flags, "--yes");
    assert.is(code, 0, out);
    assert.not.match(await readFile(path, "utf8"), '"userId":10,');
  });
});

test("of models of which none was ever promoted, the newest is served after the erasure as before", async () => {
  await inFolder(async (folder) => {
    const models = join(folder, "models");
    for (const month of [1, 2]) await exportTiny(models, new Date(Date.UTC(2026, month, 1)));
    const flags = ["--data", "--interim", "--events", "--replay"].flatMap((flag) => [
      flag,
      join(folder, "nowhere"),
    ]);
    const { code, out, err } = await run("erase", String(USER), ...flags, "--models", models, "--yes");
    assert.is(code, 0, out + err);
    assert.is(await readCurrent(models), null);
    const { manifest, model } = await loadModel(await currentModel(models));
    assert.equal([...model.parts.userIds], [20, 30]);
    assert.is(manifest.created, new Date(Date.UTC(2026, 2, 1)).toISOString());
  });
});

test("a log that cannot be unpacked, and a place that is not there, are told", async () => {
  await inFolder(async (folder) => {
    const { flags, log } = await world(folder);
    await truncate(`${log}.1.gz`, 30);
    const broken = await run("erase", String(USER), ...flags, "--yes");
    assert.is(broken.code, 1);
    assert.match(broken.err, `${log}.1.gz cannot be unpacked`);
    const nowhere = ["--data", "--interim", "--events", "--models", "--replay"].flatMap((flag) => [
      flag,
      join(folder, "nowhere"),
    ]);
    assert.equal(counts(await exported(USER, nowhere)), Array<number>(9).fill(0));
  });
});

for (const argv of [["forget", "10"], ["erase", "ten"], ["erase", "0"], ["export"]])
  test(`privacy ${argv.join(" ")} is refused`, async () => {
    const { code, err } = await run(...argv);
    assert.is(code, 1);
    assert.match(err, "error:");
  });

test.run();

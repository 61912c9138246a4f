import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  createServer,
  diffModels,
  exportModel,
  loadModel,
  modelsPlace,
  startServer,
  type LoadedModel,
} from "@movielens/lib/deploy";
import { train } from "@movielens/lib/als";
import { trainLister } from "@movielens/lib/recommend";
import { toyDataset, type ToyRating } from "../toy-data";
import { ask, post } from "./asking";
import { exportTiny, temporaryFolder, tinyDataset, tinyModel } from "./tiny-model";

let root: string;
let cleanUp: () => Promise<void>;
let registries = 0;
test.before(async () => {
  const folder = await temporaryFolder();
  root = folder.path;
  cleanUp = folder.remove;
});
test.after(() => cleanUp());

async function exported(models = join(root, `models-${registries++}`)): Promise<LoadedModel> {
  const lister = trainLister(tinyDataset, { minLikes: 1, lambda: 0.5 });
  const { folder } = await exportModel(tinyModel(), {
    folder: models,
    dataset: tinyDataset,
    metrics: {},
    lister,
  });
  return loadModel(folder);
}

interface List {
  step: string;
  items: { movieId: number; score: number }[];
}

test("the server lists by the lister, alone and in a batch, and explains a place by exact shares", async () => {
  const loaded = await exported();
  const { lister, model } = loaded;
  const server = createServer({ loaded });
  const alone = (await ask(server, "/recommend/10?n=3")).body as List;
  assert.is(alone.step, "personal");
  assert.equal(
    alone.items.map(({ movieId, score }) => ({ movieId, score })),
    lister!.recommend(0, 3).map(({ item, score }) => ({ movieId: model.parts.itemIds[item], score })),
  );
  const { lists } = (await ask(server, post("/recommend/batch", { userIds: [10, 30], n: 3 }))).body as {
    lists: List[];
  };
  assert.equal(lists[0].items, alone.items);
  const [first] = alone.items;
  const reason = (await ask(server, `/explain/10/${first.movieId}`)).body as {
    score: number;
    baseline: number;
    because: { share: number }[];
    otherFor: number;
    against: number;
  };
  assert.is(reason.score, first.score);
  const shares = reason.because.reduce((sum, { share }) => sum + share, reason.baseline);
  assert.ok(Math.abs(shares + reason.otherFor + reason.against - reason.score) < 1e-12);
  await server.close();
});

test("a visitor with likes enough is answered by the lister, and the answer and the metrics say so", async () => {
  // Two tastes: users of even ids like even films, of odd ids odd ones; each lacks one of ten.
  const rows: ToyRating[] = [];
  for (let user = 1; user <= 12; user++)
    for (let film = 1; film <= 80; film++)
      if (film % 10 !== user % 10) rows.push([user, film, film % 2 === user % 2 ? 5 : 1]);
  const dataset = toyDataset(rows);
  const model = await train(dataset, { feedback: "explicit", rank: 2, iterations: 2 });
  const lister = trainLister(dataset, { minLikes: 1 });
  const options = { folder: join(root, `models-${registries++}`), dataset, metrics: {}, lister };
  const loaded = await loadModel((await exportModel(model, options)).folder);
  const server = createServer({ loaded });
  const even = Array.from({ length: 30 }, (_, k) => ({ movieId: 2 * (k + 1), rating: 5 }));
  const few = (await ask(server, post("/recommend", { ratings: even.slice(0, 5), n: 3 }))).body as List;
  assert.is(few.step, "similar-users");
  const many = (await ask(server, post("/recommend", { ratings: even, n: 8 }))).body as List;
  assert.is(many.step, "liked-together");
  assert.ok(many.items.every(({ movieId }) => movieId % 2 === 0 && movieId > 60));
  assert.is((await server.monitoring()).recommendations["liked-together"], 1);
  await server.close();
});

test("a registry's server takes up a version with a lister while it runs", async () => {
  const models = join(root, `models-${registries++}`);
  await exportTiny(models);
  const { server, close } = await startServer({ modelsFolder: models, watchMilliseconds: 10_000 });
  const before = (await ask(server, "/recommend/10?n=3")).body as List;
  const loaded = await exported(models);
  assert.ok(await server.reload());
  const after = (await ask(server, "/recommend/10?n=3")).body as List;
  assert.not.equal(after.items, before.items);
  assert.equal(
    after.items.map(({ score }) => score),
    loaded.lister!.recommend(0, 3).map(({ score }) => score),
  );
  await close();
});

test("what changes by a lister is told: its options, and the lists", async () => {
  const plain = await loadModel((await exportTiny(join(root, `models-${registries++}`))).folder);
  const { manifest } = diffModels(plain, await exported());
  const said = manifest.filter(({ what }) => what.startsWith("lister"));
  assert.equal(
    said.find(({ what }) => what === "lister"),
    { what: "lister", first: "none", second: undefined },
  );
  assert.is(said.find(({ what }) => what === "lister.options.lambda")!.second, 0.5);
});

test("an erased user's inputs are gone from every version's lister; what others get by it stays", async () => {
  const models = join(root, `models-${registries++}`);
  const before = await exported(models);
  const place = modelsPlace(models);
  const found = [];
  for await (const { what } of place.find(20)) found.push(what);
  assert.is(found.length, 1);
  assert.match(JSON.stringify(found), /listerInput/);
  await place.erase(20);
  for await (const record of place.find(20)) assert.unreachable(`found at ${record.where}`);
  const versions = (await readdir(models)).filter((name) => /^\d{8}T/.test(name));
  assert.is(versions.length, 1);
  const after = await loadModel(join(models, versions[0]));
  const { rowStart } = before.model.parts.ratings;
  const kept = [...before.lister!.parts.inputs].filter((_, at) => at < rowStart[1] || at >= rowStart[2]);
  assert.equal([...after.lister!.parts.inputs], kept);
  assert.equal(
    after.lister!.parts.weights,
    before.lister!.parts.weights,
    "sums over all users, as the factors are",
  );
  for (let item = 0; item < 5; item++) {
    const [own, other] = [after, before].map(({ lister }, at) => lister!.predict(1 + at, item));
    assert.ok(Math.abs(own - other) < 1e-8, `item ${item} for the user after the one erased`);
  }
  assert.match(
    await readFile(join(models, versions[0], "model-card.md"), "utf8"),
    /the weights of a lister, were learned/,
  );
});

test.run();

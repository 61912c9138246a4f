import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AlsModel, trainFloat64 } from "@movielens/lib/als";
import { libraryVersion } from "@movielens/lib/data";
import { exportModel, loadModel, newestModel, type ModelManifest } from "@movielens/lib/deploy";
import { Lister, trainLister } from "@movielens/lib/recommend";
import { errorOf } from "../data/support";
import { exportTiny, temporaryFolder, tinyDataset, tinyModel, tinyParts } from "./tiny-model";

const COLUMNS = [
  "user-factors.f32",
  "item-factors.f32",
  "user-bias.f32",
  "item-bias.f32",
  "user-ids.u32",
  "item-ids.u32",
  "rating-starts.u32",
  "rating-items.u32",
  "rating-stars.f32",
];
const FILES = [...COLUMNS, "movies.json", "model-card.md"];

let models: string;
let whole: string;
let cleanUp: () => Promise<void>;
let copies = 0;

test.before(async () => {
  const folder = await temporaryFolder();
  models = folder.path;
  cleanUp = folder.remove;
  whole = (await exportTiny(models)).folder;
});
test.after(() => cleanUp());

/** A copy of the whole model to do harm to. */
async function copy(): Promise<string> {
  const folder = join(models, `copy-${copies++}`);
  await cp(whole, folder, { recursive: true });
  return folder;
}

async function manifestOf(folder: string): Promise<ModelManifest> {
  return JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as ModelManifest;
}

/** Writes a manifest as an exporter would: with a checksum over everything else in it. */
async function writeSigned(folder: string, manifest: object): Promise<void> {
  const unsigned = { ...manifest, sha256: undefined };
  const sha256 = createHash("sha256").update(JSON.stringify(unsigned)).digest("hex");
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ ...unsigned, sha256 }));
}

test("a model comes back from its folder with the parts it went in with", async () => {
  const { model, manifest, movies, folder } = await loadModel(whole);
  const { parts } = model;
  const original = tinyParts();
  assert.is(folder, whole);
  for (const name of ["options", "globalMean", "scale", "userIds", "itemIds"] as const)
    assert.equal(parts[name], original[name], name);
  for (const name of ["userFactors", "itemFactors", "userBias", "itemBias"] as const)
    assert.equal(parts[name], Float64Array.from(original[name], Math.fround), name);
  for (const name of ["rowStart", "columns", "values", "rows", "cols"] as const)
    assert.equal(
      Array.from([parts.ratings[name]].flat() as unknown as number[]),
      Array.from([original.ratings[name]].flat() as unknown as number[]),
      `ratings.${name}`,
    );
  assert.equal([...movies], [...tinyDataset.movies]);
  assert.is(manifest.metrics.testRmse, 0.875);
});

test("predictions, recommendations and fold-in after loading agree with those before", async () => {
  const before = tinyModel();
  const { model: after } = await loadModel(whole);
  for (let user = 0; user < 3; user++) {
    for (let item = 0; item < 5; item++)
      assert.ok(Math.abs(before.predict(user, item) - after.predict(user, item)) < 1e-5);
    assert.equal(
      after.recommend(user, 5).map(({ item }) => item),
      before.recommend(user, 5).map(({ item }) => item),
    );
  }
  const ratings = [
    { item: 0, rating: 4.5 },
    { item: 2, rating: 1 },
  ];
  const [folded, expected] = [after.foldIn(ratings), before.foldIn(ratings)];
  folded.factors.forEach((value, f) => assert.ok(Math.abs(value - expected.factors[f]) < 1e-5));
});

test("what rows are folded in with comes back too: co-factors, and each seed's own biases", async () => {
  for (const refined of [{ cofactorWeight: 0.5 }, { cofactorWeight: 0.5, seeds: 2 }, { seeds: 3 }]) {
    const before = await trainFloat64(tinyDataset, {
      feedback: "explicit",
      rank: 2,
      iterations: 3,
      ...refined,
    });
    const folder = join(models, `refined-${copies++}`);
    const exported = await exportModel(before, { folder, dataset: tinyDataset, metrics: {} });
    const { model: after } = await loadModel(exported.folder);
    for (const name of ["userCofactors", "itemCofactors", "userSeedBias", "itemSeedBias"] as const)
      assert.equal(after.parts[name], before.parts[name]?.map(Math.fround), name);
    const ratings = [
      { item: 0, rating: 4.5 },
      { item: 2, rating: 1 },
    ];
    const [folded, expected] = [after.foldIn(ratings), before.foldIn(ratings)];
    folded.factors.forEach((value, f) => assert.ok(Math.abs(value - expected.factors[f]) < 1e-5));
    const { score } = after.explainFolded(ratings, 1);
    assert.ok(Math.abs(score - before.explainFolded(ratings, 1).score) < 1e-5);
  }
});

test("an ensemble in a file older than its seeds' own biases is folded in as one model", async () => {
  const { parts } = await trainFloat64(tinyDataset, {
    feedback: "explicit",
    rank: 2,
    iterations: 3,
    seeds: 2,
  });
  const older = new AlsModel({ ...parts, userSeedBias: undefined, itemSeedBias: undefined });
  const folder = join(models, `older-${copies++}`);
  const exported = await exportModel(older, { folder, dataset: tinyDataset, metrics: {} });
  const { model } = await loadModel(exported.folder);
  assert.is(model.parts.itemSeedBias, undefined);
  const { factors } = model.foldIn([{ item: 0, rating: 4.5 }]);
  assert.is(factors.length, 4);
  assert.ok(factors.every(Number.isFinite));
});

const LISTER_FILES = ["lister-starts.u32", "lister-films.u32", "lister-weights.f32", "lister-inputs.f32"];
const tinyLister = (): Lister =>
  trainLister(tinyDataset, { minLikes: 1, lambda: 0.5, strongest: 3, recency: { halfLife: 2, floor: 0.5 } });

async function exportWithLister(lister = tinyLister()): Promise<string> {
  const { folder } = await exportModel(tinyModel(), {
    folder: join(models, `with-lister-${copies++}`),
    dataset: tinyDataset,
    metrics: {},
    lister,
  });
  return folder;
}

test("a lister comes back from its files with the same lists to the last bit, and the card and manifest tell of it", async () => {
  const lister = tinyLister();
  const { lister: loaded, manifest, card } = await loadModel(await exportWithLister(lister));
  assert.equal(loaded!.parts, lister.parts);
  for (let user = 0; user < 3; user++) assert.equal(loaded!.recommend(user, 5), lister.recommend(user, 5));
  assert.equal(manifest.lister, {
    options: lister.parts.options,
    weights: lister.parts.weights.columns.length,
  });
  assert.equal(manifest.files["lister-inputs.f32"].shape, [7]);
  assert.match(card!, /made by a lister: \d+ weights between pairs of \d films/);
  assert.is((await loadModel(whole)).lister, undefined, "a version without one is read as before");
});

test("any damage to a lister's files is noticed and named, and so is what is no number", async () => {
  const { parts } = tinyLister();
  for (const name of LISTER_FILES) {
    const flipped = await exportWithLister();
    const content = await readFile(join(flipped, name));
    content[content.length >> 1] ^= 1;
    await writeFile(join(flipped, name), content);
    await errorOf("MODEL_CORRUPT", () => loadModel(flipped), new RegExp(`${name}: its checksum`));
    const cut = await exportWithLister();
    await truncate(join(cut, name), 4);
    await errorOf("MODEL_CORRUPT", () => loadModel(cut), new RegExp(`${name}: 4 bytes`));
    const gone = await exportWithLister();
    await rm(join(gone, name));
    await errorOf("MODEL_CORRUPT", () => loadModel(gone), new RegExp(`${name}: the file is missing`));
  }
  const resigned = async (name: string, change: (content: Buffer) => void): Promise<string> => {
    const folder = await exportWithLister();
    const content = await readFile(join(folder, name));
    change(content);
    await writeFile(join(folder, name), content);
    const manifest = await manifestOf(folder);
    manifest.files[name].sha256 = createHash("sha256").update(content).digest("hex");
    await writeSigned(folder, manifest);
    return folder;
  };
  const outside = await resigned("lister-films.u32", (content) => content.writeUInt32LE(5));
  await errorOf("MODEL_CORRUPT", () => loadModel(outside), /lister-films\.u32: item 5 of 5/);
  for (const name of ["lister-weights.f32", "lister-inputs.f32"]) {
    const wrong = await resigned(name, (content) => content.writeFloatLE(NaN));
    await errorOf("MODEL_CORRUPT", () => loadModel(wrong), /value 0 is NaN/);
  }
  const weights = { ...parts.weights, values: parts.weights.values.map(() => Infinity) };
  const infinite = new Lister({ ...parts, weights }, tinyParts().ratings);
  await errorOf("MODEL_INVALID", () => exportWithLister(infinite), /lister\.weights\[0\] is Infinity/);
});

test("an implicit model keeps its kind and options", async () => {
  const parts = tinyParts();
  const options = {
    feedback: "implicit",
    rank: 2,
    iterations: 1,
    lambda: 1,
    nu: 0,
    alpha: 40,
    seed: 1,
  } as const;
  const { folder, version } = await exportModel(new AlsModel({ ...parts, options, globalMean: 0 }), {
    folder: models,
    dataset: tinyDataset,
    metrics: {},
  });
  const loaded = await loadModel(folder);
  assert.is(loaded.manifest.kind, "implicit");
  assert.equal(loaded.model.parts.options, options);
  assert.match(version, /-implicit-r2-/);
});

test("the manifest says what the model is, what it was trained on, and how each file is stored", async () => {
  const manifest = await manifestOf(whole);
  assert.match(manifest.version, /^20261124T101500Z-explicit-r2-[0-9a-f]{8}$/);
  assert.is(basename(whole), manifest.version);
  assert.is(manifest.schemaVersion, 1);
  assert.is(manifest.kind, "explicit");
  assert.equal(manifest.options, tinyParts().options);
  assert.equal(manifest.data, { name: "toy", hash: tinyDataset.hash, latest: 6 });
  assert.equal([manifest.users, manifest.items, manifest.ratings], [3, 5, 7]);
  assert.is(manifest.created, "2026-11-24T10:15:00.123Z");
  assert.is(manifest.libraryVersion, libraryVersion());
  assert.is(manifest.nodeVersion, process.versions.node);
  assert.equal(Object.keys(manifest.files).sort(), [...FILES].sort());
  assert.equal((await readdir(whole)).sort(), [...FILES, "manifest.json"].sort());
  for (const name of FILES) {
    const content = await readFile(join(whole, name));
    assert.is(manifest.files[name].bytes, content.length);
    assert.is(manifest.files[name].sha256, createHash("sha256").update(content).digest("hex"));
  }
  assert.equal(manifest.files["item-factors.f32"].shape, [5, 2]);
  assert.is(manifest.files["item-factors.f32"].dtype, "float32");
});

test("the card tells data, quality, limits and biases, computed from this model", async () => {
  const { card } = await loadModel(whole);
  for (const says of [
    "7 ratings by 3 users of 5 films, 1970-01-01 to 1970-01-01; mean 3.43 stars; 53.3 % of all pairs",
    "- testRmse: 0.875",
    "- 1 of 6 films have no rating and are never recommended.",
    "the most rated tenth of the films has 28.6 % of the ratings",
    "the most active tenth of the users gave 42.9 % of the ratings",
    "Those lists hold 5 different films, 100.0 % of the catalogue.",
  ])
    assert.match(card!, says);
});

test("a model older than cards is read, without one", async () => {
  const folder = await copy();
  await rm(join(folder, "model-card.md"));
  const manifest = await manifestOf(folder);
  delete manifest.files["model-card.md"];
  await writeSigned(folder, manifest);
  assert.is((await loadModel(folder)).card, undefined);
});

test("columns are little-endian and row-major", async () => {
  const ids = await readFile(join(whole, "user-ids.u32"));
  assert.equal([ids.readUInt32LE(0), ids.readUInt32LE(4), ids.readUInt32LE(8)], [10, 20, 30]);
  const factors = await readFile(join(whole, "item-factors.f32"));
  assert.is(factors.readFloatLE(4 * (1 * 2 + 0)), Math.fround(0.9));
});

for (const name of FILES) {
  test(`a truncated ${name} is refused by name`, async () => {
    const folder = await copy();
    await truncate(join(folder, name), 3);
    await errorOf(
      "MODEL_CORRUPT",
      () => loadModel(folder),
      new RegExp(`${name}: 3 bytes, the manifest says`),
    );
  });

  test(`one bit flipped in ${name} is noticed`, async () => {
    const folder = await copy();
    const content = await readFile(join(folder, name));
    content[content.length >> 1] ^= 1;
    await writeFile(join(folder, name), content);
    await errorOf(
      "MODEL_CORRUPT",
      () => loadModel(folder),
      new RegExp(`${name}: its checksum does not match`),
    );
  });

  test(`a missing ${name} is named`, async () => {
    const folder = await copy();
    await rm(join(folder, name));
    await errorOf("MODEL_CORRUPT", () => loadModel(folder), new RegExp(`${name}: the file is missing`));
  });
}

test("a file with something appended is refused", async () => {
  const folder = await copy();
  await writeFile(join(folder, "item-bias.f32"), Buffer.alloc(4), { flag: "a" });
  await errorOf("MODEL_CORRUPT", () => loadModel(folder), /item-bias\.f32: 24 bytes, the manifest says 20/);
});

test("a manifest that was edited is refused", async () => {
  const folder = await copy();
  const path = join(folder, "manifest.json");
  await writeFile(path, (await readFile(path, "utf8")).replace('"lambda": 0.1', '"lambda": 0.2'));
  await errorOf("MODEL_CORRUPT", () => loadModel(folder), /manifest\.json: its own checksum does not match/);
});

test("a truncated manifest is refused", async () => {
  const folder = await copy();
  await truncate(join(folder, "manifest.json"), 100);
  await errorOf("MODEL_CORRUPT", () => loadModel(folder), /manifest\.json: .*JSON/);
});

test("a manifest of a later schema is foreign, however it is signed", async () => {
  const folder = await copy();
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ schemaVersion: 2, anything: true }));
  await errorOf("MODEL_FOREIGN", () => loadModel(folder), /schema version 2, this library reads 1/);
});

test("JSON that is no manifest at all is foreign", async () => {
  const folder = await copy();
  await writeFile(join(folder, "manifest.json"), "null");
  await errorOf("MODEL_FOREIGN", () => loadModel(folder), /schema version undefined/);
});

test("a model of an unknown kind is foreign", async () => {
  const folder = await copy();
  await writeSigned(folder, { ...(await manifestOf(folder)), kind: "graph" });
  await errorOf("MODEL_FOREIGN", () => loadModel(folder), /kind "graph"/);
});

test("a manifest whose shapes do not fit its counts is refused, though its checksum is right", async () => {
  const folder = await copy();
  await writeSigned(folder, { ...(await manifestOf(folder)), users: 4 });
  await errorOf("MODEL_CORRUPT", () => loadModel(folder), /user-factors\.f32 is not float32 \[4 × 2\]/);
});

/** Replaces a column by one of the same size, with manifest and checksums to match: what a faulty exporter would write. */
async function withColumn(name: string, values: number[]): Promise<string> {
  const folder = await copy();
  const content = Buffer.from(Uint32Array.from(values).buffer);
  await writeFile(join(folder, name), content);
  const manifest = await manifestOf(folder);
  manifest.files[name].sha256 = createHash("sha256").update(content).digest("hex");
  await writeSigned(folder, manifest);
  return folder;
}

test("seen ratings that point outside the model are refused", async () => {
  const outside = await withColumn("rating-items.u32", [0, 1, 1, 2, 3, 0, 5]);
  await errorOf("MODEL_CORRUPT", () => loadModel(outside), /rating-items\.u32: item 5 of 5/);
  const backwards = await withColumn("rating-starts.u32", [0, 5, 2, 7]);
  await errorOf("MODEL_CORRUPT", () => loadModel(backwards), /rating-starts\.u32: row 1/);
  const short = await withColumn("rating-starts.u32", [0, 2, 5, 6]);
  await errorOf(
    "MODEL_CORRUPT",
    () => loadModel(short),
    /rating-starts\.u32: ends at 6, there are 7 ratings/,
  );
});

test("a model whose movie table lacks one of its items is refused", async () => {
  const stranger = await withColumn("item-ids.u32", [1, 2, 3, 4, 77]);
  await errorOf("MODEL_CORRUPT", () => loadModel(stranger), /movies\.json: movie 77 is missing/);
});

test("a folder without a model says so", async () => {
  await errorOf("MODEL_MISSING", () => loadModel(models), /holds no manifest\.json/);
});

test("a factor that is not finite is never exported, and nothing is left behind", async () => {
  const parts = tinyParts();
  parts.itemFactors[3] = NaN;
  const folder = join(models, "refused");
  await errorOf(
    "MODEL_INVALID",
    () => exportModel(new AlsModel(parts), { folder, dataset: tinyDataset, metrics: {} }),
    /itemFactors\[3\] is NaN/,
  );
  await errorOf(
    "MODEL_INVALID",
    () => exportModel(tinyModel(), { folder, dataset: tinyDataset, metrics: { rmse: Infinity } }),
    /metric rmse is Infinity/,
  );
  await errorOf("MODEL_MISSING", () => newestModel(folder), /there is no model in .*refused yet/);
});

test("a factor too large for float32 is never exported", async () => {
  const parts = tinyParts();
  parts.userFactors[1] = 1e39;
  await errorOf(
    "MODEL_INVALID",
    () =>
      exportModel(new AlsModel(parts), {
        folder: join(models, "refused"),
        dataset: tinyDataset,
        metrics: {},
      }),
    /userFactors\[1\] is 1e\+39/,
  );
});

test("a model of movies that the data set does not know is not exported", async () => {
  const parts = { ...tinyParts(), itemIds: Uint32Array.of(1, 2, 3, 4, 99) };
  await errorOf(
    "MODEL_INVALID",
    () => exportModel(new AlsModel(parts), { folder: models, dataset: tinyDataset, metrics: {} }),
    /movie 99/,
  );
});

test("the same model exported several times at one moment is one version, without leftovers", async () => {
  const folder = join(models, "twice");
  const exported = await Promise.all([exportTiny(folder), exportTiny(folder), exportTiny(folder)]);
  assert.is(new Set(exported.map(({ version }) => version)).size, 1);
  assert.equal(await readdir(folder), [exported[0].version]);
  await loadModel(exported[0].folder);
});

test("the newest model is the one exported last; drafts and strangers do not count", async () => {
  const folder = join(models, "several");
  await exportTiny(folder, new Date("2026-11-24T10:15:00Z"));
  const last = await exportTiny(folder, new Date("2027-01-02T03:04:05Z"));
  await exportTiny(folder, new Date("2026-12-31T23:59:59Z"));
  await mkdir(join(folder, ".20280101T000000Z-explicit-r2-00000000.abcdef12"));
  await mkdir(join(folder, "zz-my-notes"));
  assert.is(await newestModel(folder), last.folder);
});

test("of two models exported within one second, the newest is the one written last", async () => {
  const folder = join(models, "same-second");
  const first = await exportTiny(folder, new Date("2026-11-24T10:15:00.100Z"));
  const second = await exportTiny(folder, new Date("2026-11-24T10:15:00.900Z"));
  assert.is.not(first.folder, second.folder);
  for (const [newer, older] of [
    [first, second],
    [second, first],
  ]) {
    await utimes(older.folder, 1000, 1000);
    await utimes(newer.folder, 2000, 2000);
    assert.is(await newestModel(folder), newer.folder);
  }
});

test("a models folder that is not there yet has no newest model", async () => {
  await errorOf("MODEL_MISSING", () => newestModel(join(models, "nowhere")), /nowhere/);
});

test.run();

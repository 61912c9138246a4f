import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { projectPath, seededRandom, WorkspaceError } from "@movielens/lib/data";
import {
  currentModel,
  diffModels,
  findVersion,
  listModels,
  loadModel,
  makeCurrent,
  modelIn,
  modelSource,
  promotionHistory,
  pruneModels,
  readCurrent,
  rollbackModel,
  type PromotionRecord,
} from "@movielens/lib/deploy";
import { errorOf } from "../data/support";
import { exportTiny, temporaryFolder } from "./tiny-model";

let root: string;
let cleanUp: () => Promise<void>;
let registries = 0;
const running = new Set<ChildProcess>();

test.before(async () => {
  const folder = await temporaryFolder();
  root = folder.path;
  cleanUp = folder.remove;
});
test.after(async () => {
  for (const child of running) child.kill("SIGKILL");
  await cleanUp();
});

/** A registry with `count` versions, oldest first, of which none is current. */
async function registry(count: number): Promise<{ models: string; versions: string[] }> {
  const models = join(root, `registry-${registries++}`);
  const versions: string[] = [];
  for (let k = 0; k < count; k++)
    versions.push((await exportTiny(models, new Date(Date.UTC(2026, k, 1)))).version);
  return { models, versions };
}

async function force(models: string, version: string): Promise<PromotionRecord> {
  const expected = (await readCurrent(models))?.version ?? null;
  return makeCurrent(models, version, { action: expected === null ? "first" : "force", expected });
}

/** What must hold at every moment: the current model can be read, and the promotions are one chain that leads to it. */
async function checkWhole(models: string): Promise<void> {
  const history = await promotionHistory(models);
  history.forEach((record, k) => {
    assert.is(record.number, k + 1, "numbers without a gap");
    assert.is(
      record.before,
      k === 0 ? null : history[k - 1].version,
      "each promotion follows the one before",
    );
  });
  const pointer = await readCurrent(models);
  if (pointer === null) {
    assert.ok(history.length <= 1, "only the very first promotion can be without a current model");
    return;
  }
  assert.ok(pointer.promotion >= history.length - 1, "at most the last promotion is unfinished");
  assert.is(pointer.version, history[pointer.promotion - 1].version);
  await loadModel(await currentModel(models));
}

function promoter(models: string, way: "kill" | "fail" | "forever", count: number, versions: string[]) {
  const child = spawn(
    process.execPath,
    [
      join(__dirname, "promoter.cjs"),
      projectPath("lib", "dist", "deploy", "registry.js"),
      models,
      way,
      String(count),
      ...versions,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  running.add(child);
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>(
    (resolve) =>
      child.on("close", (code, signal) => {
        running.delete(child);
        resolve({ code, signal, errors });
      }),
  );
  return { child, ended };
}

test("until something is promoted, the newest model is the one to serve", async () => {
  const { models, versions } = await registry(2);
  assert.is(await readCurrent(models), null);
  assert.is(await currentModel(models), join(models, versions[1]));
  await errorOf("MODEL_MISSING", () => findVersion(models, "current"), /no model in .* is current/);
});

test("a folder stands for the model that it is, or for the current one of those in it", async () => {
  const { models, versions } = await registry(3);
  await force(models, versions[0]);
  const newest = join(models, versions[2]);
  assert.is(await modelIn(newest), newest);
  assert.is(await modelIn(models), join(models, versions[0]));
  assert.equal(modelSource(newest), { modelFolder: newest });
  assert.equal(modelSource(models), { modelsFolder: models });
});

test("a promoted model is current, though a newer one is exported", async () => {
  const { models, versions } = await registry(3);
  const record = await force(models, versions[0]);
  assert.equal(
    [record.number, record.action, record.version, record.before, record.gate],
    [1, "first", versions[0], null, null],
  );
  assert.equal(await readCurrent(models), { version: versions[0], promotion: 1 });
  assert.is(await currentModel(models), join(models, versions[0]));
  assert.equal(await promotionHistory(models), [record]);
  const listed = await listModels(models);
  assert.equal(
    listed.map(({ version, current, promotions }) => [version, current, promotions.length]),
    versions.map((version, k) => [version, k === 0, k === 0 ? 1 : 0]),
  );
});

test("nobody promotes against a model that is no longer current, nor what is current already", async () => {
  const { models, versions } = await registry(3);
  await force(models, versions[0]);
  await force(models, versions[1]);
  const late = { action: "force", expected: versions[0] } as const;
  await errorOf("PROMOTION_CONFLICT", () => makeCurrent(models, versions[2], late), /by now, not/);
  await errorOf("PROMOTION_REFUSED", () => force(models, versions[1]), /is current already/);
  assert.is((await readCurrent(models))!.version, versions[1]);
});

test("a model that is damaged or not there never becomes current", async () => {
  const { models, versions } = await registry(2);
  await force(models, versions[0]);
  await truncate(join(models, versions[1], "item-factors.f32"), 3);
  await errorOf("MODEL_CORRUPT", () => force(models, versions[1]), /item-factors\.f32/);
  await errorOf("MODEL_MISSING", () => force(models, "20300101T000000Z-explicit-r2-00000000"), /manifest/);
  await checkWhole(models);
  assert.is((await readCurrent(models))!.version, versions[0]);
});

test("a rollback goes back step by step, or to a version once current", async () => {
  const { models, versions } = await registry(4);
  for (const version of versions.slice(0, 3)) await force(models, version);
  const first = await rollbackModel(models, { reason: "complaints" });
  assert.equal([first.version, first.action, first.reason], [versions[1], "rollback", "complaints"]);
  assert.is((await rollbackModel(models)).version, versions[0]);
  await errorOf("MODEL_MISSING", () => rollbackModel(models), /no earlier model/);
  assert.is((await rollbackModel(models, { to: versions[2] })).version, versions[2]);
  await errorOf("MODEL_MISSING", () => rollbackModel(models, { to: versions[3] }), /was never current/);
  await checkWhole(models);
});

test("pruning keeps the current model, the one before it and the newest, and a rollback still works", async () => {
  const { models, versions } = await registry(6);
  for (const version of [versions[0], versions[1], versions[2]]) await force(models, version);
  const planned = await pruneModels(models, { keep: 2, dryRun: true });
  assert.equal(planned, [versions[0], versions[3]]);
  assert.is((await listModels(models)).length, 6);
  assert.equal(await pruneModels(models, { keep: 2 }), planned);
  assert.equal(
    (await listModels(models)).map(({ version }) => version),
    [versions[1], versions[2], versions[4], versions[5]],
  );
  await errorOf("MODEL_MISSING", () => rollbackModel(models, { to: versions[0] }), /manifest/);
  assert.is((await rollbackModel(models)).version, versions[1]);
  assert.equal(await pruneModels(models, { keep: 6 }), []);
  await checkWhole(models);
});

test("drafts of killed exports are pruned when a day old, those being written are left", async () => {
  const { models, versions } = await registry(3);
  await force(models, versions[2]);
  const drafts = ["01234567", "89abcdef"].map((token) => join(models, `.${versions[0]}.${token}`));
  for (const draft of drafts) await mkdir(draft);
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  await utimes(drafts[0], twoDaysAgo, twoDaysAgo);
  await pruneModels(models, { keep: 1 });
  const left = await readdir(models);
  assert.not(left.includes(`.${versions[0]}.01234567`));
  assert.ok(left.includes(`.${versions[0]}.89abcdef`));
});

test("a version is found by its name, a part of it, and what it is", async () => {
  const { models, versions } = await registry(2);
  await force(models, versions[0]);
  assert.is(await findVersion(models, "current"), versions[0]);
  assert.is(await findVersion(models, "newest"), versions[1]);
  assert.is(await findVersion(models, versions[0].slice(-8)), versions[0]);
  assert.is(await findVersion(models, "202602"), versions[1]);
  await errorOf("MODEL_MISSING", () => findVersion(models, "explicit"), /2 models in .* match/);
  await errorOf("MODEL_MISSING", () => findVersion(models, "../../etc"), /no model in .* match/);
});

test("a pointer that was deleted is told by the promotions; a damaged one is named", async () => {
  const { models, versions } = await registry(2);
  await force(models, versions[0]);
  await rm(join(models, "current"));
  assert.equal(await readCurrent(models), { version: versions[0], promotion: 1 });
  for (const text of ["", "null", '{"version": "../x"}']) {
    await writeFile(join(models, "current"), text);
    await errorOf("MODEL_CORRUPT", () => currentModel(models), /current: /);
  }
  await rm(join(models, "current"));
  await force(models, versions[1]);
  assert.is(JSON.parse(await readFile(join(models, "current"), "utf8")).version, versions[1]);
});

test("the difference of two models names what changed, for manifests and for lists", async () => {
  const { models, versions } = await registry(2);
  const [a, b] = await Promise.all(versions.map((version) => loadModel(join(models, version))));
  b.manifest.metrics = { testRmse: 0.8 };
  const diff = diffModels(a, b, 2);
  assert.equal(diff.manifest, [{ what: "metrics.testRmse", first: 0.875, second: 0.8 }]);
  assert.equal(diff.users, { common: 3, onlyFirst: 0, onlySecond: 0 });
  assert.equal(diff.lists, { users: 3, n: 2, overlap: 1 });
});

test("of promoters at once in one process each succeeds or is told of the other", async () => {
  const { models, versions } = await registry(5);
  await force(models, versions[0]);
  const outcomes = await Promise.allSettled(
    versions
      .slice(1)
      .map((version) => makeCurrent(models, version, { action: "force", expected: versions[0] })),
  );
  const made = outcomes.filter(({ status }) => status === "fulfilled");
  assert.is(made.length, 1);
  for (const outcome of outcomes)
    if (outcome.status === "rejected")
      assert.is((outcome.reason as WorkspaceError).code, "PROMOTION_CONFLICT");
  assert.is((await promotionHistory(models)).length, 2);
  await checkWhole(models);
});

for (const current of ["the first model", "another model"])
  test(`a promoter that is killed after any of its file operations leaves the old model or the new one, when there was ${current}`, async () => {
    const { models, versions } = await registry(2);
    if (current === "another model") await force(models, versions[0]);
    const before = await readCurrent(models);
    const seen = new Set<string | undefined>();
    let count = 1;
    for (; ; count++) {
      const { signal, code, errors } = await promoter(models, "kill", count, [versions[1]]).ended;
      await checkWhole(models);
      const version = (await readCurrent(models))?.version;
      assert.ok([before?.version, versions[1]].includes(version), `after operation ${count}: ${version}`);
      seen.add(version);
      if (signal === null) {
        assert.is(code, 0, errors);
        break;
      }
      assert.is(signal, "SIGKILL");
      // Whoever comes next finishes or begins anew, as if nothing had been.
      if (version !== versions[1]) await force(models, versions[1]).catch(finished);
      assert.is((await readCurrent(models))!.version, versions[1]);
      await checkWhole(models);
      await rm(join(models, "current"), { force: true });
      await rm(join(models, "promotions"), { recursive: true });
      if (before) await force(models, before.version);
    }
    assert.ok(count > 15, `only ${count} operations were found`);
    assert.equal(seen, new Set([before?.version, versions[1]]), "kills on both sides of the change");
  });

/** The promotion that was to be made had been recorded by the one killed, and was finished first. */
function finished(error: WorkspaceError): void {
  if (!["PROMOTION_REFUSED", "PROMOTION_CONFLICT"].includes(error.code)) throw error;
}

test("a promoter of which any file operation fails says so and leaves the old model or the new one", async () => {
  const { models, versions } = await registry(2);
  await force(models, versions[0]);
  let count = 1;
  for (; ; count++) {
    const target = versions[(await readCurrent(models))!.version === versions[0] ? 1 : 0];
    const before = (await readCurrent(models))!.version;
    const { code, errors } = await promoter(models, "fail", count, [target]).ended;
    await checkWhole(models);
    const after = (await readCurrent(models))!.version;
    assert.ok([before, target].includes(after), after);
    if (code === 0) {
      assert.is(after, target);
      break;
    }
    assert.match(errors, "EIO");
    if (after !== target) await force(models, target).catch(finished);
    assert.is((await readCurrent(models))!.version, target);
  }
  assert.ok(count > 15, `only ${count} operations were found`);
});

test("two promoters at once, killed at any moment, never leave a registry without a whole current model", async () => {
  const { models, versions } = await registry(3);
  await force(models, versions[0]);
  const random = seededRandom(7);
  let promotions = 1;
  for (let run = 0; run < 15; run++) {
    const both = [versions, [...versions].reverse()].map((order) => promoter(models, "forever", 0, order));
    await Promise.all(both.map(({ child }) => once(child.stdout, "data")));
    for (const { child, ended } of both) {
      await setTimeout(random() * 60);
      await checkPointer(models);
      child.kill("SIGKILL");
      const { signal, errors } = await ended;
      assert.is(signal, "SIGKILL", errors);
    }
    await checkWhole(models);
    const made = (await promotionHistory(models)).length;
    assert.ok(made > promotions, "promotions went on after the last kills");
    promotions = made;
  }
});

/** While others promote: the pointer is whole, and so is the model that it names. */
async function checkPointer(models: string): Promise<void> {
  const { version, promotion } = (await readCurrent(models))!;
  await loadModel(join(models, version));
  assert.is((await promotionHistory(models))[promotion - 1].version, version);
}

test.run();

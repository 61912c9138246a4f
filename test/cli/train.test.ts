import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { projectPath } from "@movielens/lib/data";
import { loadModel, newestModel, type ModelManifest } from "@movielens/lib/deploy";
import { temporaryFolder } from "../deploy/tiny-model";
import { runCommand } from "./run";

let models: string;
let cleanUp: () => Promise<void>;
const data = projectPath("data", "ml-latest-small");

test.before(async () => {
  const folder = await temporaryFolder();
  models = folder.path;
  cleanUp = folder.remove;
});
test.after(() => cleanUp());

test("a model is trained on a data set and exported, with a line for each iteration", async () => {
  const out = join(models, "explicit");
  const flags = ["--data", data, "--rank", "3", "--iterations", "2", "--lambda", "0.5", "--seed", "9"];
  const run = await runCommand("train", [...flags, "--out", out]);
  assert.is(run.code, 0, run.err);
  assert.match(run.err, /iteration 1\/2 .* train RMSE 0\.\d+/);
  assert.match(run.err, /iteration 2\/2 /);
  const folder = await newestModel(out);
  assert.match(run.out, folder);
  const { manifest, lister } = await loadModel(folder);
  assert.match(run.err, /lister {2}[\d,]+ weights/);
  assert.is(lister!.parts.weights.columns.length, manifest.lister!.weights);
  assert.equal(
    [manifest.kind, manifest.users, manifest.items, manifest.ratings],
    ["explicit", 610, 9724, 100836],
  );
  const { rank, iterations, lambda, seed } = manifest.options;
  assert.equal({ rank, iterations, lambda, seed }, { rank: 3, iterations: 2, lambda: 0.5, seed: 9 });
  assert.is(manifest.data.name, "ml-latest-small");
  assert.ok(manifest.metrics.trainRmse > 0.3 && manifest.metrics.trainRmse < 1);
});

test("--accurate begins with co-factors and several seeds, and the exported model folds in by both", async () => {
  const out = join(models, "accurate");
  const run = await runCommand("train", [
    ...["--accurate", "--data", data, "--rank", "3", "--iterations", "2", "--seeds", "2", "--out", out],
  ]);
  assert.is(run.code, 0, run.err);
  const { manifest, model } = await loadModel(await newestModel(out));
  const { options, metrics } = manifest;
  assert.ok(options.feedback === "explicit" && options.cofactorWeight! > 0);
  assert.is(options.seeds, 2);
  assert.is(model.rank, 6);
  assert.is(metrics.trainRmse, undefined, "each seed's model has its own");
  const { rowStart, columns, values } = model.parts.ratings;
  const ratings = Array.from(columns.subarray(0, rowStart[1]), (item, k) => ({ item, rating: values[k] }));
  const [own, folded] = [new Float64Array(model.items), new Float64Array(model.items)];
  model.scoreItems(0, own);
  model.scoreItemsFolded(model.foldIn(ratings), folded);
  own.forEach((score, item) => assert.ok(score === folded[item] || Math.abs(score - folded[item]) < 1e-3));
});

test("--json prints the result as JSON and nothing else", async () => {
  const out = join(models, "implicit");
  const run = await runCommand("train", [
    ...["--feedback", "implicit", "--rank", "2", "--iterations", "1", "--alpha", "40"],
    ...["--no-lister", "--json", "--out", out],
  ]);
  assert.is(run.code, 0, run.err);
  const result = JSON.parse(run.out) as ModelManifest & { folder: string };
  assert.is(basename(result.folder), result.version);
  const { manifest } = await loadModel(result.folder);
  assert.is(manifest.kind, "implicit");
  assert.equal(manifest.options, result.options);
  assert.equal(manifest.metrics, result.metrics);
});

test("Ctrl-C stops the training and leaves no model behind", async () => {
  const out = join(models, "stopped");
  let sent = false;
  const run = await runCommand(
    "train",
    ["--rank", "16", "--iterations", "100000", "--out", out],
    (err, kill) => {
      if (sent || !err.includes("iteration")) return;
      sent = true;
      kill("SIGINT");
    },
  );
  assert.is(run.code, 130);
  assert.match(run.err, "TRAINING_ABORTED");
  assert.equal(existsSync(out) ? await readdir(out) : [], []);
});

test("with --checkpoint, a training that was killed goes on where it was, to the same model", async () => {
  const checkpoint = join(models, "training.checkpoint");
  const flags = ["--rank", "4", "--iterations", "40", "--seeds", "2", "--no-promote"];
  let sent = false;
  const killed = await runCommand(
    "train",
    [...flags, "--checkpoint", checkpoint, "--out", join(models, "killed")],
    (err, kill) => {
      if (sent || !err.includes("iteration  3/40")) return;
      sent = true;
      kill("SIGKILL");
    },
  );
  assert.is.not(killed.code, 0);
  const resumed = await runCommand("train", [
    ...[...flags, "--checkpoint", checkpoint, "--out", join(models, "killed")],
  ]);
  assert.is(resumed.code, 0, resumed.err);
  assert.match(resumed.err, /going on after iteration \d+ of model [12] of 2/);
  assert.not(existsSync(checkpoint));
  const whole = await runCommand("train", [...flags, "--out", join(models, "whole")]);
  assert.is(whole.code, 0, whole.err);
  const [a, b] = await Promise.all(
    ["killed", "whole"].map(async (name) => (await loadModel(await newestModel(join(models, name)))).model),
  );
  assert.equal(a.parts.userFactors, b.parts.userFactors);
  assert.equal(a.parts.itemSeedBias, b.parts.itemSeedBias);
});

for (const [what, argv, says] of [
  ["a rank of 0", ["--rank", "0"], "OPTION_INVALID: rank is 0"],
  ["a rank that is no number", ["--rank", "many"], "It is not a number"],
  [
    "an option of the other kind",
    ["--feedback", "implicit", "--lambda-bias", "1"],
    "OPTION_INVALID: lambdaBias",
  ],
  ["an unknown kind", ["--feedback", "both"], "explicit, implicit"],
  ["data that is not there", ["--data", "/nowhere/ml-1m"], "DATA_MISSING"],
] as const)
  test(`${what} is refused before any training`, async () => {
    const run = await runCommand("train", [...argv, "--out", join(models, "refused")]);
    assert.is(run.code, 1);
    assert.match(run.err, says);
    assert.not.match(run.err, "iteration 1");
    assert.not(existsSync(join(models, "refused")));
  });

test.run();

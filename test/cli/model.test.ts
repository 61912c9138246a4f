import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readCurrent, type ModelDiff, type PromotionOutcome } from "@movielens/lib/deploy";
import { exportTiny, temporaryFolder } from "../deploy/tiny-model";
import { runCommand, type Outcome } from "./run";

let root: string;
let models: string;
let versions: string[];
let cleanUp: () => Promise<void>;

test.before(async () => {
  const folder = await temporaryFolder();
  root = folder.path;
  cleanUp = folder.remove;
  models = join(root, "tiny");
  versions = [];
  for (const month of [1, 2, 3])
    versions.push((await exportTiny(models, new Date(Date.UTC(2026, month, 1)))).version);
});
test.after(() => cleanUp());

const model = (...argv: string[]): Promise<Outcome> => runCommand("model", [...argv, "--models", models]);

test("versions are listed, promoted, shown, compared, rolled back and pruned", async () => {
  const unpromoted = await model("list");
  assert.is(unpromoted.code, 0, unpromoted.err);
  for (const version of versions) assert.match(unpromoted.out, version);
  assert.match(unpromoted.out, "No version is current");

  const first = await model("promote", versions[0]);
  assert.is(first.code, 0, first.err);
  assert.match(first.out, `${versions[0]} is current (first)`);
  const forced = await model("promote", versions[1].slice(0, 8), "--force", "a trial", "--json");
  assert.is(forced.code, 0, forced.err);
  const { record } = JSON.parse(forced.out) as PromotionOutcome;
  assert.equal([record!.action, record!.reason, record!.before], ["force", "a trial", versions[0]]);

  const shown = await model("show");
  assert.match(shown.out, `${versions[1]}, current`);
  assert.match(shown.out, /promoted \d{4}-\d\d-\d\d force: a trial/);
  assert.match(shown.out, "# Model card");
  const json = JSON.parse((await model("show", versions[1], "--json")).out) as { current: boolean };
  assert.is(json.current, true);
  const listed = JSON.parse((await model("list", "--json")).out) as { version: string; current: boolean }[];
  assert.equal(
    listed.filter(({ current }) => current).map(({ version }) => version),
    [versions[1]],
  );

  const diff = JSON.parse((await model("diff", versions[0], "--json")).out) as ModelDiff;
  assert.equal([diff.second, diff.lists.overlap], [versions[1], 1]);
  assert.match((await model("diff", versions[0])).out, "100.0 % of the films stay");

  const back = await model("rollback", "--reason", "complaints");
  assert.is(back.code, 0, back.err);
  assert.is((await readCurrent(models))!.version, versions[0]);

  const dry = await model("prune", "--keep", "1", "--dry-run");
  assert.match(dry.out, `would remove\n  ${versions[1]}`);
  assert.equal(JSON.parse((await model("prune", "--keep", "1", "--json")).out), {
    dryRun: false,
    removed: [versions[1]],
  });
});

test("train promotes a better model and says why a worse one is refused; promote says the same and ends with code 1", async () => {
  const out = join(root, "trained");
  const train = (...argv: string[]): Promise<Outcome> =>
    runCommand("train", ["--feedback", "implicit", "--no-lister", ...argv, "--out", out]);
  const first = await train("--rank", "2", "--iterations", "1");
  assert.match(first.out, "is the first model of this registry and is current");
  const better = await train("--rank", "16");
  assert.match(better.out, "the promotion gate passed", better.err);
  const { version } = (await readCurrent(out))!;
  const aside = await train("--rank", "1", "--iterations", "1", "--no-promote");
  assert.match(aside.out, `was exported; ${version} stays current`);
  const refused = await runCommand("model", ["promote", "newest", "--models", out]);
  assert.is(refused.code, 1);
  assert.match(refused.out, /✗ holdout: ndcg@10 0\.\d+ against 0\.\d+/);
  assert.match(refused.err, `PROMOTION_REFUSED: ${version} stays current: holdout: ndcg@10`);
  assert.match(refused.err, "--force REASON");
  assert.is((await readCurrent(out))!.version, version);
});

for (const [what, argv, says] of [
  ["an unknown version", ["promote", "2019"], "MODEL_MISSING: no model in"],
  ["a reason without words", ["promote", "newest", "--force", ""], "OPTION_INVALID: a forced promotion"],
  ["a keep of nothing", ["prune", "--keep", "0"], "OPTION_INVALID: keep is 0"],
  ["data that is not there", ["promote", "newest", "--data", "/nowhere/ml-1m"], "DATA_MISSING"],
  ["an unknown command", ["publish"], "unknown command 'publish'"],
  ["an unknown option", ["list", "--all"], "unknown option '--all'"],
] as const)
  test(`${what} is refused in one line`, async () => {
    const { code, out, err } = await model(...argv);
    assert.is(code, 1);
    assert.is(out, "");
    assert.match(err, says);
  });

test("--help tells the commands, and each command its options", async () => {
  const help = await runCommand("model", ["--help"]);
  assert.is(help.code, 0);
  for (const name of ["list", "show", "promote", "rollback", "diff", "prune"]) assert.match(help.out, name);
  const promote = await runCommand("model", ["promote", "--help"]);
  assert.is(promote.code, 0);
  for (const flag of ["--data", "--golden", "--force", "--json"]) assert.match(promote.out, flag);
  assert.is((await runCommand("model", [])).code, 1);
});

test.run();

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { loadDataset, projectPath, splitAtTime, writePublished } from "@movielens/lib/data";
import {
  startServer,
  type FigureName,
  type MonitorReport,
  type ReplayOutcome,
  type RetrainOutcome,
  type RunningServer,
} from "@movielens/lib/deploy";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder } from "../deploy/tiny-model";
import { runCommand, type Outcome } from "./run";

// The whole loop on ml-latest-small, by the commands that a person would give.
let root: string;
let cleanUp: () => Promise<void>;
let running: RunningServer;
const at = (name: string): string => join(root, name);

test.before(async () => {
  ({ path: root, remove: cleanUp } = await temporaryFolder());
});
test.after(async () => {
  await running?.close();
  await cleanUp();
});

const monitor = (): Promise<Outcome> =>
  runCommand("monitor", ["--models", at("models"), "--events", at("events"), "--json"]);
const valueOf = ({ out }: Outcome, name: FigureName): number =>
  (JSON.parse(out) as MonitorReport).figures.find((figure) => figure.name === name)!.value!;
const served = async (): Promise<string> =>
  ((await (await fetch(`${running.url}/model`)).json()) as { version: string }).version;

test("trained on the first part, served, watched while the rest comes in, trained anew, and swapped without a stop", async () => {
  const whole = await loadDataset(projectPath("data", "ml-latest-small"));
  const { train: first, test: rest } = splitAtTime(whole, { trainShare: 0.8 });
  await writePublished(first, at("first"));
  const trained = await runCommand("train", ["--data", at("first"), "--out", at("models")]);
  assert.is(trained.code, 0, trained.err);
  running = await startServer(
    { modelsFolder: at("models"), watchMilliseconds: 100 },
    { eventsFolder: at("events"), logServed: true, requestsPerSecond: 1e6 },
  );
  const before = await served();

  const replay = async (...more: string[]): Promise<ReplayOutcome> => {
    const target = ["--url", running.url, "--folder", at("replay"), "--speed", "0", "--json"];
    const { code, out, err } = await runCommand("replay", [...target, ...more]);
    assert.is(code, 0, err);
    return JSON.parse(out) as ReplayOutcome;
  };
  const half = await replay("--most", "4000");
  assert.equal([half.sent, half.ratings, half.finished], [4000, 4000, false]);
  const early = await monitor();
  // It goes on behind what it has sent.
  const all = await replay();
  const left = rest.ratings.length - 4000;
  assert.equal([all.sent, all.ratings, all.finished], [rest.ratings.length, left, true]);
  const late = await monitor();

  const { events } = JSON.parse(late.out) as MonitorReport;
  assert.equal([events.ratings, events.learned, events.leftOut], [rest.ratings.length, 0, 0]);
  assert.is(events.impressions, half.lists + all.lists);
  assert.is(events.served, events.impressions);
  for (const grown of ["unknownFilms", "dataAge"] as const)
    assert.ok(valueOf(late, grown) > valueOf(early, grown), grown);
  assert.is(late.code, 2, late.err);
  const { exceeded } = JSON.parse(late.out) as MonitorReport;
  for (const name of ["unknownUsers", "unknownFilms", "dataAge"] as const) assert.ok(exceeded.includes(name));

  const places = ["--models", at("models"), "--events", at("events"), "--data", at("first"), "--json"];
  const retrained = await runCommand("retrain", places);
  const outcome = JSON.parse(retrained.out) as RetrainOutcome & { ratings: { all: number; added: number } };
  assert.equal([outcome.ratings.all, outcome.ratings.added], [whole.ratings.length, rest.ratings.length]);
  assert.is(outcome.before, before);
  assert.ok(outcome.report!.checks.every(({ passed }) => passed) && outcome.promoted, outcome.says);
  assert.is(retrained.code, 0);
  // By itself: nobody tells the server.
  for (let looks = 0; looks < 100 && (await served()) === before; looks++) await wait(100);
  assert.is(await served(), outcome.version);

  const afterwards = await monitor();
  assert.is(afterwards.code, 0, afterwards.out);
  const report = JSON.parse(afterwards.out) as MonitorReport;
  assert.is(report.model.version, outcome.version);
  assert.equal([report.events.ratings, report.exceeded], [0, []]);
});

test("a candidate of the same ratings is refused, with the check that failed and exit code 2", async () => {
  const current = await served();
  const places = ["--models", at("models"), "--events", at("events"), "--data", at("first"), "--dry-run"];
  const { code, out } = await runCommand("retrain", places);
  assert.is(code, 2);
  assert.match(out, "✗ different");
  assert.match(out, "there is nothing to compare");
  assert.is(await served(), current);
});

test("the monitor says it in words and as a page, and takes thresholds from a file and from flags", async () => {
  const places = ["--models", at("models"), "--events", at("events"), "--every-model"];
  const page = at("pages/monitor.html");
  const text = await runCommand("monitor", [...places, "--html", page]);
  assert.match(text.out, "Ratings of unknown films");
  assert.match(await readFile(page, "utf8"), "<h1>");
  const strict = await runCommand("monitor", [...places, "--threshold", "hitRate=1"]);
  assert.is(strict.code, 2);
  assert.match(strict.out, "Beyond their thresholds: hitRate");
  const wrong = await runCommand("monitor", [...places, "--threshold", "hits=1"]);
  assert.is(wrong.code, 1);
  assert.match(wrong.err, 'OPTION_INVALID: there is no figure "hits"');
  const help = await runCommand("monitor", ["--help"]);
  assert.match(help.out, "2 a threshold is exceeded");
});

test("a replay says what it would send, and one that Ctrl-C stops goes on where it was", async () => {
  const target = ["--url", running.url, "--folder", at("stopped"), "--json"];
  const dry = await runCommand("replay", [...target, "--dry-run"]);
  assert.match(dry.out, '"sent": 0');
  let signalled = false;
  const stopped = await runCommand("replay", [...target, "--speed", "2000"], (err, kill) => {
    if (signalled || !err.includes("replaying: 10 %")) return;
    // A second one would end it at once.
    signalled = true;
    kill("SIGINT");
  });
  assert.is(stopped.code, 130, stopped.err);
  const sent = Number(/REPLAY_STOPPED: ([\d,]+) of/.exec(stopped.err)![1].replaceAll(",", ""));
  assert.ok(sent >= 2016 && sent < 20167, stopped.err);
  const { out } = await runCommand("replay", [...target, "--speed", "0", "--most", "100"]);
  assert.is((JSON.parse(out) as ReplayOutcome).sent, sent + 100);
  const other = await runCommand("replay", [...target, "--train-share", "0.7"]);
  assert.is(other.code, 1);
  assert.match(other.err, "OPTION_INVALID");
});

test.run();

import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { withReport, type Report } from "@movielens/lib/cli/bench-report";
import { readPeersRecording, verdictOf, withPeers, type PeerRow } from "@movielens/lib/cli/bench-peers";
import { similarTimes } from "@movielens/lib/cli/bench-similar";
import { memoryBandwidth, onRoofline } from "@movielens/lib/cli/bench-roofline";
import { syntheticDataset } from "@movielens/lib/cli/synthetic";
import { projectPath } from "@movielens/lib/data";
import { errorOf } from "../data/support";
import { runCommand } from "./run";

const SMALL = projectPath("data", "ml-latest-small");

test("one training on a folder of ratings is reported as JSON with its figures at the top, progress on stderr", async () => {
  const flags = ["--data", SMALL, "--mode", "implicit", "--rank", "8", "--iterations", "2", "--threads", "1"];
  const run = await runCommand("bench", [...flags, "--only", "trainings", "--json"]);
  assert.is(run.code, 0, run.err);
  const report = JSON.parse(run.out) as Report;
  const [training] = report.trainings;
  assert.equal(
    [report.trainings.length, training.mode, training.solver, training.rank, training.threads],
    [1, "implicit", "auto", 8, 1],
  );
  assert.is(training.iterationSeconds.length, 2);
  for (const name of [
    ...["secondsPerIteration", "cpuSecondsPerIteration", "loadSeconds", "peakRssMb", "loss"],
  ] as const) {
    assert.is(report[name], training[name]);
    assert.ok(report[name]! > 0, name);
  }
  assert.match(run.err, /100,836 ratings/);
});

test("sweeps are measured with both solvers beside what the cost model expects", async () => {
  const run = await runCommand("bench", ["--only", "sweeps", "--json"]);
  assert.is(run.code, 0, run.err);
  const { sweeps, trainings } = JSON.parse(run.out) as Report;
  assert.equal(new Set(sweeps.map(({ solver }) => solver)), new Set(["cholesky", "cg"]));
  for (const { measuredNanoseconds, predictedNanoseconds } of sweeps)
    assert.ok(measuredNanoseconds > 0 && predictedNanoseconds > 0);
  assert.equal(trainings, []);
});

test("similar items are searched by hash and exactly on the factors of both kinds of feedback", async () => {
  const data = syntheticDataset("tiny", { users: 300, items: 200, ratings: 9_000, seed: 1 });
  const times = await similarTimes(data, "tiny", 8, 1, new AbortController().signal);
  assert.equal(
    times.map(({ mode, metric, items }) => [mode, metric, items]),
    ["explicit", "implicit"].flatMap((mode) => ["cosine", "euclidean"].map((metric) => [mode, metric, 200])),
  );
  for (const { recall, scoredShare } of times)
    assert.ok(recall > scoredShare && recall <= 1 && scoredShare > 0, `${recall} of ${scoredShare}`);
});

test("a load section reads CSV and Parquet, and Ctrl-C ends it without leaving its folder", async () => {
  const before = await temporary();
  let sent = false;
  const run = await runCommand("bench", ["--size", "1M", "--only", "load"], (err, kill) => {
    if (sent || !err.includes("loading from csv")) return;
    sent = true;
    kill("SIGINT");
  });
  assert.ok(sent);
  assert.is(run.code, 130, run.err);
  assert.match(run.err, "TRAINING_ABORTED");
  assert.equal(await temporary(), before);
});

const temporary = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("bench-load-")).sort();

test("help exits well; a folder that is not there, empty ratings and a wrong flag do not, and say why", async () => {
  const help = await runCommand("bench", ["--help"]);
  assert.is(help.code, 0);
  assert.match(help.out, "--data <path>");
  const folder = await mkdtemp(join(tmpdir(), "bench-test-"));
  try {
    const absent = await runCommand("bench", ["--data", join(folder, "absent")]);
    assert.is(absent.code, 1);
    assert.match(absent.err, /^DATA_MISSING: .*absent/);
    await writeFile(join(folder, "ratings.csv"), "");
    const empty = await runCommand("bench", ["--data", folder]);
    assert.is(empty.code, 1);
    assert.match(empty.err, "DATA_INVALID");
    const flag = await runCommand("bench", ["--rank", "0"]);
    assert.is(flag.code, 1);
    assert.match(flag.err, "--rank");
  } finally {
    await rm(folder, { recursive: true });
  }
});

const row = (ours: number, theirs: number, cpu: number | null = theirs): PeerRow => ({
  peer: "some",
  mode: "explicit",
  solver: "cg",
  rank: 64,
  target: 0.4,
  ours: { secondsPerIteration: ours, cpuSecondsPerIteration: ours, loss: 10 },
  theirs: { secondsPerIteration: theirs, cpuSecondsPerIteration: cpu, loss: cpu === null ? null : 8 },
});

test("a target is met when both times are within it, and a time that a peer does not tell counts for neither", () => {
  assert.equal(verdictOf(row(1, 4)), { wall: 0.25, cpu: 0.25, loss: 1.25, met: true });
  assert.is(verdictOf(row(1, 2)).met, false);
  assert.is(verdictOf(row(1, 4, 2)).met, false);
  assert.equal(verdictOf(row(1, 4, null)), { wall: 0.25, cpu: null, loss: null, met: true });
});

test("the recording that notebook 04 shows can be read; one that is not there is a typed error", async () => {
  const recording = await readPeersRecording(projectPath("notebooks", "04-model", "peers.json"));
  assert.ok(recording.rows.length > 0 && !Number.isNaN(Date.parse(recording.date)));
  for (const one of recording.rows) assert.ok(Number.isFinite(verdictOf(one).wall), one.peer);
  await errorOf("DATA_MISSING", () => readPeersRecording(projectPath("absent.json")));
});

test("docs/engine.md shows the recordings that are kept, cell by cell", async () => {
  const page = readFileSync(projectPath("docs", "engine.md"), "utf8");
  const peers = await readPeersRecording(projectPath("notebooks", "04-model", "peers.json"));
  assert.is(withPeers(page, peers), page, "npm run bench:peers -- --from … --document docs/engine.md");
  const report = JSON.parse(readFileSync(projectPath("docs", "engine.json"), "utf8")) as Report;
  assert.is(withReport(page, report), page, "npm run bench -- --from … --document docs/engine.md");
  const other = withReport(page, { ...report, date: "2020-01-02T00:00:00.000Z", peakGflops: 1 });
  assert.match(other, "Recorded on 2020-01-02");
  assert.is(withReport(other, report), page, "the text around stays");
  await errorOf("DATA_INVALID", () => withReport("a page without marks", report), "bench --document");
});

test("a recording is shown without measuring, as text and as JSON", async () => {
  const file = projectPath("docs", "engine.json");
  const text = await runCommand("bench", ["--from", file]);
  assert.is(text.code, 0, text.err);
  assert.match(text.out, /Gram update +64/);
  const json = await runCommand("bench", ["--from", file, "--json"]);
  assert.equal(JSON.parse(json.out), JSON.parse(readFileSync(file, "utf8")));
  const absent = await runCommand("bench", ["--from", "absent.json"]);
  assert.is(absent.code, 1);
  assert.match(absent.err, /^DATA_MISSING: no recording at absent\.json/);
  const other = await runCommand("bench-peers", ["--from", file]);
  assert.is(other.code, 1);
  assert.match(other.err, /^DATA_INVALID: .*engine\.json is no recording of bench:peers: it has no rows/);
});

test("kernels have their operations a byte on the roofline, those with unknown traffic are left out", () => {
  const kernel = (name: string): Parameters<typeof onRoofline>[0][number] => ({
    kernel: name,
    rank: 63,
    gflops: 1,
    shareOfPeak: 0.5,
  });
  const [gram, ...others] = onRoofline([kernel("Gram update"), kernel("something new")]);
  assert.is(others.length, 0);
  assert.is(gram.intensity, 16);
  assert.ok(memoryBandwidth() > 0);
});

test.run();

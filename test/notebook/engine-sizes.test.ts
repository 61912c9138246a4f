import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withTables } from "@movielens/lib/cli/bench-spark";
import { projectPath } from "@movielens/lib/data";
import {
  coresToMatch,
  fitsHere,
  mostRatingsHere,
  movieLensShape,
  nonNegativeFit,
  readEngineRecording,
  sizeModel,
  sizeRows,
  sizesTable,
  type EngineRecording,
  type EngineRun,
} from "@movielens/lib/notebook";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { errorOf } from "../data/support";

const committed = projectPath("notebooks", "04-model", "on-spark.json");
const near = (a: number, b: number, share = 1e-6): void =>
  assert.ok(Math.abs(a / b - 1) < share, `${a} is not ${b}`);

/** A recording of engines whose seconds and memory are known by a formula. */
async function planted(): Promise<EngineRecording> {
  const runs = [1e5, 4e5, 2e6].flatMap((ratings) =>
    [16, 32, 64].flatMap((rank): EngineRun[] => {
      const size = { ...movieLensShape(ratings), rank, iterations: 5 };
      const { users, items } = size;
      const client = 100 + 4e-5 * ratings + 1e-5 * (users + items) * rank;
      const factors = 2 + 1e-10 * 5 * (2 * ratings * rank ** 2 + ((users + items) * rank ** 3) / 6);
      const steps = { send: 0.5 + 1e-6 * ratings, biases: 3e-6 * ratings, factors, receive: 1e-6 * ratings };
      const seconds = Object.values(steps).reduce((sum, step) => sum + step, 0);
      const inTurn = { driver: 500, executors: 800 + 1e-4 * ratings };
      return [
        { ...size, engine: "spark", seconds, steps, memoryMib: { client, ...inTurn } },
        {
          ...size,
          engine: "local",
          seconds: seconds / 100,
          steps: { train: seconds / 100 },
          memoryMib: { client: 2 * client, driver: null, executors: null },
        },
      ];
    }),
  );
  const { spark, ...recording } = await readEngineRecording(committed);
  return { ...recording, spark: { ...spark, executors: 2, coresEach: 1 }, runs };
}

test("a fit finds the factors that made the values, leaves out what is not there, and is never negative", () => {
  const terms = [1, 2, 5, 9, 20].map((x) => [x * x, x, 1]);
  const values = terms.map(([square, , one]) => 3 * square + 7 * one);
  nonNegativeFit(terms, values).forEach((factor, t) =>
    assert.ok(Math.abs(factor - [3, 0, 7][t]) < 1e-9, `${factor}`),
  );
  const falling = terms.map(([, x]) => 100 - x);
  assert.ok(nonNegativeFit(terms, falling).every((factor) => factor >= 0));
  assert.equal(nonNegativeFit([[4, 2, 1]], [8]), [2, 0, 0], "one value scales the first term");
});

test("the model meets the seconds and memory of runs that follow its terms", async () => {
  const model = sizeModel(await planted());
  assert.ok(model.sparkOff < 1e-6);
  const size = { ...movieLensShape(1e8), rank: 128, iterations: 5 };
  const operations = 5 * (2e8 * 128 ** 2 + ((size.users + size.items) * 128 ** 3) / 6);
  near(model.sparkSeconds(size), 2.5 + 5e-6 * 1e8 + 1e-10 * operations);
  near(model.clientMib(size), 100 + 4e-5 * 1e8 + 1e-5 * (size.users + size.items) * 128);
  near(model.clusterMib!(size), 1300 + 1e-4 * 1e8);
});

test("more cores make Spark quicker, but never than its start, sending and receiving", async () => {
  const recording = await planted();
  const model = sizeModel(recording);
  const size = { ...movieLensShape(1e7), rank: 32, iterations: 5 };
  const times = [1, 2, 8, 1000, Infinity].map((more) => model.sparkSeconds(size, more));
  assert.equal(
    times,
    [...times].sort((a, b) => b - a),
  );
  near(times[4], 2.5 + 2e-6 * 1e7);
  const local = model.localSeconds(size);
  const cores = coresToMatch(recording, size);
  if (cores === null) assert.ok(times[4] >= local);
  else assert.ok(model.sparkSeconds(size, cores / 2) <= local * 1.01);
});

test("a size that was measured is shown as measured, any other as the model's", async () => {
  const recording = await planted();
  const [left] = recording.runs;
  const runs = recording.runs.filter((run) => run !== left);
  const rows = sizeRows({ ...recording, runs }, [{ executors: 4, coresEach: 4 }]);
  for (const row of rows) {
    for (const engine of ["local", "spark"] as const) {
      const run = runs.find(
        (one) => one.engine === engine && one.ratings === row.ratings && one.rank === row.rank,
      );
      const cell = engine === "local" ? row.localSeconds : row.sparkSeconds;
      assert.is(cell?.measured ?? false, run !== undefined, `${engine} ${row.ratings} × ${row.rank}`);
      if (run) assert.is(cell!.value, run.seconds);
    }
    assert.not(row.larger[0].measured);
  }
  assert.ok(
    rows.some(({ ratings }) => ratings === 1e9),
    "beyond what was measured",
  );
  for (const row of sizesTable(recording))
    assert.is(
      row["local (s)"].startsWith("≈") || row["local (s)"] === "too large",
      Number(row.ratings.replace(/[M,]/g, "")) > 2,
    );
});

test("what one memory of the local engine does not hold is said to be too large", () => {
  const most = mostRatingsHere(32);
  const at = (ratings: number): boolean => fitsHere({ ...movieLensShape(ratings), rank: 32, iterations: 1 });
  assert.ok(at(0.97 * most) && !at(1.03 * most));
  assert.ok(mostRatingsHere(128) < most, "more factors leave less room");
});

test("a cluster whose memory nobody saw has none in the table", async () => {
  const recording = await planted();
  const runs = recording.runs.map((run) => ({
    ...run,
    memoryMib: { ...run.memoryMib, driver: null, executors: null },
  }));
  assert.ok(sizeRows({ ...recording, runs }, []).every(({ clusterGib }) => clusterGib === null));
});

test("docs/spark-sizes.md shows the recording that the notebook reads, cell by cell", async () => {
  const page = readFileSync(projectPath("docs", "spark-sizes.md"), "utf8");
  const mend =
    "npm run bench:spark -- --from notebooks/04-model/on-spark.json --document docs/spark-sizes.md";
  assert.is(withTables(page, await readEngineRecording(committed)), page, mend);
  const another = await planted();
  const other = withTables(page, another);
  assert.is.not(other, page);
  assert.is(withTables(other, await readEngineRecording(committed)), page, "the text around stays");
  await errorOf("DATA_INVALID", () => withTables("a page without marks", another), "bench:spark");
});

test("the recorded seconds are those of the recorded steps, and every process's memory was seen", async () => {
  const { runs, spark } = await readEngineRecording(committed);
  assert.ok(spark.executors !== null && spark.coresEach !== null);
  for (const { engine, ratings, rank, seconds, steps, memoryMib } of runs) {
    const named = Object.values(steps).reduce((sum, step) => sum + step, 0);
    assert.ok(
      named > 0.95 * seconds && named <= seconds,
      `${engine} ${ratings} × ${rank}: ${named} of ${seconds} s`,
    );
    assert.ok(memoryMib.client > 0);
    if (engine === "spark") assert.ok(memoryMib.driver! > 0 && memoryMib.executors! > 0);
  }
});

test("a recording without one of the engines is refused, with the way to another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "movielens-recording-"));
  try {
    const file = join(folder, "on-spark.json");
    const { runs, ...rest } = await readEngineRecording(committed);
    writeFileSync(file, JSON.stringify({ ...rest, runs: runs.filter(({ engine }) => engine === "local") }));
    assert.match((await errorOf("DATA_INVALID", () => readEngineRecording(file))).message, "“spark”");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();

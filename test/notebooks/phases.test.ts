import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Browser } from "playwright-core";
import { executeNotebook, renderReports } from "@movielens/lib/cli/jupyter";
import { notebooks, phases } from "@movielens/lib/cli/phases";
import { loadDataset, loadPrepared, projectPath, ratingsByItem } from "@movielens/lib/data";
import { currentModel, loadModel, readCurrent } from "@movielens/lib/deploy";
import { readCriteria } from "@movielens/lib/evaluate";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkReport, launchChromium } from "../reports/check-report";
import { outputsOf, temporaryFolder, wordsOf } from "./support";

interface Metric {
  name: string;
  value: number;
  unit: string | null;
}

interface Context {
  folder: string;
  executed: string;
  browser: Browser | null;
}

// All run in order in folders of their own, as `npm start` runs them: later phases read what earlier ones wrote.
const test = suite<Context>("phases");

test.before(async (context) => {
  context.folder = temporaryFolder();
  context.executed = join(context.folder, "executed");
  mkdirSync(context.executed);
  context.browser = await launchChromium();
});

test.after(async ({ folder, browser }) => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const executedFile = (context: Context, notebook: string): string =>
  join(context.executed, basename(notebook));

const metricsIn = (file: string): Metric[] =>
  outputsOf(file)
    .map((data) => data["application/vnd.movielens.metric+json"] as Metric | undefined)
    .filter((metric): metric is Metric => metric !== undefined);

/** What the executed notebook recorded, by name. */
function metricsOf(context: Context, phase: string): Map<string, number> {
  const { notebook } = phases.find(({ folder }) => folder === phase)!;
  const recorded = metricsIn(executedFile(context, notebook));
  assert.is(
    new Set(recorded.map(({ name }) => name)).size,
    recorded.length,
    `${phase} records each name once`,
  );
  return new Map(recorded.map(({ name, value }) => [name, value]));
}

for (const { notebook } of notebooks)
  test(`${notebook} runs to its end`, async (context) => {
    const { ok, failure } = await executeNotebook(notebook, {
      out: context.executed,
      timeout: 300,
      env: {
        MOVIELENS_INTERIM: join(context.folder, "interim"),
        MOVIELENS_MODELS: join(context.folder, "models"),
      },
    });
    assert.ok(ok, failure?.text);
    assert.ok(existsSync(executedFile(context, notebook)));
  });

test("every phase records numbers, all of them finite", (context) => {
  for (const { folder } of phases) {
    const metrics = metricsOf(context, folder);
    assert.ok(metrics.size >= 2, `${folder} records ${metrics.size} numbers`);
    for (const [name, value] of metrics) assert.ok(Number.isFinite(value), name);
  }
});

test("phase 1 says what the ratings say when counted another way", (context) => {
  const metrics = metricsOf(context, "01-business");
  const counts = new Map<string, number>();
  const lines = readFileSync(projectPath("data/ml-latest-small/ratings.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  for (const line of lines) {
    const movieId = line.split(",")[1];
    counts.set(movieId, (counts.get(movieId) ?? 0) + 1);
  }
  const descending = [...counts.values()].sort((a, b) => b - a);
  const top = descending.slice(0, Math.ceil(descending.length / 10)).reduce((sum, n) => sum + n, 0);
  assert.ok(Math.abs(metrics.get("attention of the top tenth")! - top / lines.length) < 1e-12);
  assert.is(
    metrics.get("success criteria"),
    readCriteria(projectPath("notebooks/01-business/success-criteria.json")).length,
  );
});

test("phase 3 leaves three intact prepared data sets that hold every rating once", async (context) => {
  const whole = await loadDataset(projectPath("data/ml-latest-small"));
  for (const protocol of ["random", "last-share", "time"]) {
    const {
      train,
      validation,
      test: held,
    } = await loadPrepared(join(context.folder, "interim", whole.name, protocol));
    assert.is(train.ratings.length + validation.ratings.length + held.ratings.length, whole.ratings.length);
  }
});

test("phase 6 leaves a model that loads, learned from every rating and recommends nothing seen", async (context) => {
  const models = join(context.folder, "models");
  const { model, manifest } = await loadModel(await currentModel(models));
  assert.is((await readCurrent(models))?.version, manifest.version, "the first model is current");
  const whole = await loadDataset(projectPath("data/ml-latest-small"));
  assert.is(manifest.ratings, whole.ratings.length);
  assert.ok(Object.keys(manifest.metrics).length > 0, "phase 5 handed its measurements on");
  const raters = ratingsByItem(whole);
  for (const user of [0, 100, 609])
    for (const { item } of model.recommend(user, 10)) {
      const users = raters.columns.subarray(raters.rowStart[item], raters.rowStart[item + 1]);
      assert.not(users.includes(user), `user ${user} has rated ${item}`);
    }
  assert.is(metricsOf(context, "06-deploy").get("requests answered in full"), 1);
});

test("the notebooks beside the phases say what a phase says, and who answered", (context) => {
  const file = executedFile(context, "business-intelligence.ipynb");
  const metrics = metricsIn(file);
  const valueOf = (name: string): number | undefined => metrics.find((metric) => metric.name === name)?.value;
  const understanding = metricsOf(context, "02-data");
  assert.is(valueOf("back in the second month"), understanding.get("users back in the second month"));
  assert.is(valueOf("films rated once or never"), understanding.get("films rated once or never"));
  const { ELASTICSEARCH_URL, SPARK_REMOTE } = process.env;
  const who = ELASTICSEARCH_URL ? "Elasticsearch" : SPARK_REMOTE ? "Spark" : "DuckDB";
  assert.match(wordsOf(file), `Answered by ${who}`);
});

test("the reports of the six phases are good pages, and so is their index", async (context) => {
  const reports = join(context.folder, "reports");
  const executed = notebooks.map(({ notebook }) => executedFile(context, notebook));
  await renderReports(executed, reports);
  assert.ok(existsSync(join(reports, "index.html")));
  if (!context.browser) return;
  const pages = [
    "index.html",
    ...notebooks.map(({ folder, notebook }) => `${folder.slice(0, 2)}-${basename(notebook, ".ipynb")}.html`),
  ];
  for (const page of pages) {
    const { problems, charts } = await checkReport(context.browser, join(reports, page));
    assert.equal(problems, [], page);
    if (page !== "index.html") assert.ok(charts >= 1, `${page} shows a chart`);
  }
});

test.run();

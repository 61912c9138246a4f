import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDashboards } from "@movielens/lib/cli/bi-dashboards";
import { loadDataset, projectPath } from "@movielens/lib/data";
import { suite } from "uvu";
import * as assert from "uvu/assert";

interface Context {
  folder: string;
}

const test = suite<Context>("bi:dashboards");

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "movielens dashboards "));
});

test.after(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

test("with a model, before any notebook recorded a figure, all is written, and what stays empty is named", async ({
  folder,
}) => {
  const dataset = await loadDataset(projectPath("data/ml-latest-small"));
  const measured = {
    "@timestamp": Date.UTC(2026, 0, 1),
    source: "model",
    origin: "model 1",
    name: "ndcg@10",
    value: 0.1,
    unit: null,
    description: null,
    dataName: dataset.name,
  };
  const { page, files } = await writeDashboards({ dataset, metrics: [measured] }, folder);
  assert.ok(existsSync(page));
  for (const { path, ndjson } of files) assert.is(readFileSync(path, "utf8"), ndjson);
  const unit = "no document of movielens-metrics has a value for unit";
  assert.equal(
    files.flatMap(({ gaps }) => gaps),
    [
      `dashboard movielens-model-quality panel shares: ${unit}`,
      `dashboard movielens-recommender panel steps: ${unit}`,
    ],
  );
});

test.run();

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { notebooks } from "@movielens/lib/cli/phases";
import { notebookKeys } from "@movielens/lib/cli/start";
import { projectPath } from "@movielens/lib/data";

const nameOf = (notebook: string): string => /([\w-]+)\.ipynb$/.exec(notebook)![1];

/** The notebooks that run anew once these variables say something else. */
function outdatedBy(parameters: Record<string, string>, environment: Record<string, string> = {}): string[] {
  const before = notebookKeys({}, {});
  const after = notebookKeys(parameters, environment);
  return notebooks.filter((_, k) => before[k] !== after[k]).map(({ notebook }) => nameOf(notebook));
}

test("another Spark or Elasticsearch outdates the notebooks that ask it, and no other", () => {
  assert.equal(outdatedBy({}), []);
  assert.equal(outdatedBy({}, { SPARK_REMOTE: "sc://host" }), [
    "data-understanding",
    "business-intelligence",
    "modeling",
    "on-spark",
    "deployment",
  ]);
  assert.equal(outdatedBy({}, { ELASTICSEARCH_URL: "http://host:9200" }), ["business-intelligence"]);
  assert.equal(outdatedBy({}, { ELASTICSEARCH_CLOUD_ID: "name:id" }), ["business-intelligence"]);
  const one = notebookKeys({}, { ELASTICSEARCH_URL: "there" });
  assert.not.equal(one, notebookKeys({}, { ELASTICSEARCH_CLOUD_ID: "there" }));
});

test("another parameter outdates every notebook", () => {
  assert.is(outdatedBy({ MOVIELENS_SEED: "7" }).length, notebooks.length);
});

test("a notebook's variables are those that its code reads", () => {
  for (const { notebook, variables } of notebooks) {
    const { cells } = JSON.parse(readFileSync(projectPath(notebook), "utf8")) as {
      cells: { cell_type: string; source: string[] }[];
    };
    const code = cells
      .filter(({ cell_type }) => cell_type === "code")
      .flatMap(({ source }) => source)
      .join("");
    const reads = [
      ...(/\b(?:chosenEngine|openEngineWarehouse|trainOnEngine)\(/.test(code) ? ["SPARK_REMOTE"] : []),
      ...(/\belasticEnvironment\(/.test(code) ? ["ELASTICSEARCH_URL", "ELASTICSEARCH_CLOUD_ID"] : []),
    ];
    assert.equal(variables, reads, notebook);
  }
});

test.run();

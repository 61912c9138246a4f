import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { executeNotebook } from "@movielens/lib/cli/jupyter";
import { loadModel, newestModel } from "@movielens/lib/deploy";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder, wordsOf } from "../notebooks/support";
import { remote, testSpark } from "./remote";

/** Executes a notebook with Spark for its engine, in folders of its own, and hands over what it says and its models. */
async function onSpark(notebook: string, check: (words: string, models: string) => unknown): Promise<void> {
  const folder = temporaryFolder();
  try {
    const models = join(folder, "models");
    const env = {
      SPARK_REMOTE: await remote(),
      MOVIELENS_ENGINE: "spark",
      MOVIELENS_INTERIM: join(folder, "interim"),
      MOVIELENS_MODELS: models,
    };
    const { ok, failure } = await executeNotebook(notebook, { out: folder, timeout: 300, env });
    assert.ok(ok, failure?.text);
    await check(wordsOf(join(folder, basename(notebook))), models);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

testSpark("the notebook on Spark trains and measures on the Spark of SPARK_REMOTE, and says so", () =>
  onSpark("notebooks/04-model/on-spark.ipynb", (words) => {
    assert.match(words, /Done on Spark at 127\.0\.0\.1:\d+\. Spark trained and measured/);
    assert.not.match(words, "token");
  }),
);

testSpark("deployment serves a model that Spark has trained, as it serves one from here", () =>
  onSpark("notebooks/06-deploy/deployment.ipynb", async (words, models) => {
    assert.match(words, /Trained on Spark at 127\.0\.0\.1:\d+\. It took/);
    assert.match(words, "**100.0 %** of 300 requests got a full list");
    const { manifest } = await loadModel(await newestModel(models));
    assert.equal([manifest.kind, manifest.ratings], ["implicit", 100_836]);
  }),
);

test.run();

import { runQuery } from "@movielens/lib/bi";
import { loadDataset, projectPath } from "@movielens/lib/data";
import { compareEngines, openEngineWarehouse } from "@movielens/lib/notebook";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { same } from "../bi/compare";
import { errorOf } from "../data/support";
import { onSpark, remote, testSpark } from "./remote";

const small = projectPath("data", "ml-latest-small");

async function withRemote<T>(address: string | undefined, work: () => Promise<T>): Promise<T> {
  const before = process.env.SPARK_REMOTE;
  delete process.env.SPARK_REMOTE;
  if (address !== undefined) process.env.SPARK_REMOTE = address;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.SPARK_REMOTE;
    else process.env.SPARK_REMOTE = before;
  }
}

test("without a Spark a notebook's warehouse is DuckDB here, says so, and ends with close", () =>
  withRemote(undefined, async () => {
    const dataset = await loadDataset(small);
    const warehouse = await openEngineWarehouse(dataset, "auto");
    assert.match(warehouse.says, "Answered by DuckDB");
    assert.is(warehouse.hash, dataset.hash);
    assert.is((await runQuery(warehouse, "overview"))[0].ratings, dataset.ratings.length);
    await warehouse.close();
    let closed = false;
    await runQuery(warehouse, "overview").catch(() => (closed = true));
    assert.ok(closed, "it still answers");
    await errorOf("PARAMETER_INVALID", () => openEngineWarehouse(dataset, "spark"));
  }));

testSpark(
  "with one, the same answer comes from Spark, which the sentence names without its token",
  async () => {
    await withRemote(await remote(), async () => {
      const dataset = await loadDataset(small);
      const [there, here] = await Promise.all(
        ["auto", "local"].map((engine) => openEngineWarehouse(dataset, engine)),
      );
      try {
        assert.match(there.says, /^Answered by Spark \d+\.\d+\S* at \S+:\d+\.$/);
        assert.not.match(there.says, "token");
        assert.match(here.says, "Answered by DuckDB");
        for (const name of ["overview", "concentration"] as const)
          same(await runQuery(there, name), await runQuery(here, name), name);
      } finally {
        await there.close();
        await here.close();
      }
    });
  },
);

testSpark("both engines hold out the same ratings, learn about as well, and measure alike", async () => {
  const dataset = await loadDataset(small);
  const quality = await onSpark((session) => compareEngines(session, dataset, { testShare: 0.2, seed: 42 }));
  assert.is(quality.heldOutOnSpark, quality.test);
  assert.is(quality.heldOutAlike, quality.test);
  assert.is(quality.train + quality.test, dataset.ratings.length);
  for (const name of ["rmse", "mae"] as const)
    assert.ok(Math.abs(quality.measuredOnSpark[name] - quality.refined[name]) < 1e-9, name);
  assert.ok(quality.refined.rmse / quality.local.rmse - 1 < 0.005, `${quality.refined.rmse}`);
});

test.run();

import { queryNames, runQuery, withWarehouse } from "@movielens/lib/bi";
import { loadDataset, projectPath, type Dataset } from "@movielens/lib/data";
import { sendWarehouse } from "@movielens/lib/notebook";
import { test } from "uvu";
import { OTHER_PARAMETERS, same } from "../bi/compare";
import { random } from "../bi/datasets";
import { onSpark, testSpark } from "./remote";

/** Every question of the catalogue, with its defaults or with other parameters, on both engines. */
const agrees = (dataset: Dataset, others: boolean): Promise<void> =>
  onSpark(async (session) => {
    const onCluster = await sendWarehouse(session, dataset);
    await withWarehouse(dataset, async (here) => {
      for (const name of queryNames) {
        const parameters = (others && OTHER_PARAMETERS[name]) || {};
        same(
          await runQuery(onCluster, name, parameters),
          await runQuery(here, name, parameters),
          `${dataset.name}: ${name} ${JSON.stringify(parameters)}`,
        );
      }
    });
  });

testSpark(
  "the same file gives DuckDB's answer on Spark, for every question about ml-latest-small",
  async () => {
    await agrees(await loadDataset(projectPath("data", "ml-latest-small")), false);
  },
);

testSpark(
  "and with other parameters on data with gaps, ties, and films without year, genre or rating",
  async () => {
    await agrees(random(1), true);
  },
);

test.run();

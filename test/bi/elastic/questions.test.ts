import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  elasticQueryNames,
  loadIndices,
  queryNames,
  runElasticQuery,
  runQuery,
  withWarehouse,
  type ElasticConnection,
} from "@movielens/lib/bi";
import { loadDataset, projectPath, WorkspaceError, type Dataset } from "@movielens/lib/data";
import { OTHER_PARAMETERS, same } from "../compare";
import { byHand, random } from "../datasets";
import { TestServer, testsWith } from "./servers";

const testElastic = testsWith("8.19.8");
let connection: ElasticConnection;

async function connected(): Promise<ElasticConnection> {
  return (connection ??= await (await TestServer.shared("8.19.8")).connect());
}
test.after(() => connection?.close());

async function agrees(dataset: Dataset): Promise<void> {
  const server = await connected();
  await loadIndices(server, { dataset });
  await withWarehouse(dataset, async (warehouse) => {
    for (const name of elasticQueryNames)
      for (const parameters of [{}, OTHER_PARAMETERS[name] ?? {}])
        same(
          await runElasticQuery(server, name, parameters),
          await runQuery(warehouse, name, parameters),
          `${dataset.name}: ${name} ${JSON.stringify(parameters)}`,
        );
  });
}

testElastic("every question that Elasticsearch answers has DuckDB's answer on ml-latest-small", async () => {
  await agrees(await loadDataset(projectPath("data", "ml-latest-small")));
});

testElastic("and on data with gaps, ties, and films without year, genre or rating", async () => {
  for (const dataset of [byHand(), random(1), random(2)]) await agrees(dataset);
});

testElastic("what only SQL answers is refused with a way out", async () => {
  const server = await connected();
  for (const name of queryNames.filter((each) => !elasticQueryNames.includes(each)))
    try {
      await runElasticQuery(server, name);
      assert.unreachable(name);
    } catch (error) {
      assert.ok(error instanceof WorkspaceError && error.code === "QUERY_UNSUPPORTED", name);
      assert.match(error.mend, "npm run olap");
    }
});

test("Elasticsearch answers the questions that a dashboard needs", () => {
  assert.ok(elasticQueryNames.length >= 25);
  for (const name of [
    "ratings-by-month",
    "activity-by-hour",
    "activity-by-weekday",
    "genre-share",
    "genre-by-year",
    "top-movies",
    "divisive-movies",
    "long-tail",
    "retention-cohorts",
    "tags-and-ratings",
    "decade-genre-heatmap",
    "new-user-funnel",
    "catalogue-health",
  ] as const)
    assert.ok(elasticQueryNames.includes(name), name);
});

test.run();

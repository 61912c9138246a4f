import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  indexKibanaFields,
  indexMapping,
  indexNames,
  indices,
  planLoad,
  type DocumentSources,
} from "@movielens/lib/bi";
import { loadDataset, projectPath, WorkspaceError, type Dataset, type Movie } from "@movielens/lib/data";
import { byHand, datasetOf, random } from "../datasets";

const plan = (sources: DocumentSources): ReturnType<typeof planLoad> => planLoad(null, sources);

async function refused(dataset: Dataset, ...says: (string | RegExp)[]): Promise<void> {
  const error = await plan({ dataset }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WorkspaceError) || error.code !== "DATA_INVALID")
    throw error ?? new Error("accepted");
  for (const what of says) assert.match(error.message, what);
}

test("every document of ml-latest-small and of data with gaps fits its index", async () => {
  const small = await loadDataset(projectPath("data", "ml-latest-small"));
  const { indices: planned, upToDate } = await plan({ dataset: small });
  assert.is(planned.ratings.documents, 100_836);
  assert.is(planned.movies.documents, 9742);
  assert.is(planned.users.documents, 610);
  assert.is(upToDate, null);
  for (const dataset of [byHand(), random(1), random(2), random(3)]) await plan({ dataset });
});

test("a document that does not fit is named with its field before anything is sent", async () => {
  const film = (title: string): Movie => ({ movieId: 10, title, year: 1995, genres: [] });
  const time = "2002-03-04T10:00:00Z";
  await refused(
    datasetOf([[1, 10, 4, time]], [film("A".repeat(40_000))]),
    "ratings: document 1-10",
    "title",
    "32,766 bytes",
  );
  await refused(datasetOf([[1, 10, 3.7, time]], [film("Alpha")]), "3.7", "half stars");
  await refused(datasetOf([[1, 10, 4, time]], []), "movie 10 is rated but not listed");
  await refused(datasetOf([], [film("Alpha")]), "no ratings");
});

test("every index is strict, and has vectors only where they are wanted", () => {
  for (const name of indexNames) assert.is(indexMapping(name, null).dynamic, "strict");
  assert.is(indexMapping("movies", null).properties.factors, undefined);
  assert.equal(indexMapping("movies", 33).properties.factors, {
    type: "dense_vector",
    dims: 33,
    index: true,
    similarity: "max_inner_product",
    index_options: { type: "flat" },
  });
});

test("Kibana gets every mapped field but the vectors, with its time field among them", () => {
  for (const name of indexNames) {
    const fields = indexKibanaFields(name);
    assert.is(new Set(fields.map((field) => field.name)).size, fields.length);
    const { timeField } = indices[name];
    if (timeField !== null) assert.is(fields.find((field) => field.name === timeField)?.type, "date", name);
    for (const field of fields) assert.ok(field.meaning.length > 0, field.name);
  }
  const movies = new Map(indexKibanaFields("movies").map((field) => [field.name, field]));
  assert.is(movies.has("factors"), false);
  assert.is(movies.get("ratingHistogram.stars_3_5")?.type, "number");
  assert.is(movies.get("title")?.aggregatable, true);
  assert.is(movies.get("title.text")?.aggregatable, false);
  assert.is(movies.get("genres")?.many, true);
});

test("an id tells documents apart and is the same for the same document", () => {
  const rating = { userId: 1, movieId: 23 } as Parameters<typeof indices.ratings.idOf>[0];
  assert.is(indices.ratings.idOf(rating), "1-23");
  const metric = {
    ...{ "@timestamp": 1, source: "model", origin: "v1", name: "rmse", value: 1, unit: null },
    ...{ description: null, dataName: null },
  };
  assert.is(indices.metrics.idOf(metric), indices.metrics.idOf({ ...metric, value: 2 }));
  assert.is.not(indices.metrics.idOf(metric), indices.metrics.idOf({ ...metric, "@timestamp": 2 }));
});

test.run();

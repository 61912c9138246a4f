import { dashboardCubes, dashboards, type Cube, type IndexDocument } from "@movielens/lib/bi";
import { loadDataset, projectPath } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { byHand } from "../datasets";

const metric = (name: string, value: number): IndexDocument<"metrics"> => ({
  "@timestamp": 1_000_000,
  source: "model",
  origin: "a",
  name,
  value,
  unit: null,
  description: null,
  dataName: null,
});

/** The rows of a cube as objects. */
const rowsOf = ({ rows, counts, fields, sums }: Cube): Record<string, unknown>[] =>
  Array.from({ length: rows }, (_, row) => ({
    ...Object.fromEntries(
      Object.entries(fields).map(([name, { values, codes }]) => [name, values[codes[row]]]),
    ),
    ...Object.fromEntries(Object.entries(sums).map(([name, { sum }]) => [name, sum[row]])),
    count: counts[row],
  }));

test("a cube counts every document once and keeps what a film without genre or year has", async () => {
  const dataset = byHand();
  const { cubes, facts } = await dashboardCubes(dashboards, { dataset, metrics: [metric("ndcg@10", 0.1)] });
  assert.is(facts.ratings.documents, 7);
  const ratings = rowsOf(cubes.ratings!);
  assert.is(
    ratings.reduce((sum, { count }) => sum + (count as number), 0),
    7,
  );
  const gamma = ratings.find(({ movieId }) => movieId === 30)!;
  assert.equal(gamma.genres, ["(no genres listed)"]);
  assert.is(gamma["@timestamp"], Date.UTC(2002, 2, 1));
  assert.equal(
    rowsOf(cubes.movies!).reduce((sum, { count }) => sum + (count as number), 0),
    dataset.movies.size,
  );
  assert.equal(
    rowsOf(cubes.metrics!).map(({ name, value }) => [name, value]),
    [["ndcg@10", 0.1]],
  );
  assert.is(cubes.recommendations!.rows, 0);
  assert.is(facts.recommendations.span, null);
});

test("too many rows leave out what tells users and films apart, and no rating is lost", async () => {
  const dataset = await loadDataset(projectPath("data/ml-latest-small"));
  const { cubes } = await dashboardCubes(dashboards, { dataset }, { maxRows: 80_000 });
  const cube = cubes.ratings!;
  assert.ok(cube.rows <= 80_000, String(cube.rows));
  assert.equal(cube.dropped.slice(0, 3), ["userId", "movieId", "title"]);
  assert.not(Object.hasOwn(cube.fields, "userId"));
  assert.is(
    cube.counts.reduce((a, b) => a + b, 0),
    dataset.ratings.length,
  );
});

test("the coarsest cube still adds up its ratings", async () => {
  const dataset = byHand();
  const { cubes } = await dashboardCubes(dashboards, { dataset }, { maxRows: 1 });
  const { fields, sums, dropped } = cubes.ratings!;
  assert.ok(dropped.includes("rating"));
  assert.not(Object.hasOwn(fields, "rating"));
  assert.is(
    sums.rating.sum.reduce((a, b) => a + b, 0),
    20,
  );
  assert.is(
    sums.rating.known.reduce((a, b) => a + b, 0),
    7,
  );
  assert.ok(fields["@timestamp"].values.includes(Date.UTC(2003, 0, 1)));
});

test.run();

import { test } from "uvu";
import * as assert from "uvu/assert";
import { train, type AlsModel } from "@movielens/lib/als";
import {
  loadIndices,
  runElasticQuery,
  runQuery,
  searchByFactors,
  vectorParity,
  withWarehouse,
  type IndexDocument,
} from "@movielens/lib/bi";
import { loadDataset, projectPath, subset, type Dataset } from "@movielens/lib/data";
import { same } from "../compare";
import { TestServer, testsWith } from "./servers";

/** A tenth of ml-latest-small: every rating of the first users, and the films that they rated. */
async function few(): Promise<Dataset> {
  const small = await loadDataset(projectPath("data", "ml-latest-small"));
  const first = subset(
    small,
    Uint32Array.from({ length: 10_000 }, (_, row) => row),
  );
  const rated = new Set(Array.from(first.items, (item) => first.itemIds[item]));
  return { ...first, movies: new Map([...first.movies].filter(([movieId]) => rated.has(movieId))) };
}

const TRAINING = { rank: 8, iterations: 3, seed: 1 };

for (const version of ["8.19.8", "9.4.3"] as const) {
  const testElastic = testsWith(version);

  // The second version only for what differs between the two: how vectors are kept.
  for (const feedback of version === "8.19.8" ? (["explicit", "implicit"] as const) : (["explicit"] as const))
    testElastic(
      `${version}, ${feedback}: the server's nearest films are the model's recommendations`,
      async () => {
        const server = await TestServer.shared(version);
        const dataset = await few();
        const model = await train(dataset, { feedback, ...TRAINING });
        const connection = await server.connect();
        try {
          const factors = { model, version: `a ${feedback} model`, created: 1e12 };
          const report = await loadIndices(connection, { dataset, factors, top: 5 });
          assert.is(report.indices.recommendations.documents, 5 * new Set(dataset.users).size);
          const parity = await vectorParity(connection, model, { users: 40 });
          assert.is(parity.skipped, null);
          assert.is(parity.users, 40);
          assert.is(parity.films, 400);
          assert.is(parity.found, parity.films);
          assert.is(parity.exactUsers, 40);
          await sameScores(connection, model, 3);
          await recommendationsAreTheModels(server, model, 3);
          await withWarehouse(dataset, async (warehouse) => {
            for (const name of ["ratings-by-month", "genre-share", "top-movies", "new-user-funnel"] as const)
              same(await runElasticQuery(connection, name), await runQuery(warehouse, name), name);
          });
        } finally {
          await connection.close();
        }
      },
    );
}

async function sameScores(
  connection: Awaited<ReturnType<TestServer["connect"]>>,
  model: AlsModel,
  user: number,
): Promise<void> {
  const scores = new Float64Array(model.items);
  model.scoreItems(user, scores);
  const { itemIds, ratings } = model.parts;
  const seen = new Set(ratings.columns.subarray(ratings.rowStart[user], ratings.rowStart[user + 1]));
  // All, since the server scales inner products below 0 otherwise.
  const unseen = new Set(ratings.columns).size - seen.size;
  const found = await searchByFactors(connection, model, user, unseen + 1);
  assert.is(found.length, unseen);
  for (const { movieId, score } of found) {
    const item = itemIds.indexOf(movieId);
    assert.not(seen.has(item), `movie ${movieId} was rated by the user`);
    assert.ok(
      Math.abs(score - scores[item]) < 1e-4,
      `movie ${movieId}: ${score}, the model says ${scores[item]}`,
    );
  }
}

async function recommendationsAreTheModels(server: TestServer, model: AlsModel, user: number): Promise<void> {
  const userId = model.parts.userIds[user];
  const { hits } = await server.rest<{ hits: { hits: { _source: IndexDocument<"recommendations"> }[] } }>(
    "POST",
    "/movielens-recommendations/_search",
    { query: { term: { userId } }, sort: ["rank"] },
  );
  const listed = hits.hits.map(({ _source }) => _source);
  assert.equal(
    listed.map(({ movieId, score }) => ({ movieId, score })),
    model.recommend(user, 5).map(({ item, score }) => ({ movieId: model.parts.itemIds[item], score })),
  );
  for (const { reason } of listed) assert.match(reason, /^like “.+”, rated [\d.]+$/);
}

test.run();

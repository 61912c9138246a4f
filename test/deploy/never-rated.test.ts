import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { train } from "@movielens/lib/als";
import { loadDataset, projectPath, type Dataset } from "@movielens/lib/data";
import { createServer, exportModel, loadModel, type ModelServer } from "@movielens/lib/deploy";
import { ask, post } from "./asking";
import { temporaryFolder } from "./tiny-model";

let dataset: Dataset;
let server: ModelServer;
let cleanUp: () => Promise<void>;
/** MovieLens user id → MovieLens ids of what they rated, straight from the ratings. */
const rated = new Map<number, Set<number>>();

test.before(async () => {
  const { path, remove } = await temporaryFolder();
  cleanUp = remove;
  dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  const model = await train(dataset, { feedback: "explicit", rank: 8, iterations: 2 });
  const { folder } = await exportModel(model, { folder: path, dataset, metrics: {} });
  server = createServer({ loaded: await loadModel(folder) });
  for (let r = 0; r < dataset.ratings.length; r++) {
    const userId = dataset.userIds[dataset.users[r]];
    if (!rated.has(userId)) rated.set(userId, new Set());
    rated.get(userId)!.add(dataset.itemIds[dataset.items[r]]);
  }
});
test.after(async () => {
  await server.close();
  await cleanUp();
});

const n = fc.integer({ min: 1, max: 100 });
const filters = fc.record(
  { genre: fc.constantFrom("Drama", "comedy", "Film-Noir"), year: fc.constantFrom("1994", "-1980", "2000-") },
  { requiredKeys: [] },
);
const moviesOf = (body: { items: { movieId: number }[] }): number[] =>
  body.items.map(({ movieId }) => movieId);

test("no film that a user has rated is recommended to them, whatever they ask for", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 610 }), n, filters, async (userId, count, given) => {
      const query = new URLSearchParams({ n: String(count), ...given });
      const { status, body } = await ask(server, `/recommend/${userId}?${query.toString()}`);
      assert.is(status, 200);
      const movies = moviesOf(body as { items: { movieId: number }[] });
      assert.is(new Set(movies).size, movies.length, "no film twice");
      assert.ok(movies.length <= count);
      if (Object.keys(given).length === 0) assert.is(movies.length, count);
      for (const movieId of movies)
        assert.not(rated.get(userId)!.has(movieId), `user ${userId} rated ${movieId}`);
    }),
    { numRuns: 150 },
  );
});

test("no film that a visitor has rated is recommended to them, known to the model or not", async () => {
  const allMovies = [...dataset.movies.keys()];
  const ratings = fc.uniqueArray(
    fc.record({
      movieId: fc.constantFrom(...allMovies),
      rating: fc.integer({ min: 1, max: 10 }).map((half) => half / 2),
    }),
    { minLength: 1, maxLength: 60, selector: ({ movieId }) => movieId },
  );
  await fc.assert(
    fc.asyncProperty(ratings, n, filters, async (given, count, conditions) => {
      const { status, body } = await ask(
        server,
        post("/recommend", { ratings: given, n: count, ...conditions }),
      );
      assert.is(status, 200);
      const movies = moviesOf(body as { items: { movieId: number }[] });
      for (const { movieId } of given) assert.not(movies.includes(movieId), `the visitor rated ${movieId}`);
      if (Object.keys(conditions).length === 0) assert.is(movies.length, count);
    }),
    { numRuns: 100 },
  );
});

test("every recommended film meets genre and year", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 700 }), async (userId) => {
      const { body } = await ask(server, `/recommend/${userId}?n=50&genre=comedy&year=1990-1999`);
      for (const { movieId } of (body as { items: { movieId: number }[] }).items) {
        const { genres, year } = dataset.movies.get(movieId)!;
        assert.ok(
          genres.includes("Comedy") && year !== null && year >= 1990 && year <= 1999,
          String(movieId),
        );
      }
    }),
    { numRuns: 50 },
  );
});

test.run();

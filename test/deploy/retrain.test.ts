import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { train } from "@movielens/lib/als";
import { loadDataset, ratingsByUser, writePublished, type Dataset } from "@movielens/lib/data";
import {
  listModels,
  loadModel,
  mergeEvents,
  publishModel,
  readCurrent,
  retrain,
  type FeedbackEvent,
  type GateOptions,
  type StoredEvent,
} from "@movielens/lib/deploy";
import { errorOf } from "../data/support";
import { toyDataset, type ToyRating } from "../toy-data";
import { temporaryFolder, tinyDataset } from "./tiny-model";

let path: string;
let cleanUp: () => Promise<void>;

test.before(async () => {
  ({ path, remove: cleanUp } = await temporaryFolder());
});
test.after(() => cleanUp());

const stored = (events: FeedbackEvent[]): StoredEvent[] =>
  events.map((event) => ({ timestamp: 100, received: "", modelVersion: "", ...event }) as StoredEvent);
const rating = (userId: number, movieId: number, stars: number, timestamp = 100): FeedbackEvent => ({
  type: "rating",
  userId,
  movieId,
  rating: stars,
  timestamp,
});
const triples = ({ users, items, ratings, userIds, itemIds }: Dataset): string[] =>
  Array.from(ratings, (stars, row) => `${userIds[users[row]]} ${itemIds[items[row]]} ${stars}`).sort();

test("ratings of events are added, take older ones' place, and leave newer ones", async () => {
  const events: FeedbackEvent[] = [
    // The last of the same pair counts, whatever the order of the log.
    rating(10, 3, 2, 300),
    rating(10, 3, 5, 200),
    // Renews row 0; is older than row 6.
    rating(10, 1, 1),
    rating(30, 5, 1, 0),
    // A new user, and a film without a rating before.
    rating(99, 6, 4),
    rating(99, 777, 4),
    { type: "click", movieId: 1 },
  ];
  const { dataset, fresh, ...counts } = await mergeEvents(tinyDataset, stored(events));
  assert.equal(counts, { added: 2, renewed: 1, unknownFilms: 1, older: 1 });
  const kept = triples(tinyDataset).filter((triple) => triple !== "10 1 5");
  assert.equal(triples(dataset), [...kept, "10 1 1", "10 3 2", "99 6 4"].sort());
  assert.equal(triples(fresh!), ["10 1 1", "10 3 2", "99 6 4"]);
  assert.is.not(dataset.hash, tinyDataset.hash);
  assert.is(Math.max(...dataset.timestamps), 300);
});

test("without ratings among the events the data is what it was", async () => {
  const { dataset, fresh, added } = await mergeEvents(tinyDataset, stored([{ type: "click", movieId: 1 }]));
  assert.is(dataset, tinyDataset);
  assert.equal([fresh, added], [null, 0]);
});

test("stars off the scale are refused", async () => {
  await errorOf("DATA_INVALID", () => mergeEvents(tinyDataset, stored([rating(10, 3, 9)])));
});

test("a data set that is written is read back as it was, commas and quotes in titles included", async () => {
  const written = {
    ...tinyDataset,
    movies: new Map(
      [...tinyDataset.movies].map(([id, movie]) => [id, { ...movie, title: `A "${id}", The (190${id})` }]),
    ),
    timestamps: tinyDataset.timestamps.map((at) => at + 1e9),
  };
  await writePublished(written, join(path, "written"));
  const read = await loadDataset(join(path, "written"));
  assert.equal(triples(read), triples(tinyDataset));
  assert.equal([...read.timestamps], [...written.timestamps]);
  assert.is(read.movies.get(2)!.title, 'A "2", The (1902)');
  assert.equal(read.movies.get(2)!.genres, ["Comedy", "Drama"]);
});

/** Two tastes: users of one group like films 1 … 10, those of the other films 11 … 20. Each rates eight of their ten. */
function tastes(from: number, users: number, likes: (user: number) => number, at = 0): ToyRating[] {
  return Array.from({ length: users }, (_, k) => from + k).flatMap((user) =>
    Array.from({ length: 8 }, (_, k): ToyRating => {
      const film = 1 + likes(user) * 10 + ((user * 3 + k) % 10);
      return [user, film, 5, at + user * 10 + k];
    }),
  );
}
const GATE: GateOptions = { golden: [], samples: 200 };

test("the first model of a registry needs no gate; the next one is refused by the checks that it names", async () => {
  const modelsFolder = join(path, "models");
  const data = toyDataset(tastes(1, 40, (user) => user % 2));
  const merged = await mergeEvents(data, []);
  const first = await retrain({ modelsFolder, merged, gate: GATE });
  assert.equal([first.promoted, first.before, first.report], [true, null, null]);
  assert.is((await readCurrent(modelsFolder))!.version, first.version);

  const more = stored(
    tastes(41, 10, (user) => user % 2).map(([user, film, stars]) => rating(user, film, stars, 1e4)),
  );
  const second = await retrain({ modelsFolder, merged: await mergeEvents(data, more), gate: GATE });
  assert.is(second.promoted, false);
  // No golden query was asked, which is no proof of anything.
  assert.match(second.says, "golden queries: 0 passed");
  assert.is((await readCurrent(modelsFolder))!.version, first.version);
  assert.is((await listModels(modelsFolder)).length, 2);

  const dry = await retrain({
    modelsFolder,
    merged: await mergeEvents(data, more),
    gate: GATE,
    dryRun: true,
  });
  assert.match(dry.says, "It would not be promoted.");
  assert.is((await listModels(modelsFolder)).length, 2);
});

test("a partial candidate is the current model with the rows of fresh ratings solved, and knows new users", async () => {
  const modelsFolder = join(path, "partial");
  const data = toyDataset(tastes(1, 40, (user) => user % 2));
  const model = await train(data, { feedback: "explicit", rank: 4, iterations: 3 });
  await publishModel(model, { folder: modelsFolder, dataset: data, metrics: {}, promote: "keep aside" });
  const merged = await mergeEvents(data, stored([rating(99, 1, 5), rating(99, 2, 4)]));
  const { version, partial } = await retrain({ modelsFolder, merged, partial: true, gate: GATE });
  assert.is(partial, true);
  const candidate = await loadModel(join(modelsFolder, version));
  assert.is(candidate.manifest.options.rank, 4);
  assert.is(candidate.manifest.ratings, data.ratings.length + 2);
  assert.is(candidate.model.parts.userIds.at(-1), 99);
  // A user whom no fresh rating touches keeps the factors of the current model, as float32.
  const rowOf = (factors: Float64Array, user: number): number[] => [
    ...factors.subarray(user * 4, user * 4 + 4),
  ];
  assert.equal(
    rowOf(candidate.model.parts.userFactors, 0),
    rowOf(model.parts.userFactors, 0).map(Math.fround),
  );
  assert.is(ratingsByUser(merged.dataset).rows, 41);
});

test("there is nothing to fit without a current model, or without fresh ratings", async () => {
  const fresh = await mergeEvents(tinyDataset, stored([rating(10, 3, 4)]));
  const none = await mergeEvents(tinyDataset, []);
  const partial = (name: string, merged: typeof fresh) => () =>
    retrain({ modelsFolder: join(path, name), merged, partial: true, gate: GATE });
  await errorOf("MODEL_MISSING", partial("nothing", fresh));
  await errorOf("DATA_INVALID", partial("partial", none));
});

test.run();

import { loadDataset, projectPath, ratingsByItem, ratingsByUser, readDataset } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";

const path = projectPath("data", "ml-latest-small");

test("ml-latest-small has the ratings, users and movies that GroupLens states", async () => {
  const dataset = await loadDataset(path);
  assert.is(dataset.name, "ml-latest-small");
  assert.is(dataset.users.length, 100_836);
  assert.is(dataset.userIds.length, 610);
  assert.is(dataset.movies.size, 9_742);
  assert.is(dataset.itemIds.length, 9_724);
  assert.is([...dataset.movies.keys()].filter((movieId) => !dataset.itemIndex.has(movieId)).length, 18);
  assert.is(dataset.tags.length, 3_683);
});

test("ml-latest-small has 3,446 movies rated once, and no user with fewer than 20 ratings", async () => {
  const dataset = await loadDataset(path);
  const lengths = (starts: Uint32Array): number[] =>
    Array.from(starts.subarray(1), (end, k) => end - starts[k]);
  assert.is(lengths(ratingsByItem(dataset).rowStart).filter((count) => count === 1).length, 3_446);
  assert.is(Math.min(...lengths(ratingsByUser(dataset).rowStart)), 20);
});

test("ml-latest-small has 19 genres beside (no genres listed), with 4,361 Drama and 3,756 Comedy movies", async () => {
  const dataset = await loadDataset(path);
  const counts = new Map<string, number>();
  let without = 0;
  for (const { genres } of dataset.movies.values()) {
    if (genres.length === 0) without++;
    for (const genre of genres) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  }
  assert.is(counts.size, 19);
  assert.ok(without > 0);
  assert.not.ok(counts.has("(no genres listed)"));
  assert.is(counts.get("Drama"), 4_361);
  assert.is(counts.get("Comedy"), 3_756);
});

test("ml-latest-small has no bad row; 12 titles end in no year and 11 in blanks", async () => {
  const { quality } = await readDataset(path);
  assert.is(quality.badShare, 0);
  assert.is(quality.rowsKept, quality.rowsRead);
  const counts = Object.fromEntries(quality.rules.map(({ rule, count }) => [rule, count]));
  assert.is(counts["title-without-year"], 12);
  assert.is(counts["trailing-blanks"], 11);
});

test("the first and last rating of ml-latest-small are read as published", async () => {
  const dataset = await loadDataset(path);
  const at = (r: number): unknown[] => [
    dataset.userIds[dataset.users[r]],
    dataset.itemIds[dataset.items[r]],
    dataset.ratings[r],
    dataset.timestamps[r],
  ];
  assert.equal(at(0), [1, 1, 4, 964982703]);
  assert.equal(at(100_835), [610, 170875, 3, 1493846415]);
});

test.run();

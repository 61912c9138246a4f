import { ratingsByUser, type Demographics } from "@movielens/lib/data";
import { Segments } from "@movielens/lib/recommend";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toyDataset } from "../toy-data";

// Users 1 and 2 like War (films 1, 2), users 3 and 4 Comedy (films 3, 4); everybody likes film 5, a Drama. User 4 is the writer.
const dataset = toyDataset(
  [
    [1, 1, 5],
    [1, 2, 4],
    [1, 5, 5],
    [2, 1, 5],
    [2, 5, 4],
    [3, 3, 5],
    [3, 4, 5],
    [3, 5, 4],
    [4, 3, 4],
    [4, 5, 5],
    [4, 1, 1],
  ],
  { 1: ["War"], 2: ["War"], 3: ["Comedy"], 4: ["Comedy"], 5: ["Drama"] },
);
const genres = Array.from(dataset.itemIds, (movieId) => dataset.movies.get(movieId)!.genres);
const parts = { ratings: ratingsByUser(dataset), userIds: dataset.userIds };
const traits = new Map<number, Demographics>([
  [1, { gender: "F", age: "25–34", occupation: "doctor" }],
  [4, { gender: "F", age: "18–24", occupation: "writer" }],
]);
const segments = new Segments(parts, genres, { size: 2, damping: 1, traits });

test("favourite genres find the users who like them more than everybody does", () => {
  const war = segments.nearest({ genres: ["War"] })!;
  assert.equal([...war.users].sort(), [0, 1]);
  assert.equal(war.by, ["favourite genres"]);
  assert.equal([...segments.nearest({ genres: ["Comedy"] })!.users].sort(), [2, 3]);
});

test("demographics find the users who share them, most shared first, and say by which", () => {
  const writers = segments.nearest({ traits: { gender: "F", occupation: "writer" } })!;
  assert.equal([...writers.users], [3, 0]);
  assert.equal(writers.by, ["gender", "occupation"]);
  assert.is(segments.nearest({ traits: { occupation: "pilot" } }), null);
});

test("genres that no film has, and an empty profile, find nobody", () => {
  assert.is(segments.nearest({ genres: ["Western"] }), null);
  assert.is(segments.nearest({}), null);
});

test("a film scores by how much more of the segment than of everybody likes it, by hand", () => {
  const scores = new Float64Array(5);
  segments.score({ users: Uint32Array.of(0, 1), by: [] }, scores);
  // Film 1: both of the segment, 2 of all 4: (2 + 1 · 0.5) / (2 + 1) − 0.5. Film 3: (0 + 0.5) / 3 − 0.5. Film 5: all, so 0.
  const expected = [2.5 / 3 - 0.5, (1 + 0.25) / 3 - 0.25, 0.5 / 3 - 0.5, 0.25 / 3 - 0.25, 0];
  expected.forEach((value, item) => assert.ok(Math.abs(scores[item] - value) < 1e-12, `item ${item}`));
});

test("a broken size or damping is refused", () => {
  for (const options of [{ size: 0 }, { size: 1.5 }, { damping: 0 }, { damping: NaN }])
    assert.throws(
      () => new Segments(parts, genres, options),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

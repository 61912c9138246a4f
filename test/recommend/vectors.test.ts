import { test } from "uvu";
import * as assert from "uvu/assert";
import fc from "fast-check";
import { createDataset, type Dataset, type Tag } from "@movielens/lib/data";
import {
  contentVectors,
  denseVectors,
  exactSearch,
  ratingVectors,
  similarFilter,
  similarMovies,
  type ItemVectors,
} from "@movielens/lib/recommend";
import { toyDataset } from "../toy-data";

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

/** An item's vector written out. */
function dense({ rowStart, columns, values, size }: ItemVectors, item: number): number[] {
  const vector = new Array<number>(size).fill(0);
  for (let p = rowStart[item]; p < rowStart[item + 1]; p++)
    vector[columns === null ? p - rowStart[item] : columns[p]] = values[p];
  return vector;
}

function tagged(): Dataset {
  const toy = toyDataset(
    [
      [1, 10, 5],
      [1, 20, 1],
      [2, 10, 4],
      [2, 20, 4],
      [2, 30, 1],
      [3, 40, 3],
    ],
    { 10: ["Drama"], 20: ["Drama"], 30: ["Comedy"], 40: [], 50: ["Comedy"] },
  );
  const tag = (movieId: number, text: string): Tag => ({ userId: 1, movieId, tag: text, timestamp: 0 });
  return {
    ...toy,
    tags: [tag(10, "Funny"), tag(10, "funny "), tag(20, "funny"), tag(30, "slow"), tag(50, "slow")],
  };
}

test("a rating vector holds what each user's stars differ from the user's mean", () => {
  const vectors = ratingVectors(tagged());
  // User 1 has mean 3, user 2 mean 3, user 3 mean 3.
  assert.equal(
    [0, 1, 2, 3].map((item) => dense(vectors, item)),
    [
      [2, 1, 0],
      [-2, 1, 0],
      [0, -2, 0],
      [0, 0, 0],
    ],
  );
});

test("content weighs terms by how often they are given and how rare they are", () => {
  const vectors = contentVectors(tagged());
  // Of the four films rated, Drama and "funny" are two films', Comedy and "slow" one film's. Columns are sorted by name.
  assert.is(vectors.size, 4);
  const [comedy, drama, funny, slow] = [0, 1, 2, 3];
  close(dense(vectors, 0)[drama], Math.log(2));
  close(dense(vectors, 0)[funny], (1 + Math.log(2)) * Math.log(2));
  close(dense(vectors, 1)[funny], Math.log(2));
  close(dense(vectors, 2)[comedy], Math.log(4));
  close(dense(vectors, 2)[slow], Math.log(4));
});

test("films without anything to compare are not found, and the error says what is missing", () => {
  const data = tagged();
  const search = exactSearch(contentVectors(data));
  assert.equal(
    search.nearest(0, 10).items.map(({ item }) => item),
    [1, 2],
  );
  assert.throws(
    () => search.nearest(3, 10),
    (error: { code: string; message: string }) =>
      error.code === "ITEM_COLD" && /movie 40 has no genres or tags/.test(error.message),
  );
  assert.throws(
    () => exactSearch(ratingVectors(data)).nearest(3, 10),
    (error: { code: string; message: string }) =>
      error.code === "ITEM_COLD" && /movie 40 has no ratings that differ/.test(error.message),
  );
});

for (const metric of ["cosine", "euclidean"] as const)
  test(`${metric}: the exact search is brute force over the vectors written out, dense or sparse`, () => {
    const ratings = fc.uniqueArray(
      fc.tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0.5, 2, 3.5, 5),
      ),
      { minLength: 2, maxLength: 30, selector: ([user, movie]) => `${user} ${movie}` },
    );
    fc.assert(
      fc.property(ratings, fc.nat(), (rows, which) => {
        const sparse = ratingVectors(toyDataset(rows));
        const table = Array.from({ length: sparse.items }, (_, item) => dense(sparse, item));
        const norm = (vector: number[]): number => Math.hypot(...vector);
        const has = table.map((vector) => vector.some((value) => value !== 0));
        const item = which % sparse.items;
        fc.pre(has[item]);
        const expected = table.map((vector, other) => {
          if (other === item || !has[other]) return -Infinity;
          const dot = vector.reduce((sum, value, at) => sum + value * table[item][at], 0);
          return metric === "cosine"
            ? dot / (norm(vector) * norm(table[item]))
            : 1 / (1 + norm(vector.map((value, at) => value - table[item][at])));
        });
        const written = denseVectors(Float64Array.from(table.flat()), sparse.itemIds);
        for (const vectors of [sparse, written]) {
          const { items, scored } = exactSearch(vectors, metric).nearest(item, 3);
          assert.is(scored, expected.filter((score) => score > -Infinity).length);
          const best = [...expected].sort((a, b) => b - a).filter((score) => score > -Infinity);
          assert.is(items.length, Math.min(3, best.length));
          items.forEach((similar, at) => {
            // Cancellation leaves half the digits of a distance near 0.
            assert.ok(Math.abs(similar.score - best[at]) < 1e-6);
            assert.ok(Math.abs(similar.score - expected[similar.item]) < 1e-6);
          });
        }
      }),
    );
  });

test("a filter by genre, year and number of ratings holds all three", () => {
  const data = tagged();
  const kept = (conditions: Parameters<typeof similarFilter>[1]): number[] =>
    [0, 1, 2, 3].filter(similarFilter(data, conditions));
  assert.equal(kept({}), [0, 1, 2, 3]);
  assert.equal(kept({ minRatings: 2 }), [0, 1]);
  assert.equal(kept({ genres: ["Drama"] }), [0, 1]);
  // Movie 20 is of 1920.
  assert.equal(kept({ genres: ["Drama"], fromYear: 1920, minRatings: 1 }), [1]);
});

test("similar films come with titles, and a film without neighbours with its reason", () => {
  const data = tagged();
  const search = exactSearch(contentVectors(data));
  const [nearest, ...others] = similarMovies(search, data, 10, 5, { minRatings: 2 });
  assert.equal(others, []);
  assert.is(nearest.title, "Movie 20");
  assert.is(nearest.movieId, 20);
  assert.is(nearest.ratings, 2);
  assert.is(nearest.distance, 1 - nearest.score);
  const refused = (movieId: number, code: string, message: RegExp): void =>
    assert.throws(
      () => similarMovies(search, data, movieId, 5),
      (error: { code: string; message: string }) => error.code === code && message.test(error.message),
    );
  refused(50, "ITEM_COLD", /movie 50 \(Movie 50\).*nobody has rated it/);
  refused(99, "MOVIE_UNKNOWN", /no movie 99/);
  refused(40, "ITEM_COLD", /movie 40 has no genres or tags/);
});

test("values that are not one vector per item are refused", () => {
  assert.throws(
    () => denseVectors(new Float64Array(5), Uint32Array.of(1, 2)),
    (error: { code: string }) => error.code === "DATA_INVALID",
  );
});

test("a data set without tags and genres has content vectors, all of them empty", () => {
  const data = createDataset({
    name: "bare",
    userId: Uint32Array.of(1),
    movieId: Uint32Array.of(1),
    ratings: Float32Array.of(3),
    timestamps: Float64Array.of(0),
    movies: new Map(),
    tags: [],
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "",
  });
  assert.throws(
    () => exactSearch(contentVectors(data)).nearest(0, 1),
    (error: { code: string }) => error.code === "ITEM_COLD",
  );
});

test.run();

import { train, type AlsModel } from "@movielens/lib/als";
import type { Dataset, Movie } from "@movielens/lib/data";
import { ContentEncoder, ContentModel } from "@movielens/lib/recommend";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix } from "../synthetic";

const GENRES = ["Comedy", "Drama", "War"];
/** Random stars on 12 films, of which film 1012 has none; film k has genre k mod 3, some have tags. */
const matrix = randomMatrix(20, 12, 0.6, 9);
for (const row of matrix) row[11] = null;
const movies = new Map<number, Movie>(
  matrix[0].map((_, item) => [
    1001 + item,
    {
      movieId: 1001 + item,
      title: `Movie ${item}`,
      year: item === 4 ? null : 1980 + item,
      genres: [GENRES[item % 3]],
    },
  ]),
);
const tag = (movieId: number, name: string) => ({ userId: 1, movieId, tag: name, timestamp: 1e9 });
const tags = [
  tag(1001, "Funny"),
  tag(1001, "funny "),
  tag(1002, "funny"),
  tag(1002, "slow"),
  tag(1003, "slow"),
  tag(1004, "rare"),
];
const dataset: Dataset = { ...datasetOf(matrix), movies, tags };
const learnFrom = [...movies.keys()].slice(0, 11);
const encoder = new ContentEncoder(movies, tags, learnFrom, { leastMovies: 2 });
let model: AlsModel;
test.before(async () => {
  model = await train(dataset, { feedback: "explicit", rank: 3, seed: 1 });
});

test("a film is encoded by genre, year and TF-IDF of its tags, by hand", () => {
  assert.equal(encoder.names, [
    "constant",
    "year known",
    "year",
    "year squared",
    "genre Comedy",
    "genre Drama",
    "genre War",
    "tag funny",
    "tag slow",
  ]);
  const features = encoder.encode(1002);
  assert.equal([...features.subarray(4, 7)], [0, 1, 0]);
  // Both tags once, both on 2 of 11 films: equal weights of length 1.
  for (const at of [7, 8]) assert.ok(Math.abs(features[at] - Math.SQRT1_2) < 1e-12);
  assert.equal([...encoder.encode(1001).subarray(7)], [1, 0]);
  // Film 1005 has no year: its three year features are 0.
  assert.equal([...encoder.encode(1005).subarray(0, 4)], [1, 0, 0, 0]);
});

test("years are standardised over the films learned from", () => {
  const known = learnFrom.filter((movieId) => movies.get(movieId)!.year !== null);
  const standard = known.map((movieId) => encoder.encode(movieId)[2]);
  const mean = standard.reduce((sum, value) => sum + value, 0) / standard.length;
  const variance = standard.reduce((sum, value) => sum + (value - mean) ** 2, 0) / standard.length;
  assert.ok(Math.abs(mean) < 1e-12 && Math.abs(variance - 1) < 1e-12);
});

test("what only a film that is not learned from has, is no feature", () => {
  const few = new ContentEncoder(movies, tags, [1001, 1004], { leastMovies: 1 });
  assert.equal(few.names.slice(4), ["genre Comedy", "tag funny", "tag rare"]);
  assert.equal([...few.encode(1002).subarray(4)], [0, 1, 0]);
});

test("the weights are those of the readable twin, W = (XᵀDX + λI)⁻¹ XᵀDQ by mathjs", async () => {
  const { add, diag, lusolve, multiply, transpose } = await import("mathjs");
  const lambda = 0.7;
  const { itemFactors, itemBias, ratings } = model.parts;
  const rated = [...dataset.itemIds.keys()].filter((item) => ratings.columns.includes(item));
  const counts = rated.map((item) => ratings.columns.filter((other) => other === item).length);
  const x = rated.map((item) => [...encoder.encode(dataset.itemIds[item])]);
  const q = rated.map((item) => [...itemFactors.subarray(item * 3, item * 3 + 3), itemBias[item]]);
  const d = diag(counts.map((n) => n / (n + 10))) as unknown as number[][];
  const xtd = multiply(transpose(x), d);
  const size = encoder.names.length;
  const system = add(
    multiply(xtd, x),
    diag(new Array<number>(size).fill(lambda)) as unknown as number[][],
  ) as number[][];
  const right = multiply(xtd, q);
  const columns = [0, 1, 2, 3].map((t) =>
    (
      lusolve(
        system,
        right.map((row) => row[t]),
      ) as number[][]
    ).map(([value]) => value),
  );
  const content = new ContentModel(model, encoder, { lambda });
  for (const movieId of movies.keys()) {
    const features = encoder.encode(movieId);
    const expected = columns.map((weights) => weights.reduce((sum, w, f) => sum + w * features[f], 0));
    const { factors, bias } = content.factorsOf(movieId);
    [...factors, bias].forEach((value, t) =>
      assert.ok(Math.abs(value - expected[t]) < 1e-9, `movie ${movieId}: ${value} is not ${expected[t]}`),
    );
  }
});

test("a film without ratings gets a place in every user's list, by the model's own score of its factors", () => {
  const content = new ContentModel(model, encoder, { lambda: 1 });
  const place = content.factorsOf(1012);
  const { globalMean, userBias, userFactors } = model.parts;
  for (let user = 0; user < model.users; user++) {
    let expected = globalMean + userBias[user] + place.bias;
    for (let f = 0; f < 3; f++) expected += userFactors[user * 3 + f] * place.factors[f];
    assert.ok(Math.abs(content.scores(user, [place])[0] - expected) < 1e-12);
    const list = content.recommend(user, [1012, 1001], 5);
    assert.is(list.length, 2);
    assert.ok(list[0].score >= list[1].score);
  }
});

test("with an overwhelming λ every film is the average one", () => {
  const { factors, bias } = new ContentModel(model, encoder, { lambda: 1e12 }).factorsOf(1003);
  for (const value of [...factors, bias]) assert.ok(Math.abs(value) < 1e-9);
});

test("a film outside the table, a broken λ and a model without ratings are refused", async () => {
  assert.throws(
    () => encoder.encode(77),
    (error: { code: string; message: string }) => error.code === "MOVIE_UNKNOWN" && /77/.test(error.message),
  );
  for (const lambda of [0, -1, NaN, Infinity])
    assert.throws(
      () => new ContentModel(model, encoder, { lambda }),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
  const content = new ContentModel(model, encoder, { lambda: 1 });
  assert.throws(
    () => content.scores(999, []),
    (error: { code: string }) => error.code === "INDEX_UNKNOWN",
  );
});

test.run();

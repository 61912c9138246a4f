import { train, type ItemRating } from "@movielens/lib/als";
import { ratingsByUser, type Dataset } from "@movielens/lib/data";
import {
  foldInScorer,
  genrePopularityScorer,
  popularityScorer,
  SimilarUsers,
  similarUsersScorer,
  type VisitorScorer,
} from "@movielens/lib/recommend";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkerboard, datasetOf, randomMatrix, sameGroup } from "../synthetic";
import { toyDataset } from "../toy-data";

const dataOf = (dataset: Dataset) => ({ ratings: ratingsByUser(dataset), scale: dataset.scale });
const scored = (scorer: VisitorScorer, items: number, given: readonly ItemRating[]): Float64Array => {
  const scores = new Float64Array(items);
  scorer(given, scores);
  return scores;
};

test("popularity is the number of ratings, whoever asks; an item without any is −Infinity", () => {
  const matrix = [
    [5, 3, null],
    [1, null, null],
  ];
  const scorer = popularityScorer(dataOf(datasetOf(matrix)));
  for (const given of [[], [{ item: 1, rating: 5 }]])
    assert.equal([...scored(scorer, 3, given)], [2, 1, -Infinity]);
});

test("similar users by hand: agreement over shared films, divided by length, added over who liked a film", () => {
  const dataset = toyDataset([
    [1, 10, 5],
    [1, 20, 4],
    [2, 10, 0.5],
    [2, 30, 5],
    [3, 40, 4.5],
  ]);
  const scores = scored(similarUsersScorer(dataOf(dataset), { damping: 0.1, lengthPower: 1 }), 4, [
    { item: 0, rating: 5 },
  ]);
  // Film 10 has 2 ratings: user 1 agrees by 1 / ln 4, user 2 by 0, user 3 shares nothing.
  const expected = [0.1 + 1 / Math.log(4), 0.1 + 1 / Math.log(4), 0.1, 2 * 0.1].map((w) => w / 2);
  expected.forEach((value, item) => assert.ok(Math.abs(scores[item] - value) < 1e-8, `item ${item}`));
});

test("only the nearest users count, and what none of them liked goes by popularity", () => {
  const dataset = toyDataset([
    [1, 10, 5],
    [1, 20, 4],
    [2, 30, 5],
    [2, 40, 5],
    [3, 40, 5],
  ]);
  const scores = scored(similarUsersScorer(dataOf(dataset), { neighbours: 1 }), 4, [{ item: 0, rating: 5 }]);
  assert.ok(scores[1] > 0.01);
  assert.ok(scores[1] > scores[3] && scores[3] > scores[2] && scores[2] > 0);
  assert.ok(scores[3] < 1e-8);
});

for (const [name, scorerOf] of [
  ["similar users", (dataset: Dataset) => similarUsersScorer(dataOf(dataset), { neighbours: 8 })],
  [
    "fold-in",
    async (dataset: Dataset) =>
      foldInScorer(await train(dataset, { feedback: "implicit", rank: 2, lambda: 0.5 })),
  ],
  [
    "genre popularity",
    (dataset: Dataset) =>
      genrePopularityScorer(
        dataOf(dataset),
        Array.from(dataset.itemIds, (_, item) => [sameGroup(0, item) ? "Even" : "Odd"]),
        { damping: 1 },
      ),
  ],
] as const)
  test(`${name}: on a checkerboard a visitor with two likes of one group gets that group first`, async () => {
    const dataset = datasetOf(checkerboard("likes"));
    const scorer = await scorerOf(dataset);
    for (const group of [0, 1]) {
      const given = [0, 2].map((at) => ({ item: group + at, rating: 5 }));
      const scores = scored(scorer, dataset.itemIds.length, given);
      const best = [...scores.keys()]
        .filter((item) => !given.some((rating) => rating.item === item))
        .sort((a, b) => scores[b] - scores[a]);
      assert.ok(
        best.slice(0, 6).every((item) => sameGroup(group, item)),
        `group ${group}: ${best.join(", ")}`,
      );
    }
  });

test("every scorer gives finite scores to what has ratings and −Infinity to what has none, whatever is given", async () => {
  const matrix = randomMatrix(15, 12, 0.5, 11);
  for (const row of matrix) row[7] = null;
  const dataset = datasetOf(matrix);
  const genres = Array.from({ length: 12 }, (_, item) => (item % 4 === 0 ? [] : [`Genre ${item % 3}`]));
  const model = await train(dataset, { feedback: "implicit", rank: 3 });
  const scorers = [
    popularityScorer(dataOf(dataset)),
    genrePopularityScorer(dataOf(dataset), genres),
    similarUsersScorer(dataOf(dataset)),
    foldInScorer(model),
  ];
  const given = fc
    .uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 12 })
    .map((items) => items.map((item) => ({ item, rating: 0.5 + ((item * 7) % 10) / 2 })));
  fc.assert(
    fc.property(given, (ratings) => {
      for (const scorer of scorers)
        scored(scorer, 12, ratings).forEach((score, item) =>
          assert.ok(item === 7 ? score === -Infinity : Number.isFinite(score), `item ${item}: ${score}`),
        );
    }),
  );
});

test("where nobody has 4 stars for anything, similar users fall back on popularity", () => {
  const dataset = datasetOf([
    [3, 3, null],
    [3, null, 3],
    [null, null, 3],
    [null, null, 3],
  ]);
  const scores = scored(similarUsersScorer(dataOf(dataset)), 3, [{ item: 0, rating: 3 }]);
  assert.ok(scores[2] > scores[0] && scores[0] > scores[1]);
});

test("a similar users' score is the sum of its baseline and the visitor's ratings' shares, whoever asks for what", () => {
  const dataset = datasetOf(randomMatrix(20, 12, 0.5, 13));
  const users = new SimilarUsers(dataOf(dataset), { neighbours: 6 });
  const given = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 6 });
  fc.assert(
    fc.property(given, fc.integer({ min: 0, max: 11 }), (items, item) => {
      const ratings = items.map((rated) => ({ item: rated, rating: 0.5 + (rated % 10) / 2 }));
      const scores = new Float64Array(12);
      users.score(ratings, scores);
      const { score, baseline, shares } = users.explain(ratings, item);
      assert.ok(Math.abs(score - scores[item]) < 1e-9);
      assert.ok(Math.abs(shares.reduce((sum, { share }) => sum + share, baseline) - score) < 1e-12);
      assert.equal(shares.map((share) => share.item).sort(), [...items].sort());
    }),
  );
});

test("settings outside their range are refused", () => {
  const data = dataOf(datasetOf([[5]]));
  for (const make of [
    () => similarUsersScorer(data, { neighbours: 0 }),
    () => similarUsersScorer(data, { damping: -1 }),
    () => similarUsersScorer(data, { lengthPower: NaN }),
    () => genrePopularityScorer(data, [[]], { damping: 0 }),
  ])
    assert.throws(make, (error: { code: string }) => error.code === "OPTION_INVALID");
});

test.run();

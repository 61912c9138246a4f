import { test } from "uvu";
import * as assert from "uvu/assert";
import { train, type AlsModel } from "@movielens/lib/als";
import { subset } from "@movielens/lib/data";
import { movieFilter, RecommendationLadder } from "@movielens/lib/recommend";
import { toyDataset, type ToyRating } from "../toy-data";

// Two tastes: users 1–4 love movies 1–4, users 5–8 love movies 5–8. Everybody but user 8 has rated movie 9.
// Movie 50 and user 99 occur only in the last row, which is not trained on.
const rows: ToyRating[] = [];
for (let user = 1; user <= 8; user++) {
  for (let movie = 1; movie <= 8; movie++) {
    const alike = user <= 4 === movie <= 4;
    // Each leaves out one movie of their own taste: user u leaves out movie u.
    if (movie !== user) rows.push([user, movie, alike ? 5 : 1]);
  }
  if (user !== 8) rows.push([user, 9, 3]);
}
rows.push([99, 50, 5]);
const genres = { 1: ["Drama"], 2: ["Drama", "Comedy"], 5: ["Comedy"], 9: ["Drama"] };
const whole = toyDataset(rows, genres);
const dataset = subset(whole, Uint32Array.from(rows.keys()).slice(0, -1));

let model: AlsModel;
let ladder: RecommendationLadder;
test.before(async () => {
  model = await train(dataset, {
    feedback: "explicit",
    rank: 2,
    iterations: 10,
    lambda: 0.02,
    nu: 1,
    lambdaBias: 0.1,
    seed: 1,
  });
  ladder = new RecommendationLadder(model);
});

test("a known user gets their own list, in MovieLens ids, without anything they have rated", () => {
  for (let user = 1; user <= 7; user++) {
    const answer = ladder.forUser(user, 10);
    assert.is(answer.step, "personal");
    assert.is(answer.fallback, false);
    assert.match(answer.reason, new RegExp(`user ${user} has 8 ratings`));
    assert.equal(
      answer.items.map(({ movieId }) => movieId),
      [user],
    );
  }
  // User 8 has also left out movie 9, which they would like less than movie 8, of their own taste.
  assert.equal(
    ladder.forUser(8, 10).items.map(({ movieId }) => movieId),
    [8, 9],
  );
});

test("a known user's list is the model's own", () => {
  const user = whole.userIndex.get(8)!;
  assert.equal(
    ladder.forUser(8, 2).items,
    model.recommend(user, 2).map(({ item, score }) => ({ movieId: whole.itemIds[item], score })),
  );
});

test("a user who has rated every film gets an empty list of their own, not a film again", async () => {
  const all = toyDataset([
    [1, 10, 4],
    [1, 20, 3],
    [2, 10, 5],
  ]);
  const answer = new RecommendationLadder(await train(all, { feedback: "explicit", rank: 1 })).forUser(1, 5);
  assert.equal(answer.items, []);
  assert.is(answer.step, "personal");
});

test("an unknown user gets the films with most ratings, and is told why", () => {
  const answer = ladder.forUser(12345, 3);
  assert.is(answer.step, "popular");
  assert.is(answer.fallback, true);
  assert.match(answer.reason, /user 12345 is not known/);
  // All of 1 … 9 have 7 ratings: ties go by id.
  assert.equal(answer.items, [
    { movieId: 1, score: 7 },
    { movieId: 2, score: 7 },
    { movieId: 3, score: 7 },
  ]);
});

test("a user without training ratings gets popular films, and films without ratings are not among them", () => {
  const answer = ladder.forUser(99, 100);
  assert.is(answer.step, "popular");
  assert.match(answer.reason, /user 99 has no training rating/);
  assert.equal(
    answer.items.map(({ movieId }) => movieId),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test("a visitor's ratings are folded in and their taste is met", () => {
  for (const [loved, others] of [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]) {
    const hated = loved[0] === 1 ? 5 : 1;
    const answer = ladder.forVisitor(
      [...loved.map((movieId) => ({ movieId, rating: 5 })), { movieId: hated, rating: 1 }],
      2,
    );
    assert.is(answer.step, "fold-in");
    assert.is(answer.fallback, false);
    assert.match(answer.reason, /3 ratings/);
    assert.equal(answer.items.map(({ movieId }) => movieId).sort(), others);
  }
});

test("what a visitor has rated is never recommended to them", () => {
  const rated = [1, 3, 9];
  const answer = ladder.forVisitor(
    rated.map((movieId) => ({ movieId, rating: 4 })),
    100,
  );
  assert.equal(answer.items.map(({ movieId }) => movieId).sort(), [2, 4, 5, 6, 7, 8]);
});

test("a visitor without ratings gets popular films", () => {
  const answer = ladder.forVisitor([], 1);
  assert.is(answer.step, "popular");
  assert.is(answer.fallback, true);
  assert.match(answer.reason, /no ratings were given/);
});

test("ratings of films that nobody has rated teach nothing: popular films, with the reason", () => {
  const answer = ladder.forVisitor([{ movieId: 50, rating: 5 }], 2);
  assert.is(answer.step, "popular");
  assert.match(answer.reason, /none of the movies rated has a training rating/);
});

test("ratings that teach nothing beside others that do are left aside, and the answer says so", () => {
  const loved = { movieId: 1, rating: 5 };
  const answer = ladder.forVisitor([loved, { movieId: 50, rating: 1 }], 3);
  assert.is(answer.step, "fold-in");
  assert.match(answer.reason, /1 rating given.*1 left aside/);
  assert.equal(answer.items, ladder.forVisitor([loved], 3).items);
});

test("every movie that the model does not know is named", () => {
  assert.throws(
    () =>
      ladder.forVisitor(
        [
          { movieId: 1, rating: 4 },
          { movieId: 777, rating: 4 },
          { movieId: 888, rating: 4 },
        ],
        5,
      ),
    (error: { code: string; message: string }) =>
      error.code === "MOVIE_UNKNOWN" && /777, 888/.test(error.message),
  );
});

test("stars outside the scale and a movie rated twice are refused, naming the movie", () => {
  for (const rating of [0, 5.5, NaN])
    assert.throws(
      () => ladder.forVisitor([{ movieId: 2, rating }], 5),
      (error: { code: string; message: string }) =>
        error.code === "DATA_INVALID" && /movie 2/.test(error.message),
    );
  assert.throws(
    () =>
      ladder.forVisitor(
        [
          { movieId: 3, rating: 4 },
          { movieId: 3, rating: 4 },
        ],
        5,
      ),
    (error: { code: string; message: string }) =>
      error.code === "DATA_INVALID" && /movie 3 is rated twice/.test(error.message),
  );
});

test("every step keeps to the filter, which speaks MovieLens ids", () => {
  const accept = (movieId: number): boolean => movieId % 2 === 0;
  const lists = [
    ladder.forUser(8, 10, { accept }),
    ladder.forUser(12345, 10, { accept }),
    ladder.forVisitor([{ movieId: 1, rating: 5 }], 10, { accept }),
  ];
  assert.equal(
    lists.map(({ step }) => step),
    ["personal", "popular", "fold-in"],
  );
  for (const { items } of lists) {
    assert.ok(items.length > 0);
    for (const { movieId } of items) assert.ok(accept(movieId), `${movieId} was to be left out`);
  }
});

test("a broken n is refused on every step", () => {
  for (const ask of [
    () => ladder.forUser(1, -1),
    () => ladder.forUser(12345, 1.5),
    () => ladder.forVisitor([{ movieId: 1, rating: 5 }], NaN),
  ])
    assert.throws(ask, (error: { code: string }) => error.code === "OPTION_INVALID");
});

test("a filter on genres wants one of them, a filter on years both ends included", () => {
  const chosen = (conditions: Parameters<typeof movieFilter>[1]): number[] =>
    [1, 2, 5, 9].filter(movieFilter(whole.movies, conditions));
  assert.equal(chosen({ genres: ["Comedy"] }), [2, 5]);
  assert.equal(chosen({ genres: ["Comedy", "Drama"] }), [1, 2, 5, 9]);
  // The year of toy movie m is 1900 + m.
  assert.equal(chosen({ fromYear: 1902, toYear: 1905 }), [2, 5]);
  assert.equal(chosen({ genres: ["Drama"], fromYear: 1902 }), [2, 9]);
  assert.equal(chosen({}), [1, 2, 5, 9]);
  assert.not.ok(movieFilter(whole.movies, {})(31337), "a film that is not in the table");
});

test("a film without a year fails every condition on the year", () => {
  const movies = new Map([[1, { movieId: 1, title: "Untitled", year: null, genres: [] }]]);
  assert.ok(movieFilter(movies, {})(1));
  assert.not.ok(movieFilter(movies, { fromYear: 0 })(1));
  assert.not.ok(movieFilter(movies, { toYear: 3000 })(1));
});

test.run();

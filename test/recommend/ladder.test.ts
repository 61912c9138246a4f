import { test } from "uvu";
import * as assert from "uvu/assert";
import { train, type AlsModel } from "@movielens/lib/als";
import { subset } from "@movielens/lib/data";
import { movieFilter, ratingCounts, RecommendationLadder, trainLister } from "@movielens/lib/recommend";
import fc from "fast-check";
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
  ladder = new RecommendationLadder(model, { movies: whole.movies, foldInFrom: 1 });
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
    () => ladder.forUser(1, -1, { novelty: 0.5 }),
    () => ladder.forUser(1, 1.5, { diversity: 0.5 }),
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

test("a filter on popularity has a floor and a ceiling, both included, and needs the counts", () => {
  const counts = ratingCounts(model.parts);
  assert.is(counts.get(9), 7);
  assert.is(counts.get(50), undefined);
  const popularity = new Map([
    [1, 10],
    [2, 20],
    [5, 30],
  ]);
  const chosen = (minRatings?: number, maxRatings?: number): number[] =>
    [1, 2, 5, 9].filter(movieFilter(whole.movies, { minRatings, maxRatings }, popularity));
  assert.equal(chosen(20), [2, 5]);
  assert.equal(chosen(undefined, 20), [1, 2, 9]);
  assert.equal(chosen(11, 29), [2]);
  assert.equal(chosen(0, 0), [9]);
  for (const broken of [
    () => movieFilter(whole.movies, { minRatings: 1 }),
    () => movieFilter(whole.movies, { minRatings: 2, maxRatings: 1 }, popularity),
    () => movieFilter(whole.movies, { minRatings: NaN }, popularity),
  ])
    assert.throws(broken, (error: { code: string }) => error.code === "OPTION_INVALID");
});

test("few ratings are answered by similar users, many are folded in, and the answer says why", () => {
  const careful = new RecommendationLadder(model, { foldInFrom: 3 });
  const two = [1, 2].map((movieId) => ({ movieId, rating: 5 }));
  const few = careful.forVisitor(two, 2);
  assert.is(few.step, "similar-users");
  assert.is(few.fallback, false);
  assert.match(few.reason, /2 ratings given, fewer than the 3 from which on/);
  assert.equal(few.items.map(({ movieId }) => movieId).sort(), [3, 4]);
  const many = careful.forVisitor([...two, { movieId: 9, rating: 3 }], 2);
  assert.is(many.step, "fold-in");
  assert.throws(
    () => new RecommendationLadder(model, { foldInFrom: 0 }),
    (error: { code: string }) => error.code === "OPTION_INVALID",
  );
});

test("a profile without ratings gets what the users nearest to it like more than everybody does", () => {
  const segments = { size: 4, traits: new Map([[5, { gender: "F" }]]) };
  const knowing = new RecommendationLadder(model, { movies: whole.movies, segments });
  const answer = knowing.forVisitor([], 3, { profile: { traits: { gender: "F" } } });
  assert.is(answer.step, "segment");
  assert.is(answer.fallback, false);
  assert.match(answer.reason, /no ratings were given.*1 user nearest by gender/);
  // User 5 likes 6, 7 and 8, of their own taste.
  assert.equal(answer.items.map(({ movieId }) => movieId).sort(), [6, 7, 8]);
  const drama = knowing.forUser(12345, 3, { profile: { genres: ["Drama"] } });
  assert.is(drama.step, "segment");
  assert.match(drama.reason, /favourite genres/);
});

test("favourite genres that nobody likes more than others get popular films of these genres", async () => {
  const even = toyDataset(
    [
      [1, 10, 5],
      [1, 20, 5],
      [2, 10, 5],
      [2, 20, 5],
      [2, 30, 5],
    ],
    { 10: ["War"], 20: ["Comedy"], 30: [] },
  );
  const flat = new RecommendationLadder(await train(even, { feedback: "explicit", rank: 1 }), {
    movies: even.movies,
  });
  const answer = flat.forVisitor([], 3, { profile: { genres: ["Comedy"] } });
  assert.is(answer.step, "genre-popular");
  assert.is(answer.fallback, false);
  assert.match(answer.reason, /popular films of Comedy/);
  // Two ratings each of War and Comedy, β = 1: 2 · 1.5 for film 20, 2 · 0.5 for film 10, and 1 · 1 for film 30.
  assert.equal(answer.items, [
    { movieId: 20, score: 3 },
    { movieId: 10, score: 1 },
    { movieId: 30, score: 1 },
  ]);
});

test("a profile of which nothing is known gets popular films, and is told so", () => {
  const answer = ladder.forVisitor([], 2, { profile: { genres: ["Opera"], traits: { gender: "F" } } });
  assert.is(answer.step, "popular");
  assert.is(answer.fallback, true);
  assert.match(answer.reason, /nothing in the profile is known/);
});

test("whatever the dials, a list has n unseen films that pass the filter, where there are n", () => {
  const dials = fc.record({
    diversity: fc.double({ min: 0, max: 1, noNaN: true }),
    novelty: fc.double({ min: 0, max: 1, noNaN: true }),
    n: fc.nat(12),
    rated: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }),
  });
  const accept = (movieId: number): boolean => movieId !== 5;
  fc.assert(
    fc.property(dials, ({ diversity, novelty, n, rated }) => {
      const ratings = rated.map((movieId) => ({ movieId, rating: 4 }));
      const { items } = ladder.forVisitor(ratings, n, { diversity, novelty, accept });
      const open = [1, 2, 3, 4, 6, 7, 8, 9].filter((movieId) => !rated.includes(movieId));
      assert.is(items.length, Math.min(n, open.length));
      assert.is(new Set(items.map(({ movieId }) => movieId)).size, items.length);
      for (const { movieId } of items) assert.ok(open.includes(movieId));
    }),
  );
});

test("dials at 0 are the list without dials; one outside 0 … 1 is refused", () => {
  assert.equal(ladder.forUser(8, 5, { diversity: 0, novelty: 0 }), ladder.forUser(8, 5));
  for (const dial of [-0.1, 1.1, NaN])
    for (const name of ["diversity", "novelty"])
      assert.throws(
        () => ladder.forUser(8, 5, { [name]: dial }),
        (error: { code: string }) => error.code === "OPTION_INVALID",
      );
});

test("one user, one film, equal ratings, and more asked for than there is: every step answers, seen films never come", async () => {
  for (const [ratings, seen] of [
    [[[1, 10, 4]], [10]],
    [
      [
        [1, 10, 4],
        [1, 20, 2],
      ],
      [10, 20],
    ],
    [
      [
        [1, 10, 4],
        [2, 10, 5],
      ],
      [10],
    ],
    [
      [
        [1, 10, 3],
        [1, 20, 3],
        [2, 10, 3],
        [2, 30, 3],
      ],
      [10, 20],
    ],
  ] as [ToyRating[], number[]][]) {
    const small = toyDataset(ratings, { 10: ["War"], 20: ["War", "Comedy"], 30: [] });
    const all = Array.from(small.itemIds);
    for (const feedback of ["explicit", "implicit"] as const)
      for (const foldInFrom of [1, 100]) {
        const tiny = new RecommendationLadder(await train(small, { feedback, rank: 2, iterations: 3 }), {
          movies: small.movies,
          foldInFrom,
        });
        const unseen = all.filter((movieId) => !seen.includes(movieId));
        const idsOf = ({ items }: { items: { movieId: number; score: number }[] }): number[] => {
          for (const { score } of items) assert.ok(Number.isFinite(score));
          return items.map(({ movieId }) => movieId).sort((a, b) => a - b);
        };
        for (const options of [{}, { diversity: 0.5, novelty: 0.5 }]) {
          const given = seen.map((movieId) => ({ movieId, rating: 3 }));
          assert.equal(idsOf(tiny.forUser(1, 50, options)), unseen);
          assert.equal(idsOf(tiny.forVisitor(given, 50, options)), unseen);
          assert.equal(idsOf(tiny.forVisitor([], 50, options)), all);
          assert.equal(idsOf(tiny.forVisitor([], 50, { ...options, profile: { genres: ["War"] } })), all);
        }
        assert.ok(Number.isFinite(tiny.explainForUser(1, 10).score));
      }
  }
});

test("with a lister, known users and visitors with likes enough get what is liked together with theirs, explained exactly", () => {
  const lister = trainLister(dataset, { minLikes: 1, lambda: 1 });
  const listing = new RecommendationLadder(model, {
    movies: whole.movies,
    lister,
    listFrom: 2,
    foldInFrom: 3,
  });
  const known = listing.forUser(8, 5);
  assert.is(known.step, "personal");
  assert.match(known.reason, /user 8 has 7 ratings .*; these are films that are liked together/);
  const own = lister.recommend(whole.userIndex.get(8)!, 5);
  assert.equal(
    known.items,
    own.map(({ item, score }) => ({ movieId: whole.itemIds[item], score })),
  );
  const ratings = [
    { movieId: 1, rating: 5 },
    { movieId: 2, rating: 4 },
    { movieId: 5, rating: 1 },
  ];
  const answer = listing.forVisitor(ratings, 5);
  assert.is(answer.step, "liked-together");
  assert.match(
    answer.reason,
    /^3 ratings given, 2 of them likes, so these are films that are liked together/,
  );
  assert.equal(
    answer.items
      .slice(0, 2)
      .map(({ movieId }) => movieId)
      .sort(),
    [3, 4],
  );
  for (const { movieId, score } of answer.items) {
    const reason = listing.explainForVisitor(ratings, movieId);
    const sum = reason.because.reduce((total, { share }) => total + share, reason.baseline);
    assert.ok(Math.abs(sum + reason.otherFor + reason.against - score) < 1e-12);
    assert.ok(
      Math.abs(listing.explainForUser(8, movieId).score - lister.predict(7, whole.itemIndex.get(movieId)!)) <
        1e-12,
    );
  }
  assert.is(
    listing.explainForVisitor(ratings, 3).because.some(({ movieId }) => movieId === 5),
    false,
  );
});

test("a visitor with too few likes for the lister goes on down the ladder, by films that are filtered as ever", () => {
  const lister = trainLister(dataset, { minLikes: 1, lambda: 1 });
  const listing = new RecommendationLadder(model, { movies: whole.movies, lister, listFrom: 2 });
  const dislikes = [1, 2, 3].map((movieId) => ({ movieId, rating: 2 }));
  assert.is(listing.forVisitor(dislikes, 3).step, "similar-users");
  assert.match(listing.forVisitor(dislikes, 3).reason, /fewer than 2 of them likes/);
  const likes = [1, 2].map((movieId) => ({ movieId, rating: 5 }));
  const accept = movieFilter(whole.movies, { genres: ["Comedy"] });
  assert.equal(
    listing.forVisitor(likes, 9, { accept }).items.map(({ movieId }) => movieId),
    [5],
  );
  const varied = listing.forVisitor(likes, 7, { diversity: 0.5, novelty: 0.5 }).items;
  assert.equal(varied.map(({ movieId }) => movieId).sort(), [3, 4, 5, 6, 7, 8, 9]);
  assert.throws(
    () => new RecommendationLadder(model, { lister, listFrom: 0 }),
    (error: { code: string; message: string }) =>
      error.code === "OPTION_INVALID" && /listFrom is 0/.test(error.message),
  );
});

test.run();

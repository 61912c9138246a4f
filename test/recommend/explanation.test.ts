import { train, type AlsModel } from "@movielens/lib/als";
import { RecommendationLadder, recommendationReason } from "@movielens/lib/recommend";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toyDataset, type ToyRating } from "../toy-data";

// Users 1–6 love movies 1–4, users 7–12 movies 5–8; each leaves out one film of their own taste.
const rows: ToyRating[] = [];
for (let user = 1; user <= 12; user++)
  for (let movie = 1; movie <= 8; movie++) {
    const alike = user <= 6 === movie <= 4;
    if ((movie - 1) % 4 !== user % 4 || !alike) rows.push([user, movie, alike ? 5 : 1]);
  }
const dataset = toyDataset(rows);
let model: AlsModel;
let ladder: RecommendationLadder;
test.before(async () => {
  model = await train(dataset, { feedback: "explicit", rank: 2, lambda: 0.1, seed: 1 });
  ladder = new RecommendationLadder(model, { movies: dataset.movies, foldInFrom: 3 });
});

test("the numbers add up: baseline, named ratings, other ratings for and those against make the score", () => {
  for (const userId of [1, 8])
    for (let movieId = 1; movieId <= 8; movieId++) {
      const reason = ladder.explainForUser(userId, movieId);
      const named = reason.because.reduce((sum, { share }) => sum + share, 0);
      assert.ok(Math.abs(reason.baseline + named + reason.otherFor + reason.against - reason.score) < 1e-9);
      const scores = new Float64Array(model.items);
      model.scoreItems(dataset.userIndex.get(userId)!, scores);
      assert.ok(Math.abs(reason.score - scores[dataset.itemIndex.get(movieId)!]) < 1e-6);
    }
});

test("a visitor's reason names the films that speak for it, with title and stars, greatest share first", () => {
  const ratings = [
    { movieId: 1, rating: 5 },
    { movieId: 2, rating: 4.5 },
    { movieId: 5, rating: 1 },
  ];
  const reason = ladder.explainForVisitor(ratings, 3);
  assert.ok(reason.because.length > 0);
  reason.because.forEach(({ share }, k) => {
    assert.ok(share > 0);
    if (k > 0) assert.ok(share <= reason.because[k - 1].share);
  });
  assert.match(reason.words, /^Because you rated Movie [12] \((5|4\.5)\).* highly/);
  // The low rating may be named, but never as a high one.
  assert.not.match(reason.words, /Movie 5 \(1\)[^,]* highly/);
});

test("a visitor's reason is of the step that made the list: the scores are the same", () => {
  const ratings = [1, 2, 5].map((movieId) => ({ movieId, rating: movieId === 5 ? 1 : 5 }));
  for (const given of [ratings.slice(0, 2), ratings]) {
    const { step, items } = ladder.forVisitor(given, 8);
    assert.is(step, given.length === 3 ? "fold-in" : "similar-users");
    for (const { movieId, score } of items)
      assert.ok(Math.abs(ladder.explainForVisitor(given, movieId).score - score) < 1e-9);
  }
});

test("no more films are named than asked for, the rest is added up", () => {
  const explanation = model.explain(0, 7);
  const short = recommendationReason(model, dataset.movies, explanation, { most: 1 });
  const long = recommendationReason(model, dataset.movies, explanation, { most: 100 });
  assert.ok(short.because.length <= 1);
  assert.is(long.otherFor, 0);
  const speakFor = long.because.reduce((sum, { share }) => sum + share, 0);
  const named = short.because.reduce((sum, { share }) => sum + share, 0);
  assert.ok(Math.abs(named + short.otherFor - speakFor) < 1e-12);
});

test("where no rating speaks for a film the words say so", () => {
  const reason = recommendationReason(model, dataset.movies, {
    item: 0,
    score: 2,
    baseline: 3,
    shares: [{ item: 1, rating: 1, share: -1 }],
  });
  assert.match(reason.words, /^None of your ratings speaks for this film; its place comes from/);
  assert.is(reason.against, -1);
});

test("an unknown user and an unknown film are refused by name", () => {
  assert.throws(
    () => ladder.explainForUser(4711, 1),
    (error: { code: string; message: string }) =>
      error.code === "INDEX_UNKNOWN" && /4711/.test(error.message),
  );
  assert.throws(
    () => ladder.explainForUser(1, 4712),
    (error: { code: string; message: string }) =>
      error.code === "MOVIE_UNKNOWN" && /4712/.test(error.message),
  );
});

test.run();

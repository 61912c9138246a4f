import { seededRandom, type Dataset, type Movie } from "@movielens/lib/data";
import { newMovies } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, type Matrix } from "../synthetic";

/** Even users love films of genre A and hate B, odd users the other way; each has rated two thirds of the films. */
function twoTastes(): Dataset {
  const random = seededRandom(3);
  const isA = (item: number): boolean => item % 2 === 0;
  const matrix: Matrix = Array.from({ length: 40 }, (_, user) =>
    Array.from({ length: 60 }, (_, item) => {
      if (random() < 1 / 3) return null;
      const loved = isA(item) === (user % 2 === 0);
      return (loved ? 4 : 1) + (random() < 0.5 ? 0.5 : 0);
    }),
  );
  const dataset = datasetOf(matrix);
  const movies = new Map<number, Movie>(
    Array.from(dataset.itemIds, (movieId, item) => [
      movieId,
      { movieId, title: `Movie ${item}`, year: 1990 + (item % 7), genres: [isA(item) ? "A" : "B"] },
    ]),
  );
  return { ...dataset, movies };
}
const dataset = twoTastes();
const options = { als: { feedback: "explicit", rank: 2, lambda: 0.1, seed: 1 } as const, samples: 50 };

test("films without a rating are placed by their genre: errors far below the mean's, likes above the rest", async () => {
  const report = await newMovies(dataset, options);
  assert.is(report.movies, 12);
  assert.is(report.users, 40);
  assert.ok(report.rmse!.content.value < 0.5, `${report.rmse!.content.value}`);
  assert.ok(report.rmse!.meanRating.value > 1.3);
  assert.ok(report.rmse!.userBias.value > 1.3);
  assert.ok(report.auc.content.value > 0.6);
  assert.ok(report.auc.content.value > report.auc.genrePopularity.value);
});

test("λ is the best of those tried on the movies chosen on", async () => {
  const report = await newMovies(dataset, { ...options, lambdas: [1000, 1, 0.1] });
  const best = Math.min(...report.trials.map(({ rmse }) => rmse!));
  assert.is(report.trials.find(({ lambda }) => lambda === report.lambda)!.rmse, best);
  assert.not(report.lambda === 1000);
});

test("a model of preferences has no errors in stars, and λ is chosen by AUC", async () => {
  const report = await newMovies(dataset, {
    ...options,
    als: { feedback: "implicit", rank: 2 },
    lambdas: [1, 10],
  });
  assert.is(report.rmse, null);
  const best = Math.max(...report.trials.map(({ auc }) => auc));
  assert.is(report.trials.find(({ lambda }) => lambda === report.lambda)!.auc, best);
});

test("what is reported does not depend on the stars of the movies measured, except through the measuring", async () => {
  // Other stars for every film would change λ and the trials; other stars for the measured ones may not.
  const first = await newMovies(dataset, options);
  const measured = await newMovies({ ...dataset, ratings: dataset.ratings.slice() }, options);
  assert.equal(first, measured);
});

test("too few movies and broken options are refused", async () => {
  const refused = async (code: string, data: Dataset, more: object): Promise<void> =>
    newMovies(data, { ...options, ...more }).then(
      () => assert.unreachable(),
      (error: { code: string }) => assert.is(error.code, code),
    );
  await refused("OPTION_INVALID", dataset, { lambdas: [] });
  await refused("OPTION_INVALID", dataset, { share: 0.5 });
  await refused("OPTION_INVALID", dataset, { lambdas: [0] });
  const one = datasetOf([[5, 4]]);
  await refused("SPLIT_INVALID", one, { share: 0.1 });
});

test.run();

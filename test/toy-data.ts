import { createDataset, type Dataset, type Movie } from "@movielens/lib/data";
import { selectTop } from "@movielens/lib/als";
import type { Recommender } from "@movielens/lib/recommend";

/** User id, movie id, stars, and seconds (the row number where absent). */
export type ToyRating = readonly [userId: number, movieId: number, rating: number, timestamp?: number];

/** A data set small enough to work out by hand. Movies are those rated and those in `genres`. */
export function toyDataset(ratings: readonly ToyRating[], genres: Record<number, string[]> = {}): Dataset {
  const movieIds = new Set([...ratings.map((rating) => rating[1]), ...Object.keys(genres).map(Number)]);
  const movies = new Map<number, Movie>(
    [...movieIds].map((movieId) => [
      movieId,
      { movieId, title: `Movie ${movieId}`, year: 1900 + movieId, genres: genres[movieId] ?? [] },
    ]),
  );
  return createDataset({
    name: "toy",
    userId: Uint32Array.from(ratings, (rating) => rating[0]),
    movieId: Uint32Array.from(ratings, (rating) => rating[1]),
    ratings: Float32Array.from(ratings, (rating) => rating[2]),
    timestamps: Float64Array.from(ratings, (rating, row) => rating[3] ?? row),
    movies,
    tags: [],
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "0".repeat(64),
  });
}

/** A model that knows one table, stars[user][item], and nothing else: not even what a user has seen. */
export function tableModel(stars: readonly (readonly number[])[], name = "table"): Recommender {
  const scoreItems = (user: number, scores: Float64Array): void => scores.set(stars[user]);
  return {
    name,
    users: stars.length,
    items: stars[0].length,
    predict: (user, item) => stars[user][item],
    scoreItems,
    recommend: (user, n, options) => selectTop(Float64Array.from(stars[user]), n, options?.accept),
  };
}

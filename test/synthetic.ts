import { createDataset, filterRatings, seededRandom, type Dataset } from "@movielens/lib/data";

/** Stars in a matrix [users][items]; null where there is no rating. */
export type Matrix = (number | null)[][];

/**
 * The data set of a matrix: dense indices are the matrix's own, also for rows and columns without a rating (cold).
 * User u has MovieLens id 101 + u, item i has 1001 + i.
 */
export function datasetOf(matrix: Matrix): Dataset {
  const cells = matrix.flatMap((row, user) => row.map((rating, item) => ({ user, item, rating })));
  const whole = createDataset({
    name: "synthetic",
    userId: Uint32Array.from(cells, ({ user }) => 101 + user),
    movieId: Uint32Array.from(cells, ({ item }) => 1001 + item),
    ratings: Float32Array.from(cells, ({ rating }) => rating ?? 0),
    timestamps: Float64Array.from(cells, (_, r) => 1e9 + r),
    movies: new Map(),
    tags: [],
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash: "",
  });
  return filterRatings(whole, ({ row }) => cells[row].rating !== null);
}

/** Half stars in a random share of the cells. */
export function randomMatrix(users: number, items: number, share: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return Array.from({ length: users }, () =>
    Array.from({ length: items }, () => (random() < share ? 0.5 + 0.5 * Math.floor(10 * random()) : null)),
  );
}

/** True where user and item are of one group: even with even, odd with odd. */
export const sameGroup = (user: number, item: number): boolean => user % 2 === item % 2;

/**
 * Two groups of users who like two groups of items, 24 × 16. Each user lacks the four cells that are missing here,
 * two of the own group and two of the other, so that their right order is plain. "stars" has 5 within the group and
 * 1 across it; "likes" has only the 5.
 */
export function checkerboard(kind: "stars" | "likes"): Matrix {
  return Array.from({ length: 24 }, (_, user) =>
    Array.from({ length: 16 }, (_, item) => {
      if ((item - user + 32) % 16 < 4) return null;
      if (sameGroup(user, item)) return 5;
      return kind === "stars" ? 1 : null;
    }),
  );
}

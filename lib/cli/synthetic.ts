import { AlsModel, completeOptions } from "../als";
import { ratingsByUser, seededRandom, shuffle, type Dataset, type Movie } from "../data";

export interface SyntheticShape {
  users: number;
  items: number;
  ratings: number;
  seed: number;
}

/** The shapes of MovieLens 1M and 20M. */
export const SYNTHETIC_SHAPES = {
  "1M": { users: 6_040, items: 3_706, ratings: 1_000_209, seed: 1 },
  "20M": { users: 138_493, items: 26_744, ratings: 20_000_263, seed: 1 },
} as const satisfies Record<string, SyntheticShape>;

/** Rank of the planted tastes, and their weight and the noise's in stars. */
const PLANTED_RANK = 8;
const TASTE = 0.55;
const NOISE = 0.7;

/**
 * Ratings that look like MovieLens ones to a solver: a planted low-rank taste with noise on the half-star grid,
 * a log-normal activity of at least 20 ratings a user, a power law of popularity, and a choice of films that
 * follows taste. Every (user, item) once; users ascending, each user's items ascending.
 */
export function syntheticDataset(name: string, shape: SyntheticShape): Dataset {
  const { users, items, seed } = shape;
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

  const activity = userActivity(shape, normal);
  const popular = aliasTable(
    Float64Array.from({ length: items }, (_, i) => (i + 25) ** -1.25),
    random,
  );
  // Popularity must not follow the item number, as it does not in MovieLens.
  const itemAt = shuffle(
    Uint32Array.from({ length: items }, (_, i) => i),
    random,
  );
  const userTaste = Float32Array.from({ length: users * PLANTED_RANK }, normal);
  const itemTaste = Float32Array.from({ length: items * PLANTED_RANK }, normal);
  const userBias = Float32Array.from({ length: users }, () => 0.4 * normal());
  const itemBias = Float32Array.from({ length: items }, () => 0.4 * normal());
  const tasteOf = (user: number, item: number): number => {
    let sum = 0;
    for (let f = 0; f < PLANTED_RANK; f++)
      sum += userTaste[user * PLANTED_RANK + f] * itemTaste[item * PLANTED_RANK + f];
    return sum / Math.sqrt(PLANTED_RANK);
  };

  const total = activity.reduce((sum, n) => sum + n, 0);
  const userColumn = new Uint32Array(total);
  const itemColumn = new Uint32Array(total);
  const ratings = new Float32Array(total);
  const takenBy = new Uint32Array(items);
  for (let user = 0, at = 0; user < users; user++) {
    const end = at + activity[user];
    const own = itemColumn.subarray(at, end);
    for (let n = 0, tries = 0; n < own.length; tries++) {
      const item = itemAt[popular()];
      if (takenBy[item] === user + 1) continue;
      // Half of all offers go by taste; a user who has nearly everything takes what is left.
      const chance =
        tries > 20 * own.length ? 1 : 0.5 + Math.max(-0.4, Math.min(0.5, 0.4 * tasteOf(user, item)));
      if (random() > chance) continue;
      takenBy[item] = user + 1;
      own[n++] = item;
    }
    own.sort();
    for (; at < end; at++) {
      const item = itemColumn[at];
      const stars = 3.5 + userBias[user] + itemBias[item] + TASTE * tasteOf(user, item) + NOISE * normal();
      userColumn[at] = user;
      ratings[at] = Math.min(5, Math.max(0.5, Math.round(stars * 2) / 2));
    }
  }

  const hash = `synthetic-${users}-${items}-${shape.ratings}-${seed}`;
  return withIds(name, hash, { users, items }, { users: userColumn, items: itemColumn, ratings });
}

/** Users of `each` ratings, spread evenly over the items: rows that all cost the same. */
export function evenDataset(users: number, items: number, each: number): Dataset {
  const column = { length: users * each };
  return withIds(
    "even",
    `even-${users}-${items}-${each}`,
    { users, items },
    {
      users: Uint32Array.from(column, (_, at) => Math.floor(at / each)),
      items: Uint32Array.from(column, (_, at) => (Math.floor(at / each) * 7 + (at % each) * 3) % items),
      ratings: Float32Array.from(column, (_, at) => 1 + ((Math.floor(at / each) * (at % each)) % 5)),
    },
  );
}

/** Columns of dense indices as a data set: ids from 1, no films, all at one time. */
function withIds(
  name: string,
  hash: string,
  { users, items }: { users: number; items: number },
  columns: Pick<Dataset, "users" | "items" | "ratings">,
): Dataset {
  const userIds = Uint32Array.from({ length: users }, (_, user) => user + 1);
  const itemIds = Uint32Array.from({ length: items }, (_, item) => item + 1);
  return {
    name,
    ...columns,
    timestamps: new Float64Array(columns.ratings.length).fill(1_000_000_000),
    userIds,
    itemIds,
    userIndex: new Map(Array.from(userIds, (id, user) => [id, user])),
    itemIndex: new Map(Array.from(itemIds, (id, item) => [id, item])),
    movies: new Map<number, Movie>(),
    tags: [],
    demographics: new Map(),
    scale: { min: 0.5, max: 5, step: 0.5 },
    hash,
  };
}

/**
 * An explicit model of such a size, with factors that nobody trained: for measuring what depends on sizes alone. Its
 * data set has a movie table.
 */
export function syntheticModel(
  name: string,
  shape: SyntheticShape,
  rank: number,
): { model: AlsModel; dataset: Dataset } {
  const dataset = syntheticDataset(name, shape);
  const random = seededRandom(shape.seed + 1);
  const drawn = (length: number, size: number): Float64Array =>
    Float64Array.from({ length }, () => size * (random() - 0.5));
  const movies = Array.from(dataset.itemIds, (movieId): [number, Movie] => {
    const year = 1930 + (movieId % 90);
    return [
      movieId,
      {
        movieId,
        title: `${NUMERALS[movieId % 10]} ${NUMERALS[Math.floor(movieId / 10) % 10]} ${movieId} (${year})`,
        year,
        genres: ["Drama"],
      },
    ];
  });
  const withMovies = { ...dataset, movies: new Map(movies) };
  const { users, items } = shape;
  const model = new AlsModel({
    options: completeOptions({ feedback: "explicit", rank }),
    globalMean: 3.5,
    scale: dataset.scale,
    userIds: dataset.userIds,
    itemIds: dataset.itemIds,
    userFactors: drawn(users * rank, 1),
    itemFactors: drawn(items * rank, 1),
    userBias: drawn(users, 1),
    itemBias: drawn(items, 1),
    ratings: ratingsByUser(dataset),
  });
  return { model, dataset: withMovies };
}

/** Words of the titles. */
const NUMERALS = ["None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

/** Ratings per user: 20 and a log-normal rest, that sum to the shape's ratings within one rating a user. */
function userActivity({ users, items, ratings }: SyntheticShape, normal: () => number): Uint32Array {
  const LEAST = 20;
  const most = Math.floor(items / 3);
  const rest = Float64Array.from({ length: users }, () => Math.exp(1.35 * normal()));
  const scale = (ratings - LEAST * users) / rest.reduce((sum, value) => sum + value, 0);
  return Uint32Array.from(rest, (value) => Math.min(most, Math.round(LEAST + scale * value)));
}

/** Draws an index with probability in proportion to its weight. Source: Walker 1977, as Vose 1991 builds the table. */
function aliasTable(weights: Float64Array, random: () => number): () => number {
  const n = weights.length;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / n;
  const share = weights.map((weight) => weight / mean);
  const alias = new Uint32Array(n);
  const small: number[] = [];
  const large: number[] = [];
  share.forEach((value, i) => (value < 1 ? small : large).push(i));
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large[large.length - 1];
    alias[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) small.push(large.pop()!);
  }
  for (const i of [...small, ...large]) share[i] = 1;
  return () => {
    const i = Math.floor(random() * n);
    return random() < share[i] ? i : alias[i];
  };
}

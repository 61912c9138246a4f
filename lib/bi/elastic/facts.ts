import { WorkspaceError, type Dataset, type Movie } from "../../data";

/** A month, as questions about retention count it: 30 days, in seconds. */
export const MONTH_SECONDS = 2_592_000;

/** Counts and sums of one side, by dense index. Sums of half stars and of their squares are exact. */
export interface SideFacts {
  ratings: Uint32Array;
  ratingSum: Float64Array;
  squareSum: Float64Array;
  /** Seconds since 1970; Infinity and −Infinity without a rating. */
  first: Float64Array;
  last: Float64Array;
}

/** What documents say beyond the rating itself, worked out once: a few bytes a rating, nothing per document. */
export interface DatasetFacts {
  users: SideFacts;
  items: SideFacts;
  /** Rows of the data set, each user's together, by time and then by film id. */
  history: Uint32Array;
  /** Where each user's rows start in `history`: [users + 1]. */
  historyStart: Uint32Array;
  /** Place of each row in its user's history, from 1, by row of the data set. */
  place: Uint32Array;
  /** Mean of all ratings, stars. */
  mean: number;
  /** Last rating of all, seconds since 1970. */
  end: number;
  /** Normalised tags by user and film, as `${userId}-${movieId}`. */
  tagsOfRating: ReadonlyMap<string, readonly string[]>;
  /** By film id: distinct normalised tags, and how many were given. */
  tagsOfMovie: ReadonlyMap<number, { tags: string[]; applications: number }>;
  /** By user id: how many tags the user gave. */
  tagsByUser: ReadonlyMap<number, number>;
}

/** @throws WorkspaceError DATA_INVALID for a data set without ratings, or with a rating of a film that it does not list */
export function datasetFacts(dataset: Dataset): DatasetFacts {
  const { name, users, items, ratings, timestamps, userIds, itemIds } = dataset;
  if (ratings.length === 0) throw new WorkspaceError("DATA_INVALID", `${name}: no ratings to load`);
  const userFacts = emptyFacts(userIds.length);
  const itemFacts = emptyFacts(itemIds.length);
  let sum = 0;
  let end = -Infinity;
  for (let row = 0; row < ratings.length; row++) {
    add(userFacts, users[row], ratings[row], timestamps[row]);
    add(itemFacts, items[row], ratings[row], timestamps[row]);
    sum += ratings[row];
    end = Math.max(end, timestamps[row]);
  }
  for (let item = 0; item < itemIds.length; item++)
    if (itemFacts.ratings[item] > 0 && !dataset.movies.has(itemIds[item]))
      throw new WorkspaceError("DATA_INVALID", `${name}: movie ${itemIds[item]} is rated but not listed`);
  return {
    users: userFacts,
    items: itemFacts,
    ...histories(dataset, userFacts.ratings),
    mean: sum / ratings.length,
    end,
    ...tagFacts(dataset),
  };
}

function emptyFacts(size: number): SideFacts {
  return {
    ratings: new Uint32Array(size),
    ratingSum: new Float64Array(size),
    squareSum: new Float64Array(size),
    first: new Float64Array(size).fill(Infinity),
    last: new Float64Array(size).fill(-Infinity),
  };
}

function add(facts: SideFacts, index: number, rating: number, timestamp: number): void {
  facts.ratings[index]++;
  facts.ratingSum[index] += rating;
  facts.squareSum[index] += rating * rating;
  if (timestamp < facts.first[index]) facts.first[index] = timestamp;
  if (timestamp > facts.last[index]) facts.last[index] = timestamp;
}

function histories(
  { users, items, timestamps, itemIds }: Dataset,
  counts: Uint32Array,
): Pick<DatasetFacts, "history" | "historyStart" | "place"> {
  const historyStart = new Uint32Array(counts.length + 1);
  counts.forEach((count, user) => (historyStart[user + 1] = historyStart[user] + count));
  const next = historyStart.slice();
  const history = new Uint32Array(users.length);
  for (let row = 0; row < users.length; row++) history[next[users[row]]++] = row;
  const place = new Uint32Array(users.length);
  for (let user = 0; user < counts.length; user++) {
    const own = history.subarray(historyStart[user], historyStart[user + 1]);
    own.sort((a, b) => timestamps[a] - timestamps[b] || itemIds[items[a]] - itemIds[items[b]]);
    for (let k = 0; k < own.length; k++) place[own[k]] = k + 1;
  }
  return { history, historyStart, place };
}

/** As the questions do: case and surrounding blanks do not tell tags apart. */
const normalised = (tag: string): string => tag.trim().toLowerCase();

function tagFacts({ tags }: Dataset): Pick<DatasetFacts, "tagsOfRating" | "tagsOfMovie" | "tagsByUser"> {
  const tagsOfRating = new Map<string, string[]>();
  const tagsOfMovie = new Map<number, { tags: string[]; applications: number }>();
  const tagsByUser = new Map<number, number>();
  for (const { userId, movieId, tag } of tags) {
    const word = normalised(tag);
    const pair = `${userId}-${movieId}`;
    const ofRating = tagsOfRating.get(pair) ?? [];
    if (!ofRating.includes(word)) ofRating.push(word);
    tagsOfRating.set(pair, ofRating);
    const ofMovie = tagsOfMovie.get(movieId) ?? { tags: [], applications: 0 };
    ofMovie.applications++;
    ofMovie.tags.push(word);
    tagsOfMovie.set(movieId, ofMovie);
    tagsByUser.set(userId, (tagsByUser.get(userId) ?? 0) + 1);
  }
  for (const ofMovie of tagsOfMovie.values()) ofMovie.tags = [...new Set(ofMovie.tags)];
  return { tagsOfRating, tagsOfMovie, tagsByUser };
}

/** Genres of a film as all indices name them. */
export const genresOf = ({ genres }: Movie, none: string): string[] => (genres.length > 0 ? genres : [none]);

/** Population standard deviation from exact sums, as the warehouse computes it, so that equal ratings tie exactly. */
export const deviationOf = (ratings: number, ratingSum: number, squareSum: number): number =>
  Math.sqrt(ratings * squareSum - ratingSum * ratingSum) / ratings;

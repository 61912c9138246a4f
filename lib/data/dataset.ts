import { WorkspaceError } from "../errors";
import { countingOrder, countingStarts, sharedFloat32, sharedUint32 } from "./counting";

/** A film as published. `year` is null where the title carries none; `genres` is empty for "(no genres listed)". */
export interface Movie {
  movieId: number;
  title: string;
  year: number | null;
  genres: string[];
  imdbId?: string;
  tmdbId?: number;
}

/** What 1m and 100k say of a user: "F" or "M", an age band ("25–34") and an occupation as the layout names it ("writer"). */
export type Demographics = Readonly<Record<"gender" | "age" | "occupation", string>>;

/** A free-text tag that a user gave to a movie; `timestamp` in seconds since 1970, UTC. */
export interface Tag {
  userId: number;
  movieId: number;
  tag: string;
  timestamp: number;
}

/** The stars that a layout allows, both ends included. */
export interface RatingScale {
  min: number;
  max: number;
  step: number;
}

/**
 * Ratings as columns, row `r` of each column being one rating:
 *   users[r], items[r]  dense indices, 0 … userIds.length − 1 and 0 … itemIds.length − 1
 *   ratings[r]          stars
 *   timestamps[r]       seconds since 1970, UTC
 *
 * Dense indices are given in ascending order of MovieLens id. A split keeps the index space of the whole,
 * so that train and test speak of the same user and item; a user or item without a train rating is *cold*.
 * `movies` is the whole movie table, unrated films included; `items` index only films with a rating.
 */
export interface Dataset {
  readonly name: string;
  readonly users: Uint32Array;
  readonly items: Uint32Array;
  readonly ratings: Float32Array;
  readonly timestamps: Float64Array;
  /** Dense user index → MovieLens user id. */
  readonly userIds: Uint32Array;
  /** Dense item index → MovieLens movie id. */
  readonly itemIds: Uint32Array;
  /** MovieLens user id → dense user index. */
  readonly userIndex: ReadonlyMap<number, number>;
  /** MovieLens movie id → dense item index; films without a rating are absent. */
  readonly itemIndex: ReadonlyMap<number, number>;
  readonly movies: ReadonlyMap<number, Movie>;
  readonly tags: readonly Tag[];
  /** MovieLens user id → demographics; empty but for the layouts that publish them. */
  readonly demographics: ReadonlyMap<number, Demographics>;
  readonly scale: RatingScale;
  /** SHA-256 over the published files that the ratings and movies came from, hexadecimal. */
  readonly hash: string;
}

/**
 * Ratings grouped by row (users or items), each row's columns ascending.
 * Row `i` owns positions rowStart[i] … rowStart[i + 1] − 1 of `columns` (dense index of the other side) and `values` (stars).
 */
export interface RatingsByRow {
  readonly rowStart: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** The part of a data set that its ratings are: who, what, stars, and how many users and items there are. */
export type RatingTriples = Pick<Dataset, "users" | "items" | "ratings" | "userIds" | "itemIds">;

/** Group by user, columns are items. Counting sort: O(ratings + users + items), no comparison. */
export function ratingsByUser(dataset: RatingTriples): RatingsByRow {
  return groupBy(
    dataset.users,
    dataset.items,
    dataset.ratings,
    dataset.userIds.length,
    dataset.itemIds.length,
  );
}

/** Group by item, columns are users. */
export function ratingsByItem(dataset: RatingTriples): RatingsByRow {
  return groupBy(
    dataset.items,
    dataset.users,
    dataset.ratings,
    dataset.itemIds.length,
    dataset.userIds.length,
  );
}

function groupBy(
  rowOf: Uint32Array,
  columnOf: Uint32Array,
  valueOf: Float32Array,
  rows: number,
  cols: number,
): RatingsByRow {
  // Two stable passes, least significant key first, leave every row's columns ascending.
  const byColumn = countingOrder(columnOf, cols);
  const rowStart = countingStarts(rowOf, rows);
  const columns = sharedUint32(rowOf.length);
  const values = sharedFloat32(rowOf.length);
  const next = rowStart.slice();
  for (let k = 0; k < byColumn.length; k++) {
    const r = byColumn[k];
    const at = next[rowOf[r]]++;
    columns[at] = columnOf[r];
    values[at] = valueOf[r];
  }
  return { rowStart, columns, values, rows, cols };
}

/** Everything that a Dataset is made of before ids become dense indices. All columns have one length; ids are MovieLens ids. */
export interface RatingColumns {
  name: string;
  userId: Uint32Array;
  movieId: Uint32Array;
  ratings: Float32Array;
  timestamps: Float64Array;
  movies: ReadonlyMap<number, Movie>;
  tags: readonly Tag[];
  demographics?: ReadonlyMap<number, Demographics>;
  scale: RatingScale;
  hash: string;
}

/**
 * Builds the id maps and dense columns.
 * @param owned whether the id columns may be overwritten by the dense ones, which saves their memory
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
export function createDataset(source: RatingColumns, owned = false): Dataset {
  const length = source.userId.length;
  for (const column of ["movieId", "ratings", "timestamps"] as const)
    if (source[column].length !== length)
      throw new WorkspaceError(
        "DATA_INVALID",
        `${source.name}: column ${column} has ${source[column].length} rows, userId has ${length}`,
      );
  const user = denseIndex(source.userId, owned);
  const item = denseIndex(source.movieId, owned);
  return {
    name: source.name,
    users: user.column,
    items: item.column,
    ratings: source.ratings,
    timestamps: source.timestamps,
    userIds: user.ids,
    itemIds: item.ids,
    userIndex: user.index,
    itemIndex: item.index,
    movies: source.movies,
    tags: source.tags,
    demographics: source.demographics ?? new Map(),
    scale: source.scale,
    hash: source.hash,
  };
}

// MovieLens ids are small and dense enough for a lookup table; a stray huge id must not cost gigabytes.
const LARGEST_TABLE = 1 << 24;

function denseIndex(
  idColumn: Uint32Array,
  owned: boolean,
): {
  ids: Uint32Array;
  index: Map<number, number>;
  column: Uint32Array;
} {
  let largest = 0;
  for (let r = 0; r < idColumn.length; r++) if (idColumn[r] > largest) largest = idColumn[r];
  const ids = largest < LARGEST_TABLE ? distinctByTable(idColumn, largest) : distinctBySet(idColumn);
  const index = new Map<number, number>();
  ids.forEach((id, dense) => index.set(id, dense));
  const column = owned ? idColumn : new Uint32Array(idColumn.length);
  if (largest < LARGEST_TABLE) {
    const table = new Uint32Array(largest + 1);
    ids.forEach((id, dense) => (table[id] = dense));
    for (let r = 0; r < idColumn.length; r++) column[r] = table[idColumn[r]];
  } else for (let r = 0; r < idColumn.length; r++) column[r] = index.get(idColumn[r])!;
  return { ids, index, column };
}

function distinctByTable(idColumn: Uint32Array, largest: number): Uint32Array {
  const present = new Uint8Array(largest + 1);
  let distinct = 0;
  for (let r = 0; r < idColumn.length; r++) {
    distinct += 1 - present[idColumn[r]];
    present[idColumn[r]] = 1;
  }
  const ids = new Uint32Array(idColumn.length === 0 ? 0 : distinct);
  for (let id = 0, at = 0; at < ids.length; id++) if (present[id] === 1) ids[at++] = id;
  return ids;
}

const distinctBySet = (idColumn: Uint32Array): Uint32Array => Uint32Array.from(new Set(idColumn)).sort();

/** The ratings at `rows` (row numbers of `dataset`), in the index space of the whole. */
export function subset(dataset: Dataset, rows: Uint32Array): Dataset {
  const users = new Uint32Array(rows.length);
  const items = new Uint32Array(rows.length);
  const ratings = new Float32Array(rows.length);
  const timestamps = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const r = rows[k];
    users[k] = dataset.users[r];
    items[k] = dataset.items[r];
    ratings[k] = dataset.ratings[r];
    timestamps[k] = dataset.timestamps[r];
  }
  return { ...dataset, users, items, ratings, timestamps };
}

/**
 * All ratings of both, those of `first` first. Both must be parts of one whole, as a split makes them.
 * @throws WorkspaceError DATA_INVALID when the parts have different index spaces
 */
export function mergeRatings(first: Dataset, second: Dataset): Dataset {
  if (!sameIds(first.userIds, second.userIds) || !sameIds(first.itemIds, second.itemIds))
    throw new WorkspaceError("DATA_INVALID", `${first.name} and ${second.name} have different index spaces`, {
      mend: "Merge parts of one split, or load both from one source.",
    });
  const length = first.users.length + second.users.length;
  const join = <T extends Uint32Array | Float32Array | Float64Array>(joined: T, head: T, tail: T): T => {
    joined.set(head);
    joined.set(tail, head.length);
    return joined;
  };
  return {
    ...first,
    users: join(new Uint32Array(length), first.users, second.users),
    items: join(new Uint32Array(length), first.items, second.items),
    ratings: join(new Float32Array(length), first.ratings, second.ratings),
    timestamps: join(new Float64Array(length), first.timestamps, second.timestamps),
  };
}

const sameIds = (a: Uint32Array, b: Uint32Array): boolean =>
  a === b || (a.length === b.length && a.every((id, dense) => id === b[dense]));

/** One rating as `filterRatings` shows it: dense indices and MovieLens ids, stars, seconds since 1970 (UTC). */
export interface RatingRow {
  row: number;
  user: number;
  item: number;
  userId: number;
  movieId: number;
  rating: number;
  timestamp: number;
}

/**
 * The ratings for which `keep` is true, in the index space of the whole: a user or item that loses all its
 * ratings stays known, and cold. The row object is reused between calls; copy what must outlive one.
 */
export function filterRatings(dataset: Dataset, keep: (rating: Readonly<RatingRow>) => boolean): Dataset {
  const rows = new Uint32Array(dataset.users.length);
  const rating: RatingRow = { row: 0, user: 0, item: 0, userId: 0, movieId: 0, rating: 0, timestamp: 0 };
  let kept = 0;
  for (let r = 0; r < rows.length; r++) {
    rating.row = r;
    rating.user = dataset.users[r];
    rating.item = dataset.items[r];
    rating.userId = dataset.userIds[rating.user];
    rating.movieId = dataset.itemIds[rating.item];
    rating.rating = dataset.ratings[r];
    rating.timestamp = dataset.timestamps[r];
    if (keep(rating)) rows[kept++] = r;
  }
  return subset(dataset, rows.subarray(0, kept));
}

import { selectTop, type AlsModel, type ScoredItem } from "../als";
import { WorkspaceError, type Dataset } from "../data";
import { movieFilter, type MovieConditions } from "./movie-filter";
import { itemCounts } from "./scoring-model";
import { factorVectors, type ItemVectors } from "./vectors";

export type SimilarityMetric = "cosine" | "euclidean";

/** A neighbour; `score` grows with likeness, `distance` falls with it. `item` is a dense index. */
export interface SimilarItem extends ScoredItem {
  /** Cosine: 1 − cos, 0 … 2. Euclidean: ‖q_i − q_j‖. */
  distance: number;
}

export interface NearestOptions {
  /** Only items for which this is true are returned. `item` is a dense index. */
  accept?: (item: number) => boolean;
}

export interface SimilarOptions extends NearestOptions {
  /** "cosine" by default: the direction of taste, whatever the strength that popularity gives to a film's factors. */
  metric?: SimilarityMetric;
}

export interface Nearest {
  /** Nearest first, ties by ascending index. */
  items: SimilarItem[];
  /** How many items were compared with the one asked for: what the answer cost. */
  scored: number;
}

/**
 * A search for the nearest items: exact, or through an LSH index (`lshIndex`), behind one interface.
 * Score: cos(q_i, q_j) for cosine, 1 / (1 + ‖q_i − q_j‖) for Euclidean. The item itself and items without a vector are
 * left out.
 */
export interface SimilaritySearch {
  readonly vectors: ItemVectors;
  readonly metric: SimilarityMetric;
  /**
   * @throws WorkspaceError INDEX_UNKNOWN for an item outside the vectors, ITEM_COLD for one without a vector and why,
   *   OPTION_INVALID when n is not a whole number
   */
  nearest(item: number, n: number, options?: NearestOptions): Nearest;
}

/** Compares with every item: exact, O(values of the vectors). */
export function exactSearch(vectors: ItemVectors, metric: SimilarityMetric = "cosine"): SimilaritySearch {
  const comparison = new Comparison(vectors, metric);
  const every = Uint32Array.from({ length: vectors.items }, (_, item) => item);
  return {
    vectors,
    metric,
    nearest: (item, n, options) => comparison.best(item, every, n, options),
  };
}

/**
 * The n items nearest to `item` in a model's factor space, exactly. To ask more than once, keep
 * `exactSearch(factorVectors(model), metric)`. Throws what `SimilaritySearch.nearest` throws.
 */
export function similarItems(
  model: AlsModel,
  item: number,
  n: number,
  options: SimilarOptions = {},
): SimilarItem[] {
  return exactSearch(factorVectors(model), options.metric).nearest(item, n, options).items;
}

/** How one item is compared with others; what the exact search and the LSH index share. */
export class Comparison {
  /** ‖q_i‖². */
  private readonly squares: Float64Array;
  /** The item asked for, as a dense vector; zeros in between. */
  private readonly query: Float64Array;

  constructor(
    readonly vectors: ItemVectors,
    readonly metric: SimilarityMetric,
  ) {
    const { rowStart, values, items, size } = vectors;
    this.squares = new Float64Array(items);
    for (let item = 0; item < items; item++)
      for (let p = rowStart[item]; p < rowStart[item + 1]; p++) this.squares[item] += values[p] * values[p];
    this.query = new Float64Array(size);
  }

  has(item: number): boolean {
    return this.squares[item] > 0;
  }

  norm(item: number): number {
    return Math.sqrt(this.squares[item]);
  }

  /** @throws WorkspaceError as `SimilaritySearch.nearest` */
  checkItem(item: number): void {
    const { items, itemIds, what, whyNone } = this.vectors;
    if (!Number.isInteger(item) || item < 0 || item >= items)
      throw new WorkspaceError("INDEX_UNKNOWN", `item ${item} is outside 0 … ${items - 1}`);
    if (!this.has(item))
      throw new WorkspaceError("ITEM_COLD", `movie ${itemIds[item]} has no ${what}: ${whyNone}`);
  }

  /** The best n among `candidates`, ascending dense indices. */
  best(item: number, candidates: Uint32Array, n: number, { accept }: NearestOptions = {}): Nearest {
    this.checkItem(item);
    this.spread(item, 1);
    const scores = new Float64Array(candidates.length).fill(-Infinity);
    let scored = 0;
    for (let at = 0; at < candidates.length; at++) {
      const other = candidates[at];
      if (other === item || !this.has(other) || (accept !== undefined && !accept(other))) continue;
      scores[at] = this.score(item, other);
      scored++;
    }
    const items = selectTop(scores, n).map(({ item: at, score }) => ({
      item: candidates[at],
      score,
      distance: this.metric === "cosine" ? 1 - score : this.distance(item, candidates[at]),
    }));
    this.spread(item, 0);
    return { items, scored };
  }

  private score(item: number, other: number): number {
    return this.metric === "cosine"
      ? this.dot(other) / (this.norm(item) * this.norm(other))
      : 1 / (1 + this.distance(item, other));
  }

  private distance(item: number, other: number): number {
    return Math.sqrt(Math.max(0, this.squares[item] + this.squares[other] - 2 * this.dot(other)));
  }

  /** Product of the query with an item's vector. */
  private dot(other: number): number {
    const { rowStart, columns, values } = this.vectors;
    const { query } = this;
    const from = rowStart[other];
    const to = rowStart[other + 1];
    let sum = 0;
    if (columns === null) for (let p = from; p < to; p++) sum += values[p] * query[p - from];
    else for (let p = from; p < to; p++) sum += values[p] * query[columns[p]];
    return sum;
  }

  private spread(item: number, factor: 0 | 1): void {
    const { rowStart, columns, values } = this.vectors;
    const from = rowStart[item];
    for (let p = from; p < rowStart[item + 1]; p++)
      this.query[columns === null ? p - from : columns[p]] = factor * values[p];
  }
}

/** Turns conditions into the `accept` of a search, which speaks dense indices of `train`; popularity counts its ratings. */
export function similarFilter(train: Dataset, conditions: MovieConditions): (item: number) => boolean {
  const counts = itemCounts(train);
  const byId = new Map(Array.from(train.itemIds, (movieId, item) => [movieId, counts[item]]));
  const byMovie = movieFilter(train.movies, conditions, byId);
  return (item) => byMovie(train.itemIds[item]);
}

/** A neighbour as a person reads it. */
export interface SimilarMovie {
  movieId: number;
  title: string;
  /** Training ratings. */
  ratings: number;
  score: number;
  distance: number;
}

/**
 * The films most like one, by MovieLens id, with their titles.
 * @param train whose index space the search speaks
 * @throws WorkspaceError MOVIE_UNKNOWN when the data set does not have the film, ITEM_COLD when nobody has rated it or it has
 *   no vector, and why; OPTION_INVALID
 */
export function similarMovies(
  search: SimilaritySearch,
  train: Dataset,
  movieId: number,
  n: number,
  conditions: MovieConditions = {},
): SimilarMovie[] {
  const movie = train.movies.get(movieId);
  if (movie === undefined)
    throw new WorkspaceError("MOVIE_UNKNOWN", `${train.name} has no movie ${movieId}`, {
      mend: "Ask for a movie of this data set.",
    });
  const item = train.itemIndex.get(movieId);
  if (item === undefined)
    throw new WorkspaceError(
      "ITEM_COLD",
      `movie ${movieId} (${movie.title}) has no ${search.vectors.what}: nobody has rated it`,
    );
  const counts = itemCounts(train);
  return search.nearest(item, n, { accept: similarFilter(train, conditions) }).items.map((similar) => ({
    movieId: train.itemIds[similar.item],
    title: train.movies.get(train.itemIds[similar.item])!.title,
    ratings: counts[similar.item],
    score: similar.score,
    distance: similar.distance,
  }));
}

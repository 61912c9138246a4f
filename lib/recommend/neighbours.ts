import { selectTop, type ScoredItem } from "../als";
import { WorkspaceError, type Dataset } from "../data";
import { PreferenceModel, type PreferenceOptions, type PreferenceRow } from "./preferences";

export interface NeighbourOptions extends PreferenceOptions {
  /** Neighbours that count. */
  k?: number;
  /** Added to the denominator of the cosine, so that likeness seen in few ratings counts less. */
  shrinkage?: number;
}

/**
 * Item-kNN: an item is scored by the person's likes among its k most similar items,
 *
 *   score_i = Σ_{j ∈ N_k(i)} s_ij · x_j,   s_ij = x_i·x_j / (‖x_i‖ ‖x_j‖ + shrinkage)
 *
 * Source: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms"; the shrunk cosine as in
 * Ferrari Dacrema, Cremonesi and Jannach 2019, §3.2. A visitor's scores take the likes alone, no training.
 * @param options.k 50 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
export function itemKnnModel(train: Dataset, options: NeighbourOptions = {}): ItemKnnModel {
  return new ItemKnnModel(train, options);
}

export class ItemKnnModel extends PreferenceModel {
  /** Row j: the items i that have j among their k nearest, ascending, and s_ij. */
  private readonly reached: Neighbours;

  constructor(train: Dataset, options: NeighbourOptions = {}) {
    super("item-kNN", train, options);
    const { k, shrinkage } = checkedNeighbours(options, { k: 50, shrinkage: 10 });
    const scores = new Float64Array(this.items);
    const nearest = Array.from({ length: this.items }, (_, item) => {
      this.cosines(item, shrinkage, scores);
      return selectTop(scores, k);
    });
    this.reached = neighboursOf(reversed(nearest));
  }

  /** Shrunk cosines of `item` with all others; −Infinity for itself and where nobody likes both. */
  private cosines(item: number, shrinkage: number, scores: Float64Array): void {
    const { likesByItem, likesByUser, likes } = this;
    scores.fill(0);
    for (let p = likesByItem.rowStart[item]; p < likesByItem.rowStart[item + 1]; p++) {
      const user = likesByItem.columns[p];
      for (let q = likesByUser.rowStart[user]; q < likesByUser.rowStart[user + 1]; q++)
        scores[likesByUser.columns[q]]++;
    }
    for (let other = 0; other < this.items; other++)
      scores[other] =
        scores[other] === 0 || other === item
          ? -Infinity
          : scores[other] / (Math.sqrt(likes[item] * likes[other]) + shrinkage);
  }

  protected writeScoresOf({ items, weights }: PreferenceRow, scores: Float64Array): void {
    const { start, items: reached, likeness } = this.reached;
    scores.fill(0);
    for (let k = 0; k < items.length; k++)
      for (let p = start[items[k]]; p < start[items[k] + 1]; p++)
        scores[reached[p]] += likeness[p] * weights[k];
  }
}

/**
 * User-kNN: an item is scored by the likeness of the k most similar users who like it,
 *
 *   score_i = Σ_{v ∈ N_k(u)} s_uv · x_vi,   s_uv = x_u·x_v / (‖x_u‖ ‖x_v‖ + shrinkage)
 *
 * Source: Herlocker, Konstan, Borchers and Riedl 1999, "An algorithmic framework for performing collaborative
 * filtering"; the shrunk cosine as in `itemKnnModel`. A visitor is compared like a user.
 * @param options.k 40 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
export function userKnnModel(train: Dataset, options: NeighbourOptions = {}): UserKnnModel {
  return new UserKnnModel(train, options);
}

export class UserKnnModel extends PreferenceModel {
  private readonly k: number;
  private readonly shrinkage: number;

  constructor(train: Dataset, options: NeighbourOptions = {}) {
    super("user-kNN", train, options);
    const { k, shrinkage } = checkedNeighbours(options, { k: 40, shrinkage: 10 });
    this.k = k;
    this.shrinkage = shrinkage;
  }

  protected writeScoresOf({ items, weights }: PreferenceRow, scores: Float64Array, self?: number): void {
    const { likesByItem, likesByUser } = this;
    const likeness = new Float64Array(this.users);
    let square = 0;
    for (let k = 0; k < items.length; k++) {
      square += weights[k] ** 2;
      for (let p = likesByItem.rowStart[items[k]]; p < likesByItem.rowStart[items[k] + 1]; p++)
        likeness[likesByItem.columns[p]] += weights[k];
    }
    for (let user = 0; user < this.users; user++) {
      const own = likesByUser.rowStart[user + 1] - likesByUser.rowStart[user];
      likeness[user] =
        likeness[user] === 0 || user === self
          ? -Infinity
          : likeness[user] / (Math.sqrt(square * own) + this.shrinkage);
    }
    scores.fill(0);
    for (const { item: user, score } of selectTop(likeness, this.k))
      for (let p = likesByUser.rowStart[user]; p < likesByUser.rowStart[user + 1]; p++)
        scores[likesByUser.columns[p]] += score;
  }
}

/** @throws WorkspaceError OPTION_INVALID */
export function checkedNeighbours(
  options: { k?: number; shrinkage?: number },
  defaults: { k: number; shrinkage: number },
): { k: number; shrinkage: number } {
  const { k = defaults.k, shrinkage = defaults.shrinkage } = options;
  if (!Number.isInteger(k) || k < 1)
    throw new WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
  if (!(shrinkage >= 0 && Number.isFinite(shrinkage)))
    throw new WorkspaceError("OPTION_INVALID", `shrinkage is ${shrinkage}, not a number of at least 0`);
  return { k, shrinkage };
}

/** Neighbours of row r at start[r] … start[r + 1]. */
export interface Neighbours {
  start: Uint32Array;
  items: Uint32Array;
  likeness: Float64Array;
}

export function neighboursOf(rows: readonly ScoredItem[][]): Neighbours {
  const pairs = rows.reduce((sum, { length }) => sum + length, 0);
  const start = new Uint32Array(rows.length + 1);
  const items = new Uint32Array(pairs);
  const likeness = new Float64Array(pairs);
  let at = 0;
  rows.forEach((row, own) => {
    for (const { item, score } of row) {
      items[at] = item;
      likeness[at++] = score;
    }
    start[own + 1] = at;
  });
  return { start, items, likeness };
}

/** From each item's neighbours to each neighbour's items, ascending. */
export function reversed(rows: readonly ScoredItem[][]): ScoredItem[][] {
  const reached: ScoredItem[][] = rows.map(() => []);
  rows.forEach((row, own) => row.forEach(({ item, score }) => reached[item].push({ item: own, score })));
  return reached;
}

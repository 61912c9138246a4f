import { selectTop } from "../als";
import { ratingsByItem, type Dataset, type RatingsByRow } from "../data";
import { dampedBiases, type DampedBiases } from "./baselines";
import { checkedNeighbours, neighboursOf, reversed, type Neighbours } from "./neighbours";
import type { Recommender } from "./recommender";
import { ScoringModel } from "./scoring-model";

export interface RatingNeighbourOptions {
  /** Neighbours that count; 40 by default. */
  k?: number;
  /** β: likeness seen in n common ratings is multiplied by n / (n + β); 20 by default. */
  shrinkage?: number;
  /** Damping of the biases, as in `dampedBiasModel`; 5 by default. */
  damping?: number;
}

/**
 * Stars by neighbours: the damped biases, and the mean of what the k nearest neighbours' ratings differ from theirs,
 *
 *   r̂_ui = b_ui + Σ_n s_n (r_n − b_n) / Σ_n s_n,   s = n_common / (n_common + β) · cos(residuals)
 *
 * over neighbours with s > 0. Source: Koren 2008, "Factorization meets the neighborhood", eq. 2 and 3, with cosines of
 * the residuals. Predictions are clipped to the scale, rankings are not.
 */
abstract class RatingNeighbourModel extends ScoringModel {
  protected readonly byItem: RatingsByRow;
  protected readonly biases: DampedBiases;
  protected readonly k: number;
  protected readonly shrinkage: number;
  private readonly scale: Dataset["scale"];
  private last: { user: number; scores: Float64Array } | undefined;

  constructor(name: string, train: Dataset, options: RatingNeighbourOptions) {
    super(name, train);
    const { k, shrinkage } = checkedNeighbours(options, { k: 40, shrinkage: 20 });
    this.k = k;
    this.shrinkage = shrinkage;
    this.biases = dampedBiases(train, options.damping);
    this.byItem = ratingsByItem(train);
    this.scale = train.scale;
  }

  predict(user: number, item: number): number {
    this.checkIndex("user", user);
    this.checkIndex("item", item);
    if (this.last?.user !== user) {
      const scores = new Float64Array(this.items);
      this.writeScores(user, scores);
      this.last = { user, scores };
    }
    return Math.min(this.scale.max, Math.max(this.scale.min, this.last.scores[item]));
  }

  protected bias(user: number, item: number): number {
    return this.biases.mean + this.biases.userBias[user] + this.biases.itemBias[item];
  }

  /** Residuals of a view: stars minus bias, for each of its positions. */
  protected residuals(view: RatingsByRow, rowIs: "user" | "item"): Float64Array {
    const residuals = new Float64Array(view.columns.length);
    for (let row = 0; row < view.rows; row++)
      for (let p = view.rowStart[row]; p < view.rowStart[row + 1]; p++)
        residuals[p] =
          view.values[p] -
          (rowIs === "user" ? this.bias(row, view.columns[p]) : this.bias(view.columns[p], row));
    return residuals;
  }
}

/**
 * Shrunk cosines of residuals of one row of `view` with every row, written into `likeness`; norms over all of a row.
 * `across` is the same ratings by the other side.
 */
function cosinesOf(
  row: number,
  view: Residuals,
  across: Residuals,
  norms: Float64Array,
  shrinkage: number,
  likeness: Float64Array,
  common: Uint32Array,
): void {
  likeness.fill(0);
  common.fill(0);
  for (let p = view.rowStart[row]; p < view.rowStart[row + 1]; p++) {
    const own = view.values[p];
    const column = view.columns[p];
    for (let q = across.rowStart[column]; q < across.rowStart[column + 1]; q++) {
      likeness[across.columns[q]] += own * across.values[q];
      common[across.columns[q]]++;
    }
  }
  for (let other = 0; other < likeness.length; other++) {
    const norm = norms[row] * norms[other];
    likeness[other] =
      other === row || norm === 0
        ? 0
        : (likeness[other] / norm) * (common[other] / (common[other] + shrinkage || 1));
  }
}

type Residuals = Pick<RatingsByRow, "rowStart" | "columns"> & { values: Float64Array };

function normsOf({ rowStart, values }: Residuals): Float64Array {
  return Float64Array.from({ length: rowStart.length - 1 }, (_, row) => {
    let sum = 0;
    for (let p = rowStart[row]; p < rowStart[row + 1]; p++) sum += values[p] ** 2;
    return Math.sqrt(sum);
  });
}

/** Rows with a positive likeness, the most alike first, ties by ascending index. */
function ranked(likeness: Float64Array): Uint32Array {
  const positive = Uint32Array.from(likeness.keys()).filter((row) => likeness[row] > 0);
  return positive.sort((a, b) => likeness[b] - likeness[a] || a - b);
}

class UserRatingKnn extends RatingNeighbourModel {
  private readonly user: Residuals;
  private readonly item: Residuals;
  private readonly norms: Float64Array;

  constructor(train: Dataset, options: RatingNeighbourOptions) {
    super("user-kNN, stars", train, options);
    this.user = { ...this.ratings, values: this.residuals(this.ratings, "user") };
    this.item = { ...this.byItem, values: this.residuals(this.byItem, "item") };
    this.norms = normsOf(this.user);
  }

  protected writeScores(user: number, scores: Float64Array): void {
    const likeness = new Float64Array(this.users);
    cosinesOf(user, this.user, this.item, this.norms, this.shrinkage, likeness, new Uint32Array(this.users));
    const sums = new Float64Array(this.items);
    const totals = new Float64Array(this.items);
    const taken = new Uint32Array(this.items);
    for (const other of ranked(likeness))
      for (let p = this.user.rowStart[other]; p < this.user.rowStart[other + 1]; p++) {
        const item = this.user.columns[p];
        if (taken[item] === this.k) continue;
        taken[item]++;
        sums[item] += likeness[other] * this.user.values[p];
        totals[item] += likeness[other];
      }
    for (let item = 0; item < this.items; item++)
      scores[item] = this.bias(user, item) + (taken[item] > 0 ? sums[item] / totals[item] : 0);
  }
}

class ItemRatingKnn extends RatingNeighbourModel {
  /** Row i: the nearest items of item i, the most alike first, and how alike. */
  private readonly nearest: Neighbours;
  /** Row j: the items that have j among their nearest, and how alike. */
  private readonly reached: Neighbours;
  private readonly residual: Float64Array;

  constructor(train: Dataset, options: RatingNeighbourOptions) {
    super("item-kNN, stars", train, options);
    const user: Residuals = { ...this.ratings, values: this.residuals(this.ratings, "user") };
    const item: Residuals = { ...this.byItem, values: this.residuals(this.byItem, "item") };
    this.residual = user.values;
    const norms = normsOf(item);
    const likeness = new Float64Array(this.items);
    const common = new Uint32Array(this.items);
    const kept = Array.from({ length: this.items }, (_, row) => {
      cosinesOf(row, item, user, norms, this.shrinkage, likeness, common);
      return selectTop(likeness, KEPT, (other) => likeness[other] > 0);
    });
    this.nearest = neighboursOf(kept);
    this.reached = neighboursOf(reversed(kept));
  }

  /**
   * A user has rated few of all items' neighbours: so from what they rated to who has it for a neighbour. Only where
   * that finds more than k are the nearest of them looked for.
   */
  protected writeScores(user: number, scores: Float64Array): void {
    const { rowStart, columns } = this.ratings;
    const { start, items, likeness } = this.reached;
    const own = new Float64Array(this.items).fill(NaN);
    const taken = new Uint32Array(this.items);
    const sums = new Float64Array(this.items);
    const totals = new Float64Array(this.items);
    for (let p = rowStart[user]; p < rowStart[user + 1]; p++) {
      const rated = columns[p];
      const residual = (own[rated] = this.residual[p]);
      for (let at = start[rated]; at < start[rated + 1]; at++) {
        taken[items[at]]++;
        sums[items[at]] += likeness[at] * residual;
        totals[items[at]] += likeness[at];
      }
    }
    for (let item = 0; item < this.items; item++) {
      const mean = taken[item] > this.k ? this.meanOfNearest(item, own) : sums[item] / totals[item];
      scores[item] = this.bias(user, item) + (taken[item] > 0 ? mean : 0);
    }
  }

  /** Weighted mean of the residuals of the k nearest that have one. @param own residuals by item, NaN where not rated */
  private meanOfNearest(item: number, own: Float64Array): number {
    const { start, items, likeness } = this.nearest;
    let taken = 0;
    let sum = 0;
    let total = 0;
    for (let at = start[item]; at < start[item + 1] && taken < this.k; at++) {
      const residual = own[items[at]];
      if (Number.isNaN(residual)) continue;
      taken++;
      sum += likeness[at] * residual;
      total += likeness[at];
    }
    return sum / total;
  }
}

/** Neighbours kept of each item: a user has rated only some of them. */
const KEPT = 300;

/** `RatingNeighbourModel` by users alike. @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY without a training rating */
export function userKnnRatingModel(train: Dataset, options: RatingNeighbourOptions = {}): Recommender {
  return new UserRatingKnn(train, options);
}

/** `RatingNeighbourModel` by items alike, of which the 300 nearest are kept. Throws as `userKnnRatingModel`. */
export function itemKnnRatingModel(train: Dataset, options: RatingNeighbourOptions = {}): Recommender {
  return new ItemRatingKnn(train, options);
}

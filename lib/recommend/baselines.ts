import { WorkspaceError, type Dataset } from "../data";
import type { Recommender } from "./recommender";
import { itemCounts, ScoringModel } from "./scoring-model";

/** An expectation for each pair, and one score per item that orders the items alike for every user. */
class Baseline extends ScoringModel {
  private readonly expectation: (user: number, item: number) => number;
  private readonly itemScores: Float64Array;
  private readonly userShift: Float64Array;

  constructor(
    name: string,
    train: Dataset,
    learned: {
      expectation: (user: number, item: number) => number;
      itemScores: Float64Array;
      userShift?: Float64Array;
    },
  ) {
    super(name, train);
    this.expectation = learned.expectation;
    this.itemScores = learned.itemScores;
    this.userShift = learned.userShift ?? new Float64Array(this.users);
  }

  predict(user: number, item: number): number {
    this.checkIndex("user", user);
    this.checkIndex("item", item);
    return this.expectation(user, item);
  }

  protected writeScores(user: number, scores: Float64Array): void {
    for (let item = 0; item < this.items; item++) scores[item] = this.itemScores[item] + this.userShift[user];
  }
}

/**
 * Every rating is expected to be μ, the mean of the training ratings. Its ranking carries no information:
 * all items tie, so they come by ascending index.
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
export function globalMeanModel(train: Dataset): Recommender {
  const mean = meanRating(train);
  return new Baseline("global mean", train, {
    expectation: () => mean,
    itemScores: new Float64Array(train.itemIds.length).fill(mean),
  });
}

/**
 * r ≈ μ + b_i + b_u, both biases shrunk towards 0 by the damping β (in ratings), items first:
 *
 *   b_i = Σ_u (r_ui − μ) / (n_i + β)        b_u = Σ_i (r_ui − μ − b_i) / (n_u + β)
 *
 * Source: Ekstrand, Riedl and Konstan 2011, "Collaborative Filtering Recommender Systems", eq. 2.3–2.5 (as
 * LensKit's BiasModel). A cold user or item has bias 0. Predictions are clipped to the scale; rankings are not.
 * @param options.damping β ≥ 0, 5 by default, as in LensKit's own experiments
 * @throws WorkspaceError OPTION_INVALID for a negative damping, METRIC_EMPTY without a training rating
 */
export function dampedBiasModel(train: Dataset, options: { damping?: number } = {}): Recommender {
  const { mean, itemBias, userBias } = dampedBiases(train, options.damping);
  const { scale } = train;
  return new Baseline("damped biases", train, {
    expectation: (user, item) =>
      Math.min(scale.max, Math.max(scale.min, mean + itemBias[item] + userBias[user])),
    itemScores: itemBias.map((bias) => mean + bias),
    userShift: userBias,
  });
}

/**
 * Items by their number of training ratings, the same list for everybody save for what each has seen.
 * `predict` is that number: a preference score, not stars.
 */
export function popularityModel(train: Dataset): Recommender {
  const counts = itemCounts(train);
  return new Baseline("popularity", train, { expectation: (_, item) => counts[item], itemScores: counts });
}

/** μ, b_i and b_u of `dampedBiasModel`, by dense index. */
export interface DampedBiases {
  mean: number;
  itemBias: Float64Array;
  userBias: Float64Array;
}

/** The biases of `dampedBiasModel`, and what it throws. */
export function dampedBiases(train: Dataset, damping: number = 5): DampedBiases {
  if (!(damping >= 0 && Number.isFinite(damping)))
    throw new WorkspaceError("OPTION_INVALID", `damping is ${damping}, not a number of at least 0`);
  const mean = meanRating(train);
  const { users, items, ratings } = train;
  const itemBias = dampedMean(items, train.itemIds.length, damping, (r) => ratings[r] - mean);
  const userBias = dampedMean(
    users,
    train.userIds.length,
    damping,
    (r) => ratings[r] - mean - itemBias[items[r]],
  );
  return { mean, itemBias, userBias };
}

function meanRating(train: Dataset): number {
  if (train.ratings.length === 0)
    throw new WorkspaceError("METRIC_EMPTY", `${train.name}: no training rating to take a mean of`);
  let sum = 0;
  for (const rating of train.ratings) sum += rating;
  return sum / train.ratings.length;
}

/** Σ residual / (n + damping) of each row; 0 for a row without ratings, whatever the damping. */
function dampedMean(
  rowOf: Uint32Array,
  rows: number,
  damping: number,
  residual: (r: number) => number,
): Float64Array {
  const sums = new Float64Array(rows);
  const counts = new Uint32Array(rows);
  for (let r = 0; r < rowOf.length; r++) {
    sums[rowOf[r]] += residual(r);
    counts[rowOf[r]]++;
  }
  return sums.map((sum, row) => (counts[row] > 0 ? sum / (counts[row] + damping) : 0));
}

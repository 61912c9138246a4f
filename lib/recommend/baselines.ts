import { seenBy, topUnseen, type RecommendOptions, type ScoredItem } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type RatingsByRow } from "../data";
import type { Recommender } from "./recommender";

const NOTHING_SEEN = new Uint32Array(0);

/**
 * A model without factors: an expectation for each pair, and one score per item that orders the items alike
 * for every user. Users and items are dense indices of the training data.
 */
class Baseline implements Recommender {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  private readonly expectation: (user: number, item: number) => number;
  private readonly itemScores: Float64Array;
  private readonly userShift: Float64Array;
  private readonly ratings: RatingsByRow;

  constructor(
    name: string,
    train: Dataset,
    learned: {
      expectation: (user: number, item: number) => number;
      itemScores: Float64Array;
      userShift?: Float64Array;
    },
  ) {
    this.name = name;
    this.users = train.userIds.length;
    this.items = train.itemIds.length;
    this.expectation = learned.expectation;
    this.userShift = learned.userShift ?? new Float64Array(this.users);
    this.ratings = ratingsByUser(train);
    const counts = itemCounts(train);
    this.itemScores = learned.itemScores.map((score, item) => (counts[item] > 0 ? score : -Infinity));
  }

  predict(user: number, item: number): number {
    checkIndex("user", user, this.users);
    checkIndex("item", item, this.items);
    return this.expectation(user, item);
  }

  scoreItems(user: number, scores: Float64Array): void {
    checkIndex("user", user, this.users);
    if (scores.length !== this.items)
      throw new WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
    for (let item = 0; item < this.items; item++) scores[item] = this.itemScores[item] + this.userShift[user];
  }

  recommend(user: number, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItems(user, scores);
    const seen = (options.excludeSeen ?? true) ? seenBy(this.ratings, user) : NOTHING_SEEN;
    return topUnseen(scores, n, seen, options.accept);
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
  const damping = options.damping ?? 5;
  if (!(damping >= 0 && Number.isFinite(damping)))
    throw new WorkspaceError("OPTION_INVALID", `damping is ${damping}, not a number of at least 0`);
  const mean = meanRating(train);
  const { users, items, ratings, scale } = train;
  const itemBias = dampedMean(items, train.itemIds.length, damping, (r) => ratings[r] - mean);
  const userBias = dampedMean(
    users,
    train.userIds.length,
    damping,
    (r) => ratings[r] - mean - itemBias[items[r]],
  );
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

/** Ratings of each item, by dense index; whole numbers, exact. */
function itemCounts(train: Dataset): Float64Array {
  const counts = new Float64Array(train.itemIds.length);
  for (const item of train.items) counts[item]++;
  return counts;
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

function checkIndex(side: "user" | "item", index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length)
    throw new WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
}

import { seenBy, topUnseen, type RecommendOptions, type ScoredItem } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type RatingsByRow } from "../data";
import type { Recommender } from "./recommender";

const NOTHING_SEEN = new Uint32Array(0);

/**
 * What models without factors have in common: they score every item for a user, and the best unseen ones are the
 * recommendation. Users and items are dense indices of the training data.
 */
export abstract class ScoringModel implements Recommender {
  readonly users: number;
  readonly items: number;
  /** Training ratings by user. */
  protected readonly ratings: RatingsByRow;
  /** Training ratings of each item; 0 for a cold one. */
  protected readonly counts: Float64Array;

  constructor(
    readonly name: string,
    train: Dataset,
  ) {
    this.users = train.userIds.length;
    this.items = train.itemIds.length;
    this.ratings = ratingsByUser(train);
    this.counts = itemCounts(train);
  }

  abstract predict(user: number, item: number): number;

  /** Writes a finite score for every item, cold ones included. */
  protected abstract writeScores(user: number, scores: Float64Array): void;

  scoreItems(user: number, scores: Float64Array): void {
    this.checkIndex("user", user);
    this.checkScores(scores);
    this.writeScores(user, scores);
    this.silenceCold(scores);
  }

  recommend(user: number, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItems(user, scores);
    const seen = (options.excludeSeen ?? true) ? seenBy(this.ratings, user) : NOTHING_SEEN;
    return topUnseen(scores, n, seen, options.accept);
  }

  protected checkIndex(side: "user" | "item", index: number): void {
    const length = side === "user" ? this.users : this.items;
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
  }

  protected checkScores(scores: Float64Array): void {
    if (scores.length !== this.items)
      throw new WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
  }

  protected silenceCold(scores: Float64Array): void {
    for (let item = 0; item < this.items; item++) if (this.counts[item] === 0) scores[item] = -Infinity;
  }
}

/** Ratings of each item, by dense index; whole numbers, exact. */
export function itemCounts(train: Dataset): Float64Array {
  const counts = new Float64Array(train.itemIds.length);
  for (const item of train.items) counts[item]++;
  return counts;
}

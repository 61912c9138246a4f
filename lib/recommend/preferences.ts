import { topUnseen, type ItemRating, type RecommendOptions, type ScoredItem } from "../als";
import {
  ratingsByItem,
  ratingsByUser,
  WorkspaceError,
  type Dataset,
  type RatingsByRow,
  type RatingTriples,
} from "../data";
import type { Recommender } from "./recommender";
import { ScoringModel } from "./scoring-model";

/** How ratings become a preference: what a model of preferences learns from, and scores a person by. */
export interface PreferenceOptions {
  /** A rating of at least so many stars is a like; 4 by default. 0 takes every rating for one. */
  likedFrom?: number;
  /**
   * Late likes tell more of what comes next: a person is scored by likes of weight
   * floor + (1 − floor) · 2^(−later / halfLife), `later` being the number of ratings that the person gave after that one.
   * What is learned of the items does not depend on it. Off by default.
   */
  recency?: Recency;
}

/** What is far weighs floor + (1 − floor) · 2^(−distance / halfLife): 1 where the distance is 0, `floor` at least. */
export interface Recency {
  /** In ratings, above 0. */
  halfLife: number;
  /** 0 … 1. */
  floor: number;
}

/** One person's likes: dense item indices, ascending, and a weight for each. */
export interface PreferenceRow {
  items: Uint32Array;
  weights: Float32Array;
}

/** A recommender that takes visitors: people known by nothing but the ratings that they give now. */
export interface VisitorRecommender extends Recommender {
  /**
   * Scores every item for somebody who is not in the training data; cold items get −Infinity.
   * @throws WorkspaceError INDEX_UNKNOWN, DATA_INVALID for an item rated twice, OPTION_INVALID
   */
  scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void;
  /** As `recommend`; what the visitor rated is what is seen. */
  recommendFor(ratings: readonly ItemRating[], n: number, options?: RecommendOptions): ScoredItem[];
}

export const takesVisitors = (model: Recommender): model is VisitorRecommender => "scoreItemsFor" in model;

/** What a visitor rated, ascending; nothing where seen items are asked for too. */
export function seenByVisitor(
  ratings: readonly ItemRating[],
  { excludeSeen = true }: RecommendOptions,
): Uint32Array {
  return Uint32Array.from(excludeSeen ? ratings : [], ({ item }) => item).sort();
}

/**
 * A model of what is liked at all. `predict` is its score: a preference, not stars. Who likes nothing in the training
 * data is scored by how many users like each item.
 */
export abstract class PreferenceModel extends ScoringModel implements VisitorRecommender {
  /** Likes by user, and by item: the 0/1 matrix X. The values by user are what a user is scored by. */
  protected readonly likesByUser: RatingsByRow;
  protected readonly likesByItem: RatingsByRow;
  protected readonly likedFrom: number;
  /** Likes of each item. */
  protected readonly likes: Float64Array;
  private last: { user: number; scores: Float64Array } | undefined;

  /** @throws WorkspaceError OPTION_INVALID */
  constructor(name: string, train: Dataset, options: PreferenceOptions) {
    super(name, train);
    this.likedFrom = options.likedFrom ?? 4;
    const likes = likesOf(train, this.likedFrom, options.recency);
    this.likesByUser = ratingsByUser(likes);
    this.likesByItem = ratingsByItem(likes);
    this.likes = Float64Array.from(
      { length: this.items },
      (_, item) => this.likesByItem.rowStart[item + 1] - this.likesByItem.rowStart[item],
    );
  }

  /** Writes a finite score for every item. `user` is who must not be compared with themselves; undefined for a visitor. */
  protected abstract writeScoresOf(row: PreferenceRow, scores: Float64Array, user?: number): void;

  predict(user: number, item: number): number {
    this.checkIndex("user", user);
    this.checkIndex("item", item);
    if (this.last?.user !== user) {
      const scores = new Float64Array(this.items);
      this.writeScores(user, scores);
      this.last = { user, scores };
    }
    return this.last.scores[item];
  }

  protected writeScores(user: number, scores: Float64Array): void {
    const { rowStart, columns, values } = this.likesByUser;
    const [from, to] = [rowStart[user], rowStart[user + 1]];
    if (from === to) scores.set(this.likes);
    else
      this.writeScoresOf(
        { items: columns.subarray(from, to), weights: values.subarray(from, to) },
        scores,
        user,
      );
  }

  scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void {
    this.checkScores(scores);
    this.checkVisitor(ratings);
    const liked = ratings.filter(({ rating }) => rating >= this.likedFrom).map(({ item }) => item);
    if (liked.length === 0) scores.set(this.likes);
    else
      this.writeScoresOf(
        { items: Uint32Array.from(liked).sort(), weights: new Float32Array(liked.length).fill(1) },
        scores,
      );
    this.silenceCold(scores);
  }

  recommendFor(ratings: readonly ItemRating[], n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItemsFor(ratings, scores);
    return topUnseen(scores, n, seenByVisitor(ratings, options), options.accept);
  }

  private checkVisitor(ratings: readonly ItemRating[]): void {
    const given = new Set<number>();
    for (const { item, rating } of ratings) {
      this.checkIndex("item", item);
      if (given.has(item)) throw new WorkspaceError("DATA_INVALID", `visitor: item ${item} is rated twice`);
      if (!Number.isFinite(rating))
        throw new WorkspaceError("DATA_INVALID", `visitor: item ${item}: rating ${rating} is not a number`);
      given.add(item);
    }
  }
}

/** The likes, with what a user is scored by in place of the stars. */
function likesOf(train: Dataset, likedFrom: number, recency: PreferenceOptions["recency"]): RatingTriples {
  if (!Number.isFinite(likedFrom))
    throw new WorkspaceError("OPTION_INVALID", `likedFrom is ${likedFrom}, not a number of stars`);
  const { users, items, ratings, userIds, itemIds } = train;
  const liked = Uint32Array.from(users.keys()).filter((r) => ratings[r] >= likedFrom);
  const weights = recency && recencyWeights(train, recency);
  return {
    users: liked.map((r) => users[r]),
    items: liked.map((r) => items[r]),
    ratings: Float32Array.from(liked, (r) => (weights ? weights[r] : 1)),
    userIds,
    itemIds,
  };
}

/** The weight of each rating, by row of the data; ratings of one time have one weight. */
function recencyWeights(train: Dataset, recency: Recency): Float64Array {
  const { halfLife, floor } = recency;
  if (!(halfLife > 0 && floor >= 0 && floor <= 1))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `recency: halfLife ${halfLife} must be above 0, floor ${floor} between 0 and 1`,
    );
  return laterRatings(train).map((later) => recencyWeight(later, recency));
}

export const recencyWeight = (distance: number, { halfLife, floor }: Recency): number =>
  floor + (1 - floor) * 0.5 ** (distance / halfLife);

/** How many ratings the same user gave after each one, by row of the data; ratings of one time have one number. */
export function laterRatings({ users, timestamps }: Dataset): Float64Array {
  const order = Array.from(users.keys()).sort((a, b) => users[a] - users[b] || timestamps[b] - timestamps[a]);
  const later = new Float64Array(users.length);
  let first = 0;
  let sameTime = 0;
  order.forEach((r, at) => {
    if (at === 0 || users[order[at - 1]] !== users[r]) first = sameTime = at;
    else if (timestamps[order[at - 1]] !== timestamps[r]) sameTime = at;
    later[r] = sameTime - first;
  });
  return later;
}

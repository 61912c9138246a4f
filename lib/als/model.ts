import { WorkspaceError, type RatingsByRow } from "../data";
import { dot } from "./objective";
import { seenBy, topUnseen } from "./select-top";
import { RowSolver, type Side } from "./solve-side";
import type {
  AlsModelParts,
  Explanation,
  FoldedUser,
  ItemRating,
  RecommendOptions,
  ScoredItem,
} from "./types";

const NOTHING_SEEN = new Uint32Array(0);

/**
 * A trained factorisation. Users and items are dense indices of the training data throughout.
 *
 * A cold user or item (no training rating) has zero factors and zero bias: explicit predictions fall back to the
 * mean and whatever bias is known, implicit ones to 0. Cold items are never recommended.
 */
export class AlsModel {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly rank: number;
  /** Row solver with the items fixed; its Gramian is worth keeping between visitors. */
  private itemsFixed: RowSolver | undefined;
  /** 1 for items with a training rating. */
  private readonly known: Uint8Array;

  /**
   * @param parts kept, not copied
   * @throws WorkspaceError DATA_INVALID when the lengths of the parts do not fit together
   */
  constructor(readonly parts: AlsModelParts) {
    const { options, userIds, itemIds, ratings } = parts;
    this.name = `ALS, ${options.feedback}, rank ${options.rank}`;
    this.rank = options.rank;
    this.users = userIds.length;
    this.items = itemIds.length;
    for (const [part, length] of [
      ["userFactors", this.users * this.rank],
      ["itemFactors", this.items * this.rank],
      ["userBias", this.users],
      ["itemBias", this.items],
    ] as const)
      if (parts[part].length !== length)
        throw new WorkspaceError(
          "DATA_INVALID",
          `model: ${part} has length ${parts[part].length}, not ${length}`,
        );
    if (ratings.rows !== this.users || ratings.cols !== this.items)
      throw new WorkspaceError(
        "DATA_INVALID",
        `model: ratings are ${ratings.rows} × ${ratings.cols}, not ${this.users} × ${this.items}`,
      );
    this.known = new Uint8Array(this.items);
    for (const item of ratings.columns) this.known[item] = 1;
  }

  /**
   * Explicit feedback: expected stars, μ + b_user + b_item + p·q clipped to the scale. Implicit feedback:
   * preference p·q, about 0 … 1. Always finite.
   * @throws WorkspaceError INDEX_UNKNOWN outside the index space
   */
  predict(user: number, item: number): number {
    this.checkIndex("user", user, this.users);
    this.checkIndex("item", item, this.items);
    const { options, globalMean, scale, userFactors, itemFactors, userBias, itemBias } = this.parts;
    const score =
      globalMean + userBias[user] + itemBias[item] + dot(userFactors, user, itemFactors, item, this.rank);
    return options.feedback === "explicit" ? Math.min(scale.max, Math.max(scale.min, score)) : score;
  }

  /**
   * Writes the ranking score of every item into `scores` (length: items): the prediction, not clipped; −Infinity for cold items.
   * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID for another length of `scores`
   */
  scoreItems(user: number, scores: Float64Array): void {
    this.checkIndex("user", user, this.users);
    this.writeScores(this.parts.userFactors, user, this.parts.userBias[user], scores);
  }

  /**
   * The best n items, best first, ties by ascending index; exactly n where n remain after the filters.
   * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID when n is not a whole number
   */
  recommend(user: number, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItems(user, scores);
    return this.best(scores, n, seenBy(this.parts.ratings, user), options);
  }

  /**
   * A user made from ratings alone: the same row solve as in training, with the final item factors fixed. No
   * rating at all makes a user of zeros. The solve is the plain one: what co-factors or non-negativity add in training is
   * not in it, and for an ensemble it is solved over all seeds' factors together, so there the result is near the trained
   * row but not equal to it.
   * @param ratings in any order
   * @throws WorkspaceError INDEX_UNKNOWN for an item outside the model, DATA_INVALID for an item rated twice or a
   *   rating that training would refuse
   */
  foldIn(ratings: readonly ItemRating[]): FoldedUser {
    const row = this.visitorRow(ratings);
    const visitor = this.visitorSide();
    this.rowSolver().solve(row, 0, visitor);
    return { factors: visitor.factors, bias: visitor.bias[0], seen: row.columns };
  }

  /**
   * How a user's score for an item comes from the films that the user rated: baseline + Σ shares = score, exactly, by the
   * row solve of the user's training ratings with the final item factors fixed. For a plain exact model that is the score
   * of `scoreItems`; with co-factors, several seeds or non-negative factors it is that of `foldIn`.
   * @throws WorkspaceError INDEX_UNKNOWN outside the index space
   */
  explain(user: number, item: number): Explanation {
    this.checkIndex("user", user, this.users);
    return this.explained(this.parts.ratings, user, item, {
      ...this.visitorSide(),
      ids: this.parts.userIds,
    });
  }

  /** `explain` for a visitor: how the score of `foldIn(ratings)` comes from these ratings. Throws what `foldIn` throws. */
  explainFolded(ratings: readonly ItemRating[], item: number): Explanation {
    return this.explained(this.visitorRow(ratings), 0, item, this.visitorSide());
  }

  private explained(ratings: RatingsByRow, row: number, item: number, side: Side): Explanation {
    this.checkIndex("item", item, this.items);
    const values = this.rowSolver().shares(ratings, row, item, side);
    const start = ratings.rowStart[row];
    const shares = Array.from(values, (share, k) => ({
      item: ratings.columns[start + k],
      rating: ratings.values[start + k],
      share,
    })).sort((a, b) => b.share - a.share || a.item - b.item);
    const baseline = this.parts.globalMean + this.parts.itemBias[item];
    return { item, score: values.reduce((sum, share) => sum + share, baseline), baseline, shares };
  }

  private rowSolver(): RowSolver {
    const { options, globalMean, itemIds, itemFactors, itemBias } = this.parts;
    return (this.itemsFixed ??= new RowSolver(
      options,
      { name: "item", ids: itemIds, factors: itemFactors, bias: itemBias },
      globalMean,
    ));
  }

  private visitorSide(): Side {
    return {
      name: "user",
      ids: Uint32Array.of(0),
      factors: new Float64Array(this.rank),
      bias: new Float64Array(1),
    };
  }

  /** A visitor's ratings as the one row of a matrix, all of them checked. */
  private visitorRow(ratings: readonly ItemRating[]): RatingsByRow {
    const { options, itemIds } = this.parts;
    const sorted = [...ratings].sort((a, b) => a.item - b.item);
    sorted.forEach(({ item, rating }, k) => {
      this.checkIndex("item", item, this.items);
      if (k > 0 && sorted[k - 1].item === item)
        throw new WorkspaceError(
          "DATA_INVALID",
          `fold-in: item ${item} (movie ${itemIds[item]}) is rated twice`,
        );
      const refusal = refusedRating(rating, options.feedback);
      if (refusal)
        throw new WorkspaceError(
          "DATA_INVALID",
          `fold-in: item ${item} (movie ${itemIds[item]}): ${refusal}`,
        );
    });
    return {
      rowStart: Uint32Array.of(0, sorted.length),
      columns: Uint32Array.from(sorted, ({ item }) => item),
      values: Float32Array.from(sorted, ({ rating }) => rating),
      rows: 1,
      cols: this.items,
    };
  }

  /** `recommend` for a folded-in user; what was folded in is what is seen. */
  recommendFolded(folded: FoldedUser, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItemsFolded(folded, scores);
    return this.best(scores, n, folded.seen, options);
  }

  /** `scoreItems` for a folded-in user. */
  scoreItemsFolded(folded: FoldedUser, scores: Float64Array): void {
    this.writeScores(folded.factors, 0, folded.bias, scores);
  }

  private best(scores: Float64Array, n: number, seen: Uint32Array, options: RecommendOptions): ScoredItem[] {
    return topUnseen(scores, n, (options.excludeSeen ?? true) ? seen : NOTHING_SEEN, options.accept);
  }

  private writeScores(factors: Float64Array, row: number, bias: number, scores: Float64Array): void {
    if (scores.length !== this.items)
      throw new WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
    const { globalMean, itemFactors, itemBias } = this.parts;
    for (let item = 0; item < this.items; item++)
      scores[item] =
        this.known[item] === 1
          ? globalMean + bias + itemBias[item] + dot(factors, row, itemFactors, item, this.rank)
          : -Infinity;
  }

  private checkIndex(side: Side["name"], index: number, length: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
  }
}

/** Why a rating cannot be learned from; null where it can. */
export function refusedRating(rating: number, feedback: AlsModelParts["options"]["feedback"]): string | null {
  if (!Number.isFinite(rating)) return `rating is ${rating}, not a finite number`;
  if (feedback === "implicit" && rating <= 0)
    return `rating is ${rating}, and implicit feedback takes only ratings above 0`;
  return null;
}

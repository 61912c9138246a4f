import { WorkspaceError, type RatingsByRow } from "../data";
import { joinedSide, memberOptions, sidesOf } from "./ensemble";
import { dot } from "./objective";
import { recommendAll } from "./recommend-all";
import { seenBy, topUnseen } from "./select-top";
import { RowSolver, type Side } from "./solve-side";
import type {
  AlsModelParts,
  Explanation,
  FoldedUser,
  ItemRating,
  RecommendAllOptions,
  RecommendedLists,
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
  /** For each seed, a row solver with the items fixed; their Gramians are worth keeping between visitors. */
  private itemsFixed: { solver: RowSolver; items: Side }[] | undefined;
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
    const seeds = options.seeds ?? 1;
    for (const [part, length] of [
      ["userFactors", this.users * this.rank],
      ["itemFactors", this.items * this.rank],
      ["userBias", this.users],
      ["itemBias", this.items],
      ["userCofactors", this.users * this.rank],
      ["itemCofactors", this.items * this.rank],
      ["userSeedBias", this.users * seeds],
      ["itemSeedBias", this.items * seeds],
    ] as const)
      if ((parts[part]?.length ?? length) !== length)
        throw new WorkspaceError(
          "DATA_INVALID",
          `model: ${part} has length ${parts[part]!.length}, not ${length}`,
        );
    for (const [user, item] of [
      ["userCofactors", "itemCofactors"],
      ["userSeedBias", "itemSeedBias"],
    ] as const)
      if (!parts[user] !== !parts[item]) {
        const [given, missing] = parts[user] ? [user, item] : [item, user];
        throw new WorkspaceError("DATA_INVALID", `model: ${given} is given, and ${missing} is not`);
      }
    if (ratings.rows !== this.users || ratings.cols !== this.items)
      throw new WorkspaceError(
        "DATA_INVALID",
        `model: ratings are ${ratings.rows} × ${ratings.cols}, not ${this.users} × ${this.items}`,
      );
    this.known = new Uint8Array(this.items);
    const { columns } = ratings;
    for (let at = 0; at < columns.length; at++) this.known[columns[at]] = 1;
  }

  /**
   * Explicit feedback: expected stars, μ + b_user + b_item + p·q clipped to the scale. Implicit feedback:
   * preference p·q, about 0 … 1. Always finite.
   * @throws WorkspaceError INDEX_UNKNOWN outside the index space
   */
  predict(user: number, item: number): number {
    this.checkIndex("user", user, this.users);
    this.checkIndex("item", item, this.items);
    const { options, scale } = this.parts;
    const score = this.score(user, item);
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
   * `recommend` for all users, or for those given, in threads: the same lists, some hundred times as fast.
   * @throws WorkspaceError OPTION_INVALID when n is not a whole number, INDEX_UNKNOWN for a user outside the model,
   *   TRAINING_ABORTED after `options.signal`, PREDICTION_INVALID when a score is NaN, MEMORY_EXCEEDED, THREAD_FAILED
   */
  recommendAll(n: number, options: RecommendAllOptions = {}): Promise<RecommendedLists> {
    const room = new Float64Array(this.items);
    return recommendAll(
      this.parts,
      this.known,
      n,
      options,
      (user, item) => this.score(user, item),
      (user, seen) => {
        this.scoreItems(user, room);
        return topUnseen(room, n, seen, options.accept);
      },
    );
  }

  /**
   * A user made from ratings alone: the same row solve as in training, with the final items fixed, co-factors, bound and
   * every seed's own model included. No rating at all makes a user of zeros.
   * @param ratings in any order
   * @throws WorkspaceError INDEX_UNKNOWN for an item outside the model, DATA_INVALID for an item rated twice or a
   *   rating that training would refuse
   */
  foldIn(ratings: readonly ItemRating[]): FoldedUser {
    const row = this.visitorRow(ratings);
    const { factors, bias } = joinedSide(
      this.rowSolvers().map(({ solver, items }) => {
        const visitor = visitorSide(Uint32Array.of(0), items);
        solver.solve(row, 0, visitor);
        return visitor;
      }),
    );
    return { factors, bias: bias[0], seen: row.columns };
  }

  /**
   * How a user's score for an item comes from the films that the user rated: baseline + Σ shares = score, exactly, by the
   * row solve of the user's training ratings with the final items fixed. Where training ended with an exact solve, that is
   * the score of `scoreItems`. With co-factors a share is what the stars and what having rated the film at all give
   * together; with non-negative factors it is what the rating gives while the same factors stay above 0.
   * @throws WorkspaceError INDEX_UNKNOWN outside the index space
   */
  explain(user: number, item: number): Explanation {
    this.checkIndex("user", user, this.users);
    return this.explained(this.parts.ratings, user, item, this.parts.userIds);
  }

  /** `explain` for a visitor: how the score of `foldIn(ratings)` comes from these ratings. Throws what `foldIn` throws. */
  explainFolded(ratings: readonly ItemRating[], item: number): Explanation {
    return this.explained(this.visitorRow(ratings), 0, item, Uint32Array.of(0));
  }

  private explained(ratings: RatingsByRow, row: number, item: number, ids: Uint32Array): Explanation {
    this.checkIndex("item", item, this.items);
    const solvers = this.rowSolvers();
    const start = ratings.rowStart[row];
    const values = new Float64Array(ratings.rowStart[row + 1] - start);
    for (const { solver, items } of solvers)
      solver
        .shares(ratings, row, item, visitorSide(ids, items))
        .forEach((share, k) => (values[k] += share / solvers.length));
    const shares = Array.from(values, (share, k) => ({
      item: ratings.columns[start + k],
      rating: ratings.values[start + k],
      share,
    })).sort((a, b) => b.share - a.share || a.item - b.item);
    const baseline = this.parts.globalMean + this.parts.itemBias[item];
    return { item, score: values.reduce((sum, share) => sum + share, baseline), baseline, shares };
  }

  private rowSolvers(): { solver: RowSolver; items: Side }[] {
    const { parts } = this;
    return (this.itemsFixed ??= sidesOf(parts, "item").map((items) => ({
      solver: new RowSolver(memberOptions(parts), items, parts.globalMean),
      items,
    })));
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

  /** The prediction, not clipped; the same bits as `writeScores`. */
  private score(user: number, item: number): number {
    const { globalMean, userFactors, itemFactors, userBias, itemBias } = this.parts;
    return (
      globalMean + userBias[user] + itemBias[item] + dot(userFactors, user, itemFactors, item, this.rank)
    );
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

/** Room for one row solved against `items`. */
const visitorSide = (ids: Uint32Array, items: Side): Side => ({
  name: "user",
  ids,
  factors: new Float64Array(items.factors.length / items.ids.length),
  bias: new Float64Array(1),
});

/** Why a rating cannot be learned from; null where it can. */
export function refusedRating(rating: number, feedback: AlsModelParts["options"]["feedback"]): string | null {
  if (!Number.isFinite(rating)) return `rating is ${rating}, not a finite number`;
  if (feedback === "implicit" && rating <= 0)
    return `rating is ${rating}, and implicit feedback takes only ratings above 0`;
  return null;
}

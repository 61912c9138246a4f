import { selectTop, type AlsModel, type ScoredItem } from "../als";
import { WorkspaceError } from "../data";

export type SimilarityMetric = "cosine" | "euclidean";

/** A neighbour; `score` grows with likeness, `distance` falls with it. `item` is a dense index. */
export interface SimilarItem extends ScoredItem {
  /** Cosine: 1 − cos, 0 … 2. Euclidean: ‖q_i − q_j‖. */
  distance: number;
}

export interface SimilarOptions {
  /** "cosine" by default: the direction of taste, whatever the strength that popularity gives to a film's factors. */
  metric?: SimilarityMetric;
  /** Only items for which this is true are returned. `item` is a dense index. */
  accept?: (item: number) => boolean;
}

/**
 * The n items nearest to `item` in factor space, nearest first, by looking at every item: exact, O(items × rank).
 * Score: cos(q_i, q_j) for cosine, 1 / (1 + ‖q_i − q_j‖) for Euclidean. The item itself and items without
 * factors (no training rating) are left out.
 * @throws WorkspaceError INDEX_UNKNOWN for an item outside the model, ITEM_COLD for one without factors,
 *   OPTION_INVALID when n is not a whole number
 */
export function similarItems(
  model: AlsModel,
  item: number,
  n: number,
  options: SimilarOptions = {},
): SimilarItem[] {
  const { itemFactors, itemIds } = model.parts;
  const rank = model.rank;
  const items = itemIds.length;
  if (!Number.isInteger(item) || item < 0 || item >= items)
    throw new WorkspaceError("INDEX_UNKNOWN", `item ${item} is outside 0 … ${items - 1}`);
  const norm = (other: number): number => Math.sqrt(dot(itemFactors, other, other, rank));
  const ownNorm = norm(item);
  if (ownNorm === 0)
    throw new WorkspaceError("ITEM_COLD", `movie ${itemIds[item]} has no factors: it has no training rating`);

  const cosine = (options.metric ?? "cosine") === "cosine";
  const scores = new Float64Array(items);
  for (let other = 0; other < items; other++) {
    const otherNorm = norm(other);
    if (other === item || otherNorm === 0) scores[other] = -Infinity;
    else if (cosine) scores[other] = dot(itemFactors, item, other, rank) / (ownNorm * otherNorm);
    else scores[other] = 1 / (1 + distance(itemFactors, item, other, rank));
  }
  return selectTop(scores, n, options.accept).map((similar) => ({
    ...similar,
    distance: cosine ? 1 - similar.score : distance(itemFactors, item, similar.item, rank),
  }));
}

function dot(factors: Float64Array, a: number, b: number, rank: number): number {
  let sum = 0;
  for (let f = 0; f < rank; f++) sum += factors[a * rank + f] * factors[b * rank + f];
  return sum;
}

function distance(factors: Float64Array, a: number, b: number, rank: number): number {
  let sum = 0;
  for (let f = 0; f < rank; f++) sum += (factors[a * rank + f] - factors[b * rank + f]) ** 2;
  return Math.sqrt(sum);
}

import { seenBy } from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type Split } from "../data";
import type { Recommender } from "../recommend";
import { topLists, topListsInThreads, type ListHooks, type TopLists } from "./lists";
import { checkIndexSpace, present } from "./rating";

/**
 * What the libraries divide average precision by:
 *   "truncated"  min(k, number of relevant items): `implicit`, RecBole, `recommenders`' `map_at_k`, Spark's
 *                meanAveragePrecisionAt(k)
 *   "relevant"   number of relevant items: `recommenders`' `map`, Spark's meanAveragePrecision, trec_eval
 * A perfect list scores 1 only with the first when there are more relevant items than k.
 */
export type MapDenominator = "truncated" | "relevant";

/**
 * What becomes of users with held-out ratings of which none is relevant; no model can find anything for them:
 *   "left out"  not measured, but counted: `implicit`, RecBole; `recommenders`, where the test set is of relevant
 *               ratings; LensKit
 *   "zero"      0 in every metric: Spark
 */
export type WithoutRelevant = "left out" | "zero";

/**
 * The gain of finding an item:
 *   "binary"       1 for a relevant item: `implicit`, RecBole, Spark's ndcgAt, `recommenders`' default
 *   "linear"       the stars of every held-out rating: scikit-learn's ndcg_score, trec_eval, `recommenders`' "raw"
 *   "exponential"  2^stars − 1 of every held-out rating: XGBoost, LightGBM, Spark's ndcgAt given relevances,
 *                  `recommenders`' "exp"
 * The discount is 1 / log2(position + 1) in all of them. (`recommenders` takes the natural logarithm by default; the
 * quotient is the same.)
 */
export type Gain = "binary" | "linear" | "exponential";

export interface RankingOptions {
  /** Length of the list; 10 by default. */
  k?: number;
  /** A held-out rating of at least so many stars is relevant; 4 by default. */
  relevantFrom?: number;
  /** "truncated" by default. */
  mapDenominator?: MapDenominator;
  /** "binary" by default. */
  gain?: Gain;
  /** "left out" by default. */
  withoutRelevant?: WithoutRelevant;
}

export const RANKING_METRICS = ["precision", "recall", "ndcg", "map", "mrr", "hitRate", "auc"] as const;

/** Each is the mean over users of the value that the function of that name below gives. */
export type RankingMetricName = (typeof RANKING_METRICS)[number];

export type RankingScores = { users: number } & Record<RankingMetricName, number>;

export interface RankingMetrics extends RankingScores {
  k: number;
  relevantFrom: number;
  /** Users with held-out ratings of which none is relevant; see `WithoutRelevant`. */
  usersWithoutRelevant: number;
  /** Relevant held-out ratings of the users measured, and how many of them no model can find, the item being cold. */
  relevantItems: number;
  coldRelevantItems: number;
  /** Users with a training rating; null where there is none. */
  warm: RankingScores | null;
  /** Users without a training rating. */
  cold: RankingScores | null;
  /** Values of each user measured, at one position in every array; `users` ascending dense indices. */
  perUser: { users: Uint32Array } & Record<RankingMetricName, Float64Array>;
}

/**
 * Hits among the first k, over k. A list shorter than k is still divided by k, as in Spark and `recommenders`
 * (`implicit` divides by min(k, relevant)). Source of all definitions here unless named: Järvelin and
 * Kekäläinen 2002 for DCG, Manning, Raghavan and Schütze 2008 ch. 8 for the others.
 */
export function precisionAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return hitsAt(list, relevant, k) / k;
}

/** Hits among the first k, over the number of relevant items. */
export function recallAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return hitsAt(list, relevant, k) / relevant.size;
}

/** 1 if there is a hit among the first k, else 0. */
export function hitRateAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  return hitsAt(list, relevant, k) > 0 ? 1 : 0;
}

/** 1 over the position (from 1) of the first hit among the first k, else 0. Source: Voorhees 1999. */
export function reciprocalRankAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  for (let at = 0; at < Math.min(k, list.length); at++) if (relevant.has(list[at])) return 1 / (at + 1);
  return 0;
}

/** The sum, over the hits among the first k, of the precision at their positions, divided as `denominator` says. */
export function averagePrecisionAt(
  list: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
  denominator: MapDenominator = "truncated",
): number {
  let hits = 0;
  let sum = 0;
  for (let at = 0; at < Math.min(k, list.length); at++) if (relevant.has(list[at])) sum += ++hits / (at + 1);
  return sum / (denominator === "truncated" ? Math.min(k, relevant.size) : relevant.size);
}

/**
 * DCG / ideal DCG, DCG = Σ gain / log2(position + 1) over the first k positions (from 1), ideal: the largest
 * gains first. @param gains item → gain > 0; items that are absent gain nothing
 */
export function ndcgAt(list: ArrayLike<number>, gains: ReadonlyMap<number, number>, k: number): number {
  let gained = 0;
  for (let at = 0; at < Math.min(k, list.length); at++)
    gained += (gains.get(list[at]) ?? 0) / Math.log2(at + 2);
  const best = [...gains.values()].sort((a, b) => b - a).slice(0, k);
  return gained / best.reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
}

/**
 * Limited AUC: the share of pairs of a relevant and another item that are in the right order, where only the first k
 * are in order and what is behind them ties (counts half). With k the whole catalogue it is the area under the ROC
 * curve, as scikit-learn's roc_auc_score, save that the list has already broken ties. A relevant item that cannot be
 * recommended is never in the list. Source: Schröder, Thiele and Lehner 2011, "Setting Goals and Choosing Metrics for
 * Recommender System Evaluations" (as `implicit`'s `AUC_at_k`, which counts seen items among the others, too).
 * @param others number of items that could have been recommended and are not relevant; where 0, no pair can be wrong
 *   and the share of relevant items found is given
 */
export function aucAt(
  list: ArrayLike<number>,
  relevant: ReadonlySet<number>,
  k: number,
  others: number,
): number {
  let hits = 0;
  let misses = 0;
  let right = 0;
  for (let at = 0; at < Math.min(k, list.length); at++)
    if (relevant.has(list[at])) hits++;
    else {
      misses++;
      right += hits;
    }
  if (others === 0) return hits / relevant.size;
  const behind = Math.max(0, others - misses);
  return (right + ((hits + relevant.size) / 2) * behind) / (relevant.size * Math.max(others, misses));
}

/**
 * Ranks all unseen items of every user with a held-out rating and measures the best k.
 * @param model trained on `split.train`
 * @throws WorkspaceError METRIC_EMPTY when no user has a relevant item, INDEX_UNKNOWN, OPTION_INVALID
 */
export function rankingMetrics(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions = {},
): RankingMetrics {
  checkIndexSpace(model, split.test);
  const lists = topLists(model, ratingsByUser(split.train), heldOutUsers(split.test), options.k ?? 10);
  return rankingMetricsOf(lists, split, options);
}

/** The same as `rankingMetrics`, its lists made in threads where the model can. Throws TRAINING_ABORTED after `signal`, too. */
export async function rankingMetricsInThreads(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions & ListHooks = {},
): Promise<RankingMetrics> {
  checkIndexSpace(model, split.test);
  const users = heldOutUsers(split.test);
  const lists = await topListsInThreads(model, ratingsByUser(split.train), users, options.k ?? 10, options);
  return rankingMetricsOf(lists, split, options);
}

/** Users with a rating in `test`, ascending dense indices. */
export function heldOutUsers(test: Dataset): Uint32Array {
  return Uint32Array.from(new Set(test.users)).sort();
}

/** As `rankingMetrics`, of lists already made; `options.k` is theirs. */
export function rankingMetricsOf(
  lists: TopLists,
  split: Pick<Split, "train" | "test">,
  options: RankingOptions = {},
): RankingMetrics {
  const { relevantFrom = 4, mapDenominator = "truncated", gain = "binary" } = options;
  const { withoutRelevant = "left out" } = options;
  const { k } = lists;
  const heldOut = ratingsByUser(split.test);
  const seen = lists.seen ?? ratingsByUser(split.train);
  const userKnown = present(split.train.users, split.train.userIds.length);
  const itemKnown = present(split.train.items, split.train.itemIds.length);
  const catalogue = itemKnown.reduce((sum, known) => sum + known, 0);
  const measured: { user: number; values: Record<RankingMetricName, number> }[] = [];
  let usersWithoutRelevant = 0;
  let relevantItems = 0;
  let coldRelevantItems = 0;

  lists.users.forEach((user, at) => {
    const list = lists.lists[at];
    const relevant = new Set<number>();
    const gains = new Map<number, number>();
    for (let p = heldOut.rowStart[user]; p < heldOut.rowStart[user + 1]; p++) {
      const [item, stars] = [heldOut.columns[p], heldOut.values[p]];
      if (stars >= relevantFrom) relevant.add(item);
      if (gain !== "binary") gains.set(item, gain === "linear" ? stars : 2 ** stars - 1);
      else if (stars >= relevantFrom) gains.set(item, 1);
    }
    if (relevant.size === 0) {
      usersWithoutRelevant++;
      if (withoutRelevant === "zero") measured.push({ user, values: each(RANKING_METRICS, () => 0) });
      return;
    }
    const own = seenBy(seen, user);
    let others = catalogue - own.filter((item) => itemKnown[item] === 1).length;
    for (const item of relevant)
      if (itemKnown[item] === 0) coldRelevantItems++;
      else if (!own.includes(item)) others--;
    relevantItems += relevant.size;
    measured.push({
      user,
      values: {
        precision: precisionAt(list, relevant, k),
        recall: recallAt(list, relevant, k),
        ndcg: ndcgAt(list, gains, k),
        map: averagePrecisionAt(list, relevant, k, mapDenominator),
        mrr: reciprocalRankAt(list, relevant, k),
        hitRate: hitRateAt(list, relevant, k),
        auc: aucAt(list, relevant, k, others),
      },
    });
  });

  const valuesOf = (rows: typeof measured, metric: RankingMetricName): Float64Array =>
    Float64Array.from(rows, ({ values }) => values[metric]);
  const scores = (rows: typeof measured): RankingScores | null =>
    rows.length === 0
      ? null
      : { users: rows.length, ...each(RANKING_METRICS, (metric) => mean(valuesOf(rows, metric))) };
  const all = scores(measured);
  if (all === null || usersWithoutRelevant === lists.users.length)
    throw new WorkspaceError(
      "METRIC_EMPTY",
      `${split.test.name}: no user has a held-out rating of at least ${relevantFrom} stars`,
    );
  return {
    ...all,
    k,
    relevantFrom,
    usersWithoutRelevant,
    relevantItems,
    coldRelevantItems,
    warm: scores(measured.filter(({ user }) => userKnown[user] === 1)),
    cold: scores(measured.filter(({ user }) => userKnown[user] === 0)),
    perUser: {
      users: Uint32Array.from(measured, ({ user }) => user),
      ...each(RANKING_METRICS, (metric) => valuesOf(measured, metric)),
    },
  };
}

function hitsAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number {
  let hits = 0;
  for (let at = 0; at < Math.min(k, list.length); at++) if (relevant.has(list[at])) hits++;
  return hits;
}

/** A record of one value for each name. */
export function each<Name extends string, T>(names: readonly Name[], of: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, T>;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

import { type Dataset, type Split } from "../data";
import type { Recommender } from "../recommend";
import { type ListHooks, type TopLists } from "./lists";
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
export declare const RANKING_METRICS: readonly ["precision", "recall", "ndcg", "map", "mrr", "hitRate", "auc"];
/** Each is the mean over users of the value that the function of that name below gives. */
export type RankingMetricName = (typeof RANKING_METRICS)[number];
export type RankingScores = {
    users: number;
} & Record<RankingMetricName, number>;
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
    perUser: {
        users: Uint32Array;
    } & Record<RankingMetricName, Float64Array>;
}
/**
 * Hits among the first k, over k. A list shorter than k is still divided by k, as in Spark and `recommenders`
 * (`implicit` divides by min(k, relevant)). Source of all definitions here unless named: Järvelin and
 * Kekäläinen 2002 for DCG, Manning, Raghavan and Schütze 2008 ch. 8 for the others.
 */
export declare function precisionAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number;
/** Hits among the first k, over the number of relevant items. */
export declare function recallAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number;
/** 1 if there is a hit among the first k, else 0. */
export declare function hitRateAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number;
/** 1 over the position (from 1) of the first hit among the first k, else 0. Source: Voorhees 1999. */
export declare function reciprocalRankAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number): number;
/** The sum, over the hits among the first k, of the precision at their positions, divided as `denominator` says. */
export declare function averagePrecisionAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number, denominator?: MapDenominator): number;
/**
 * DCG / ideal DCG, DCG = Σ gain / log2(position + 1) over the first k positions (from 1), ideal: the largest
 * gains first. @param gains item → gain > 0; items that are absent gain nothing
 */
export declare function ndcgAt(list: ArrayLike<number>, gains: ReadonlyMap<number, number>, k: number): number;
/**
 * Limited AUC: the share of pairs of a relevant and another item that are in the right order, where only the first k
 * are in order and what is behind them ties (counts half). With k the whole catalogue it is the area under the ROC
 * curve, as scikit-learn's roc_auc_score, save that the list has already broken ties. A relevant item that cannot be
 * recommended is never in the list. Source: Schröder, Thiele and Lehner 2011, "Setting Goals and Choosing Metrics for
 * Recommender System Evaluations" (as `implicit`'s `AUC_at_k`, which counts seen items among the others, too).
 * @param others number of items that could have been recommended and are not relevant; where 0, no pair can be wrong
 *   and the share of relevant items found is given
 */
export declare function aucAt(list: ArrayLike<number>, relevant: ReadonlySet<number>, k: number, others: number): number;
/**
 * Ranks all unseen items of every user with a held-out rating and measures the best k.
 * @param model trained on `split.train`
 * @throws WorkspaceError METRIC_EMPTY when no user has a relevant item, INDEX_UNKNOWN, OPTION_INVALID
 */
export declare function rankingMetrics(model: Recommender, split: Pick<Split, "train" | "test">, options?: RankingOptions): RankingMetrics;
/** The same as `rankingMetrics`, its lists made in threads where the model can. Throws TRAINING_ABORTED after `signal`, too. */
export declare function rankingMetricsInThreads(model: Recommender, split: Pick<Split, "train" | "test">, options?: RankingOptions & ListHooks): Promise<RankingMetrics>;
/** Users with a rating in `test`, ascending dense indices. */
export declare function heldOutUsers(test: Dataset): Uint32Array;
/** As `rankingMetrics`, of lists already made; `options.k` is theirs. */
export declare function rankingMetricsOf(lists: TopLists, split: Pick<Split, "train" | "test">, options?: RankingOptions): RankingMetrics;
/** A record of one value for each name. */
export declare function each<Name extends string, T>(names: readonly Name[], of: (name: Name) => T): Record<Name, T>;

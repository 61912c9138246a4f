import { type BootstrapOptions, type Estimate, type UserStatistic } from "./bootstrap";
import type { Evaluation, ScoreboardRow } from "./scoreboard";
/** Everything that is measured of a model and has an interval and a paired test. */
export declare const MEASURES: readonly ["rmse", "mae", "r2", "precision", "recall", "ndcg", "map", "mrr", "hitRate", "auc", "coverage", "gini", "novelty", "diversity", "unexpectedness", "serendipity", "popularity", "popularityLift", "miscalibration"];
export type Measure = (typeof MEASURES)[number];
/**
 * Each measure as sums of users: what `bootstrap`, `pairedBootstrap` and `pooled` (over folds) take. Null where the
 * measure does not exist for the model, or has a value but no interval.
 */
export declare function statisticsOf(evaluation: Evaluation): Record<Measure, UserStatistic | null>;
/**
 * Each measure over several splits, as the folds of a cross-validation are: sums of each user over all of them. Null
 * where the measure exists in none; figures of catalogues (coverage, Gini) are means over the splits.
 * @throws WorkspaceError METRIC_EMPTY without an evaluation
 */
export declare function pooledStatistics(evaluations: readonly Evaluation[]): Record<Measure, UserStatistic | null>;
/** The value of each measure and, by `bootstrap`, its interval. */
export declare function estimatesOf(evaluation: Evaluation, options?: BootstrapOptions): Pick<ScoreboardRow, Measure>;
/** The same over several splits; null where a measure exists in none. */
export declare function pooledEstimates(evaluations: readonly Evaluation[], options?: BootstrapOptions): Record<Measure, Estimate | null>;

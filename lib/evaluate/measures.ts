import {
  bootstrap,
  meanOverUsers,
  pooled,
  type BootstrapOptions,
  type Estimate,
  type UserStatistic,
} from "./bootstrap";
import { each, RANKING_METRICS, type RankingMetricName } from "./ranking";
import { maeOverUsers, r2OverUsers, rmseOverUsers } from "./rating";
import type { Evaluation, ScoreboardRow } from "./scoreboard";

const RATING_MEASURES = ["rmse", "mae", "r2"] as const;

const LIST_MEASURES = [
  "coverage",
  "gini",
  "novelty",
  "diversity",
  "unexpectedness",
  "serendipity",
  "popularity",
  "popularityLift",
  "miscalibration",
] as const;

/** Everything that is measured of a model and has an interval and a paired test. */
export const MEASURES = [...RATING_MEASURES, ...RANKING_METRICS, ...LIST_MEASURES] as const;

export type Measure = (typeof MEASURES)[number];

/**
 * Each measure as sums of users: what `bootstrap`, `pairedBootstrap` and `pooled` (over folds) take. Null where the
 * measure does not exist for the model, or has a value but no interval.
 */
export function statisticsOf(evaluation: Evaluation): Record<Measure, UserStatistic | null> {
  const { rating, ranking } = evaluation;
  return {
    rmse: rating && rmseOverUsers(rating.perUser),
    mae: rating && maeOverUsers(rating.perUser),
    r2: rating && r2OverUsers(rating.perUser),
    ...each(RANKING_METRICS, (metric) => meanOverUsers(ranking.perUser.users, ranking.perUser[metric])),
    ...each(LIST_MEASURES, (measure) => evaluation[measure].statistic),
  };
}

/**
 * Each measure over several splits, as the folds of a cross-validation are: sums of each user over all of them. Null
 * where the measure exists in none; figures of catalogues (coverage, Gini) are means over the splits.
 * @throws WorkspaceError METRIC_EMPTY without an evaluation
 */
export function pooledStatistics(evaluations: readonly Evaluation[]): Record<Measure, UserStatistic | null> {
  const all = evaluations.map(statisticsOf);
  return each(MEASURES, (measure) => {
    const own = all.map((statistics) => statistics[measure]);
    return own.length > 0 && own.every((statistic) => statistic === null)
      ? null
      : pooled(own.filter((statistic) => statistic !== null));
  });
}

/** The value of each measure and, by `bootstrap`, its interval. */
export function estimatesOf(
  evaluation: Evaluation,
  options: BootstrapOptions = {},
): Pick<ScoreboardRow, Measure> {
  const { rating, ranking } = evaluation;
  const statistics = statisticsOf(evaluation);
  const estimate = (measure: Measure, value: number): Estimate => {
    const statistic = statistics[measure];
    return statistic === null
      ? { value, low: null, high: null }
      : { ...bootstrap(statistic, options), value };
  };
  const ofLists = (measure: (typeof LIST_MEASURES)[number]): Estimate | null => {
    const { value } = evaluation[measure];
    return value === null ? null : estimate(measure, value);
  };
  return {
    rmse: rating && estimate("rmse", rating.rmse),
    mae: rating && estimate("mae", rating.mae),
    r2: rating === null || rating.r2 === null ? null : estimate("r2", rating.r2),
    ...each<RankingMetricName, Estimate>(RANKING_METRICS, (metric) => estimate(metric, ranking[metric])),
    ...each(LIST_MEASURES, ofLists),
    coverage: estimate("coverage", evaluation.coverage.value),
  };
}

/** The same over several splits; null where a measure exists in none. */
export function pooledEstimates(
  evaluations: readonly Evaluation[],
  options: BootstrapOptions = {},
): Record<Measure, Estimate | null> {
  const statistics = pooledStatistics(evaluations);
  return each(MEASURES, (measure) => {
    const statistic = statistics[measure];
    return statistic && bootstrap(statistic, options);
  });
}

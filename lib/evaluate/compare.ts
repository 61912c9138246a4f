import { WorkspaceError } from "../data";
import {
  meanOverUsers,
  pairedBootstrap,
  type BootstrapOptions,
  type PairedDifference,
  type UserStatistic,
} from "./bootstrap";
import type { RankingMetricName } from "./ranking";
import { maeOverUsers, rmseOverUsers } from "./rating";
import type { Evaluation } from "./scoreboard";

export type ComparedMetric = "rmse" | "mae" | RankingMetricName;

/**
 * Paired bootstrap test between two models measured on one split with the same options; the difference is
 * first − second, so better is above 0 for ranking metrics and below 0 for errors.
 * @throws WorkspaceError METRIC_EMPTY when a model has no such figure, OPTION_INVALID when the users differ
 */
export function compareModels(
  first: Evaluation,
  second: Evaluation,
  metric: ComparedMetric,
  options: BootstrapOptions = {},
): PairedDifference {
  return pairedBootstrap(statisticOf(first, metric), statisticOf(second, metric), options);
}

function statisticOf({ rating, ranking }: Evaluation, metric: ComparedMetric): UserStatistic {
  if (metric !== "rmse" && metric !== "mae")
    return meanOverUsers(ranking.perUser.users, ranking.perUser[metric]);
  if (rating === null)
    throw new WorkspaceError("METRIC_EMPTY", `a model of preferences has no ${metric.toUpperCase()}`);
  return metric === "rmse" ? rmseOverUsers(rating.perUser) : maeOverUsers(rating.perUser);
}

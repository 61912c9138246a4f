import { WorkspaceError } from "../data";
import {
  pairedBootstrap,
  type BootstrapOptions,
  type PairedDifference,
  type UserStatistic,
} from "./bootstrap";
import { statisticsOf, type Measure } from "./measures";
import type { Evaluation } from "./scoreboard";

/**
 * Paired bootstrap test between two models measured on one split with the same options; the difference is
 * first − second, so better is above 0 for ranking metrics and below 0 for errors.
 * @throws WorkspaceError METRIC_EMPTY when a model has no such figure, OPTION_INVALID when the users differ
 */
export function compareModels(
  first: Evaluation,
  second: Evaluation,
  measure: Measure,
  options: BootstrapOptions = {},
): PairedDifference {
  return pairedBootstrap(statisticOf(first, measure), statisticOf(second, measure), options);
}

function statisticOf(evaluation: Evaluation, measure: Measure): UserStatistic {
  const statistic = statisticsOf(evaluation)[measure];
  if (statistic === null)
    throw new WorkspaceError("METRIC_EMPTY", `one of the two models has no ${measure} over users to compare`);
  return statistic;
}

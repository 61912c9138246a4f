export * from "./beyond-accuracy";
export * from "./blend";
export * from "./bootstrap";
export * from "./claims";
export * from "./cold-start";
export * from "./compare";
export * from "./criteria";
export * from "./foreign-test";
export * from "./leak-check";
export * from "./learning-curve";
export * from "./lists";
export * from "./measures";
export * from "./new-movies";
export * from "./panel";
export * from "./protocol";
export {
  RANKING_METRICS,
  aucAt,
  averagePrecisionAt,
  hitRateAt,
  ndcgAt,
  precisionAt,
  rankingMetrics,
  rankingMetricsInThreads,
  recallAt,
  reciprocalRankAt,
} from "./ranking";
export type {
  Gain,
  MapDenominator,
  RankingMetricName,
  RankingMetrics,
  RankingOptions,
  RankingScores,
  WithoutRelevant,
} from "./ranking";
export { maeOverUsers, r2OverUsers, ratingMetrics, rmseOverUsers } from "./rating";
export type { RatingErrorsByUser, RatingMetrics, RatingScores } from "./rating";
export * from "./scoreboard";
export * from "./search";
export * from "./segments";
export * from "./trade-off";
export { ofRandomUsers, type Better, type Trial, type TuningMetric } from "./trials";
export {
  tune,
  tuneGrid,
  type GridOptions,
  type SampledTuning,
  type TunedOption,
  type TunedTrial,
  type TuneOptions,
  type Tuning,
  type TuningGrid,
  type TuningRange,
  type TuningSpace,
} from "./tuning";

export * from "./beyond-accuracy";
export * from "./bootstrap";
export * from "./claims";
export * from "./cold-start";
export * from "./compare";
export * from "./criteria";
export * from "./foreign-test";
export * from "./lists";
export * from "./new-movies";
export * from "./protocol";
export {
  RANKING_METRICS,
  averagePrecisionAt,
  hitRateAt,
  ndcgAt,
  precisionAt,
  rankingMetrics,
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
} from "./ranking";
export { maeOverUsers, ratingMetrics, rmseOverUsers } from "./rating";
export type { RatingErrorsByUser, RatingMetrics, RatingScores } from "./rating";
export * from "./scoreboard";
export * from "./search";
export * from "./segments";
export * from "./trade-off";
export * from "./tuning";

export * from "./beyond-accuracy";
export * from "./blend";
export * from "./bootstrap";
export * from "./claims";
export * from "./compare";
export * from "./criteria";
export * from "./foreign-test";
export * from "./lists";
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
export * from "./tuning";

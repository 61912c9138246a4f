export * from "./baselines";
export { blendModel, type BlendModel, type BlendOptions, type BlendPart } from "./blend";
export { bprModel, type BprModel, type BprOptions } from "./bpr";
export { easeModel, type EaseModel, type EaseOptions } from "./ease";
export { CalibratedModel, learnCalibration, type Calibration } from "./calibrated";
export * from "./content";
export * from "./explanation";
export * from "./ladder";
export * from "./lister";
export { lshIndex, lshIndexInSlices, type LshIndex, type LshOptions } from "./lsh";
export * from "./lsh-curve";
export * from "./movie-filter";
export {
  itemKnnModel,
  userKnnModel,
  type ItemKnnModel,
  type NeighbourOptions,
  type UserKnnModel,
} from "./neighbours";
export type { PreferenceOptions, Recency, VisitorRecommender } from "./preferences";
export { itemKnnRatingModel, userKnnRatingModel, type RatingNeighbourOptions } from "./rating-neighbours";
export * from "./re-rank";
export * from "./recommender";
export * from "./segment";
export * from "./served";
export {
  exactSearch,
  similarFilter,
  similarItems,
  similarMovies,
  type Nearest,
  type NearestOptions,
  type SimilarItem,
  type SimilarityMetric,
  type SimilaritySearch,
  type SimilarMovie,
  type SimilarOptions,
} from "./similar";
export * from "./vectors";
export * from "./visitor";

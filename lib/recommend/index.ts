export * from "./baselines";
export * from "./blend";
export * from "./ease";
export * from "./ladder";
export * from "./movie-filter";
export {
  itemKnnModel,
  userKnnModel,
  type ItemKnnModel,
  type NeighbourOptions,
  type UserKnnModel,
} from "./neighbours";
export type { PreferenceOptions, VisitorRecommender } from "./preferences";
export * from "./rating-neighbours";
export * from "./recommender";
export * from "./similar";

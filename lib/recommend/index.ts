export * from "./baselines";
export * from "./ladder";
export * from "./movie-filter";
export * from "./recommender";
export * from "./similar";

export * from "./recommender";

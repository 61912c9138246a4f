export { parseSparkAddress, type SparkAddress } from "./address";
export { Batch, type LocalColumn, type NumberColumn } from "./batch";
export type { SparkProgress, WaitOptions } from "./connection";
export { Frame, type WriteOptions } from "./frame";
export type { Parameter } from "./literal";
export { SparkModel, type Parameters } from "./model";
export { SparkSession, sparkRemote, withSpark, type ReadOptions, type SparkOptions } from "./session";
export * from "./lists";
export {
  askedOnSpark,
  coldOnSpark,
  errorsOnSpark,
  rankingOnSpark,
  sendModel,
  type ErrorsOnSpark,
  type ModelOnSpark,
  type RankingOnSpark,
} from "./measures";
export * from "./ratings";
export type { SendOptions } from "./send";
export * from "./training";

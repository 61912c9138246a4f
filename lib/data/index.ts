export * from "../errors";
export * from "./dataset";
export * from "./duckdb";
export * from "./fetch";
export * from "./html";
export * from "./paths";
export * from "./prepare";
export * from "./quality";
export * from "./random";
export * from "./rating-hash";
export * from "./read";
export * from "./rules";
export * from "./slices";
export * from "./split";
export * from "./version";
export * from "./write";
export { parseTitle } from "./movies";
export {
  LAYOUTS,
  openPublished,
  type Layout,
  type LayoutName,
  type PublishedData,
  type PublishedFile,
} from "./published";
export { EARLIEST, parseRating, type PublishedRating, type RatingLimits } from "./ratings";

export * from "../errors";
export * from "./dataset";
export * from "./duckdb";
export * from "./paths";
export * from "./random";

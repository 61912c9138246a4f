export * from "./chart";
export * from "./engine";
export { template as chartTemplate } from "./theme";
export type { Figure } from "./figure";
export * from "./measured";
export * from "./parameters";
export * from "./records";
export * from "./table";
export * from "./study";

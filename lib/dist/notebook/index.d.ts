export * from "./chart";
export type { Figure } from "./figure";
export * from "./measured";
export * from "./parameters";
export * from "./records";
export * from "./table";
export * from "./study";

export * from "./chart";
export type { Figure } from "./figure";
export * from "./parameters";
export * from "./records";
export * from "./table";
export * from "./study";

export * from "./insights";
export * from "./queries";
export * from "./rows";
export * from "./run";
export * from "./warehouse";
export type { ColumnDescription, ColumnKind } from "./sql-files";

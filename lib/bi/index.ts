export * from "./dashboards";
export * from "./elastic";
export * from "./insights";
export * from "./queries";
export * from "./rows";
export * from "./run";
export * from "./spark-warehouse";
export {
  checkAskable,
  NO_GENRE,
  openWarehouse,
  withWarehouse,
  type SqlWarehouse,
  type Warehouse,
} from "./warehouse";
export type { ColumnDescription, ColumnKind } from "./sql-files";

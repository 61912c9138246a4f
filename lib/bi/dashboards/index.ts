export * from "./cubes";
export * from "./dashboards";
export * from "./import";
export * from "./kibana";
export * from "./model";
export * from "./validate";

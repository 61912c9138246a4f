export * from "./dashboards";
export * from "./kibana";
export * from "./model";
export * from "./validate";

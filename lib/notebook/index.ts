export * from "./chart";
export * from "./parameters";
export * from "./records";
export * from "./table";
export * from "./study";

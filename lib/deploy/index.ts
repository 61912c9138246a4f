export * from "./drift";
export * from "./model-file";
export * from "./monitoring";
export * from "./parity";
export * from "./server";

export * from "./drift";
export * from "./events";
export * from "./model-file";
export * from "./monitoring";
export * from "./parity";
export * from "./server";

export { AlsModel } from "./model";
export { completeOptions, defaultOptions } from "./options";
export { seenBy, selectTop, topUnseen } from "./select-top";
export { train } from "./train";
export * from "./types";

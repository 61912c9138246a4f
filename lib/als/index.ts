export { AlsModel } from "./model";
export { naiveTrain, type NaiveModel, type RatingMatrix } from "./naive";
export { completeOptions, defaultOptions } from "./options";
export { seenBy, selectTop, topUnseen } from "./select-top";
export { train } from "./train";
export * from "./types";

export { AlsModel } from "./model";
export { naiveTrain, type NaiveModel, type RatingMatrix } from "./naive";
export { completeOptions, defaultOptions } from "./options";
export { seenBy, selectTop, topUnseen } from "./select-top";
export { type Checkpoint } from "./engine/checkpoint";
export { train } from "./train";
export { trainFloat64 } from "./train-float64";
export * from "./types";

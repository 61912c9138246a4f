export { AlsModel } from "./model";
export { naiveTrain, type NaiveModel, type RatingMatrix } from "./naive";
export { completeOptions, defaultOptions } from "./options";
export { seenBy, selectTop, topUnseen } from "./select-top";
export { loadCheckpoint, saveCheckpoint, type Checkpoint } from "./engine/checkpoint";
export { Factorisation, type Problem, type Side as EngineSide, type Solver } from "./engine/factorisation";
export { train } from "./train";
export { trainFloat64 } from "./train-float64";
export * from "./types";

export { solveCholesky } from "./cholesky";
export { AlsModel } from "./model";
export { naiveTrain, type NaiveModel, type RatingMatrix } from "./naive";
export { compileKernels, instantiateKernels, type Kernels } from "./engine/kernels";
export { completeOptions, defaultOptions } from "./options";
export { partialFit } from "./partial-fit";
export { seenBy, selectTop, topUnseen } from "./select-top";
export { loadCheckpoint, saveCheckpoint, type Checkpoint } from "./engine/checkpoint";
export { iterationNanoseconds, sweepNanoseconds, type SweepShape } from "./engine/cost";
export {
  Factorisation,
  paddedRank,
  type Problem,
  type Side as EngineSide,
  type Solver,
} from "./engine/factorisation";
export { iterate, planOf, problemOf, train, type TrainingPlan } from "./train";
export { trainFloat64 } from "./train-float64";
export * from "./types";

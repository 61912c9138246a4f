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
  factorisationBytes,
  paddedRank,
  type DatasetSizes,
  type Problem,
  type Side as EngineSide,
  type Solver,
} from "./engine/factorisation";
export { LARGEST_MEMORY } from "./engine/layout";
export { iterate, planOf, problemOf, train, type TrainingPlan } from "./train";
export { trainFloat64 } from "./train-float64";
export * from "./types";

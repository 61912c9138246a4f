"use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __exportStar = (this && this.__exportStar) || function(m, exports) {
    for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.trainFloat64 = exports.train = exports.problemOf = exports.planOf = exports.iterate = exports.paddedRank = exports.Factorisation = exports.sweepNanoseconds = exports.iterationNanoseconds = exports.saveCheckpoint = exports.loadCheckpoint = exports.topUnseen = exports.selectTop = exports.seenBy = exports.partialFit = exports.defaultOptions = exports.completeOptions = exports.instantiateKernels = exports.compileKernels = exports.naiveTrain = exports.AlsModel = exports.solveCholesky = void 0;
var cholesky_1 = require("./cholesky");
Object.defineProperty(exports, "solveCholesky", { enumerable: true, get: function () { return cholesky_1.solveCholesky; } });
var model_1 = require("./model");
Object.defineProperty(exports, "AlsModel", { enumerable: true, get: function () { return model_1.AlsModel; } });
var naive_1 = require("./naive");
Object.defineProperty(exports, "naiveTrain", { enumerable: true, get: function () { return naive_1.naiveTrain; } });
var kernels_1 = require("./engine/kernels");
Object.defineProperty(exports, "compileKernels", { enumerable: true, get: function () { return kernels_1.compileKernels; } });
Object.defineProperty(exports, "instantiateKernels", { enumerable: true, get: function () { return kernels_1.instantiateKernels; } });
var options_1 = require("./options");
Object.defineProperty(exports, "completeOptions", { enumerable: true, get: function () { return options_1.completeOptions; } });
Object.defineProperty(exports, "defaultOptions", { enumerable: true, get: function () { return options_1.defaultOptions; } });
var partial_fit_1 = require("./partial-fit");
Object.defineProperty(exports, "partialFit", { enumerable: true, get: function () { return partial_fit_1.partialFit; } });
var select_top_1 = require("./select-top");
Object.defineProperty(exports, "seenBy", { enumerable: true, get: function () { return select_top_1.seenBy; } });
Object.defineProperty(exports, "selectTop", { enumerable: true, get: function () { return select_top_1.selectTop; } });
Object.defineProperty(exports, "topUnseen", { enumerable: true, get: function () { return select_top_1.topUnseen; } });
var checkpoint_1 = require("./engine/checkpoint");
Object.defineProperty(exports, "loadCheckpoint", { enumerable: true, get: function () { return checkpoint_1.loadCheckpoint; } });
Object.defineProperty(exports, "saveCheckpoint", { enumerable: true, get: function () { return checkpoint_1.saveCheckpoint; } });
var cost_1 = require("./engine/cost");
Object.defineProperty(exports, "iterationNanoseconds", { enumerable: true, get: function () { return cost_1.iterationNanoseconds; } });
Object.defineProperty(exports, "sweepNanoseconds", { enumerable: true, get: function () { return cost_1.sweepNanoseconds; } });
var factorisation_1 = require("./engine/factorisation");
Object.defineProperty(exports, "Factorisation", { enumerable: true, get: function () { return factorisation_1.Factorisation; } });
Object.defineProperty(exports, "paddedRank", { enumerable: true, get: function () { return factorisation_1.paddedRank; } });
var train_1 = require("./train");
Object.defineProperty(exports, "iterate", { enumerable: true, get: function () { return train_1.iterate; } });
Object.defineProperty(exports, "planOf", { enumerable: true, get: function () { return train_1.planOf; } });
Object.defineProperty(exports, "problemOf", { enumerable: true, get: function () { return train_1.problemOf; } });
Object.defineProperty(exports, "train", { enumerable: true, get: function () { return train_1.train; } });
var train_float64_1 = require("./train-float64");
Object.defineProperty(exports, "trainFloat64", { enumerable: true, get: function () { return train_float64_1.trainFloat64; } });
__exportStar(require("./types"), exports);
//# sourceMappingURL=index.js.map
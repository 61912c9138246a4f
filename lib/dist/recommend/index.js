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
exports.similarMovies = exports.similarItems = exports.similarFilter = exports.exactSearch = exports.userKnnRatingModel = exports.itemKnnRatingModel = exports.userKnnModel = exports.itemKnnModel = exports.lshIndexInSlices = exports.lshIndex = exports.learnCalibration = exports.CalibratedModel = exports.easeModel = exports.blendModel = void 0;
__exportStar(require("./baselines"), exports);
var blend_1 = require("./blend");
Object.defineProperty(exports, "blendModel", { enumerable: true, get: function () { return blend_1.blendModel; } });
var ease_1 = require("./ease");
Object.defineProperty(exports, "easeModel", { enumerable: true, get: function () { return ease_1.easeModel; } });
var calibrated_1 = require("./calibrated");
Object.defineProperty(exports, "CalibratedModel", { enumerable: true, get: function () { return calibrated_1.CalibratedModel; } });
Object.defineProperty(exports, "learnCalibration", { enumerable: true, get: function () { return calibrated_1.learnCalibration; } });
__exportStar(require("./content"), exports);
__exportStar(require("./explanation"), exports);
__exportStar(require("./ladder"), exports);
var lsh_1 = require("./lsh");
Object.defineProperty(exports, "lshIndex", { enumerable: true, get: function () { return lsh_1.lshIndex; } });
Object.defineProperty(exports, "lshIndexInSlices", { enumerable: true, get: function () { return lsh_1.lshIndexInSlices; } });
__exportStar(require("./lsh-curve"), exports);
__exportStar(require("./movie-filter"), exports);
var neighbours_1 = require("./neighbours");
Object.defineProperty(exports, "itemKnnModel", { enumerable: true, get: function () { return neighbours_1.itemKnnModel; } });
Object.defineProperty(exports, "userKnnModel", { enumerable: true, get: function () { return neighbours_1.userKnnModel; } });
var rating_neighbours_1 = require("./rating-neighbours");
Object.defineProperty(exports, "itemKnnRatingModel", { enumerable: true, get: function () { return rating_neighbours_1.itemKnnRatingModel; } });
Object.defineProperty(exports, "userKnnRatingModel", { enumerable: true, get: function () { return rating_neighbours_1.userKnnRatingModel; } });
__exportStar(require("./re-rank"), exports);
__exportStar(require("./recommender"), exports);
__exportStar(require("./segment"), exports);
var similar_1 = require("./similar");
Object.defineProperty(exports, "exactSearch", { enumerable: true, get: function () { return similar_1.exactSearch; } });
Object.defineProperty(exports, "similarFilter", { enumerable: true, get: function () { return similar_1.similarFilter; } });
Object.defineProperty(exports, "similarItems", { enumerable: true, get: function () { return similar_1.similarItems; } });
Object.defineProperty(exports, "similarMovies", { enumerable: true, get: function () { return similar_1.similarMovies; } });
__exportStar(require("./vectors"), exports);
__exportStar(require("./visitor"), exports);
//# sourceMappingURL=index.js.map
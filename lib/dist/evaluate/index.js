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
exports.tuneGrid = exports.tune = exports.ofRandomUsers = exports.rmseOverUsers = exports.ratingMetrics = exports.r2OverUsers = exports.maeOverUsers = exports.reciprocalRankAt = exports.recallAt = exports.rankingMetricsInThreads = exports.rankingMetrics = exports.precisionAt = exports.ndcgAt = exports.hitRateAt = exports.averagePrecisionAt = exports.aucAt = exports.RANKING_METRICS = void 0;
__exportStar(require("./beyond-accuracy"), exports);
__exportStar(require("./blend"), exports);
__exportStar(require("./bootstrap"), exports);
__exportStar(require("./claims"), exports);
__exportStar(require("./cold-start"), exports);
__exportStar(require("./compare"), exports);
__exportStar(require("./criteria"), exports);
__exportStar(require("./foreign-test"), exports);
__exportStar(require("./leak-check"), exports);
__exportStar(require("./learning-curve"), exports);
__exportStar(require("./lists"), exports);
__exportStar(require("./measures"), exports);
__exportStar(require("./new-movies"), exports);
__exportStar(require("./panel"), exports);
__exportStar(require("./protocol"), exports);
var ranking_1 = require("./ranking");
Object.defineProperty(exports, "RANKING_METRICS", { enumerable: true, get: function () { return ranking_1.RANKING_METRICS; } });
Object.defineProperty(exports, "aucAt", { enumerable: true, get: function () { return ranking_1.aucAt; } });
Object.defineProperty(exports, "averagePrecisionAt", { enumerable: true, get: function () { return ranking_1.averagePrecisionAt; } });
Object.defineProperty(exports, "hitRateAt", { enumerable: true, get: function () { return ranking_1.hitRateAt; } });
Object.defineProperty(exports, "ndcgAt", { enumerable: true, get: function () { return ranking_1.ndcgAt; } });
Object.defineProperty(exports, "precisionAt", { enumerable: true, get: function () { return ranking_1.precisionAt; } });
Object.defineProperty(exports, "rankingMetrics", { enumerable: true, get: function () { return ranking_1.rankingMetrics; } });
Object.defineProperty(exports, "rankingMetricsInThreads", { enumerable: true, get: function () { return ranking_1.rankingMetricsInThreads; } });
Object.defineProperty(exports, "recallAt", { enumerable: true, get: function () { return ranking_1.recallAt; } });
Object.defineProperty(exports, "reciprocalRankAt", { enumerable: true, get: function () { return ranking_1.reciprocalRankAt; } });
var rating_1 = require("./rating");
Object.defineProperty(exports, "maeOverUsers", { enumerable: true, get: function () { return rating_1.maeOverUsers; } });
Object.defineProperty(exports, "r2OverUsers", { enumerable: true, get: function () { return rating_1.r2OverUsers; } });
Object.defineProperty(exports, "ratingMetrics", { enumerable: true, get: function () { return rating_1.ratingMetrics; } });
Object.defineProperty(exports, "rmseOverUsers", { enumerable: true, get: function () { return rating_1.rmseOverUsers; } });
__exportStar(require("./scoreboard"), exports);
__exportStar(require("./search"), exports);
__exportStar(require("./segments"), exports);
__exportStar(require("./trade-off"), exports);
var trials_1 = require("./trials");
Object.defineProperty(exports, "ofRandomUsers", { enumerable: true, get: function () { return trials_1.ofRandomUsers; } });
var tuning_1 = require("./tuning");
Object.defineProperty(exports, "tune", { enumerable: true, get: function () { return tuning_1.tune; } });
Object.defineProperty(exports, "tuneGrid", { enumerable: true, get: function () { return tuning_1.tuneGrid; } });
//# sourceMappingURL=index.js.map
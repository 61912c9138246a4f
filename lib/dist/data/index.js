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
exports.parseRating = exports.LAYOUTS = exports.parseTitle = void 0;
__exportStar(require("../errors"), exports);
__exportStar(require("./dataset"), exports);
__exportStar(require("./duckdb"), exports);
__exportStar(require("./fetch"), exports);
__exportStar(require("./paths"), exports);
__exportStar(require("./prepare"), exports);
__exportStar(require("./quality"), exports);
__exportStar(require("./random"), exports);
__exportStar(require("./read"), exports);
__exportStar(require("./rules"), exports);
__exportStar(require("./slices"), exports);
__exportStar(require("./split"), exports);
__exportStar(require("./version"), exports);
var movies_1 = require("./movies");
Object.defineProperty(exports, "parseTitle", { enumerable: true, get: function () { return movies_1.parseTitle; } });
var published_1 = require("./published");
Object.defineProperty(exports, "LAYOUTS", { enumerable: true, get: function () { return published_1.LAYOUTS; } });
var ratings_1 = require("./ratings");
Object.defineProperty(exports, "parseRating", { enumerable: true, get: function () { return ratings_1.parseRating; } });
//# sourceMappingURL=index.js.map
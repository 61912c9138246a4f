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
__exportStar(require("./drift"), exports);
__exportStar(require("./gate"), exports);
__exportStar(require("./golden-queries"), exports);
__exportStar(require("./model-card"), exports);
__exportStar(require("./model-diff"), exports);
__exportStar(require("./events"), exports);
__exportStar(require("./model-file"), exports);
__exportStar(require("./monitoring"), exports);
__exportStar(require("./parity"), exports);
__exportStar(require("./promotion"), exports);
__exportStar(require("./registry"), exports);
__exportStar(require("./server"), exports);
//# sourceMappingURL=index.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
//# sourceMappingURL=figure.js.map
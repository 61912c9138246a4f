"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.libraryVersion = libraryVersion;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
/** The version of this library, as its package.json has it. */
function libraryVersion() {
    const text = (0, node_fs_1.readFileSync)((0, node_path_1.join)(__dirname, "..", "..", "package.json"), "utf8");
    return JSON.parse(text).version;
}
//# sourceMappingURL=version.js.map
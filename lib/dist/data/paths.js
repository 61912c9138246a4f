"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.projectPath = projectPath;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
/**
 * A path inside the project, wherever the caller's working directory is (a notebook's is its own folder).
 * The project is the nearest folder above this library that holds `notebooks/`.
 */
function projectPath(...segments) {
    return (0, node_path_1.join)(projectRoot(), ...segments);
}
let root;
function projectRoot() {
    if (root)
        return root;
    let folder = (0, node_fs_1.realpathSync)(__dirname);
    while (!(0, node_fs_1.existsSync)((0, node_path_1.join)(folder, "notebooks")) && (0, node_path_1.dirname)(folder) !== folder)
        folder = (0, node_path_1.dirname)(folder);
    return (root = folder);
}
//# sourceMappingURL=paths.js.map
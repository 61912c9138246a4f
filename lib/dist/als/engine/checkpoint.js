"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.saveCheckpoint = saveCheckpoint;
exports.loadCheckpoint = loadCheckpoint;
const promises_1 = require("node:fs/promises");
const node_v8_1 = require("node:v8");
/** Writes a checkpoint in one piece: a file of that name is either the old one or the new one. */
async function saveCheckpoint(path, checkpoint) {
    const part = `${path}.part`;
    try {
        await (0, promises_1.writeFile)(part, (0, node_v8_1.serialize)(checkpoint));
        await (0, promises_1.rename)(part, path);
    }
    catch (error) {
        await (0, promises_1.rm)(part, { force: true });
        throw error;
    }
}
async function loadCheckpoint(path) {
    return (0, node_v8_1.deserialize)(await (0, promises_1.readFile)(path));
}
//# sourceMappingURL=checkpoint.js.map
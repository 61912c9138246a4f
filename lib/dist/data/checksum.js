"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.fileDigest = fileDigest;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
/** Digest of a file, hexadecimal, read in constant memory. */
async function fileDigest(path, algorithm) {
    const hash = (0, node_crypto_1.createHash)(algorithm);
    for await (const chunk of (0, node_fs_1.createReadStream)(path, { highWaterMark: 1 << 20 }))
        hash.update(chunk);
    return hash.digest("hex");
}
//# sourceMappingURL=checksum.js.map
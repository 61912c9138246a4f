"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.placeFolder = placeFolder;
exports.syncFolder = syncFolder;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
/**
 * Puts a folder of files at `target`, whole or not at all, unless something stands there already: the files are
 * written and flushed in a hidden folder beside it, which is renamed last. Of several processes that place one target,
 * one does, whatever moment they choose: a folder with something in it is never renamed over.
 * @returns whether it was placed; false where `target` was there
 */
async function placeFolder(target, contents) {
    const parent = (0, node_path_1.dirname)(target);
    await (0, promises_1.mkdir)(parent, { recursive: true });
    const draft = (0, node_path_1.join)(parent, `.${(0, node_path_1.basename)(target)}.${(0, node_crypto_1.randomBytes)(4).toString("hex")}`);
    await (0, promises_1.mkdir)(draft);
    try {
        for (const [name, content] of Object.entries(contents)) {
            const file = await (0, promises_1.open)((0, node_path_1.join)(draft, name), "wx");
            try {
                await file.writeFile(content);
                await file.sync();
            }
            finally {
                await file.close();
            }
        }
        await syncFolder(draft);
        try {
            await (0, promises_1.rename)(draft, target);
        }
        catch (error) {
            // Windows calls a target that is there EPERM, as it does much else.
            const { code } = error;
            const taken = code === "ENOTEMPTY" || code === "EEXIST" || (process.platform === "win32" && (0, node_fs_1.existsSync)(target));
            if (!taken)
                throw error;
            return false;
        }
        await syncFolder(parent);
        return true;
    }
    finally {
        await (0, promises_1.rm)(draft, { recursive: true, force: true });
    }
}
/** Makes names in a folder survive a power cut. Windows cannot open a folder and does not need it. */
async function syncFolder(folder) {
    if (process.platform === "win32")
        return;
    const handle = await (0, promises_1.open)(folder, "r");
    try {
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
//# sourceMappingURL=durable.js.map
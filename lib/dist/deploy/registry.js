"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.readCurrent = readCurrent;
exports.currentModel = currentModel;
exports.promotionHistory = promotionHistory;
exports.listModels = listModels;
exports.findVersion = findVersion;
exports.makeCurrent = makeCurrent;
exports.rollbackModel = rollbackModel;
exports.pruneModels = pruneModels;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const data_1 = require("../data");
const durable_1 = require("./durable");
const model_file_1 = require("./model-file");
/**
 * The registry is a folder, such as `models/`:
 *   <version>/               a model, never changed once it is there (`exportModel`)
 *   current                  which version is served, and by which promotion: one small file, swapped by rename
 *   promotions/<number>/     record.json: who became current, when and why; numbers without a gap, never changed
 *
 * A promotion is made in two renames. The first claims the next number: a folder with the record and the pointer to
 * come, placed as one, which only one of several promoters can do. The second moves that pointer onto `current`. A
 * pointer can be moved only once, and nobody claims a number before the pointer of the last has been moved, so that
 * `current` goes through the promotions in their order, whoever is slow. Killed before the first rename, a promotion
 * has not happened; killed between the two, the old model stays current until the next promoter, rollback or prune finishes
 * what was recorded. No lock is taken, so none can be left behind. `current` is whole at every moment.
 */
const CURRENT = "current";
const PROMOTIONS = "promotions";
const RECORD = "record.json";
const POINTER = "pointer.json";
/**
 * What `models/current` points to; null where nothing has been promoted. Without the file, as after it was deleted, the
 * promotions tell.
 * @throws WorkspaceError MODEL_CORRUPT when the file says something else
 */
async function readCurrent(modelsFolder) {
    const path = (0, node_path_1.join)(modelsFolder, CURRENT);
    const text = await readIfThere(path);
    if (text === null)
        return lastMoved((0, node_path_1.join)(modelsFolder, PROMOTIONS));
    const { version, promotion } = parsed(path, text);
    if (typeof version !== "string" || !(0, model_file_1.isVersionName)(version))
        throw corrupt(path, "it names no version");
    return { version, promotion };
}
async function lastMoved(folder) {
    for (const promotion of (await promotionNumbers(folder)).reverse())
        if (!(0, node_fs_1.existsSync)((0, node_path_1.join)(folder, nameOf(promotion), POINTER)))
            return { version: (await readRecord(folder, promotion)).version, promotion };
    return null;
}
/**
 * The folder of the model to serve: the current one, or the newest where nothing was ever promoted.
 * @throws WorkspaceError MODEL_MISSING when there is none, MODEL_CORRUPT for a pointer that cannot be read
 */
async function currentModel(modelsFolder) {
    const pointer = await readCurrent(modelsFolder);
    return pointer === null ? (0, model_file_1.newestModel)(modelsFolder) : (0, node_path_1.join)(modelsFolder, pointer.version);
}
/** Every promotion, oldest first. @throws WorkspaceError MODEL_CORRUPT for a record that cannot be read */
async function promotionHistory(modelsFolder) {
    const folder = (0, node_path_1.join)(modelsFolder, PROMOTIONS);
    const numbers = await promotionNumbers(folder);
    return Promise.all(numbers.map((number) => readRecord(folder, number)));
}
async function readRecord(promotionsFolder, number) {
    const path = (0, node_path_1.join)(promotionsFolder, nameOf(number), RECORD);
    return parsed(path, await (0, promises_1.readFile)(path, "utf8"));
}
/** All versions, oldest first. A folder that cannot be read is listed with its problem. */
async function listModels(modelsFolder) {
    const [pointer, history, versions] = [
        await readCurrent(modelsFolder),
        await promotionHistory(modelsFolder),
        await (0, model_file_1.versionNames)(modelsFolder),
    ];
    return Promise.all(versions.map(async (version) => {
        const folder = (0, node_path_1.join)(modelsFolder, version);
        const listed = {
            version,
            folder,
            current: version === pointer?.version,
            promotions: history.filter((record) => record.version === version && record.action !== "prune"),
        };
        try {
            return { ...listed, manifest: await (0, model_file_1.readManifest)(folder), problem: null };
        }
        catch (error) {
            if (!(error instanceof data_1.WorkspaceError))
                throw error;
            return { ...listed, manifest: null, problem: error.message };
        }
    }));
}
/**
 * The version that a person means: `current`, `newest`, a version's name, or a part of it that no other has.
 * @throws WorkspaceError MODEL_MISSING naming what there is
 */
async function findVersion(modelsFolder, named) {
    const versions = await (0, model_file_1.versionNames)(modelsFolder);
    if (versions.length === 0)
        throw new data_1.WorkspaceError("MODEL_MISSING", `there is no model in ${modelsFolder} yet`);
    if (named === "newest")
        return versions[versions.length - 1];
    if (named === "current") {
        const pointer = await readCurrent(modelsFolder);
        if (pointer)
            return pointer.version;
        throw new data_1.WorkspaceError("MODEL_MISSING", `no model in ${modelsFolder} is current`, {
            mend: "Promote one with `npm run model -- promote VERSION`.",
        });
    }
    if (versions.includes(named))
        return named;
    const found = named === "" ? [] : versions.filter((version) => version.includes(named));
    if (found.length === 1)
        return found[0];
    const what = found.length === 0 ? "no model" : `${found.length} models`;
    throw new data_1.WorkspaceError("MODEL_MISSING", `${what} in ${modelsFolder} match "${named}"`, {
        mend: `Name one of: ${(found.length === 0 ? versions : found).join(", ")}.`,
    });
}
/**
 * Makes a version the current one, after reading all of it.
 * @throws WorkspaceError PROMOTION_CONFLICT when another version than `expected` is current, PROMOTION_REFUSED when it is
 *   current already, MODEL_MISSING when it is not there or was pruned, and what `loadModel` throws
 */
async function makeCurrent(modelsFolder, version, { action, reason = null, gate = null, expected }) {
    await (0, model_file_1.loadModel)((0, node_path_1.join)(modelsFolder, version));
    return addPromotion(modelsFolder, ({ current, history }) => {
        if (current === version)
            throw new data_1.WorkspaceError("PROMOTION_REFUSED", `${version} is current already`);
        if (current !== expected)
            throw new data_1.WorkspaceError("PROMOTION_CONFLICT", `${current ?? "no model"} is current by now, not ${expected ?? "none"}, which the decision was made against`);
        if (history.some(({ pruned }) => pruned.includes(version)))
            throw new data_1.WorkspaceError("MODEL_MISSING", `${version} was pruned`);
        return { action, version, reason, gate, pruned: [] };
    });
}
/**
 * Goes back to the version that was current before the present one was promoted, or to an earlier one.
 * @param options.to a version that was current once
 * @throws WorkspaceError MODEL_MISSING when there is none to go back to, and as `makeCurrent`
 */
async function rollbackModel(modelsFolder, options = {}) {
    const pointer = await readCurrent(modelsFolder);
    const history = await promotionHistory(modelsFolder);
    const pruned = new Set(history.flatMap((record) => record.pruned));
    const earlier = servedInTurn(history).filter((version) => version !== pointer?.version && !pruned.has(version));
    const target = options.to ?? earlier.at(-1);
    const mend = "Look with `npm run model -- list`; `promote` makes any version current.";
    if (pointer === null || target === undefined)
        throw new data_1.WorkspaceError("MODEL_MISSING", "there is no earlier model to go back to", { mend });
    if (!history.some((record) => record.version === target))
        throw new data_1.WorkspaceError("MODEL_MISSING", `${target} was never current`, { mend });
    return makeCurrent(modelsFolder, target, {
        action: "rollback",
        reason: options.reason,
        expected: pointer.version,
    });
}
/**
 * Removes old versions for good. What stays: the current one, the one that a rollback would go to, and the `keep` newest.
 * @returns the versions removed (with `dryRun`: that would be), oldest first
 */
async function pruneModels(modelsFolder, options = {}) {
    const { keep = 5, dryRun = false, reason = null } = options;
    if (!Number.isInteger(keep) || keep < 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", `keep is ${keep}, not a whole number of at least 1`);
    const versions = await (0, model_file_1.versionNames)(modelsFolder);
    const superfluous = (history, current) => {
        const safe = new Set([...versions.slice(-keep), ...servedInTurn(history).slice(-2), current]);
        return versions.filter((version) => !safe.has(version));
    };
    const pointer = await readCurrent(modelsFolder);
    if (pointer === null)
        throw new data_1.WorkspaceError("MODEL_MISSING", `no model in ${modelsFolder} is current: nothing is pruned`, {
            mend: "Promote one first with `npm run model -- promote VERSION`.",
        });
    const planned = superfluous(await promotionHistory(modelsFolder), pointer.version);
    if (dryRun || planned.length === 0)
        return planned;
    // Recorded before anything is removed: a promoter that comes later sees it, one that was earlier changes the list.
    const { pruned } = await addPromotion(modelsFolder, ({ current, history }) => ({
        action: "prune",
        version: current,
        reason,
        gate: null,
        pruned: superfluous(history, current),
    }));
    for (const version of pruned) {
        // Away under its name first: whoever lists the folder sees a version whole or not at all.
        const removed = (0, node_path_1.join)(modelsFolder, `.${version}.${(0, node_crypto_1.randomBytes)(4).toString("hex")}`);
        if (await renameIfThere((0, node_path_1.join)(modelsFolder, version), removed))
            await (0, promises_1.rm)(removed, { recursive: true });
    }
    await removeDrafts(modelsFolder);
    return pruned;
}
/** Claims the next number with what `decide` makes of the state, again until no other promoter was in between. */
async function addPromotion(modelsFolder, decide) {
    for (;;) {
        await finishLast(modelsFolder);
        const history = await promotionHistory(modelsFolder);
        const current = (await readCurrent(modelsFolder))?.version ?? null;
        const number = (history.at(-1)?.number ?? 0) + 1;
        const decision = decide({ current, history });
        const record = { number, before: current, at: new Date().toISOString(), ...decision };
        const pointer = { version: record.version, promotion: number };
        const claimed = await (0, durable_1.placeFolder)((0, node_path_1.join)(modelsFolder, PROMOTIONS, nameOf(number)), {
            [RECORD]: json(record),
            [POINTER]: json(pointer),
        });
        if (!claimed)
            continue;
        await movePointer(modelsFolder, number);
        return record;
    }
}
/** Finishes the last promotion where its promoter has not, or not yet. */
async function finishLast(modelsFolder) {
    const last = (await promotionNumbers((0, node_path_1.join)(modelsFolder, PROMOTIONS))).at(-1);
    if (last !== undefined)
        await movePointer(modelsFolder, last);
}
async function movePointer(modelsFolder, number) {
    const pointer = (0, node_path_1.join)(modelsFolder, PROMOTIONS, nameOf(number), POINTER);
    if (await renameIfThere(pointer, (0, node_path_1.join)(modelsFolder, CURRENT)))
        await (0, durable_1.syncFolder)(modelsFolder);
}
/** @returns false where another process has moved or removed it before */
async function renameIfThere(from, to) {
    try {
        await (0, promises_1.rename)(from, to);
        return true;
    }
    catch (error) {
        if (error.code !== "ENOENT")
            throw error;
        return false;
    }
}
/** Versions as a stack: promotions put one on top, a rollback takes off what is above its target. The last is current. */
function servedInTurn(history) {
    const stack = [];
    for (const { action, version } of history) {
        if (action === "prune")
            continue;
        if (action === "rollback" && stack.includes(version))
            stack.length = stack.lastIndexOf(version) + 1;
        else
            stack.push(version);
    }
    return stack;
}
async function promotionNumbers(folder) {
    const names = (0, node_fs_1.existsSync)(folder) ? await (0, promises_1.readdir)(folder) : [];
    return names
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .sort((a, b) => a - b);
}
/** Hidden folders of exports, promotions and prunes that were killed: those that nobody has touched for a day. */
async function removeDrafts(modelsFolder) {
    const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
    for (const folder of [modelsFolder, (0, node_path_1.join)(modelsFolder, PROMOTIONS)])
        for (const name of await (0, promises_1.readdir)(folder)) {
            if (!/^\.\d.*\.[0-9a-f]{8}$/.test(name))
                continue;
            const draft = (0, node_path_1.join)(folder, name);
            if ((await (0, promises_1.stat)(draft)).mtimeMs < dayAgo)
                await (0, promises_1.rm)(draft, { recursive: true, force: true });
        }
}
async function readIfThere(path) {
    try {
        return await (0, promises_1.readFile)(path, "utf8");
    }
    catch (error) {
        if (error.code !== "ENOENT")
            throw error;
        return null;
    }
}
function parsed(path, text) {
    try {
        const value = JSON.parse(text);
        if (typeof value === "object" && value !== null)
            return value;
    }
    catch (error) {
        throw corrupt(path, error.message);
    }
    throw corrupt(path, "it holds no object");
}
const corrupt = (path, what) => new data_1.WorkspaceError("MODEL_CORRUPT", `${path}: ${what}`, {
    mend: "Delete the file if it is `current`: the promotions tell what it said. A damaged record must come from a backup.",
});
const nameOf = (promotion) => String(promotion).padStart(6, "0");
const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
//# sourceMappingURL=registry.js.map
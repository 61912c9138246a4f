"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.promoteModel = promoteModel;
exports.publishModel = publishModel;
const node_path_1 = require("node:path");
const data_1 = require("../data");
const gate_1 = require("./gate");
const model_file_1 = require("./model-file");
const registry_1 = require("./registry");
/** Comparisons made anew when another promoter was faster; each costs two trainings. */
const ATTEMPTS = 3;
/**
 * Promotes a version that is in the registry. The first one becomes current as it is; a later one when the gate passes
 * against the model that is current at that moment, or by force with a reason that the record keeps.
 * @throws WorkspaceError OPTION_INVALID for a reason without words, PROMOTION_REFUSED when the version is current already,
 *   PROMOTION_CONFLICT when others promoted during every attempt, and what `makeCurrent` and `promotionGate` throw
 */
async function promoteModel(modelsFolder, version, way) {
    if ("force" in way && way.force.trim() === "")
        throw new data_1.WorkspaceError("OPTION_INVALID", "a forced promotion needs a reason");
    for (let attempt = 1;; attempt++) {
        const expected = (await (0, registry_1.readCurrent)(modelsFolder))?.version ?? null;
        try {
            if (expected === null)
                return await made(modelsFolder, version, null, {
                    action: "first",
                    expected,
                    reason: "force" in way ? way.force : null,
                });
            if ("force" in way)
                return await made(modelsFolder, version, null, { action: "force", reason: way.force, expected });
            if (version === expected)
                throw new data_1.WorkspaceError("PROMOTION_REFUSED", `${version} is current already`);
            const report = await (0, gate_1.promotionGate)(await (0, model_file_1.loadModel)((0, node_path_1.join)(modelsFolder, version)), await (0, model_file_1.loadModel)((0, node_path_1.join)(modelsFolder, expected)), way.dataset, way.gate);
            if (!report.passed)
                return { version, record: null, report };
            return await made(modelsFolder, version, report, { action: "gate", gate: report, expected });
        }
        catch (error) {
            const conflict = error instanceof data_1.WorkspaceError && error.code === "PROMOTION_CONFLICT";
            if (!conflict || attempt === ATTEMPTS)
                throw error;
        }
    }
}
async function made(modelsFolder, version, report, options) {
    return { version, record: await (0, registry_1.makeCurrent)(modelsFolder, version, options), report };
}
/**
 * Exports a trained model into a registry and lets it become current where it may.
 * @throws WorkspaceError what `exportModel` and `promoteModel` throw
 */
async function publishModel(model, options) {
    const { folder: modelsFolder, dataset, promote } = options;
    const exported = await (0, model_file_1.exportModel)(model, options);
    const { version } = exported;
    const current = await (0, registry_1.readCurrent)(modelsFolder);
    if (current?.version === version)
        return { ...exported, promoted: true, report: null, says: `${version} is current already.` };
    if (current !== null && promote === "keep aside")
        return {
            ...exported,
            promoted: false,
            report: null,
            says: `${version} was exported; ${current.version} stays current.`,
        };
    const { record, report } = promote === "keep aside"
        ? await made(modelsFolder, version, null, { action: "first", expected: null })
        : await promoteModel(modelsFolder, version, "force" in promote ? promote : { dataset, gate: promote.gate });
    const says = record === null
        ? `${version} was exported but not promoted, ${report.current} stays current. ${(0, gate_1.refusalOf)(report)}.`
        : record.before === null
            ? `${version} is the first model of this registry and is current.`
            : `${version} is current, in place of ${record.before}${record.action === "force" ? ` by force: ${record.reason}` : ": the promotion gate passed"}.`;
    return { ...exported, promoted: record !== null, report, says };
}
//# sourceMappingURL=promotion.js.map
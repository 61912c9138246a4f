"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.readCriteria = readCriteria;
exports.judge = judge;
const node_fs_1 = require("node:fs");
const data_1 = require("../data");
/** Reads `notebooks/01-business/success-criteria.json`. @throws WorkspaceError DATA_MISSING, DATA_INVALID */
function readCriteria(path) {
    let text;
    try {
        text = (0, node_fs_1.readFileSync)(path, "utf8");
    }
    catch (cause) {
        throw new data_1.WorkspaceError("DATA_MISSING", `${path} cannot be read`, {
            cause,
            mend: "Restore it from the repository; phase 1 keeps the criteria there.",
        });
    }
    const criteria = JSON.parse(text);
    for (const { id, bound, threshold } of criteria)
        if ((bound !== "atMost" && bound !== "atLeast") || !Number.isFinite(threshold))
            throw new data_1.WorkspaceError("DATA_INVALID", `${path}: criterion "${id}" needs a bound (atMost or atLeast) and a finite threshold`);
    return criteria;
}
/**
 * Holds measurements (criterion id → value) against the criteria of one phase.
 * @throws WorkspaceError METRIC_EMPTY when a criterion of that phase was not measured: a promise is never skipped in silence
 */
function judge(criteria, phase, measurements) {
    return criteria
        .filter((criterion) => criterion.judgedIn === phase)
        .map((criterion) => {
        const measured = measurements[criterion.id];
        if (!Number.isFinite(measured))
            throw new data_1.WorkspaceError("METRIC_EMPTY", `success criterion "${criterion.id}" of ${phase} was not measured`);
        const met = criterion.bound === "atMost" ? measured <= criterion.threshold : measured >= criterion.threshold;
        return { ...criterion, measured, met };
    });
}
//# sourceMappingURL=criteria.js.map
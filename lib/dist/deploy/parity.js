"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.parityCheck = parityCheck;
const data_1 = require("../data");
/**
 * Compares two models of the same users and items, such as one in memory and the same after export and load.
 * @throws WorkspaceError MODEL_INVALID when they differ in users or items, METRIC_EMPTY for no users
 */
function parityCheck(original, loaded, options = {}) {
    const { userIds, itemIds } = original.parts;
    if (String(loaded.parts.userIds) !== String(userIds) || String(loaded.parts.itemIds) !== String(itemIds))
        throw new data_1.WorkspaceError("MODEL_INVALID", "the two models do not have the same users and items", {
            mend: "Compare a model with its own export.",
        });
    const users = Array.from(options.users ?? userIds.keys());
    if (users.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", "parity of no users");
    const tolerance = options.tolerance ?? 1e-5;
    const before = new Float64Array(itemIds.length);
    const after = new Float64Array(itemIds.length);
    const worstAt = { user: users[0], item: 0 };
    let worstDifference = 0;
    let scores = 0;
    let agreement = 0;
    for (const user of users) {
        original.scoreItems(user, before);
        loaded.scoreItems(user, after);
        for (let item = 0; item < itemIds.length; item++) {
            // Cold items score −Infinity in both, and −Infinity − −Infinity is not a number.
            if (before[item] === -Infinity && after[item] === -Infinity)
                continue;
            scores++;
            const difference = Math.abs(before[item] - after[item]);
            if (difference > worstDifference) {
                worstDifference = difference;
                Object.assign(worstAt, { user, item });
            }
        }
        const best = original.recommend(user, 10).map(({ item }) => item);
        const kept = new Set(loaded.recommend(user, 10).map(({ item }) => item));
        agreement += best.length === 0 ? 1 : best.filter((item) => kept.has(item)).length / best.length;
    }
    return {
        users: users.length,
        scores,
        worstDifference,
        worstAt,
        top10Agreement: agreement / users.length,
        tolerance,
        passed: worstDifference <= tolerance,
    };
}
//# sourceMappingURL=parity.js.map
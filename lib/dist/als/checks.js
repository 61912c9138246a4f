"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.checkRatings = checkRatings;
exports.checkValidation = checkValidation;
const data_1 = require("../data");
const model_1 = require("./model");
/** @throws WorkspaceError DATA_INVALID naming the first rating that cannot be learned from, or a pair that is rated twice */
function checkRatings(dataset, { feedback }) {
    const { name, users, items, ratings, userIds, itemIds } = dataset;
    if (ratings.length === 0)
        throw new data_1.WorkspaceError("DATA_INVALID", `${name}: there is no rating to train on`);
    for (let r = 0; r < ratings.length; r++) {
        const refusal = (0, model_1.refusedRating)(ratings[r], feedback);
        if (refusal)
            throw new data_1.WorkspaceError("DATA_INVALID", `${name} row ${r} (user ${userIds[users[r]]}, movie ${itemIds[items[r]]}): ${refusal}`);
    }
    const pair = ratedTwice(dataset);
    if (pair)
        throw new data_1.WorkspaceError("DATA_INVALID", `${name}: user ${userIds[pair.user]} rated movie ${itemIds[pair.item]} twice`, { mend: "Keep one rating of each user and movie, as reading a ratings file does." });
}
/** A user and an item with two ratings, dense indices; null where each pair has one at most. */
function ratedTwice(dataset) {
    const { users, items, userIds, itemIds } = dataset;
    // Each user's ratings together, as files have them: the user who last rated an item tells. From 1, 0 for nobody.
    const lastRater = new Uint32Array(itemIds.length);
    const finished = new Uint8Array(userIds.length);
    for (let r = 0; r < users.length; r++) {
        if (r > 0 && users[r] !== users[r - 1])
            finished[users[r - 1]] = 1;
        if (finished[users[r]] === 1)
            return ratedTwiceByRow(dataset);
        if (lastRater[items[r]] === users[r] + 1)
            return { user: users[r], item: items[r] };
        lastRater[items[r]] = users[r] + 1;
    }
    return null;
}
function ratedTwiceByRow(dataset) {
    const { rows, rowStart, columns } = (0, data_1.ratingsByUser)(dataset);
    for (let user = 0; user < rows; user++)
        for (let at = rowStart[user] + 1; at < rowStart[user + 1]; at++)
            if (columns[at] === columns[at - 1])
                return { user, item: columns[at] };
    return null;
}
/** @throws WorkspaceError OPTION_INVALID for another index space, METRIC_EMPTY for no rating */
function checkValidation(train, validation) {
    if (validation.userIds.length !== train.userIds.length ||
        validation.itemIds.length !== train.itemIds.length)
        throw new data_1.WorkspaceError("OPTION_INVALID", `validation has ${validation.userIds.length} users and ${validation.itemIds.length} items, the training data ` +
            `${train.userIds.length} and ${train.itemIds.length}: both must be in one index space, as a split makes them`);
    if (validation.ratings.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${validation.name}: there is no rating to validate on`);
}
//# sourceMappingURL=checks.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.topLists = topLists;
exports.topListsInThreads = topListsInThreads;
const promises_1 = require("node:timers/promises");
const als_1 = require("../als");
const data_1 = require("../data");
/**
 * Ranks every item that a user has no rating of in `seen`, and keeps the best k. What is seen is told by
 * `seen`, mostly the training ratings, not by the model, so a model that was shown the test data gains no smaller list by it.
 * A list is shorter than k only where fewer items remain.
 * @param seen ratings by user
 * @throws WorkspaceError OPTION_INVALID for a k that is not a whole number of at least 1
 */
function topLists(model, seen, users, k) {
    checkLength(k);
    const scores = new Float64Array(model.items);
    const lists = Array.from(users, (user) => {
        model.scoreItems(user, scores);
        return Uint32Array.from((0, als_1.topUnseen)(scores, k, (0, als_1.seenBy)(seen, user)), ({ item }) => item);
    });
    return { k, users, lists, seen };
}
/** Users whose lists are made one by one between two looks at the signal: a fraction of a second. */
const TURN = 200;
/**
 * The same lists as `topLists`, in threads where the model can make many at a time; where it cannot, other work and
 * signals get their turn meanwhile.
 * @throws WorkspaceError also TRAINING_ABORTED after `signal`
 */
async function topListsInThreads(model, seen, users, k, { signal, onProgress } = {}) {
    checkLength(k);
    if (model.recommendAll) {
        const { items, lengths } = await model.recommendAll(k, { users, seen, signal, onProgress });
        const lists = Array.from(lengths, (length, at) => items.slice(at * k, at * k + length));
        return { k, users, lists, seen };
    }
    const lists = [];
    while (lists.length < users.length) {
        lists.push(...topLists(model, seen, users.subarray(lists.length, lists.length + TURN), k).lists);
        onProgress?.({ done: lists.length, users: users.length });
        await (0, promises_1.setImmediate)();
        if (signal?.aborted)
            throw new data_1.WorkspaceError("TRAINING_ABORTED", "measuring was stopped by its signal", {
                cause: signal.reason,
            });
    }
    return { k, users, lists, seen };
}
function checkLength(k) {
    if (!Number.isInteger(k) || k < 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
}
//# sourceMappingURL=lists.js.map
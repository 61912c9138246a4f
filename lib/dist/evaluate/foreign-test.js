"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.besideTraining = besideTraining;
exports.widened = widened;
exports.seenInTraining = seenInTraining;
const als_1 = require("../als");
const data_1 = require("../data");
/**
 * Train and test data that were read apart, in one index space: that of `train`, with the users and items that only
 * `test` has behind its own, cold. So what is learned on `train` does not depend on which test is held against it.
 * (Ids ascend within each of the two parts, not over both.)
 */
function besideTraining(train, test) {
    const users = extended(train.userIds, train.userIndex, test.userIds);
    const items = extended(train.itemIds, train.itemIndex, test.itemIds);
    const both = { userIds: users.ids, userIndex: users.index, itemIds: items.ids, itemIndex: items.index };
    return {
        protocol: "files",
        parameters: {},
        train: { ...train, ...both },
        test: {
            ...test,
            ...both,
            users: test.users.map((user) => users.index.get(test.userIds[user])),
            items: test.items.map((item) => items.index.get(test.itemIds[item])),
        },
    };
}
/** The model with cold users and items behind its own, for the index space of a split by `besideTraining`. */
function widened({ parts }, { train }) {
    const { userIds, itemIds } = train;
    const users = (values) => padded(values, parts.userIds.length, userIds.length);
    const items = (values) => padded(values, parts.itemIds.length, itemIds.length);
    return new als_1.AlsModel({
        ...parts,
        userIds,
        itemIds,
        userFactors: users(parts.userFactors),
        itemFactors: items(parts.itemFactors),
        userBias: users(parts.userBias),
        itemBias: items(parts.itemBias),
        userCofactors: parts.userCofactors && users(parts.userCofactors),
        itemCofactors: parts.itemCofactors && items(parts.itemCofactors),
        userSeedBias: parts.userSeedBias && users(parts.userSeedBias),
        itemSeedBias: parts.itemSeedBias && items(parts.itemSeedBias),
        ratings: (0, data_1.ratingsByUser)(train),
    });
}
/** Ratings of `test` whose user and item `train` has together: what a model has seen the answer to. */
function seenInTraining({ train, test }) {
    const { rowStart, columns } = (0, data_1.ratingsByUser)(train);
    const tested = (0, data_1.ratingsByUser)(test);
    let seen = 0;
    for (let user = 0; user < tested.rows; user++) {
        const own = new Set(columns.subarray(rowStart[user], rowStart[user + 1]));
        for (let at = tested.rowStart[user]; at < tested.rowStart[user + 1]; at++)
            if (own.has(tested.columns[at]))
                seen++;
    }
    return seen;
}
function extended(own, index, others) {
    const cold = others.filter((id) => !index.has(id));
    const ids = new Uint32Array(own.length + cold.length);
    ids.set(own);
    ids.set(cold, own.length);
    return { ids, index: new Map(Array.from(ids, (id, dense) => [id, dense])) };
}
/** Values of `rows` rows, with zeros for those behind them. */
function padded(values, rows, all) {
    const longer = new Float64Array((values.length / rows) * all);
    longer.set(values);
    return longer;
}
//# sourceMappingURL=foreign-test.js.map
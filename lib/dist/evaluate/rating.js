"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ratingMetrics = ratingMetrics;
exports.predictionErrors = predictionErrors;
exports.checkIndexSpace = checkIndexSpace;
exports.rmseOverUsers = rmseOverUsers;
exports.maeOverUsers = maeOverUsers;
exports.r2OverUsers = r2OverUsers;
exports.errorsByUser = errorsByUser;
exports.present = present;
const data_1 = require("../data");
const bootstrap_1 = require("./bootstrap");
/**
 * @param model of stars; a model of preferences has no meaning here
 * @param test in the index space that the model was trained in
 * @param train where given, cold users and items are scored apart
 * @throws WorkspaceError METRIC_EMPTY without a test rating, INDEX_UNKNOWN when the index spaces differ,
 *   PREDICTION_INVALID for a prediction that is not finite
 */
function ratingMetrics(model, test, train) {
    const errors = predictionErrors(model, test);
    const all = scoresOf(test, errors, () => true);
    if (all === null)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${test.name}: no held-out rating to measure`);
    const perUser = errorsByUser(test, errors);
    if (train === undefined)
        return { ...all, warm: null, coldUsers: null, coldItems: null, perUser };
    const userKnown = present(train.users, train.userIds.length);
    const itemKnown = present(train.items, train.itemIds.length);
    const { users, items } = test;
    return {
        ...all,
        warm: scoresOf(test, errors, (r) => userKnown[users[r]] === 1 && itemKnown[items[r]] === 1),
        coldUsers: scoresOf(test, errors, (r) => userKnown[users[r]] === 0),
        coldItems: scoresOf(test, errors, (r) => itemKnown[items[r]] === 0),
        perUser,
    };
}
/** Predicted minus given stars of each rating, in the data set's own order. @throws as `ratingMetrics` */
function predictionErrors(model, test) {
    checkIndexSpace(model, test);
    const errors = new Float64Array(test.ratings.length);
    for (let r = 0; r < errors.length; r++) {
        const predicted = model.predict(test.users[r], test.items[r]);
        if (!Number.isFinite(predicted))
            throw new data_1.WorkspaceError("PREDICTION_INVALID", `${model.name}: prediction for user ${test.users[r]}, item ${test.items[r]} is ${predicted}`);
        errors[r] = predicted - test.ratings[r];
    }
    return errors;
}
/** @throws WorkspaceError INDEX_UNKNOWN when the model was not trained in the data set's index space */
function checkIndexSpace(model, dataset) {
    const [users, items] = [dataset.userIds.length, dataset.itemIds.length];
    if (model.users !== users || model.items !== items)
        throw new data_1.WorkspaceError("INDEX_UNKNOWN", `${model.name} knows ${model.users} users and ${model.items} items, ${dataset.name} has ${users} and ${items}`);
}
function rmseOverUsers({ users, count, squaredError, }) {
    return { users, numerator: squaredError, denominator: count, root: true };
}
function maeOverUsers({ users, count, absoluteError }) {
    return { users, numerator: absoluteError, denominator: count, root: false };
}
/** R² by the jackknife over users; null where it does not exist, or would not without one of them. */
function r2OverUsers(perUser) {
    const { users, count, squaredError, ratingSum, ratingSquares } = perUser;
    const total = (sums) => sums.reduce((sum, own) => sum + own, 0);
    const all = [count, squaredError, ratingSum, ratingSquares].map(total);
    const r2 = ([n, errors, sum, squares]) => {
        const spread = squares - sum ** 2 / n;
        return spread > LEAST_SPREAD * squares ? 1 - errors / spread : null;
    };
    const value = r2(all);
    if (value === null)
        return null;
    if (users.length === 1)
        return (0, bootstrap_1.jackknifeOverUsers)(users, value, Float64Array.of(value));
    const without = Array.from(users, (_, at) => r2([all[0] - count[at], all[1] - squaredError[at], all[2] - ratingSum[at], all[3] - ratingSquares[at]]));
    return without.includes(null)
        ? null
        : (0, bootstrap_1.jackknifeOverUsers)(users, value, Float64Array.from(without));
}
/** A smaller share of Σ r² is rounding, not spread: the given stars are all equal. */
const LEAST_SPREAD = 1e-9;
/** Sums by user over the ratings for which `include` is true (a row number of `test`). */
function errorsByUser(test, errors, include = () => true) {
    const all = test.userIds.length;
    const count = new Float64Array(all);
    const squared = new Float64Array(all);
    const absolute = new Float64Array(all);
    const ratingSum = new Float64Array(all);
    const ratingSquares = new Float64Array(all);
    for (let r = 0; r < errors.length; r++) {
        if (!include(r))
            continue;
        const user = test.users[r];
        count[user]++;
        squared[user] += errors[r] ** 2;
        absolute[user] += Math.abs(errors[r]);
        ratingSum[user] += test.ratings[r];
        ratingSquares[user] += test.ratings[r] ** 2;
    }
    const users = Uint32Array.from(count.keys()).filter((user) => count[user] > 0);
    const of = (sums) => Float64Array.from(users, (user) => sums[user]);
    return {
        users,
        count: of(count),
        squaredError: of(squared),
        absoluteError: of(absolute),
        ratingSum: of(ratingSum),
        ratingSquares: of(ratingSquares),
    };
}
/** 1 where an index occurs in the column, 0 where it does not. */
function present(column, length) {
    const found = new Uint8Array(length);
    for (const index of column)
        found[index] = 1;
    return found;
}
function scoresOf(test, errors, include) {
    const users = new Set();
    let count = 0;
    let squared = 0;
    let absolute = 0;
    let sum = 0;
    for (let r = 0; r < errors.length; r++) {
        if (!include(r))
            continue;
        users.add(test.users[r]);
        count++;
        squared += errors[r] ** 2;
        absolute += Math.abs(errors[r]);
        sum += test.ratings[r];
    }
    if (count === 0)
        return null;
    const mean = sum / count;
    let spread = 0;
    for (let r = 0; r < errors.length; r++)
        if (include(r))
            spread += (test.ratings[r] - mean) ** 2;
    return {
        count,
        users: users.size,
        rmse: Math.sqrt(squared / count),
        mae: absolute / count,
        r2: spread > 0 ? 1 - squared / spread : null,
    };
}
//# sourceMappingURL=rating.js.map
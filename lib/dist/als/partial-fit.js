"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.partialFit = partialFit;
const data_1 = require("../data");
const checks_1 = require("./checks");
const ensemble_1 = require("./ensemble");
const model_1 = require("./model");
const solve_side_1 = require("./solve-side");
/**
 * A model that knows new ratings, without training again: the rows that they touch are solved exactly, all others stay.
 * First the users who gave them, with the items fixed as they are; then the rated items, with all users fixed; then the
 * same users again, so that their rows are what `foldIn` gives from all their ratings, as after training.
 *
 * New users and items get the indices behind the known ones, in ascending order of id; a new rating of a film that the user
 * has rated before takes the old one's place. The global mean stays. Ratings that new users gave to new items alone
 * teach biases, not factors: there is nothing that they could be compared with. Co-factors
 * of touched rows are solved with the rows, and every seed's model is fitted by itself.
 *
 * Work: the touched rows' ratings times rank². When a good part of all ratings is new, training anew finds more.
 *
 * @param model stays as it is
 * @param newRatings in its own index space; users and items are recognised by their MovieLens ids
 * @throws WorkspaceError DATA_INVALID for a rating that cannot be learned from, or none at all; SOLVE_FAILED naming the
 *   row
 */
function partialFit(model, newRatings) {
    const { parts } = model;
    (0, checks_1.checkRatings)(newRatings, parts.options);
    const userOf = extended(parts.userIds, newRatings.userIds, newRatings.users);
    const itemOf = extended(parts.itemIds, newRatings.itemIds, newRatings.items);
    const triples = merged(model, newRatings, userOf, itemOf);
    const byUser = (0, data_1.ratingsByUser)(triples);
    const byItem = (0, data_1.ratingsByItem)(triples);
    const users = (0, ensemble_1.sidesOf)(parts, "user").map((side) => grown(side, userOf.ids));
    const items = (0, ensemble_1.sidesOf)(parts, "item").map((side) => grown(side, itemOf.ids));
    const options = (0, ensemble_1.memberOptions)(parts);
    users.forEach((ofUsers, member) => {
        const ofItems = items[member];
        const solve = (solved, fixed, ratings, touched) => {
            const solveRow = (0, solve_side_1.sideSolver)(options, fixed, solved, parts.globalMean);
            for (const row of touched)
                solveRow(ratings, row);
        };
        solve(ofUsers, ofItems, byUser, userOf.touched);
        solve(ofItems, ofUsers, byItem, itemOf.touched);
        solve(ofUsers, ofItems, byUser, userOf.touched);
    });
    return new model_1.AlsModel({ ...parts, ...(0, ensemble_1.joinedParts)(users, items), ratings: byUser });
}
/** One side's known ids with those of new ratings behind them; ids without a new rating are not taken up. */
function extended(known, ids, rated) {
    const index = new Map();
    known.forEach((id, dense) => index.set(id, dense));
    const used = Uint32Array.from(new Set(rated)).sort((a, b) => ids[a] - ids[b]);
    const added = Array.from(used, (dense) => ids[dense]).filter((id) => !index.has(id));
    added.forEach((id, k) => index.set(id, known.length + k));
    const concatenated = new Uint32Array(known.length + added.length);
    concatenated.set(known);
    concatenated.set(added, known.length);
    const indexOf = new Uint32Array(ids.length);
    for (const dense of used)
        indexOf[dense] = index.get(ids[dense]);
    return {
        ids: concatenated,
        indexOf,
        touched: Uint32Array.from(used, (dense) => indexOf[dense]).sort(),
    };
}
/** The model's ratings and the new ones, which take the place of old ones on the same film. */
function merged({ parts }, given, userOf, itemOf) {
    const { rowStart, columns, values } = parts.ratings;
    const renewed = new Map();
    for (const user of userOf.touched)
        renewed.set(user, new Map());
    for (let r = 0; r < given.ratings.length; r++)
        renewed.get(userOf.indexOf[given.users[r]]).set(itemOf.indexOf[given.items[r]], given.ratings[r]);
    const users = [];
    const items = [];
    const ratings = [];
    const add = (user, item, rating) => {
        users.push(user);
        items.push(item);
        ratings.push(rating);
    };
    for (let user = 0; user < parts.ratings.rows; user++)
        for (let at = rowStart[user]; at < rowStart[user + 1]; at++)
            if (!renewed.get(user)?.has(columns[at]))
                add(user, columns[at], values[at]);
    for (const [user, row] of renewed)
        for (const [item, rating] of row)
            add(user, item, rating);
    return {
        users: Uint32Array.from(users),
        items: Uint32Array.from(items),
        ratings: Float32Array.from(ratings),
        userIds: userOf.ids,
        itemIds: itemOf.ids,
    };
}
/** A copy of one side, with zeros for the new rows. */
function grown({ name, ids: known, factors, bias, cofactors }, ids) {
    const rank = factors.length / known.length;
    const longer = (values, length) => {
        const copy = new Float64Array(length);
        copy.set(values);
        return copy;
    };
    return {
        name,
        ids,
        factors: longer(factors, ids.length * rank),
        bias: longer(bias, ids.length),
        cofactors: cofactors && longer(cofactors, ids.length * rank),
    };
}
//# sourceMappingURL=partial-fit.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.AlsModel = void 0;
exports.refusedRating = refusedRating;
const data_1 = require("../data");
const ensemble_1 = require("./ensemble");
const objective_1 = require("./objective");
const recommend_all_1 = require("./recommend-all");
const select_top_1 = require("./select-top");
const solve_side_1 = require("./solve-side");
const NOTHING_SEEN = new Uint32Array(0);
/**
 * A trained factorisation. Users and items are dense indices of the training data throughout.
 *
 * A cold user or item (no training rating) has zero factors and zero bias: explicit predictions fall back to the
 * mean and whatever bias is known, implicit ones to 0. Cold items are never recommended.
 */
class AlsModel {
    parts;
    name;
    users;
    items;
    rank;
    /** For each seed, a row solver with the items fixed; their Gramians are worth keeping between visitors. */
    itemsFixed;
    /** 1 for items with a training rating. */
    known;
    /**
     * @param parts kept, not copied
     * @throws WorkspaceError DATA_INVALID when the lengths of the parts do not fit together
     */
    constructor(parts) {
        this.parts = parts;
        const { options, userIds, itemIds, ratings } = parts;
        this.name = `ALS, ${options.feedback}, rank ${options.rank}`;
        this.rank = options.rank;
        this.users = userIds.length;
        this.items = itemIds.length;
        const seeds = options.seeds ?? 1;
        for (const [part, length] of [
            ["userFactors", this.users * this.rank],
            ["itemFactors", this.items * this.rank],
            ["userBias", this.users],
            ["itemBias", this.items],
            ["userCofactors", this.users * this.rank],
            ["itemCofactors", this.items * this.rank],
            ["userSeedBias", this.users * seeds],
            ["itemSeedBias", this.items * seeds],
        ])
            if ((parts[part]?.length ?? length) !== length)
                throw new data_1.WorkspaceError("DATA_INVALID", `model: ${part} has length ${parts[part].length}, not ${length}`);
        for (const [user, item] of [
            ["userCofactors", "itemCofactors"],
            ["userSeedBias", "itemSeedBias"],
        ])
            if (!parts[user] !== !parts[item]) {
                const [given, missing] = parts[user] ? [user, item] : [item, user];
                throw new data_1.WorkspaceError("DATA_INVALID", `model: ${given} is given, and ${missing} is not`);
            }
        if (ratings.rows !== this.users || ratings.cols !== this.items)
            throw new data_1.WorkspaceError("DATA_INVALID", `model: ratings are ${ratings.rows} × ${ratings.cols}, not ${this.users} × ${this.items}`);
        this.known = new Uint8Array(this.items);
        const { columns } = ratings;
        for (let at = 0; at < columns.length; at++)
            this.known[columns[at]] = 1;
    }
    /**
     * Explicit feedback: expected stars, μ + b_user + b_item + p·q clipped to the scale. Implicit feedback:
     * preference p·q, about 0 … 1. Always finite.
     * @throws WorkspaceError INDEX_UNKNOWN outside the index space
     */
    predict(user, item) {
        this.checkIndex("user", user, this.users);
        this.checkIndex("item", item, this.items);
        const { options, scale } = this.parts;
        const score = this.score(user, item);
        return options.feedback === "explicit" ? Math.min(scale.max, Math.max(scale.min, score)) : score;
    }
    /**
     * Writes the ranking score of every item into `scores` (length: items): the prediction, not clipped; −Infinity for cold items.
     * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID for another length of `scores`
     */
    scoreItems(user, scores) {
        this.checkIndex("user", user, this.users);
        this.writeScores(this.parts.userFactors, user, this.parts.userBias[user], scores);
    }
    /**
     * The best n items, best first, ties by ascending index; exactly n where n remain after the filters.
     * @throws WorkspaceError INDEX_UNKNOWN for a user outside the model, OPTION_INVALID when n is not a whole number
     */
    recommend(user, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItems(user, scores);
        return this.best(scores, n, (0, select_top_1.seenBy)(this.parts.ratings, user), options);
    }
    /**
     * `recommend` for all users, or for those given, in threads: the same lists, some hundred times as fast.
     * @throws WorkspaceError OPTION_INVALID when n is not a whole number, INDEX_UNKNOWN for a user outside the model,
     *   TRAINING_ABORTED after `options.signal`, PREDICTION_INVALID when a score is NaN, MEMORY_EXCEEDED, THREAD_FAILED
     */
    recommendAll(n, options = {}) {
        const room = new Float64Array(this.items);
        return (0, recommend_all_1.recommendAll)(this.parts, this.known, n, options, (user, item) => this.score(user, item), (user, seen) => {
            this.scoreItems(user, room);
            return (0, select_top_1.topUnseen)(room, n, seen, options.accept);
        });
    }
    /**
     * A user made from ratings alone: the same row solve as in training, with the final items fixed, co-factors, bound and
     * every seed's own model included. No rating at all makes a user of zeros.
     * @param ratings in any order
     * @throws WorkspaceError INDEX_UNKNOWN for an item outside the model, DATA_INVALID for an item rated twice or a
     *   rating that training would refuse
     */
    foldIn(ratings) {
        const row = this.visitorRow(ratings);
        const { factors, bias } = (0, ensemble_1.joinedSide)(this.rowSolvers().map(({ solver, items }) => {
            const visitor = visitorSide(Uint32Array.of(0), items);
            solver.solve(row, 0, visitor);
            return visitor;
        }));
        return { factors, bias: bias[0], seen: row.columns };
    }
    /**
     * How a user's score for an item comes from the films that the user rated: baseline + Σ shares = score, exactly, by the
     * row solve of the user's training ratings with the final items fixed. Where training ended with an exact solve, that is
     * the score of `scoreItems`. With co-factors a share is what the stars and what having rated the film at all give
     * together; with non-negative factors it is what the rating gives while the same factors stay above 0.
     * @throws WorkspaceError INDEX_UNKNOWN outside the index space
     */
    explain(user, item) {
        this.checkIndex("user", user, this.users);
        return this.explained(this.parts.ratings, user, item, this.parts.userIds);
    }
    /** `explain` for a visitor: how the score of `foldIn(ratings)` comes from these ratings. Throws what `foldIn` throws. */
    explainFolded(ratings, item) {
        return this.explained(this.visitorRow(ratings), 0, item, Uint32Array.of(0));
    }
    explained(ratings, row, item, ids) {
        this.checkIndex("item", item, this.items);
        const solvers = this.rowSolvers();
        const start = ratings.rowStart[row];
        const values = new Float64Array(ratings.rowStart[row + 1] - start);
        for (const { solver, items } of solvers)
            solver
                .shares(ratings, row, item, visitorSide(ids, items))
                .forEach((share, k) => (values[k] += share / solvers.length));
        const shares = Array.from(values, (share, k) => ({
            item: ratings.columns[start + k],
            rating: ratings.values[start + k],
            share,
        })).sort((a, b) => b.share - a.share || a.item - b.item);
        const baseline = this.parts.globalMean + this.parts.itemBias[item];
        return { item, score: values.reduce((sum, share) => sum + share, baseline), baseline, shares };
    }
    rowSolvers() {
        const { parts } = this;
        return (this.itemsFixed ??= (0, ensemble_1.sidesOf)(parts, "item").map((items) => ({
            solver: new solve_side_1.RowSolver((0, ensemble_1.memberOptions)(parts), items, parts.globalMean),
            items,
        })));
    }
    /** A visitor's ratings as the one row of a matrix, all of them checked. */
    visitorRow(ratings) {
        const { options, itemIds } = this.parts;
        const sorted = [...ratings].sort((a, b) => a.item - b.item);
        sorted.forEach(({ item, rating }, k) => {
            this.checkIndex("item", item, this.items);
            if (k > 0 && sorted[k - 1].item === item)
                throw new data_1.WorkspaceError("DATA_INVALID", `fold-in: item ${item} (movie ${itemIds[item]}) is rated twice`);
            const refusal = refusedRating(rating, options.feedback);
            if (refusal)
                throw new data_1.WorkspaceError("DATA_INVALID", `fold-in: item ${item} (movie ${itemIds[item]}): ${refusal}`);
        });
        return {
            rowStart: Uint32Array.of(0, sorted.length),
            columns: Uint32Array.from(sorted, ({ item }) => item),
            values: Float32Array.from(sorted, ({ rating }) => rating),
            rows: 1,
            cols: this.items,
        };
    }
    /** `recommend` for a folded-in user; what was folded in is what is seen. */
    recommendFolded(folded, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItemsFolded(folded, scores);
        return this.best(scores, n, folded.seen, options);
    }
    /** `scoreItems` for a folded-in user. */
    scoreItemsFolded(folded, scores) {
        this.writeScores(folded.factors, 0, folded.bias, scores);
    }
    /** The prediction, not clipped; the same bits as `writeScores`. */
    score(user, item) {
        const { globalMean, userFactors, itemFactors, userBias, itemBias } = this.parts;
        return (globalMean + userBias[user] + itemBias[item] + (0, objective_1.dot)(userFactors, user, itemFactors, item, this.rank));
    }
    best(scores, n, seen, options) {
        return (0, select_top_1.topUnseen)(scores, n, (options.excludeSeen ?? true) ? seen : NOTHING_SEEN, options.accept);
    }
    writeScores(factors, row, bias, scores) {
        if (scores.length !== this.items)
            throw new data_1.WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
        const { globalMean, itemFactors, itemBias } = this.parts;
        for (let item = 0; item < this.items; item++)
            scores[item] =
                this.known[item] === 1
                    ? globalMean + bias + itemBias[item] + (0, objective_1.dot)(factors, row, itemFactors, item, this.rank)
                    : -Infinity;
    }
    checkIndex(side, index, length) {
        if (!Number.isInteger(index) || index < 0 || index >= length)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
    }
}
exports.AlsModel = AlsModel;
/** Room for one row solved against `items`. */
const visitorSide = (ids, items) => ({
    name: "user",
    ids,
    factors: new Float64Array(items.factors.length / items.ids.length),
    bias: new Float64Array(1),
});
/** Why a rating cannot be learned from; null where it can. */
function refusedRating(rating, feedback) {
    if (!Number.isFinite(rating))
        return `rating is ${rating}, not a finite number`;
    if (feedback === "implicit" && rating <= 0)
        return `rating is ${rating}, and implicit feedback takes only ratings above 0`;
    return null;
}
//# sourceMappingURL=model.js.map
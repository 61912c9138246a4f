"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ScoringModel = void 0;
exports.itemCounts = itemCounts;
const als_1 = require("../als");
const data_1 = require("../data");
const NOTHING_SEEN = new Uint32Array(0);
/**
 * What models without factors have in common: they score every item for a user, and the best unseen ones are the
 * recommendation. Users and items are dense indices of the training data.
 */
class ScoringModel {
    name;
    users;
    items;
    /** Training ratings by user. */
    ratings;
    /** Training ratings of each item; 0 for a cold one. */
    counts;
    constructor(name, train) {
        this.name = name;
        this.users = train.userIds.length;
        this.items = train.itemIds.length;
        this.ratings = (0, data_1.ratingsByUser)(train);
        this.counts = itemCounts(train);
    }
    scoreItems(user, scores) {
        this.checkIndex("user", user);
        this.checkScores(scores);
        this.writeScores(user, scores);
        this.silenceCold(scores);
    }
    recommend(user, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItems(user, scores);
        const seen = (options.excludeSeen ?? true) ? (0, als_1.seenBy)(this.ratings, user) : NOTHING_SEEN;
        return (0, als_1.topUnseen)(scores, n, seen, options.accept);
    }
    checkIndex(side, index) {
        const length = side === "user" ? this.users : this.items;
        if (!Number.isInteger(index) || index < 0 || index >= length)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
    }
    checkScores(scores) {
        if (scores.length !== this.items)
            throw new data_1.WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
    }
    silenceCold(scores) {
        for (let item = 0; item < this.items; item++)
            if (this.counts[item] === 0)
                scores[item] = -Infinity;
    }
}
exports.ScoringModel = ScoringModel;
/** Ratings of each item, by dense index; whole numbers, exact. */
function itemCounts(train) {
    const counts = new Float64Array(train.itemIds.length);
    for (const item of train.items)
        counts[item]++;
    return counts;
}
//# sourceMappingURL=scoring-model.js.map
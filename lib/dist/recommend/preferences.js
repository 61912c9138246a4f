"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.PreferenceModel = exports.takesVisitors = void 0;
exports.seenByVisitor = seenByVisitor;
const als_1 = require("../als");
const data_1 = require("../data");
const scoring_model_1 = require("./scoring-model");
const takesVisitors = (model) => "scoreItemsFor" in model;
exports.takesVisitors = takesVisitors;
/** What a visitor rated, ascending; nothing where seen items are asked for too. */
function seenByVisitor(ratings, { excludeSeen = true }) {
    return Uint32Array.from(excludeSeen ? ratings : [], ({ item }) => item).sort();
}
/**
 * A model of what is liked at all. `predict` is its score: a preference, not stars. Who likes nothing in the training
 * data is scored by how many users like each item.
 */
class PreferenceModel extends scoring_model_1.ScoringModel {
    /** Likes by user, and by item: the 0/1 matrix X. The values by user are what a user is scored by. */
    likesByUser;
    likesByItem;
    likedFrom;
    /** Likes of each item. */
    likes;
    last;
    /** @throws WorkspaceError OPTION_INVALID */
    constructor(name, train, options) {
        super(name, train);
        this.likedFrom = options.likedFrom ?? 4;
        const likes = likesOf(train, this.likedFrom, options.recency);
        this.likesByUser = (0, data_1.ratingsByUser)(likes);
        this.likesByItem = (0, data_1.ratingsByItem)(likes);
        this.likes = Float64Array.from({ length: this.items }, (_, item) => this.likesByItem.rowStart[item + 1] - this.likesByItem.rowStart[item]);
    }
    predict(user, item) {
        this.checkIndex("user", user);
        this.checkIndex("item", item);
        if (this.last?.user !== user) {
            const scores = new Float64Array(this.items);
            this.writeScores(user, scores);
            this.last = { user, scores };
        }
        return this.last.scores[item];
    }
    writeScores(user, scores) {
        const { rowStart, columns, values } = this.likesByUser;
        const [from, to] = [rowStart[user], rowStart[user + 1]];
        if (from === to)
            scores.set(this.likes);
        else
            this.writeScoresOf({ items: columns.subarray(from, to), weights: values.subarray(from, to) }, scores, user);
    }
    scoreItemsFor(ratings, scores) {
        this.checkScores(scores);
        this.checkVisitor(ratings);
        const liked = ratings.filter(({ rating }) => rating >= this.likedFrom).map(({ item }) => item);
        if (liked.length === 0)
            scores.set(this.likes);
        else
            this.writeScoresOf({ items: Uint32Array.from(liked).sort(), weights: new Float32Array(liked.length).fill(1) }, scores);
        this.silenceCold(scores);
    }
    recommendFor(ratings, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItemsFor(ratings, scores);
        return (0, als_1.topUnseen)(scores, n, seenByVisitor(ratings, options), options.accept);
    }
    checkVisitor(ratings) {
        const given = new Set();
        for (const { item, rating } of ratings) {
            this.checkIndex("item", item);
            if (given.has(item))
                throw new data_1.WorkspaceError("DATA_INVALID", `visitor: item ${item} is rated twice`);
            if (!Number.isFinite(rating))
                throw new data_1.WorkspaceError("DATA_INVALID", `visitor: item ${item}: rating ${rating} is not a number`);
            given.add(item);
        }
    }
}
exports.PreferenceModel = PreferenceModel;
/** The likes, with what a user is scored by in place of the stars. */
function likesOf(train, likedFrom, recency) {
    if (!Number.isFinite(likedFrom))
        throw new data_1.WorkspaceError("OPTION_INVALID", `likedFrom is ${likedFrom}, not a number of stars`);
    const { users, items, ratings, userIds, itemIds } = train;
    const liked = Uint32Array.from(users.keys()).filter((r) => ratings[r] >= likedFrom);
    const weights = recency && recencyWeights(train, recency);
    return {
        users: liked.map((r) => users[r]),
        items: liked.map((r) => items[r]),
        ratings: Float32Array.from(liked, (r) => (weights ? weights[r] : 1)),
        userIds,
        itemIds,
    };
}
/** The weight of each rating, by row of the data; ratings of one time have one weight. */
function recencyWeights(train, { halfLife, floor }) {
    if (!(halfLife > 0 && floor >= 0 && floor <= 1))
        throw new data_1.WorkspaceError("OPTION_INVALID", `recency: halfLife ${halfLife} must be above 0, floor ${floor} between 0 and 1`);
    const { users, timestamps } = train;
    const order = Array.from(users.keys()).sort((a, b) => users[a] - users[b] || timestamps[b] - timestamps[a]);
    const weights = new Float64Array(users.length);
    let first = 0;
    let sameTime = 0;
    order.forEach((r, at) => {
        if (at === 0 || users[order[at - 1]] !== users[r])
            first = sameTime = at;
        else if (timestamps[order[at - 1]] !== timestamps[r])
            sameTime = at;
        weights[r] = floor + (1 - floor) * 0.5 ** ((sameTime - first) / halfLife);
    });
    return weights;
}
//# sourceMappingURL=preferences.js.map
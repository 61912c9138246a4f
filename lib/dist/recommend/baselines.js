"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.globalMeanModel = globalMeanModel;
exports.dampedBiasModel = dampedBiasModel;
exports.popularityModel = popularityModel;
exports.dampedBiases = dampedBiases;
const data_1 = require("../data");
const scoring_model_1 = require("./scoring-model");
/** An expectation for each pair, and one score per item that orders the items alike for every user. */
class Baseline extends scoring_model_1.ScoringModel {
    expectation;
    itemScores;
    userShift;
    constructor(name, train, learned) {
        super(name, train);
        this.expectation = learned.expectation;
        this.itemScores = learned.itemScores;
        this.userShift = learned.userShift ?? new Float64Array(this.users);
    }
    predict(user, item) {
        this.checkIndex("user", user);
        this.checkIndex("item", item);
        return this.expectation(user, item);
    }
    writeScores(user, scores) {
        for (let item = 0; item < this.items; item++)
            scores[item] = this.itemScores[item] + this.userShift[user];
    }
}
/**
 * Every rating is expected to be μ, the mean of the training ratings. Its ranking carries no information:
 * all items tie, so they come by ascending index.
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
function globalMeanModel(train) {
    const mean = meanRating(train);
    return new Baseline("global mean", train, {
        expectation: () => mean,
        itemScores: new Float64Array(train.itemIds.length).fill(mean),
    });
}
/**
 * r ≈ μ + b_i + b_u, both biases shrunk towards 0 by the damping β (in ratings), items first:
 *
 *   b_i = Σ_u (r_ui − μ) / (n_i + β)        b_u = Σ_i (r_ui − μ − b_i) / (n_u + β)
 *
 * Source: Ekstrand, Riedl and Konstan 2011, "Collaborative Filtering Recommender Systems", eq. 2.3–2.5 (as
 * LensKit's BiasModel). A cold user or item has bias 0. Predictions are clipped to the scale; rankings are not.
 * @param options.damping β ≥ 0, 5 by default, as in LensKit's own experiments
 * @throws WorkspaceError OPTION_INVALID for a negative damping, METRIC_EMPTY without a training rating
 */
function dampedBiasModel(train, options = {}) {
    const { mean, itemBias, userBias } = dampedBiases(train, options.damping);
    const { scale } = train;
    return new Baseline("damped biases", train, {
        expectation: (user, item) => Math.min(scale.max, Math.max(scale.min, mean + itemBias[item] + userBias[user])),
        itemScores: itemBias.map((bias) => mean + bias),
        userShift: userBias,
    });
}
/**
 * Items by their number of training ratings, the same list for everybody save for what each has seen.
 * `predict` is that number: a preference score, not stars.
 */
function popularityModel(train) {
    const counts = (0, scoring_model_1.itemCounts)(train);
    return new Baseline("popularity", train, { expectation: (_, item) => counts[item], itemScores: counts });
}
/** The biases of `dampedBiasModel`, and what it throws. */
function dampedBiases(train, damping = 5) {
    if (!(damping >= 0 && Number.isFinite(damping)))
        throw new data_1.WorkspaceError("OPTION_INVALID", `damping is ${damping}, not a number of at least 0`);
    const mean = meanRating(train);
    const { users, items, ratings } = train;
    const itemBias = dampedMean(items, train.itemIds.length, damping, (r) => ratings[r] - mean);
    const userBias = dampedMean(users, train.userIds.length, damping, (r) => ratings[r] - mean - itemBias[items[r]]);
    return { mean, itemBias, userBias };
}
function meanRating(train) {
    if (train.ratings.length === 0)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `${train.name}: no training rating to take a mean of`);
    let sum = 0;
    for (const rating of train.ratings)
        sum += rating;
    return sum / train.ratings.length;
}
/** Σ residual / (n + damping) of each row; 0 for a row without ratings, whatever the damping. */
function dampedMean(rowOf, rows, damping, residual) {
    const sums = new Float64Array(rows);
    const counts = new Uint32Array(rows);
    for (let r = 0; r < rowOf.length; r++) {
        sums[rowOf[r]] += residual(r);
        counts[rowOf[r]]++;
    }
    return sums.map((sum, row) => (counts[row] > 0 ? sum / (counts[row] + damping) : 0));
}
//# sourceMappingURL=baselines.js.map
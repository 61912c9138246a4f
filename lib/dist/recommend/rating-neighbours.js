"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.userKnnRatingModel = userKnnRatingModel;
exports.itemKnnRatingModel = itemKnnRatingModel;
const als_1 = require("../als");
const data_1 = require("../data");
const baselines_1 = require("./baselines");
const neighbours_1 = require("./neighbours");
const scoring_model_1 = require("./scoring-model");
/**
 * Stars by neighbours: the damped biases, and the mean of what the k nearest neighbours' ratings differ from theirs,
 *
 *   r̂_ui = b_ui + Σ_n s_n (r_n − b_n) / Σ_n s_n,   s = n_common / (n_common + β) · cos(residuals)
 *
 * over neighbours with s > 0. Source: Koren 2008, "Factorization meets the neighborhood", eq. 2 and 3, with cosines of
 * the residuals. Predictions are clipped to the scale, rankings are not.
 */
class RatingNeighbourModel extends scoring_model_1.ScoringModel {
    byItem;
    biases;
    k;
    shrinkage;
    scale;
    last;
    constructor(name, train, options) {
        super(name, train);
        const { k, shrinkage } = (0, neighbours_1.checkedNeighbours)(options, { k: 40, shrinkage: 20 });
        this.k = k;
        this.shrinkage = shrinkage;
        this.biases = (0, baselines_1.dampedBiases)(train, options.damping);
        this.byItem = (0, data_1.ratingsByItem)(train);
        this.scale = train.scale;
    }
    predict(user, item) {
        this.checkIndex("user", user);
        this.checkIndex("item", item);
        if (this.last?.user !== user) {
            const scores = new Float64Array(this.items);
            this.writeScores(user, scores);
            this.last = { user, scores };
        }
        return Math.min(this.scale.max, Math.max(this.scale.min, this.last.scores[item]));
    }
    bias(user, item) {
        return this.biases.mean + this.biases.userBias[user] + this.biases.itemBias[item];
    }
    /** Residuals of a view: stars minus bias, for each of its positions. */
    residuals(view, rowIs) {
        const residuals = new Float64Array(view.columns.length);
        for (let row = 0; row < view.rows; row++)
            for (let p = view.rowStart[row]; p < view.rowStart[row + 1]; p++)
                residuals[p] =
                    view.values[p] -
                        (rowIs === "user" ? this.bias(row, view.columns[p]) : this.bias(view.columns[p], row));
        return residuals;
    }
}
/**
 * Shrunk cosines of residuals of one row of `view` with every row, written into `likeness`; norms over all of a row.
 * `across` is the same ratings by the other side.
 */
function cosinesOf(row, view, across, norms, shrinkage, likeness, common) {
    likeness.fill(0);
    common.fill(0);
    for (let p = view.rowStart[row]; p < view.rowStart[row + 1]; p++) {
        const own = view.values[p];
        const column = view.columns[p];
        for (let q = across.rowStart[column]; q < across.rowStart[column + 1]; q++) {
            likeness[across.columns[q]] += own * across.values[q];
            common[across.columns[q]]++;
        }
    }
    for (let other = 0; other < likeness.length; other++) {
        const norm = norms[row] * norms[other];
        likeness[other] =
            other === row || norm === 0
                ? 0
                : (likeness[other] / norm) * (common[other] / (common[other] + shrinkage || 1));
    }
}
function normsOf({ rowStart, values }) {
    return Float64Array.from({ length: rowStart.length - 1 }, (_, row) => {
        let sum = 0;
        for (let p = rowStart[row]; p < rowStart[row + 1]; p++)
            sum += values[p] ** 2;
        return Math.sqrt(sum);
    });
}
/** Rows with a positive likeness, the most alike first, ties by ascending index. */
function ranked(likeness) {
    const positive = Uint32Array.from(likeness.keys()).filter((row) => likeness[row] > 0);
    return positive.sort((a, b) => likeness[b] - likeness[a] || a - b);
}
class UserRatingKnn extends RatingNeighbourModel {
    user;
    item;
    norms;
    constructor(train, options) {
        super("user-kNN, stars", train, options);
        this.user = { ...this.ratings, values: this.residuals(this.ratings, "user") };
        this.item = { ...this.byItem, values: this.residuals(this.byItem, "item") };
        this.norms = normsOf(this.user);
    }
    writeScores(user, scores) {
        const likeness = new Float64Array(this.users);
        cosinesOf(user, this.user, this.item, this.norms, this.shrinkage, likeness, new Uint32Array(this.users));
        const sums = new Float64Array(this.items);
        const totals = new Float64Array(this.items);
        const taken = new Uint32Array(this.items);
        for (const other of ranked(likeness))
            for (let p = this.user.rowStart[other]; p < this.user.rowStart[other + 1]; p++) {
                const item = this.user.columns[p];
                if (taken[item] === this.k)
                    continue;
                taken[item]++;
                sums[item] += likeness[other] * this.user.values[p];
                totals[item] += likeness[other];
            }
        for (let item = 0; item < this.items; item++)
            scores[item] = this.bias(user, item) + (taken[item] > 0 ? sums[item] / totals[item] : 0);
    }
}
class ItemRatingKnn extends RatingNeighbourModel {
    nearest;
    likeness;
    residual;
    constructor(train, options) {
        super("item-kNN, stars", train, options);
        const user = { ...this.ratings, values: this.residuals(this.ratings, "user") };
        const item = { ...this.byItem, values: this.residuals(this.byItem, "item") };
        this.residual = user.values;
        const norms = normsOf(item);
        const likeness = new Float64Array(this.items);
        const common = new Uint32Array(this.items);
        this.nearest = [];
        this.likeness = [];
        for (let row = 0; row < this.items; row++) {
            cosinesOf(row, item, user, norms, this.shrinkage, likeness, common);
            const kept = (0, als_1.selectTop)(likeness, KEPT, (other) => likeness[other] > 0);
            this.nearest.push(Uint32Array.from(kept, (neighbour) => neighbour.item));
            this.likeness.push(Float64Array.from(kept, ({ score }) => score));
        }
    }
    writeScores(user, scores) {
        const { rowStart, columns } = this.ratings;
        const own = new Float64Array(this.items).fill(NaN);
        for (let p = rowStart[user]; p < rowStart[user + 1]; p++)
            own[columns[p]] = this.residual[p];
        for (let item = 0; item < this.items; item++) {
            const nearest = this.nearest[item];
            let taken = 0;
            let sum = 0;
            let total = 0;
            for (let at = 0; at < nearest.length && taken < this.k; at++) {
                const residual = own[nearest[at]];
                if (Number.isNaN(residual))
                    continue;
                taken++;
                sum += this.likeness[item][at] * residual;
                total += this.likeness[item][at];
            }
            scores[item] = this.bias(user, item) + (taken > 0 ? sum / total : 0);
        }
    }
}
/** Neighbours kept of each item: a user has rated only some of them. */
const KEPT = 300;
/** `RatingNeighbourModel` by users alike. @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY without a training rating */
function userKnnRatingModel(train, options = {}) {
    return new UserRatingKnn(train, options);
}
/** `RatingNeighbourModel` by items alike, of which the 300 nearest are kept. Throws as `userKnnRatingModel`. */
function itemKnnRatingModel(train, options = {}) {
    return new ItemRatingKnn(train, options);
}
//# sourceMappingURL=rating-neighbours.js.map
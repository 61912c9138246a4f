"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.UserKnnModel = exports.ItemKnnModel = void 0;
exports.itemKnnModel = itemKnnModel;
exports.userKnnModel = userKnnModel;
exports.checkedNeighbours = checkedNeighbours;
const als_1 = require("../als");
const data_1 = require("../data");
const preferences_1 = require("./preferences");
/**
 * Item-kNN: an item is scored by the person's likes among its k most similar items,
 *
 *   score_i = Σ_{j ∈ N_k(i)} s_ij · x_j,   s_ij = x_i·x_j / (‖x_i‖ ‖x_j‖ + shrinkage)
 *
 * Source: Deshpande and Karypis 2004, "Item-based top-N recommendation algorithms"; the shrunk cosine as in
 * Ferrari Dacrema, Cremonesi and Jannach 2019, §3.2. A visitor's scores take the likes alone, no training.
 * @param options.k 50 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
function itemKnnModel(train, options = {}) {
    return new ItemKnnModel(train, options);
}
class ItemKnnModel extends preferences_1.PreferenceModel {
    /** Row j: the items i that have j among their k nearest, ascending, and s_ij. */
    reachStart;
    reached;
    similarity;
    constructor(train, options = {}) {
        super("item-kNN", train, options);
        const { k, shrinkage } = checkedNeighbours(options, { k: 50, shrinkage: 10 });
        const nearest = Array.from({ length: this.items }, () => []);
        const scores = new Float64Array(this.items);
        let pairs = 0;
        for (let item = 0; item < this.items; item++) {
            this.cosines(item, shrinkage, scores);
            for (const { item: neighbour, score } of (0, als_1.selectTop)(scores, k)) {
                nearest[neighbour].push({ item, of: neighbour, score });
                pairs++;
            }
        }
        this.reachStart = new Uint32Array(this.items + 1);
        this.reached = new Uint32Array(pairs);
        this.similarity = new Float64Array(pairs);
        let at = 0;
        nearest.forEach((row, neighbour) => {
            for (const { item, score } of row) {
                this.reached[at] = item;
                this.similarity[at++] = score;
            }
            this.reachStart[neighbour + 1] = at;
        });
    }
    /** Shrunk cosines of `item` with all others; −Infinity for itself and where nobody likes both. */
    cosines(item, shrinkage, scores) {
        const { likesByItem, likesByUser, likes } = this;
        scores.fill(0);
        for (let p = likesByItem.rowStart[item]; p < likesByItem.rowStart[item + 1]; p++) {
            const user = likesByItem.columns[p];
            for (let q = likesByUser.rowStart[user]; q < likesByUser.rowStart[user + 1]; q++)
                scores[likesByUser.columns[q]]++;
        }
        for (let other = 0; other < this.items; other++)
            scores[other] =
                scores[other] === 0 || other === item
                    ? -Infinity
                    : scores[other] / (Math.sqrt(likes[item] * likes[other]) + shrinkage);
    }
    writeScoresOf({ items, weights }, scores) {
        scores.fill(0);
        for (let k = 0; k < items.length; k++)
            for (let p = this.reachStart[items[k]]; p < this.reachStart[items[k] + 1]; p++)
                scores[this.reached[p]] += this.similarity[p] * weights[k];
    }
}
exports.ItemKnnModel = ItemKnnModel;
/**
 * User-kNN: an item is scored by the likeness of the k most similar users who like it,
 *
 *   score_i = Σ_{v ∈ N_k(u)} s_uv · x_vi,   s_uv = x_u·x_v / (‖x_u‖ ‖x_v‖ + shrinkage)
 *
 * Source: Herlocker, Konstan, Borchers and Riedl 1999, "An algorithmic framework for performing collaborative
 * filtering"; the shrunk cosine as in `itemKnnModel`. A visitor is compared like a user.
 * @param options.k 40 by default; options.shrinkage 10 by default
 * @throws WorkspaceError OPTION_INVALID
 */
function userKnnModel(train, options = {}) {
    return new UserKnnModel(train, options);
}
class UserKnnModel extends preferences_1.PreferenceModel {
    k;
    shrinkage;
    constructor(train, options = {}) {
        super("user-kNN", train, options);
        const { k, shrinkage } = checkedNeighbours(options, { k: 40, shrinkage: 10 });
        this.k = k;
        this.shrinkage = shrinkage;
    }
    writeScoresOf({ items, weights }, scores, self) {
        const { likesByItem, likesByUser } = this;
        const likeness = new Float64Array(this.users);
        let square = 0;
        for (let k = 0; k < items.length; k++) {
            square += weights[k] ** 2;
            for (let p = likesByItem.rowStart[items[k]]; p < likesByItem.rowStart[items[k] + 1]; p++)
                likeness[likesByItem.columns[p]] += weights[k];
        }
        for (let user = 0; user < this.users; user++) {
            const own = likesByUser.rowStart[user + 1] - likesByUser.rowStart[user];
            likeness[user] =
                likeness[user] === 0 || user === self
                    ? -Infinity
                    : likeness[user] / (Math.sqrt(square * own) + this.shrinkage);
        }
        scores.fill(0);
        for (const { item: user, score } of (0, als_1.selectTop)(likeness, this.k))
            for (let p = likesByUser.rowStart[user]; p < likesByUser.rowStart[user + 1]; p++)
                scores[likesByUser.columns[p]] += score;
    }
}
exports.UserKnnModel = UserKnnModel;
/** @throws WorkspaceError OPTION_INVALID */
function checkedNeighbours(options, defaults) {
    const { k = defaults.k, shrinkage = defaults.shrinkage } = options;
    if (!Number.isInteger(k) || k < 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
    if (!(shrinkage >= 0 && Number.isFinite(shrinkage)))
        throw new data_1.WorkspaceError("OPTION_INVALID", `shrinkage is ${shrinkage}, not a number of at least 0`);
    return { k, shrinkage };
}
//# sourceMappingURL=neighbours.js.map
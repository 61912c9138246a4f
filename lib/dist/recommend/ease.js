"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.EaseModel = void 0;
exports.easeModel = easeModel;
const data_1 = require("../data");
const inverse_1 = require("./inverse");
const preferences_1 = require("./preferences");
/** Rows of the largest matrix that is inverted here: 8192² float64 are half a gigabyte, and some minutes. */
const LARGEST_SIDE = 8192;
/**
 * EASE, "embarrassingly shallow autoencoders": the item × item weights B with a diagonal of zeros that reproduce the
 * likes X best, in closed form; a person's scores are the person's likes times B.
 *
 *   minimise ‖X − X·B‖² + λ‖B‖², diag B = 0:   P = (XᵀX + λI)⁻¹,   B_ij = −P_ij / P_jj for i ≠ j
 *
 * Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW, eq. 8. The matrix inverted is that
 * of the smaller side: with fewer users than items, P = (I − Xᵀ(XXᵀ + λI)⁻¹X) / λ (Woodbury), which is the same
 * without ever being written down. A visitor's scores take the likes alone, no training.
 * @throws WorkspaceError OPTION_INVALID, MEMORY_EXCEEDED when both sides have more than 8192 rows
 */
function easeModel(train, options = {}) {
    return new EaseModel(train, options);
}
class EaseModel extends preferences_1.PreferenceModel {
    lambda;
    /** 1 for items that B has weights of. */
    learned;
    /** Row of the inverse for each item, where that is the side inverted. */
    place;
    /** (XᵀX + λI)⁻¹ over the items learned, or (XXᵀ + λI)⁻¹ over all users. */
    inverse;
    size;
    /** P_jj. */
    diagonal;
    constructor(train, options = {}) {
        super("EASE", train, options);
        const { lambda = 150, minLikes = 1 } = options;
        if (!(lambda > 0 && Number.isFinite(lambda)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `lambda is ${lambda}, not a number above 0`);
        if (!(Number.isInteger(minLikes) && minLikes >= 1))
            throw new data_1.WorkspaceError("OPTION_INVALID", `minLikes is ${minLikes}, not a whole number of at least 1`);
        this.lambda = lambda;
        this.learned = Uint8Array.from(this.likes, (likes) => (likes >= minLikes ? 1 : 0));
        const learnedItems = Uint32Array.from(this.learned.keys()).filter((item) => this.learned[item] === 1);
        const byItems = learnedItems.length < this.users;
        this.size = byItems ? learnedItems.length : this.users;
        if (this.size > LARGEST_SIDE)
            throw new data_1.WorkspaceError("MEMORY_EXCEEDED", `EASE over ${learnedItems.length} items and ${this.users} users would invert a matrix of ${this.size} rows, more than ${LARGEST_SIDE}`, { mend: "Raise minLikes, so that fewer items take part, or use ALS." });
        this.place = byItems ? new Uint32Array(this.items) : null;
        if (this.place)
            for (let k = 0; k < learnedItems.length; k++)
                this.place[learnedItems[k]] = k;
        this.inverse = this.gram();
        (0, inverse_1.invertPositive)(this.inverse, this.size);
        this.diagonal = Float64Array.from({ length: this.items }, (_, item) => this.diagonalOf(item));
    }
    /** B_ij: what a like of item i adds to the score of item j. 0 on the diagonal and for items without weights. */
    weight(i, j) {
        this.checkIndex("item", i);
        this.checkIndex("item", j);
        if (i === j || !this.learned[i] || !this.learned[j])
            return 0;
        return -this.entry(i, j) / this.diagonal[j];
    }
    writeScoresOf({ items, weights }, scores) {
        scores.fill(0);
        if (this.place)
            this.writeByItems({ items, weights }, scores);
        else
            this.writeByUsers({ items, weights }, scores);
        // x·P / P_jj still holds x_j itself, which the diagonal of B leaves out.
        for (let item = 0; item < this.items; item++)
            scores[item] = -scores[item] / this.diagonal[item];
        for (let k = 0; k < items.length; k++)
            if (this.learned[items[k]])
                scores[items[k]] += weights[k];
        for (let item = 0; item < this.items; item++)
            if (!this.learned[item])
                scores[item] = 0;
    }
    /** x·P, P at hand. */
    writeByItems({ items, weights }, products) {
        for (let k = 0; k < items.length; k++) {
            if (!this.learned[items[k]])
                continue;
            const row = this.place[items[k]] * this.size;
            for (let item = 0; item < this.items; item++)
                if (this.learned[item])
                    products[item] += weights[k] * this.inverse[row + this.place[item]];
        }
    }
    /** x·P = (x − ((x·Xᵀ)·K)·X) / λ, K = (XXᵀ + λI)⁻¹. */
    writeByUsers({ items, weights }, products) {
        const { rowStart, columns } = this.likesByItem;
        const shared = new Float64Array(this.users);
        for (let k = 0; k < items.length; k++)
            if (this.learned[items[k]])
                for (let p = rowStart[items[k]]; p < rowStart[items[k] + 1]; p++)
                    shared[columns[p]] += weights[k];
        const turned = new Float64Array(this.users);
        for (let user = 0; user < this.users; user++) {
            if (shared[user] === 0)
                continue;
            const row = user * this.size;
            for (let other = 0; other < this.users; other++)
                turned[other] += shared[user] * this.inverse[row + other];
        }
        for (let item = 0; item < this.items; item++) {
            let sum = 0;
            for (let p = rowStart[item]; p < rowStart[item + 1]; p++)
                sum += turned[columns[p]];
            products[item] = -sum / this.lambda;
        }
        for (let k = 0; k < items.length; k++)
            products[items[k]] += weights[k] / this.lambda;
    }
    gram() {
        const { size, place } = this;
        const gram = new Float64Array(size * size);
        const rows = place ? this.likesByUser : this.likesByItem;
        for (let row = 0; row < rows.rows; row++) {
            if (!place && !this.learned[row])
                continue;
            for (let p = rows.rowStart[row]; p < rows.rowStart[row + 1]; p++) {
                if (place && !this.learned[rows.columns[p]])
                    continue;
                const at = (place ? place[rows.columns[p]] : rows.columns[p]) * size;
                // The lower triangle is enough; columns ascend, and so do their places.
                for (let q = rows.rowStart[row]; q <= p; q++) {
                    if (place && !this.learned[rows.columns[q]])
                        continue;
                    gram[at + (place ? place[rows.columns[q]] : rows.columns[q])]++;
                }
            }
        }
        for (let k = 0; k < size; k++)
            gram[k * size + k] += this.lambda;
        return gram;
    }
    diagonalOf(item) {
        return this.learned[item] ? this.entry(item, item) : 1 / this.lambda;
    }
    /** P_ij. */
    entry(i, j) {
        if (this.place)
            return this.inverse[this.place[i] * this.size + this.place[j]];
        const { rowStart, columns } = this.likesByItem;
        let sum = 0;
        for (let p = rowStart[i]; p < rowStart[i + 1]; p++)
            for (let q = rowStart[j]; q < rowStart[j + 1]; q++)
                sum += this.inverse[columns[p] * this.size + columns[q]];
        return ((i === j ? 1 : 0) - sum) / this.lambda;
    }
}
exports.EaseModel = EaseModel;
//# sourceMappingURL=ease.js.map
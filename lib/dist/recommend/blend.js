"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.BlendModel = void 0;
exports.blendModel = blendModel;
const data_1 = require("../data");
const als_1 = require("../als");
const preferences_1 = require("./preferences");
/**
 * A weighted sum of the scores of models of one index space; a blend of one model ranks as that model. The weights are
 * to be learned on validation ratings (`learnBlend` of lib/evaluate), never on test. An item is recommended where every
 * model can recommend it. `predict` is the blended score: stars only with "none" and models of stars.
 * @throws WorkspaceError OPTION_INVALID without a part, for models of different index spaces, or a weight that is not finite
 */
function blendModel(parts, options = {}) {
    return new BlendModel(parts, options);
}
class BlendModel {
    parts;
    name;
    users;
    items;
    zScore;
    own;
    last;
    constructor(parts, options = {}) {
        this.parts = parts;
        if (parts.length === 0)
            throw new data_1.WorkspaceError("OPTION_INVALID", "a blend of no models");
        const [{ model: first }] = parts;
        this.users = first.users;
        this.items = first.items;
        for (const { model, weight } of parts) {
            if (model.users !== this.users || model.items !== this.items)
                throw new data_1.WorkspaceError("OPTION_INVALID", `blend: ${model.name} has ${model.users} users and ${model.items} items, ${first.name} ${this.users} and ${this.items}`);
            if (!Number.isFinite(weight))
                throw new data_1.WorkspaceError("OPTION_INVALID", `blend: the weight of ${model.name} is ${weight}`);
        }
        this.name = `blend of ${parts.map(({ model, weight }) => `${model.name} × ${Number(weight.toPrecision(3))}`).join(", ")}`;
        this.zScore = (options.normalise ?? "z-score") === "z-score";
        this.own = new Float64Array(this.items);
    }
    predict(user, item) {
        if (this.last?.user !== user) {
            const scales = this.parts.map(({ model }) => {
                model.scoreItems(user, this.own);
                return this.zScore ? scaleOf(this.own) : UNSCALED;
            });
            this.last = { user, scales };
        }
        const { scales } = this.last;
        return this.parts.reduce((sum, { model, weight }, at) => {
            const { centre, spread } = scales[at];
            return sum + (weight * (model.predict(user, item) - centre)) / spread;
        }, 0);
    }
    scoreItems(user, scores) {
        this.addUp(scores, (model, own) => model.scoreItems(user, own));
    }
    /** @throws WorkspaceError OPTION_INVALID for a blend with a model that takes no visitors, and what the models throw */
    scoreItemsFor(ratings, scores) {
        this.addUp(scores, (model, own) => scoreVisitor(model, ratings, own));
    }
    recommendFor(ratings, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItemsFor(ratings, scores);
        return (0, als_1.topUnseen)(scores, n, (0, preferences_1.seenByVisitor)(ratings, options), options.accept);
    }
    addUp(scores, score) {
        if (scores.length !== this.items)
            throw new data_1.WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
        scores.fill(0);
        for (const { model, weight } of this.parts) {
            score(model, this.own);
            const { centre, spread } = this.zScore ? scaleOf(this.own) : UNSCALED;
            for (let item = 0; item < this.items; item++)
                scores[item] =
                    this.own[item] === -Infinity || scores[item] === -Infinity
                        ? -Infinity
                        : scores[item] + (weight * (this.own[item] - centre)) / spread;
        }
    }
    recommend(user, n, options = {}) {
        const scores = new Float64Array(this.items);
        this.scoreItems(user, scores);
        if (options.excludeSeen === false)
            return (0, als_1.topUnseen)(scores, n, new Uint32Array(0), options.accept);
        // What is seen, each model knows of its own training data.
        const unseen = new Uint8Array(this.items);
        for (const { model } of this.parts)
            for (const { item } of model.recommend(user, this.items))
                unseen[item]++;
        const accept = (item) => unseen[item] === this.parts.length && (options.accept === undefined || options.accept(item));
        return (0, als_1.topUnseen)(scores, n, new Uint32Array(0), accept);
    }
}
exports.BlendModel = BlendModel;
function scoreVisitor(model, ratings, scores) {
    if (model instanceof als_1.AlsModel)
        model.scoreItemsFolded(model.foldIn(ratings), scores);
    else if ((0, preferences_1.takesVisitors)(model))
        model.scoreItemsFor(ratings, scores);
    else
        throw new data_1.WorkspaceError("OPTION_INVALID", `${model.name} cannot score a visitor`, {
            mend: "Blend ALS, EASE, item-kNN and user-kNN models for visitors.",
        });
}
const UNSCALED = { centre: 0, spread: 1 };
/** Mean and standard deviation of the finite scores; a spread of 1 where all are equal. */
function scaleOf(scores) {
    let count = 0;
    let sum = 0;
    for (const score of scores)
        if (score !== -Infinity) {
            count++;
            sum += score;
        }
    if (count === 0)
        return UNSCALED;
    const centre = sum / count;
    let squares = 0;
    for (const score of scores)
        if (score !== -Infinity)
            squares += (score - centre) ** 2;
    return { centre, spread: Math.sqrt(squares / count) || 1 };
}
//# sourceMappingURL=blend.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.learnBlend = learnBlend;
exports.learnedBlend = learnedBlend;
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
/** Items that a model puts forward for a user; what none of them does is not in the blend's list either. */
const PUT_FORWARD = 100;
const WEIGHTS = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2];
const MOST_ROUNDS = 4;
/** A smaller share is noise: of two blends that differ by less, the one with the smaller weight is taken. */
const LEAST_GAIN = 5e-4;
/**
 * Learns the weights of a z-score blend on validation ratings, one weight after the other as long as that helps. The
 * first model has weight 1, and another enters only where it helps: so the blend is no worse, on these ratings, than the
 * first model. A user's list is looked for among the 100 best unseen items of each model.
 * @param fitted for each validation split, the models trained on its `train`, in one order. More splits make steadier weights
 * @throws WorkspaceError OPTION_INVALID without a model or for splits with different numbers of models, METRIC_EMPTY, INDEX_UNKNOWN
 */
function learnBlend(fitted, options = {}) {
    const { metric = "ndcg", k = 10 } = options;
    const count = fitted[0]?.models.length ?? 0;
    if (count === 0 || fitted.some(({ models }) => models.length !== count))
        throw new data_1.WorkspaceError("OPTION_INVALID", "a blend needs the same models, at least one, on every split");
    const tables = fitted.map(({ models, split }) => candidatesOf(models, split));
    const value = (weights) => tables.reduce((sum, table, at) => {
        const lists = { k, users: table.users, lists: table.byUser.map((own) => blendedList(own, weights, k)) };
        return sum + (0, ranking_1.rankingMetricsOf)(lists, fitted[at].split, options)[metric];
    }, 0) / tables.length;
    let weights = [1, ...new Array(count - 1).fill(0)];
    const alone = value(weights);
    let best = alone;
    for (let round = 0; round < MOST_ROUNDS; round++) {
        const before = best;
        for (let at = 1; at < count; at++)
            for (const weight of WEIGHTS) {
                if (weight === weights[at])
                    continue;
                const tried = weights.map((own, other) => (other === at ? weight : own));
                const reached = value(tried);
                if (reached > best * (1 + LEAST_GAIN))
                    [weights, best] = [tried, reached];
            }
        if (best === before)
            break;
    }
    return { weights, value: best, alone };
}
/** The blend with the weights learned, of models trained anew; a model of weight 0 is left out. */
function learnedBlend(models, { weights }) {
    return (0, recommend_1.blendModel)(models.map((model, at) => ({ model, weight: weights[at] })).filter(({ weight }) => weight !== 0));
}
function candidatesOf(models, split) {
    for (const model of models)
        (0, rating_1.checkIndexSpace)(model, split.test);
    const users = (0, ranking_1.heldOutUsers)(split.test);
    const train = (0, data_1.ratingsByUser)(split.train);
    // A blend of one model gives that model's scores in the blend's unit.
    const alone = models.map((model) => (0, recommend_1.blendModel)([{ model, weight: 1 }]));
    const scores = models.map((model) => new Float64Array(model.items));
    const byUser = Array.from(users, (user) => {
        const seen = new Set((0, als_1.seenBy)(train, user));
        const chosen = new Set();
        alone.forEach((model, at) => {
            model.scoreItems(user, scores[at]);
            for (const { item } of (0, als_1.selectTop)(scores[at], PUT_FORWARD, (item) => !seen.has(item)))
                chosen.add(item);
        });
        const items = Uint32Array.from(chosen).sort();
        return { items, scores: scores.map((own) => Float64Array.from(items, (item) => own[item])) };
    });
    return { users, byUser };
}
function blendedList({ items, scores }, weights, k) {
    const blended = new Float64Array(items.length);
    scores.forEach((own, model) => {
        if (weights[model] !== 0)
            for (let at = 0; at < items.length; at++)
                blended[at] += weights[model] * own[at];
    });
    return Uint32Array.from((0, als_1.selectTop)(blended, k), ({ item }) => items[item]);
}
//# sourceMappingURL=blend.js.map
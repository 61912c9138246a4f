"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.diversify = diversify;
exports.favourNovel = favourNovel;
exports.selfInformation = selfInformation;
exports.factorSimilarity = factorSimilarity;
exports.genreSimilarity = genreSimilarity;
const data_1 = require("../data");
/**
 * Maximal marginal relevance: the list is built from the top, each time taking the candidate with the most of
 *
 *   (1 − dial) · relevance − dial · max similarity to what is chosen already
 *
 * where relevance is the score moved to 0 … 1 over the candidates, so that dials mean the same for every model.
 * Ties go to the candidate that stood higher. Source: Carbonell and Goldstein 1998, with λ = 1 − dial.
 * @param candidates best first; not changed. Several times n of them leave something to choose from.
 * @returns n of the candidates with the scores that they had; all where there are fewer
 * @throws WorkspaceError OPTION_INVALID for a dial outside 0 … 1 or an n that is not a whole number,
 *   PREDICTION_INVALID for a score or likeness that is not finite
 */
function diversify(candidates, similarity, options) {
    const { dial, n } = checked(candidates, options);
    if (dial === 0)
        return candidates.slice(0, n);
    const relevance = relevanceOf(candidates);
    const nearest = new Float64Array(candidates.length);
    const open = new Set(candidates.keys());
    const chosen = [];
    while (chosen.length < n) {
        let best = -1;
        let bestValue = -Infinity;
        for (const at of open) {
            const value = (1 - dial) * relevance[at] - dial * nearest[at];
            if (value > bestValue)
                [best, bestValue] = [at, value];
        }
        open.delete(best);
        const { item } = candidates[best];
        chosen.push(candidates[best]);
        for (const at of open) {
            const alike = similarity(item, candidates[at].item);
            if (!Number.isFinite(alike))
                throw new data_1.WorkspaceError("PREDICTION_INVALID", `the likeness of items ${item} and ${candidates[at].item} is ${alike}`);
            nearest[at] = Math.max(nearest[at], alike);
        }
    }
    return chosen;
}
/**
 * Puts forward what few people know: candidates by (1 − dial) · relevance + dial · self-information, both moved to
 * 0 … 1 over the candidates. Ties go to the candidate that stood higher. Source of the second part: Zhou et al. 2010,
 * "Solving the apparent diversity-accuracy dilemma", PNAS 107.
 * @param information −log2 of the share of users who know an item, in bits, by dense index; see `selfInformation`
 * @returns and throws as `diversify`
 */
function favourNovel(candidates, information, options) {
    const { dial, n } = checked(candidates, options);
    if (dial === 0)
        return candidates.slice(0, n);
    const relevance = relevanceOf(candidates);
    const novelty = toUnit(candidates.map(({ item }) => information[item]));
    const value = candidates.map((_, at) => (1 - dial) * relevance[at] + dial * novelty[at]);
    return [...candidates.keys()]
        .sort((a, b) => value[b] - value[a] || a - b)
        .slice(0, n)
        .map((at) => candidates[at]);
}
/** −log2(users with a rating of the item / users with a rating), bits, by dense index; an item without a rating counts as rated once. */
function selfInformation(ratings) {
    const raters = new Float64Array(ratings.cols);
    for (const item of ratings.columns)
        raters[item]++;
    let users = 0;
    for (let user = 0; user < ratings.rows; user++)
        if (ratings.rowStart[user + 1] > ratings.rowStart[user])
            users++;
    return raters.map((count) => Math.log2(Math.max(1, users) / Math.max(1, count)));
}
/** Cosine of the item factors; opposite tastes count as unlike, so below 0 is 0. Cold items are like nothing. */
function factorSimilarity(model) {
    const { itemFactors } = model.parts;
    const { rank } = model;
    const norms = Float64Array.from({ length: model.items }, (_, item) => {
        let sum = 0;
        for (let f = 0; f < rank; f++)
            sum += itemFactors[item * rank + f] ** 2;
        return Math.sqrt(sum);
    });
    return (a, b) => {
        if (norms[a] === 0 || norms[b] === 0)
            return 0;
        let product = 0;
        for (let f = 0; f < rank; f++)
            product += itemFactors[a * rank + f] * itemFactors[b * rank + f];
        return Math.min(1, Math.max(0, product / (norms[a] * norms[b])));
    };
}
/**
 * Jaccard: shared genres over all genres of both; 1 where neither has any, since what is not known is no diversity.
 * @param genres of each item, by dense index
 */
function genreSimilarity(genres) {
    return (a, b) => {
        const shared = genres[a].filter((genre) => genres[b].includes(genre)).length;
        const union = genres[a].length + genres[b].length - shared;
        return union === 0 ? 1 : shared / union;
    };
}
function checked(candidates, { dial, n = candidates.length }) {
    if (!(dial >= 0 && dial <= 1))
        throw new data_1.WorkspaceError("OPTION_INVALID", `dial is ${dial}, not a number from 0 to 1`);
    if (!Number.isInteger(n) || n < 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", `n is ${n}, not a whole number of at least 0`);
    return { dial, n: Math.min(n, candidates.length) };
}
function relevanceOf(candidates) {
    for (const { item, score } of candidates)
        if (!Number.isFinite(score))
            throw new data_1.WorkspaceError("PREDICTION_INVALID", `the score of item ${item} is ${score}`);
    return toUnit(candidates.map(({ score }) => score));
}
/** Moved and scaled to 0 … 1; all 0 where all are equal. */
function toUnit(values) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
    }
    return Float64Array.from(values, (value) => (high > low ? (value - low) / (high - low) : 0));
}
//# sourceMappingURL=re-rank.js.map
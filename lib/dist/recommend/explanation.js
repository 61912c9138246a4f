"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.recommendationReason = recommendationReason;
/**
 * Puts `AlsModel.explain` or `explainFolded` into words. A rating may speak for a film without being high: a low one of
 * a film that is liked by other people. So the words say "highly" only of ratings that are at
 * or above both the person's own mean and the middle of the scale.
 * @param options.most films to name, 3 by default
 */
function recommendationReason(model, movies, explanation, options = {}) {
    const { itemIds, scale } = model.parts;
    const { shares, score, baseline } = explanation;
    const titleOf = (movieId) => movies.get(movieId)?.title ?? `movie ${movieId}`;
    const speakFor = shares.filter(({ share }) => share > 0);
    const named = speakFor.slice(0, options.most ?? 3);
    const because = named.map(({ item, rating, share }) => ({
        movieId: itemIds[item],
        title: titleOf(itemIds[item]),
        rating,
        share,
    }));
    const mean = shares.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, shares.length);
    const sum = (of) => of.reduce((total, { share }) => total + share, 0);
    return {
        movieId: itemIds[explanation.item],
        words: wordsOf(because, Math.max(mean, (scale.min + scale.max) / 2), baseline),
        score,
        baseline,
        because,
        otherFor: sum(speakFor.slice(named.length)),
        against: sum(shares.filter(({ share }) => share < 0)),
    };
}
function wordsOf(because, highFrom, baseline) {
    if (because.length === 0)
        return `None of your ratings speaks for this film${baseline > 0 ? "; its place comes from what everybody gave it" : ""}`;
    const list = (films) => inWords(films.map(({ title, rating }) => `${title} (${rating})`));
    const high = because.filter(({ rating }) => rating >= highFrom);
    const rest = because.filter(({ rating }) => rating < highFrom);
    if (high.length === 0)
        return `Because you rated ${list(rest)}`;
    return `Because you rated ${list(high)} highly${rest.length === 0 ? "" : `, and ${list(rest)}`}`;
}
function inWords(parts) {
    return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
//# sourceMappingURL=explanation.js.map
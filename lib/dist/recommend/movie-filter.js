"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.movieFilter = movieFilter;
exports.ratingCounts = ratingCounts;
exports.genresByItem = genresByItem;
const data_1 = require("../data");
/**
 * Turns conditions into the `accept` of a recommendation, which speaks MovieLens ids. Unknown films are refused.
 * @param ratings training ratings of each film by MovieLens id, as `ratingCounts` gives them; a film that is absent has none
 * @throws WorkspaceError OPTION_INVALID for a condition on popularity without `ratings`, or a floor above the ceiling
 */
function movieFilter(movies, conditions, ratings) {
    const { genres, fromYear, toYear, minRatings = 0, maxRatings = Infinity } = conditions;
    const onPopularity = conditions.minRatings !== undefined || conditions.maxRatings !== undefined;
    if (onPopularity && ratings === undefined)
        throw new data_1.WorkspaceError("OPTION_INVALID", "a condition on popularity needs the films' rating counts", {
            mend: "Give `ratingCounts(model.parts)` as third argument.",
        });
    if (!(minRatings <= maxRatings))
        throw new data_1.WorkspaceError("OPTION_INVALID", `minRatings is ${minRatings}, which is not at most maxRatings, ${maxRatings}`);
    return (movieId) => {
        const movie = movies.get(movieId);
        if (movie === undefined)
            return false;
        if (genres && !movie.genres.some((genre) => genres.includes(genre)))
            return false;
        if (fromYear !== undefined && (movie.year === null || movie.year < fromYear))
            return false;
        if (toYear !== undefined && (movie.year === null || movie.year > toYear))
            return false;
        const count = ratings?.get(movieId) ?? 0;
        return !onPopularity || (count >= minRatings && count <= maxRatings);
    };
}
/** Training ratings of each film that has one, by MovieLens id. */
function ratingCounts({ itemIds, ratings, }) {
    const byItem = new Uint32Array(itemIds.length);
    for (const item of ratings.columns)
        byItem[item]++;
    const counts = new Map();
    byItem.forEach((count, item) => count > 0 && counts.set(itemIds[item], count));
    return counts;
}
/** Genres of each item, by dense index; none where the film is not in the table. */
function genresByItem({ itemIds, movies, }) {
    return Array.from(itemIds, (movieId) => movies.get(movieId)?.genres ?? []);
}
//# sourceMappingURL=movie-filter.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.queries = exports.queryNames = void 0;
exports.queryNamed = queryNamed;
exports.queryParameters = queryParameters;
const errors_1 = require("../errors");
const sql_files_1 = require("./sql-files");
const count = (meaning, byDefault, min = 1) => ({
    meaning,
    default: byDefault,
    min,
    max: 1_000_000_000,
    whole: true,
});
const months = { ...count("months to follow a user for", 12, 0), max: 360 };
/** In the order in which they tell the story of the data. */
const catalogue = {
    overview: { title: "The data at a glance", parameters: {} },
    "ratings-by-year": { title: "Ratings and users by year", parameters: {} },
    "ratings-by-month": { title: "Ratings and users by month", parameters: {} },
    "time-rollup": { title: "Year, quarter and month with subtotals", parameters: {} },
    "activity-by-hour": { title: "Activity by hour of the day", parameters: {} },
    "activity-by-weekday": { title: "Activity by day of the week", parameters: {} },
    "activity-heatmap": { title: "Activity by hour of the week", parameters: {} },
    seasonality: { title: "Seasonality by month of the year", parameters: {} },
    "rating-distribution": { title: "Distribution of the stars", parameters: {} },
    "half-stars-by-year": { title: "Whole and half stars by year", parameters: {} },
    "rating-bias-by-activity": { title: "Rating bias by user activity", parameters: {} },
    "rater-strictness": { title: "Strict and generous users", parameters: {} },
    "rating-by-experience": { title: "Ratings along a user's history", parameters: {} },
    "genre-share": { title: "Genres in catalogue and ratings", parameters: {} },
    "genre-by-year": { title: "Genres over the years", parameters: {} },
    "genre-decade-cube": { title: "Genre × decade with all subtotals", parameters: {} },
    "decade-genre-heatmap": {
        title: "Mean rating by decade and genre",
        parameters: { minRatings: count("ratings that a cell needs to show a mean", 50) },
    },
    "genre-cooccurrence": {
        title: "Genres that go together",
        parameters: { minMovies: count("films that a pair needs", 10) },
    },
    "top-movies": {
        title: "Best films by Bayesian mean",
        parameters: {
            minRatings: count("ratings that a film needs", 20),
            priorWeight: {
                meaning: "how many ratings at the overall mean each film starts with",
                default: 25,
                min: 0,
                max: 1_000_000_000,
                whole: false,
            },
            limit: count("films to list", 20),
        },
    },
    "divisive-movies": {
        title: "Most divisive films",
        parameters: { minRatings: count("ratings that a film needs", 50), limit: count("films to list", 20) },
    },
    "rating-by-popularity": { title: "Rating by popularity of the film", parameters: {} },
    "long-tail": {
        title: "Long tail of films",
        parameters: { points: count("places on the curve", 200) },
    },
    concentration: { title: "Share of ratings of the top films and users", parameters: {} },
    "catalogue-health": {
        title: "Catalogue health by decade",
        parameters: { enoughRatings: count("ratings from which a film counts as well known", 20) },
    },
    sparsity: { title: "Density by user activity and film popularity", parameters: {} },
    "movie-age-at-rating": { title: "Age of the film when rated", parameters: {} },
    "user-activity": { title: "Activity of users", parameters: {} },
    "user-sessions": {
        title: "Sittings per user",
        parameters: { gapMinutes: count("minutes of pause that end a sitting", 60) },
    },
    "user-lifespan": { title: "From first to last rating", parameters: {} },
    retention: { title: "Retention by month", parameters: { maxMonths: months } },
    "retention-cohorts": { title: "Retention by year of arrival", parameters: { maxMonths: months } },
    "new-user-funnel": { title: "New-user funnel", parameters: {} },
    "tags-most-used": { title: "Most used tags", parameters: { limit: count("tags to list", 20) } },
    "tags-and-ratings": {
        title: "Tags that go with high and low ratings",
        parameters: {
            minRatings: count("ratings that a tag needs", 10),
            minUsers: count("users that a tag needs", 2),
        },
    },
};
/** Every question, in the order in which they tell the story of the data. */
exports.queryNames = Object.keys(catalogue);
/** Every question by name. */
exports.queries = Object.fromEntries(exports.queryNames.map((name) => [name, { name, ...catalogue[name], ...(0, sql_files_1.readQueryFile)(name) }]));
/** @throws WorkspaceError QUERY_UNKNOWN */
function queryNamed(name) {
    if (!Object.hasOwn(exports.queries, name))
        throw new errors_1.WorkspaceError("QUERY_UNKNOWN", `there is no question "${name}"`);
    return exports.queries[name];
}
/**
 * Given parameters over defaults, all of them checked.
 * @throws WorkspaceError OPTION_INVALID for a parameter that the question does not take, or a value out of its range
 */
function queryParameters(query, given) {
    const known = query.parameters;
    for (const name of Object.keys(given))
        if (!Object.hasOwn(known, name))
            throw new errors_1.WorkspaceError("OPTION_INVALID", `${query.name}: there is no parameter "${name}"`, {
                mend: `It takes: ${Object.keys(known).join(", ") || "none"}.`,
            });
    return Object.fromEntries(Object.entries(known).map(([name, { default: byDefault, min, max, whole }]) => {
        const value = given[name] === undefined ? byDefault : given[name];
        const fits = typeof value === "number" && value >= min && value <= max;
        if (!fits || (whole && !Number.isInteger(value)))
            throw new errors_1.WorkspaceError("OPTION_INVALID", `${query.name}: ${name} is ${value}, but must be a ${whole ? "whole " : ""}number of ${min}–${max}`);
        return [name, value];
    }));
}
//# sourceMappingURL=queries.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.MEASURES = void 0;
exports.statisticsOf = statisticsOf;
exports.pooledStatistics = pooledStatistics;
exports.estimatesOf = estimatesOf;
exports.pooledEstimates = pooledEstimates;
const bootstrap_1 = require("./bootstrap");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
const RATING_MEASURES = ["rmse", "mae", "r2"];
const LIST_MEASURES = [
    "coverage",
    "gini",
    "novelty",
    "diversity",
    "unexpectedness",
    "serendipity",
    "popularity",
    "popularityLift",
    "miscalibration",
];
/** Everything that is measured of a model and has an interval and a paired test. */
exports.MEASURES = [...RATING_MEASURES, ...ranking_1.RANKING_METRICS, ...LIST_MEASURES];
/**
 * Each measure as sums of users: what `bootstrap`, `pairedBootstrap` and `pooled` (over folds) take. Null where the
 * measure does not exist for the model, or has a value but no interval.
 */
function statisticsOf(evaluation) {
    const { rating, ranking } = evaluation;
    return {
        rmse: rating && (0, rating_1.rmseOverUsers)(rating.perUser),
        mae: rating && (0, rating_1.maeOverUsers)(rating.perUser),
        r2: rating && (0, rating_1.r2OverUsers)(rating.perUser),
        ...(0, ranking_1.each)(ranking_1.RANKING_METRICS, (metric) => (0, bootstrap_1.meanOverUsers)(ranking.perUser.users, ranking.perUser[metric])),
        ...(0, ranking_1.each)(LIST_MEASURES, (measure) => evaluation[measure].statistic),
    };
}
/**
 * Each measure over several splits, as the folds of a cross-validation are: sums of each user over all of them. Null
 * where the measure exists in none; figures of catalogues (coverage, Gini) are means over the splits.
 * @throws WorkspaceError METRIC_EMPTY without an evaluation
 */
function pooledStatistics(evaluations) {
    const all = evaluations.map(statisticsOf);
    return (0, ranking_1.each)(exports.MEASURES, (measure) => {
        const own = all.map((statistics) => statistics[measure]);
        return own.length > 0 && own.every((statistic) => statistic === null)
            ? null
            : (0, bootstrap_1.pooled)(own.filter((statistic) => statistic !== null));
    });
}
/** The value of each measure and, by `bootstrap`, its interval. */
function estimatesOf(evaluation, options = {}) {
    const { rating, ranking } = evaluation;
    const statistics = statisticsOf(evaluation);
    const estimate = (measure, value) => {
        const statistic = statistics[measure];
        return statistic === null
            ? { value, low: null, high: null }
            : { ...(0, bootstrap_1.bootstrap)(statistic, options), value };
    };
    const ofLists = (measure) => {
        const { value } = evaluation[measure];
        return value === null ? null : estimate(measure, value);
    };
    return {
        rmse: rating && estimate("rmse", rating.rmse),
        mae: rating && estimate("mae", rating.mae),
        r2: rating === null || rating.r2 === null ? null : estimate("r2", rating.r2),
        ...(0, ranking_1.each)(ranking_1.RANKING_METRICS, (metric) => estimate(metric, ranking[metric])),
        ...(0, ranking_1.each)(LIST_MEASURES, ofLists),
        coverage: estimate("coverage", evaluation.coverage.value),
    };
}
/** The same over several splits; null where a measure exists in none. */
function pooledEstimates(evaluations, options = {}) {
    const statistics = pooledStatistics(evaluations);
    return (0, ranking_1.each)(exports.MEASURES, (measure) => {
        const statistic = statistics[measure];
        return statistic && (0, bootstrap_1.bootstrap)(statistic, options);
    });
}
//# sourceMappingURL=measures.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.compareModels = compareModels;
const data_1 = require("../data");
const bootstrap_1 = require("./bootstrap");
const measures_1 = require("./measures");
/**
 * Paired bootstrap test between two models measured on one split with the same options; the difference is
 * first − second, so better is above 0 for ranking metrics and below 0 for errors.
 * @throws WorkspaceError METRIC_EMPTY when a model has no such figure, OPTION_INVALID when the users differ
 */
function compareModels(first, second, measure, options = {}) {
    return (0, bootstrap_1.pairedBootstrap)(statisticOf(first, measure), statisticOf(second, measure), options);
}
function statisticOf(evaluation, measure) {
    const statistic = (0, measures_1.statisticsOf)(evaluation)[measure];
    if (statistic === null)
        throw new data_1.WorkspaceError("METRIC_EMPTY", `one of the two models has no ${measure} over users to compare`);
    return statistic;
}
//# sourceMappingURL=compare.js.map
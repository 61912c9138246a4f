"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tradeOff = tradeOff;
const als_1 = require("../als");
const data_1 = require("../data");
const beyond_accuracy_1 = require("./beyond-accuracy");
const bootstrap_1 = require("./bootstrap");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
/**
 * What a dial costs and what it buys: every user with a held-out rating is given the re-ranked list at each position of
 * the dial, and all lists are measured alike. One point per dial, in the order given; dial 0 is the model's own list.
 *
 * To choose a dial is to learn from the ratings measured on: choose on a validation split.
 * @throws WorkspaceError OPTION_INVALID, and as `rankingMetrics`
 */
function tradeOff(model, split, reRank, options = {}) {
    const { candidates = 100, k = 10 } = options;
    const dials = options.dials ?? Array.from({ length: 11 }, (_, at) => at / 10);
    if (!Number.isInteger(k) || k < 1)
        throw new data_1.WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
    if (!Number.isInteger(candidates) || candidates < k)
        throw new data_1.WorkspaceError("OPTION_INVALID", `candidates is ${candidates}, not a whole number of at least k, ${k}`);
    (0, rating_1.checkIndexSpace)(model, split.test);
    const users = (0, ranking_1.heldOutUsers)(split.test);
    const byUser = (0, data_1.ratingsByUser)(split.train);
    const scores = new Float64Array(model.items);
    const pools = Array.from(users, (user) => {
        model.scoreItems(user, scores);
        return (0, als_1.topUnseen)(scores, candidates, (0, als_1.seenBy)(byUser, user));
    });
    return dials.map((dial) => {
        const lists = {
            k,
            users,
            lists: pools.map((pool) => Uint32Array.from(reRank(pool, dial, k), ({ item }) => item)),
        };
        const { perUser } = (0, ranking_1.rankingMetricsOf)(lists, split, options);
        const ofLists = ({ statistic }) => statistic && (0, bootstrap_1.bootstrap)(statistic, options);
        return {
            dial,
            ndcg: (0, bootstrap_1.bootstrap)((0, bootstrap_1.meanOverUsers)(perUser.users, perUser.ndcg), options),
            precision: (0, bootstrap_1.bootstrap)((0, bootstrap_1.meanOverUsers)(perUser.users, perUser.precision), options),
            diversity: ofLists((0, beyond_accuracy_1.diversity)(lists, split.train)),
            novelty: ofLists((0, beyond_accuracy_1.novelty)(lists, split.train)),
            coverage: ofLists((0, beyond_accuracy_1.coverage)(lists, split.train)),
        };
    });
}
//# sourceMappingURL=trade-off.js.map
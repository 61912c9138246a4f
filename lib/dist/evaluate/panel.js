"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.scoreboardPanel = scoreboardPanel;
const als_1 = require("../als");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const blend_1 = require("./blend");
const ranking_1 = require("./ranking");
const rating_1 = require("./rating");
const scoreboard_1 = require("./scoreboard");
const search_1 = require("./search");
const trials_1 = require("./trials");
/**
 * Everybody that a model of ratings is to be compared with, on equal terms: baselines, neighbours, EASE, explicit ALS
 * with and without co-factors, implicit ALS, and a blend. What has settings chooses them on ratings that are held out
 * inside its own training part, and learns the whole training part again with the best; so nothing is chosen by test ratings, and in a
 * cross-validation each fold chooses for itself.
 */
function scoreboardPanel(options = {}) {
    const { holdOut = { name: "last-share", testShare: 0.2 }, settings = Infinity } = options;
    const inner = (train) => (0, data_1.splitBy)(train, holdOut);
    const choosers = new Map(candidatesOf(options.seed ?? 42, inner).map((candidate) => {
        const tried = { ...candidate, settings: candidate.settings.slice(0, settings) };
        return [candidate, new Chooser(tried, inner, options)];
    }));
    const ranking = [...choosers].flatMap(([{ predicts }, chooser]) => predicts === "preference" ? [chooser] : []);
    return [
        ...(0, scoreboard_1.baselineContenders)(),
        ...Array.from(choosers.values(), (chooser) => chooser.contender()),
        blend("blend", ranking, inner, options),
    ];
}
function candidatesOf(seed, inner) {
    const als = (variants) => variants.map((variant) => (0, scoreboard_1.alsContender)({ ...variant, seed }).fit);
    const implicit = (0, als_1.defaultOptions)("implicit");
    const accurate = (0, search_1.accurateOptions)("explicit");
    const explicit = (0, als_1.defaultOptions)("explicit");
    return [
        {
            name: "implicit ALS, for lists",
            predicts: "preference",
            metric: "ndcg",
            settings: [
                ...als([implicit, ...IMPLICIT.map((variant) => ({ ...implicit, ...variant }))]),
                ...als([LIKES]).map((fit) => (train, signal) => fit((0, data_1.filterRatings)(train, ({ rating }) => rating >= LIKED_FROM), signal)),
            ],
        },
        {
            name: "implicit ALS, for stars",
            predicts: "stars",
            metric: "rmse",
            settings: als([implicit, { ...implicit, lambda: 20 }]).map((fit) => inStars(fit, inner)),
        },
        {
            name: "EASE",
            predicts: "preference",
            metric: "ndcg",
            settings: [150, 400].map((lambda) => (train) => (0, recommend_1.easeModel)(train, { lambda })),
        },
        {
            name: "EASE, late likes first",
            predicts: "preference",
            metric: "ndcg",
            settings: [
                { lambda: 120, recency: LATE },
                { lambda: 300, recency: LATE },
            ].map((setting) => (train) => (0, recommend_1.easeModel)(train, setting)),
        },
        {
            name: "item-kNN",
            predicts: "preference",
            metric: "ndcg",
            settings: [{}, { k: 50, shrinkage: 20, recency: { ...LATE, halfLife: 10 } }].map((setting) => (train) => (0, recommend_1.itemKnnModel)(train, setting)),
        },
        {
            name: "user-kNN",
            predicts: "preference",
            metric: "ndcg",
            settings: [{}, { k: 80 }].map((setting) => (train) => (0, recommend_1.userKnnModel)(train, setting)),
        },
        {
            name: "item-kNN, stars",
            predicts: "stars",
            metric: "rmse",
            settings: [40].map((k) => (train) => (0, recommend_1.itemKnnRatingModel)(train, { k })),
        },
        {
            name: "user-kNN, stars",
            predicts: "stars",
            metric: "rmse",
            settings: [40, 80].map((k) => (train) => (0, recommend_1.userKnnRatingModel)(train, { k })),
        },
        {
            name: "explicit ALS",
            predicts: "stars",
            metric: "rmse",
            settings: als([1, 2].map((factor) => ({ ...explicit, lambda: factor * explicit.lambda, cofactorWeight: 0 }))),
        },
        {
            name: "explicit ALS with co-factors",
            predicts: "stars",
            metric: "rmse",
            settings: als([accurate, { ...accurate, lambda: 1.5 * accurate.lambda }]),
        },
    ];
}
/** What is tried beside the default: more factors, less weight on what was rated, more regularisation, and likes alone. */
const IMPLICIT = [{ rank: 64 }, { alpha: 0.5 }, { lambda: 20 }];
const LIKES = { feedback: "implicit", rank: 64, lambda: 2, alpha: 0.5, nu: 0.5, seeds: 3 };
const LIKED_FROM = 4;
/** A person is scored by late likes more than by early ones: what it is after three further ratings, and at least. */
const LATE = { halfLife: 3, floor: 0.2 };
/** A candidate's settings chosen once for each training part: the blend goes by what its models chose. */
class Chooser {
    candidate;
    inner;
    ranking;
    made = new WeakMap();
    constructor(candidate, inner, ranking) {
        this.candidate = candidate;
        this.inner = inner;
        this.ranking = ranking;
    }
    /** @throws WorkspaceError TRAINING_ABORTED, and what training and measuring throw */
    choose(train, signal) {
        const made = this.made.get(train) ?? this.tried(train, signal);
        this.made.set(train, made);
        return made;
    }
    contender() {
        const { name, predicts } = this.candidate;
        return {
            name,
            predicts,
            prepare: (train, signal) => this.choose(train, signal),
            fit: async (train, signal) => (await this.choose(train, signal))(train, signal),
        };
    }
    async tried(train, signal) {
        const { settings, metric } = this.candidate;
        if (settings.length === 1)
            return settings[0];
        const split = this.inner(train);
        const sign = (0, trials_1.betterOf)(metric) === "lower" ? 1 : -1;
        let best = { value: Infinity, fit: settings[0] };
        for (const fit of settings) {
            signal?.throwIfAborted();
            const model = await fit(split.train, signal);
            const value = metric === "rmse" || metric === "mae"
                ? (0, rating_1.ratingMetrics)(model, split.test, split.train)[metric]
                : (await (0, ranking_1.rankingMetricsInThreads)(model, split, { ...this.ranking, signal }))[metric];
            if (sign * value < best.value)
                best = { value: sign * value, fit };
        }
        return best.fit;
    }
}
/** A model of preferences that predicts stars by a line learned on the inner split. */
const inStars = (fit, inner) => async (train, signal) => {
    const split = inner(train);
    const line = (0, recommend_1.learnCalibration)(await fit(split.train, signal), split.train, split.test);
    return new recommend_1.CalibratedModel(await fit(train, signal), train, line);
};
/** A blend of the candidates' models, its weights learned on the inner split; the first is the one that others join where they help. */
function blend(name, choosers, inner, ranking) {
    const learned = new WeakMap();
    const models = async (train, part, signal) => {
        const fitted = [];
        for (const chooser of choosers)
            fitted.push(await (await chooser.choose(train, signal))(part, signal));
        return fitted;
    };
    const prepare = async (train, signal) => {
        const split = inner(train);
        const weights = (0, blend_1.learnBlend)([{ models: await models(train, split.train, signal), split }], ranking);
        learned.set(train, weights);
        return weights;
    };
    return {
        name,
        predicts: "preference",
        prepare,
        fit: async (train, signal) => {
            const weights = learned.get(train) ?? (await prepare(train, signal));
            return (0, blend_1.learnedBlend)(await models(train, train, signal), weights);
        },
    };
}
//# sourceMappingURL=panel.js.map
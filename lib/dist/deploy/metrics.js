"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ServerMetrics = exports.METRIC = void 0;
const prom_client_1 = require("prom-client");
const recommend_1 = require("../recommend");
/** The names under which a server reports itself; written here and read by `servingReport`. */
exports.METRIC = {
    latency: "movielens_http_request_duration_seconds",
    recommendations: "movielens_recommendations_total",
    foldIns: "movielens_fold_ins_total",
    moviesServed: "movielens_movies_served",
    moviesKnown: "movielens_movies_known",
    events: "movielens_events_total",
    eventsRefused: "movielens_events_not_stored_total",
    modelInfo: "movielens_model_info",
    modelAge: "movielens_model_age_seconds",
    modelReloads: "movielens_model_reloads_total",
};
/** What one server counts about itself, in a registry of its own so that several can live in one process. */
class ServerMetrics {
    registry = new prom_client_1.Registry();
    served = new Set();
    latency = new prom_client_1.Histogram({
        name: exports.METRIC.latency,
        help: "Time to answer, by route and status",
        labelNames: ["method", "route", "status"],
        buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
        registers: [this.registry],
    });
    recommendations = new prom_client_1.Counter({
        name: exports.METRIC.recommendations,
        help: "Lists of recommendations, by the step of the fallback ladder that made them",
        labelNames: ["step"],
        registers: [this.registry],
    });
    foldIns = new prom_client_1.Counter({
        name: exports.METRIC.foldIns,
        help: "Visitors whose ratings were folded into the model",
        registers: [this.registry],
    });
    events = new prom_client_1.Counter({
        name: exports.METRIC.events,
        help: "Events stored, by type",
        labelNames: ["type"],
        registers: [this.registry],
    });
    eventsRefused = new prom_client_1.Counter({
        name: exports.METRIC.eventsRefused,
        help: "Events that were sent but could not be stored",
        registers: [this.registry],
    });
    reloads = new prom_client_1.Counter({
        name: exports.METRIC.modelReloads,
        help: "Models that were taken up after the first, or could not be",
        labelNames: ["result"],
        registers: [this.registry],
    });
    constructor() {
        for (const result of ["ok", "failed"])
            this.reloads.inc({ result }, 0);
        for (const step of recommend_1.LADDER_STEPS)
            this.recommendations.inc({ step }, 0);
        const served = this.served;
        new prom_client_1.Gauge({
            name: exports.METRIC.moviesServed,
            help: "Distinct movies recommended since the start",
            registers: [this.registry],
            collect() {
                this.set(served.size);
            },
        });
    }
    /** @param route the route's pattern, never the address asked for: labels must stay few */
    request(method, route, status, seconds) {
        this.latency.observe({ method, route, status: String(status) }, seconds);
    }
    recommended({ step, items }) {
        this.recommendations.inc({ step });
        if (step === "fold-in")
            this.foldIns.inc();
        for (const { movieId } of items)
            this.served.add(movieId);
    }
    reload(result) {
        this.reloads.inc({ result });
    }
    stored(events) {
        for (const { type } of events)
            this.events.inc({ type });
    }
    notStored(count) {
        this.eventsRefused.inc(count);
    }
    /** The model served from now on; what was said of the one before is gone. */
    model({ manifest }) {
        const registers = [this.registry];
        for (const name of [exports.METRIC.moviesKnown, exports.METRIC.modelInfo, exports.METRIC.modelAge])
            this.registry.removeSingleMetric(name);
        const known = new prom_client_1.Gauge({
            name: exports.METRIC.moviesKnown,
            help: "Movies that the model can recommend",
            registers,
        });
        known.set(manifest.items);
        const info = new prom_client_1.Gauge({
            name: exports.METRIC.modelInfo,
            help: "The model served; always 1",
            labelNames: ["version", "kind", "rank"],
            registers,
        });
        info.set({ version: manifest.version, kind: manifest.kind, rank: String(manifest.options.rank) }, 1);
        const created = Date.parse(manifest.created);
        new prom_client_1.Gauge({
            name: exports.METRIC.modelAge,
            help: "Seconds since the model was exported",
            registers,
            collect() {
                // A clock that was set back must not make a model younger than new.
                this.set(Math.max(0, Date.now() - created) / 1000);
            },
        });
    }
}
exports.ServerMetrics = ServerMetrics;
//# sourceMappingURL=metrics.js.map
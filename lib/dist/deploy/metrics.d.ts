import { Registry } from "prom-client";
import { type LadderAnswer } from "../recommend";
import type { FeedbackEvent } from "./events";
import type { LoadedModel } from "./model-file";
/** The names under which a server reports itself; written here and read by `servingReport`. */
export declare const METRIC: {
    readonly latency: "movielens_http_request_duration_seconds";
    readonly recommendations: "movielens_recommendations_total";
    readonly foldIns: "movielens_fold_ins_total";
    readonly moviesServed: "movielens_movies_served";
    readonly moviesKnown: "movielens_movies_known";
    readonly events: "movielens_events_total";
    readonly eventsRefused: "movielens_events_not_stored_total";
    readonly modelInfo: "movielens_model_info";
    readonly modelAge: "movielens_model_age_seconds";
    readonly modelReloads: "movielens_model_reloads_total";
};
/** What one server counts about itself, in a registry of its own so that several can live in one process. */
export declare class ServerMetrics {
    readonly registry: Registry<"text/plain; version=0.0.4; charset=utf-8">;
    private readonly served;
    private readonly latency;
    private readonly recommendations;
    private readonly foldIns;
    private readonly events;
    private readonly eventsRefused;
    private readonly reloads;
    constructor();
    /** @param route the route's pattern, never the address asked for: labels must stay few */
    request(method: string, route: string, status: number, seconds: number): void;
    recommended({ step, items }: Pick<LadderAnswer, "step" | "items">): void;
    reload(result: "ok" | "failed"): void;
    stored(events: readonly FeedbackEvent[]): void;
    notStored(count: number): void;
    /** The model served from now on; what was said of the one before is gone. */
    model({ manifest }: LoadedModel): void;
}

/** How requests to one route went. Latencies in milliseconds; null where there is no request to measure. */
export interface RouteReport {
    route: string;
    requests: number;
    p50: number | null;
    p95: number | null;
}
/** What a server's own metrics say about how it serves. */
export interface ServingReport {
    requests: number;
    /** Requests by status, such as "200". */
    byStatus: Record<string, number>;
    /** Milliseconds, over all routes. */
    p50: number | null;
    p95: number | null;
    routes: RouteReport[];
    /** Lists by step of the fallback ladder. */
    recommendations: Record<string, number>;
    /** Share of lists that fell back to popular films; null when there was no list. */
    fallbackShare: number | null;
    foldIns: number;
    moviesServed: number;
    /** Null until a model is loaded, as are the three below. */
    moviesKnown: number | null;
    /** Distinct movies served / movies that the model can recommend. */
    catalogueCoverage: number | null;
    modelVersion: string | null;
    modelAgeSeconds: number | null;
}
/** One line of the Prometheus text format. */
export interface Sample {
    name: string;
    labels: Record<string, string>;
    value: number;
}
/**
 * Reads the Prometheus text exposition format (version 0.0.4), comments and timestamps left out.
 * @throws WorkspaceError METRIC_INVALID naming a line that is none
 */
export declare function parseMetrics(text: string): Sample[];
/**
 * What happened on a server, from the text of its `/metrics`. Requests to /metrics and /health are left out:
 * they are the watcher's own.
 * @throws WorkspaceError METRIC_INVALID when the text is not that of this project's server
 */
export declare function servingReport(metricsText: string): ServingReport;
/**
 * A quantile from cumulative buckets, as Prometheus' `histogram_quantile` does it: linear inside the bucket that
 * holds it, the highest finite bound where that bucket is +Inf. Several series are added up first.
 * @param samples of `…_bucket`, label `le` the upper bound
 * @returns null when nothing was observed
 */
export declare function histogramQuantile(quantile: number, samples: readonly Sample[]): number | null;

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { LADDER_STEPS, type LadderAnswer } from "../recommend";
import type { FeedbackEvent } from "./events";
import type { LoadedModel } from "./model-file";

/** The names under which a server reports itself; written here and read by `servingReport`. */
export const METRIC = {
  latency: "movielens_http_request_duration_seconds",
  recommendations: "movielens_recommendations_total",
  foldIns: "movielens_fold_ins_total",
  moviesServed: "movielens_movies_served",
  moviesKnown: "movielens_movies_known",
  coverage: "movielens_catalogue_coverage_ratio",
  events: "movielens_events_total",
  eventsRefused: "movielens_events_not_stored_total",
  modelInfo: "movielens_model_info",
  modelAge: "movielens_model_age_seconds",
  modelReloads: "movielens_model_reloads_total",
} as const;

/** What one server counts about itself, in a registry of its own so that several can live in one process. */
export class ServerMetrics {
  readonly registry = new Registry();
  private readonly served = new Set<number>();
  /** By the present model alone. */
  private servedNow = new Set<number>();
  private readonly latency = new Histogram({
    name: METRIC.latency,
    help: "Time to answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [this.registry],
  });
  private readonly recommendations = new Counter({
    name: METRIC.recommendations,
    help: "Lists of recommendations, by the step of the fallback ladder that made them",
    labelNames: ["step"],
    registers: [this.registry],
  });
  private readonly foldIns = new Counter({
    name: METRIC.foldIns,
    help: "Visitors whose ratings were folded into the model",
    registers: [this.registry],
  });
  private readonly events = new Counter({
    name: METRIC.events,
    help: "Events stored, by type",
    labelNames: ["type"],
    registers: [this.registry],
  });
  private readonly eventsRefused = new Counter({
    name: METRIC.eventsRefused,
    help: "Events that were sent but could not be stored",
    registers: [this.registry],
  });

  private readonly reloads = new Counter({
    name: METRIC.modelReloads,
    help: "Models that were taken up after the first, or could not be",
    labelNames: ["result"],
    registers: [this.registry],
  });

  constructor() {
    for (const result of ["ok", "failed"]) this.reloads.inc({ result }, 0);
    for (const step of LADDER_STEPS) this.recommendations.inc({ step }, 0);
    const served = this.served;
    new Gauge({
      name: METRIC.moviesServed,
      help: "Distinct movies recommended since the start",
      registers: [this.registry],
      collect() {
        this.set(served.size);
      },
    });
  }

  /** @param route the route's pattern, never the address asked for: labels must stay few */
  request(method: string, route: string, status: number, seconds: number): void {
    this.latency.observe({ method, route, status: String(status) }, seconds);
  }

  recommended({ step, items }: Pick<LadderAnswer, "step" | "items">): void {
    this.recommendations.inc({ step });
    if (step === "fold-in") this.foldIns.inc();
    for (const { movieId } of items) {
      this.served.add(movieId);
      this.servedNow.add(movieId);
    }
  }

  reload(result: "ok" | "failed"): void {
    this.reloads.inc({ result });
  }

  stored(events: readonly FeedbackEvent[]): void {
    for (const { type } of events) this.events.inc({ type });
  }

  notStored(count: number): void {
    this.eventsRefused.inc(count);
  }

  /** The model served from now on; what was said of the one before is gone. */
  model({ manifest }: LoadedModel): void {
    const registers = [this.registry];
    for (const name of [METRIC.moviesKnown, METRIC.coverage, METRIC.modelInfo, METRIC.modelAge])
      this.registry.removeSingleMetric(name);
    const known = new Gauge({
      name: METRIC.moviesKnown,
      help: "Movies that the model can recommend",
      registers,
    });
    known.set(manifest.items);
    const servedNow = (this.servedNow = new Set());
    new Gauge({
      name: METRIC.coverage,
      help: "Distinct movies recommended by the present model / movies that it can recommend",
      registers,
      collect() {
        this.set(servedNow.size / manifest.items);
      },
    });
    const info = new Gauge({
      name: METRIC.modelInfo,
      help: "The model served; always 1",
      labelNames: ["version", "kind", "rank"],
      registers,
    });
    info.set({ version: manifest.version, kind: manifest.kind, rank: String(manifest.options.rank) }, 1);
    const created = Date.parse(manifest.created);
    new Gauge({
      name: METRIC.modelAge,
      help: "Seconds since the model was exported",
      registers,
      collect() {
        // A clock that was set back must not make a model younger than new.
        this.set(Math.max(0, Date.now() - created) / 1000);
      },
    });
  }
}

import { WorkspaceError } from "../data";
import { FALLBACK_STEPS } from "../recommend";
import { METRIC } from "./metrics";

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
  /** Share of lists that a step of FALLBACK_STEPS made; null when there was no list. */
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
export function parseMetrics(text: string): Sample[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .map(({ line, number }) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+-?\d+)?$/.exec(
        line,
      );
      const value = match ? numberOf(match[3]) : NaN;
      if (!match || Number.isNaN(value))
        throw new WorkspaceError("METRIC_INVALID", `line ${number} is no metric: ${line}`, {
          mend: "Give the text that the server answers at /metrics.",
        });
      const labels: Record<string, string> = {};
      for (const [, label, quoted] of (match[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
        labels[label] = quoted.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
      return { name: match[1], labels, value };
    });
}

/**
 * What happened on a server, from the text of its `/metrics`. Requests to /metrics and /health are left out:
 * they are the watcher's own.
 * @throws WorkspaceError METRIC_INVALID when the text is not that of this project's server
 */
export function servingReport(metricsText: string): ServingReport {
  const samples = parseMetrics(metricsText);
  const named = (name: string): Sample[] => samples.filter((sample) => sample.name === name);
  const single = (name: string): number | null => named(name)[0]?.value ?? null;
  const moviesServed = single(METRIC.moviesServed);
  if (moviesServed === null)
    throw new WorkspaceError("METRIC_INVALID", `the text has no ${METRIC.moviesServed}`, {
      mend: "Give the text that this project's server answers at /metrics.",
    });

  const ofPeople = ({ labels }: Sample): boolean => !/^\/(?:metrics|health)\b/.test(labels.route);
  const counts = named(`${METRIC.latency}_count`).filter(ofPeople);
  const buckets = named(`${METRIC.latency}_bucket`).filter(ofPeople);
  const milliseconds = (quantile: number, among: Sample[]): number | null => {
    const seconds = histogramQuantile(quantile, among);
    return seconds === null ? null : seconds * 1000;
  };
  const recommendations = sumBy(named(METRIC.recommendations), "step");
  const lists = total(Object.values(recommendations));
  const moviesKnown = single(METRIC.moviesKnown);
  return {
    requests: total(counts.map(({ value }) => value)),
    byStatus: sumBy(counts, "status"),
    p50: milliseconds(0.5, buckets),
    p95: milliseconds(0.95, buckets),
    routes: Object.entries(sumBy(counts, "route")).map(([route, requests]) => {
      const among = buckets.filter(({ labels }) => labels.route === route);
      return { route, requests, p50: milliseconds(0.5, among), p95: milliseconds(0.95, among) };
    }),
    recommendations,
    fallbackShare:
      lists === 0 ? null : total(FALLBACK_STEPS.map((step) => recommendations[step] ?? 0)) / lists,
    foldIns: single(METRIC.foldIns) ?? 0,
    moviesServed,
    moviesKnown,
    catalogueCoverage: moviesKnown === null ? null : moviesServed / moviesKnown,
    modelVersion: named(METRIC.modelInfo)[0]?.labels.version ?? null,
    modelAgeSeconds: single(METRIC.modelAge),
  };
}

/**
 * A quantile from cumulative buckets, as Prometheus' `histogram_quantile` does it: linear inside the bucket that
 * holds it, the highest finite bound where that bucket is +Inf. Several series are added up first.
 * @param samples of `…_bucket`, label `le` the upper bound
 * @returns null when nothing was observed
 */
export function histogramQuantile(quantile: number, samples: readonly Sample[]): number | null {
  const cumulative = new Map<number, number>();
  for (const { labels, value } of samples) {
    const bound = numberOf(labels.le);
    cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  const bounds = [...cumulative.keys()].sort((a, b) => a - b);
  const observations = bounds.length > 0 ? cumulative.get(bounds[bounds.length - 1])! : 0;
  if (observations === 0) return null;
  const wanted = quantile * observations;
  const at = bounds.findIndex((bound) => cumulative.get(bound)! >= wanted);
  const lower = at > 0 ? bounds[at - 1] : 0;
  if (bounds[at] === Infinity) return lower;
  const below = at > 0 ? cumulative.get(lower)! : 0;
  return lower + ((bounds[at] - lower) * (wanted - below)) / (cumulative.get(bounds[at])! - below);
}

const numberOf = (text: string): number =>
  text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

function sumBy(samples: Sample[], label: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of samples) sums[labels[label]] = (sums[labels[label]] ?? 0) + value;
  return sums;
}

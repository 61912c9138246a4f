import { escapeHtml, libraryVersion, WorkspaceError } from "../data";
import { emit, type MimeBundle } from "./kernel";
import { formatNumber } from "./text";

/** Shows a computed sentence after a table or chart, in Markdown. */
export function showFinding(markdown: string): void {
  emit(findingBundle(markdown));
}

export function findingBundle(markdown: string): MimeBundle {
  const doubtful = /\b(?:NaN|undefined|Infinity)\b/.exec(markdown);
  if (doubtful) throw new WorkspaceError("METRIC_INVALID", `the finding says “${doubtful[0]}”: ${markdown}`);
  return {
    data: { "text/markdown": markdown, "text/plain": markdown },
    metadata: { movielens: { kind: "finding" } },
  };
}

export interface MetricOptions {
  /** Such as "stars", "ratings", "s"; a "share" (0–1) is shown in per cent. */
  unit?: string;
  description?: string;
}

/**
 * Records a number for tests and monitoring to read, and shows it in one line.
 * Throws METRIC_INVALID when it is not finite.
 */
export function recordMetric(name: string, value: number, options: MetricOptions = {}): void {
  emit(metricBundle(name, value, options));
}

export function metricBundle(
  name: string,
  value: number,
  { unit, description }: MetricOptions = {},
): MimeBundle {
  if (!Number.isFinite(value)) throw new WorkspaceError("METRIC_INVALID", `metric “${name}” is ${value}`);
  const isShare = unit === "share";
  const shown = {
    value: isShare ? formatNumber(value * 100, 1) : formatNumber(value),
    unit: isShare ? "%" : unit,
  };
  const spans = [
    `<span class="name">${escapeHtml(name)}</span>`,
    `<strong class="value">${shown.value}</strong>`,
    ...(shown.unit ? [`<span class="unit">${escapeHtml(shown.unit)}</span>`] : []),
    ...(description ? [`<span class="description">${escapeHtml(description)}</span>`] : []),
  ];
  return {
    data: {
      "application/vnd.movielens.metric+json": {
        name,
        value,
        unit: unit ?? null,
        description: description ?? null,
      },
      "text/html": `<p class="movielens-metric">${spans.join(" ")}</p>`,
      "text/plain": `${name}: ${shown.value}${shown.unit ? ` ${shown.unit}` : ""}`,
    },
    metadata: { movielens: { kind: "metric" } },
  };
}

export interface Provenance {
  dataName: string;
  /** SHA-256 of the data that the numbers come from; null when the notebook reads no data. */
  dataHash: string | null;
  parameters: Record<string, unknown>;
  seed: number | null;
  /** More to know, such as the engine or the model's folder. */
  [extra: string]: unknown;
}

/** Records where a notebook's numbers come from: data, parameters, seed; versions are added. */
export function recordProvenance(provenance: Provenance): void {
  emit(provenanceBundle(provenance));
}

export function provenanceBundle(provenance: Provenance): MimeBundle {
  const { dataName, dataHash, parameters, seed, ...extra } = provenance;
  const record = {
    dataName,
    dataHash,
    libraryVersion: libraryVersion(),
    nodeVersion: process.versions.node,
    parameters,
    seed,
    ...extra,
  };
  const lines = Object.entries(record).flatMap(([name, value]) =>
    name === "parameters" ? Object.entries(parameters) : [[name, value] as [string, unknown]],
  );
  const text = lines.map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value),
  ]);
  const list = text.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return {
    data: {
      "application/vnd.movielens.provenance+json": record,
      "text/html": `<details class="movielens-provenance"><summary>Where these numbers come from</summary><dl>${list.join("")}</dl></details>`,
      "text/plain": text.map(([name, value]) => `${name}: ${value}`).join("\n"),
    },
    metadata: { movielens: { kind: "provenance" } },
  };
}

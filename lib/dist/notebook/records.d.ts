import { type MimeBundle } from "./kernel";
/** Shows a computed sentence after a table or chart, in Markdown. */
export declare function showFinding(markdown: string): void;
export declare function findingBundle(markdown: string): MimeBundle;
export interface MetricOptions {
    /** Such as "stars", "ratings", "s"; a "share" (0–1) is shown in per cent. */
    unit?: string;
    description?: string;
}
/**
 * Records a number for tests and monitoring to read, and shows it in one line.
 * Throws METRIC_INVALID when it is not finite.
 */
export declare function recordMetric(name: string, value: number, options?: MetricOptions): void;
export declare function metricBundle(name: string, value: number, { unit, description }?: MetricOptions): MimeBundle;
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
export declare function recordProvenance(provenance: Provenance): void;
export declare function provenanceBundle(provenance: Provenance): MimeBundle;

import type { Figure } from "./figure";
import { type MimeBundle } from "./kernel";
export interface ChartOptions {
    title?: string;
    /** One or two sentences under the chart: what is shown, of which data. */
    caption: string;
    /** For those who cannot see the chart: what it shows, in words. */
    alt: string;
}
/**
 * Shows a chart: live in JupyterLab and in the report, a static image where neither runs.
 *
 * Throws CHART_INVALID, naming the part, for an attribute that plotly would ignore, a number that is not
 * finite, or a figure too large for a report.
 */
export declare function showChart(figure: Figure, options: ChartOptions): void;
/** The output that `showChart` emits. */
export declare function chartBundle(figure: Figure, { title, caption, alt }: ChartOptions): MimeBundle;

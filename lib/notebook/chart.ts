import { WorkspaceError } from "../data";
import type { Figure, PlainFigure } from "./figure";
import { emit, type MimeBundle } from "./kernel";
import { drawSvg, validateFigure } from "./static-image";
import { config, HEIGHT, template } from "./theme";

export interface ChartOptions {
  title?: string;
  /** One or two sentences under the chart: what is shown, of which data. */
  caption: string;
  /** For those who cannot see the chart: what it shows, in words. */
  alt: string;
}

const PLOTLY = "application/vnd.plotly.v1+json";

/** Characters of JSON; a report holds a dozen charts and must stay under 3 MB. */
const LARGEST_FIGURE = 500_000;

/**
 * Shows a chart: live in JupyterLab and in the report, a static image where neither runs.
 *
 * Throws CHART_INVALID, naming the part, for an attribute that plotly would ignore, a number that is not
 * finite, or a figure too large for a report.
 */
export function showChart(figure: Figure, options: ChartOptions): void {
  emit(chartBundle(figure, options));
}

/** The output that `showChart` emits. */
export function chartBundle(figure: Figure, { title, caption, alt }: ChartOptions): MimeBundle {
  for (const [name, text] of Object.entries({ caption, alt }))
    if (!text.trim()) throw new WorkspaceError("CHART_INVALID", `a chart needs its ${name}`);
  const plain = plainFigure(figure);
  validateFigure(plain);
  const themed = withTheme(plain, title);
  const size = JSON.stringify(themed).length;
  if (size > LARGEST_FIGURE)
    throw new WorkspaceError(
      "CHART_INVALID",
      `the figure is ${Math.round(size / 1000)} kB of JSON, a report allows ${LARGEST_FIGURE / 1000} kB`,
      { mend: "Aggregate or sample the data before drawing it." },
    );
  return {
    data: {
      [PLOTLY]: themed,
      "image/svg+xml": drawSvg(themed, alt),
      "text/plain": title ? `${title}. ${alt}` : alt,
    },
    metadata: { movielens: { kind: "chart", title: title ?? null, caption, alt } },
  };
}

/** A copy that is JSON: typed arrays become arrays, big integers numbers. */
function plainFigure(figure: Figure): PlainFigure {
  const text = JSON.stringify(
    { data: figure.data, layout: figure.layout ?? {}, config: figure.config ?? {} },
    (key, value: unknown) => {
      if (typeof value === "bigint") return Number(value);
      if (typeof value === "number" && !Number.isFinite(value))
        throw new WorkspaceError("CHART_INVALID", `the figure holds ${value} (at “${key}”)`, {
          mend: "Leave the point out, or use null for a gap.",
        });
      if (ArrayBuffer.isView(value) && !(value instanceof DataView))
        return Array.from(value as unknown as ArrayLike<number | bigint>);
      return value;
    },
  );
  return JSON.parse(text) as PlainFigure;
}

function withTheme(figure: PlainFigure, title: string | undefined): PlainFigure {
  const hasTitle = title !== undefined || "title" in figure.layout;
  const legendAbove =
    !("legend" in figure.layout) &&
    (figure.layout.showlegend ?? (figure.data.length > 1 || figure.data[0]?.type === "pie")) === true;
  const top = 16 + (hasTitle ? 40 : 0) + (legendAbove ? 30 : 0);
  return {
    data: figure.data,
    layout: {
      height: HEIGHT,
      ...figure.layout,
      ...(title === undefined ? {} : { title: { ...(figure.layout.title as object), text: title } }),
      margin: { t: top, ...(figure.layout.margin as object) },
      template,
    },
    config: { ...config, ...figure.config },
  };
}

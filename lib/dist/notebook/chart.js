"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.showChart = showChart;
exports.chartBundle = chartBundle;
const data_1 = require("../data");
const kernel_1 = require("./kernel");
const static_image_1 = require("./static-image");
const theme_1 = require("./theme");
const PLOTLY = "application/vnd.plotly.v1+json";
/** Characters of JSON; a report holds a dozen charts and must stay under 3 MB. */
const LARGEST_FIGURE = 500_000;
/**
 * Shows a chart: live in JupyterLab and in the report, a static image where neither runs.
 *
 * Throws CHART_INVALID, naming the part, for an attribute that plotly would ignore, a number that is not
 * finite, or a figure too large for a report.
 */
function showChart(figure, options) {
    (0, kernel_1.emit)(chartBundle(figure, options));
}
/** The output that `showChart` emits. */
function chartBundle(figure, { title, caption, alt }) {
    for (const [name, text] of Object.entries({ caption, alt }))
        if (!text.trim())
            throw new data_1.WorkspaceError("CHART_INVALID", `a chart needs its ${name}`);
    const plain = plainFigure(figure);
    (0, static_image_1.validateFigure)(plain);
    const themed = withTheme(plain, title);
    const size = JSON.stringify(themed).length;
    if (size > LARGEST_FIGURE)
        throw new data_1.WorkspaceError("CHART_INVALID", `the figure is ${Math.round(size / 1000)} kB of JSON, a report allows ${LARGEST_FIGURE / 1000} kB`, { mend: "Aggregate or sample the data before drawing it." });
    return {
        data: {
            [PLOTLY]: themed,
            "image/svg+xml": (0, static_image_1.drawSvg)(themed, alt),
            "text/plain": title ? `${title}. ${alt}` : alt,
        },
        metadata: { movielens: { kind: "chart", title: title ?? null, caption, alt } },
    };
}
/** A copy that is JSON: typed arrays become arrays, big integers numbers. */
function plainFigure(figure) {
    const text = JSON.stringify({ data: figure.data, layout: figure.layout ?? {}, config: figure.config ?? {} }, (key, value) => {
        if (typeof value === "bigint")
            return Number(value);
        if (typeof value === "number" && !Number.isFinite(value))
            throw new data_1.WorkspaceError("CHART_INVALID", `the figure holds ${value} (at “${key}”)`, {
                mend: "Leave the point out, or use null for a gap.",
            });
        if (ArrayBuffer.isView(value) && !(value instanceof DataView))
            return Array.from(value);
        return value;
    });
    return JSON.parse(text);
}
function withTheme(figure, title) {
    const hasTitle = title !== undefined || "title" in figure.layout;
    const legendAbove = !("legend" in figure.layout) &&
        (figure.layout.showlegend ?? (figure.data.length > 1 || figure.data[0]?.type === "pie")) === true;
    const top = 16 + (hasTitle ? 40 : 0) + (legendAbove ? 30 : 0);
    return {
        data: figure.data,
        layout: {
            height: theme_1.HEIGHT,
            ...figure.layout,
            ...(title === undefined ? {} : { title: { ...figure.layout.title, text: title } }),
            margin: { t: top, ...figure.layout.margin },
            template: theme_1.template,
        },
        config: { ...theme_1.config, ...figure.config },
    };
}
//# sourceMappingURL=chart.js.map
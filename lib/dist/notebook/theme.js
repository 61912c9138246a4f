"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.HEIGHT = exports.STATIC_WIDTH = exports.config = exports.template = exports.PALETTE = void 0;
/**
 * The look of every chart of this project. The ground is transparent and all text mid-grey, so that one
 * figure reads on a light and on a dark page (contrast 4.5:1 on white, 4.2:1 on #111).
 */
const INK = "#767676";
const GRID = "rgba(128,128,128,0.25)";
/** Okabe and Ito (2008), safe for colour-blind readers. Black is left out: it vanishes on a dark page. */
exports.PALETTE = [
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#E69F00",
    "#56B4E9",
    "#CC79A7",
    "#999999",
];
/** Cividis (Nuñez, Anderton and Renslow 2018): perceptually even and safe for colour-blind readers. */
const SEQUENTIAL = [
    [0, "#00224e"],
    [0.25, "#434e6c"],
    [0.5, "#7d7c78"],
    [0.75, "#bcae6c"],
    [1, "#fee838"],
];
const DIVERGING = [
    [0, "#0072B2"],
    [0.5, "#f2f2f2"],
    [1, "#D55E00"],
];
const axis = {
    automargin: true,
    gridcolor: GRID,
    linecolor: INK,
    zerolinecolor: GRID,
    ticks: "outside",
    tickcolor: GRID,
    title: { standoff: 8 },
};
const colorbar = { outlinewidth: 0, thickness: 14 };
/** A plotly template: what a figure's own layout says wins over it. */
exports.template = {
    layout: {
        autosize: true,
        colorway: [...exports.PALETTE],
        colorscale: { sequential: SEQUENTIAL, sequentialminus: SEQUENTIAL, diverging: DIVERGING },
        font: { family: "Arial, Helvetica, Liberation Sans, sans-serif", size: 14, color: INK },
        title: { x: 0, xref: "paper", xanchor: "left", font: { size: 17 } },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        margin: { l: 56, r: 16, t: 56, b: 48 },
        hoverlabel: { font: { size: 14 } },
        shapedefaults: { line: { color: INK } },
        legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
        separators: ".,",
        xaxis: axis,
        yaxis: axis,
        coloraxis: { colorbar },
    },
    data: {
        heatmap: [{ colorscale: SEQUENTIAL, colorbar }],
        contour: [{ colorscale: SEQUENTIAL, colorbar }],
        histogram2d: [{ colorscale: SEQUENTIAL, colorbar }],
    },
};
exports.config = { responsive: true, displaylogo: false };
/** Pixels. The live chart fills its column's width; the static image has this one. */
exports.STATIC_WIDTH = 760;
exports.HEIGHT = 400;
//# sourceMappingURL=theme.js.map
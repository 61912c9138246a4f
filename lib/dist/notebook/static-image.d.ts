import type { PlainFigure } from "./figure";
/** Throws CHART_INVALID for what plotly would silently ignore: an unknown trace, attribute or value. */
export declare function validateFigure(figure: PlainFigure): void;
/** An SVG document with a transparent ground, its ids derived from the figure, so that it is reproducible. */
export declare function drawSvg(figure: PlainFigure, alt: string): string;

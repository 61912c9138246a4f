/** A plotly.js figure, as `Plotly.newPlot` takes it. */
export interface Figure {
    data: object[];
    layout?: object;
    config?: object;
}
/** The same as JSON has it: all three parts, plain arrays and objects, finite numbers or null. */
export interface PlainFigure {
    data: Record<string, unknown>[];
    layout: Record<string, unknown>;
    config: Record<string, unknown>;
}

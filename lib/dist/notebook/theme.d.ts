/** Okabe and Ito (2008), safe for colour-blind readers. Black is left out: it vanishes on a dark page. */
export declare const PALETTE: readonly string[];
/** A plotly template: what a figure's own layout says wins over it. */
export declare const template: {
    layout: {
        autosize: boolean;
        colorway: string[];
        colorscale: {
            sequential: [number, string][];
            sequentialminus: [number, string][];
            diverging: [number, string][];
        };
        font: {
            family: string;
            size: number;
            color: string;
        };
        title: {
            x: number;
            xref: string;
            xanchor: string;
            font: {
                size: number;
            };
        };
        paper_bgcolor: string;
        plot_bgcolor: string;
        margin: {
            l: number;
            r: number;
            t: number;
            b: number;
        };
        hoverlabel: {
            font: {
                size: number;
            };
        };
        shapedefaults: {
            line: {
                color: string;
            };
        };
        legend: {
            orientation: string;
            x: number;
            xanchor: string;
            y: number;
            yanchor: string;
        };
        separators: string;
        xaxis: {
            automargin: boolean;
            gridcolor: string;
            linecolor: string;
            zerolinecolor: string;
            ticks: string;
            tickcolor: string;
            title: {
                standoff: number;
            };
        };
        yaxis: {
            automargin: boolean;
            gridcolor: string;
            linecolor: string;
            zerolinecolor: string;
            ticks: string;
            tickcolor: string;
            title: {
                standoff: number;
            };
        };
        coloraxis: {
            colorbar: {
                outlinewidth: number;
                thickness: number;
            };
        };
    };
    data: {
        heatmap: {
            colorscale: [number, string][];
            colorbar: {
                outlinewidth: number;
                thickness: number;
            };
        }[];
        contour: {
            colorscale: [number, string][];
            colorbar: {
                outlinewidth: number;
                thickness: number;
            };
        }[];
        histogram2d: {
            colorscale: [number, string][];
            colorbar: {
                outlinewidth: number;
                thickness: number;
            };
        }[];
    };
};
export declare const config: {
    responsive: boolean;
    displaylogo: boolean;
};
/** Pixels. The live chart fills its column's width; the static image has this one. */
export declare const STATIC_WIDTH = 760;
export declare const HEIGHT = 400;

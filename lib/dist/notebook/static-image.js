"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.validateFigure = validateFigure;
exports.drawSvg = drawSvg;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const jsdom_1 = require("jsdom");
const pngjs_1 = require("pngjs");
const string_pixel_width_1 = __importDefault(require("string-pixel-width"));
const data_1 = require("../data");
const theme_1 = require("./theme");
/** More markers than these only thicken the file: the static image draws every n-th. */
const MOST_POINTS = 1000;
let opened;
function plotlyWindow() {
    if (opened)
        return opened;
    const virtualConsole = new jsdom_1.VirtualConsole();
    const dom = new jsdom_1.JSDOM("<!doctype html><body></body>", {
        runScripts: "outside-only",
        pretendToBeVisual: true,
        virtualConsole,
    });
    const window = dom.window;
    supplyLayout(window);
    supplyCanvas(window);
    window.URL.createObjectURL = () => "";
    window.eval((0, node_fs_1.readFileSync)(require.resolve("plotly.js-cartesian-dist-min"), "utf8"));
    return (opened = window);
}
/** Throws CHART_INVALID for what plotly would silently ignore: an unknown trace, attribute or value. */
function validateFigure(figure) {
    const window = plotlyWindow();
    const { data, layout } = window.JSON.parse(JSON.stringify(figure));
    const issue = window.Plotly.validate(data, layout)?.find(({ code }) => ["object", "array", "schema", "value"].includes(code));
    if (issue)
        throw new data_1.WorkspaceError("CHART_INVALID", issue.msg);
}
/** An SVG document with a transparent ground, its ids derived from the figure, so that it is reproducible. */
function drawSvg(figure, alt) {
    const window = plotlyWindow();
    const text = JSON.stringify({ ...figure, data: figure.data.map(thinned) });
    // Objects of jsdom's own realm: plotly's checks for plain objects fail on ours.
    const { data, layout } = window.JSON.parse(text);
    const div = window.document.createElement("div");
    window.document.body.append(div);
    try {
        // Cartesian charts are drawn before newPlot returns; its promise only tells of later events.
        const drawn = window.Plotly.newPlot(div, data, { width: theme_1.STATIC_WIDTH, ...layout }, { staticPlot: true });
        drawn.catch(() => { });
        const svg = window.Plotly.Snapshot.toSVG(div, "svg", 1);
        const uid = div._fullLayout._uid;
        return compact(svg.replaceAll(uid, (0, node_crypto_1.createHash)("sha256").update(text).digest("hex").slice(0, 8)), alt);
    }
    catch (error) {
        throw new data_1.WorkspaceError("CHART_INVALID", `plotly cannot draw the figure: ${error.message}`);
    }
    finally {
        window.Plotly.purge(div);
        div.remove();
    }
}
function thinned(trace) {
    const points = Array.isArray(trace.x) ? trace.x.length : 0;
    const drawsMarkers = (trace.type ?? "scatter") === "scatter" && !/^lines$|^none$/.test(String(trace.mode));
    if (!drawsMarkers || points <= MOST_POINTS)
        return trace;
    const step = Math.ceil(points / MOST_POINTS);
    const every = (value) => {
        if (Array.isArray(value))
            return value.length === points ? value.filter((_, i) => i % step === 0) : value;
        if (value === null || typeof value !== "object")
            return value;
        return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, every(inner)]));
    };
    return every(trace);
}
function compact(svg, alt) {
    let text = svg
        // Coordinates need no more than a hundredth of a pixel; what is written stays as it is.
        .replace(/<[^>]+>/g, (tag) => tag.replace(/(\d+\.\d\d)\d+/g, "$1"))
        .replace(/ (?:data-[\w-]+|class)="[^"]*"/g, "")
        .replace(/ (?:fill|stroke)-opacity: 1;|pointer-events: \w+;|vector-effect: [\w-]+;|white-space: pre;/g, "");
    for (let before = ""; before !== text;) {
        before = text;
        text = text.replace(/<(?:g|defs)(?: [^>]*)?\/>|<(g|defs)(?: [^>]*)?><\/\1>/g, "");
    }
    const label = alt.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
    return text.replace("<svg ", `<svg role="img" aria-label="${label}" `);
}
/** Arial's ascent and height, line spacing as plotly sets it: in units of the font size. */
const ASCENT = 0.905;
const LINE = 1.117;
const SPACING = 1.3;
function supplyLayout(window) {
    const styleOf = (node, name) => {
        for (let at = node; at; at = at.parentElement) {
            const value = at.style?.getPropertyValue(name) || at.getAttribute(name);
            if (value)
                return value;
        }
        return "";
    };
    const widthOf = (node) => (0, string_pixel_width_1.default)(node.textContent ?? "", {
        font: "arial",
        size: parseFloat(styleOf(node, "font-size")) || 12,
        bold: /bold|[6-9]00/.test(styleOf(node, "font-weight")),
    });
    const textExtent = (node) => {
        const size = parseFloat(styleOf(node, "font-size")) || 12;
        const lines = [...node.querySelectorAll("tspan.line")];
        const width = Math.max(...(lines.length ? lines : [node]).map(widthOf));
        const anchor = node.style.textAnchor || node.getAttribute("text-anchor");
        const x = Number(node.getAttribute("x") ?? 0);
        const left = x - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
        const top = Number(node.getAttribute("y") ?? 0) - ASCENT * size;
        const height = (LINE + SPACING * Math.max(0, lines.length - 1)) * size;
        return { left, top, right: left + width, bottom: top + height };
    };
    const extent = (node) => {
        if (node.tagName === "text")
            return node.textContent ? textExtent(node) : null;
        const boxes = [...node.children].flatMap((child) => {
            const box = extent(child);
            if (!box)
                return [];
            return [transformed(box, child.getAttribute("transform") ?? "")];
        });
        if (!boxes.length)
            return null;
        return {
            left: Math.min(...boxes.map((b) => b.left)),
            top: Math.min(...boxes.map((b) => b.top)),
            right: Math.max(...boxes.map((b) => b.right)),
            bottom: Math.max(...boxes.map((b) => b.bottom)),
        };
    };
    const box = function () {
        const { left, top, right, bottom } = extent(this) ?? { left: 0, top: 0, right: 0, bottom: 0 };
        return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
    };
    Object.assign(window.SVGElement.prototype, {
        getBBox: box,
        getBoundingClientRect: box,
        getComputedTextLength() {
            return widthOf(this);
        },
    });
}
/** The extent of a box after SVG's `translate`, `scale` and `rotate`, the innermost (last) first. */
function transformed(box, transform) {
    let corners = [
        [box.left, box.top],
        [box.right, box.top],
        [box.left, box.bottom],
        [box.right, box.bottom],
    ];
    for (const [, name, list] of [...transform.matchAll(/(\w+)\(([^)]*)\)/g)].reverse()) {
        const [a, second, c = 0] = list.split(/[ ,]+/).map(Number);
        const b = second ?? (name === "scale" ? a : 0);
        if (name === "translate")
            corners = corners.map(([x, y]) => [x + a, y + b]);
        else if (name === "scale")
            corners = corners.map(([x, y]) => [x * a, y * b]);
        else if (name === "rotate") {
            const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
            corners = corners.map(([x, y]) => [
                b + (x - b) * cos - (y - c) * sin,
                c + (x - b) * sin + (y - c) * cos,
            ]);
        }
    }
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}
function supplyCanvas(window) {
    const images = new WeakMap();
    Object.assign(window.HTMLCanvasElement.prototype, {
        getContext() {
            const image = new pngjs_1.PNG({ width: this.width, height: this.height });
            images.set(this, image);
            return {
                fillStyle: "",
                createImageData: (width, height) => ({ data: new Uint8Array(4 * width * height) }),
                putImageData: ({ data }) => image.data.set(data),
                // Asked for where cells have gaps between them; the colour is always "rgba(r,g,b,a)".
                fillRect(left, top, width, height) {
                    const [red, green, blue, alpha] = (this.fillStyle.match(/[\d.]+/g) ?? []).map(Number);
                    const [right, bottom] = [Math.round(left + width), Math.round(top + height)];
                    for (let y = Math.max(0, Math.round(top)); y < Math.min(image.height, bottom); y++)
                        for (let x = Math.max(0, Math.round(left)); x < Math.min(image.width, right); x++)
                            image.data.set([red, green, blue, alpha * 255], 4 * (y * image.width + x));
                },
            };
        },
        toDataURL() {
            return `data:image/png;base64,${pngjs_1.PNG.sync.write(images.get(this)).toString("base64")}`;
        },
    });
}
//# sourceMappingURL=static-image.js.map
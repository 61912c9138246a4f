import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { JSDOM, VirtualConsole } from "jsdom";
import { PNG } from "pngjs";
import pixelWidth from "string-pixel-width";
import { WorkspaceError } from "../data";
import type { PlainFigure } from "./figure";
import { STATIC_WIDTH } from "./theme";

/**
 * Draws a plotly figure as SVG without a browser: plotly.js runs in jsdom, which lacks layout and canvas.
 * Both are supplied here as far as plotly's cartesian charts ask for them: the extent of a text from Arial's
 * advance widths, and a canvas that holds the pixels of a heat map.
 */

interface PlotlyIssue {
  code: string;
  container: string;
  trace: number | null;
  msg: string;
}

interface Plotly {
  newPlot(div: object, data: object, layout: object, config: object): Promise<unknown>;
  purge(div: object): void;
  validate(data: object, layout: object): PlotlyIssue[] | undefined;
  Snapshot: { toSVG(div: object, format: "svg", scale: number): string };
}

type Window = JSDOM["window"] & { Plotly: Plotly; JSON: typeof JSON };

/** More markers than these only thicken the file: the static image draws every n-th. */
const MOST_POINTS = 1000;

let opened: Window | undefined;

function plotlyWindow(): Window {
  if (opened) return opened;
  const virtualConsole = new VirtualConsole();
  const dom = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    virtualConsole,
  });
  const window = dom.window as Window;
  supplyLayout(window);
  supplyCanvas(window);
  window.URL.createObjectURL = () => "";
  window.eval(readFileSync(require.resolve("plotly.js-cartesian-dist-min"), "utf8"));
  return (opened = window);
}

/** Throws CHART_INVALID for what plotly would silently ignore: an unknown trace, attribute or value. */
export function validateFigure(figure: PlainFigure): void {
  const window = plotlyWindow();
  const { data, layout } = window.JSON.parse(JSON.stringify(figure)) as PlainFigure;
  const issue = window.Plotly.validate(data, layout)?.find(({ code }) =>
    ["object", "array", "schema", "value"].includes(code),
  );
  if (issue) throw new WorkspaceError("CHART_INVALID", issue.msg);
}

/** An SVG document with a transparent ground, its ids derived from the figure, so that it is reproducible. */
export function drawSvg(figure: PlainFigure, alt: string): string {
  const window = plotlyWindow();
  const text = JSON.stringify({ ...figure, data: figure.data.map(thinned) });
  // Objects of jsdom's own realm: plotly's checks for plain objects fail on ours.
  const { data, layout } = window.JSON.parse(text) as PlainFigure;
  const div = window.document.createElement("div");
  window.document.body.append(div);
  try {
    // Cartesian charts are drawn before newPlot returns; its promise only tells of later events.
    const drawn = window.Plotly.newPlot(div, data, { width: STATIC_WIDTH, ...layout }, { staticPlot: true });
    drawn.catch(() => {});
    const svg = window.Plotly.Snapshot.toSVG(div, "svg", 1);
    const uid = (div as unknown as { _fullLayout: { _uid: string } })._fullLayout._uid;
    return compact(svg.replaceAll(uid, createHash("sha256").update(text).digest("hex").slice(0, 8)), alt);
  } catch (error) {
    throw new WorkspaceError("CHART_INVALID", `plotly cannot draw the figure: ${(error as Error).message}`);
  } finally {
    window.Plotly.purge(div);
    div.remove();
  }
}

function thinned(trace: Record<string, unknown>): Record<string, unknown> {
  const points = Array.isArray(trace.x) ? trace.x.length : 0;
  const drawsMarkers = (trace.type ?? "scatter") === "scatter" && !/^lines$|^none$/.test(String(trace.mode));
  if (!drawsMarkers || points <= MOST_POINTS) return trace;
  const step = Math.ceil(points / MOST_POINTS);
  const every = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.length === points ? value.filter((_, i) => i % step === 0) : value;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, every(inner)]));
  };
  return every(trace) as Record<string, unknown>;
}

function compact(svg: string, alt: string): string {
  let text = svg
    // Coordinates need no more than a hundredth of a pixel; what is written stays as it is.
    .replace(/<[^>]+>/g, (tag) => tag.replace(/(\d+\.\d\d)\d+/g, "$1"))
    .replace(/ (?:data-[\w-]+|class)="[^"]*"/g, "")
    .replace(
      / (?:fill|stroke)-opacity: 1;|pointer-events: \w+;|vector-effect: [\w-]+;|white-space: pre;/g,
      "",
    );
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(/<(?:g|defs)(?: [^>]*)?\/>|<(g|defs)(?: [^>]*)?><\/\1>/g, "");
  }
  const label = alt.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return text.replace("<svg ", `<svg role="img" aria-label="${label}" `);
}

interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Arial's ascent and height, line spacing as plotly sets it: in units of the font size. */
const ASCENT = 0.905;
const LINE = 1.117;
const SPACING = 1.3;

function supplyLayout(window: Window): void {
  const styleOf = (node: Element, name: "font-size" | "font-weight"): string => {
    for (let at: Element | null = node; at; at = at.parentElement) {
      const value = (at as SVGElement).style?.getPropertyValue(name) || at.getAttribute(name);
      if (value) return value;
    }
    return "";
  };
  const widthOf = (node: Element): number =>
    pixelWidth(node.textContent ?? "", {
      font: "arial",
      size: parseFloat(styleOf(node, "font-size")) || 12,
      bold: /bold|[6-9]00/.test(styleOf(node, "font-weight")),
    });

  const textExtent = (node: Element): Extent => {
    const size = parseFloat(styleOf(node, "font-size")) || 12;
    const lines = [...node.querySelectorAll("tspan.line")];
    const width = Math.max(...(lines.length ? lines : [node]).map(widthOf));
    const anchor = (node as SVGElement).style.textAnchor || node.getAttribute("text-anchor");
    const x = Number(node.getAttribute("x") ?? 0);
    const left = x - (anchor === "middle" ? width / 2 : anchor === "end" ? width : 0);
    const top = Number(node.getAttribute("y") ?? 0) - ASCENT * size;
    const height = (LINE + SPACING * Math.max(0, lines.length - 1)) * size;
    return { left, top, right: left + width, bottom: top + height };
  };

  const extent = (node: Element): Extent | null => {
    if (node.tagName === "text") return node.textContent ? textExtent(node) : null;
    const boxes = [...node.children].flatMap((child) => {
      const box = extent(child);
      if (!box) return [];
      return [transformed(box, child.getAttribute("transform") ?? "")];
    });
    if (!boxes.length) return null;
    return {
      left: Math.min(...boxes.map((b) => b.left)),
      top: Math.min(...boxes.map((b) => b.top)),
      right: Math.max(...boxes.map((b) => b.right)),
      bottom: Math.max(...boxes.map((b) => b.bottom)),
    };
  };

  const box = function (this: Element): object {
    const { left, top, right, bottom } = extent(this) ?? { left: 0, top: 0, right: 0, bottom: 0 };
    return { x: left, y: top, left, top, right, bottom, width: right - left, height: bottom - top };
  };
  Object.assign(window.SVGElement.prototype, {
    getBBox: box,
    getBoundingClientRect: box,
    getComputedTextLength(this: Element): number {
      return widthOf(this);
    },
  });
}

/** The extent of a box after SVG's `translate`, `scale` and `rotate`, the innermost (last) first. */
function transformed(box: Extent, transform: string): Extent {
  let corners = [
    [box.left, box.top],
    [box.right, box.top],
    [box.left, box.bottom],
    [box.right, box.bottom],
  ];
  for (const [, name, list] of [...transform.matchAll(/(\w+)\(([^)]*)\)/g)].reverse()) {
    const [a, second, c = 0] = list.split(/[ ,]+/).map(Number);
    const b = second ?? (name === "scale" ? a : 0);
    if (name === "translate") corners = corners.map(([x, y]) => [x + a, y + b]);
    else if (name === "scale") corners = corners.map(([x, y]) => [x * a, y * b]);
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

function supplyCanvas(window: Window): void {
  const images = new WeakMap<HTMLCanvasElement, PNG>();
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement) {
      const image = new PNG({ width: this.width, height: this.height });
      images.set(this, image);
      return {
        fillStyle: "",
        createImageData: (width: number, height: number) => ({ data: new Uint8Array(4 * width * height) }),
        putImageData: ({ data }: { data: Uint8Array }) => image.data.set(data),
        // Asked for where cells have gaps between them; the colour is always "rgba(r,g,b,a)".
        fillRect(left: number, top: number, width: number, height: number): void {
          const [red, green, blue, alpha] = (this.fillStyle.match(/[\d.]+/g) ?? []).map(Number);
          const [right, bottom] = [Math.round(left + width), Math.round(top + height)];
          for (let y = Math.max(0, Math.round(top)); y < Math.min(image.height, bottom); y++)
            for (let x = Math.max(0, Math.round(left)); x < Math.min(image.width, right); x++)
              image.data.set([red, green, blue, alpha * 255], 4 * (y * image.width + x));
        },
      };
    },
    toDataURL(this: HTMLCanvasElement): string {
      return `data:image/png;base64,${PNG.sync.write(images.get(this)!).toString("base64")}`;
    },
  });
}

import { chartBundle, type Figure } from "@movielens/lib/notebook";
import { JSDOM } from "jsdom";
import { PNG } from "pngjs";
import { test } from "uvu";
import * as assert from "uvu/assert";

const words = { title: "Films per genre", caption: "Films of each genre.", alt: "Drama leads <Comedy>." };
const bars: Figure = {
  data: [{ type: "bar", x: ["Drama", "Comedy"], y: [4361, 3756] }],
  layout: { yaxis: { title: { text: "Films" } } },
};

function draw(figure: Figure): { svg: SVGElement; text: string } {
  const text = chartBundle(figure, words).data["image/svg+xml"] as string;
  const { window } = new JSDOM(text, { contentType: "image/svg+xml" });
  return { svg: window.document.documentElement as unknown as SVGElement, text };
}

const texts = (svg: SVGElement): string[] =>
  [...svg.querySelectorAll("text")].map((t) => t.textContent ?? "");

function throwsChartError(figure: Figure, pattern: RegExp): void {
  assert.throws(
    () => chartBundle(figure, words),
    (error: { code: string; message: string }) =>
      error.code === "CHART_INVALID" && pattern.test(error.message),
  );
}

test("one output carries the live figure, a static image and words", () => {
  const bundle = chartBundle(bars, words);
  assert.equal(Object.keys(bundle.data), ["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"]);
  assert.equal(bundle.metadata, { movielens: { kind: "chart", ...words } });
  assert.equal(bundle.data["text/plain"], "Films per genre. Drama leads <Comedy>.");
  const figure = bundle.data["application/vnd.plotly.v1+json"] as {
    data: object[];
    layout: { title: object; height: number };
    config: object;
  };
  assert.equal(figure.data, bars.data);
  assert.equal(figure.layout.title, { text: "Films per genre" });
  assert.equal(figure.config, { responsive: true, displaylogo: false });
});

test("the static image shows title, axis title and one bar per value, as well-formed SVG that says its alt text", () => {
  const { svg } = draw(bars);
  for (const text of ["Films per genre", "Films", "Drama", "Comedy", "4000"])
    assert.ok(texts(svg).includes(text), text);
  assert.is(svg.getAttribute("aria-label"), words.alt);
  assert.is(svg.getAttribute("viewBox"), "0 0 760 400");
  const heights = [...svg.querySelectorAll("path")].flatMap((path) => {
    const bar = /^M[\d.]+,([\d.]+)V([\d.]+)H[\d.]+V[\d.]+Z$/.exec(path.getAttribute("d") ?? "");
    return bar ? [Math.abs(Number(bar[2]) - Number(bar[1]))] : [];
  });
  assert.is(heights.length, 2);
  assert.ok(Math.abs(heights[1] / heights[0] - 3756 / 4361) < 0.01, heights.join(" : "));
});

test("numbers in the words of a chart keep all their digits", () => {
  const { svg } = draw({ data: [{ type: "bar", x: ["a"], y: [1], text: ["0.0153 %"] }] });
  assert.ok(texts(svg).includes("0.0153 %"));
});

test("the same figure gives the same image, byte for byte", () => {
  assert.is(draw(bars).text, draw(bars).text);
});

test("a long category name moves the plot aside instead of being cut off", () => {
  const name = "Science fiction, fantasy and everything beyond";
  const { svg } = draw({ data: [{ type: "bar", orientation: "h", y: [name, "War"], x: [980, 382] }] });
  const label = [...svg.querySelectorAll("text")].find((t) => t.textContent === name);
  assert.ok(label);
  assert.is(label.getAttribute("text-anchor"), "end");
  assert.ok(Number(label.getAttribute("x")) > 250, `label ends at ${label.getAttribute("x")}`);
});

test("a heat map is drawn with its cells as an embedded image and its labels as text", () => {
  const { svg } = draw({
    data: [
      {
        type: "heatmap",
        x: ["8", "16"],
        y: ["a", "b"],
        z: [
          [1, 2],
          [3, null],
        ],
        texttemplate: "%{z}",
      },
    ],
  });
  const image = svg.querySelector("image");
  assert.match(image?.getAttribute("xlink:href") ?? "", /^data:image\/png;base64,/);
  for (const text of ["1", "2", "3"]) assert.ok(texts(svg).includes(text));
});

test("gaps between the cells of a heat map are left open in the image", () => {
  const { svg } = draw({ data: [{ type: "heatmap", x: ["8", "16"], y: ["a"], z: [[1, 2]], xgap: 20 }] });
  const href = svg.querySelector("image")?.getAttribute("xlink:href") ?? "";
  const { width, height, data } = PNG.sync.read(Buffer.from(href.slice(href.indexOf(",") + 1), "base64"));
  const pixelAt = (share: number): number[] => {
    const at = 4 * (Math.floor(height / 2) * width + Math.floor(width * share));
    return [...data.subarray(at, at + 4)];
  };
  assert.equal(pixelAt(0.5), [0, 0, 0, 0]);
  assert.is(pixelAt(0.25)[3], 255);
  assert.is(pixelAt(0.75)[3], 255);
  assert.not.equal(pixelAt(0.25), pixelAt(0.75));
});

test("a cloud of ten thousand points stays small as an image and whole as a figure", () => {
  const x = Float32Array.from({ length: 10_000 }, (_, i) => i % 500);
  const bundle = chartBundle({ data: [{ type: "scatter", mode: "markers", x, y: x }] }, words);
  const figure = bundle.data["application/vnd.plotly.v1+json"] as { data: { x: number[] }[] };
  assert.is(figure.data[0].x.length, 10_000);
  assert.ok((bundle.data["image/svg+xml"] as string).length < 200_000);
});

test("an attribute that plotly would ignore is refused by name", () => {
  throwsChartError({ data: [{ type: "bar", x: [1], y: [1], colour: "red" }] }, /colour/);
  throwsChartError(
    { data: [{ type: "bar", x: [1], y: [1] }], layout: { xaxis: { title: "Year" } } },
    /title/,
  );
  throwsChartError({ data: [{ type: "sunburst", labels: ["a"], parents: [""] }] }, /sunburst|type/);
});

test("a number that is not finite is refused, a null is a gap", () => {
  throwsChartError({ data: [{ type: "bar", x: ["a"], y: [NaN] }] }, /NaN/);
  throwsChartError({ data: [{ type: "bar", x: ["a"], y: Float64Array.of(Infinity) }] }, /Infinity/);
  assert.ok(draw({ data: [{ type: "scatter", x: [1, 2, 3], y: [1, null, 3] }] }).text);
});

test("a figure too large for a report is refused", () => {
  const x = Array.from({ length: 100_000 }, (_, i) => i + 0.5);
  throwsChartError({ data: [{ type: "scatter", x, y: x }] }, /kB/);
});

test("a chart without caption or alt text is refused", () => {
  assert.throws(() => chartBundle(bars, { ...words, alt: " " }), /needs its alt/);
  assert.throws(() => chartBundle(bars, { ...words, caption: "" }), /needs its caption/);
});

test.run();

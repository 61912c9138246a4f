import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { indexNamed, type Cube, type Dashboard, type IndexName, type Panel } from "../bi";
import { escapeHtml, libraryVersion, projectPath } from "../data";
import { chartTemplate } from "../notebook";

export interface PageData {
  dashboards: readonly Dashboard[];
  cubes: Partial<Record<IndexName, Cube>>;
  dataName: string;
  dataHash: string;
  /** Whether reports/index.html lies beside it. */
  hasIndex: boolean;
}

/**
 * The dashboards as one HTML page that needs neither server nor network: the cubes, plotly.js and the script that
 * filters are in it.
 */
export function dashboardsPage({ dashboards, cubes, dataName, dataHash, hasIndex }: PageData): string {
  const script = template("dashboards.js");
  const plotly = readFileSync(
    projectPath("node_modules", "plotly.js-cartesian-dist-min", "plotly-cartesian.min.js"),
    "utf8",
  );
  const data = {
    dashboards,
    theme: chartTemplate,
    cubes: Object.fromEntries(Object.entries(cubes).map(([index, cube]) => [index, packed(cube)])),
  };
  const policy = [
    "default-src 'none'",
    `script-src ${[script, plotly].map((text) => `'sha256-${digest(text)}'`).join(" ")}`,
    "style-src 'unsafe-inline'", // plotly.js makes its style sheet when it runs
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const [year, month, day] = new Date().toISOString().slice(0, 10).split("-");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Dashboards · MovieLens workspace</title>
<style>
${template("report.css")}
${template("dashboards.css")}
</style>
</head>
<body class="dashboards">
<a class="skip" href="#content">Skip to the dashboards</a>
<header class="bar">${hasIndex ? '<a class="brand" href="index.html">MovieLens workspace</a>' : '<span class="brand">MovieLens workspace</span>'}</header>
<main id="content" tabindex="-1">
<header class="masthead">
<h1>Dashboards</h1>
<p class="byline"><span>${escapeHtml(dataName)}</span> <time datetime="${year}-${month}-${day}">${Number(day)} ${MONTHS[Number(month) - 1]} ${year}</time></p>
</header>
<noscript><p>These dashboards compute in the page, so they need scripts.${hasIndex ? ' The <a href="index.html">reports</a> do not.' : ""}</p></noscript>
<div class="tabs" role="tablist" aria-label="Dashboards">
${dashboards.map(({ id, title }, at) => `<button type="button" role="tab" id="tab-${id}" aria-controls="${id}" aria-selected="${at === 0}">${escapeHtml(title)}</button>`).join("\n")}
</div>
${dashboards.map(section).join("\n")}
<p class="note">Click a bar, a cell or a point, or a name in a table, and the other panels show only that. A film with several genres counts in each of them. Times are UTC. The same dashboards for Kibana: <code>npm run bi:dashboards</code>. Data hash ${escapeHtml(dataHash.slice(0, 12))}, @movielens/lib ${escapeHtml(libraryVersion())}.</p>
</main>
<footer class="foot"><p>Data: MovieLens, GroupLens Research. F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. <cite>ACM Transactions on Interactive Intelligent Systems</cite> 5(4), 19:1–19:19. <a href="https://doi.org/10.1145/2827872">doi.org/10.1145/2827872</a></p></footer>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>
<script>${plotly}</script>
<script>${script}</script>
</body>
</html>
`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function section({ id, title, description, panels }: Dashboard, at: number): string {
  // On a phone the panels stand in the order of the page.
  const ordered = [...panels].sort((a, b) => a.grid.y - b.grid.y || a.grid.x - b.grid.x);
  return `<section class="dashboard" id="${id}" role="tabpanel" aria-labelledby="tab-${id}"${at === 0 ? "" : " hidden"}>
<h2 class="unseen">${escapeHtml(title)}</h2>
<p class="question">${escapeHtml(description)}</p>
<div class="controls" id="controls-${id}" role="group" aria-label="Filters of ${escapeHtml(title)}"></div>
<div class="filtered"><p class="status" id="status-${id}" role="status" tabindex="-1"></p><div class="chips" id="chips-${id}"></div><button type="button" class="reset" id="reset-${id}" disabled>Reset all</button></div>
<div class="grid">
${ordered.map((panel) => panelHtml(id, panel)).join("\n")}
</div>
</section>`;
}

function panelHtml(dashboard: string, { id, title, chart, metric, grid }: Panel): string {
  const { x, y, w, h } = grid;
  const place = `grid-area: ${y + 1} / ${x + 1} / span ${h} / span ${w}; --panel-colour: ${metric.colour}`;
  const heading = `panel-${dashboard}-${id}-title`;
  const body =
    chart === "metric"
      ? '<p class="body"></p>'
      : '<div class="body" role="group" aria-label=""></div>\n<div class="values" hidden tabindex="0" role="group" aria-labelledby="' +
        `${heading}"></div>`;
  const button =
    chart === "metric"
      ? ""
      : `<button type="button" class="as-table" aria-pressed="false">Table<span class="unseen"> of ${escapeHtml(title)}</span></button>`;
  return `<section class="panel chart-${chart}${h > 14 ? " tall" : ""}" id="panel-${dashboard}-${id}" aria-labelledby="${heading}" style="${place}">
<header><h3 id="${heading}">${escapeHtml(title)}</h3>${button}</header>
${body}
<p class="note" hidden></p>
</section>`;
}

const template = (name: string): string => readFileSync(projectPath("reports", "template", name), "utf8");

const digest = (text: string): string => createHash("sha256").update(text).digest("base64");

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The cube as JSON: columns of numbers compressed, which for 100,000 ratings is 0.8 MB in place of 8. */
function packed({ index, documents, rows, counts, fields, sums, dropped }: Cube): object {
  const { title, timeField } = indexNamed(index);
  return {
    title: title.replace("MovieLens ", ""),
    timeField,
    documents,
    rows,
    dropped,
    counts: compressed(counts),
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, { values, codes }]) => [name, { values, codes: compressed(codes) }]),
    ),
    sums: Object.fromEntries(
      Object.entries(sums).map(([name, { sum, known }]) => [
        name,
        { sum: compressed(sum), known: compressed(known) },
      ]),
    ),
  };
}

const compressed = (numbers: Numbers): { bytes: number; data: string } => ({
  bytes: numbers.BYTES_PER_ELEMENT,
  data: gzipSync(Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength), { level: 9 }).toString(
    "base64",
  ),
});

import { escapeHtml } from "../data";
import type { MonitorDrift, MonitorFigure, MonitorReport } from "./monitor";

/** A report of the monitor as one HTML page, which needs neither network nor script. */
export function monitorPage(report: MonitorReport): string {
  const { model, events, figures, drifts, exceeded, at } = report;
  const verdict =
    exceeded.length === 0
      ? figures.some(({ verdict: one }) => one === "fine")
        ? "Within its thresholds"
        : "Nothing could be judged"
      : `${exceeded.length} of ${figures.length} figures beyond their threshold`;
  const period =
    events.from === null || events.to === null
      ? "no event"
      : `events of ${dayOf(events.from)} to ${dayOf(events.to)}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Monitor · ${escapeHtml(model.version)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${verdict}</h1>
<p class="byline">${escapeHtml(model.version)}, ${period}, written ${at.slice(0, 16).replace("T", " ")} UTC</p>
<p>${said(events.ratings, "rating")}, ${said(events.impressions, "list")} shown, ${said(events.clicks, "click")}, ${said(events.served, "list")} logged by the server. Not looked at: ${said(events.leftOut, "event")} of other models or other times. Ratings that the model had learned already: ${events.learned.toLocaleString("en")}. Clicks on no known list: ${events.clicksWithoutList.toLocaleString("en")}.</p>
<h2 id="figures">Figures</h2>
<div class="wide" role="region" aria-labelledby="figures" tabindex="0">
<table>
<thead><tr><th scope="col">Figure</th><th scope="col">Verdict</th><th scope="col" class="number">Value</th><th scope="col" class="number">Fine when</th><th scope="col">Of what</th></tr></thead>
<tbody>
${figures.map(figureRow).join("\n")}
</tbody>
</table>
</div>
${drifts.map(driftSection).join("\n")}
<footer>Model of ${escapeHtml(model.data)}, ${model.ratings.toLocaleString("en")} ratings, exported ${model.created.slice(0, 10)}. Thresholds are chosen; <code>npm run monitor -- --help</code> says how to choose others.</footer>
</main>
</body>
</html>
`;
}

/** A figure's value for people, with its unit. */
export function shownValue({ unit }: Pick<MonitorFigure, "unit">, value: number | null): string {
  if (value === null) return "–";
  if (unit === "share") return `${(value * 100).toFixed(1)} %`;
  if (unit === "days") return `${Math.round(value).toLocaleString("en")} days`;
  return `${value.toFixed(3)}${unit === "ratio" ? "" : ` ${unit}`}`;
}

/** What its threshold asks of a figure, for people. */
export function shownThreshold(figure: MonitorFigure): string {
  if (figure.threshold === null) return "–";
  return `${figure.bound === "atMost" ? "≤" : "≥"} ${shownValue(figure, figure.threshold)}`;
}

const figureRow = (figure: MonitorFigure): string =>
  `<tr class="${figure.verdict.replace(" ", "-")}"><th scope="row">${figure.title}</th><td><span class="verdict">${figure.verdict}</span></td><td class="number">${shownValue(figure, figure.value)}</td><td class="number">${shownThreshold(figure)}</td><td class="says">${escapeHtml(figure.says)}</td></tr>`;

const TITLES: Record<MonitorDrift["name"], string> = {
  ratings: "Stars",
  genres: "Genres",
  popularity: "Popularity",
  scores: "Scores",
};

function driftSection({
  name,
  says,
  bins,
  expected,
  actual,
  populationStabilityIndex,
  jensenShannon,
}: MonitorDrift): string {
  const [before, now] = [sharesOf(expected), sharesOf(actual)];
  const largest = Math.max(...before, ...now);
  const bar = (kind: string, share: number): string =>
    `<span class="bar ${kind}" style="width:${((share / largest) * 100).toFixed(1)}%"></span>`;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return `<h2 id="${name}">${TITLES[name]}</h2>
<p>${escapeHtml(says)} PSI ${populationStabilityIndex.toFixed(3)}, Jensen–Shannon ${jensenShannon.toFixed(3)} bits.</p>
<table class="drift" aria-labelledby="${name}">
<thead><tr><th scope="col">Bin</th><th scope="col" class="number"><span class="key expected"></span>Training</th><th scope="col" class="number"><span class="key actual"></span>Now</th><td class="bars"></td></tr></thead>
<tbody>
${bins
  .map(
    (bin, k) =>
      `<tr><th scope="row">${escapeHtml(bin)}</th><td class="number">${percent(before[k])}</td><td class="number">${percent(now[k])}</td><td class="bars" aria-hidden="true">${bar("expected", before[k])}${bar("actual", now[k])}</td></tr>`,
  )
  .join("\n")}
</tbody>
</table>`;
}

function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return counts.map((n) => n / total);
}

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
const said = (value: number, what: string): string =>
  `${value.toLocaleString("en")} ${what}${value === 1 ? "" : "s"}`;

const STYLE = `
:root { --ink: #1c2230; --quiet: #596173; --line: #d9dde5; --page: #fff; --expected: #8a94a8; --actual: #1f6feb; --bad: #b42318; --good: #17723b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --quiet: #a3adbf; --line: #343b49; --page: #14181f; --expected: #77829a; --actual: #6cb0ff; --bad: #ff8b7e; --good: #6fd394; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
.byline, footer, .says { color: var(--quiet); }
.byline { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { color: var(--quiet); }
tbody th { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.verdict { white-space: nowrap; }
.says { min-width: 16rem; }
.exceeded .verdict { color: var(--bad); font-weight: 600; }
.fine .verdict { color: var(--good); }
.not-judged .verdict { color: var(--quiet); }
.drift .bars { width: 45%; padding-right: 0; vertical-align: middle; }
.bar { display: block; height: 6px; min-width: 1px; margin: 1px 0; }
.key { display: inline-block; width: .7em; height: .7em; margin-right: .4em; }
.bar.expected, .key.expected { background: var(--expected); }
.bar.actual, .key.actual { background: var(--actual); }
footer { margin-top: 3rem; font-size: .9rem; }
@media (max-width: 36rem) { tbody th { white-space: normal; } .drift .bars { width: 25%; } th, td { padding-right: .5rem; } }
`;

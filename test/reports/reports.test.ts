import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { venvPython } from "../../lib/cli/jupyter";
import { projectPath } from "@movielens/lib/data";
import { metricBundle } from "@movielens/lib/notebook";
import { checkReport, launchChromium } from "./check-report";
import { code, markdown, oneOfEverything, print, show, writeExecuted } from "./executed-notebook";

let folder: string;
let out: string;
let browser: Browser | null = null;
const understanding = (): string => join(out, "02-data-understanding.html");

interface Rendered {
  code: number | null;
  files: string[];
  errors: string;
}

function render(out: string, ...args: string[]): Rendered {
  const script = projectPath("jupyter", "render_reports.py");
  const { status, stdout, stderr } = spawnSync(venvPython(), [script, "--out", out, ...args], {
    encoding: "utf8",
  });
  return { code: status, files: stdout.split("\n").filter(Boolean), errors: stderr };
}

/** What the renderer says to a notebook whose cells after the title are these; its report if it accepts them. */
function renderCells(...cells: object[]): Rendered & { html: string } {
  const notebook = writeExecuted(folder, "extra", [
    markdown("# Extra"),
    ...(cells as Record<string, unknown>[]),
  ]);
  const rendered = render(join(folder, "extra"), notebook);
  return { ...rendered, html: rendered.code === 0 ? readFileSync(rendered.files[0], "utf8") : "" };
}

async function open<T>(
  file: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser!.newContext({ ...options, offline: true });
  try {
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    await page.waitForSelector("html[data-charts=done]", { state: "attached" });
    return await look(page);
  } finally {
    await context.close();
  }
}

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), "movielens reports "));
  out = join(folder, "out");
  const rendered = render(
    out,
    "--index",
    writeExecuted(folder, "data-understanding", oneOfEverything()),
    writeExecuted(folder, "data-preparation", [markdown("# Honest splits"), code("1 + 1", print("2"))]),
    writeExecuted(folder, "an-extra-look", oneOfEverything()),
  );
  assert.is(rendered.code, 0, rendered.errors);
  browser = await launchChromium();
});

test.after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A test that needs the browser; where there is none, launchChromium has said so. */
function inBrowser(name: string, body: () => Promise<void>): void {
  test(name, async () => {
    if (browser) await body();
  });
}

inBrowser("a report with one of everything passes every check", async () => {
  const found = await checkReport(browser!, understanding());
  assert.equal(found.problems, []);
  assert.is(found.charts, 2);
  assert.is(found.tables, 1);
  assert.is(found.formulas, 4);
  assert.is(found.codeCells, 5);
});

inBrowser("a notebook outside the six phases becomes a report too", async () => {
  assert.equal((await checkReport(browser!, join(out, "an-extra-look.html"))).problems, []);
});

inBrowser("the index passes every check", async () => {
  assert.equal((await checkReport(browser!, join(out, "index.html"))).problems, []);
});

inBrowser("the check finds what a damaged report lacks", async () => {
  const damage: [RegExp, string | RegExp, string][] = [
    [/leads to #nowhere/, 'href="#what-to-do"', 'href="#nowhere"'],
    [/figure-1 was not drawn/, "Plotly.newPlot(", "Plotly.noPlot("],
    [/the console says “figure-1 could not be drawn/, "script-src ", "script-src 'unsafe-inline'; x-was "],
    [/light: color-contrast/, "--soft: #59616b", "--soft: #b9b9b9"],
    [/dark: the ground/, "--paper: #14171b", "--paper: #ffffff"],
    [/phone: the page is/, "<article>", '<article><div style="width: 900px">wide</div>'],
    [/paper: .code is printed/, ".aside,\n  .skip,\n  .turn,\n  .code,", ".aside,"],
    [/desktop: asks for http/, "</article>", '<img src="http://127.0.0.1:9/x.png" alt="x"></article>'],
    [/image-alt/, ' alt="x">', ">"],
    [/no policy forbids requests/, "default-src &#39;none&#39;", "default-src *"],
    [/an image is broken/, "img-src data: blob:", "img-src *"],
    [/heading-order/, "</article>", "<h5>deep</h5></article>"],
    [/links to 05-evaluation.html/, "</article>", '<a href="05-evaluation.html">next</a></article>'],
    [/a formula was not rendered/, "</article>", "<p>$$x$$</p></article>"],
  ];
  let html = readFileSync(understanding(), "utf8");
  for (const [, from, to] of damage) {
    const damaged = html.replace(from, to.replaceAll("$", "$$$$"));
    assert.is.not(damaged, html, String(from));
    html = damaged;
  }
  const file = join(out, "damaged.html");
  writeFileSync(file, html);
  const { problems } = await checkReport(browser!, file, 2000);
  for (const [expected] of damage)
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${expected} among ${problems.join(" | ")}`,
    );
  // On white ground the light ink of the dark scheme cannot be read.
  assert.ok(
    problems.some((problem) => problem.startsWith("dark: color-contrast")),
    problems.join(" | "),
  );
});

inBrowser("a link of the table of contents leads to its heading", async () => {
  await open(understanding(), { viewport: { width: 1280, height: 700 } }, async (page) => {
    await page
      .getByRole("navigation", { name: "Contents" })
      .getByRole("link", { name: "What to do" })
      .click();
    assert.ok(page.url().endsWith("#what-to-do"));
    await page.waitForFunction(() => {
      const { top } = document.getElementById("what-to-do")!.getBoundingClientRect();
      return top >= 0 && top < window.innerHeight;
    });
  });
});

inBrowser("the button shows all code and hides it again", async () => {
  await open(understanding(), {}, async (page) => {
    const unfolded = page.locator("details.code[open]");
    assert.is(await unfolded.count(), 0);
    await page.getByRole("button", { name: "Show all code" }).click();
    assert.is(await unfolded.count(), 5);
    await page.getByRole("button", { name: "Hide all code" }).click();
    assert.is(await unfolded.count(), 0);
  });
});

inBrowser("a chart follows the reader from the light scheme to the dark one", async () => {
  await open(understanding(), { colorScheme: "light" }, async (page) => {
    const fill = (): Promise<string> =>
      page
        .locator(".xtick text")
        .first()
        .evaluate((text) => getComputedStyle(text).fill);
    const light = await fill();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(
      (before) => getComputedStyle(document.querySelector(".xtick text")!).fill !== before,
      light,
    );
  });
});

inBrowser("on a phone the table of contents unfolds and the wide table scrolls in its own box", async () => {
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  await open(understanding(), phone, async (page) => {
    const link = page.locator(".contents").getByRole("link", { name: "What to do" });
    assert.not(await link.isVisible());
    await page.locator(".contents summary").click();
    assert.ok(await link.isVisible());
    const box = page.locator("#table-1 .scroll");
    assert.ok(await box.evaluate((element) => element.scrollWidth > element.clientWidth));
    assert.is(await box.getAttribute("tabindex"), "0");
  });
});

inBrowser("a script that is not the report's own does not run", async () => {
  const file = join(out, "injected.html");
  const html = readFileSync(understanding(), "utf8");
  writeFileSync(file, html.replace("</article>", '<script>document.title = "injected"</script></article>'));
  assert.is.not(await open(file, {}, (page) => page.title()), "injected");
});

test("the index tells what each phase found and which phases have not been run", () => {
  const html = readFileSync(join(out, "index.html"), "utf8");
  for (const text of [
    '<a href="02-data-understanding.html">A few films get <em>most</em> ratings</a>',
    "The shape of the data decides which models can work.",
    '<dt>test rmse</dt><dd><span class="value">0.8712</span> <span class="unit">stars</span>',
    '<time datetime="2020-02-29">29 February 2020</time>',
    "<span>ml-latest-small</span>",
    "Not run yet: Business understanding, Modeling, Evaluation, Deployment. <code>npm start</code>",
    '<a href="an-extra-look.html">',
    "data:image/svg+xml;base64,",
  ])
    assert.ok(html.includes(text), text);
  assert.not(html.includes("04-modeling.html"));
});

test("a notebook beside a phase has the phase's number and stands with it in the index", () => {
  const target = join(folder, "beside");
  const rendered = render(
    target,
    "--index",
    writeExecuted(folder, "data-understanding", oneOfEverything()),
    writeExecuted(folder, "business-intelligence", [markdown("# The business view"), code("1", print("1"))]),
  );
  assert.is(rendered.code, 0, rendered.errors);
  const html = readFileSync(join(target, "02-business-intelligence.html"), "utf8");
  assert.ok(html.includes("Beside phase 2 of 6"));
  const index = readFileSync(join(target, "index.html"), "utf8");
  assert.ok(index.includes('Beside it: <a href="02-business-intelligence.html">The business view</a>'));
  assert.not(index.includes("Further notebooks"));
});

test("the index links to the dashboards where they are", () => {
  const link = '<a href="dashboards.html">';
  const target = join(folder, "with dashboards");
  mkdirSync(target);
  writeFileSync(join(target, "dashboards.html"), "");
  render(target, "--index", writeExecuted(folder, "data-understanding", oneOfEverything()));
  assert.ok(readFileSync(join(target, "index.html"), "utf8").includes(link));
  assert.not(readFileSync(join(out, "index.html"), "utf8").includes(link));
});

test("links lead to reports that exist, and what does not travel with the report stays text", () => {
  const html = readFileSync(understanding(), "utf8");
  assert.ok(
    html.includes(
      'Seen in <a href="03-data-preparation.html">preparation</a>, modeling, code, <a href="#who-rates">below</a>.',
    ),
  );
  assert.ok(html.includes('<a rel="next" href="03-data-preparation.html">'));
  assert.not(html.includes('rel="prev"'));
});

test("the provenance names data, hash, seed, versions, parameters and the date of the run", () => {
  const html = readFileSync(understanding(), "utf8");
  for (const [term, value] of [
    ["Data", "ml-latest-small"],
    ["Data hash", "ab".repeat(32)],
    ["Seed", "42"],
    ["Node.js", process.versions.node],
    ["Run", "29 February 2020, 23:30 UTC, 4 s"],
    ["Notebook", "notebooks/02-data/data-understanding.ipynb"],
  ])
    assert.ok(html.includes(`<dt>${term}</dt><dd>${value}</dd>`), term);
  assert.ok(html.includes('<th scope="row"><code>rank</code></th><td><code>32</code></td>'));
});

test("plotly.js is in a report once if it has charts and not at all if it has none", () => {
  const count = (file: string): number =>
    readFileSync(join(out, file), "utf8").split("plotly.js (cartesian").length - 1;
  assert.is(count("02-data-understanding.html"), 1);
  assert.is(count("03-data-preparation.html"), 0);
});

test("dollars in prose, code and shell stay what they are", () => {
  const { html } = renderCells(
    markdown(
      "From $5 to $10, or \\$3, `$x$` and `a_b`; $x_1$ costs $4.\n\n```bash\necho $$ $PATH_A $PATH_B\n```\n\n| a | b |\n| --- | --- |\n| $y_2$ | $6 |",
    ),
    code("const price = `$${cost}$`; // $z$"),
  );
  assert.ok(html.includes("From $5 to $10, or $3, <code>$x$</code> and <code>a_b</code>; <math"));
  assert.match(html, /<\/math> costs \$4\./);
  assert.match(html, /<td><math[^]*<td>\$6<\/td>/);
  assert.is(html.split("<math").length - 1, 2);
  assert.match(html.replace(/<[^>]+>/g, ""), /echo \$\$ \$PATH_A \$PATH_B/);
});

test("a per cent sign stays on the line of its number", () => {
  const { html } = renderCells(markdown("From 5 % to **96** % of 7 %-points, `1 %`."));
  assert.ok(
    html.includes("From 5\u00a0% to <strong>96</strong>\u00a0% of 7\u00a0%-points, <code>1 %</code>."),
  );
});

test("a recorded share is shown as per cent", () => {
  const metric = metricBundle("coverage", 0.98304, { unit: "share" });
  const { html } = renderCells(code("record();", show(metric)));
  assert.ok(
    html.includes('<dt>coverage</dt><dd><span class="value">98.3</span> <span class="unit">%</span></dd>'),
  );
});

test("formulas with <, _, & and aligned lines become MathML, in outputs as well", () => {
  const { html, errors } = renderCells(
    markdown("$a_i < b_{j}$ and\n\n$$\\begin{aligned} a &= b \\\\ c &= d_i \\end{aligned}$$"),
    code(
      "x",
      show({ data: { "text/markdown": "holds for $\\arg\\max_i x_i$", "text/plain": "" }, metadata: {} }),
    ),
    code("y", show({ data: { "text/latex": "$$\\sqrt[3]{x}$$", "text/plain": "" }, metadata: {} })),
  );
  assert.is(errors, "");
  assert.is(html.split("<math").length - 1, 4);
  assert.ok(html.includes("<mo>&#x0003C;</mo>"));
  assert.is(html.split("<mtr>").length - 1, 2);
  assert.not(/<em>/.test(html));
});

for (const [tex, reason] of [
  ["\\frac{1}", "lacks its argument"],
  ["\\unheardof{x}", "unknown command \\unheardof"],
  ["\\sqrt{x", "braces do not balance"],
  ["\\left( x", "extra left or missing right"],
  ["a & b", "& outside of an environment"],
  ["\\begin{foo}x\\end{foo}", "unknown environment foo"],
])
  test(`the formula ${tex} is refused by notebook, cell and reason`, () => {
    const { code, errors } = renderCells(markdown("fine"), markdown(`so $${tex}$ it is`));
    assert.is(code, 1);
    assert.is(errors.trim().split("\n").length, 1);
    assert.ok(errors.includes(`extra.ipynb: cell 3 (markdown): formula ‘${tex}’: `), errors);
    assert.ok(errors.includes(reason), errors);
  });

test("an output that the report cannot show is refused", () => {
  const { code: status, errors } = renderCells(
    code("x", show({ data: { "application/x-odd": "?" }, metadata: {} })),
  );
  assert.is(status, 1);
  assert.ok(errors.includes("extra.ipynb: cell 2 (code): the report cannot show application/x-odd"), errors);
});

test("a report of 3 MB or more is refused", () => {
  const { code: status, errors } = renderCells(code("x", print("a line of text\n".repeat(210_000))));
  assert.is(status, 1);
  assert.match(errors, /extra\.ipynb: the report is 3\.\d MB/);
});

test("a notebook without a title is refused", () => {
  const { code: status, errors } = render(
    join(folder, "untitled"),
    writeExecuted(folder, "untitled", [markdown("no title")]),
  );
  assert.is(status, 1);
  assert.ok(errors.includes("untitled.ipynb: the first Markdown cell does not begin with a title"), errors);
});

test("when one notebook cannot be rendered, nothing is written", () => {
  const target = join(folder, "none");
  const { code: status, files } = render(
    target,
    writeExecuted(folder, "modeling", [markdown("# Fine")]),
    writeExecuted(folder, "evaluation", [markdown("# Bad\n\n$\\frac{1}$")]),
  );
  assert.is(status, 1);
  assert.equal(files, []);
  assert.throws(() => readFileSync(join(target, "04-modeling.html")), /ENOENT/);
});

test("what a notebook prints or names is text, never markup", () => {
  const { html } = renderCells(code("x < y && 'a</script>'", print("<b>bold</b> \u001b[31mred\u001b[0m")));
  assert.ok(html.includes("&lt;b&gt;bold&lt;/b&gt; red"));
  assert.not(html.includes("<b>bold"));
  assert.not(html.includes("a</script>'"));
});

test.run();

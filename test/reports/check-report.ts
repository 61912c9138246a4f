/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const LARGEST_REPORT = 3_000_000; // bytes
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
/** A4 less the margins that the style sheet sets, in CSS pixels. */
const PAPER = { width: 673, height: 987 };

export interface ReportCheck {
  /** What is wrong, one sentence each; empty for a good report. */
  problems: string[];
  bytes: number;
  charts: number;
  tables: number;
  formulas: number;
  codeCells: number;
}

/** A Chromium for tests: the one named in CHROMIUM, or Debian's. Null, with one line, where there is none and no CI. */
export async function launchChromium(): Promise<Browser | null> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    const line = `no Chromium at ${executablePath}: apt install chromium, or name one in CHROMIUM`;
    if (process.env.CI || process.env.CHROMIUM) throw new Error(line);
    console.error(`skipped: ${line}`);
    return null;
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens a report, or the index, as its readers do: on a desktop, on a phone, in the dark, on paper and without
 * scripts, always without a network, and says what is wrong with it.
 *
 * @param file path of the .html file; the reports that it links to lie beside it
 * @param patience milliseconds that charts get to follow the width and the scheme; a busy machine needs many
 */
export async function checkReport(browser: Browser, file: string, patience = 60_000): Promise<ReportCheck> {
  const problems: string[] = [];
  const bytes = statSync(file).size;
  if (bytes >= LARGEST_REPORT) problems.push(`${(bytes / 1e6).toFixed(1)} MB is not under 3 MB`);

  const screen: BrowserContextOptions = { viewport: DESKTOP, colorScheme: "light", reducedMotion: "reduce" };
  const facts = await visit(browser, file, "desktop", screen, problems, async (page) => {
    const found = await page.evaluate(inspect);
    problems.push(...found.problems);
    for (const link of found.siblings)
      if (!existsSync(join(dirname(file), link))) problems.push(`links to ${link}, which is not there`);
    if (await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior === "smooth"))
      problems.push("scrolls smoothly although less motion is asked for");
    await checkKeyboard(page, problems);
    await page.evaluate(unfold);
    await page.evaluate(markAlikeCode);
    problems.push(...(await barriers(page, "light")));
    if (!(await page.evaluate(chartsFollowScheme)))
      problems.push("light: axes and captions differ in colour");
    await page.emulateMedia({ colorScheme: "dark" });
    await page
      .waitForFunction(chartsFollowScheme, undefined, { timeout: patience })
      .catch(() => problems.push("dark: the charts do not follow the scheme"));
    const colours: axe.RunOptions = { runOnly: ["cat.color"] };
    problems.push(...(await barriers(page, "dark", colours)), ...(await page.evaluate(lightGround)));
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(PAPER);
    problems.push(
      ...(await settledWideParts(page, "paper", patience)),
      ...(await page.evaluate(unfitForPaper)),
    );
    return found;
  });
  const phone: BrowserContextOptions = { viewport: PHONE, isMobile: true, hasTouch: true };
  await visit(browser, file, "phone", phone, problems, async (page) => {
    problems.push(...(await settledWideParts(page, "phone", patience)));
    if ((await page.locator(".contents[open]").count()) > 0)
      problems.push("phone: the table of contents is not folded");
  });
  const still: BrowserContextOptions = { viewport: DESKTOP, javaScriptEnabled: false };
  await visit(browser, file, "without scripts", still, problems, async (page) => {
    for (const image of await page.locator("figure.chart").all())
      if (!(await image.locator("img.static").isVisible()))
        problems.push(`${await image.getAttribute("id")} shows no static image without scripts`);
  });

  const { charts, tables, formulas, codeCells } = facts;
  return { problems, bytes, charts, tables, formulas, codeCells };
}

/** Opens the file in a fresh context where every request but that for the file itself is refused and reported. */
async function visit<T>(
  browser: Browser,
  file: string,
  name: string,
  options: BrowserContextOptions,
  problems: string[],
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ ...options, offline: true });
  try {
    const page = await context.newPage();
    // The test runner's compiler wraps inner functions in calls of this.
    await page.addInitScript({ content: "globalThis.__name = (f) => f" });
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== address && !/^(data|blob):/.test(request.url()))
        problems.push(`${name}: asks for ${request.url()}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        problems.push(`${name}: the console says “${message.text()}”`);
    });
    page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
    await page.goto(address);
    if (options.javaScriptEnabled !== false && (await page.locator("body.report").count()) > 0)
      await page
        .waitForSelector("html[data-charts=done]", { state: "attached" })
        .catch(() => problems.push(`${name}: the page's script does not end`));
    return await look(page);
  } finally {
    await context.close();
  }
}

/** The skip link comes first, can be seen when it has the focus, and leads into the page. */
async function checkKeyboard(page: Page, problems: string[]): Promise<void> {
  await page.keyboard.press("Tab");
  const focus = await page.evaluate(() => {
    const link = document.activeElement as HTMLElement;
    const { outlineStyle } = getComputedStyle(link);
    return { skip: link.className === "skip", visible: outlineStyle !== "none" };
  });
  if (!focus.skip) problems.push("the first stop of the Tab key is not the skip link");
  else if (!focus.visible) problems.push("the focus cannot be seen");
  await page.waitForFunction(() => document.activeElement!.getBoundingClientRect().top >= 0);
  await page.keyboard.press("Enter");
  const target = await page.evaluate(() => document.activeElement?.id);
  if (target !== "content") problems.push("the skip link does not lead to the content");
}

/** What axe-core finds: WCAG 2.2 AA and good practice, contrast and the order of headings among it. */
async function barriers(page: Page, scheme: string, options: axe.RunOptions = {}): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run({ exclude: ["[data-alike]"] }, ${JSON.stringify(options)})`,
  );
  return violations.map(
    ({ id, help, nodes }) => `${scheme}: ${id}: ${help} (${nodes.length} ×): ${nodes[0].html.slice(0, 120)}`,
  );
}

// What follows runs in the page.

interface Findings {
  problems: string[];
  siblings: string[];
  charts: number;
  tables: number;
  formulas: number;
  codeCells: number;
}

function inspect(): Findings {
  const problems: string[] = [];
  const all = <E extends Element>(selector: string): E[] => [...document.querySelectorAll<E>(selector)];
  const report = document.body.classList.contains("report");

  const policy = document.querySelector<HTMLMetaElement>("meta[http-equiv=Content-Security-Policy]")?.content;
  if (!policy?.includes("default-src 'none'")) problems.push("no policy forbids requests");

  const ids = all("[id]").map(({ id }) => id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    problems.push(`the id ${id} occurs twice`);
  for (const link of all<HTMLAnchorElement>('a[href^="#"]'))
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1))))
      problems.push(`“${link.textContent}” leads to ${link.hash}, which is not there`);
  for (const link of all<HTMLAnchorElement>(".contents a"))
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))?.matches("h2, h3"))
      problems.push(`contents: “${link.textContent}” does not lead to a heading`);
  const siblings = all("a[href]")
    .map((link) => link.getAttribute("href")!)
    .filter((href) => !/^(#|https?:|mailto:)/.test(href))
    .map((href) => decodeURIComponent(href.split("#")[0]));

  for (const image of all<HTMLImageElement>("img")) {
    if (image.complete && image.naturalWidth === 0) problems.push(`an image is broken: ${image.alt}`);
  }
  for (const figure of all<HTMLElement>("figure.chart")) {
    const caption = figure.querySelector("figcaption")?.textContent?.replace(/^(Figure|Table) \d+\./, "");
    if (!caption?.trim()) problems.push(`${figure.id} has no caption`);
    if (!figure.querySelector(".live")?.getAttribute("aria-label"))
      problems.push(`${figure.id} has no alternative text`);
    if (!figure.querySelector("img.static")) problems.push(`${figure.id} has no static image`);
    if (figure.dataset.drawn !== "yes") problems.push(`${figure.id} was not drawn`);
    if (!(figure.querySelector(".main-svg")?.getBoundingClientRect().width ?? 0))
      problems.push(`${figure.id} is empty`);
  }
  for (const table of all<HTMLElement>("figure.table, .scroll table")) {
    if (table.matches("figure") && !table.querySelector("figcaption")?.textContent?.trim())
      problems.push(`${table.id} has no caption`);
    if (table.matches("table") && !table.querySelector("th")) problems.push("a table has no header cells");
  }
  if (all("script:not([type])").filter((script) => script.textContent!.length > 1_000_000).length > 1)
    problems.push("plotly.js is there more than once");

  const codeCells = all<HTMLDetailsElement>("details.code");
  if (codeCells.some(({ open }) => open)) problems.push("code is not folded");
  if (report) {
    if (!document.querySelector(".provenance dd")) problems.push("there is no provenance");
    if (!all(".provenance dt").some((term) => term.textContent === "Data"))
      problems.push("the provenance does not name the data");
    if (!all("nav a").some((link) => link.getAttribute("href") === "index.html"))
      problems.push("nothing leads back to the index");
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (
      !node.parentElement!.closest("script, style, pre, code, math, svg") &&
      /\$\$|\\(frac|sum|begin|lambda|hat|mathbf|text)\b/.test(node.textContent!)
    )
      problems.push(`a formula was not rendered: “${node.textContent!.trim().slice(0, 80)}”`);

  return {
    problems,
    siblings: [...new Set(siblings)],
    charts: all("figure.chart").length,
    tables: all("figure.table").length,
    formulas: all("math").length,
    codeCells: codeCells.length,
  };
}

function unfold(): void {
  for (const details of document.querySelectorAll("details")) details.open = true;
}

/** Marks code whose kinds of words stand in code above it: each colour is judged once, not ten thousand times. */
function markAlikeCode(): void {
  const seen = new Set<string>();
  for (const code of document.querySelectorAll("details.code")) {
    const kinds = [...code.querySelectorAll("[class]")].flatMap((word) => [...word.classList]);
    code.toggleAttribute(
      "data-alike",
      kinds.every((kind) => seen.has(kind)),
    );
    for (const kind of kinds) seen.add(kind);
  }
}

/** Whether the axes of every chart that was drawn have the colour of the captions. */
function chartsFollowScheme(): boolean {
  return [...document.querySelectorAll('figure.chart[data-drawn="yes"]')].every((chart) => {
    const tick = chart.querySelector(".xtick text");
    const caption = chart.querySelector("figcaption")!;
    return !tick || getComputedStyle(tick).fill === getComputedStyle(caption).color;
  });
}

function lightGround(): string[] {
  const [r, g, b] = getComputedStyle(document.documentElement)
    .backgroundColor.match(/[\d.]+/g)!
    .map(Number);
  return Math.max(r, g, b) > 60 ? [`dark: the ground is rgb(${r}, ${g}, ${b})`] : [];
}

/** `wideParts` once charts, which follow the width of the page a moment later, have done so. */
async function settledWideParts(page: Page, medium: string, patience: number): Promise<string[]> {
  for (const deadline = Date.now() + patience; ; await page.waitForTimeout(100)) {
    const wide = await page.evaluate(wideParts, medium);
    if (wide.length === 0 || Date.now() > deadline) return wide;
  }
}

/** What makes the page scroll sideways, or is cut off at the edge of the paper. */
function wideParts(medium: string): string[] {
  const width = document.documentElement.clientWidth;
  const wide: string[] = [];
  if (document.documentElement.scrollWidth > width)
    wide.push(`${medium}: the page is ${document.documentElement.scrollWidth} px wide, there are ${width}`);
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.right <= width + 1) continue;
    const scroller = element.parentElement!.closest(".scroll, pre, .formula, .main-svg, .unseen");
    if (scroller && (medium !== "paper" || !scroller.matches(".scroll"))) continue;
    wide.push(
      `${medium}: <${element.tagName.toLowerCase()} class="${element.getAttribute("class")}"> sticks out`,
    );
  }
  return wide.slice(0, 5);
}

function unfitForPaper(): string[] {
  const shown = (element: Element): boolean => element.getClientRects().length > 0;
  const problems: string[] = [];
  for (const selector of [".code", ".aside", ".turn", ".phases"])
    if ([...document.querySelectorAll(selector)].some(shown)) problems.push(`paper: ${selector} is printed`);
  for (const chart of document.querySelectorAll("figure.chart")) {
    const image = chart.querySelector(".static");
    if (!image || !shown(image)) problems.push(`paper: ${chart.id} is missing`);
    if (chart.getBoundingClientRect().height > window.innerHeight) problems.push(`paper: ${chart.id} is cut`);
    if (getComputedStyle(chart).breakInside !== "avoid") problems.push(`paper: ${chart.id} may break`);
  }
  return problems;
}

/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { dashboardCubes, dashboards, openWarehouse, type Warehouse } from "@movielens/lib/bi";
import { dashboardsPage } from "@movielens/lib/cli/dashboards-page";
import { loadDataset, projectPath, queryRows } from "@movielens/lib/data";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { checkReport, launchChromium } from "../reports/check-report";

interface Context {
  folder: string;
  file: string;
  browser: Browser | null;
  warehouse: Warehouse;
}

const test = suite<Context>("dashboards page");

test.before(async (context) => {
  context.folder = mkdtempSync(join(tmpdir(), "movielens dashboards "));
  context.file = join(context.folder, "dashboards.html");
  const dataset = await loadDataset(projectPath("data/ml-latest-small"));
  const metrics = [0.1, 0.12].map((value, at) => ({
    "@timestamp": Date.UTC(2026, at, 1),
    source: "model",
    origin: `model ${at}`,
    name: "ndcg@10",
    value,
    unit: null,
    description: null,
    dataName: dataset.name,
  }));
  const { cubes } = await dashboardCubes(dashboards, { dataset, metrics });
  const page = { dashboards, cubes, dataName: dataset.name, dataHash: dataset.hash, hasIndex: false };
  writeFileSync(context.file, dashboardsPage(page));
  context.warehouse = await openWarehouse(dataset);
  context.browser = await launchChromium();
});

test.after(async ({ folder, browser, warehouse }) => {
  await browser?.close();
  warehouse?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A test that needs the browser; where there is none, launchChromium has said so. */
function inBrowser(
  name: string,
  body: (page: Page, ask: (sql: string) => Promise<unknown[][]>) => Promise<void>,
  phone = false,
): void {
  test(name, async ({ browser, file, warehouse }) => {
    if (!browser) return;
    const size = phone ? { width: 390, height: 844 } : { width: 1280, height: 900 };
    const context = await browser.newContext({
      viewport: size,
      hasTouch: phone,
      isMobile: phone,
      offline: true,
    });
    try {
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", ({ message }) => errors.push(message));
      await page.goto(`file://${file}`);
      await page.waitForSelector("html[data-charts=done]", { state: "attached" });
      await body(page, async (sql) => (await queryRows(warehouse.connection, sql)).map(Object.values));
      assert.equal(errors, []);
    } finally {
      await context.close();
    }
  });
}

const single = (page: Page, panel: string): Promise<number> =>
  page.locator(`#panel-${panel} .body`).evaluate((body) => Number((body as HTMLElement).dataset.value));

/** What a panel shows, from the table behind its chart. */
const shown = (page: Page, panel: string): Promise<[string, number][]> =>
  page
    .locator(`#panel-${panel} tbody tr`)
    .evaluateAll((rows) =>
      rows.map((row): [string, number] => [
        row.querySelector("button")!.textContent!,
        Number(row.querySelector("td")!.dataset.value),
      ]),
    );

async function choose(page: Page, dashboard: string, field: string, ...values: string[]): Promise<void> {
  const list = page.locator(`#controls-${dashboard} details[data-field="${field}"]`);
  await list.locator("summary").click();
  for (const value of values) await list.getByLabel(value, { exact: true }).check();
  await page.keyboard.press("Escape");
}

const near = (a: number, b: unknown): void =>
  assert.ok(Math.abs(a - (b as number)) < 1e-9, `${a} is ${String(b)}`);

const FILTERED = `FROM rating_times r JOIN movies m USING (movieId)
  WHERE m.year BETWEEN 1990 AND 1999 AND r.year BETWEEN 2000 AND 2005
    AND r.movieId IN (SELECT movieId FROM movie_genres WHERE genre IN ('Comedy', 'War'))`;

inBrowser("without filters the numbers are DuckDB's", async (page, ask) => {
  const [[ratings, users, films, mean]] = await ask(
    "SELECT count(*), count(DISTINCT userId), count(DISTINCT movieId), avg(rating) FROM ratings",
  );
  assert.is(await single(page, "audience-ratings"), ratings);
  assert.is(await single(page, "audience-users"), users);
  assert.is(await single(page, "audience-films"), films);
  near(await single(page, "audience-mean"), mean);
  const genres = await ask(
    "SELECT genre, count(*) AS n FROM ratings JOIN movie_genres USING (movieId) GROUP BY genre ORDER BY n DESC, genre",
  );
  assert.equal(await shown(page, "audience-by-genre"), genres);
});

inBrowser("filters of genre, year and time change every number to DuckDB's", async (page, ask) => {
  await choose(page, "audience", "genres", "Comedy", "War");
  await page.getByLabel("Release year from").first().fill("1990");
  await page.getByLabel("Release year to").first().fill("1999");
  await page.keyboard.press("Tab");
  await page.getByLabel("Time from").first().selectOption("2000");
  await page.getByLabel("Time to").first().selectOption("2005");
  const [[ratings, users, films, mean]] = await ask(
    `SELECT count(*), count(DISTINCT r.userId), count(DISTINCT r.movieId), avg(r.rating) ${FILTERED}`,
  );
  assert.ok(Number(ratings) > 1000 && Number(ratings) < 20_000);
  assert.is(await single(page, "audience-ratings"), ratings);
  assert.is(await single(page, "audience-users"), users);
  assert.is(await single(page, "audience-films"), films);
  near(await single(page, "audience-mean"), mean);
  assert.equal(
    await shown(page, "audience-stars"),
    await ask(
      `SELECT CAST(CAST(r.rating AS DOUBLE) AS VARCHAR).replace('.0', ''), count(*) ${FILTERED} GROUP BY r.rating ORDER BY r.rating`,
    ),
  );
  assert.equal(
    await shown(page, "audience-users-by-month"),
    await ask(
      `SELECT strftime(make_timestamp(any_value(r.timestamp) * 1000000), '%b %Y'), count(DISTINCT r.userId) ${FILTERED} GROUP BY r.month_number ORDER BY r.month_number`,
    ),
  );
  const week = new Map(
    (await ask(`SELECT r.weekday || ' ' || r.hour, count(*) ${FILTERED} GROUP BY ALL`)) as [string, number][],
  );
  const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
  const cells = (await shown(page, "audience-week")).filter(([, value]) => !Number.isNaN(value));
  assert.is(cells.length, week.size);
  for (const [name, value] of cells) {
    const [day, hour] = name.split(", ");
    assert.is(value, week.get(`${days.indexOf(day) + 1} ${hour}`), name);
  }
  assert.is(await page.locator("#status-audience").getAttribute("data-passed"), String(ratings));
  await page.getByRole("button", { name: "Reset all" }).click();
  assert.is(await single(page, "audience-ratings"), 100_836);
});

inBrowser("a click on a bar filters every other panel and leaves its own bars", async (page, ask) => {
  const stars = page.locator("#panel-audience-stars");
  const before = await shown(page, "audience-stars");
  const box = (await stars.locator(".point path").nth(9).boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForSelector("#chips-audience .chip");
  const [[ratings, users]] = await ask(
    "SELECT count(*), count(DISTINCT userId) FROM ratings WHERE rating = 5",
  );
  assert.is(await single(page, "audience-ratings"), ratings);
  assert.is(await single(page, "audience-users"), users);
  assert.is(await single(page, "audience-mean"), 5);
  assert.equal(await shown(page, "audience-stars"), before);
  assert.match(await page.locator("#chips-audience").innerText(), /Stars: 5/);
  await page.locator("#chips-audience .chip").click();
  assert.is(await single(page, "audience-ratings"), 100_836);
});

inBrowser("everything is within reach of the keyboard", async (page, ask) => {
  await page.locator("#tab-audience").focus();
  await page.keyboard.press("ArrowRight");
  assert.is(await page.evaluate(() => document.activeElement?.id), "tab-catalogue");
  const button = page.locator("#panel-catalogue-by-genre .as-table");
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.is(await page.evaluate(() => document.activeElement?.textContent), "Drama");
  await page.keyboard.press("Space");
  assert.is(await page.evaluate(() => document.activeElement?.getAttribute("aria-pressed")), "true");
  const [[films, never]] = await ask(
    `SELECT count(*), count(*) FILTER (WHERE ratings = 0) FROM movie_stats
     WHERE movieId IN (SELECT movieId FROM movie_genres WHERE genre = 'Drama')`,
  );
  assert.is(await single(page, "catalogue-films"), films);
  assert.is(await single(page, "catalogue-never"), never);
  const decades = await ask(
    `SELECT CAST(decade AS VARCHAR), count(*) FROM movie_stats WHERE decade IS NOT NULL
       AND movieId IN (SELECT movieId FROM movie_genres WHERE genre = 'Drama') GROUP BY decade ORDER BY decade`,
  );
  assert.equal(await shown(page, "catalogue-by-decade"), decades);
});

inBrowser("the newest model is shown, and what was never measured says what to do", async (page) => {
  await page.locator("#tab-model-quality").click();
  assert.is(await single(page, "model-quality-ndcg"), 0.12);
  assert.equal(await shown(page, "model-quality-by-version"), [
    ["model 0", 0.1],
    ["model 1", 0.12],
  ]);
  await page.locator("#tab-recommender").click();
  assert.match(await page.locator("#panel-recommender-requests .note").innerText(), /No running service/);
  assert.match(await page.locator("#panel-recommender-users .note").innerText(), /No model has made lists/);
});

inBrowser(
  "on a phone the panels stand below each other and nothing sticks out",
  async (page) => {
    for (const { id, panels } of dashboards) {
      await page.locator(`#tab-${id}`).click();
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth), 390, id);
      const tops = await page
        .locator(`#${id} .panel:not(.chart-metric)`)
        .evaluateAll((all) => all.map((panel) => panel.getBoundingClientRect().top));
      assert.is(new Set(tops).size, panels.filter(({ chart }) => chart !== "metric").length, id);
    }
  },
  true,
);

test("the page passes the checks of the reports, in the light and in the dark", async ({ browser, file }) => {
  if (browser) assert.equal((await checkReport(browser, file)).problems, []);
});

test.run();

import type { Browser } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadModel, startServer, type RunningServer } from "@movielens/lib/deploy";
import { launchChromium } from "../reports/check-report";
import { exportTiny, temporaryFolder } from "./tiny-model";

let browser: Browser | null;
let running: RunningServer;
let cleanUp: () => Promise<void>;

test.before(async () => {
  const { path, remove } = await temporaryFolder();
  cleanUp = remove;
  running = await startServer({ loaded: await loadModel((await exportTiny(path)).folder) });
  browser = await launchChromium();
});
test.after(async () => {
  await browser?.close();
  await running.close();
  await cleanUp();
});

test("the start page leads to the documentation, where a request can be tried, all from this server and without an error", async () => {
  if (!browser) return;
  const page = await browser.newPage();
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(running.url)) wrong.push(request.url());
  });
  await page.goto(running.url);
  await page.click('a[href="/docs"]');
  await page.click("text=Films for a known user");
  await page.click(".try-out__btn");
  await page.fill('tr[data-param-name="userId"] input', "10");
  await page.click(".execute");
  const answer = page.locator(".live-responses-table .response-col_description pre").first();
  await answer.waitFor();
  assert.match(await answer.innerText(), "Movie 4");
  assert.equal(wrong, []);
});

test.run();

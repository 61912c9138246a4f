/// <reference lib="dom" />
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  loadModel,
  readEvents,
  startServer,
  type RunningServer,
  type ServerOptions,
  type StoredEvent,
} from "@movielens/lib/deploy";
import { launchChromium } from "../reports/check-report";
import { exportTiny, temporaryFolder } from "./tiny-model";

let browser: Browser | null;
let running: RunningServer;
let temporary: string;
let cleanUp: () => Promise<void>;

test.before(async () => {
  const { path, remove } = await temporaryFolder();
  temporary = path;
  cleanUp = remove;
  running = await startServer({ loaded: await loadModel((await exportTiny(path)).folder) });
  browser = await launchChromium();
});
test.after(async () => {
  await browser?.close();
  await running.close();
  await cleanUp();
});

/** Opens the page; afterwards nothing may have been asked of another place, and no error been written. */
async function visit(
  look: (page: Page) => Promise<void>,
  options: { width?: number; colorScheme?: "light" | "dark"; url?: string } = {},
): Promise<void> {
  if (!browser) return;
  const { width = 1280, colorScheme = "light", url = running.url } = options;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    if (!/^data:/.test(request.url()) && !request.url().startsWith(url)) wrong.push(request.url());
  });
  await page.goto(url);
  await look(page);
  assert.equal(wrong, []);
  await page.close();
}

/** Waits until the page says it. */
const says = (page: Page, selector: string, text: string): Promise<void> =>
  page.locator(selector, { hasText: text }).first().waitFor({ timeout: 30_000 });

test("a visitor finds a film by its mistyped title, rates it with the keyboard alone, and sees films with reasons", async () => {
  await visit(async (page) => {
    await says(page, "#step", "Rate a film");
    await page.focus("#search");
    await page.keyboard.type("moive 1");
    await page.locator("#found li").first().waitFor();
    assert.is(await page.getAttribute("#search", "aria-expanded"), "true");
    const titles = await page.locator("#found li").allInnerTexts();
    for (let k = 0; k < titles.indexOf("Movie 1"); k++) await page.keyboard.press("ArrowDown");
    const active = await page.getAttribute("#search", "aria-activedescendant");
    assert.is(await page.locator(`#${active}`).innerText(), "Movie 1");
    await page.keyboard.press("Enter");
    await says(page, "#rated", "Movie 1");
    assert.is(
      await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
      "Stars for Movie 1",
    );
    await says(page, "#step", "rated the same films");
    await says(page, "#list li >> nth=0", "Movie 2");
    await says(page, "#list li >> nth=0", "Because you rated Movie 1");
    assert.not(
      await page.locator("#list h3", { hasText: "Movie 1" }).count(),
      "what is rated is not in the list",
    );
    await page.click('button[aria-label="Remove Movie 1"]');
    await says(page, "#step", "Rate a film");
    assert.is(await page.locator("#list li").count(), 0);
  });
});

test("Escape closes what was found, and a film that does not exist is said not to", async () => {
  await visit(async (page) => {
    await page.fill("#search", "Movie");
    await page.locator("#found li").first().waitFor();
    await page.press("#search", "Escape");
    assert.is(await page.locator("#found").isVisible(), false);
    await page.fill("#search", "xyzzyxyzzy");
    await says(page, "#search-hint", "No film is like “xyzzyxyzzy”.");
  });
});

test("a known user's list says where it comes from, an unknown one's that it is a fallback", async () => {
  await visit(async (page) => {
    await page.getByText("A known user").click();
    await says(page, "#examples", "10, 20, 30");
    await page.fill("#user-id", "10");
    await says(page, "#list li >> nth=0", "Movie 4");
    await says(page, "#step", "Made for this person");
    await says(page, "#list li >> nth=0", "Because you rated");
    await page.fill("#user-id", "4711");
    await says(page, "#step", "The films with most ratings");
    await says(page, "#reason", "User 4711 is not known to the model");
    await page.fill("#user-id", "0");
    await says(page, "#step", "Enter the id of a user");
  });
});

test("genres give a list before there is a rating", async () => {
  await visit(async (page) => {
    await page.click("#genres-part summary");
    await page.check('input[value="Drama"]');
    await page.locator("#list li").first().waitFor();
    await page.uncheck('input[value="Drama"]');
    await says(page, "#step", "Rate a film");
  });
});

test("the dials, moved by arrow keys, are shown and change the list", async () => {
  await visit(async (page) => {
    await page.getByText("A known user").click();
    await page.fill("#user-id", "10");
    await says(page, "#list li >> nth=0", "Movie 4");
    for (const name of ["diversity", "novelty"]) {
      await page.focus(`#${name}`);
      const asked = page.waitForRequest((request) => request.url().includes(`${name}=1`));
      await page.keyboard.press("End");
      await asked;
      assert.is(await page.locator(`#${name}-value`).innerText(), "1");
    }
  });
});

test("similar films open on demand, take the focus, and give it back", async () => {
  await visit(async (page) => {
    await page.getByText("A known user").click();
    await page.fill("#user-id", "10");
    await page.click('button[aria-label="Films similar to Movie 4"]');
    await says(page, "#similar-heading", "Films like Movie 4");
    assert.is(await page.evaluate(() => document.activeElement?.id), "similar-heading");
    assert.ok((await page.locator("#similar-list li").count()) >= 3);
    await page.click("#close-similar");
    assert.is(
      await page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
      "Films similar to Movie 4",
    );
  });
});

for (const width of [1280, 390])
  for (const colorScheme of ["light", "dark"] as const)
    test(`at ${width} px, ${colorScheme}, nothing hinders a screen reader or is wider than the page`, async () => {
      await visit(
        async (page) => {
          await says(page, "#card", running.loaded.manifest.version);
          await page.click("#card-details summary");
          await page.getByText("A known user").click();
          await page.fill("#user-id", "10");
          await page.click('button[aria-label="Films similar to Movie 4"]');
          await says(page, "#similar-heading", "Films like Movie 4");
          // Not by a script element, which the page's own policy forbids.
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
          assert.equal(
            violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
            [],
          );
          assert.is(await page.evaluate(() => document.documentElement.scrollWidth), width);
        },
        { width, colorScheme },
      );
    });

/** Serves the same model with a folder for events, and gives what was stored when the visit was over. */
async function eventsOf(
  name: string,
  look: (page: Page) => Promise<void>,
  options: ServerOptions = {},
): Promise<StoredEvent[]> {
  const eventsFolder = join(temporary, name);
  const other = await startServer({ loaded: running.loaded }, { eventsFolder, ...options });
  await visit(look, { url: other.url });
  await other.close();
  const events: StoredEvent[] = [];
  for await (const event of readEvents(eventsFolder)) events.push(event);
  return events;
}

async function chooseForUser10(page: Page): Promise<void> {
  await page.getByText("A known user").click();
  await page.fill("#user-id", "10");
  await page.click('button[aria-label="Films similar to Movie 4"]');
  await says(page, "#similar-heading", "Films like Movie 4");
}

test("the page says what of it is stored, as the server keeps it", async () => {
  await visit((page) => says(page, "#stored", "What you enter here is not stored."));
  await eventsOf("said", (page) => says(page, "#stored", "which lists are shown and which films are chosen"));
});

test("the model's card tells limits and biases at once, and the rest on demand by the keyboard", async () => {
  await visit(async (page) => {
    await says(page, "#card-limits h3", "Limits");
    await says(page, "#card-limits h3", "Biases");
    await says(page, "#card-limits li", "Popularity: the most rated tenth");
    const quality = page.locator("#card-more li", { hasText: "testRmse: 0.875" });
    assert.not(await quality.isVisible());
    await page.focus("#card-details summary");
    await page.keyboard.press("Enter");
    await quality.waitFor();
    assert.ok((await page.locator("#card-more code").count()) > 0, "code is shown as code");
    assert.not.match(await page.locator("#card-details").innerText(), "`");
  });
});

test("a model older than cards is shown without", async () => {
  const old = await startServer({ loaded: { ...running.loaded, card: undefined } });
  await visit(
    async (page) => {
      await says(page, "#card", running.loaded.manifest.version);
      assert.is(await page.locator("#card-details").isVisible(), false);
      assert.is(await page.locator("#card-limits").innerText(), "");
    },
    { url: old.url },
  );
  await old.close();
});

test("the page tells the server which list stood and which of its films was chosen, in this order", async () => {
  if (!browser) return;
  const told = await eventsOf("told", async (page) => {
    const stored = page.waitForResponse((reply) => (reply.request().postData() ?? "").includes('"click"'));
    await chooseForUser10(page);
    await stored;
  });
  const listed = told.find(
    (event) => event.type === "impression" && event.userId === 10 && event.movieIds[0] === 4,
  );
  const click = told.find(({ type }) => type === "click");
  assert.ok(listed?.type === "impression" && click?.type === "click");
  assert.equal([click.movieId, click.userId], [4, 10]);
  assert.ok(click.listId!.length > 10);
  assert.is(click.listId, listed.listId);
  assert.ok(told.indexOf(listed) < told.indexOf(click));
});

test("a list that stands is told of once, though nobody chooses from it", async () => {
  if (!browser) return;
  const told10 = /"impression".*"userId":10\b/;
  const told = await eventsOf("stood", async (page) => {
    const stored = page.waitForResponse((reply) => told10.test(reply.request().postData() ?? ""));
    await page.getByText("A known user").click();
    await page.fill("#user-id", "10");
    await stored;
  });
  const lists = told.filter((event) => event.type === "impression" && event.userId === 10);
  assert.is(lists.length, 1);
  assert.not(told.some(({ type }) => type === "click"));
});

test("where events want a token, the page sends none and works all the same", async () => {
  assert.equal(await eventsOf("closed", chooseForUser10, { token: "secret" }), []);
});

test("the page's policy allows its own files only, and no inline style or script", async () => {
  const policy = (await fetch(running.url)).headers.get("content-security-policy") ?? "";
  assert.match(policy, "default-src 'none'");
  assert.not.match(policy, "unsafe");
});

test("the page leads to the documentation, where a request can be tried", async () => {
  await visit(async (page) => {
    await page.click('a[href="/docs"]');
    await page.click("text=Films for a known user");
    await page.click(".try-out__btn");
    await page.fill('tr[data-param-name="userId"] input', "10");
    await page.click(".execute");
    const answer = page.locator(".live-responses-table .response-col_description pre").first();
    await answer.waitFor();
    assert.match(await answer.innerText(), "Movie 4");
  });
});

test.run();

import { projectPath } from "@movielens/lib/data";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { temporaryFolder, writeNotebook } from "./support";

const test = suite("JupyterLab");

let folder: string;
let lab: ChildProcess;
let ended: Promise<number | null>;
let url: string;
let browser: Browser;
let page: Page;
let said = "";
const requestsAway: string[] = [];

test.before(async () => {
  folder = temporaryFolder();
  writeNotebook(join(folder, "shows.ipynb"), [
    'import { showChart, showFinding, showTable } from "@movielens/lib/notebook";',
    'showChart({ data: [{ type: "bar", x: ["Drama", "Comedy"], y: [4361, 3756] }] }, { title: "Films per genre", caption: "Films.", alt: "Drama leads." });',
    'showTable([{ genre: "Drama", films: 4361 }], { caption: "Films of a genre" });\nshowFinding("Drama **leads**.");',
  ]);
  writeNotebook(join(folder, "leaves.ipynb"), [
    'Promise.reject(new Error("nobody waits for me")); 1',
    'console.log("must not run");',
  ]);
  const root = process.getuid?.() === 0 ? ["--allow-root"] : [];
  lab = spawn(
    process.execPath,
    [
      projectPath("lib", "dist", "cli", "lab.js"),
      "--no-browser",
      `--ServerApp.root_dir=${folder}`,
      "--ServerApp.port=0",
      "--IdentityProvider.token=",
      ...root,
    ],
    {
      env: {
        ...process.env,
        JUPYTER_RUNTIME_DIR: join(folder, ".runtime"),
        JUPYTERLAB_SETTINGS_DIR: join(folder, ".settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(folder, ".workspaces"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  for (const stream of [lab.stdout!, lab.stderr!])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  ended = new Promise((resolve) => lab.on("exit", resolve));
  url = await serverUrl();
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    existsSync,
  );
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  await page.route(
    (to) => to.host !== new URL(url).host,
    (route) => {
      requestsAway.push(route.request().url());
      return route.abort();
    },
  );
});

test.after(async () => {
  await browser?.close();
  lab?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** The server writes where it listens once it does. */
async function serverUrl(): Promise<string> {
  const runtime = join(folder, ".runtime");
  for (const end = Date.now() + 90_000; Date.now() < end;) {
    const file =
      existsSync(runtime) && readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
    const text = file ? readFileSync(join(runtime, file), "utf8") : "";
    if (text.endsWith("}")) return (JSON.parse(text) as { url: string }).url;
    if (lab.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`JupyterLab did not start:\n${said}`);
}

async function openAndRunAll(notebook: string): Promise<void> {
  await page.goto(`${url}lab/tree/${notebook}?reset`);
  await page
    .locator("#jp-main-statusbar", { hasText: "TypeScript (MovieLens) | Idle" })
    .waitFor({ timeout: 90_000 });
  await page.locator(".lm-MenuBar-itemLabel", { hasText: /^Run$/ }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: /^Run All Cells$/ }).click();
}

test("a notebook run in JupyterLab shows a live chart, a table and a finding, with no error and no network", async () => {
  await openAndRunAll("shows.ipynb");
  const notebook = page.locator(".jp-Notebook");
  await notebook.getByText("Drama leads.").waitFor({ timeout: 90_000 });
  const bars = notebook.locator(".js-plotly-plot .bars .point");
  await bars.first().waitFor({ timeout: 30_000 });
  assert.is(await bars.count(), 2);
  assert.is(await notebook.locator(".js-plotly-plot .gtitle").textContent(), "Films per genre");
  assert.is(await notebook.locator("table caption").textContent(), "Films of a genre");
  assert.is(
    await notebook.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count(),
    0,
  );
  assert.is(await notebook.locator("[data-mime-type='application/vnd.jupyter.error']").count(), 0);
  assert.equal(requestsAway, []);
});

test("a rejection that nothing awaits stops Run All at its cell, with the error shown", async () => {
  await openAndRunAll("leaves.ipynb");
  const cells = page.locator(".jp-Notebook .jp-CodeCell");
  const error = cells.first().locator("[data-mime-type='application/vnd.jupyter.stderr']");
  await error.getByText("nobody waits for me").first().waitFor({ timeout: 90_000 });
  await page.locator("#jp-main-statusbar", { hasText: "| Idle" }).waitFor();
  await page.waitForTimeout(1000);
  assert.not.match(
    (await cells.nth(1).locator(".jp-OutputArea-output").allTextContents()).join(""),
    /must not run/,
  );
});

test("ending the command ends the server and its kernels", async () => {
  const kernels = (await (await fetch(`${url}api/kernels`)).json()) as unknown[];
  assert.ok(kernels.length > 0);
  lab.kill("SIGTERM");
  assert.is(await ended, 0);
  const answered = await fetch(`${url}api`).then(
    () => true,
    () => false,
  );
  assert.is(answered, false);
});

test.run();

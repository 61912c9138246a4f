import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { DEFAULT_TOP } from "../bi";
import { describeError, projectPath } from "../data";
import { DASHBOARDS_PAGE, writeDashboards } from "./bi-dashboards";
import { gatherSources } from "./bi-sources";
import { asProgram, runCommand } from "./command";
import { executeNotebook, renderReports } from "./jupyter";
import { notebooks, phases, type Phase } from "./phases";

interface StartOptions {
  force: boolean;
  data?: string;
  timeout: string;
}

/** `npm start`: executes the notebooks that are not up to date, in order, and renders the reports. */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("start")
    .usage("-- [options]")
    .description("Runs the six phases on MovieLens ratings and writes the reports and the model.")
    .option("--force", "run every notebook, up to date or not", false)
    .option("--data <path>", "a published data set, a folder or its zip (default: data/ml-latest-small)")
    .option("--timeout <seconds>", "how long one cell may take", "1800");
  return runCommand(command, argv, async () => {
    const abort = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abort.abort());
    try {
      return await runPhases(command.opts<StartOptions>(), abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) throw error;
      console.error("\nStopped. What was finished is kept; npm start goes on from there.");
      return 130;
    }
  });
}

async function runPhases(options: StartOptions, signal: AbortSignal): Promise<number> {
  const reports = projectPath("reports");
  const executedFolder = join(reports, "notebooks");
  const env: Record<string, string> = options.data ? { MOVIELENS_DATA: options.data } : {};
  const parameters = { ...parametersFromEnvironment(), ...env };
  const keys = notebookKeys(parameters);
  const state = readState();
  const failed: string[] = [];
  let ran = 0;
  console.log(
    `MovieLens workspace: six phases on ${options.data ?? process.env.MOVIELENS_DATA ?? "data/ml-latest-small"}\n`,
  );
  mkdirSync(executedFolder, { recursive: true });
  for (const [index, phase] of notebooks.entries()) {
    const label = `${Number(phase.folder.slice(0, 2))}/${phases.length} ${phase.title.padEnd(22)}`;
    const executed = executedPath(executedFolder, phase);
    if (
      !options.force &&
      state[phase.notebook] === keys[index] &&
      existsSync(executed) &&
      productsExist(phase)
    ) {
      console.log(`✓ ${label} up to date`);
      continue;
    }
    delete state[phase.notebook];
    writeState(state);
    const progress = phaseLine(label);
    const outcome = await executeNotebook(phase.notebook, {
      out: executedFolder,
      timeout: Number(options.timeout),
      env,
      onCell: progress.update,
      signal,
    });
    ran++;
    progress.end(outcome.ok ? "✓" : "✗", `${outcome.seconds.toFixed(1)} s`);
    if (!outcome.ok) {
      console.error(`\n${phase.notebook} failed\n${outcome.failure?.text}\n`);
      rmSync(executed, { force: true });
      failed.push(phase.notebook);
      if (phase.main) break; // the later phases build on this one
    }
    state[phase.notebook] = keys[index];
    writeState(state);
  }

  const executed = notebooks
    .map((phase) => executedPath(executedFolder, phase))
    .filter((file) => existsSync(file));
  const templateKey = hashOf([...filesBelow("reports/template"), "jupyter/render_reports.py"]);
  const rendered =
    [DASHBOARDS_PAGE, "index.html"].every((page) => existsSync(join(reports, page))) &&
    state.reports === templateKey;
  if (failed.length === 0 && (ran > 0 || !rendered) && !(await dashboardsWritten(parameters, reports)))
    failed.push(DASHBOARDS_PAGE);
  if (executed.length > 0 && (ran > 0 || !rendered)) {
    await renderReports(executed, reports, signal);
    state.reports = templateKey;
    writeState(state);
    console.log("✓ reports rendered");
  }
  if (failed.length > 0) return 1;
  console.log(`
Read    ${relative(process.cwd(), join(reports, "index.html"))}   the reports, in any browser
Explore ${relative(process.cwd(), join(reports, DASHBOARDS_PAGE))}   dashboards, the same as npm run bi:dashboards imports into Kibana
Serve   npm run serve-model   the exported model, with its documentation at /docs
Edit    npm run lab   the notebooks in JupyterLab
Bigger  npm run data:fetch -- ml-32m, then npm start -- --data data/ml-32m.zip`);
  return 0;
}

const executedPath = (folder: string, phase: Phase): string =>
  join(folder, phase.notebook.split("/").at(-1)!);

const productsExist = (phase: Phase): boolean =>
  phase.products.every(
    (product) => existsSync(projectPath(product)) && readdirSync(projectPath(product)).length > 0,
  );

/** The dashboards over what the phases have left. @returns whether they are there; if not, it has said why */
async function dashboardsWritten(parameters: Record<string, string>, reports: string): Promise<boolean> {
  const started = performance.now();
  const progress = phaseLine("dashboards");
  try {
    const { MOVIELENS_DATA: data, MOVIELENS_MODELS: models } = parameters;
    const sources = await gatherSources(
      {
        data: resolve(projectPath(), data ?? "data/ml-latest-small"),
        model: resolve(projectPath(), models ?? "models"),
        top: DEFAULT_TOP,
      },
      (line) => console.log(line),
      { quiet: true },
    );
    // The index is rendered after them, so that it can link to them.
    await writeDashboards(sources, reports, { hasIndex: true });
  } catch (error) {
    progress.end("✗", "");
    console.error(`\n${describeError(error)}\n`);
    return false;
  }
  progress.end("✓", `${((performance.now() - started) / 1000).toFixed(1)} s`);
  return true;
}

/**
 * What each notebook's outputs depend on, as one hash a notebook; a phase depends on the ones before it.
 * @param parameters MOVIELENS_… variables, those of the command included
 */
export function notebookKeys(
  parameters: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const data = projectPath(parameters.MOVIELENS_DATA ?? "data/ml-latest-small");
  const shared = hashOf(
    [
      "lib/dist/.movielens-stamp",
      "package-lock.json",
      "jupyter/requirements.txt",
      "jupyter/run_notebooks.py",
      "notebooks/01-business/success-criteria.json",
    ],
    JSON.stringify(Object.entries(parameters).sort()) + fingerprint(data),
  );
  let previous = shared;
  return notebooks.map(({ notebook, main, variables }) => {
    const files = [notebook, ...recordings(dirname(notebook))];
    const read = variables.map((name) => [name, environment[name] ?? ""]);
    const key = hashOf(files, previous + JSON.stringify(read));
    // Who answered is in the report alone: what later phases build on is the same from every engine.
    if (main) previous = hashOf(files, previous);
    return key;
  });
}

/** What notebooks of a folder read beside the data: measurements that were recorded, criteria, golden queries. */
const recordings = (folder: string): string[] =>
  readdirSync(projectPath(folder))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => `${folder}/${name}`);

/** Names, sizes and times of the data files: reading 32 million ratings to find nothing new would take a minute. */
function fingerprint(path: string): string {
  if (!existsSync(path)) return "missing";
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
    : [path];
  return files.map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`).join("\n");
}

const parametersFromEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("MOVIELENS_"))) as Record<
    string,
    string
  >;

function hashOf(files: string[], text = ""): string {
  const hash = createHash("sha256").update(text);
  for (const file of files)
    hash.update(file).update(existsSync(projectPath(file)) ? readFileSync(projectPath(file)) : "");
  return hash.digest("hex");
}

const filesBelow = (folder: string): string[] =>
  readdirSync(projectPath(folder), { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(projectPath(folder, file)).isFile())
    .map((file) => `${folder}/${file}`)
    .sort();

const stateFile = (): string => projectPath("reports", ".state.json");

function readState(): Record<string, string> {
  try {
    return JSON.parse(readFileSync(stateFile(), "utf8")) as Record<string, string>;
  } catch {
    return {}; // no run yet, or one that was cut off while writing: everything is out of date
  }
}

const writeState = (state: Record<string, string>): void =>
  writeFileSync(stateFile(), JSON.stringify(state, null, 2));

/** A line that lives while its notebook runs: the cell it is at on a terminal, start and end elsewhere. */
function phaseLine(label: string): {
  update: (cell: number, of: number) => void;
  end: (mark: string, note: string) => void;
} {
  const live = process.stdout.isTTY;
  if (!live) console.log(`… ${label}`);
  return {
    update: (cell, of) => {
      if (live) process.stdout.write(`\r\x1b[K… ${label} cell ${cell} of ${of}`);
    },
    end: (mark, note) => console.log(`${live ? "\r\x1b[K" : ""}${mark} ${label} ${note}`),
  };
}

asProgram(module, main);

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { projectPath } from "../data";

/** What became of one notebook. `failure` is what a person needs to mend it: cell, source, stack. */
export interface NotebookOutcome {
  ok: boolean;
  cells: number;
  seconds: number;
  failure: { kind: string; cell: number | null; text: string } | null;
}

export interface ExecuteOptions {
  /** Folder that the executed notebook is written to, outputs included. */
  out?: string;
  /** Seconds that one cell may take. */
  timeout?: number;
  /** Added to the environment; `MOVIELENS_<NAME>` overrides a parameter of the notebook. */
  env?: Record<string, string>;
  onCell?: (cell: number, of: number) => void;
  signal?: AbortSignal;
}

/** Executes one notebook on the project's kernel. A failing notebook is an outcome; only a runner that cannot run throws. */
export async function executeNotebook(
  notebook: string,
  options: ExecuteOptions = {},
): Promise<NotebookOutcome> {
  const args = ["--json", notebook];
  if (options.out) args.push("--out", options.out);
  if (options.timeout) args.push("--timeout", String(options.timeout));
  let outcome: NotebookOutcome | undefined;
  const errors = await runPython("jupyter/run_notebooks.py", args, options, (line) => {
    const event = JSON.parse(line) as { event: string; cell: number; of: number } & NotebookOutcome;
    if (event.event === "cell") options.onCell?.(event.cell, event.of);
    if (event.event === "end") outcome = event;
  });
  options.signal?.throwIfAborted();
  if (!outcome) throw new Error(`the notebook runner ended without a word about ${notebook}:\n${errors}`);
  return outcome;
}

/** Renders executed notebooks and the index page into `out`; returns the files written. */
export async function renderReports(
  executed: string[],
  out: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const written: string[] = [];
  const errors = await runPython(
    "jupyter/render_reports.py",
    ["--out", out, "--index", ...executed],
    { signal },
    (line) => written.push(line),
  );
  signal?.throwIfAborted();
  if (written.length === 0) throw new Error(`the reports could not be rendered:\n${errors}`);
  return written;
}

/** The Python of the project's .venv. */
export function venvPython(): string {
  const python =
    process.platform === "win32"
      ? projectPath(".venv", "Scripts", "python.exe")
      : projectPath(".venv", "bin", "python");
  if (!existsSync(python))
    throw new Error(`${python} is not there: run a command through npm (npm start), which makes it`);
  return python;
}

/** Runs a script line by line; returns what it wrote to stderr. Rejects when it cannot start, never for its exit code. */
function runPython(
  script: string,
  args: string[],
  { env, signal }: { env?: Record<string, string>; signal?: AbortSignal },
  onLine: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(venvPython(), [projectPath(script), ...args], {
      cwd: projectPath(),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // The script ends its kernel before itself, so it is asked to stop rather than killed.
    const stop = (): void => void child.kill("SIGTERM");
    signal?.addEventListener("abort", stop, { once: true });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    lines.on("line", onLine);
    child.on("error", reject);
    child.on("close", () => {
      signal?.removeEventListener("abort", stop);
      resolve(errors);
    });
  });
}

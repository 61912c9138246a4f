import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { projectPath } from "../data";
import { asProgram } from "./command";
import { venvPython } from "./jupyter";

/**
 * `npm run lab`: JupyterLab with this project's kernel and settings, nothing of it registered outside the
 * project. Arguments go to JupyterLab (`npm run lab -- --no-browser --port 8890`).
 */
export function main(args: string[]): Promise<number> {
  const state = projectPath(".cache", "jupyter");
  mkdirSync(state, { recursive: true });
  const before = (folder: string, variable: string): string =>
    process.env[variable] ? `${folder}${delimiter}${process.env[variable]}` : folder;
  const lab = spawn(
    venvPython(),
    // A Ctrl-C ends the server and its kernels without asking.
    ["-m", "jupyterlab", "--ServerApp.answer_yes=True", ...args],
    {
      cwd: projectPath(),
      stdio: "inherit",
      env: {
        JUPYTER_CONFIG_DIR: projectPath(".cache", "jupyter", "config"),
        JUPYTER_DATA_DIR: projectPath(".cache", "jupyter", "data"),
        JUPYTER_RUNTIME_DIR: projectPath(".cache", "jupyter", "runtime"),
        IPYTHONDIR: projectPath(".cache", "jupyter", "ipython"),
        JUPYTERLAB_SETTINGS_DIR: projectPath(".cache", "jupyter", "lab", "settings"),
        JUPYTERLAB_WORKSPACES_DIR: projectPath(".cache", "jupyter", "lab", "workspaces"),
        ...process.env,
        JUPYTER_PATH: before(projectPath("jupyter"), "JUPYTER_PATH"),
        JUPYTER_CONFIG_PATH: before(projectPath("jupyter", "config"), "JUPYTER_CONFIG_PATH"),
        // The kernel is started as `node`: the one that runs this.
        PATH: before(dirname(process.execPath), "PATH"),
      },
    },
  );
  // Staying alive lets JupyterLab end its kernels. A terminal's Ctrl-C reaches it by itself.
  process.on("SIGINT", () => process.stdin.isTTY || lab.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => lab.kill(signal));
  return new Promise((resolve, reject) => {
    lab.on("error", reject);
    lab.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

asProgram(module, main);

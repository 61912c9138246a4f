"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.executeNotebook = executeNotebook;
exports.renderReports = renderReports;
exports.venvPython = venvPython;
const node_child_process_1 = require("node:child_process");
const node_fs_1 = require("node:fs");
const node_readline_1 = require("node:readline");
const data_1 = require("../data");
/** Executes one notebook on the project's kernel. A failing notebook is an outcome; only a runner that cannot run throws. */
async function executeNotebook(notebook, options = {}) {
    const args = ["--json", notebook];
    if (options.out)
        args.push("--out", options.out);
    if (options.timeout)
        args.push("--timeout", String(options.timeout));
    let outcome;
    const errors = await runPython("jupyter/run_notebooks.py", args, options, (line) => {
        const event = JSON.parse(line);
        if (event.event === "cell")
            options.onCell?.(event.cell, event.of);
        if (event.event === "end")
            outcome = event;
    });
    options.signal?.throwIfAborted();
    if (!outcome)
        throw new Error(`the notebook runner ended without a word about ${notebook}:\n${errors}`);
    return outcome;
}
/** Renders executed notebooks and the index page into `out`; returns the files written. */
async function renderReports(executed, out, signal) {
    const written = [];
    const errors = await runPython("jupyter/render_reports.py", ["--out", out, "--index", ...executed], { signal }, (line) => written.push(line));
    signal?.throwIfAborted();
    if (written.length === 0)
        throw new Error(`the reports could not be rendered:\n${errors}`);
    return written;
}
/** The Python of the project's .venv. */
function venvPython() {
    const python = process.platform === "win32"
        ? (0, data_1.projectPath)(".venv", "Scripts", "python.exe")
        : (0, data_1.projectPath)(".venv", "bin", "python");
    if (!(0, node_fs_1.existsSync)(python))
        throw new Error(`${python} is not there: run a command through npm (npm start), which makes it`);
    return python;
}
/** Runs a script line by line; returns what it wrote to stderr. Rejects when it cannot start, never for its exit code. */
function runPython(script, args, { env, signal }, onLine) {
    return new Promise((resolve, reject) => {
        const child = (0, node_child_process_1.spawn)(venvPython(), [(0, data_1.projectPath)(script), ...args], {
            cwd: (0, data_1.projectPath)(),
            env: { ...process.env, ...env },
            stdio: ["ignore", "pipe", "pipe"],
        });
        // The script ends its kernel before itself, so it is asked to stop rather than killed.
        const stop = () => void child.kill("SIGTERM");
        signal?.addEventListener("abort", stop, { once: true });
        let errors = "";
        child.stderr.on("data", (chunk) => (errors += chunk.toString()));
        const lines = (0, node_readline_1.createInterface)({ input: child.stdout });
        lines.on("line", onLine);
        child.on("error", reject);
        child.on("close", () => {
            signal?.removeEventListener("abort", stop);
            resolve(errors);
        });
    });
}
//# sourceMappingURL=jupyter.js.map
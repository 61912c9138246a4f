"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_child_process_1 = require("node:child_process");
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const data_1 = require("../data");
const command_1 = require("./command");
const jupyter_1 = require("./jupyter");
/**
 * `npm run lab`: JupyterLab with this project's kernel and settings, nothing of it registered outside the
 * project. Arguments go to JupyterLab (`npm run lab -- --no-browser --port 8890`).
 */
function main(args) {
    const state = (0, data_1.projectPath)(".cache", "jupyter");
    (0, node_fs_1.mkdirSync)(state, { recursive: true });
    const before = (folder, variable) => process.env[variable] ? `${folder}${node_path_1.delimiter}${process.env[variable]}` : folder;
    const lab = (0, node_child_process_1.spawn)((0, jupyter_1.venvPython)(), 
    // A Ctrl-C ends the server and its kernels without asking.
    ["-m", "jupyterlab", "--ServerApp.answer_yes=True", ...args], {
        cwd: (0, data_1.projectPath)(),
        stdio: "inherit",
        env: {
            JUPYTER_CONFIG_DIR: (0, data_1.projectPath)(".cache", "jupyter", "config"),
            JUPYTER_DATA_DIR: (0, data_1.projectPath)(".cache", "jupyter", "data"),
            JUPYTER_RUNTIME_DIR: (0, data_1.projectPath)(".cache", "jupyter", "runtime"),
            IPYTHONDIR: (0, data_1.projectPath)(".cache", "jupyter", "ipython"),
            JUPYTERLAB_SETTINGS_DIR: (0, data_1.projectPath)(".cache", "jupyter", "lab", "settings"),
            JUPYTERLAB_WORKSPACES_DIR: (0, data_1.projectPath)(".cache", "jupyter", "lab", "workspaces"),
            ...process.env,
            JUPYTER_PATH: before((0, data_1.projectPath)("jupyter"), "JUPYTER_PATH"),
            JUPYTER_CONFIG_PATH: before((0, data_1.projectPath)("jupyter", "config"), "JUPYTER_CONFIG_PATH"),
            // The kernel is started as `node`: the one that runs this.
            PATH: before((0, node_path_1.dirname)(process.execPath), "PATH"),
        },
    });
    // Staying alive lets JupyterLab end its kernels. A terminal's Ctrl-C reaches it by itself.
    process.on("SIGINT", () => process.stdin.isTTY || lab.kill("SIGINT"));
    for (const signal of ["SIGTERM", "SIGHUP"])
        process.on(signal, () => lab.kill(signal));
    return new Promise((resolve, reject) => {
        lab.on("error", reject);
        lab.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
    });
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=lab.js.map
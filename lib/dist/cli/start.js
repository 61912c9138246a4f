"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const commander_1 = require("commander");
const data_1 = require("../data");
const command_1 = require("./command");
const jupyter_1 = require("./jupyter");
const phases_1 = require("./phases");
/** `npm start`: executes the notebooks that are not up to date, in order, and renders the reports. */
async function main(argv) {
    const command = new commander_1.Command("start")
        .usage("-- [options]")
        .description("Runs the six phases on MovieLens ratings and writes the reports and the model.")
        .option("--force", "run every notebook, up to date or not", false)
        .option("--data <path>", "a published data set, a folder or its zip (default: data/ml-latest-small)")
        .option("--timeout <seconds>", "how long one cell may take", "1800");
    return (0, command_1.runCommand)(command, argv, async () => {
        const abort = new AbortController();
        for (const signal of ["SIGINT", "SIGTERM"])
            process.once(signal, () => abort.abort());
        try {
            return await runPhases(command.opts(), abort.signal);
        }
        catch (error) {
            if (!abort.signal.aborted)
                throw error;
            console.error("\nStopped. What was finished is kept; npm start goes on from there.");
            return 130;
        }
    });
}
async function runPhases(options, signal) {
    const reports = (0, data_1.projectPath)("reports");
    const executedFolder = (0, node_path_1.join)(reports, "notebooks");
    const env = options.data ? { MOVIELENS_DATA: options.data } : {};
    const keys = phaseKeys({ ...parametersFromEnvironment(), ...env });
    const state = readState();
    const failed = [];
    let ran = 0;
    console.log(`MovieLens workspace: six phases on ${options.data ?? process.env.MOVIELENS_DATA ?? "data/ml-latest-small"}\n`);
    (0, node_fs_1.mkdirSync)(executedFolder, { recursive: true });
    for (const [index, phase] of phases_1.phases.entries()) {
        const label = `${index + 1}/${phases_1.phases.length} ${phase.title.padEnd(22)}`;
        const executed = executedPath(executedFolder, phase);
        if (!options.force &&
            state[phase.notebook] === keys[index] &&
            (0, node_fs_1.existsSync)(executed) &&
            productsExist(phase)) {
            console.log(`✓ ${label} up to date`);
            continue;
        }
        delete state[phase.notebook];
        writeState(state);
        const progress = phaseLine(label);
        const outcome = await (0, jupyter_1.executeNotebook)(phase.notebook, {
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
            (0, node_fs_1.rmSync)(executed, { force: true });
            failed.push(phase.notebook);
            break; // the later phases build on this one
        }
        state[phase.notebook] = keys[index];
        writeState(state);
    }
    const executed = phases_1.phases
        .map((phase) => executedPath(executedFolder, phase))
        .filter((file) => (0, node_fs_1.existsSync)(file));
    const templateKey = hashOf([...filesBelow("reports/template"), "jupyter/render_reports.py"]);
    const rendered = (0, node_fs_1.existsSync)((0, node_path_1.join)(reports, "index.html")) && state.reports === templateKey;
    if (executed.length > 0 && (ran > 0 || !rendered)) {
        await (0, jupyter_1.renderReports)(executed, reports, signal);
        state.reports = templateKey;
        writeState(state);
        console.log("✓ reports rendered");
    }
    if (failed.length > 0)
        return 1;
    console.log(`
Read    ${(0, node_path_1.relative)(process.cwd(), (0, node_path_1.join)(reports, "index.html"))}   the reports, in any browser
Serve   npm run serve-model   the exported model, with its documentation at /docs
Edit    npm run lab   the notebooks in JupyterLab
Bigger  npm run data:fetch -- ml-32m, then npm start -- --data data/ml-32m.zip`);
    return 0;
}
const executedPath = (folder, phase) => (0, node_path_1.join)(folder, phase.notebook.split("/").at(-1));
const productsExist = (phase) => phase.products.every((product) => (0, node_fs_1.existsSync)((0, data_1.projectPath)(product)) && (0, node_fs_1.readdirSync)((0, data_1.projectPath)(product)).length > 0);
/** What each phase's outputs depend on, as one hash a phase; a phase depends on the ones before it. */
function phaseKeys(parameters) {
    const data = (0, data_1.projectPath)(parameters.MOVIELENS_DATA ?? "data/ml-latest-small");
    const shared = hashOf([
        "lib/dist/.movielens-stamp",
        "package-lock.json",
        "jupyter/requirements.txt",
        "jupyter/run_notebooks.py",
        "notebooks/01-business/success-criteria.json",
    ], JSON.stringify(Object.entries(parameters).sort()) + fingerprint(data));
    let previous = shared;
    return phases_1.phases.map((phase) => (previous = hashOf([phase.notebook], previous)));
}
/** Names, sizes and times of the data files: reading 32 million ratings to find nothing new would take a minute. */
function fingerprint(path) {
    if (!(0, node_fs_1.existsSync)(path))
        return "missing";
    const files = (0, node_fs_1.statSync)(path).isDirectory()
        ? (0, node_fs_1.readdirSync)(path)
            .sort()
            .map((name) => (0, node_path_1.join)(path, name))
        : [path];
    return files.map((file) => `${file} ${(0, node_fs_1.statSync)(file).size} ${(0, node_fs_1.statSync)(file).mtimeMs}`).join("\n");
}
const parametersFromEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("MOVIELENS_")));
function hashOf(files, text = "") {
    const hash = (0, node_crypto_1.createHash)("sha256").update(text);
    for (const file of files)
        hash.update(file).update((0, node_fs_1.existsSync)((0, data_1.projectPath)(file)) ? (0, node_fs_1.readFileSync)((0, data_1.projectPath)(file)) : "");
    return hash.digest("hex");
}
const filesBelow = (folder) => (0, node_fs_1.readdirSync)((0, data_1.projectPath)(folder), { recursive: true, encoding: "utf8" })
    .filter((file) => (0, node_fs_1.statSync)((0, data_1.projectPath)(folder, file)).isFile())
    .map((file) => `${folder}/${file}`)
    .sort();
const stateFile = () => (0, data_1.projectPath)("reports", ".state.json");
function readState() {
    try {
        return JSON.parse((0, node_fs_1.readFileSync)(stateFile(), "utf8"));
    }
    catch {
        return {}; // no run yet, or one that was cut off while writing: everything is out of date
    }
}
const writeState = (state) => (0, node_fs_1.writeFileSync)(stateFile(), JSON.stringify(state, null, 2));
/** A line that lives while its notebook runs: the cell it is at on a terminal, start and end elsewhere. */
function phaseLine(label) {
    const live = process.stdout.isTTY;
    if (!live)
        console.log(`… ${label}`);
    return {
        update: (cell, of) => {
            if (live)
                process.stdout.write(`\r\x1b[K… ${label} cell ${cell} of ${of}`);
        },
        end: (mark, note) => console.log(`${live ? "\r\x1b[K" : ""}${mark} ${label} ${note}`),
    };
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=start.js.map
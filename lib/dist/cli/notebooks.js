"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_child_process_1 = require("node:child_process");
const commander_1 = require("commander");
const data_1 = require("../data");
const command_1 = require("./command");
const phases_1 = require("./phases");
const jupyter_1 = require("./jupyter");
/** `npm run notebooks`: executes notebooks as tests, or strips their outputs before a commit. */
async function main(argv) {
    const command = new commander_1.Command("notebooks")
        .usage("-- [notebooks…] [options]")
        .description("Executes notebooks and says which cell failed and why.")
        .argument("[notebooks...]", "paths (default: the six phases)")
        .option("--strip", "remove outputs and execution counts in place instead of executing")
        .option("--out <folder>", "where executed notebooks are written")
        .option("--timeout <seconds>", "how long one cell may take", "600");
    return (0, command_1.runCommand)(command, argv, () => {
        const { strip, out, timeout } = command.opts();
        const notebooks = command.args.length > 0 ? command.args : phases_1.phases.map(({ notebook }) => (0, data_1.projectPath)(notebook));
        const args = [(0, data_1.projectPath)("jupyter/run_notebooks.py"), "--timeout", timeout, ...notebooks];
        if (strip)
            args.push("--strip");
        if (out)
            args.push("--out", out);
        const child = (0, node_child_process_1.spawn)((0, jupyter_1.venvPython)(), args, { stdio: "inherit" });
        process.on("SIGINT", () => { }); // the runner stops its kernel first, and then says so by its exit code
        process.on("SIGTERM", () => child.kill("SIGTERM"));
        return new Promise((resolve, reject) => {
            child.on("error", reject);
            child.on("close", (code) => resolve(code ?? 1));
        });
    });
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=notebooks.js.map
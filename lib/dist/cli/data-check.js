"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const commander_1 = require("commander");
const data_1 = require("../data");
const command_1 = require("./command");
const progress_1 = require("./progress");
const text_table_1 = require("./text-table");
/** `npm run data:check -- [path]`. @returns the exit code: 0 the gate passes, 1 it does not or the data cannot be read */
async function main(argv) {
    const command = new commander_1.Command("data:check")
        .usage("-- [path] [options]")
        .description("Reads a published MovieLens data set, a folder or its zip, and reports what it finds by rule.")
        .argument("[path]", "folder or zip", (0, data_1.projectPath)("data", "ml-latest-small"))
        .option("--max-bad-share <share>", "fail when a file has a larger share of bad rows, 0 … 1", String(data_1.DEFAULT_MAX_BAD_SHARE))
        .option("--quarantine <file>", "write the bad rows to this CSV file: file, line, rule, reason, text")
        .option("--json", "print the report as JSON", false);
    return (0, command_1.runCommand)(command, argv, () => run(command.processedArgs[0], command.opts()));
}
async function run(path, { maxBadShare, quarantine, json }) {
    const threshold = shareOf(maxBadShare);
    const progress = (0, progress_1.createProgress)({ label: "reading", unit: "bytes" });
    const { quality } = await (0, data_1.readDataset)(path, {
        quarantine,
        onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes),
    });
    progress.done(`${quality.rowsRead.toLocaleString("en")} rows`);
    console.log(json ? JSON.stringify(quality, null, 2) : reportText(quality));
    (0, data_1.assertQuality)(quality, threshold);
    return 0;
}
function shareOf(text) {
    const share = text.trim() === "" ? NaN : Number(text);
    if (!(share >= 0 && share <= 1))
        throw new data_1.WorkspaceError("OPTION_INVALID", `--max-bad-share must lie in 0 … 1, not "${text}"`);
    return share;
}
function reportText(quality) {
    const files = quality.files.map(({ file, rowsRead, rowsKept, sha256 }) => [
        file,
        count(rowsRead),
        count(rowsKept),
        count(rowsRead - rowsKept),
        sha256.slice(0, 12),
    ]);
    const rules = quality.rules.map(({ rule, severity, count: found, says }) => [
        rule,
        count(found),
        severity === "reject" ? "left out" : "kept",
        says,
    ]);
    const examples = quality.rules
        .filter(({ count: found }) => found > 0)
        .flatMap(({ rule, count: found, examples: shown }) => [
        `${rule}${found > shown.length ? `, the first ${shown.length} of ${count(found)}` : ""}`,
        ...shown.map(({ file, line, reason, text }) => `  ${file} line ${line}: ${reason}: ${shortened(text)}`),
    ]);
    return [
        `${quality.name}, layout ${quality.layout}, hash ${quality.hash.slice(0, 12)}`,
        "",
        ...(0, text_table_1.textTable)(["file", "rows", "kept", "bad", "sha-256"], files, new Set([1, 2, 3])),
        "",
        ...(0, text_table_1.textTable)(["rule", "rows", "row is", "what it finds"], rules, new Set([1])),
        ...(examples.length > 0 ? ["", ...examples] : []),
        ...(quality.quarantine ? ["", `bad rows written to ${quality.quarantine}`] : []),
    ].join("\n");
}
const count = (value) => value.toLocaleString("en");
const shortened = (text) => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=data-check.js.map
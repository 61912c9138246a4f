"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const node_path_1 = require("node:path");
const commander_1 = require("commander");
const data_1 = require("../data");
const deploy_1 = require("../deploy");
const command_1 = require("./command");
const text_table_1 = require("./text-table");
/** `npm run model`. @returns the exit code: 0 done, 1 failed or refused by the gate, 130 stopped by Ctrl-C */
async function main(argv) {
    let chosen;
    const command = new commander_1.Command("model")
        .usage("-- <command> [options]")
        .description("The registry of models: what there is, which one is served, and why.")
        .exitOverride();
    const subcommand = (signature, says, add, run) => {
        add(command.command(signature).description(says))
            .option("--models <folder>", "the registry", (0, data_1.projectPath)("models"))
            .option("--json", "print the result as JSON", false)
            .action(function () {
            chosen = () => run(this.opts(), ...this.processedArgs);
        });
    };
    subcommand("list", "every version, oldest first", (sub) => sub, list);
    subcommand("show [version]", "a version's card and manifest, and how it came to be served", (sub) => sub, (flags, version = "current") => show(flags, version));
    subcommand("promote [version]", "makes a version (by default the newest) current when it is better than the current one", (sub) => sub
        .option("--data <path>", "the present ratings", (0, data_1.projectPath)("data", "ml-latest-small"))
        .option("--golden <file>", "golden queries", deploy_1.GOLDEN_QUERIES)
        .option("--force <reason>", "promote without the gate; the reason is kept"), promote);
    subcommand("rollback", "goes back to the version that was current before", (sub) => sub
        .option("--to <version>", "an earlier one instead")
        .option("--reason <text>", "why; kept with the promotion"), rollback);
    subcommand("diff <first> [second]", "what changes from one version to another", (sub) => sub, diff);
    subcommand("prune", "removes old versions for good; the current one and the one before it stay", (sub) => sub
        .option("--keep <number>", "the newest that stay, too", command_1.numberOf, 5)
        .option("--dry-run", "only say what would go", false), prune);
    return (0, command_1.runCommand)(command, argv, () => chosen());
}
async function list({ models, json }) {
    const listed = await (0, deploy_1.listModels)(models);
    if (json)
        return print(listed.map((model) => ({ ...model, manifest: undefined, ...summaryOf(model) })));
    if (listed.length === 0)
        throw new data_1.WorkspaceError("MODEL_MISSING", `there is no model in ${models} yet`);
    const rows = listed.map((model) => [
        model.current ? "*" : "",
        model.version,
        model.manifest?.data.name ?? "",
        model.manifest ? model.manifest.ratings.toLocaleString("en") : "",
        model.problem ?? (model.promotions.length > 0 ? saysOf(model.promotions.at(-1)) : ""),
    ]);
    console.log((0, text_table_1.textTable)(["", "version", "data", "ratings", "last promotion"], rows, new Set([3])).join("\n"));
    console.log(listed.some(({ current }) => current)
        ? "* current"
        : "No version is current; the newest is served. Promote one with `npm run model -- promote VERSION`.");
    return 0;
}
const summaryOf = ({ manifest }) => manifest === null
    ? {}
    : {
        kind: manifest.kind,
        options: manifest.options,
        data: manifest.data,
        ratings: manifest.ratings,
        metrics: manifest.metrics,
        created: manifest.created,
    };
const saysOf = ({ at, action, reason }) => `${at.slice(0, 10)} ${action}${reason === null ? "" : `: ${reason}`}`;
async function show({ models, json }, named) {
    const version = await (0, deploy_1.findVersion)(models, named);
    const { manifest, card = null } = await (0, deploy_1.loadModel)((0, node_path_1.join)(models, version));
    const { current, promotions } = (await (0, deploy_1.listModels)(models)).find((model) => model.version === version);
    if (json)
        return print({ current, manifest, card, promotions });
    console.log(`${version}${current ? ", current" : ""}, exported ${manifest.created}`);
    for (const promotion of promotions) {
        console.log(`promoted ${saysOf(promotion)}`);
        if (promotion.gate)
            console.log(checksOf(promotion.gate));
    }
    console.log(`\n${card ?? `(older than model cards)\n${JSON.stringify(manifest, null, 2)}`}`);
    return 0;
}
const checksOf = ({ checks }) => checks.map(({ passed, name, says }) => `  ${passed ? "✓" : "✗"} ${name}: ${says}`).join("\n");
const promote = ({ models, json, data, golden, force }, named = "newest") => (0, command_1.untilStopped)(async (signal) => {
    const version = await (0, deploy_1.findVersion)(models, named);
    const way = force === undefined
        ? {
            gate: {
                golden: (0, deploy_1.readGoldenQueries)(golden),
                signal,
                onProgress: (stage) => console.error(stage),
            },
            dataset: await (0, data_1.loadDataset)(data),
        }
        : { force };
    const outcome = await (0, deploy_1.promoteModel)(models, version, way);
    const { record, report } = outcome;
    if (json)
        print(outcome);
    else if (report)
        console.log(checksOf(report));
    if (record === null)
        throw new data_1.WorkspaceError("PROMOTION_REFUSED", `${report.current} stays current: ${(0, deploy_1.refusalOf)(report)}`);
    if (!json)
        console.log(changeOf(record));
    return 0;
});
const changeOf = ({ version, before, action }) => `${version} is current${before === null ? "" : `, in place of ${before}`} (${action}). Running servers take it up by themselves.`;
async function rollback({ models, json, to, reason }) {
    const target = to === undefined ? undefined : await (0, deploy_1.findVersion)(models, to);
    const record = await (0, deploy_1.rollbackModel)(models, { to: target, reason });
    if (json)
        return print(record);
    console.log(changeOf(record));
    return 0;
}
async function diff({ models, json }, first, second = "current") {
    const [a, b] = await Promise.all([first, second].map(async (named) => (0, deploy_1.loadModel)((0, node_path_1.join)(models, await (0, deploy_1.findVersion)(models, named)))));
    const found = (0, deploy_1.diffModels)(a, b);
    if (json)
        return print(found);
    const shown = (value) => typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
    const rows = found.manifest.map(({ what, first: one, second: other }) => [what, shown(one), shown(other)]);
    const { users, films, lists } = found;
    const counts = (what, { common, onlyFirst, onlySecond }) => `${what}: ${common} in both, ${onlyFirst} only in the first, ${onlySecond} only in the second`;
    console.log([
        ...(0, text_table_1.textTable)(["", found.first, found.second], rows, new Set()),
        counts("users", users),
        counts("films", films),
        lists.overlap === null
            ? "no user has a list in both"
            : `lists of ${lists.n}: ${(lists.overlap * 100).toFixed(1)} % of the films stay, over ${lists.users} users`,
    ].join("\n"));
    return 0;
}
async function prune({ models, json, keep, dryRun }) {
    const removed = await (0, deploy_1.pruneModels)(models, { keep, dryRun });
    if (json)
        return print({ dryRun, removed });
    console.log(removed.length === 0
        ? "nothing to remove"
        : `${dryRun ? "would remove" : "removed"}\n${removed.map((version) => `  ${version}`).join("\n")}`);
    return 0;
}
function print(value) {
    console.log(JSON.stringify(value, null, 2));
    return 0;
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=model.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const commander_1 = require("commander");
const bi_1 = require("../bi");
const data_1 = require("../data");
const command_1 = require("./command");
const text_table_1 = require("./text-table");
/** `npm run olap -- [question]`. @returns the exit code: 0 answered, 1 unknown question, bad parameter or unreadable data */
async function main(argv) {
    const command = new commander_1.Command("olap")
        .usage("-- [question] [options]")
        .description("Answers a business question about a MovieLens data set; without one, lists them.")
        .argument("[question]", "its name, as --list shows it")
        .option("--data <path>", "a published data set, a folder or its zip", (0, data_1.projectPath)("data", "ml-latest-small"))
        .option("--set <parameter=value...>", "parameters of the question, such as minRatings=50", [])
        .option("--json", "print the answer as JSON", false)
        .option("--list", "list the questions with their parameters", false);
    return (0, command_1.runCommand)(command, argv, async () => {
        const [name] = command.processedArgs;
        const { data, set, json, list } = command.opts();
        if (list || name === undefined)
            console.log(json ? listJson() : listText());
        else
            await answer((0, bi_1.queryNamed)(name), data, set, json);
        return 0;
    });
}
async function answer(query, data, set, json) {
    const parameters = (0, bi_1.queryParameters)(query, assignments(set));
    const rows = await (0, bi_1.withWarehouse)(data, (warehouse) => (0, bi_1.runQuery)(warehouse, query.name, parameters));
    if (json)
        console.log(JSON.stringify(rows, null, 2));
    else
        console.log(answerText(query, parameters, rows));
}
function assignments(set) {
    return Object.fromEntries(set.map((text) => {
        const [, name, value] = /^(\w+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
        if (name === undefined)
            throw new data_1.WorkspaceError("OPTION_INVALID", `--set ${text} is not of the form parameter=number`);
        return [name, Number(value)];
    }));
}
function answerText(query, parameters, rows) {
    const { title, question, decision, columns } = query;
    const right = new Set(columns.flatMap(({ kind }, c) => (kind.startsWith("text") ? [] : [c])));
    const cells = rows.map((row) => columns.map(({ name, kind }) => cell(row[name], kind)));
    const width = Math.max(...columns.map(({ name }) => name.length));
    const chosen = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
    return [
        title,
        question,
        `It informs: ${decision}`,
        ...(chosen.length > 0 ? [`With ${chosen.join(", ")}`] : []),
        "",
        ...(0, text_table_1.textTable)(columns.map(({ name }) => name), cells, right),
        "",
        ...columns.map(({ name, meaning }) => `${name.padEnd(width)}  ${meaning}`),
    ].join("\n");
}
/** Integers without separators, since years and ids are among them. */
function cell(value, kind) {
    if (value === null)
        return "–";
    return kind.startsWith("number") ? value.toFixed(4) : String(value);
}
function listText() {
    const rows = bi_1.queryNames.map((name) => {
        const { title, parameters } = bi_1.queries[name];
        const takes = Object.entries(parameters).map(([parameter, { default: usual }]) => `${parameter}=${usual}`);
        return [name, title, takes.join(" ")];
    });
    return (0, text_table_1.textTable)(["question", "what it shows", "parameters (defaults)"], rows, new Set()).join("\n");
}
function listJson() {
    const described = bi_1.queryNames.map((key) => {
        const { name, title, question, decision, columns, parameters } = bi_1.queries[key];
        return { name, title, question, decision, columns, parameters };
    });
    return JSON.stringify(described, null, 2);
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=olap.js.map
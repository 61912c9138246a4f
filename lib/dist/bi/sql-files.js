"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sqlFolder = sqlFolder;
exports.queryFileNames = queryFileNames;
exports.readQueryFile = readQueryFile;
const node_fs_1 = require("node:fs");
const node_path_1 = require("node:path");
const errors_1 = require("../errors");
/** Where the SQL files are: beside the sources, since the compiler copies none. Found from `lib/dist` and from `lib` alike. */
function sqlFolder() {
    return (0, node_path_1.join)((0, node_path_1.dirname)(require.resolve("@movielens/lib/package.json")), "bi", "sql");
}
/** The names of the questions that have a file. */
function queryFileNames() {
    return (0, node_fs_1.readdirSync)(sqlFolder())
        .filter((file) => file.endsWith(".sql"))
        .map((file) => file.slice(0, -".sql".length))
        .sort();
}
const COLUMN = /^--   (\w+) +((?:integer|number|text)\??) +(.+)$/;
/** @throws WorkspaceError QUERY_UNKNOWN without a file of that name, DATA_INVALID for a file whose comment is not as it should be */
function readQueryFile(name) {
    if (!queryFileNames().includes(name))
        throw new errors_1.WorkspaceError("QUERY_UNKNOWN", `there is no question "${name}"`);
    const lines = (0, node_fs_1.readFileSync)((0, node_path_1.join)(sqlFolder(), `${name}.sql`), "utf8").split("\n");
    const broken = (what) => new errors_1.WorkspaceError("DATA_INVALID", `${name}.sql: ${what}`, {
        mend: "Begin the file with -- question:, -- decision: and -- columns: lines, as the others do.",
    });
    const field = (line, key) => {
        const start = `-- ${key}: `;
        if (!lines[line]?.startsWith(start))
            throw broken(`line ${line + 1} does not begin with "${start}"`);
        return lines[line].slice(start.length);
    };
    const question = field(0, "question");
    const decision = field(1, "decision");
    if (lines[2] !== "-- columns:")
        throw broken('line 3 is not "-- columns:"');
    const columns = [];
    let line = 3;
    for (; lines[line]?.startsWith("--"); line++) {
        const match = COLUMN.exec(lines[line]);
        if (!match)
            throw broken(`line ${line + 1} does not describe a column: name, kind, meaning`);
        columns.push({ name: match[1], kind: match[2], meaning: match[3] });
    }
    return { question, decision, columns, sql: lines.slice(line).join("\n") };
}
//# sourceMappingURL=sql-files.js.map
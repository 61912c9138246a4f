import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WorkspaceError } from "../errors";

/** What a column holds; `?` where it may be null. Integers are whole and safe in a JavaScript number. */
export type ColumnKind = "integer" | "number" | "text" | "integer?" | "number?" | "text?";

/** A column of an answer: `meaning` says what it counts, with its unit. */
export interface ColumnDescription {
  name: string;
  kind: ColumnKind;
  meaning: string;
}

/** A question's file: the comment at its top, taken apart, and the statement. */
export interface QueryFile {
  question: string;
  decision: string;
  columns: readonly ColumnDescription[];
  sql: string;
}

/** Where the SQL files are: beside the sources, since the compiler copies none. Found from `lib/dist` and from `lib` alike. */
export function sqlFolder(): string {
  return join(dirname(require.resolve("@movielens/lib/package.json")), "bi", "sql");
}

/** The names of the questions that have a file. */
export function queryFileNames(): string[] {
  return readdirSync(sqlFolder())
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .sort();
}

const COLUMN = /^--   (\w+) +((?:integer|number|text)\??) +(.+)$/;

/** @throws WorkspaceError QUERY_UNKNOWN without a file of that name, DATA_INVALID for a file whose comment is not as it should be */
export function readQueryFile(name: string): QueryFile {
  if (!queryFileNames().includes(name))
    throw new WorkspaceError("QUERY_UNKNOWN", `there is no question "${name}"`);
  const lines = readFileSync(join(sqlFolder(), `${name}.sql`), "utf8").split("\n");
  const broken = (what: string): WorkspaceError =>
    new WorkspaceError("DATA_INVALID", `${name}.sql: ${what}`, {
      mend: "Begin the file with -- question:, -- decision: and -- columns: lines, as the others do.",
    });
  const field = (line: number, key: string): string => {
    const start = `-- ${key}: `;
    if (!lines[line]?.startsWith(start)) throw broken(`line ${line + 1} does not begin with "${start}"`);
    return lines[line].slice(start.length);
  };
  const question = field(0, "question");
  const decision = field(1, "decision");
  if (lines[2] !== "-- columns:") throw broken('line 3 is not "-- columns:"');
  const columns: ColumnDescription[] = [];
  let line = 3;
  for (; lines[line]?.startsWith("--"); line++) {
    const match = COLUMN.exec(lines[line]);
    if (!match) throw broken(`line ${line + 1} does not describe a column: name, kind, meaning`);
    columns.push({ name: match[1], kind: match[2] as ColumnKind, meaning: match[3] });
  }
  return { question, decision, columns, sql: lines.slice(line).join("\n") };
}

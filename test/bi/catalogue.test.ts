import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import ts from "typescript";
import { queries, queryNames, runQuery, withWarehouse, type QueryName } from "@movielens/lib/bi";
import { projectPath } from "@movielens/lib/data";
import { byHand, random } from "./datasets";

const files = readdirSync(projectPath("lib", "bi", "sql")).filter((file) => file.endsWith(".sql"));

test("every SQL file has an entry in the catalogue, and every entry a file", () => {
  assert.equal(files.map((file) => file.slice(0, -4)).sort(), [...queryNames].sort());
});

test("every question has a title, a question, a decision and the meaning of its columns", () => {
  for (const name of queryNames) {
    const { title, question, decision, columns } = queries[name];
    assert.is(queries[name].name, name);
    assert.match(title, /^[A-Z]/, name);
    assert.match(question, /\?$/, name);
    assert.match(decision, /\.$/, name);
    assert.ok(columns.length > 0, name);
  }
  assert.is(new Set(queryNames.map((name) => queries[name].title)).size, queryNames.length);
});

test("the parameters in the SQL are those of the catalogue, with defaults within their range", () => {
  for (const name of queryNames) {
    const { sql, parameters } = queries[name];
    const used = new Set(Array.from(sql.matchAll(/\$(\w+)/g), ([, parameter]) => parameter));
    assert.equal([...used].sort(), Object.keys(parameters).sort(), name);
    for (const { default: usual, min, max } of Object.values(parameters))
      assert.ok(usual >= min && usual <= max, name);
  }
});

test("the TypeScript rows have the columns that the SQL files describe, in kind and order", () => {
  const rows = rowTypes();
  for (const name of queryNames) {
    const described = queries[name].columns.map((column) => {
      const type = column.kind.startsWith("text") ? "string" : "number";
      return `${column.name}: ${column.kind.endsWith("?") ? `${type} | null` : type}`;
    });
    const typeName = `${name.split("-").map(capital).join("")}Row`;
    assert.equal(rows.get(typeName), described, typeName);
  }
});

test("the answers have the columns that the SQL files describe, in kind and order", async () => {
  for (const dataset of [byHand(), random(4)])
    await withWarehouse(dataset, async (warehouse) => {
      for (const name of queryNames)
        for (const row of await runQuery(warehouse, name as QueryName)) {
          assert.equal(
            Object.keys(row),
            queries[name].columns.map((column) => column.name),
            name,
          );
          for (const { name: column, kind } of queries[name].columns)
            fits((row as Record<string, unknown>)[column], kind, `${name}: ${column}`);
        }
    });
});

test("the questions avoid what only DuckDB understands, so that another engine can run them", () => {
  const only =
    /::|\bQUALIFY\b|\bEXCLUDE\b|\blist_\w+|\bunnest\b|strftime|isodow|make_timestamp|\bILIKE\b|\/\/|"/i;
  for (const name of queryNames) assert.not.match(queries[name].sql, only, name);
});

function fits(value: unknown, kind: string, at: string): void {
  if (value === null) assert.ok(kind.endsWith("?"), `${at} is null`);
  else if (kind.startsWith("text")) assert.type(value, "string", at);
  else if (kind.startsWith("integer")) assert.ok(Number.isSafeInteger(value), `${at} is ${value}`);
  else assert.ok(Number.isFinite(value), `${at} is ${value}`);
}

/** The row types as written in lib/bi/rows.ts: type name → "column: type". */
function rowTypes(): Map<string, string[]> {
  const path = projectPath("lib", "bi", "rows.ts");
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const found = new Map<string, string[]>();
  for (const statement of source.statements)
    if (ts.isTypeAliasDeclaration(statement) && ts.isTypeLiteralNode(statement.type))
      found.set(
        statement.name.text,
        statement.type.members.map((member) => member.getText(source).replace(/;$/, "")),
      );
  return found;
}

const capital = (word: string): string => word[0].toUpperCase() + word.slice(1);

test.run();

import { Command } from "commander";
import {
  queries,
  queryNamed,
  queryNames,
  queryParameters,
  runQuery,
  withWarehouse,
  type ColumnKind,
  type QueryDescription,
} from "../bi";
import { loadDataset, projectPath, WorkspaceError, type Row } from "../data";
import { asProgram, runCommand } from "./command";
import {
  onEngine,
  ratingsOption,
  ratingsThere,
  refuseGiven,
  sparkSteps,
  withEngineOptions,
  type EngineFlags,
} from "./engine";
import { textTable } from "./text-table";

interface Flags extends EngineFlags {
  ratings?: string;
  data: string;
  set: string[];
  json: boolean;
  list: boolean;
}

/** `npm run olap -- [question]`. @returns the exit code: 0 answered, 1 unknown question, bad parameter or unreadable data */
export async function main(argv: string[]): Promise<number> {
  const command = withEngineOptions(new Command("olap"))
    .usage("-- [question] [options]")
    .description("Answers a business question about a MovieLens data set; without one, lists them.")
    .argument("[question]", "its name, as --list shows it")
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      projectPath("data", "ml-latest-small"),
    )
    .addOption(ratingsOption())
    .option("--set <parameter=value...>", "parameters of the question, such as minRatings=50", [])
    .option("--json", "print the answer as JSON", false)
    .option("--list", "list the questions with their parameters", false);
  return runCommand(command, argv, async () => {
    const [name] = command.processedArgs as [string | undefined];
    const flags = command.opts<Flags>();
    if (flags.list || name === undefined) console.log(flags.json ? listJson() : listText());
    else await answer(queryNamed(name), flags);
    return 0;
  });
}

async function answer(query: QueryDescription, flags: Flags): Promise<void> {
  const { data, set, json, ratings, staging } = flags;
  const parameters = queryParameters(query, assignments(set));
  const rows = await onEngine<Row[]>(flags, {
    local: () => {
      refuseGiven("--engine local", { ratings });
      return withWarehouse(data, (warehouse) => runQuery(warehouse, query.name, parameters));
    },
    spark: async (session) => {
      // The notebook's helpers are slow to load, and only these two are needed, and only here.
      const { sendWarehouse, warehouseOver } = await import("../notebook/index.js");
      const steps = sparkSteps();
      const there = ratings === undefined ? undefined : await ratingsThere(session, ratings, data, steps);
      if (!there) steps.onStep("ratings to Spark");
      const warehouse = there
        ? await warehouseOver(session, there.catalogue, there.ratings)
        : await sendWarehouse(session, await loadDataset(data), { staging, onProgress: steps.onProgress });
      steps.onStep(query.name);
      const rows = await runQuery(warehouse, query.name, parameters);
      steps.done();
      return rows;
    },
  });
  if (json) console.log(JSON.stringify(rows, null, 2));
  else console.log(answerText(query, parameters, rows));
}

function assignments(set: string[]): Record<string, number> {
  return Object.fromEntries(
    set.map((text) => {
      const [, name, value] = /^(\w+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
      if (name === undefined)
        throw new WorkspaceError("OPTION_INVALID", `--set ${text} is not of the form parameter=number`);
      return [name, Number(value)];
    }),
  );
}

function answerText(query: QueryDescription, parameters: Record<string, number>, rows: Row[]): string {
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
    ...textTable(
      columns.map(({ name }) => name),
      cells,
      right,
    ),
    "",
    ...columns.map(({ name, meaning }) => `${name.padEnd(width)}  ${meaning}`),
  ].join("\n");
}

/** Integers without separators, since years and ids are among them. */
function cell(value: unknown, kind: ColumnKind): string {
  if (value === null) return "–";
  return kind.startsWith("number") ? (value as number).toFixed(4) : String(value);
}

function listText(): string {
  const rows = queryNames.map((name) => {
    const { title, parameters } = queries[name] as QueryDescription;
    const takes = Object.entries(parameters).map(
      ([parameter, { default: usual }]) => `${parameter}=${usual}`,
    );
    return [name, title, takes.join(" ")];
  });
  return textTable(["question", "what it shows", "parameters (defaults)"], rows, new Set()).join("\n");
}

function listJson(): string {
  const described = queryNames.map((key) => {
    const { name, title, question, decision, columns, parameters } = queries[key];
    return { name, title, question, decision, columns, parameters };
  });
  return JSON.stringify(described, null, 2);
}

asProgram(module, main);

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { projectPath, WorkspaceError } from "../data";
import {
  currentModel,
  loadModel,
  MONITOR_THRESHOLDS,
  monitorFeedback,
  monitorPage,
  readEvents,
  shownThreshold,
  shownValue,
  type MonitorReport,
  type MonitorThresholds,
} from "../deploy";
import { asProgram, numberOf, runCommand } from "./command";
import { textTable } from "./text-table";

interface Flags {
  models: string;
  events: string;
  since?: Date;
  everyModel: boolean;
  threshold: Partial<MonitorThresholds>;
  thresholds?: string;
  least: number;
  json: boolean;
  html?: string;
}

/** `npm run monitor`. @returns the exit code: 0 all within thresholds, 1 failed, 2 a threshold is exceeded */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("monitor")
    .usage("-- [options]")
    .description(
      "Reads what users did and what they were served, and says how the current model is doing: accuracy, clicks, drift, strangers, age, coverage.",
    )
    .option("--models <folder>", "the registry; its current model is judged", projectPath("models"))
    .option(
      "--events <folder>",
      "what the server stored; start it with --log-served for coverage of all that was served",
      projectPath("data", "events"),
    )
    .option("--since <time>", "only events received since, such as 2026-11-01", timeOf)
    .option("--every-model", "also events received while another model was served", false)
    .option(
      "--threshold <name=value>",
      "another threshold, or none (name=null); may be given again",
      thresholdOf,
      {},
    )
    .option("--thresholds <file>", 'thresholds as JSON, such as {"hitRate": 0.05, "modelAge": null}')
    .option("--least <number>", "figures of fewer observations are told and not judged", numberOf, 100)
    .option("--json", "print the report as JSON", false)
    .option("--html <file>", "write the report as a page as well")
    .addHelpText(
      "after",
      `
Exit code: 0 every figure that could be judged is within its threshold, 1 an error, 2 a threshold is exceeded.

Thresholds, chosen (null: told, not judged):
${Object.entries(MONITOR_THRESHOLDS)
  .map(([name, value]) => `  ${name} ${value}`)
  .join("\n")}`,
    );
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

async function run({
  models,
  events,
  since,
  everyModel,
  threshold,
  thresholds,
  least,
  json,
  html,
}: Flags): Promise<number> {
  const report = await monitorFeedback(await loadModel(await currentModel(models)), readEvents(events), {
    thresholds: { ...(thresholds === undefined ? {} : readThresholds(thresholds)), ...threshold },
    leastObservations: least,
    since,
    everyModel,
  });
  if (html !== undefined) {
    await mkdir(dirname(html), { recursive: true });
    await writeFile(html, monitorPage(report));
  }
  console.log(json ? JSON.stringify(report, null, 2) : textOf(report, events));
  if (html !== undefined && !json) console.log(`\n${html}`);
  return report.exceeded.length > 0 ? 2 : 0;
}

function textOf({ model, events, figures, exceeded }: MonitorReport, folder: string): string {
  const count = (value: number): string => value.toLocaleString("en");
  const rows = figures.map((figure) => [
    figure.verdict === "exceeded" ? "✗" : figure.verdict === "fine" ? "✓" : "",
    figure.title,
    shownValue(figure, figure.value),
    shownThreshold(figure),
    figure.says,
  ]);
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const period = events.from === null ? "" : `, ${day(events.from)} to ${day(events.to!)}`;
  return [
    model.version,
    `${count(events.ratings)} ratings, ${count(events.impressions)} lists shown, ${count(events.clicks)} clicks, ${count(events.served)} lists served${period}, in ${folder}`,
    `left out: ${count(events.leftOut)} events of other models or times, ${count(events.learned)} ratings that the model has learned`,
    "",
    ...textTable(["", "figure", "value", "fine when", "of what"], rows, new Set([2, 3])),
    "",
    exceeded.length === 0
      ? figures.some(({ verdict }) => verdict === "fine")
        ? "All that could be judged is within its thresholds."
        : "Nothing could be judged."
      : `Beyond their thresholds: ${exceeded.join(", ")}. \`npm run retrain\` builds a candidate from what came since.`,
  ].join("\n");
}

function readThresholds(path: string): Partial<MonitorThresholds> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new WorkspaceError("OPTION_INVALID", `${path}: ${(cause as Error).message}`, {
      cause,
      mend: "Give a file of JSON with a number for each figure's name.",
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WorkspaceError("OPTION_INVALID", `${path} is not an object of thresholds`);
  return value;
}

function thresholdOf(text: string, before: Partial<MonitorThresholds>): Partial<MonitorThresholds> {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("It is not a name, = and a number.");
  return { ...before, [name]: value === "null" ? null : numberOf(value) };
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError("It is not a time.");
  return time;
}

asProgram(module, main);

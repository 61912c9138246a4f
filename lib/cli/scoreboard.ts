import { Command, Option } from "commander";
import { kFold, kFoldStratified, loadDataset, projectPath, splitBy, WorkspaceError } from "../data";
import type { Dataset, Protocol, Split } from "../data";
import {
  scoreboardOverFolds,
  scoreboardPanel,
  type Contender,
  type Estimate,
  type FoldsRow,
} from "../evaluate";
import { asProgram, numberOf, runCommand, untilStopped, wholeNumberOf } from "./command";
import { textTable } from "./text-table";

const PROTOCOLS = ["random", "stratified", "last-share", "leave-last", "time"] as const;

interface Flags {
  data: string;
  protocol: (typeof PROTOCOLS)[number];
  folds?: number;
  testShare: number;
  k: number;
  relevantFrom: number;
  models?: string[];
  quick: boolean;
  seed: number;
  json: boolean;
}

/** `npm run scoreboard`. @returns the exit code: 0 measured, 1 failed, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("scoreboard")
    .usage("-- [options]")
    .description(
      "Trains every kind of model on the same ratings and measures all on the same held-out ones: errors in stars, " +
        "lists, what lists cover, and what it costs. Settings are chosen inside each training part.",
    )
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      projectPath("data", "ml-latest-small"),
    )
    .addOption(
      new Option(
        "--protocol <name>",
        "which ratings are held out: any (random), of each user (stratified), each user's last share or last one, all after one moment (time)",
      )
        .choices(PROTOCOLS)
        .default("random"),
    )
    .addOption(
      new Option(
        "--folds <number>",
        "folds of a cross-validation (default: 5; one split for the protocols by time)",
      ).argParser(wholeNumberOf),
    )
    .addOption(
      new Option("--test-share <number>", "held out where there is one split")
        .argParser(numberOf)
        .default(0.2),
    )
    .addOption(new Option("--k <number>", "length of a list").argParser(wholeNumberOf).default(10))
    .addOption(
      new Option("--relevant-from <stars>", "a film is liked from so many stars")
        .argParser(numberOf)
        .default(4),
    )
    .option("--models <name...>", "these models only, by the names in the table")
    .option("--quick", "one split, and each model with its usual settings", false)
    .addOption(
      new Option("--seed <number>", "of splits, trainings and intervals").argParser(numberOf).default(42),
    )
    .option("--json", "print JSON with every measure and its interval", false);
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

const run = (flags: Flags): Promise<number> =>
  untilStopped(async (signal) => {
    const { k, relevantFrom, seed, quick, json } = flags;
    const ranking = { k, relevantFrom };
    const dataset = await loadDataset(flags.data);
    const splits = splitsOf(dataset, flags);
    const panel = scoreboardPanel({
      ...ranking,
      holdOut: protocolOf(flags),
      settings: quick ? 1 : undefined,
      seed,
    });
    const contenders = flags.models ? named(panel, flags.models) : panel;
    const started = performance.now();
    const rows = await scoreboardOverFolds(contenders, splits, {
      ...ranking,
      seed,
      signal,
      onProgress: ({ model, stage, done, models, fold, folds }) => {
        const seconds = Math.round((performance.now() - started) / 1000);
        const share = Math.floor((100 * ((fold - 1) * models + done)) / (folds * models));
        console.error(`${share} %  fold ${fold} of ${folds}  ${model}: ${stage}  (${seconds} s)`);
      },
    });
    const held = { protocol: splits[0].protocol, folds: splits.length, ...ranking, seed };
    if (json)
      console.log(
        JSON.stringify({ data: dataset.name, hash: dataset.hash, ...held, rows: rows.map(plain) }, null, 2),
      );
    else console.log(table(rows, k).join("\n"));
    return 0;
  });

function protocolOf({ protocol, testShare, seed }: Flags): Protocol {
  switch (protocol) {
    case "leave-last":
      return { name: protocol, n: 1 };
    case "time":
      return { name: protocol, trainShare: 1 - testShare };
    case "last-share":
      return { name: protocol, testShare };
    case "random":
    case "stratified":
      return { name: protocol, testShare, seed };
  }
}

/** @throws WorkspaceError OPTION_INVALID for folds of a protocol that has one split */
function splitsOf(dataset: Dataset, flags: Flags): Split[] {
  const { protocol, quick, seed } = flags;
  const foldable = protocol === "random" || protocol === "stratified";
  const folds = flags.folds ?? (foldable && !quick ? 5 : 1);
  if (folds === 1) return [splitBy(dataset, protocolOf(flags))];
  if (!foldable)
    throw new WorkspaceError("OPTION_INVALID", `--folds is ${folds}, and ${protocol} holds out one part`, {
      mend: "Leave --folds out, or take --protocol random or stratified.",
    });
  return (protocol === "random" ? kFold : kFoldStratified)(dataset, { folds, seed });
}

/** @throws WorkspaceError OPTION_INVALID for a name that nobody has */
function named(panel: Contender[], names: string[]): Contender[] {
  const all = panel.map(({ name }) => name);
  for (const name of names)
    if (!all.includes(name))
      throw new WorkspaceError("OPTION_INVALID", `no model is named "${name}"`, {
        mend: `There are: ${all.join("; ")}.`,
      });
  return panel.filter(({ name }) => names.includes(name));
}

/** A row as JSON has it: everything but what it was made from. */
const plain = ({ evaluations, ...row }: FoldsRow): object => ({
  ...row,
  users: evaluations.reduce((most, { ranking }) => Math.max(most, ranking.users), 0),
});

/** Each value with half the width of its 95 % interval. */
function table(rows: FoldsRow[], k: number): string[] {
  const cell = (estimate: Estimate | null, digits: number): string => {
    if (estimate === null) return "";
    const { value, low, high } = estimate;
    const half = low === null || high === null ? "" : ` ±${((high - low) / 2).toFixed(digits)}`;
    return value.toFixed(digits) + half;
  };
  const head = [
    "model",
    "RMSE",
    "MAE",
    `precision@${k}`,
    `recall@${k}`,
    `nDCG@${k}`,
    `MAP@${k}`,
    "coverage",
    "novelty, bits",
    "train s",
    "score µs",
    "MB",
  ];
  return textTable(
    head,
    rows.map((row) => [
      row.model,
      cell(row.rmse, 4),
      cell(row.mae, 4),
      cell(row.precision, 4),
      cell(row.recall, 4),
      cell(row.ndcg, 4),
      cell(row.map, 4),
      cell(row.coverage, 3),
      cell(row.novelty, 2),
      row.trainSeconds === null ? "" : row.trainSeconds.toFixed(2),
      row.scoreMicroseconds.toFixed(0),
      (row.modelBytes / 1e6).toFixed(1),
    ]),
    new Set([...head.keys()].slice(1)),
  );
}

asProgram(module, main);

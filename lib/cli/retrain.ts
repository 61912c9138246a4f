import { Command } from "commander";
import { loadDataset, projectPath } from "../data";
import {
  GOLDEN_QUERIES,
  mergeEvents,
  readEvents,
  readGoldenQueries,
  retrain,
  type MergedRatings,
} from "../deploy";
import { asProgram, runCommand, untilStopped } from "./command";

interface Flags {
  data: string;
  models: string;
  events: string;
  golden: string;
  partial: boolean;
  dryRun: boolean;
  json: boolean;
}

/** `npm run retrain`. @returns the exit code: 0 promoted, 1 failed, 2 refused by the gate, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("retrain")
    .usage("-- [options]")
    .description(
      "Builds a model from data and the ratings that the server has stored; it becomes current when the promotion gate passes, and running servers take it up.",
    )
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      projectPath("data", "ml-latest-small"),
    )
    .option("--models <folder>", "the registry", projectPath("models"))
    .option("--events <folder>", "what the server stored", projectPath("data", "events"))
    .option("--golden <file>", "golden queries of the gate", GOLDEN_QUERIES)
    .option(
      "--partial",
      "fits the current model to the fresh ratings, rather than training on all again; the gate judges what it learned from either way",
      false,
    )
    .option("--dry-run", "builds and judges a candidate, and keeps nothing", false)
    .option("--json", "print the outcome as JSON", false)
    .addHelpText(
      "after",
      `
Exit code: 0 promoted (in a dry run: would be), 1 an error, 2 the gate refused; it says which check failed.
A refused model stays in the registry: npm run model -- promote VERSION --force REASON overrules the gate.`,
    );
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

const run = ({ data, models, events, golden, partial, dryRun, json }: Flags): Promise<number> =>
  untilStopped(async (signal) => {
    const merged = await mergeEvents(await loadDataset(data), readEvents(events));
    console.error(saysOf(merged, events));
    const outcome = await retrain({
      modelsFolder: models,
      merged,
      partial,
      dryRun,
      gate: {
        golden: readGoldenQueries(golden),
        signal,
        onProgress: (stage) => console.error(stage),
      },
    });
    const { added, renewed, older, unknownFilms } = merged;
    const ratings = { all: merged.dataset.ratings.length, added, renewed, older, unknownFilms };
    if (json) console.log(JSON.stringify({ ...outcome, ratings }, null, 2));
    else {
      for (const { passed, name, says } of outcome.report?.checks ?? [])
        console.log(`  ${passed ? "✓" : "✗"} ${name}: ${says}`);
      console.log(outcome.says);
      if (outcome.promoted && !dryRun) console.log("Running servers take it up by themselves.");
    }
    return outcome.promoted ? 0 : 2;
  });

function saysOf({ dataset, added, renewed, older, unknownFilms }: MergedRatings, events: string): string {
  const count = (value: number): string => value.toLocaleString("en");
  const left = [
    ...(older > 0 ? [`${count(older)} that the data has as new or newer`] : []),
    ...(unknownFilms > 0 ? [`${count(unknownFilms)} of films that the data does not know`] : []),
  ];
  return `${count(dataset.ratings.length)} ratings, ${count(added)} of them added and ${count(renewed)} renewed by events of ${events}${left.length > 0 ? `; left out: ${left.join(", ")}` : ""}`;
}

asProgram(module, main);

import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import {
  completeOptions,
  defaultOptions,
  loadCheckpoint,
  saveCheckpoint,
  train,
  type AlsModel,
  type AlsOptions,
  type IterationReport,
} from "../als";
import { loadDataset, projectPath, WorkspaceError, type Dataset } from "../data";
import { GOLDEN_QUERIES, publishModel, readGoldenQueries } from "../deploy";
import { accurateOptions, ratingMetrics } from "../evaluate";
import { completeListerOptions, trainLister } from "../recommend";
import { checkForSpark, receiveRatings, trainOnSpark } from "../spark";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import {
  onEngine,
  ratingsOption,
  ratingsThere,
  refuseGiven,
  sparkSteps,
  withEngineOptions,
  type EngineFlags,
} from "./engine";
import { createProgress } from "./progress";

/** Options of the solver by the name of their flag; their defaults and ranges are the solver's. */
type SolverFlags = Partial<
  Record<"rank" | "iterations" | "lambda" | "lambdaBias" | "nu" | "alpha" | "seed" | "seeds", number>
>;

interface Flags extends SolverFlags, EngineFlags {
  refine?: number;
  blocks?: number;
  ratings?: string;
  data: string;
  feedback: AlsOptions["feedback"];
  out: string;
  checkpoint?: string;
  accurate: boolean;
  lister: boolean;
  listerLambda?: number;
  promote: boolean;
  forcePromotion?: string;
  json: boolean;
}

/** `npm run train`. @returns the exit code: 0 exported, 1 failed, 130 stopped by Ctrl-C, nothing written */
export async function main(argv: string[]): Promise<number> {
  const { rank, iterations, lambda, nu, seed, lambdaBias } = defaultOptions("explicit");
  const { alpha } = defaultOptions("implicit");
  const number = (flag: string, says: string, usual: number): Option =>
    new Option(`${flag} <number>`, `${says} (default: ${usual})`).argParser(numberOf);
  const command = withEngineOptions(new Command("train"))
    .usage("-- [options]")
    .description(
      "Trains a model on all ratings of a MovieLens data set and exports it for `npm run serve-model`.",
    )
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      projectPath("data", "ml-latest-small"),
    )
    .addOption(ratingsOption())
    .addOption(
      new Option("--feedback <kind>", "predict stars, or what is watched at all")
        .choices(["explicit", "implicit"])
        .default("explicit"),
    )
    .addOption(number("--rank", "latent factors per user and film", rank))
    .addOption(number("--iterations", "sweeps over users and films", iterations))
    .addOption(number("--lambda", "regularisation of the factors", lambda))
    .addOption(number("--nu", "exponent of the row length in the regularisation, 0 … 2", nu))
    .addOption(number("--lambda-bias", "regularisation of the biases, explicit only", lambdaBias))
    .addOption(number("--alpha", "confidence per star, implicit only", alpha))
    .addOption(number("--seed", "of the initial factors", seed))
    .addOption(number("--seeds", "models, from as many starts, whose scores are averaged", 1))
    .option(
      "--accurate",
      "other defaults, which predict better: explicit with co-factors, and several seeds; see `npm run evaluate`",
      false,
    )
    .addOption(
      number(
        "--refine",
        "Spark only: sweeps here that begin with Spark's factors; 0 for Spark's as they are",
        1,
      ),
    )
    .addOption(
      new Option(
        "--blocks <number>",
        "Spark only: blocks of users and of films, each a task (default: by the ratings)",
      ).argParser(numberOf),
    )
    .option("--no-lister", "no lister beside the factors: lists are then made by the factors, too")
    .addOption(
      number(
        "--lister-lambda",
        "regularisation of the lister; larger for more ratings",
        completeListerOptions().lambda,
      ),
    )
    .option("--out <folder>", "where models are kept", projectPath("models"))
    .option(
      "--checkpoint <file>",
      "written after each iteration; a training that was stopped goes on from it when called again",
    )
    .option(
      "--no-promote",
      "only export; else it becomes current when it is better than the current model, or the first",
    )
    .option("--force-promotion <reason>", "make it current without asking the gate; the reason is kept")
    .option("--json", "print the result as JSON", false);
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

const run = ({
  data,
  out,
  checkpoint,
  accurate,
  lister: withLister,
  listerLambda,
  promote,
  forcePromotion,
  json,
  engine,
  staging,
  refine,
  blocks,
  ratings,
  ...solver
}: Flags): Promise<number> =>
  untilStopped(async (signal) => {
    const options = completeOptions(accurate ? { ...accurateOptions(solver.feedback), ...solver } : solver);
    const { dataset, model, metrics } = await onEngine<Trained>(
      { engine, staging },
      {
        local: async () => {
          refuseGiven("--engine local", { refine, blocks, ratings });
          const dataset = await readHere(data);
          return { dataset, ...(await trainHere(dataset, options, checkpoint, signal)) };
        },
        spark: async (session) => {
          refuseGiven("--engine spark", { checkpoint });
          checkForSpark(options);
          const steps = { signal, ...sparkSteps() };
          const there = ratings === undefined ? undefined : await ratingsThere(session, ratings, data, steps);
          if (there) steps.onStep("ratings from Spark");
          const dataset = there
            ? await receiveRatings(session, there.ratings, there.catalogue, steps)
            : await readHere(data);
          const settings = { staging, refine, blocks, ratings: there?.ratings, ...steps };
          const { model, seconds, spark } = await trainOnSpark(session, dataset, options, settings);
          steps.done();
          const parts = Object.entries(seconds).map(([step, own]) => `${step} ${own.toFixed(1)} s`);
          console.error(`regParam ${spark.regParam.toFixed(3)}, ${spark.blocks} blocks: ${parts.join(", ")}`);
          const metrics: Record<string, number> = {
            trainSeconds: Object.values(seconds).reduce((sum, own) => sum + own, 0),
          };
          if (options.feedback === "explicit") metrics.trainRmse = ratingMetrics(model, dataset).rmse;
          return { dataset, model, metrics };
        },
      },
    );
    if (signal.aborted) throw new WorkspaceError("TRAINING_ABORTED", "stopped before the export");
    const listed = performance.now();
    const lister = withLister ? trainLister(dataset, { lambda: listerLambda }) : undefined;
    if (lister)
      console.error(
        `lister  ${lister.parts.weights.columns.length.toLocaleString("en")} weights  ${((performance.now() - listed) / 1000).toFixed(2)} s`,
      );
    const published = await publishModel(model, {
      folder: out,
      dataset,
      metrics,
      lister,
      promote:
        forcePromotion !== undefined
          ? { force: forcePromotion }
          : promote
            ? { gate: { golden: readGoldenQueries(GOLDEN_QUERIES), signal } }
            : "keep aside",
    });
    if (checkpoint !== undefined) await rm(checkpoint, { force: true });
    const elsewhere = out === projectPath("models") ? "" : out;
    if (json)
      console.log(
        JSON.stringify(
          { ...published, data: dataset.name, options, lister: lister?.parts.options ?? null, metrics },
          null,
          2,
        ),
      );
    else
      console.log(
        `${published.folder}\n${published.says}\n` +
          (published.promoted
            ? `Next: npm run serve-model${elsewhere && ` -- --model ${elsewhere}`}`
            : `Next: npm run model -- list${elsewhere && ` --models ${elsewhere}`}`),
      );
    return 0;
  });

interface Trained {
  dataset: Dataset;
  model: AlsModel;
  metrics: Record<string, number>;
}

async function readHere(data: string): Promise<Dataset> {
  const reading = createProgress({ label: "reading", unit: "bytes" });
  const dataset = await loadDataset(data, {
    onProgress: ({ bytes, totalBytes }) => reading.update(bytes, totalBytes),
  });
  reading.done(`${dataset.ratings.length.toLocaleString("en")} ratings of ${dataset.name}`);
  return dataset;
}

async function trainHere(
  dataset: Dataset,
  options: AlsOptions,
  checkpoint: string | undefined,
  signal: AbortSignal,
): Promise<Omit<Trained, "dataset">> {
  const resume =
    checkpoint !== undefined && existsSync(checkpoint) ? await loadCheckpoint(checkpoint) : undefined;
  if (resume) {
    const model =
      (options.seeds ?? 1) === 1 ? "" : ` of model ${resume.ready.length + 1} of ${options.seeds}`;
    console.error(`going on after iteration ${resume.iteration}${model}, from ${checkpoint}`);
  }
  let last = undefined as IterationReport | undefined;
  const started = performance.now();
  const model = await train(dataset, options, {
    signal,
    resume,
    onCheckpoint: checkpoint === undefined ? undefined : (at) => saveCheckpoint(checkpoint, at),
    onIteration: (report) => {
      last = report;
      console.error(lineOf(report));
    },
  });
  const metrics: Record<string, number> = {};
  if (!resume) metrics.trainSeconds = (performance.now() - started) / 1000;
  // Of several seeds each model reports its own, which are not the ensemble's.
  if (last && (options.seeds ?? 1) === 1) {
    metrics.trainLoss = last.loss;
    if (last.trainRmse !== null) metrics.trainRmse = last.trainRmse;
  }
  return { model, metrics };
}

function lineOf({ iteration, iterations, loss, trainRmse, seconds }: IterationReport): string {
  const of = String(iterations);
  const rmse = trainRmse === null ? "" : `  train RMSE ${trainRmse.toFixed(4)}`;
  return `iteration ${String(iteration).padStart(of.length)}/${of}  loss ${loss.toPrecision(7)}${rmse}  ${seconds.toFixed(2)} s`;
}

asProgram(module, main);

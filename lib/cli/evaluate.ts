import { open } from "node:fs/promises";
import { Command, Option } from "commander";
import {
  completeOptions,
  defaultOptions,
  train,
  type AlsModel,
  type AlsOptions,
  type TrainOptions,
} from "../als";
import {
  coldCounts,
  filterRatings,
  kFold,
  loadDataset,
  loadRatingsFile,
  projectPath,
  splitHash,
  WorkspaceError,
  type Dataset,
  type LayoutName,
  type LoadOptions,
  type Split,
} from "../data";
import {
  accurateOptions,
  besideTraining,
  ofRandomUsers,
  rankingMetricsInThreads,
  ratingMetrics,
  searchOptions,
  seenInTraining,
  widened,
  type RankingMetrics,
  type Search,
} from "../evaluate";
import { trainOnSpark, type SparkSession } from "../spark";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import {
  onEngine,
  ratingsOption,
  refuseGiven,
  sparkSteps,
  withEngineOptions,
  type EngineFlags,
} from "./engine";
import { evaluateOnSpark } from "./evaluate-on-spark";
import { foldsText, measuresOf, MEASURES, overFolds, resultText, shown, type Evaluation } from "./evaluation";
import { createProgress } from "./progress";

/** What `--format` takes, by the name that the layout has in `lib/data`. */
const FORMATS: Record<string, LayoutName> = { latest: "csv", "100k": "100k", "1m": "1m", "10m": "10m" };

/** Options of the solver by the name of their flag; absent where the flag is. */
type SolverFlags = Partial<
  Record<
    | "rank"
    | "iterations"
    | "lambda"
    | "lambdaBias"
    | "nu"
    | "alpha"
    | "cofactorWeight"
    | "cofactorBalance"
    | "lambdaCofactor"
    | "seed"
    | "seeds",
    number
  >
>;

interface Flags extends SolverFlags, EngineFlags {
  refine?: number;
  train?: string;
  test?: string;
  format: string;
  data?: string;
  ratings?: string;
  folds?: number;
  testShare?: number;
  feedback: AlsOptions["feedback"];
  solver?: "auto" | "cholesky" | "cg";
  tune: boolean;
  k: number;
  relevantFrom: number;
  rankedUsers: number;
  maxBadShare?: number;
  json: boolean;
}

const FOLDS = 5;
const TEST_SHARE = 0.2;

/** `npm run evaluate`. @returns the exit code: 0 measured, 1 failed, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  const number = (flag: string, says: string): Option =>
    new Option(`${flag} <number>`, says).argParser(numberOf);
  const command = withEngineOptions(new Command("evaluate"))
    .usage("-- --train FILE --test FILE [options]")
    .description(
      "Trains on one ratings file and tests on another, or on folds or a held-out share of a data set.\nWhat --tune chooses, it chooses on holdouts inside the training part alone.\nWith --engine spark, Spark trains; with --test-share or --ratings it splits and measures, too.",
    )
    .option("--train <file>", "ratings to learn from")
    .option("--test <file>", "ratings to predict")
    .addOption(
      new Option("--format <name>", "how both files are written")
        .choices(Object.keys(FORMATS))
        .default("latest"),
    )
    .option(
      "--data <path>",
      "in place of the two files: a published data set, split into --folds or by --test-share",
    )
    .addOption(ratingsOption())
    .addOption(
      number("--folds", `random folds of --data, each of them the test part once (default: ${FOLDS})`),
    )
    .addOption(
      number(
        "--test-share",
        `in place of folds: the share of ratings held out once, 0 … 1, by a hash that is the same on both engines (default with --ratings: ${TEST_SHARE})`,
      ),
    )
    .addOption(
      new Option("--feedback <kind>", "predict stars, or what is watched at all")
        .choices(["explicit", "implicit"])
        .default("explicit"),
    )
    .option("--tune", "choose every option that no flag sets", false)
    .addOption(number("--rank", "latent factors per user and film"))
    .addOption(number("--iterations", "sweeps over users and films"))
    .addOption(number("--lambda", "regularisation of the factors"))
    .addOption(number("--lambda-bias", "regularisation of the biases, explicit only"))
    .addOption(number("--nu", "exponent of the row length in the regularisation, 0 … 2"))
    .addOption(number("--cofactor-weight", "weight of which films were rated at all, explicit only"))
    .addOption(number("--cofactor-balance", "its share on the users' side against the films', explicit only"))
    .addOption(number("--lambda-cofactor", "regularisation of the co-factors, explicit only"))
    .addOption(number("--alpha", "confidence per star, implicit only"))
    .addOption(number("--seeds", "models whose scores are averaged"))
    .addOption(number("--seed", "of the folds, the holdouts and the first model").default(42))
    .addOption(new Option("--solver <kind>", "how rows are solved").choices(["auto", "cholesky", "cg"]))
    .addOption(
      number("--refine", "Spark only: sweeps here that begin with Spark's factors; 1 by default, 0 for none"),
    )
    .addOption(number("--k", "length of the ranked lists").default(10))
    .addOption(number("--relevant-from", "stars from which a test rating is relevant").default(4))
    .addOption(
      number("--ranked-users", "users whose lists are measured; about so many, at random, of more").default(
        10_000,
      ),
    )
    .addOption(number("--max-bad-share", "rows of a file that may break its rules, 0 … 1; 0.001 by default"))
    .option("--json", "print the result as JSON, and nothing else, on stdout", false);
  return runCommand(command, argv, () => {
    const flags = command.opts<Flags>();
    return untilStopped((signal) =>
      onEngine(flags, {
        local: () => run(flags, null, signal),
        spark: (session) => run(flags, session, signal),
      }),
    );
  });
}

/** @param session where to train; null for here */
async function run(flags: Flags, session: SparkSession | null, signal: AbortSignal): Promise<number> {
  const { train: trainFile, test: testFile, data, json } = flags;
  optionsGiven(flags);
  if (session && flags.tune)
    throw new WorkspaceError("OPTION_INVALID", "--tune trains many small models, which Spark is slow at", {
      mend: "Tune with --engine local, and give what was chosen as flags.",
    });
  if (!session) refuseGiven("--engine local", { refine: flags.refine, ratings: flags.ratings });
  if (!(flags.rankedUsers >= 1))
    throw new WorkspaceError("OPTION_INVALID", `--ranked-users is ${flags.rankedUsers}, not 1 or more`);
  if (!(Number.isInteger(flags.k) && flags.k >= 1))
    throw new WorkspaceError("OPTION_INVALID", `--k is ${flags.k}, not a whole number of 1 or more`);
  const { testShare = TEST_SHARE } = flags;
  if (!(testShare > 0 && testShare < 1))
    throw new WorkspaceError("OPTION_INVALID", `--test-share is ${testShare}, not between 0 and 1`);
  const files = trainFile !== undefined || testFile !== undefined;
  if (flags.ratings !== undefined || flags.testShare !== undefined) {
    if (files || flags.folds !== undefined)
      throw new WorkspaceError(
        "OPTION_INVALID",
        "--ratings and --test-share hold out one share of one set: they go with neither --train, --test nor --folds",
      );
    const result = await evaluateShare(flags, session, signal);
    console.log(json ? JSON.stringify(result, null, 2) : resultText(result, flags.k));
    return 0;
  }
  if (data !== undefined && !files) {
    const dataset = await reading(data, flags, (how) => loadDataset(data, how));
    const splits = kFold(dataset, { folds: flags.folds ?? FOLDS, seed: flags.seed! });
    const folds: Evaluation[] = [];
    for (const [at, split] of splits.entries()) {
      console.error(`fold ${at + 1} of ${splits.length}`);
      folds.push(await evaluateSplit(split, flags, session, signal));
      console.error(
        `fold ${at + 1}: ${MEASURES.map((name) => `${name} ${shown(folds[at][name])}`).join("  ")}`,
      );
    }
    const result = overFolds(folds, flags);
    console.log(json ? JSON.stringify(result, null, 2) : foldsText(result));
    return 0;
  }
  if (data !== undefined || trainFile === undefined || testFile === undefined)
    throw new WorkspaceError(
      "OPTION_INVALID",
      "evaluate needs --train and --test, or --data or --ratings alone",
    );
  const layout = FORMATS[flags.format];
  const read = (file: string): Promise<Dataset> =>
    reading(file, flags, (how) => loadRatingsFile(file, layout, how)).catch((error: unknown) =>
      otherFormat(error, file, flags.format),
    );
  const learnt = await read(trainFile);
  const asked = await read(testFile);
  const result = await evaluateSplit({ train: learnt, test: asked }, flags, session, signal);
  console.log(json ? JSON.stringify(result, null, 2) : resultText(result, flags.k));
  return 0;
}

/** One share held out by hash, here or on Spark, of ratings of here or of Spark. */
async function evaluateShare(
  flags: Flags,
  session: SparkSession | null,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { data = projectPath("data", "ml-latest-small"), ratings: path, testShare = TEST_SHARE } = flags;
  const split = { testShare, seed: flags.seed! };
  const whole = path === undefined ? await reading(data, flags, (how) => loadDataset(data, how)) : null;
  if (session === null) return evaluateSplit(splitHash(whole!, split), flags, null, signal);
  const given = whole ? { whole } : { path: path!, data };
  return evaluateOnSpark(session, given, split, optionsOnSpark(flags), flags, signal);
}

/** What Spark ML has neither of are co-factors and several seeds: not the more accurate defaults. */
const optionsOnSpark = (flags: Flags): AlsOptions =>
  ({ ...defaultOptions(flags.feedback), ...optionsGiven(flags) }) as AlsOptions;

/** Loads with progress, and says what was left out. */
async function reading(
  path: string,
  { maxBadShare }: Flags,
  load: (how: LoadOptions) => Promise<Dataset>,
): Promise<Dataset> {
  const progress = createProgress({ label: "reading", unit: "bytes" });
  let leftOut = "";
  const dataset = await load({
    maxBadShare,
    onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes),
    onQuality: ({ rowsRead, rowsKept, rules }) => {
      if (rowsRead === rowsKept) return;
      const broken = rules.filter(({ count, severity }) => severity === "reject" && count > 0);
      const named = broken.map(({ rule, count }) => `${rule} ${count.toLocaleString("en")}`).join(", ");
      leftOut = `, ${(rowsRead - rowsKept).toLocaleString("en")} rows left out: ${named}`;
    },
  });
  progress.done(`${dataset.ratings.length.toLocaleString("en")} ratings of ${path}${leftOut}`);
  return dataset;
}

/** What the first line shows of the format that was meant. @throws the error, with that as its mend where it differs */
async function otherFormat(error: unknown, file: string, format: string): Promise<never> {
  const refused = error instanceof WorkspaceError && ["DATA_INVALID", "DATA_QUALITY"].includes(error.code);
  const looks = refused ? await formatOf(file) : null;
  if (!refused || looks === null || FORMATS[looks] === FORMATS[format]) throw error;
  throw new WorkspaceError(error.code, error.message, {
    mend: `The first line looks like --format ${looks}, not ${format}; both files need the same.`,
    cause: error,
  });
}

const FIRST_LINE = [
  ["latest", /^\ufeff?(userId,movieId,rating|\d+,\d+,[\d.]+,\d+\s*$)/],
  ["100k", /^\d+\t\d+\t\d+\t\d+\s*$/],
  ["1m", /^\d+::\d+::\d+::\d+\s*$/],
  ["10m", /^\d+::\d+::[\d.]+::\d+\s*$/],
] as const;

async function formatOf(file: string): Promise<string | null> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return null;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    const [line] = buffer.toString("utf8", 0, bytesRead).split("\n", 1);
    return FIRST_LINE.find(([, pattern]) => pattern.test(line))?.[0] ?? null;
  } finally {
    await handle.close();
  }
}

/** The options that flags set, checked as the solver checks them. @throws WorkspaceError OPTION_INVALID */
function optionsGiven(flags: Flags): TrainOptions {
  const { rank, iterations, lambda, lambdaBias, nu, alpha, seed, seeds, solver, feedback } = flags;
  const { cofactorWeight, cofactorBalance, lambdaCofactor } = flags;
  const all = { rank, iterations, lambda, lambdaBias, nu, alpha, seed, seeds, solver };
  const given = Object.entries({ ...all, cofactorWeight, cofactorBalance, lambdaCofactor }).filter(
    ([, value]) => value !== undefined,
  );
  const options = { ...Object.fromEntries(given), feedback } as TrainOptions;
  completeOptions(options);
  return options;
}

/** Chooses options where asked to, trains on `train` alone, and measures on `test`. */
async function evaluateSplit(
  parts: Pick<Split, "train" | "test">,
  flags: Flags,
  session: SparkSession | null,
  signal: AbortSignal,
): Promise<Evaluation> {
  const { feedback } = flags;
  const given = optionsGiven(flags);
  let options = session ? optionsOnSpark(flags) : ({ ...accurateOptions(feedback), ...given } as AlsOptions);
  const start = performance.now();
  let search: Search | null = null;
  if (flags.tune) {
    search = await chosen(parts.train, given, flags, signal);
    options = { ...options, ...search.best.options } as AlsOptions;
    options.seeds = given.seeds ?? accurateOptions(feedback).seeds;
  }
  const tuned = performance.now();
  const own = session
    ? await learnedOnSpark(session, parts.train, options, flags, signal)
    : await learned(parts.train, options, signal);
  const trained = performance.now();
  const split = besideTraining(parts.train, parts.test);
  const model = widened(own, split);
  const stars = feedback === "explicit" ? ratingMetrics(model, split.test, split.train) : null;
  const ranked = await rankingOf(model, split, flags, signal);
  const seen = seenInTraining(split);
  if (seen > 0)
    console.error(
      `warning: ${seen.toLocaleString("en")} of ${parts.test.ratings.length.toLocaleString("en")} test ratings are in the training data too: errors on them are too low, and they cannot be recommended`,
    );
  const end = performance.now();
  return {
    ...measuresOf(stars, ranked),
    tuneSeconds: (tuned - start) / 1000,
    trainSeconds: (trained - tuned) / 1000,
    evaluateSeconds: (end - trained) / 1000,
    seconds: (end - start) / 1000,
    options,
    search: search && {
      metric: search.metric,
      value: search.best.value,
      trials: search.trials.length,
      holdouts: search.holdouts,
    },
    train: sizesOf(split.train),
    test: { ...sizesOf(split.test), usersRanked: ranked?.users ?? 0 },
    cold: coldOf(split, model, feedback),
    seenInTraining: seen,
  };
}

function chosen(data: Dataset, given: TrainOptions, flags: Flags, signal: AbortSignal): Promise<Search> {
  const { feedback, seed, k, relevantFrom } = flags;
  const started = performance.now();
  let last = -Infinity;
  // One model a trial, with the search's own seed: what averages out is not searched for.
  const fixed = { ...given };
  delete fixed.seeds;
  delete fixed.seed;
  return searchOptions(data, {
    feedback,
    seed,
    k,
    relevantFrom,
    fixed,
    signal,
    onTrial: ({ rank, value }, { done, secondsLeft, best }) => {
      const now = performance.now();
      if (!best && now - last < QUIET_MS) return;
      last = now;
      const spent = Math.round((now - started) / 1000);
      console.error(
        `trial ${done}  rank ${rank}  ${value.toFixed(4)}${best ? "  best so far" : ""}  (${spent} s, about ${Math.round(secondsLeft)} s left)`,
      );
    },
  });
}

const QUIET_MS = 5000;

async function learned(data: Dataset, options: AlsOptions, signal: AbortSignal): Promise<AlsModel> {
  const total = options.iterations * (options.seeds ?? 1);
  const progress = createProgress({ label: "training", unit: "sweeps", total });
  let done = 0;
  const model = await train(data, options, { signal, onIteration: () => progress.update(++done) });
  progress.done(`${done} sweeps, rank ${options.rank}`);
  return model;
}

async function learnedOnSpark(
  session: SparkSession,
  data: Dataset,
  options: AlsOptions,
  flags: Flags,
  signal: AbortSignal,
): Promise<AlsModel> {
  const { done, ...shown } = sparkSteps();
  const settings = { staging: flags.staging, refine: flags.refine, signal, ...shown };
  const { model } = await trainOnSpark(session, data, options, settings);
  done();
  return model;
}

/** Null where no user has a relevant test rating: there is nothing to find then. */
async function rankingOf(
  model: AlsModel,
  { train: known, test }: Split,
  { k, relevantFrom, rankedUsers, seed }: Flags,
  signal: AbortSignal,
): Promise<RankingMetrics | null> {
  const asked = ofRandomUsers(test, rankedUsers / new Set(test.users).size, seed!);
  const progress = createProgress({ label: "ranking", unit: "users" });
  try {
    const metrics = await rankingMetricsInThreads(
      model,
      { train: known, test: asked },
      { k, relevantFrom, signal, onProgress: ({ done, users }) => progress.update(done, users) },
    );
    progress.done(`lists of ${metrics.users.toLocaleString("en")} users`);
    return metrics;
  } catch (error) {
    if (error instanceof WorkspaceError && error.code === "METRIC_EMPTY") return null;
    throw error;
  }
}

function sizesOf({ name, ratings, users, items }: Dataset): Evaluation["train"] {
  return { name, ratings: ratings.length, users: new Set(users).size, items: new Set(items).size };
}

function coldOf(split: Split, model: AlsModel, feedback: AlsOptions["feedback"]): Evaluation["cold"] {
  const { coldUsers, coldItems, coldRatings } = coldCounts(split);
  const [users, items] = [new Set(split.train.users), new Set(split.train.items)];
  const rmse =
    feedback === "explicit" && coldRatings > 0
      ? ratingMetrics(
          model,
          filterRatings(split.test, ({ user, item }) => !users.has(user) || !items.has(item)),
        ).rmse
      : null;
  return { users: coldUsers, items: coldItems, ratings: coldRatings, rmse };
}

asProgram(module, main);

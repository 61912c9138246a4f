"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
const promises_1 = require("node:fs/promises");
const commander_1 = require("commander");
const als_1 = require("../als");
const data_1 = require("../data");
const evaluate_1 = require("../evaluate");
const command_1 = require("./command");
const progress_1 = require("./progress");
const text_table_1 = require("./text-table");
/** What `--format` takes, by the name that the layout has in `lib/data`. */
const FORMATS = { latest: "csv", "100k": "100k", "1m": "1m", "10m": "10m" };
const MEASURES = ["rmse", "mae", "precision", "recall", "ndcg", "map"];
/** `npm run evaluate`. @returns the exit code: 0 measured, 1 failed, 130 stopped by Ctrl-C */
async function main(argv) {
    const number = (flag, says) => new commander_1.Option(`${flag} <number>`, says).argParser(command_1.numberOf);
    const command = new commander_1.Command("evaluate")
        .usage("-- --train FILE --test FILE [options]")
        .description("Trains on one ratings file and tests on another, or on the folds of a data set.\nWhat --tune chooses, it chooses on holdouts inside the training part alone.")
        .option("--train <file>", "ratings to learn from")
        .option("--test <file>", "ratings to predict")
        .addOption(new commander_1.Option("--format <name>", "how both files are written")
        .choices(Object.keys(FORMATS))
        .default("latest"))
        .option("--data <path>", "in place of the two files: a published data set, split into --folds")
        .addOption(number("--folds", "random folds of --data, each of them the test part once").default(5))
        .addOption(new commander_1.Option("--feedback <kind>", "predict stars, or what is watched at all")
        .choices(["explicit", "implicit"])
        .default("explicit"))
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
        .addOption(new commander_1.Option("--solver <kind>", "how rows are solved").choices(["auto", "cholesky", "cg"]))
        .addOption(number("--k", "length of the ranked lists").default(10))
        .addOption(number("--relevant-from", "stars from which a test rating is relevant").default(4))
        .addOption(number("--ranked-users", "users whose lists are measured; about so many, at random, of more").default(10_000))
        .addOption(number("--max-bad-share", "rows of a file that may break its rules, 0 … 1; 0.001 by default"))
        .option("--json", "print the result as JSON, and nothing else, on stdout", false);
    return (0, command_1.runCommand)(command, argv, () => run(command.opts()));
}
const run = (flags) => (0, command_1.untilStopped)(async (signal) => {
    const { train: trainFile, test: testFile, data, json } = flags;
    optionsGiven(flags);
    if (!(flags.rankedUsers >= 1))
        throw new data_1.WorkspaceError("OPTION_INVALID", `--ranked-users is ${flags.rankedUsers}, not 1 or more`);
    if (data !== undefined && trainFile === undefined && testFile === undefined) {
        const dataset = await reading(data, flags, (how) => (0, data_1.loadDataset)(data, how));
        const splits = (0, data_1.kFold)(dataset, { folds: flags.folds, seed: flags.seed });
        const folds = [];
        for (const [at, split] of splits.entries()) {
            console.error(`fold ${at + 1} of ${splits.length}`);
            folds.push(await evaluateSplit(split, flags, signal));
            console.error(`fold ${at + 1}: ${MEASURES.map((name) => `${name} ${shown(folds[at][name])}`).join("  ")}`);
        }
        const result = overFolds(folds, flags);
        console.log(json ? JSON.stringify(result, null, 2) : foldsText(result));
        return 0;
    }
    if (data !== undefined || trainFile === undefined || testFile === undefined)
        throw new data_1.WorkspaceError("OPTION_INVALID", "evaluate needs --train and --test, or --data alone");
    const layout = FORMATS[flags.format];
    const read = (file) => reading(file, flags, (how) => (0, data_1.loadRatingsFile)(file, layout, how)).catch((error) => otherFormat(error, file, flags.format));
    const learnt = await read(trainFile);
    const asked = await read(testFile);
    const result = await evaluateSplit({ train: learnt, test: asked }, flags, signal);
    console.log(json ? JSON.stringify(result, null, 2) : resultText(result, flags));
    return 0;
});
/** Loads with progress, and says what was left out. */
async function reading(path, { maxBadShare }, load) {
    const progress = (0, progress_1.createProgress)({ label: "reading", unit: "bytes" });
    let leftOut = "";
    const dataset = await load({
        maxBadShare,
        onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes),
        onQuality: ({ rowsRead, rowsKept, rules }) => {
            if (rowsRead === rowsKept)
                return;
            const broken = rules.filter(({ count, severity }) => severity === "reject" && count > 0);
            const named = broken.map(({ rule, count }) => `${rule} ${count.toLocaleString("en")}`).join(", ");
            leftOut = `, ${(rowsRead - rowsKept).toLocaleString("en")} rows left out: ${named}`;
        },
    });
    progress.done(`${dataset.ratings.length.toLocaleString("en")} ratings of ${path}${leftOut}`);
    return dataset;
}
/** What the first line shows of the format that was meant. @throws the error, with that as its mend where it differs */
async function otherFormat(error, file, format) {
    const refused = error instanceof data_1.WorkspaceError && ["DATA_INVALID", "DATA_QUALITY"].includes(error.code);
    const looks = refused ? await formatOf(file) : null;
    if (!refused || looks === null || FORMATS[looks] === FORMATS[format])
        throw error;
    throw new data_1.WorkspaceError(error.code, error.message, {
        mend: `The first line looks like --format ${looks}, not ${format}; both files need the same.`,
        cause: error,
    });
}
const FIRST_LINE = [
    ["latest", /^\ufeff?(userId,movieId,rating|\d+,\d+,[\d.]+,\d+\s*$)/],
    ["100k", /^\d+\t\d+\t\d+\t\d+\s*$/],
    ["1m", /^\d+::\d+::\d+::\d+\s*$/],
    ["10m", /^\d+::\d+::[\d.]+::\d+\s*$/],
];
async function formatOf(file) {
    const handle = await (0, promises_1.open)(file).catch(() => null);
    if (handle === null)
        return null;
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
        const [line] = buffer.toString("utf8", 0, bytesRead).split("\n", 1);
        return FIRST_LINE.find(([, pattern]) => pattern.test(line))?.[0] ?? null;
    }
    finally {
        await handle.close();
    }
}
/** The options that flags set, checked as the solver checks them. @throws WorkspaceError OPTION_INVALID */
function optionsGiven(flags) {
    const { rank, iterations, lambda, lambdaBias, nu, alpha, seed, seeds, solver, feedback } = flags;
    const { cofactorWeight, cofactorBalance, lambdaCofactor } = flags;
    const all = { rank, iterations, lambda, lambdaBias, nu, alpha, seed, seeds, solver };
    const given = Object.entries({ ...all, cofactorWeight, cofactorBalance, lambdaCofactor }).filter(([, value]) => value !== undefined);
    const options = { ...Object.fromEntries(given), feedback };
    (0, als_1.completeOptions)(options);
    return options;
}
/** Chooses options where asked to, trains on `train` alone, and measures on `test`. */
async function evaluateSplit(parts, flags, signal) {
    const { feedback } = flags;
    const given = optionsGiven(flags);
    let options = { ...(0, evaluate_1.accurateOptions)(feedback), ...given };
    const start = performance.now();
    let search = null;
    if (flags.tune) {
        search = await chosen(parts.train, given, flags, signal);
        options = { ...options, ...search.best.options };
        options.seeds = given.seeds ?? (0, evaluate_1.accurateOptions)(feedback).seeds;
    }
    const tuned = performance.now();
    const own = await learned(parts.train, options, signal);
    const trained = performance.now();
    const split = (0, evaluate_1.besideTraining)(parts.train, parts.test);
    const model = (0, evaluate_1.widened)(own, split);
    const stars = feedback === "explicit" ? (0, evaluate_1.ratingMetrics)(model, split.test, split.train) : null;
    const ranked = await rankingOf(model, split, flags, signal);
    const seen = (0, evaluate_1.seenInTraining)(split);
    if (seen > 0)
        console.error(`warning: ${seen.toLocaleString("en")} of ${parts.test.ratings.length.toLocaleString("en")} test ratings are in the training data too: errors on them are too low, and they cannot be recommended`);
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
function chosen(data, given, flags, signal) {
    const { feedback, seed, k, relevantFrom } = flags;
    const started = performance.now();
    let last = -Infinity;
    // One model a trial, with the search's own seed: what averages out is not searched for.
    const fixed = { ...given };
    delete fixed.seeds;
    delete fixed.seed;
    return (0, evaluate_1.searchOptions)(data, {
        feedback,
        seed,
        k,
        relevantFrom,
        fixed,
        signal,
        onTrial: ({ rank, value }, { done, secondsLeft, best }) => {
            const now = performance.now();
            if (!best && now - last < QUIET_MS)
                return;
            last = now;
            const spent = Math.round((now - started) / 1000);
            console.error(`trial ${done}  rank ${rank}  ${value.toFixed(4)}${best ? "  best so far" : ""}  (${spent} s, about ${Math.round(secondsLeft)} s left)`);
        },
    });
}
const QUIET_MS = 5000;
async function learned(data, options, signal) {
    const total = options.iterations * (options.seeds ?? 1);
    const progress = (0, progress_1.createProgress)({ label: "training", unit: "sweeps", total });
    let done = 0;
    const model = await (0, als_1.train)(data, options, { signal, onIteration: () => progress.update(++done) });
    progress.done(`${done} sweeps, rank ${options.rank}`);
    return model;
}
/** Null where no user has a relevant test rating: there is nothing to find then. */
async function rankingOf(model, { train: known, test }, { k, relevantFrom, rankedUsers, seed }, signal) {
    const asked = (0, evaluate_1.ofRandomUsers)(test, rankedUsers / new Set(test.users).size, seed);
    const progress = (0, progress_1.createProgress)({ label: "ranking", unit: "users" });
    try {
        const metrics = await (0, evaluate_1.rankingMetricsInThreads)(model, { train: known, test: asked }, { k, relevantFrom, signal, onProgress: ({ done, users }) => progress.update(done, users) });
        progress.done(`lists of ${metrics.users.toLocaleString("en")} users`);
        return metrics;
    }
    catch (error) {
        if (error instanceof data_1.WorkspaceError && error.code === "METRIC_EMPTY")
            return null;
        throw error;
    }
}
function measuresOf(stars, ranked) {
    return {
        rmse: stars?.rmse ?? null,
        mae: stars?.mae ?? null,
        precision: ranked?.precision ?? null,
        recall: ranked?.recall ?? null,
        ndcg: ranked?.ndcg ?? null,
        map: ranked?.map ?? null,
    };
}
function sizesOf({ name, ratings, users, items }) {
    return { name, ratings: ratings.length, users: new Set(users).size, items: new Set(items).size };
}
function coldOf(split, model, feedback) {
    const { coldUsers, coldItems, coldRatings } = (0, data_1.coldCounts)(split);
    const [users, items] = [new Set(split.train.users), new Set(split.train.items)];
    const rmse = feedback === "explicit" && coldRatings > 0
        ? (0, evaluate_1.ratingMetrics)(model, (0, data_1.filterRatings)(split.test, ({ user, item }) => !users.has(user) || !items.has(item))).rmse
        : null;
    return { users: coldUsers, items: coldItems, ratings: coldRatings, rmse };
}
function overFolds(folds, { tune }) {
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const each = (of) => Object.fromEntries(MEASURES.map((name) => {
        const values = folds.map((fold) => fold[name]).filter((value) => value !== null);
        return [name, values.length === folds.length ? of(values) : null];
    }));
    return {
        ...each(mean),
        deviation: each((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))),
        seconds: folds.reduce((sum, { seconds }) => sum + seconds, 0),
        trainSeconds: folds.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0),
        tuning: tune ? "anew for each fold, on holdouts inside its training part" : "none",
        folds,
    };
}
const shown = (value) => (value === null ? "–" : value.toFixed(4));
function labelOf(name, { k }) {
    if (name === "rmse" || name === "mae")
        return name.toUpperCase();
    return `${name === "ndcg" ? "nDCG" : name === "map" ? "MAP" : name}@${k}`;
}
function resultText(result, flags) {
    const { train: learnt, test, cold, search } = result;
    const count = (value) => value.toLocaleString("en");
    return [
        ...(0, text_table_1.textTable)(["measure", "value"], MEASURES.map((name) => [labelOf(name, flags), shown(result[name])]), new Set([1])),
        "",
        `trained on ${count(learnt.ratings)} ratings of ${count(learnt.users)} users and ${count(learnt.items)} films`,
        `tested on ${count(test.ratings)} of ${count(test.users)} users; ${count(result.seenInTraining)} of them seen in training; ranked for ${count(test.usersRanked)} users`,
        `cold: ${count(cold.users)} users and ${count(cold.items)} films with ${count(cold.ratings)} test ratings${cold.rmse === null ? "" : `, predicted by the mean and what bias is known: RMSE ${shown(cold.rmse)}`}`,
        search
            ? `options chosen from ${search.trials} trials on holdouts of the training file`
            : "options as given",
        `${Object.entries(result.options)
            .map(([name, value]) => `${name} ${value}`)
            .join(", ")}`,
        `${result.seconds.toFixed(1)} s: ${result.tuneSeconds.toFixed(1)} choosing, ${result.trainSeconds.toFixed(1)} training, ${result.evaluateSeconds.toFixed(1)} measuring`,
    ].join("\n");
}
function foldsText(result) {
    const rows = result.folds.map((fold, at) => [String(at + 1), ...MEASURES.map((name) => shown(fold[name]))]);
    const last = (label, of) => [label, ...MEASURES.map((name) => shown(of[name]))];
    return (0, text_table_1.textTable)(["fold", ...MEASURES], [...rows, last("mean", result), last("± sd", result.deviation)], new Set(MEASURES.map((_, at) => at + 1))).join("\n");
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=evaluate.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
exports.trainingTimes = trainingTimes;
exports.kernelTimes = kernelTimes;
const node_child_process_1 = require("node:child_process");
const promises_1 = require("node:fs/promises");
const node_os_1 = require("node:os");
const node_path_1 = require("node:path");
const node_util_1 = require("node:util");
const commander_1 = require("commander");
const als_1 = require("../als");
const data_1 = require("../data");
const bench_data_1 = require("./bench-data");
const command_1 = require("./command");
const bench_sweeps_1 = require("./bench-sweeps");
const progress_1 = require("./progress");
const synthetic_1 = require("./synthetic");
const text_table_1 = require("./text-table");
/** Sections of the benchmark: what `--only` chooses from. */
const SECTIONS = ["kernels", "sweeps", "trainings", "top", "load"];
/** `npm run bench`. @returns the exit code: 0 done, 1 failed, 130 stopped by Ctrl-C */
async function main(argv) {
    const whole = (value) => {
        if (!/^[1-9]\d*$/.test(value))
            throw new commander_1.InvalidArgumentError("It must be a whole number above 0.");
        return Number(value);
    };
    const command = new commander_1.Command("bench")
        .usage("-- [options]")
        .description("Times the engine: kernels against the core's multiply-add peak, sweeps beside the cost model, trainings by solver, rank and number of " +
        "threads, top-10 lists, and loading. Without --data on seeded synthetic ratings in the shapes of MovieLens " +
        "1M and 20M. With --data, or with --mode and --rank, one training is timed. Times of trainings exclude loading.")
        .option("--data <path>", "a folder with a ratings.csv or ratings.parquet of the MovieLens layout, or a published data set")
        .addOption(new commander_1.Option("--size <size>", "synthetic shape").choices(["1M", "20M", "all"]).default("all"))
        .addOption(new commander_1.Option("--mode <kind>", "kind of feedback (default: both; with --data explicit)").choices([
        "explicit",
        "implicit",
    ]))
        .addOption(new commander_1.Option("--rank <number>", "latent factors (default: 64 and 128; with --data 64)").argParser(whole))
        .addOption(new commander_1.Option("--iterations <number>", "iterations a training").argParser(whole).default(5))
        .addOption(new commander_1.Option("--threads <number>", "threads (default: one a core, and fewer to show scaling)").argParser(whole))
        .addOption(new commander_1.Option("--solver <kind>", "solver (default: cg and cholesky; of one training auto)").choices([
        "auto",
        "cholesky",
        "cg",
    ]))
        .addOption(new commander_1.Option("--lambda <number>", "regularisation (default: the library's)").argParser(command_1.numberOf))
        .addOption(new commander_1.Option("--nu <number>", "its exponent (default: the library's)").argParser(command_1.numberOf))
        .addOption(new commander_1.Option("--alpha <number>", "confidence a star (default: the library's)").argParser(command_1.numberOf))
        .addOption(new commander_1.Option("--only <section>", "one section of the benchmark").choices(SECTIONS))
        .option("--json", "print one JSON object instead of tables", false)
        .addHelpText("after", `
Examples:
  npm run bench -- --size 1M                                     everything, on the small shape
  npm run bench -- --only load --size 20M                        from CSV and from Parquet to training-ready
  npm run bench -- --data data/ml-25m --rank 128 --json          one training on real ratings
  npm run bench -- --data data/ml-25m --mode implicit --rank 64 --solver cg --iterations 10`);
    return (0, command_1.runCommand)(command, argv, () => (0, command_1.untilStopped)(async (signal) => {
        const flags = command.opts();
        const report = await benchmark(flags, signal);
        console.log(flags.json ? JSON.stringify(report, null, 2) : tables(report));
        return 0;
    }));
}
/** What is said of long work, on stderr, so that stdout holds nothing but the report. */
const say = (line) => void process.stderr.write(`${line}\n`);
async function benchmark(flags, signal) {
    const single = flags.data !== undefined || (flags.mode !== undefined && flags.rank !== undefined);
    const wanted = (section) => flags.only ? flags.only === section : !single || section === "kernels" || section === "trainings";
    // Before anything takes its time: whether there is something to load.
    const loaded = flags.data === undefined ? null : await loadTimed(flags.data);
    const peak = kernelPeak(wanted("kernels"));
    const report = { ...peak, sweeps: [], trainings: [], top: [], load: [] };
    if (wanted("sweeps")) {
        say("sweeps beside what the cost model expects");
        report.sweeps = await (0, bench_sweeps_1.sweepTimes)();
    }
    const sizes = flags.size === "all" ? ["1M", "20M"] : [flags.size];
    const sources = loaded
        ? [{ name: flags.data, make: () => loaded.dataset }]
        : sizes.map((size) => ({ name: size, make: () => (0, synthetic_1.syntheticDataset)(size, synthetic_1.SYNTHETIC_SHAPES[size]) }));
    const onRatings = ["trainings", "top", "load"].some(wanted);
    for (const { name, make } of onRatings ? sources : []) {
        refuseIfStopped(signal);
        if (!loaded)
            say(`${name}: making ratings`);
        const data = make();
        for (const [options, threads] of wanted("trainings") ? trainingsOf(flags, single) : []) {
            const { feedback, rank, solver } = options;
            say(`${name}: ${feedback}, rank ${rank}, ${solver}, ${threads} thread${threads > 1 ? "s" : ""}`);
            report.trainings.push(await trainingTimes(data, name, options, threads, loaded ? loaded.seconds : null, signal));
        }
        if (wanted("top")) {
            say(`${name}: top 10 of every user`);
            const threads = flags.threads ?? (0, node_os_1.availableParallelism)();
            report.top.push(await topTimes(data, name, flags.rank ?? 64, threads));
        }
        if (wanted("load"))
            report.load.push(...(await loadTimes(data, name, flags.threads, signal)));
    }
    if (report.trainings.length !== 1)
        return report;
    const { secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss } = report.trainings[0];
    return { ...report, secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss };
}
/** Every training that the flags ask for, and with how many threads. */
function trainingsOf(flags, single) {
    const most = flags.threads ?? (0, node_os_1.availableParallelism)();
    const counts = [1, 2, 4, 8, 16, 32, 64].filter((count) => count < most);
    const modes = flags.mode
        ? [flags.mode]
        : single
            ? ["explicit"]
            : ["explicit", "implicit"];
    const ranks = flags.rank ? [flags.rank] : single ? [64] : [64, 128];
    const solvers = flags.solver
        ? [flags.solver]
        : single
            ? ["auto"]
            : ["cg", "cholesky"];
    return modes.flatMap((mode) => ranks.flatMap((rank) => solvers.flatMap((solver) => [...(single || flags.threads || rank !== ranks[0] ? [] : counts), most].map((threads) => [optionsOf(flags, mode, rank, solver), threads]))));
}
function refuseIfStopped(signal) {
    if (signal?.aborted)
        throw new data_1.WorkspaceError("TRAINING_ABORTED", "the benchmark was stopped");
}
async function loadTimed(path) {
    const progress = (0, progress_1.createProgress)({ label: "loading", unit: "bytes" });
    const start = performance.now();
    const dataset = await (0, data_1.loadRatings)(path, {
        anyTime: true,
        onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes),
    });
    const seconds = secondsSince(start);
    progress.done(`${dataset.ratings.length.toLocaleString("en")} ratings`);
    return { dataset, seconds };
}
/** Loads a format is timed in. */
const LOADS = 3;
async function loadTimes(data, name, threads, signal) {
    const folder = await (0, promises_1.mkdtemp)((0, node_path_1.join)((0, node_os_1.tmpdir)(), "bench-load-"));
    try {
        const times = [];
        for (const format of bench_data_1.FORMATS) {
            say(`${name}: loading from ${format}`);
            const own = (0, node_path_1.join)(folder, format);
            await (0, promises_1.mkdir)(own);
            await (0, bench_data_1.writeRatings)(data, own, [format]);
            refuseIfStopped(signal);
            const loads = [];
            for (let load = 0; load < LOADS; load++) {
                const flags = [
                    "--only",
                    "trainings",
                    "--rank",
                    "64",
                    "--solver",
                    "cg",
                    "--iterations",
                    "1",
                    "--json",
                ];
                const { stdout } = await (0, node_util_1.promisify)(node_child_process_1.execFile)(process.execPath, [__filename, "--data", own, ...flags, ...(threads ? ["--threads", `${threads}`] : [])], { signal, maxBuffer: 1 << 24 }).catch((error) => {
                    refuseIfStopped(signal);
                    throw error;
                });
                loads.push(JSON.parse(stdout).trainings[0]);
            }
            const seconds = loads.map(({ loadSeconds, prepareSeconds }) => loadSeconds + prepareSeconds);
            times.push({
                data: name,
                format,
                ratings: data.ratings.length,
                minSeconds: Math.min(...seconds),
                medianSeconds: median(seconds),
                peakRssMb: Math.max(...loads.map(({ peakRssMb }) => peakRssMb)),
            });
        }
        return times;
    }
    finally {
        await (0, promises_1.rm)(folder, { recursive: true });
    }
}
function optionsOf({ lambda, nu, alpha, iterations }, mode, rank, solver) {
    const usual = (0, als_1.defaultOptions)(mode);
    const common = { rank, iterations, solver, lambda: lambda ?? usual.lambda, nu: nu ?? usual.nu };
    return mode === "explicit"
        ? (0, als_1.completeOptions)({ feedback: mode, ...common, lambdaBias: lambda ?? usual.lambda })
        : (0, als_1.completeOptions)({ feedback: mode, ...common, alpha });
}
const secondsSince = (start) => (performance.now() - start) / 1000;
function cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
}
/**
 * Times a training: one sweep first, which does not count, then every iteration.
 * @throws WorkspaceError TRAINING_ABORTED after `signal`, and what the engine throws
 */
async function trainingTimes(dataset, name, options, threads, loadSeconds = null, signal) {
    const plan = (0, als_1.planOf)(options, dataset);
    const start = performance.now();
    const factorisation = new als_1.Factorisation(dataset, (0, als_1.problemOf)(options), { threads });
    const stop = () => factorisation.stop();
    signal?.addEventListener("abort", stop);
    try {
        const prepareSeconds = secondsSince(start);
        // Threads that have compiled their kernels, on a sweep whose result is thrown away.
        const state = factorisation.snapshot();
        await factorisation.solveSide(factorisation.users, plan.solver, 1);
        refuseIfStopped(signal);
        factorisation.restore(state);
        const seconds = [];
        const cpu = [];
        for (let iteration = 1; iteration <= plan.iterations; iteration++) {
            const wallStart = performance.now();
            const cpuStart = cpuSeconds();
            await (0, als_1.iterate)(factorisation, plan, iteration, signal);
            seconds.push(secondsSince(wallStart));
            cpu.push(cpuSeconds() - cpuStart);
        }
        return {
            data: name,
            mode: options.feedback,
            solver: options.solver,
            rank: options.rank,
            threads,
            iterations: plan.iterations,
            secondsPerIteration: mean(seconds),
            cpuSecondsPerIteration: mean(cpu),
            minSeconds: Math.min(...seconds),
            medianSeconds: median(seconds),
            minCpuSeconds: Math.min(...cpu),
            iterationSeconds: seconds,
            iterationCpuSeconds: cpu,
            loadSeconds,
            prepareSeconds,
            peakRssMb: process.resourceUsage().maxRSS / 1024,
            ...(await factorisation.measure()),
        };
    }
    finally {
        signal?.removeEventListener("abort", stop);
        await factorisation.close();
    }
}
async function topTimes(dataset, name, rank, threads) {
    const options = (0, als_1.completeOptions)({ feedback: "explicit", rank, solver: "cg" });
    const factorisation = new als_1.Factorisation(dataset, (0, als_1.problemOf)(options), { threads });
    try {
        await (0, als_1.iterate)(factorisation, (0, als_1.planOf)(options, dataset), 1);
        const start = performance.now();
        const cpuStart = cpuSeconds();
        await factorisation.topItems(10);
        const seconds = secondsSince(start);
        const users = dataset.userIds.length;
        return { data: name, rank, threads, users, seconds, cpuSeconds: cpuSeconds() - cpuStart };
    }
    finally {
        await factorisation.close();
    }
}
/** Samples a kernel is timed in; each is about a millisecond, so that some are undisturbed on a busy machine. */
const SAMPLES = 200;
/** Kernels and the peak, or where they are not asked for only which instructions there are. */
const kernelPeak = (wanted) => wanted ? kernelTimes() : { instructions: (0, als_1.compileKernels)().instructions, peakGflops: null, kernels: [] };
/** One core's multiply-add peak, and what the kernels reach of it on data in the first-level cache. */
function kernelTimes() {
    const { module, instructions } = (0, als_1.compileKernels)();
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const kernels = (0, als_1.instantiateKernels)(module, memory);
    const floats = new Float32Array(memory.buffer);
    floats.forEach((_, at) => (floats[at] = Math.sin(at)));
    const rounds = 50_000;
    const peakGflops = gflops(() => kernels.peak(rounds, 1e-3), rounds * kernels.PEAK_OPERATIONS.value);
    const times = [];
    for (const rank of [32, 64, 128])
        for (const [kernel, run, work] of kernelCases(kernels, floats, rank)) {
            const rate = gflops(run, work);
            times.push({ kernel, rank, gflops: rate, shareOfPeak: rate / peakGflops });
        }
    return { instructions, peakGflops, kernels: times };
}
function kernelCases(kernels, floats, rank) {
    // Addresses in bytes: a tile of 32 KiB, the order of its rows, a matrix, its copy, vectors.
    const [tile, order, matrix, copy, vectors] = [1024, 49_152, 65_536, 262_144, 524_288];
    const rows = 32_768 / (rank * 4);
    new Uint32Array(floats.buffer, order, rows).forEach((_, row, rowsInOrder) => (rowsInOrder[row] = row));
    const system = floats.subarray(copy / 4, copy / 4 + rank * rank);
    // Blocks of 4 × 8 that touch the upper triangle, two operations an entry and row.
    let blocks = 0;
    for (let i = 0; i < rank; i += 4)
        blocks += Math.ceil((rank - (i & ~7)) / 8);
    floats.fill(0, matrix / 4, matrix / 4 + rank * rank);
    kernels.addGram(tile, rank * 4, rows, matrix, rank);
    system.set(floats.subarray(matrix / 4, matrix / 4 + rank * rank));
    for (let f = 0; f < rank; f++)
        system[f * rank + f] += rows;
    const times = 4;
    const repeated = (run) => () => {
        for (let k = 0; k < times; k++)
            run();
    };
    return [
        [
            "Gram update",
            repeated(() => kernels.addGram(tile, rank * 4, rows, matrix, rank)),
            times * blocks * 64 * rows,
        ],
        [
            "Cholesky",
            repeated(() => {
                floats.set(system, matrix / 4);
                kernels.factorise(matrix, rank, 0);
            }),
            (times * rank ** 3) / 3,
        ],
        [
            "conjugate-gradient pass",
            repeated(() => kernels.columnsProduct(tile, order, rows, rank, vectors, vectors + 4096, vectors + 8192)),
            times * rows * rank * 4,
        ],
    ];
}
/** GFLOP/s of the quickest sample. */
function gflops(run, work) {
    for (let k = 0; k < 50; k++)
        run();
    let best = Infinity;
    for (let k = 0; k < SAMPLES; k++) {
        const start = performance.now();
        run();
        best = Math.min(best, performance.now() - start);
    }
    return work / best / 1e6;
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
function tables({ instructions, peakGflops, kernels, sweeps, trainings, top, load }) {
    const fixed = (value, digits = 2) => value.toFixed(digits);
    const scaling = (run) => {
        const alone = trainings.find((other) => other.threads === 1 &&
            run.threads > 1 &&
            ["data", "mode", "rank", "solver"].every((key) => other[key] === run[key]));
        return alone ? `${fixed(alone.minSeconds / run.minSeconds)} ×` : "";
    };
    const sections = [
        peakGflops === null
            ? []
            : [`Multiply-add peak of one core, 128-bit, ${instructions} SIMD: ${fixed(peakGflops, 1)} GFLOP/s`],
        section(["kernel", "rank", "GFLOP/s", "of peak"], kernels.map((k) => [k.kernel, `${k.rank}`, fixed(k.gflops, 1), `${fixed(k.shareOfPeak * 100, 0)} %`]), 1),
        section(["sweep", "rank", "rows", "ratings a row", "CPU ms min", "expected", "ratio"], sweeps.map((s) => [
            ...[s.solver, `${s.rank}`, `${s.rows}`, `${s.ratingsPerRow}`],
            ...[fixed(s.measuredNanoseconds / 1e6), fixed(s.predictedNanoseconds / 1e6)],
            fixed(s.measuredNanoseconds / s.predictedNanoseconds),
        ]), 1),
        section([
            ...["training", "mode", "solver", "rank", "threads", "s/iter min", "median"],
            ...["CPU s/iter min", "scaling", "loss", "RSS MiB"],
        ], trainings.map((t) => [
            ...[t.data, t.mode, t.solver, `${t.rank}`, `${t.threads}`],
            ...[fixed(t.minSeconds, 3), fixed(t.medianSeconds, 3), fixed(t.minCpuSeconds, 3)],
            ...[scaling(t), t.loss.toPrecision(7), fixed(t.peakRssMb, 0)],
        ]), 3),
        section(["top 10 of every user", "rank", "threads", "users", "seconds", "CPU s"], top.map((t) => [
            ...[t.data, `${t.rank}`, `${t.threads}`, `${t.users}`],
            ...[fixed(t.seconds), fixed(t.cpuSeconds)],
        ]), 1),
        section(["load to training-ready", "from", "ratings", "s min", "median", "RSS MiB, with a training at rank 64"], load.map((t) => [
            ...[t.data, t.format, `${t.ratings}`, fixed(t.minSeconds), fixed(t.medianSeconds)],
            fixed(t.peakRssMb, 0),
        ]), 2),
    ];
    return sections
        .filter((lines) => lines.length > 0)
        .map((lines) => lines.join("\n"))
        .join("\n\n");
}
/** A table, or nothing where it would be empty; numbers from column `right` on. */
const section = (head, rows, right) => rows.length === 0 ? [] : (0, text_table_1.textTable)(head, rows, new Set(head.map((_, c) => c).slice(right)));
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=bench.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.main = main;
exports.verdictOf = verdictOf;
exports.readPeersRecording = readPeersRecording;
const node_child_process_1 = require("node:child_process");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_os_1 = require("node:os");
const node_path_1 = require("node:path");
const node_util_1 = require("node:util");
const commander_1 = require("commander");
const data_1 = require("../data");
const bench_data_1 = require("./bench-data");
const command_1 = require("./command");
const synthetic_1 = require("./synthetic");
const text_table_1 = require("./text-table");
const run = (0, node_util_1.promisify)(node_child_process_1.execFile);
/** Pinned, so that a ratio means the same next year. */
const PINNED = ["setuptools==65.5.0", "numpy==2.4.6", "scipy==1.17.1", "pandas==3.1.1", "pyarrow==22.0.0"];
const PEER_PACKAGES = ["implicit==0.7.3", "cmfrec==3.5.1.post14", "pyspark==4.0.1"];
/** Regularisation and confidence that all sides train with, λ the same for every row. */
const LAMBDA = { explicit: 1, implicit: 2 };
const ALPHA = 1;
const CASES = [
    { peer: "implicit", mode: "implicit", solver: "cg", target: 0.4 },
    { peer: "cmfrec implicit cg", mode: "implicit", solver: "cg", target: 0.4 },
    { peer: "cmfrec explicit cg", mode: "explicit", solver: "cg", target: 0.4 },
    { peer: "cmfrec explicit cholesky", mode: "explicit", solver: "cholesky", target: 0.15 },
    { peer: "spark explicit", mode: "explicit", solver: "cg", target: 0.05 },
];
/** Rank past which Spark is left out unless it is named: an iteration takes minutes, and the target is of rank 64. */
const SPARK_RANK = 64;
/** `npm run bench:peers`: the same training by this library and by its peers, in turns. @returns the exit code: 0 done, 1 failed or a peer failed, 130 stopped */
async function main(argv) {
    const whole = (value) => {
        if (!/^[1-9]\d*$/.test(value))
            throw new commander_1.InvalidArgumentError("It must be a whole number above 0.");
        return Number(value);
    };
    const several = (value) => {
        if (whole(value) < 2)
            throw new commander_1.InvalidArgumentError("It must be 2 or more: the first is taken off.");
        return Number(value);
    };
    const command = new commander_1.Command("bench:peers")
        .usage("-- [options]")
        .description("Installs implicit, cmfrec and pyspark into an environment of their own and times them beside this library on the " +
        "same synthetic ratings. Never part of the tests. Spark needs a Java runtime.")
        .addOption(new commander_1.Option("--size <size>", "synthetic shape").choices(["1M", "20M"]).default("1M"))
        .addOption(new commander_1.Option("--rank <numbers>", "latent factors, several by commas")
        .argParser((value) => value.split(",").map(whole))
        .default([64, 128], "64,128"))
        .addOption(new commander_1.Option("--iterations <number>", "iterations, 2 at least").argParser(several).default(4))
        .addOption(new commander_1.Option("--threads <number>", "threads of each side").argParser(whole).default(2))
        .addOption(new commander_1.Option("--repeats <number>", "turns, of which the quickest counts").argParser(whole).default(2))
        .addOption(new commander_1.Option("--peer <name>", "one peer only").choices(CASES.map(({ peer }) => peer)))
        .option("--save <file>", "write date, machine, versions and all rows as JSON, after each row")
        .option("--json", "print that JSON instead of a table", false)
        .addHelpText("after", `
Example, what notebook 04 shows:
  npm run bench:peers -- --size 20M --iterations 3 --save notebooks/04-model/peers.json`);
    return (0, command_1.runCommand)(command, argv, () => (0, command_1.untilStopped)((signal) => compare(command.opts(), signal)));
}
async function compare(flags, signal) {
    const python = await peersPython(signal);
    const folder = await (0, promises_1.mkdtemp)((0, node_path_1.join)((0, node_os_1.tmpdir)(), "bench-peers-"));
    try {
        const { size, rank: ranks, iterations, threads, repeats } = flags;
        say(`${size}: making ratings`);
        const data = (0, synthetic_1.syntheticDataset)(size, synthetic_1.SYNTHETIC_SHAPES[size]);
        await (0, bench_data_1.writeRatings)(data, folder, ["parquet"]);
        const java = await run("java", ["-version"]).then(({ stderr }) => `java ${/"(.*?)"/.exec(stderr)?.[1] ?? stderr.split("\n")[0]}`, () => null);
        if (java === null)
            say("Spark is left out: it needs a Java runtime, and there is no `java` on the path");
        const [cpu] = (0, node_os_1.cpus)();
        const recording = {
            date: new Date().toISOString(),
            machine: {
                cpu: cpu.model.trim(),
                cores: (0, node_os_1.cpus)().length,
                memoryGib: Math.round((0, node_os_1.totalmem)() / 2 ** 30),
                os: `${(0, node_os_1.type)()} ${/^\d+(\.\d+)?/.exec((0, node_os_1.release)())[0]}`,
                node: process.version,
            },
            versions: [...PEER_PACKAGES, ...PINNED, ...(java === null ? [] : [java])],
            data: { size, users: data.userIds.length, items: data.itemIds.length, ratings: data.ratings.length },
            iterations,
            threads,
            repeats,
            rows: [],
        };
        const cases = ranks.flatMap((rank) => CASES.map((one) => ({ ...one, rank })));
        const failed = [];
        for (const one of cases) {
            const spark = one.peer.startsWith("spark");
            if (flags.peer ? flags.peer !== one.peer : spark && one.rank > SPARK_RANK)
                continue;
            if (spark && java === null)
                continue;
            try {
                recording.rows.push(await measure(one, python, folder, flags, signal));
            }
            catch (error) {
                if (signal.aborted)
                    throw new data_1.WorkspaceError("TRAINING_ABORTED", "the comparison was stopped");
                // The others have taken too long to be lost with it.
                failed.push(`${one.peer}, rank ${one.rank}`);
                say(`✗ ${one.peer}, rank ${one.rank}: ${lastLine(error)}`);
                continue;
            }
            if (flags.save)
                await (0, promises_1.writeFile)((0, node_path_1.resolve)(flags.save), JSON.stringify(recording, null, 2) + "\n");
        }
        console.log(flags.json ? JSON.stringify(recording, null, 2) : table(recording).join("\n"));
        if (failed.length > 0)
            throw new data_1.WorkspaceError("PEER_FAILED", `no figures of ${failed.join("; ")}`);
        return 0;
    }
    finally {
        await (0, promises_1.rm)(folder, { recursive: true });
    }
}
const say = (line) => void process.stderr.write(`${line}\n`);
/** Of a failed program the line that says why; the last one of a Python traceback. */
function lastLine(error) {
    const text = error.stderr ?? error.message;
    return text.trim().split("\n").pop();
}
/** The environment of the peers, made when it is not there. */
async function peersPython(signal) {
    const environment = (0, data_1.projectPath)(".cache", "peers");
    const python = (0, node_path_1.join)(environment, "bin", "python");
    const ready = (0, node_path_1.join)(environment, "installed.txt");
    const packages = [...PINNED, ...PEER_PACKAGES].join("\n");
    if ((0, node_fs_1.existsSync)(ready) && (await (0, promises_1.readFile)(ready, "utf8")) === packages)
        return python;
    say("installing the peers; cmfrec is compiled, which takes minutes");
    const install = async () => {
        await (0, promises_1.mkdir)(environment, { recursive: true });
        await run("python3", ["-m", "venv", environment], { signal });
        const pip = (...args) => run(python, ["-m", "pip", "install", "--quiet", ...args], { signal, maxBuffer: 1 << 24 });
        await pip(...PINNED, "cython", "wheel", "findblas");
        await pip("--no-build-isolation", ...PEER_PACKAGES);
        await (0, promises_1.writeFile)(ready, packages);
    };
    await install().catch((cause) => {
        if (signal.aborted)
            throw new data_1.WorkspaceError("TRAINING_ABORTED", "the installation was stopped");
        throw new data_1.WorkspaceError("PEER_FAILED", `the peers cannot be installed: ${lastLine(cause)}`, {
            cause,
            mend: "They need Python ≥ 3.10 with venv, a C compiler and a package index; run the command again.",
        });
    });
    return python;
}
async function measure({ peer, mode, solver, target, rank }, python, folder, { iterations, threads, repeats }, signal) {
    const lambda = LAMBDA[mode];
    const turns = [];
    for (let turn = 1; turn <= repeats; turn++) {
        say(`${peer}, rank ${rank}, turn ${turn} of ${repeats}`);
        const how = [
            "--rank",
            rank,
            "--iterations",
            iterations,
            "--threads",
            threads,
            "--lambda",
            lambda,
            "--nu",
            0,
        ];
        const ours = await run(process.execPath, [
            (0, node_path_1.join)(__dirname, "bench.js"),
            ...["--data", folder, "--only", "trainings", "--mode", mode, "--solver", solver, "--json"],
            ...[...how, ...(mode === "implicit" ? ["--alpha", ALPHA] : [])].map(String),
        ], { signal, maxBuffer: 1 << 24 });
        const theirs = await run(python, [
            (0, data_1.projectPath)("lib", "cli", "bench_peers.py"),
            ...[folder, peer, rank, iterations, threads, lambda, ALPHA].map(String),
        ], { signal, maxBuffer: 1 << 24 });
        const [own] = JSON.parse(ours.stdout).trainings;
        turns.push([furtherIterations(own), JSON.parse(theirs.stdout)]);
    }
    const [ours, theirs] = [0, 1].map((side) => turns.map((turn) => turn[side]).reduce(quickest));
    return { peer, mode, solver, rank, target, ours, theirs };
}
/** What iterations after the first take, as the peers are timed too. */
function furtherIterations({ iterationSeconds, iterationCpuSeconds, loss }) {
    const mean = ([, ...further]) => further.reduce((sum, value) => sum + value, 0) / further.length;
    return {
        secondsPerIteration: mean(iterationSeconds),
        cpuSecondsPerIteration: mean(iterationCpuSeconds),
        loss,
    };
}
const quickest = (a, b) => ({
    secondsPerIteration: Math.min(a.secondsPerIteration, b.secondsPerIteration),
    cpuSecondsPerIteration: a.cpuSecondsPerIteration === null || b.cpuSecondsPerIteration === null
        ? null
        : Math.min(a.cpuSecondsPerIteration, b.cpuSecondsPerIteration),
    loss: a.loss,
});
function verdictOf({ ours, theirs, target }) {
    const ratio = (a, b) => a === null || b === null ? null : a / b;
    const wall = ours.secondsPerIteration / theirs.secondsPerIteration;
    const cpu = ratio(ours.cpuSecondsPerIteration, theirs.cpuSecondsPerIteration);
    return { wall, cpu, loss: ratio(ours.loss, theirs.loss), met: wall <= target && (cpu ?? 0) <= target };
}
/** A recording as `--save` wrote it. @throws WorkspaceError DATA_MISSING or DATA_INVALID where there is none */
async function readPeersRecording(path) {
    const mend = "Make one with `npm run bench:peers -- --save FILE`.";
    const text = await (0, promises_1.readFile)(path, "utf8").catch((cause) => {
        throw new data_1.WorkspaceError("DATA_MISSING", `no recording at ${path}`, { cause, mend });
    });
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        throw new data_1.WorkspaceError("DATA_INVALID", `${path} is not JSON`, { cause, mend });
    }
}
function table({ rows }) {
    const fixed = (value, digits) => value?.toFixed(digits) ?? "";
    return (0, text_table_1.textTable)([
        ...["peer", "rank", "s/iter", "ours", "ratio", "CPU s/iter", "ours", "ratio"],
        ...["target", "verdict", "loss ratio"],
    ], rows.map((row) => {
        const { peer, rank, ours, theirs, target } = row;
        const { wall, cpu, loss, met } = verdictOf(row);
        return [
            ...[peer, `${rank}`],
            ...[fixed(theirs.secondsPerIteration, 3), fixed(ours.secondsPerIteration, 3), fixed(wall, 3)],
            ...[fixed(theirs.cpuSecondsPerIteration, 3), fixed(ours.cpuSecondsPerIteration, 3), fixed(cpu, 3)],
            ...[`≤ ${target}`, met ? "met" : "missed", fixed(loss, 4)],
        ];
    }), new Set([1, 2, 3, 4, 5, 6, 7, 8, 10]));
}
(0, command_1.asProgram)(module, main);
//# sourceMappingURL=bench-peers.js.map
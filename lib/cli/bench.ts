import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import {
  compileKernels,
  completeOptions,
  defaultOptions,
  Factorisation,
  instantiateKernels,
  iterate,
  planOf,
  problemOf,
  type AlsOptions,
  type Kernels,
} from "../als";
import { loadRatings, WorkspaceError, type Dataset } from "../data";
import { readRecording } from "../notebook";
import { FORMATS, writeRatings } from "./bench-data";
import {
  reportText,
  type KernelTimes,
  type LoadTimes,
  type Report,
  type TopTimes,
  withReport,
  type TrainingTimes,
} from "./bench-report";
import { asProgram, numberOf, runCommand, untilStopped, wholeNumberOf } from "./command";
import { similarTimes } from "./bench-similar";
import { sweepTimes } from "./bench-sweeps";
import { createProgress } from "./progress";
import { machineHere, rewrite, writeRecording } from "./recording";
import { SYNTHETIC_SHAPES, syntheticDataset } from "./synthetic";

interface Flags {
  data?: string;
  size: keyof typeof SYNTHETIC_SHAPES | "all";
  mode?: AlsOptions["feedback"];
  rank?: number;
  iterations: number;
  threads?: number;
  solver?: NonNullable<AlsOptions["solver"]>;
  lambda?: number;
  nu?: number;
  alpha?: number;
  only?: (typeof SECTIONS)[number];
  save?: string;
  from?: string;
  document?: string;
  json: boolean;
}

/** Sections of the benchmark: what `--only` chooses from. */
const SECTIONS = ["kernels", "sweeps", "trainings", "top", "similar", "load"] as const;

/** `npm run bench`. @returns the exit code: 0 done, 1 failed, 130 stopped by Ctrl-C */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("bench")
    .usage("-- [options]")
    .description(
      "Times the engine: kernels against the core's multiply-add peak, sweeps beside the cost model, trainings by solver, rank and number of " +
        "threads, top-10 lists, similar items by hashing and exactly, and loading. Without --data on seeded synthetic ratings in the shapes of MovieLens " +
        "1M and 20M. With --data, or with --mode and --rank, one training is timed. Times of trainings exclude loading.",
    )
    .option(
      "--data <path>",
      "a folder with a ratings.csv or ratings.parquet of the MovieLens layout, or a published data set",
    )
    .addOption(new Option("--size <size>", "synthetic shape").choices(["1M", "20M", "all"]).default("all"))
    .addOption(
      new Option("--mode <kind>", "kind of feedback (default: both; with --data explicit)").choices([
        "explicit",
        "implicit",
      ]),
    )
    .addOption(
      new Option("--rank <number>", "latent factors (default: 64 and 128; with --data 64)").argParser(
        wholeNumberOf,
      ),
    )
    .addOption(
      new Option("--iterations <number>", "iterations a training").argParser(wholeNumberOf).default(5),
    )
    .addOption(
      new Option("--threads <number>", "threads (default: one a core, and fewer to show scaling)").argParser(
        wholeNumberOf,
      ),
    )
    .addOption(
      new Option("--solver <kind>", "solver (default: cg and cholesky; of one training auto)").choices([
        "auto",
        "cholesky",
        "cg",
      ]),
    )
    .addOption(new Option("--lambda <number>", "regularisation (default: the library's)").argParser(numberOf))
    .addOption(new Option("--nu <number>", "its exponent (default: the library's)").argParser(numberOf))
    .addOption(
      new Option("--alpha <number>", "confidence a star (default: the library's)").argParser(numberOf),
    )
    .addOption(new Option("--only <section>", "one section of the benchmark").choices(SECTIONS))
    .option("--save <file>", "write date, machine and all figures as JSON")
    .option("--from <file>", "measure nothing: show what --save wrote before")
    .option("--document <file>", "write the tables into a page, between its marks; docs/engine.md is one")
    .option("--json", "print that JSON instead of tables", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run bench -- --size 1M                                     everything, on the small shape
  npm run bench -- --only load --size 20M                        from CSV and from Parquet to training-ready
  npm run bench -- --from docs/engine.json                       what docs/engine.md shows
  npm run bench -- --data data/ml-25m --rank 128 --json          one training on real ratings
  npm run bench -- --data data/ml-25m --mode implicit --rank 64 --solver cg --iterations 10`,
    );
  return runCommand(command, argv, () =>
    untilStopped(async (signal) => {
      const flags = command.opts<Flags>();
      const report = flags.from
        ? await readRecording<Report>(flags.from, "bench", "kernels")
        : await benchmark(flags, signal);
      if (flags.save) await writeRecording(flags.save, report);
      console.log(flags.json ? JSON.stringify(report, null, 2) : reportText(report));
      if (flags.document) await rewrite(flags.document, (page) => withReport(page, report));
      return 0;
    }),
  );
}

/** What is said of long work, on stderr, so that stdout holds nothing but the report. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function benchmark(flags: Flags, signal: AbortSignal): Promise<Report> {
  const single = flags.data !== undefined || (flags.mode !== undefined && flags.rank !== undefined);
  const wanted = (section: (typeof SECTIONS)[number]): boolean =>
    flags.only ? flags.only === section : !single || section === "kernels" || section === "trainings";
  // Before anything takes its time: whether there is something to load.
  const loaded = flags.data === undefined ? null : await loadTimed(flags.data);
  const begun = { date: new Date().toISOString(), machine: machineHere() };
  const peak = kernelPeak(wanted("kernels"));
  const report: Report = { ...begun, ...peak, sweeps: [], trainings: [], top: [], similar: [], load: [] };
  if (wanted("sweeps")) {
    say("sweeps beside what the cost model expects");
    report.sweeps = await sweepTimes();
  }
  const sizes = flags.size === "all" ? (["1M", "20M"] as const) : [flags.size];
  const sources = loaded
    ? [{ name: flags.data!, make: () => loaded.dataset }]
    : sizes.map((size) => ({ name: size, make: () => syntheticDataset(size, SYNTHETIC_SHAPES[size]) }));
  const onRatings = (["trainings", "top", "similar", "load"] as const).some(wanted);
  for (const { name, make } of onRatings ? sources : []) {
    refuseIfStopped(signal);
    if (!loaded) say(`${name}: making ratings`);
    const data = make();
    for (const [options, threads] of wanted("trainings") ? trainingsOf(flags, single) : []) {
      const { feedback, rank, solver } = options;
      say(`${name}: ${feedback}, rank ${rank}, ${solver}, ${threads} thread${threads > 1 ? "s" : ""}`);
      report.trainings.push(
        await trainingTimes(data, name, options, threads, loaded ? loaded.seconds : null, signal),
      );
    }
    if (wanted("top")) {
      say(`${name}: top 10 of every user`);
      const threads = flags.threads ?? availableParallelism();
      report.top.push(await topTimes(data, name, flags.rank ?? 64, threads));
    }
    if (wanted("similar")) {
      say(`${name}: similar items, hashed and exact`);
      const threads = flags.threads ?? availableParallelism();
      report.similar.push(...(await similarTimes(data, name, flags.rank ?? 64, threads, signal)));
    }
    if (wanted("load")) report.load.push(...(await loadTimes(data, name, flags.threads, signal)));
  }
  if (report.trainings.length !== 1) return report;
  const { secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss } = report.trainings[0];
  return { ...report, secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss };
}

/** Every training that the flags ask for, and with how many threads. */
function trainingsOf(flags: Flags, single: boolean): [AlsOptions, number][] {
  const most = flags.threads ?? availableParallelism();
  const counts = [1, 2, 4, 8, 16, 32, 64].filter((count) => count < most);
  const modes = flags.mode
    ? [flags.mode]
    : single
      ? (["explicit"] as const)
      : (["explicit", "implicit"] as const);
  const ranks = flags.rank ? [flags.rank] : single ? [64] : [64, 128];
  const solvers = flags.solver
    ? [flags.solver]
    : single
      ? (["auto"] as const)
      : (["cg", "cholesky"] as const);
  return modes.flatMap((mode) =>
    ranks.flatMap((rank) =>
      solvers.flatMap((solver) =>
        [...(single || flags.threads || rank !== ranks[0] ? [] : counts), most].map(
          (threads): [AlsOptions, number] => [optionsOf(flags, mode, rank, solver), threads],
        ),
      ),
    ),
  );
}

function refuseIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new WorkspaceError("TRAINING_ABORTED", "the benchmark was stopped");
}

async function loadTimed(path: string): Promise<{ dataset: Dataset; seconds: number }> {
  const progress = createProgress({ label: "loading", unit: "bytes" });
  const start = performance.now();
  const dataset = await loadRatings(path, {
    anyTime: true,
    onProgress: ({ bytes, totalBytes }) => progress.update(bytes, totalBytes),
  });
  const seconds = secondsSince(start);
  progress.done(`${dataset.ratings.length.toLocaleString("en")} ratings`);
  return { dataset, seconds };
}

/** Loads a format is timed in. */
const LOADS = 3;

async function loadTimes(
  data: Dataset,
  name: string,
  threads: number | undefined,
  signal: AbortSignal,
): Promise<LoadTimes[]> {
  const folder = await mkdtemp(join(tmpdir(), "bench-load-"));
  try {
    const times: LoadTimes[] = [];
    for (const format of FORMATS) {
      say(`${name}: loading from ${format}`);
      const own = join(folder, format);
      await mkdir(own);
      await writeRatings(data, own, [format]);
      refuseIfStopped(signal);
      const loads: TrainingTimes[] = [];
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
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [__filename, "--data", own, ...flags, ...(threads ? ["--threads", `${threads}`] : [])],
          { signal, maxBuffer: 1 << 24 },
        ).catch((error: unknown) => {
          refuseIfStopped(signal);
          throw error;
        });
        loads.push((JSON.parse(stdout) as Report).trainings[0]);
      }
      const seconds = loads.map(({ loadSeconds, prepareSeconds }) => loadSeconds! + prepareSeconds);
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
  } finally {
    await rm(folder, { recursive: true });
  }
}

function optionsOf(
  { lambda, nu, alpha, iterations }: Flags,
  mode: AlsOptions["feedback"],
  rank: number,
  solver: NonNullable<AlsOptions["solver"]>,
): AlsOptions {
  const usual = defaultOptions(mode);
  const common = { rank, iterations, solver, lambda: lambda ?? usual.lambda, nu: nu ?? usual.nu };
  return mode === "explicit"
    ? completeOptions({ feedback: mode, ...common, lambdaBias: lambda ?? usual.lambda })
    : completeOptions({ feedback: mode, ...common, alpha });
}

const secondsSince = (start: number): number => (performance.now() - start) / 1000;

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Times a training: one sweep first, which does not count, then every iteration.
 * @throws WorkspaceError TRAINING_ABORTED after `signal`, and what the engine throws
 */
export async function trainingTimes(
  dataset: Dataset,
  name: string,
  options: AlsOptions,
  threads: number,
  loadSeconds: number | null = null,
  signal?: AbortSignal,
): Promise<TrainingTimes> {
  const plan = planOf(options, dataset);
  const start = performance.now();
  const factorisation = new Factorisation(dataset, problemOf(options), { threads });
  const stop = (): void => factorisation.stop();
  signal?.addEventListener("abort", stop);
  try {
    const prepareSeconds = secondsSince(start);
    // Threads that have compiled their kernels, on a sweep whose result is thrown away.
    const state = factorisation.snapshot();
    await factorisation.solveSide(factorisation.users, plan.solver, 1);
    refuseIfStopped(signal);
    factorisation.restore(state);
    const seconds: number[] = [];
    const cpu: number[] = [];
    for (let iteration = 1; iteration <= plan.iterations; iteration++) {
      const wallStart = performance.now();
      const cpuStart = cpuSeconds();
      await iterate(factorisation, plan, iteration, signal);
      seconds.push(secondsSince(wallStart));
      cpu.push(cpuSeconds() - cpuStart);
    }
    return {
      data: name,
      mode: options.feedback,
      solver: options.solver!,
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
  } finally {
    signal?.removeEventListener("abort", stop);
    await factorisation.close();
  }
}

async function topTimes(dataset: Dataset, name: string, rank: number, threads: number): Promise<TopTimes> {
  const options = completeOptions({ feedback: "explicit", rank, solver: "cg" });
  const factorisation = new Factorisation(dataset, problemOf(options), { threads });
  try {
    await iterate(factorisation, planOf(options, dataset), 1);
    const start = performance.now();
    const cpuStart = cpuSeconds();
    await factorisation.topItems(10);
    const seconds = secondsSince(start);
    const users = dataset.userIds.length;
    return { data: name, rank, threads, users, seconds, cpuSeconds: cpuSeconds() - cpuStart };
  } finally {
    await factorisation.close();
  }
}

/** Samples a kernel is timed in; each is about a millisecond, so that some are undisturbed on a busy machine. */
const SAMPLES = 200;

/** Kernels and the peak, or where they are not asked for only which instructions there are. */
const kernelPeak = (wanted: boolean): Pick<Report, "instructions" | "peakGflops" | "kernels"> =>
  wanted ? kernelTimes() : { instructions: compileKernels().instructions, peakGflops: null, kernels: [] };

/** One core's multiply-add peak, and what the kernels reach of it on data in the first-level cache. */
export function kernelTimes(): { instructions: string; peakGflops: number; kernels: KernelTimes[] } {
  const { module, instructions } = compileKernels();
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  const kernels = instantiateKernels(module, memory);
  const floats = new Float32Array(memory.buffer);
  floats.forEach((_, at) => (floats[at] = Math.sin(at)));
  const rounds = 50_000;
  const peakGflops = gflops(() => kernels.peak(rounds, 1e-3), rounds * kernels.PEAK_OPERATIONS.value);
  const times: KernelTimes[] = [];
  for (const rank of [32, 64, 128])
    for (const [kernel, run, work] of kernelCases(kernels, floats, rank)) {
      const rate = gflops(run, work);
      times.push({ kernel, rank, gflops: rate, shareOfPeak: rate / peakGflops });
    }
  return { instructions, peakGflops, kernels: times };
}

function kernelCases(
  kernels: Kernels,
  floats: Float32Array,
  rank: number,
): [kernel: string, run: () => void, work: number][] {
  // Addresses in bytes: a tile of 32 KiB, the order of its rows, a matrix, its copy, vectors.
  const [tile, order, matrix, copy, vectors] = [1024, 49_152, 65_536, 262_144, 524_288];
  const rows = 32_768 / (rank * 4);
  new Uint32Array(floats.buffer, order, rows).forEach((_, row, rowsInOrder) => (rowsInOrder[row] = row));
  const system = floats.subarray(copy / 4, copy / 4 + rank * rank);
  // Blocks of 4 × 8 that touch the upper triangle, two operations an entry and row.
  let blocks = 0;
  for (let i = 0; i < rank; i += 4) blocks += Math.ceil((rank - (i & ~7)) / 8);
  floats.fill(0, matrix / 4, matrix / 4 + rank * rank);
  kernels.addGram(tile, rank * 4, rows, matrix, rank);
  system.set(floats.subarray(matrix / 4, matrix / 4 + rank * rank));
  for (let f = 0; f < rank; f++) system[f * rank + f] += rows;
  const times = 4;
  const repeated = (run: () => void) => (): void => {
    for (let k = 0; k < times; k++) run();
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
      repeated(() =>
        kernels.columnsProduct(tile, order, rows, rank, vectors, vectors + 4096, vectors + 8192),
      ),
      times * rows * rank * 4,
    ],
  ];
}

/** GFLOP/s of the quickest sample. */
function gflops(run: () => void, work: number): number {
  for (let k = 0; k < 50; k++) run();
  let best = Infinity;
  for (let k = 0; k < SAMPLES; k++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return work / best / 1e6;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

asProgram(module, main);

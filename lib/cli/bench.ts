import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
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
import { describeError, type Dataset } from "../data";
import { loadRatings } from "./bench-data";
import { SYNTHETIC_SHAPES, syntheticDataset } from "./synthetic";
import { textTable } from "./text-table";

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
  json: boolean;
}

/** One training, timed. Seconds are means over the iterations, the first and an exact last one included; CPU is user + system of all threads. */
export interface TrainingTimes {
  data: string;
  mode: AlsOptions["feedback"];
  solver: string;
  rank: number;
  threads: number;
  iterations: number;
  secondsPerIteration: number;
  cpuSecondsPerIteration: number;
  /** The quickest iteration, and the median: what a busy machine disturbs least. */
  minSeconds: number;
  medianSeconds: number;
  minCpuSeconds: number;
  /** Of every iteration, the first one being half as long again. */
  iterationSeconds: number[];
  iterationCpuSeconds: number[];
  /** From files to data set; null for synthetic data, which is made in memory. */
  loadSeconds: number | null;
  /** From data set to what the solver reads. */
  prepareSeconds: number;
  peakRssMb: number;
  loss: number;
  trainRmse: number | null;
}

interface KernelTimes {
  kernel: string;
  rank: number;
  gflops: number;
  shareOfPeak: number;
}

interface TopTimes {
  data: string;
  rank: number;
  threads: number;
  users: number;
  seconds: number;
  cpuSeconds: number;
}

/** `npm run bench`. @returns the exit code */
export async function main(argv: string[]): Promise<number> {
  const whole = (value: string): number => {
    if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number above 0.");
    return Number(value);
  };
  const number = (value: string): number => {
    if (value.trim() === "" || !Number.isFinite(Number(value)))
      throw new InvalidArgumentError("It must be a number.");
    return Number(value);
  };
  const command = new Command("bench")
    .usage("-- [options]")
    .description(
      "Times the kernels, trainings and top-N lists. Without --data on seeded synthetic ratings in the shapes of " +
        "MovieLens 1M and 20M; times exclude loading.",
    )
    .option("--data <folder>", "a folder with a ratings.csv of the MovieLens layout")
    .addOption(new Option("--size <size>", "synthetic shape").choices(["1M", "20M", "all"]).default("all"))
    .addOption(
      new Option("--mode <kind>", "one kind of feedback (default: both)").choices(["explicit", "implicit"]),
    )
    .addOption(new Option("--rank <number>", "one rank (default: 64 and 128)").argParser(whole))
    .addOption(new Option("--iterations <number>", "iterations a training").argParser(whole).default(5))
    .addOption(new Option("--threads <number>", "threads (default: one a core)").argParser(whole))
    .addOption(
      new Option("--solver <kind>", "one solver (default: cg and cholesky)").choices([
        "auto",
        "cholesky",
        "cg",
      ]),
    )
    .addOption(new Option("--lambda <number>", "regularisation (default: the library's)").argParser(number))
    .addOption(new Option("--nu <number>", "its exponent (default: the library's)").argParser(number))
    .addOption(new Option("--alpha <number>", "confidence a star (default: the library's)").argParser(number))
    .option("--json", "print one JSON object instead of tables", false)
    .exitOverride();
  let flags: Flags;
  try {
    flags = command.parse(argv, { from: "user" }).opts<Flags>();
  } catch {
    return 1;
  }
  try {
    const report = await benchmark(flags);
    console.log(flags.json ? JSON.stringify(report, null, 2) : tables(report));
    return 0;
  } catch (error) {
    console.error(`✗ ${describeError(error)}`);
    return 1;
  }
}

interface Report {
  instructions: string;
  /** GFLOP/s of multiply-adds on registers alone, one core. */
  peakGflops: number;
  kernels: KernelTimes[];
  trainings: TrainingTimes[];
  top: TopTimes[];
  /** Of the one training that was asked for, at the top, where a script looks first. */
  secondsPerIteration?: number;
  cpuSecondsPerIteration?: number;
  loadSeconds?: number | null;
  peakRssMb?: number;
  loss?: number;
}

async function benchmark(flags: Flags): Promise<Report> {
  const say = (line: string): void => void (flags.json || process.stderr.write(`${line}\n`));
  const report = { ...kernelTimes(), trainings: [] as TrainingTimes[], top: [] as TopTimes[] };
  const single = flags.mode !== undefined && flags.rank !== undefined && flags.solver !== undefined;
  for (const source of flags.data
    ? [flags.data]
    : flags.size === "all"
      ? (["1M", "20M"] as const)
      : [flags.size]) {
    say(`${source}: loading`);
    const start = performance.now();
    const data =
      source === flags.data
        ? await loadRatings(source)
        : syntheticDataset(source, SYNTHETIC_SHAPES[source as keyof typeof SYNTHETIC_SHAPES]);
    const loadSeconds = source === flags.data ? secondsSince(start) : null;
    const threads = flags.threads ?? availableParallelism();
    for (const mode of flags.mode ? [flags.mode] : (["explicit", "implicit"] as const))
      for (const rank of flags.rank ? [flags.rank] : [64, 128])
        for (const solver of flags.solver ? [flags.solver] : (["cg", "cholesky"] as const))
          for (const count of single || threads === 1 || rank !== 64 ? [threads] : [1, threads]) {
            say(`${source}: ${mode}, rank ${rank}, ${solver}, ${count} thread${count > 1 ? "s" : ""}`);
            const options = optionsOf(flags, mode, rank, solver);
            report.trainings.push(await trainingTimes(data, source, options, count, loadSeconds));
          }
    if (single) continue;
    say(`${source}: top 10 of every user`);
    report.top.push(await topTimes(data, source, flags.rank ?? 64, threads));
  }
  if (!single || report.trainings.length !== 1) return report;
  const { secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss } = report.trainings[0];
  return { ...report, secondsPerIteration, cpuSecondsPerIteration, loadSeconds, peakRssMb, loss };
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

async function trainingTimes(
  dataset: Dataset,
  name: string,
  options: AlsOptions,
  threads: number,
  loadSeconds: number | null,
): Promise<TrainingTimes> {
  const plan = planOf(options, dataset);
  const start = performance.now();
  const factorisation = new Factorisation(dataset, problemOf(options), { threads });
  try {
    const prepareSeconds = secondsSince(start);
    // Threads that have compiled their kernels, on a sweep whose result is thrown away.
    const state = factorisation.snapshot();
    await factorisation.solveSide(factorisation.users, plan.solver, 1);
    factorisation.restore(state);
    const seconds: number[] = [];
    const cpu: number[] = [];
    for (let iteration = 1; iteration <= plan.iterations; iteration++) {
      const wallStart = performance.now();
      const cpuStart = cpuSeconds();
      await iterate(factorisation, plan, iteration);
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

function kernelTimes(): Pick<Report, "instructions" | "peakGflops" | "kernels"> {
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

function tables({ instructions, peakGflops, kernels, trainings, top }: Report): string {
  const fixed = (value: number, digits = 2): string => value.toFixed(digits);
  const scaling = (run: TrainingTimes): string => {
    const alone = trainings.find(
      (other) =>
        other.threads === 1 &&
        run.threads > 1 &&
        (["data", "mode", "rank", "solver"] as const).every((key) => other[key] === run[key]),
    );
    return alone ? `${fixed(alone.minSeconds / run.minSeconds)} ×` : "";
  };
  const numbers = (from: number, to: number): Set<number> =>
    new Set(Array.from({ length: to - from }, (_, k) => from + k));
  return [
    `Multiply-add peak of one core, 128-bit, ${instructions}: ${fixed(peakGflops, 1)} GFLOP/s`,
    "",
    ...textTable(
      ["kernel", "rank", "GFLOP/s", "of peak"],
      kernels.map((k) => [k.kernel, `${k.rank}`, fixed(k.gflops, 1), `${fixed(k.shareOfPeak * 100, 0)} %`]),
      numbers(1, 4),
    ),
    "",
    ...textTable(
      [
        "training",
        "mode",
        "solver",
        "rank",
        "threads",
        "s/iter min",
        "median",
        "CPU s/iter min",
        "scaling",
        "loss",
        "RSS MB",
      ],
      trainings.map((t) => [
        ...[
          t.data,
          t.mode,
          t.solver,
          `${t.rank}`,
          `${t.threads}`,
          fixed(t.minSeconds, 3),
          fixed(t.medianSeconds, 3),
        ],
        ...[fixed(t.minCpuSeconds, 3), scaling(t), t.loss.toPrecision(7), fixed(t.peakRssMb, 0)],
      ]),
      numbers(3, 11),
    ),
    ...(top.length > 0 ? [""] : []),
    ...textTable(
      ["top 10 of every user", "rank", "threads", "users", "seconds", "CPU s"],
      top.map((t) => [
        t.data,
        `${t.rank}`,
        `${t.threads}`,
        `${t.users}`,
        fixed(t.seconds),
        fixed(t.cpuSeconds),
      ]),
      numbers(1, 6),
    ).slice(0, top.length > 0 ? undefined : 0),
  ].join("\n");
}

if (require.main === module) void main(process.argv.slice(2)).then((code) => (process.exitCode = code));

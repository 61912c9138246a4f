import type { AlsOptions } from "../als";
import type { Format } from "./bench-data";
import type { SimilarTimes } from "./bench-similar";
import type { SweepTimes } from "./bench-sweeps";
import { markdownTable, measuredOn, withRecorded, type Machine } from "./recording";
import { textTable } from "./text-table";

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
  /** Peak resident memory of the process until then, in MiB, loading included. */
  peakRssMb: number;
  loss: number;
  trainRmse: number | null;
}

export interface KernelTimes {
  kernel: string;
  rank: number;
  gflops: number;
  shareOfPeak: number;
}

export interface TopTimes {
  data: string;
  rank: number;
  threads: number;
  users: number;
  seconds: number;
  cpuSeconds: number;
}

/** From a file to training-ready: read, checked, indexed, grouped by user and by item. Each load is a process of its own. */
export interface LoadTimes {
  data: string;
  format: Format;
  ratings: number;
  minSeconds: number;
  medianSeconds: number;
  /** Peak resident memory of load and training, explicit, rank 64, in MiB; the largest of the loads. */
  peakRssMb: number;
}

/** What `npm run bench` measures, as `--json` and `--save` write it. */
export interface Report {
  /** ISO 8601, UTC: when it began. */
  date: string;
  machine: Machine;
  instructions: string;
  /** GFLOP/s of multiply-adds on registers alone, one core; null where the kernels were not asked for. */
  peakGflops: number | null;
  kernels: KernelTimes[];
  sweeps: SweepTimes[];
  trainings: TrainingTimes[];
  top: TopTimes[];
  similar: SimilarTimes[];
  load: LoadTimes[];
  /** Of the one training that was asked for, at the top, where a script looks first. */
  secondsPerIteration?: number;
  cpuSecondsPerIteration?: number;
  loadSeconds?: number | null;
  peakRssMb?: number;
  loss?: number;
}

/** The report's tables; those without rows are left out. */
function tablesOf({ kernels, sweeps, trainings, top, similar, load }: Report): Table[] {
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
  const tables = [
    section(
      ["kernel", "rank", "GFLOP/s", "of peak"],
      kernels.map((k) => [k.kernel, `${k.rank}`, fixed(k.gflops, 1), `${fixed(k.shareOfPeak * 100, 0)} %`]),
      1,
    ),
    section(
      ["sweep", "rank", "rows", "ratings a row", "CPU ms min", "expected", "ratio"],
      sweeps.map((s) => [
        ...[s.solver, `${s.rank}`, `${s.rows}`, `${s.ratingsPerRow}`],
        ...[fixed(s.measuredNanoseconds / 1e6), fixed(s.predictedNanoseconds / 1e6)],
        fixed(s.measuredNanoseconds / s.predictedNanoseconds),
      ]),
      1,
    ),
    section(
      [
        ...["training", "mode", "solver", "rank", "threads", "s/iter min", "median"],
        ...["CPU s/iter min", "scaling", "loss", "RSS MiB"],
      ],
      trainings.map((t) => [
        ...[t.data, t.mode, t.solver, `${t.rank}`, `${t.threads}`],
        ...[fixed(t.minSeconds, 3), fixed(t.medianSeconds, 3), fixed(t.minCpuSeconds, 3)],
        ...[scaling(t), t.loss.toPrecision(7), fixed(t.peakRssMb, 0)],
      ]),
      3,
    ),
    section(
      ["top 10 of every user", "rank", "threads", "users", "seconds", "CPU s"],
      top.map((t) => [
        ...[t.data, `${t.rank}`, `${t.threads}`, `${t.users}`],
        ...[fixed(t.seconds), fixed(t.cpuSeconds)],
      ]),
      1,
    ),
    section(
      [
        ...["10 similar items, LSH", "mode", "metric", "items", "rank"],
        ...["recall", "compared", "ms", "ms exact", "ms to build"],
      ],
      similar.map((s) => [
        ...[s.data, s.mode, s.metric, `${s.items}`, `${s.rank}`],
        ...[fixed(s.recall, 3), `${fixed(s.scoredShare * 100, 1)} %`, fixed(s.lshMs), fixed(s.exactMs)],
        fixed(s.buildMs, 0),
      ]),
      3,
    ),
    section(
      ["load to training-ready", "from", "ratings", "s min", "median", "RSS MiB, with a training at rank 64"],
      load.map((t) => [
        ...[t.data, t.format, `${t.ratings}`, fixed(t.minSeconds), fixed(t.medianSeconds)],
        fixed(t.peakRssMb, 0),
      ]),
      2,
    ),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

interface Table {
  head: string[];
  rows: string[][];
  right: ReadonlySet<number>;
}

/** @param right the first of the columns that hold numbers */
const section = (head: string[], rows: string[][], right: number): Table => ({
  head,
  rows,
  right: new Set(head.map((_, c) => c).slice(right)),
});

const peakText = ({ peakGflops, instructions }: Report): string[] =>
  peakGflops === null
    ? []
    : [`Multiply-add peak of one core, 128-bit, ${instructions} SIMD: ${peakGflops.toFixed(1)} GFLOP/s`];

/** For a terminal. */
export const reportText = (report: Report): string =>
  [
    ...peakText(report),
    ...tablesOf(report).map(({ head, rows, right }) => textTable(head, rows, right).join("\n")),
  ].join("\n\n");

/** For a page. */
const reportDocument = (report: Report): string =>
  [
    [measuredOn(report.date, report.machine), ...peakText(report).map((line) => `${line}.`)].join(" "),
    ...tablesOf(report).map(({ head, rows, right }) => markdownTable(head, rows, right)),
  ].join("\n\n");

/** The page with a report's tables between its marks. @throws WorkspaceError DATA_INVALID for a page without them */
export const withReport = (page: string, report: Report): string =>
  withRecorded(page, "bench", reportDocument(report));

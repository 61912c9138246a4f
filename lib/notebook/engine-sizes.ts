import { defaultOptions, factorisationBytes, LARGEST_MEMORY, planOf, solveCholesky } from "../als";
import { WorkspaceError } from "../data";
import type { EngineQuality } from "./engine-quality";
import { readRecording } from "./recording";

/** How large a training is: its data, and what it is asked for. */
export interface TrainingSize {
  ratings: number;
  users: number;
  items: number;
  rank: number;
  iterations: number;
}

/** One training of an explicit model, in a process of its own that holds the data set already. */
export interface EngineRun extends TrainingSize {
  engine: "local" | "spark";
  /** From the data set to the model, both here: sending to Spark and receiving from it included. */
  seconds: number;
  /** Of the local engine "train" alone; of Spark "send", "biases", "factors" and "receive". */
  steps: Readonly<Record<string, number>>;
  /** Most resident memory of that process; and of Spark's, since they were started, where they can be seen. */
  memoryMib: { client: number; driver: number | null; executors: number | null };
}

/** What `npm run bench:spark -- --save` writes. */
export interface EngineRecording {
  /** ISO 8601, UTC. */
  date: string;
  machine: { cpu: string; cores: number; memoryGib: number; node: string };
  /** What else the machine had to do when it began: runnable processes, mean of a minute. */
  load: number;
  /** `master` as Spark names it, without an address. Memory is the Java heap of each. Null is not known. */
  spark: {
    version: string;
    master: string;
    executors: number | null;
    coresEach: number | null;
    executorMemory: string | null;
    driverMemory: string | null;
  };
  quality: EngineQuality;
  runs: readonly EngineRun[];
}

/** @throws WorkspaceError DATA_MISSING or DATA_INVALID for a file that holds no recording */
export async function readEngineRecording(path: string): Promise<EngineRecording> {
  const recording = await readRecording<EngineRecording>(path, "bench:spark", "runs");
  for (const engine of ["local", "spark"])
    if (!recording.runs.some((run) => run.engine === engine))
      throw new WorkspaceError("DATA_INVALID", `${path} holds no training of the engine “${engine}”`, {
        mend: "Make it anew: npm run bench:spark -- --save FILE.",
      });
  return recording;
}

/** Users and films of so many ratings: as many ratings a user as MovieLens 20M has, and films growing with the square root. */
export const movieLensShape = (ratings: number): { users: number; items: number; ratings: number } => ({
  users: Math.round(ratings / 144),
  items: Math.round(ratings ** 0.5 * 6),
  ratings,
});

/** Seconds and memory by size, as fitted to a recording's runs. */
export interface SizeModel {
  localSeconds(size: TrainingSize): number;
  /** On so many times the cores that were measured, at best: work divides, starting tasks, sending and receiving do not. */
  sparkSeconds(size: TrainingSize, timesTheCores?: number): number;
  /** Resident, of the process that trains, data set included. */
  localMib(size: TrainingSize): number;
  /** Of the process that has Spark train. */
  clientMib(size: TrainingSize): number;
  /** Of Spark's driver and executors together; null where they could not be seen. */
  clusterMib: ((size: TrainingSize) => number) | null;
  /** Largest share by which seconds of the model and of a run differ. */
  localOff: number;
  sparkOff: number;
}

type Terms = (size: TrainingSize) => number[];

/** Nanoseconds by the engine's cost model. */
const localWork = ({ ratings, users, items, rank, iterations }: TrainingSize): number => {
  const plan = planOf(
    { ...defaultOptions("explicit"), rank, iterations },
    { ratings: { length: ratings }, userIds: { length: users }, itemIds: { length: items } },
  );
  return plan.nanoseconds * plan.iterations;
};

/** Multiply-adds of Spark ML's ALS: k² for each rating on each side, k³ / 6 for each row. */
const sparkWork = ({ ratings, users, items, rank, iterations }: TrainingSize): number =>
  iterations * (2 * ratings * rank ** 2 + ((users + items) * rank ** 3) / 6);

const factors = ({ users, items, rank }: TrainingSize): number => (users + items) * rank;
const localTerms: Terms = (size) => [localWork(size), size.ratings, 1];
const clusterTerms: Terms = (size) => [sparkWork(size), size.ratings, 1];
const clientTerms: Terms = (size) => [size.ratings, 1];
const memoryTerms: Terms = (size) => [size.ratings, factors(size), 1];

const onCluster = ({ steps }: EngineRun): number => steps.biases + steps.factors;

/**
 * Cost models scaled to measurements: seconds are a start, a part by ratings and a part by the operations that the
 * solver counts; memory is a start, a part by ratings and a part by factors. No part is negative.
 */
export function sizeModel({ runs }: EngineRecording): SizeModel {
  const local = runs.filter(({ engine }) => engine === "local");
  const spark = runs.filter(({ engine }) => engine === "spark");
  const seconds = (run: EngineRun): number => run.seconds;
  const clientMib = (run: EngineRun): number => run.memoryMib.client;
  const localFit = fitted(local, localTerms, seconds);
  const clusterFit = fitted(spark, clusterTerms, onCluster);
  const sendFit = fitted(spark, clientTerms, (run) => run.seconds - onCluster(run));
  const sparkSeconds = (size: TrainingSize, times = 1): number => {
    const start = clusterFit.by[2];
    return start + (clusterFit.at(size) - start) / times + sendFit.at(size);
  };
  const seen = spark.filter(({ memoryMib: { driver, executors } }) => driver !== null && executors !== null);
  const cluster = ({ memoryMib: { driver, executors } }: EngineRun): number => driver! + executors!;
  return {
    localSeconds: localFit.at,
    sparkSeconds,
    localMib: fitted(local, memoryTerms, clientMib).at,
    clientMib: fitted(spark, memoryTerms, clientMib).at,
    clusterMib: seen.length > 0 ? fitted(seen, memoryTerms, cluster).at : null,
    localOff: farthest(local, localFit.at),
    sparkOff: farthest(spark, sparkSeconds),
  };
}

const farthest = (runs: readonly EngineRun[], model: (size: TrainingSize) => number): number =>
  Math.max(...runs.map((run) => Math.max(model(run) / run.seconds, run.seconds / model(run)) - 1));

function fitted(
  runs: readonly EngineRun[],
  terms: Terms,
  value: (run: EngineRun) => number,
): { by: number[]; at: (size: TrainingSize) => number } {
  const by = nonNegativeFit(runs.map(terms), runs.map(value));
  return { by, at: (size) => terms(size).reduce((sum, term, t) => sum + term * by[t], 0) };
}

/**
 * Factors ≥ 0 of the terms whose sums come nearest to the values, by squares of relative errors: the best of all
 * subsets of terms, with one term fewer than there are values, so that something is left to disagree with.
 * @param terms of each value, the most telling first
 * @param values above 0
 */
export function nonNegativeFit(terms: readonly number[][], values: readonly number[]): number[] {
  const width = terms[0].length;
  const largest = Math.max(1, Math.min(width, values.length - 1));
  let best = { error: Infinity, by: new Array<number>(width).fill(0) };
  const subsets = Array.from({ length: 2 ** width - 1 }, (_, k) => k + 1)
    .map((bits) => Array.from({ length: width }, (_, t) => t).filter((t) => bits & (1 << t)))
    .filter((subset) => subset.length <= largest)
    .sort((a, b) => a.length - b.length);
  for (const subset of subsets) {
    const by = leastSquares(
      terms.map((row, r) => subset.map((t) => row[t] / values[r])),
      subset.length,
    );
    if (by === null || by.some((factor) => factor < 0)) continue;
    const whole = new Array<number>(width).fill(0);
    subset.forEach((t, at) => (whole[t] = by[at]));
    const error = terms.reduce(
      (sum, row, r) => sum + (row.reduce((all, term, t) => all + term * whole[t], 0) / values[r] - 1) ** 2,
      0,
    );
    if (error < best.error - 1e-12) best = { error, by: whole };
  }
  return best.by;
}

/** Factors whose sums come nearest to 1 in every row, by the normal equations; null where terms say the same. */
function leastSquares(rows: readonly number[][], width: number): number[] | null {
  // Terms differ by powers of ten: each as a share of its largest.
  const scale = Array.from({ length: width }, (_, t) => Math.max(...rows.map((row) => row[t])));
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (const row of rows)
    for (let i = 0; i < width; i++) {
      right[i] += row[i] / scale[i];
      for (let j = 0; j < width; j++) gram[i * width + j] += (row[i] / scale[i]) * (row[j] / scale[j]);
    }
  return solveCholesky(gram, right, width) < 0 ? Array.from(right, (value, t) => value / scale[t]) : null;
}

/** A number that was measured, or that the model gives. */
export interface SizeCell {
  value: number;
  measured: boolean;
}

/** Larger clusters that a table tells of, beside the one that was measured. */
export interface ClusterSize {
  executors: number;
  coresEach: number;
}

/** What one size takes; null is what cannot be had: beyond the local engine's memory, or not seen. */
export interface SizeRow extends TrainingSize {
  localSeconds: SizeCell | null;
  localGib: SizeCell | null;
  sparkSeconds: SizeCell;
  clientGib: SizeCell;
  clusterGib: SizeCell | null;
  /** Of each larger cluster, never measured. */
  larger: readonly SizeCell[];
}

/** Ratings beyond the measured ones that a table tells of. */
const BEYOND = [1e6, 1e7, 1e8, 1e9];

/** Whether the local engine's one memory holds a training. */
export const fitsHere = ({ ratings, users, items, rank }: TrainingSize): boolean =>
  factorisationBytes(
    { ratings: { length: ratings }, userIds: { length: users }, itemIds: { length: items } },
    { rank, cofactorWeight: 0 },
  ) < LARGEST_MEMORY;

/** Cores that Spark had: of its executors, else of the machine. */
export const coresOfSpark = ({ spark, machine }: EngineRecording): number =>
  spark.executors !== null && spark.coresEach !== null ? spark.executors * spark.coresEach : machine.cores;

/** Every size that was measured and larger ones, at every rank that was; ascending. */
export function sizeRows(recording: EngineRecording, clusters: readonly ClusterSize[]): SizeRow[] {
  const { runs } = recording;
  const model = sizeModel(recording);
  const ranks = [...new Set(runs.map(({ rank }) => rank))].sort((a, b) => a - b);
  const sizes = new Map(runs.map(({ ratings, users, items }) => [ratings, { ratings, users, items }]));
  const largest = Math.max(...sizes.keys());
  for (const ratings of BEYOND) if (ratings > 1.5 * largest) sizes.set(ratings, movieLensShape(ratings));
  const shapes = [...sizes.values()].sort((a, b) => a.ratings - b.ratings);
  const { iterations } = runs[0];
  return shapes.flatMap((shape) =>
    ranks.map((rank): SizeRow => {
      const size = { ...shape, rank, iterations };
      const of = (engine: EngineRun["engine"]): EngineRun | undefined =>
        runs.find((run) => run.engine === engine && run.ratings === shape.ratings && run.rank === rank);
      const [local, spark] = [of("local"), of("spark")];
      const cell = (measured: number | undefined, modelled: number): SizeCell =>
        measured === undefined ? { value: modelled, measured: false } : { value: measured, measured: true };
      const gib = (measured: number | undefined, modelled: number): SizeCell =>
        cell(measured === undefined ? undefined : measured / 1024, modelled / 1024);
      const { driver = null, executors = null } = spark?.memoryMib ?? {};
      const cluster = driver === null || executors === null ? undefined : driver + executors;
      const fits = fitsHere(size);
      return {
        ...size,
        localSeconds: fits ? cell(local?.seconds, model.localSeconds(size)) : null,
        localGib: fits ? gib(local?.memoryMib.client, model.localMib(size)) : null,
        sparkSeconds: cell(spark?.seconds, model.sparkSeconds(size)),
        clientGib: gib(spark?.memoryMib.client, model.clientMib(size)),
        clusterGib: model.clusterMib && gib(cluster, model.clusterMib(size)),
        larger: clusters.map(({ executors: count, coresEach }) => ({
          value: model.sparkSeconds(size, (count * coresEach) / coresOfSpark(recording)),
          measured: false,
        })),
      };
    }),
  );
}

/** Larger clusters of the tables: executors of a usual size. */
export const LARGER_CLUSTERS: readonly ClusterSize[] = [
  { executors: 4, coresEach: 4 },
  { executors: 16, coresEach: 4 },
];

/** A recording's sizes as rows of a table: plain numbers were measured, those after ≈ are the model's. */
export function sizesTable(recording: EngineRecording): Record<string, string>[] {
  const { spark } = recording;
  const here = spark.executors === null ? spark.master : clusterName(spark.executors, spark.coresEach ?? 1);
  return sizeRows(recording, LARGER_CLUSTERS).map((row) => ({
    ratings: shortCount(row.ratings),
    rank: String(row.rank),
    "local (s)": shownCell(row.localSeconds, "too large"),
    "local (GiB)": shownCell(row.localGib, "too large"),
    [`Spark, ${here} (s)`]: shownCell(row.sparkSeconds),
    "its client (GiB)": shownCell(row.clientGib),
    "driver and executors (GiB)": shownCell(row.clusterGib, "not seen"),
    ...Object.fromEntries(
      LARGER_CLUSTERS.map(({ executors, coresEach }, c) => [
        `Spark, ${clusterName(executors, coresEach)} (s)`,
        shownCell(row.larger[c]),
      ]),
    ),
  }));
}

/** "4 × 4 cores": executors and what each has. */
export const clusterName = (executors: number, coresEach: number): string =>
  `${executors} × ${coresEach} core${coresEach === 1 ? "" : "s"}`;

/** "0.2M", "20M", "1,000M": ratings at two digits. */
export const shortCount = (ratings: number): string =>
  `${Number((ratings / 1e6).toPrecision(2)).toLocaleString("en")}M`;

function shownCell(cell: SizeCell | null, otherwise = "–"): string {
  if (cell === null) return otherwise;
  const number = Number(cell.value.toPrecision(2)).toLocaleString("en", { maximumFractionDigits: 3 });
  return cell.measured ? number : `≈ ${number}`;
}

/** Cores on which Spark would take as long as the local engine, work dividing at best; null where no number would do. */
export function coresToMatch(recording: EngineRecording, size: TrainingSize): number | null {
  const model = sizeModel(recording);
  const [local, fixed] = [model.localSeconds(size), model.sparkSeconds(size, Infinity)];
  if (fixed >= local) return null;
  return Math.ceil((coresOfSpark(recording) * (model.sparkSeconds(size) - fixed)) / (local - fixed));
}

/** Ratings that the local engine's one memory holds at a rank, to two digits. */
export function mostRatingsHere(rank: number): number {
  let [fits, tooMany] = [1e6, 1e10];
  while (tooMany / fits > 1.001) {
    const middle = Math.sqrt(fits * tooMany);
    if (fitsHere({ ...movieLensShape(middle), rank, iterations: 1 })) fits = middle;
    else tooMany = middle;
  }
  return Number(fits.toPrecision(2));
}

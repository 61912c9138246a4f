import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { completeOptions, type AlsOptions, type TrainOptions } from "../als";
import { seededRandom, splitRandom, WorkspaceError, type Dataset, type Split } from "../data";
import type { RankingOptions } from "./ranking";
import {
  bestOf,
  betterOf,
  meanTrials,
  runTrials,
  tuningMetric,
  type Better,
  type Trial,
  type TuningMetric,
} from "./trials";

/** What can be tuned, in the order in which values are drawn. Those of the other kind of feedback are refused. */
const TUNED_OPTIONS = [
  "rank",
  "lambda",
  "nu",
  "lambdaBias",
  "cofactorWeight",
  "lambdaCofactor",
  "cofactorBalance",
  "alpha",
  "iterations",
] as const;

export type TunedOption = (typeof TUNED_OPTIONS)[number];

/** Values to try; every combination is one trial. Keys beside the first three are optional further dimensions. */
export interface TuningGrid extends Partial<Record<TunedOption, readonly number[]>> {
  rank: readonly number[];
  lambda: readonly number[];
  iterations: readonly number[];
}

interface CommonTuneOptions extends RankingOptions {
  feedback: AlsOptions["feedback"];
  /** "rmse" by default for explicit feedback, "ndcg" for implicit. */
  metric?: TuningMetric;
  /** Everything that is not tuned. */
  fixed?: Partial<TrainOptions>;
  signal?: AbortSignal;
}

export interface GridOptions extends CommonTuneOptions {
  /** Held out from the data trained on (see `validationSplit`); scored, never learned from. */
  validation: Dataset;
  onTrial?: (trial: Trial, progress: { done: number; trials: number }) => void;
}

export interface Tuning<T extends Trial = Trial> {
  metric: TuningMetric;
  better: Better;
  /** Of a grid: in its order, iterations running fastest. */
  trials: T[];
  /** The first of the best. */
  best: T;
}

/**
 * Trains every combination of the grid and scores it on validation ratings. For RMSE the iterations are read off
 * one training per combination; other metrics need the model itself, so each number of iterations is trained anew.
 * @throws WorkspaceError OPTION_INVALID for an empty dimension or an error metric of implicit feedback,
 *   TRAINING_ABORTED, METRIC_EMPTY
 */
export async function tuneGrid(train: Dataset, grid: TuningGrid, options: GridOptions): Promise<Tuning> {
  const { feedback, validation, fixed, onTrial } = options;
  const metric = tuningMetric(feedback, options.metric);
  const { iterations, ...others } = grid;
  const combinations = product({ ...others });
  const counts = checkedValues("iterations", iterations);
  const trials: Trial[] = [];
  const total = combinations.length * counts.length;
  for (const values of combinations) {
    const base = { ...fixed, ...values, feedback } as TrainOptions;
    // One at a time where each is a training of its own: then each is reported as it ends.
    for (const together of metric === "rmse" ? [counts] : counts.map((count) => [count]))
      for (const trial of await runTrials({ train, test: validation }, base, together, {
        ...options,
        metric,
      })) {
        trials.push(trial);
        onTrial?.(trial, { done: trials.length, trials: total });
      }
  }
  const better = betterOf(metric);
  return { metric, better, trials, best: bestOf(trials, better) };
}

/** A list to draw from, or a range; of `rank` and `iterations` whole numbers are drawn. "linear" by default. */
export type TuningRange = readonly number[] | { from: number; to: number; scale?: "linear" | "log" };

export type TuningSpace = Partial<Record<TunedOption, TuningRange>>;

export interface TuneOptions extends CommonTuneOptions {
  /**
   * "random": every candidate is trained in full (Bergstra and Bengio 2012). "halving": all are trained for a few
   * iterations, the best of them for more, until few are left (successive halving, Jamieson and Talwalkar 2016).
   */
  strategy: "random" | "halving";
  /** Candidates to draw. All are different, so there are fewer where the space has no more. */
  trials: number;
  /** Of the draws and the default holdout; 42 by default. Models have the seed of `fixed`. */
  seed?: number;
  /** Inner splits of `train`, over which values are averaged; a random fifth held out by default. See `validationSplit` and `kFold`. */
  holdouts?: readonly Pick<Split, "train" | "test">[];
  /** Halving keeps one candidate in so many, and trains it so many times as long; 3 by default. */
  eta?: number;
  /** Trials at a time; 1 by default. More pay where one training is too small for all cores. The result does not depend on it. */
  parallel?: number;
  /**
   * Path of a JSON Lines file to which each trial is written as it ends. Trials that it already has are not made
   * again: a search that was stopped goes on, and one that was finished is read.
   */
  resume?: string;
  /** In the order in which they end. `trials` is how many there will be; `resumed` was read, not trained. */
  onTrial?: (
    trial: TunedTrial,
    progress: { done: number; trials: number; best: boolean; resumed: boolean },
  ) => void;
}

export interface TunedTrial extends Trial {
  /** Number of the drawn candidate, from 0: one candidate has a trial on each rung that it reaches. */
  candidate: number;
  /** From 0; of a random search there is no other. */
  rung: number;
  /** Most iterations that this rung allows; `iterations` may be fewer where RMSE was lower earlier. */
  budget: number;
  /** `value` is their mean. */
  byHoldout: number[];
}

export interface SampledTuning extends Tuning<TunedTrial> {
  /** How many candidates had how many iterations. */
  rungs: { budget: number; candidates: number }[];
  /** All trainings, as if one after the other; those of resumed trials included. */
  seconds: number;
}

/**
 * Draws options at random and measures them on inner splits of `train`; nothing else is looked at. `trials` of the
 * result are by rung, then by candidate; `best` is the best of all, each being a set of options of its own.
 *
 * `iterations` of the space: with RMSE they are read along each training and the best is kept; with other metrics
 * they are drawn like any other option. With "halving" they are what candidates are given more and more of: a list
 * gives the rungs, a range its ends, with steps of `eta` between. The same data, space, options and seed give the
 * same, whether in one go or resumed, one at a time or in parallel.
 *
 * @throws WorkspaceError OPTION_INVALID, also for a resume file of another search, DATA_INVALID for a broken one,
 *   TRAINING_ABORTED after `signal`, METRIC_EMPTY, and as `train` does
 */
export async function tune(train: Dataset, space: TuningSpace, options: TuneOptions): Promise<SampledTuning> {
  const { feedback, strategy, fixed, seed = 42, eta = 3, parallel = 1, onTrial } = options;
  const metric = tuningMetric(feedback, options.metric);
  const better = betterOf(metric);
  checkTuneOptions(options, eta, parallel);
  const holdouts = options.holdouts ?? [splitRandom(train, { testShare: 0.2, seed })];
  if (holdouts.length === 0)
    throw new WorkspaceError("OPTION_INVALID", "holdouts has no split to measure on");
  const common = completeOptions({ ...fixed, feedback } as TrainOptions);

  const { iterations = [common.iterations], ...others } = space;
  const counts = iterationsOf(iterations);
  const budgets = strategy === "halving" ? budgetsOf(iterations, eta) : [Math.max(...counts)];
  const drawn = strategy === "halving" || metric === "rmse" ? others : { ...others, iterations };
  const candidates = drawCandidates(drawn, options.trials, seed);
  for (const candidate of candidates) completeOptions({ ...common, ...candidate } as TrainOptions);
  const sizes = budgets.map((_, rung) => Math.max(1, Math.floor(candidates.length / eta ** rung)));

  const journal = openJournal(options.resume, () =>
    fingerprintOf([candidates, budgets, counts, metric, rankingPart(options), common, eta], holdouts),
  );
  const progress = { done: 0, trials: sizes.reduce((sum, size) => sum + size, 0) };
  let leader: TunedTrial | undefined;

  const measured = async (candidate: number, rung: number): Promise<TunedTrial> => {
    const known = journal.find(candidate, rung);
    const trial = known ?? (await trained(candidate, rung));
    if (!known) journal.add(trial);
    const best = leader === undefined || bestOf([leader, trial], better) === trial;
    if (best) leader = trial;
    progress.done++;
    onTrial?.(trial, { ...progress, best, resumed: known !== undefined });
    return trial;
  };
  const trained = async (candidate: number, rung: number): Promise<TunedTrial> => {
    const { iterations: own, ...values } = candidates[candidate];
    const budget = own ?? budgets[rung];
    const base = { ...common, ...values } as TrainOptions;
    const tried = metric === "rmse" ? counts.filter((count) => count <= budget) : [budget];
    const runs: Trial[][] = [];
    for (const holdout of holdouts) runs.push(await runTrials(holdout, base, tried, { ...options, metric }));
    const best = bestOf(meanTrials(runs), better);
    const at = tried.indexOf(best.iterations);
    return { ...best, candidate, rung, budget, byHoldout: runs.map((trials) => trials[at].value) };
  };

  const trials: TunedTrial[] = [];
  let remaining = candidates.map((_, candidate) => candidate);
  for (const [rung, size] of sizes.entries()) {
    if (rung > 0) {
      const sign = better === "lower" ? 1 : -1;
      remaining = trials
        .filter((trial) => trial.rung === rung - 1)
        .sort((a, b) => sign * (a.value - b.value) || a.candidate - b.candidate)
        .slice(0, size)
        .map(({ candidate }) => candidate)
        .sort((a, b) => a - b);
    }
    trials.push(
      ...(await inParallel(remaining, parallel, (candidate) => measured(candidate, rung)).catch(
        (error: unknown) => {
          if (!(error instanceof WorkspaceError && error.code === "TRAINING_ABORTED" && options.resume))
            throw error;
          throw new WorkspaceError("TRAINING_ABORTED", error.message, {
            mend: `Search again with the same resume file: ${options.resume} has ${progress.done} of ${progress.trials} trials.`,
            cause: error,
          });
        },
      )),
    );
  }
  return {
    metric,
    better,
    trials,
    best: bestOf(trials, better),
    rungs: budgets.map((budget, rung) => ({ budget, candidates: sizes[rung] })),
    seconds: trials.reduce((sum, trial) => sum + trial.seconds, 0),
  };
}

/** Works on so many at a time, results in the order of the items. After an error nothing more is begun. */
export async function inParallel<T, R>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const at = next++;
      try {
        results[at] = await work(items[at]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: Math.min(parallel, items.length) }, () => lane()),
  );
  for (const lane of lanes) if (lane.status === "rejected") throw lane.reason;
  return results;
}

function checkTuneOptions(
  { strategy, trials }: Pick<TuneOptions, "strategy" | "trials">,
  eta: number,
  parallel: number,
): void {
  if (!["random", "halving"].includes(strategy))
    throw new WorkspaceError("OPTION_INVALID", `strategy is ${String(strategy)}, not "random" or "halving"`);
  for (const [name, value] of Object.entries({ trials, parallel }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new WorkspaceError("OPTION_INVALID", `${name} is ${value}, not a whole number of 1 or more`);
  if (!(eta > 1 && Number.isFinite(eta)))
    throw new WorkspaceError("OPTION_INVALID", `eta is ${eta}, not a number above 1`);
}

/** Every number of iterations that a range or list has, ascending. */
function iterationsOf(range: TuningRange): number[] {
  if (isList(range)) return [...new Set(checkedValues("iterations", range))].sort((a, b) => a - b);
  const { from, to } = checkedRange("iterations", range);
  const first = Math.ceil(from);
  return Array.from({ length: Math.floor(to) - first + 1 }, (_, k) => first + k);
}

/** Of each rung: the values of a list, or from the end of a range down by `eta` for as long as they are in it. */
function budgetsOf(range: TuningRange, eta: number): number[] {
  const counts = iterationsOf(range);
  if (isList(range)) return counts;
  const budgets: number[] = [];
  for (let budget = counts[counts.length - 1]; Math.round(budget) >= counts[0]; budget /= eta) {
    if (Math.round(budget) === budgets[0]) break;
    budgets.unshift(Math.round(budget));
  }
  return budgets;
}

/** Draws at a candidate before it is taken that the space has no other. */
const MOST_DRAWS = 50;

function drawCandidates(
  space: TuningSpace,
  trials: number,
  seed: number,
): Partial<Record<TunedOption, number>>[] {
  for (const name of Object.keys(space))
    if (!(TUNED_OPTIONS as readonly string[]).includes(name))
      throw new WorkspaceError("OPTION_INVALID", `${name} cannot be tuned; ${TUNED_OPTIONS.join(", ")} can`);
  const random = seededRandom(seed);
  const draw = (): Partial<Record<TunedOption, number>> =>
    Object.fromEntries(
      TUNED_OPTIONS.flatMap((name) => {
        const range = space[name];
        return range === undefined ? [] : [[name, drawn(name, range, random())]];
      }),
    );
  const found = new Map<string, Partial<Record<TunedOption, number>>>();
  for (let draws = 0; found.size < trials && draws < MOST_DRAWS; draws++) {
    const candidate = draw();
    const key = JSON.stringify(candidate);
    if (found.has(key)) continue;
    found.set(key, candidate);
    draws = 0;
  }
  return [...found.values()];
}

/** @param share of the range, 0 … 1 without 1 */
function drawn(name: TunedOption, range: TuningRange, share: number): number {
  if (isList(range)) return checkedValues(name, range)[Math.floor(share * range.length)];
  const { from, to, scale = "linear" } = checkedRange(name, range);
  if (name === "rank" || name === "iterations") {
    // Each whole number has the part of the scale from half below it to half above.
    const whole = onScale(from - 0.5, to + 0.5, scale, share);
    return Math.min(to, Math.max(from, Math.round(whole)));
  }
  return Number(onScale(from, to, scale, share).toPrecision(4));
}

function onScale(from: number, to: number, scale: "linear" | "log", share: number): number {
  return scale === "log" ? from * (to / from) ** share : from + (to - from) * share;
}

function checkedRange(
  name: string,
  range: Exclude<TuningRange, readonly number[]>,
): Exclude<TuningRange, readonly number[]> {
  const { from, to, scale = "linear" } = range;
  const whole = name === "rank" || name === "iterations";
  if (!(Number.isFinite(from) && Number.isFinite(to) && from <= to))
    throw new WorkspaceError("OPTION_INVALID", `the space of ${name} goes from ${from} to ${to}`);
  if (whole && !(Number.isInteger(from) && Number.isInteger(to) && from >= 1))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `the space of ${name} goes from ${from} to ${to}, not between whole numbers of 1 or more`,
    );
  if (scale === "log" && from <= 0)
    throw new WorkspaceError("OPTION_INVALID", `the space of ${name} is logarithmic, but begins at ${from}`);
  return range;
}

const isList = (range: TuningRange): range is readonly number[] => Array.isArray(range);

function rankingPart({ k, relevantFrom, mapDenominator, gain }: RankingOptions): RankingOptions {
  return { k, relevantFrom, mapDenominator, gain };
}

/** What makes a trial: the same fingerprint, the same values. */
function fingerprintOf(settings: unknown[], holdouts: readonly Pick<Split, "train" | "test">[]): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const { train, test } of holdouts)
    for (const { users, items, ratings } of [train, test])
      for (const column of [users, items, ratings])
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest("hex");
}

/** The trials that a search has made, in a file or only in memory. */
interface Journal {
  find(candidate: number, rung: number): TunedTrial | undefined;
  add(trial: TunedTrial): void;
}

function openJournal(path: string | undefined, fingerprint: () => string): Journal {
  if (path === undefined) return { find: () => undefined, add: () => undefined };
  const keyOf = (candidate: number, rung: number): string => `${candidate}/${rung}`;
  const known = new Map(
    readJournal(path, fingerprint()).map((trial) => [keyOf(trial.candidate, trial.rung), trial]),
  );
  return {
    find: (candidate, rung) => known.get(keyOf(candidate, rung)),
    add: (trial) => appendFileSync(path, `${JSON.stringify(trial)}\n`),
  };
}

/** Begins the file, or reads it and cuts off the line in whose middle it was stopped. */
function readJournal(path: string, fingerprint: string): TunedTrial[] {
  const header = `${JSON.stringify({ tuning: fingerprint })}\n`;
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!text.startsWith(header) && !header.startsWith(text))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `${path} is not of this search: its data, space or options differ`,
      {
        mend: "Search with the data, space and options that it was begun with, or name another file.",
      },
    );
  if (text.length < header.length) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, header);
    return [];
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const lines = whole.slice(header.length).split("\n").slice(0, -1);
  return lines.map((line, at) => {
    try {
      return JSON.parse(line) as TunedTrial;
    } catch (cause) {
      throw new WorkspaceError("DATA_INVALID", `${path} line ${at + 2} is not JSON`, {
        mend: "Take the line out: its trial is made again.",
        cause,
      });
    }
  });
}

/** Every combination, the last dimension running fastest. */
function product(dimensions: Record<string, readonly number[] | undefined>): Record<string, number>[] {
  let combinations: Record<string, number>[] = [{}];
  for (const [name, values] of Object.entries(dimensions)) {
    if (values === undefined) continue;
    checkedValues(name, values);
    combinations = combinations.flatMap((others) => values.map((value) => ({ ...others, [name]: value })));
  }
  return combinations;
}

function checkedValues(name: string, values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new WorkspaceError("OPTION_INVALID", `there is no value of ${name} to try`);
  return values;
}

import { performance } from "node:perf_hooks";
import {
  filterRatings,
  seededRandom,
  shuffle,
  splitRandom,
  WorkspaceError,
  type Dataset,
  type Split,
} from "../data";
import { bootstrap, type BootstrapOptions, type Estimate, type UserStatistic } from "./bootstrap";
import { MEASURES, pooledStatistics, type Measure } from "./measures";
import { each, type RankingOptions } from "./ranking";
import { evaluate, type Contender, type Evaluation } from "./scoreboard";

/** One model at one size: every measure with its interval. Null: the measure does not exist for the model. */
export type CurvePoint = Record<Measure, Estimate | null> & {
  model: string;
  /** Of `learningCurve` the share of the training ratings; of `historyCurve` the ratings of each measured user. */
  size: number;
  /** Ratings learned from; the mean where the model was fitted to several groups. */
  ratings: number;
  /** Users measured. */
  users: number;
  trainSeconds: number;
  /** By user, for a paired test between two models or two sizes. */
  statistics: Record<Measure, UserStatistic | null>;
};

export interface CurveProgress {
  model: string;
  size: number;
  /** Fits finished, of how many. */
  done: number;
  fits: number;
}

export interface CurveOptions extends RankingOptions, BootstrapOptions {
  /** Called before each fit, and once at the end. */
  onProgress?: (progress: CurveProgress) => void;
  /** Looked at between fits, and handed to each training. */
  signal?: AbortSignal;
}

/**
 * How good each model is with a share of the training ratings: random ones, the smaller share inside the larger. Test
 * part and candidates stay the same: what `split.train` says is seen is never recommended. `seed` is that of the
 * shares and of the intervals.
 * @param options.shares above 0, at most 1; 0.1, 0.2, 0.4, 0.6, 0.8 and 1 by default
 * @returns models in the order given, sizes ascending within each
 * @throws WorkspaceError OPTION_INVALID for a share out of range, TRAINING_ABORTED, and as `evaluate`
 */
export async function learningCurve(
  contenders: readonly Contender[],
  split: Split,
  options: CurveOptions & { shares?: readonly number[] } = {},
): Promise<CurvePoint[]> {
  const { shares = [0.1, 0.2, 0.4, 0.6, 0.8, 1], seed = 1 } = options;
  for (const share of shares)
    if (!(share > 0 && share <= 1))
      throw new WorkspaceError("OPTION_INVALID", `a share is ${share}, not above 0 and at most 1`);
  const parts = new Map<number, Part[]>();
  for (const share of ascending(shares)) {
    const train = share === 1 ? split.train : splitRandom(split.train, { testShare: share, seed }).test;
    parts.set(share, [{ train, test: split.test }]);
  }
  return curve(contenders, split.train, parts, options);
}

/**
 * How good each model is for users of whom it has few ratings. Of each measured user only the first `length` training
 * ratings by time are learned from, of all others everything; so the same users are measured at each length, on the
 * same test ratings and candidates (what `split.train` says is seen is never recommended). To leave the models their
 * data, users are measured in `groups` random groups, with a fit for each. `seed` is that of the groups and of the
 * intervals.
 * @param options.lengths whole numbers from 0, or Infinity for the whole history; 0, 1, 2, 5, 10, 20, 50 by default.
 *   Users with fewer training ratings than the largest finite one are not measured.
 * @param options.groups 5 by default
 * @returns models in the order given, lengths ascending within each
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY where no user has a history of that length,
 *   TRAINING_ABORTED, and as `evaluate`
 */
export async function historyCurve(
  contenders: readonly Contender[],
  split: Split,
  options: CurveOptions & { lengths?: readonly number[]; groups?: number } = {},
): Promise<CurvePoint[]> {
  const { lengths = [0, 1, 2, 5, 10, 20, 50], groups = 5, seed = 1, relevantFrom = 4 } = options;
  const { train, test } = split;
  for (const length of lengths)
    if (!(length >= 0) || (length !== Infinity && !Number.isInteger(length)))
      throw new WorkspaceError("OPTION_INVALID", `a length is ${length}, not a whole number of at least 0`);
  if (!Number.isInteger(groups) || groups < 1)
    throw new WorkspaceError("OPTION_INVALID", `groups is ${groups}, not a whole number of at least 1`);
  const longest = Math.max(0, ...lengths.filter(Number.isFinite));
  const age = placesByTime(train);
  const counts = new Uint32Array(train.userIds.length);
  for (const user of train.users) counts[user]++;
  const relevant = new Set(test.users.filter((_, r) => test.ratings[r] >= relevantFrom));
  const members = Uint32Array.from(relevant).filter((user) => counts[user] >= longest);
  if (members.length === 0)
    throw new WorkspaceError(
      "METRIC_EMPTY",
      `${train.name}: no user with a relevant test rating has ${longest} training ratings`,
    );
  shuffle(members.sort(), seededRandom(seed));
  const filled = Math.min(groups, members.length);
  const groupOf = new Map(Array.from(members, (user, at) => [user, at % filled]));
  const parts = new Map<number, Part[]>();
  for (const length of ascending(lengths))
    parts.set(
      length,
      Array.from({ length: filled }, (_, group) => ({
        train: filterRatings(train, ({ user, row }) => groupOf.get(user) !== group || age[row] < length),
        test: filterRatings(test, ({ user }) => groupOf.get(user) === group),
      })),
    );
  return curve(contenders, train, parts, options);
}

type Part = Pick<Split, "train" | "test">;

async function curve(
  contenders: readonly Contender[],
  seen: Dataset,
  parts: ReadonlyMap<number, Part[]>,
  options: CurveOptions,
): Promise<CurvePoint[]> {
  const { onProgress, signal } = options;
  const points: CurvePoint[] = [];
  const fits = contenders.length * [...parts.values()].reduce((sum, own) => sum + own.length, 0);
  let progress: CurveProgress | undefined;
  let done = 0;
  for (const { name, fit, predicts } of contenders)
    for (const [size, own] of parts) {
      const evaluations: Evaluation[] = [];
      let trainSeconds = 0;
      for (const part of own) {
        if (signal?.aborted)
          throw new WorkspaceError("TRAINING_ABORTED", `stopped before ${name} was trained at size ${size}`);
        progress = { model: name, size, done: done++, fits };
        onProgress?.(progress);
        const start = performance.now();
        const model = await fit(part.train, signal);
        trainSeconds += (performance.now() - start) / 1000;
        evaluations.push(evaluate(model, part, { ...options, predicts, seen }));
      }
      const statistics = pooledStatistics(evaluations);
      points.push({
        ...each(MEASURES, (measure) => {
          const statistic = statistics[measure];
          return statistic && bootstrap(statistic, options);
        }),
        model: name,
        size,
        ratings: own.reduce((sum, { train }) => sum + train.ratings.length, 0) / own.length,
        users: statistics.ndcg!.users.length,
        trainSeconds,
        statistics,
      });
    }
  if (progress) onProgress?.({ ...progress, done });
  return points;
}

/** Of each rating, how many earlier ones its user has; ties by row. */
function placesByTime({ users, timestamps, userIds }: Dataset): Uint32Array {
  const places = new Uint32Array(users.length);
  const next = new Uint32Array(userIds.length);
  const order = Uint32Array.from(users.keys()).sort((a, b) => timestamps[a] - timestamps[b] || a - b);
  for (const row of order) places[row] = next[users[row]]++;
  return places;
}

const ascending = (sizes: readonly number[]): number[] => [...new Set(sizes)].sort((a, b) => a - b);

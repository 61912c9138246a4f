import { defaultOptions, type ExplicitOptions, type ImplicitOptions, type TrainOptions } from "../als";
import { filterRatings, seededRandom, splitRandom, WorkspaceError, type Dataset } from "../data";
import type { RankingOptions } from "./ranking";
import { tuneGrid, type Trial, type Tuning, type TuningMetric } from "./tuning";

/**
 * Where a search begins, and what does well without one: explicit feedback with co-factors. Found on holdouts inside
 * ml-latest-small; the same region was best on a dense part of it with whole stars.
 */
export function accurateOptions(feedback: "explicit"): ExplicitOptions;
export function accurateOptions(feedback: "implicit"): ImplicitOptions;
export function accurateOptions(feedback: "explicit" | "implicit"): ExplicitOptions | ImplicitOptions;
export function accurateOptions(feedback: "explicit" | "implicit"): ExplicitOptions | ImplicitOptions {
  if (feedback === "implicit") return { ...defaultOptions(feedback), nu: 0.5, lambda: 2, alpha: 2, seeds: 3 };
  return {
    ...defaultOptions(feedback),
    rank: 32,
    iterations: 24,
    lambda: 2.2,
    lambdaBias: 1.5,
    nu: 0.4,
    cofactorWeight: 1,
    lambdaCofactor: 25,
    seeds: 5,
  };
}

export interface SearchOptions extends RankingOptions {
  feedback: "explicit" | "implicit";
  /** Of the holdout and of every training; 42 by default. */
  seed?: number;
  /** Share of the ratings to hold out, 0.1 by default. */
  share?: number;
  /** "rmse" by default for explicit feedback, "ndcg" for implicit. */
  metric?: TuningMetric;
  /** Options that the search leaves as they are. */
  fixed?: Partial<TrainOptions>;
  /** Where to begin; `accurateOptions` by default. */
  start?: Partial<TrainOptions>;
  /** Ranks in the order in which they are tried, small ones first: most is learned on the first. */
  ranks?: readonly number[];
  /** `secondsLeft` is an estimate. */
  onTrial?: (trial: Trial, progress: { done: number; secondsLeft: number; best: boolean }) => void;
  signal?: AbortSignal;
}

export interface Search {
  metric: TuningMetric;
  better: Tuning["better"];
  /** In the order in which they were made. */
  trials: Trial[];
  best: Trial;
  /** What the options were chosen on. */
  holdout: { share: number; seed: number; ratings: number };
}

/** More ratings than these are searched on a random share of the users: the optimum is flat, and hours are long. */
const MOST_RATINGS = 3e6;

/** One way to change a point of the search: a step above 1 one way, its inverse the other. */
interface Direction {
  options: readonly string[];
  step: number;
  move: (point: Point, step: number) => Point;
}

/** The options of one training that are numbers, by name. */
type Point = Record<string, number> & { rank: number; lambda: number; iterations: number };

/**
 * Chooses all options of a training on a random holdout of `train`, and looks at nothing else. A pattern search
 * (Hooke and Jeeves 1961): one direction after the other, on as long as it helps, then with smaller steps; first at the
 * lowest rank, where a training costs little, then from there at each higher one for as long as that helps. The number
 * of iterations is read along each training. The same data, options and seed choose the same.
 *
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID where there is too little to hold out, TRAINING_ABORTED, METRIC_EMPTY
 */
export async function searchOptions(train: Dataset, options: SearchOptions): Promise<Search> {
  const { feedback, seed = 42, share = 0.1, fixed = {}, ranks = RANKS[feedback] } = options;
  if (ranks.length === 0) throw new WorkspaceError("OPTION_INVALID", "the search has no rank to try");
  const metric = options.metric ?? (feedback === "explicit" ? "rmse" : "ndcg");
  const holdout = splitRandom(sampled(train, seed), { testShare: share, seed });
  const trials: Trial[] = [];
  const known = new Map<string, Trial>();
  let better: Tuning["better"] = "lower";
  let best: Trial | undefined;
  const beats = (a: Trial, b: Trial): boolean => (better === "lower" ? a.value < b.value : a.value > b.value);

  const tryPoint = async (point: Point): Promise<Trial> => {
    const key = JSON.stringify(Object.entries(point).sort());
    const earlier = known.get(key);
    if (earlier) return earlier;
    const complete: Point = { ...point, ...(fixed as Point) };
    const { rank, lambda, iterations, ...others } = complete;
    const tuning = await tuneGrid(
      holdout.train,
      { rank: [rank], lambda: [lambda], iterations: countsUpTo(iterations, metric, "iterations" in fixed) },
      {
        ...options,
        metric,
        validation: holdout.test,
        fixed: { ...others, feedback, seed, seeds: 1 } as Partial<TrainOptions>,
        onTrial: undefined,
      },
    );
    better = tuning.better;
    const trial = tuning.best;
    known.set(key, trial);
    trials.push(trial);
    const leads = best === undefined || beats(trial, best);
    if (leads) best = trial;
    const left = estimateLeft(trials, ranks, rank);
    options.onTrial?.(trial, { done: trials.length, secondsLeft: left, best: leads });
    return trial;
  };

  const typical = typicalRow(holdout.train);
  const free = directionsOf(feedback, typical).filter(({ options: names }) =>
    names.every((name) => !(name in fixed)),
  );
  const { feedback: _, seed: __, seeds: ___, ...start } = { ...accurateOptions(feedback), ...options.start } as Record<
    string,
    unknown
  >;
  let point = { ...start, rank: ranks[0] } as Point;
  let reached = await tryPoint(point);
  /** Steps of 1, then of the square root, and so on: each round is finer than the last. */
  const rounds = async (from: number, to: number, directions: readonly Direction[]): Promise<void> => {
    for (let round = from; round < to; round++)
      for (const { step, move } of directions)
        for (const factor of [step ** (0.5 ** round), step ** -(0.5 ** round)]) {
          let moved = false;
          for (let times = 0; times < 3; times++) {
            const next = move(point, factor);
            const trial = await tryPoint(next);
            if (!beats(trial, reached)) break;
            [point, reached, moved] = [next, trial, true];
          }
          if (moved) break;
        }
  };
  await rounds(0, 3, free);
  if (!("rank" in fixed))
    for (const rank of ranks.slice(1)) {
      const [pointBefore, reachedBefore] = [point, reached];
      point = { ...point, rank };
      reached = await tryPoint(point);
      await rounds(1, 2, free);
      if (beats(reached, reachedBefore)) continue;
      [point, reached] = [pointBefore, reachedBefore];
      break;
    }
  return {
    metric,
    better,
    trials,
    best: reached,
    holdout: { share, seed, ratings: holdout.test.ratings.length },
  };
}

const RANKS = { explicit: [16, 32, 64], implicit: [32, 64, 128] };

/** For RMSE one training shows them all; other metrics train anew for each. */
function countsUpTo(iterations: number, metric: TuningMetric, fixed: boolean): number[] {
  if (fixed || metric !== "rmse") return [iterations];
  return Array.from({ length: iterations }, (_, k) => k + 1);
}

function directionsOf(feedback: SearchOptions["feedback"], typical: number): Direction[] {
  const scale =
    (name: string, power = 1) =>
    (point: Point, step: number): Point => ({ ...point, [name]: round(point[name] * step ** power) });
  const lambda: Direction = { options: ["lambda"], step: 1.4, move: scale("lambda") };
  // Another exponent with the same penalty on a typical row: else λ would have to be found anew each time.
  const nu: Direction = {
    options: ["nu", "lambda"],
    step: 1.5,
    move: (point, step) => {
      const nu = round(Math.min(1, Math.max(0, point.nu + 0.3 * Math.log(step))));
      return { ...point, nu, lambda: round(point.lambda * typical ** (point.nu - nu)) };
    },
  };
  if (feedback === "implicit")
    return [{ options: ["alpha"], step: 2.5, move: scale("alpha") }, { ...lambda, step: 2.5 }, nu];
  return [
    // w²/λ_z is the strength of the tie between what has the same raters: here it stays, there it moves.
    {
      options: ["cofactorWeight", "lambdaCofactor"],
      step: 2,
      move: (point, step) => scale("lambdaCofactor", 2)(scale("cofactorWeight")(point, step), step),
    },
    { options: ["lambdaCofactor"], step: 2, move: scale("lambdaCofactor") },
    lambda,
    { options: ["lambdaBias"], step: 1.7, move: scale("lambdaBias") },
    nu,
  ];
}

const round = (value: number): number => Number(value.toPrecision(4));

/** Geometric mean, over ratings, of the number of ratings in their rows, users and items alike. */
function typicalRow({ users, items, userIds, itemIds }: Dataset): number {
  let sum = 0;
  for (const [column, rows] of [
    [users, userIds.length],
    [items, itemIds.length],
  ] as const) {
    const counts = new Uint32Array(rows);
    for (const row of column) counts[row]++;
    for (const row of column) sum += Math.log(counts[row]);
  }
  return Math.exp(sum / (2 * users.length));
}

function sampled(train: Dataset, seed: number): Dataset {
  const share = MOST_RATINGS / train.ratings.length;
  if (share >= 1) return train;
  const random = seededRandom(seed);
  const kept = Uint8Array.from(train.userIds, () => (random() < share ? 1 : 0));
  return filterRatings(train, ({ user }) => kept[user] === 1);
}

/** Trainings that a rank usually takes, the first and each of the others. */
const USUAL_TRIALS = [32, 12];

/** From the seconds of the last rank's trials, at costs that grow as rank^1.5. */
function estimateLeft(trials: readonly Trial[], ranks: readonly number[], rank: number): number {
  const own = trials.filter((trial) => trial.rank === rank);
  const seconds = own.reduce((sum, trial) => sum + trial.seconds, 0) / own.length;
  const at = Math.max(0, ranks.indexOf(rank));
  const here = Math.max(1, USUAL_TRIALS[at === 0 ? 0 : 1] - own.length);
  return ranks
    .slice(at + 1)
    .reduce((sum, next) => sum + USUAL_TRIALS[1] * seconds * (next / rank) ** 1.5, here * seconds);
}

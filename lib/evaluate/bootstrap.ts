import { seededRandom, WorkspaceError } from "../data";

/**
 * A figure made of users' own sums, so that users can be drawn again: Σ numerator / Σ denominator, its
 * square root where `root`. A mean over users has denominator 1 for each; an RMSE has squared error over count.
 * All three arrays have one length; `users` are dense indices.
 */
export interface UserStatistic {
  users: Uint32Array;
  numerator: Float64Array;
  denominator: Float64Array;
  root: boolean;
}

/** A measured figure and its confidence interval; `low` and `high` are null where none applies. */
export interface Estimate {
  value: number;
  low: number | null;
  high: number | null;
}

export interface BootstrapOptions {
  /** Draws of the whole set of users; 1000 by default. */
  samples?: number;
  /** Share of the draws inside the interval; 0.95 by default. */
  level?: number;
  seed?: number;
}

/** The difference of two models, first minus second. */
export interface PairedDifference {
  difference: number;
  low: number;
  high: number;
  /** Two-sided; at least 2 / (samples + 1). */
  pValue: number;
  users: number;
}

/** The mean over users of one value each. */
export function meanOverUsers(users: Uint32Array, values: Float64Array): UserStatistic {
  return { users, numerator: values, denominator: new Float64Array(values.length).fill(1), root: false };
}

/**
 * A figure that is no sum over users (coverage, Gini, R²) as a mean over users nevertheless, so that it has an interval
 * and a paired test like any other: user u stands for θ + (n − 1)(mean of θ₍₎ − θ₍u₎), θ₍u₎ being the figure without
 * u. Their mean is θ and their standard error that of the jackknife. Drawing users anew would not do: a draw has only
 * some 63 % of them, and so covers less than they do.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 11 (jackknife values, eq. 11.5).
 * @param value θ
 * @param without θ₍u₎ at the position of each of `users`
 */
export function jackknifeOverUsers(users: Uint32Array, value: number, without: Float64Array): UserStatistic {
  const n = users.length;
  const mean = without.reduce((sum, figure) => sum + figure, 0) / n;
  return meanOverUsers(
    users,
    without.map((figure) => value + (n - 1) * (mean - figure)),
  );
}

/**
 * One figure over several measurements, as the folds of a cross-validation are: sums of each user over all of them,
 * so that a user drawn is drawn with all that was measured of them. A user may be absent from some.
 * @throws WorkspaceError METRIC_EMPTY without a measurement, OPTION_INVALID when they are of different kinds
 */
export function pooled(statistics: readonly UserStatistic[]): UserStatistic {
  if (statistics.length === 0) throw new WorkspaceError("METRIC_EMPTY", "no measurement to pool");
  const { root } = statistics[0];
  if (statistics.some((statistic) => statistic.root !== root))
    throw new WorkspaceError("OPTION_INVALID", "a root and a plain mean cannot be pooled");
  const sums = new Map<number, [numerator: number, denominator: number]>();
  for (const { users, numerator, denominator } of statistics)
    users.forEach((user, at) => {
      const [over, under] = sums.get(user) ?? [0, 0];
      sums.set(user, [over + numerator[at], under + denominator[at]]);
    });
  const users = Uint32Array.from(sums.keys()).sort();
  return {
    users,
    numerator: Float64Array.from(users, (user) => sums.get(user)![0]),
    denominator: Float64Array.from(users, (user) => sums.get(user)![1]),
    root,
  };
}

/**
 * Percentile interval: users are drawn with replacement, the figure is taken of each draw, and the middle
 * `level` of these is the interval. Users, not ratings, are drawn, because a user's ratings are not independent.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", ch. 13.
 * @throws WorkspaceError METRIC_EMPTY without a user, OPTION_INVALID
 */
export function bootstrap(statistic: UserStatistic, options: BootstrapOptions = {}): Estimate {
  const { samples, level, seed } = checked(options);
  const figures = new Float64Array(samples);
  draw(statistic.users.length, samples, seed, (sample, drawn) => {
    figures[sample] = figureOf(statistic, drawn);
  });
  return { value: figureOf(statistic), ...middle(figures, level) };
}

/**
 * Whether two models differ on the same users: each draw takes the figure of both. Twice the share of draws on
 * the rarer side of 0 is the p-value, with one draw added so that it is never 0.
 * Source: Sakai 2006, "Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR (paired test);
 * Davison and Hinkley 1997, eq. 4.11 (the added draw).
 * @throws WorkspaceError METRIC_EMPTY without a user, OPTION_INVALID when the users differ
 */
export function pairedBootstrap(
  first: UserStatistic,
  second: UserStatistic,
  options: BootstrapOptions = {},
): PairedDifference {
  const { samples, level, seed } = checked(options);
  const users = first.users.length;
  if (users !== second.users.length || first.users.some((user, at) => user !== second.users[at]))
    throw new WorkspaceError("OPTION_INVALID", "the two models were measured on different users", {
      mend: "Measure both on one split with the same options.",
    });
  const differences = new Float64Array(samples);
  let above = 0;
  let below = 0;
  draw(users, samples, seed, (sample, drawn) => {
    const difference = figureOf(first, drawn) - figureOf(second, drawn);
    differences[sample] = difference;
    if (difference >= 0) above++;
    if (difference <= 0) below++;
  });
  return {
    difference: figureOf(first) - figureOf(second),
    ...middle(differences, level),
    pValue: Math.min(1, (2 * (1 + Math.min(above, below))) / (samples + 1)),
    users,
  };
}

function checked(options: BootstrapOptions): Required<BootstrapOptions> {
  const { samples = 1000, level = 0.95, seed = 1 } = options;
  if (!Number.isInteger(samples) || samples < 1)
    throw new WorkspaceError("OPTION_INVALID", `samples is ${samples}, not a whole number of at least 1`);
  if (!(level > 0 && level < 1))
    throw new WorkspaceError("OPTION_INVALID", `level is ${level}, not between 0 and 1`);
  return { samples, level, seed };
}

/** The positions drawn last: the measures and models of a scoreboard draw the same users, one after the other. */
let last = { users: 0, samples: 0, seed: 0, drawn: new Uint32Array(0) };
/** More positions than this (16 MB) are drawn each time, and not kept. */
const LARGEST_KEPT = 4_000_000;

function draw(
  users: number,
  samples: number,
  seed: number,
  take: (sample: number, drawn: Uint32Array) => void,
): void {
  if (users === 0) throw new WorkspaceError("METRIC_EMPTY", "no user to draw a sample of");
  const same = last.users === users && last.samples === samples && last.seed === seed;
  const kept = same || users * samples <= LARGEST_KEPT;
  const drawn = same ? last.drawn : new Uint32Array(kept ? users * samples : users);
  const random = seededRandom(seed);
  for (let sample = 0; sample < samples; sample++) {
    const own = kept ? drawn.subarray(sample * users, (sample + 1) * users) : drawn;
    if (!same) for (let at = 0; at < users; at++) own[at] = Math.floor(random() * users);
    take(sample, own);
  }
  if (kept) last = { users, samples, seed, drawn };
}

/** The figure over the users at `positions`, or over all. */
function figureOf({ numerator, denominator, root }: UserStatistic, positions?: Uint32Array): number {
  let over = 0;
  let under = 0;
  if (positions === undefined)
    for (let at = 0; at < numerator.length; at++) {
      over += numerator[at];
      under += denominator[at];
    }
  else
    for (const at of positions) {
      over += numerator[at];
      under += denominator[at];
    }
  return root ? Math.sqrt(over / under) : over / under;
}

function middle(figures: Float64Array, level: number): { low: number; high: number } {
  const sorted = figures.slice().sort();
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

/** Linear between the two nearest values (Hyndman and Fan 1996, type 7: what NumPy and R do). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

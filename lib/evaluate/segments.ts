import { WorkspaceError, type Dataset, type Split } from "../data";
import { genresByItem, type Recommender } from "../recommend";
import {
  bootstrap,
  meanOverUsers,
  pairedBootstrap,
  type BootstrapOptions,
  type Estimate,
  type PairedDifference,
  type UserStatistic,
} from "./bootstrap";
import type { TopLists } from "./lists";
import { each, RANKING_METRICS, type RankingMetricName, type RankingMetrics } from "./ranking";
import { errorsByUser, maeOverUsers, predictionErrors, rmseOverUsers } from "./rating";

/** A range of training ratings per user or per item, both ends included; `to` is Infinity for the last. */
export interface Band {
  label: string;
  from: number;
  to: number;
}

export type SegmentDimension = "user activity" | "movie popularity" | "genre" | "time";

/** Errors (predicted − given, in stars) over the held-out ratings of one segment; null where there are none. */
export interface SegmentRow {
  dimension: SegmentDimension;
  segment: string;
  count: number;
  users: number;
  rmse: Estimate | null;
  mae: Estimate | null;
  /** Above 0 where the model expects too much. */
  meanError: number | null;
}

export interface SegmentOptions extends BootstrapOptions {
  /** Lowest number of training ratings of each band after the first, which begins at 0; ascending. */
  userBounds?: readonly number[];
  itemBounds?: readonly number[];
}

const USER_BOUNDS = [1, 20, 50, 100, 200, 500];
const ITEM_BOUNDS = [1, 2, 5, 20, 50, 100];

/** Bands that begin at 0 and at each bound. @throws WorkspaceError OPTION_INVALID when bounds do not ascend from 1 */
export function bandsOf(bounds: readonly number[], what: string): Band[] {
  const starts = [0, ...bounds];
  return starts.map((from, at) => {
    const to = at + 1 < starts.length ? starts[at + 1] - 1 : Infinity;
    if (!Number.isInteger(from) || to < from)
      throw new WorkspaceError("OPTION_INVALID", `bounds ${bounds.join(", ")} do not ascend from 1`);
    const range = to === Infinity ? `${from} or more` : from === to ? `${from}` : `${from}–${to}`;
    return { label: `${range} ${to === 1 ? what : `${what}s`}`, from, to };
  });
}

/**
 * Where a model errs: held-out errors by how many training ratings the user has, by how many the movie has, by
 * genre, and by the year (UTC) in which the rating was given. Bands are of training counts alone. A rating counts in each genre of its movie, so genre counts add
 * up to more than the ratings; "(no genres listed)" is a segment of its own.
 * @throws WorkspaceError as `ratingMetrics`, OPTION_INVALID for bounds that do not ascend
 */
export function bySegment(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  options: SegmentOptions = {},
): SegmentRow[] {
  const { train, test } = split;
  const errors = predictionErrors(model, test);
  const row = (dimension: SegmentDimension, segment: string, include: (r: number) => boolean): SegmentRow => {
    const perUser = errorsByUser(test, errors, include);
    const users = perUser.users.length;
    if (users === 0) return { dimension, segment, count: 0, users, rmse: null, mae: null, meanError: null };
    let count = 0;
    let sum = 0;
    errors.forEach((error, r) => {
      if (!include(r)) return;
      count++;
      sum += error;
    });
    return {
      dimension,
      segment,
      count,
      users,
      rmse: bootstrap(rmseOverUsers(perUser), options),
      mae: bootstrap(maeOverUsers(perUser), options),
      meanError: sum / count,
    };
  };

  const userCounts = countsOf(train.users, train.userIds.length);
  const itemCounts = countsOf(train.items, train.itemIds.length);
  const genres = genresByItem(train);
  const genreNames = [...new Set(genres.flat())].sort();
  return [
    ...bandsOf(options.userBounds ?? USER_BOUNDS, "rating").map((band) =>
      row("user activity", band.label, (r) => isIn(band, userCounts[test.users[r]])),
    ),
    ...bandsOf(options.itemBounds ?? ITEM_BOUNDS, "rating").map((band) =>
      row("movie popularity", band.label, (r) => isIn(band, itemCounts[test.items[r]])),
    ),
    ...genreNames.map((genre) => row("genre", genre, (r) => genres[test.items[r]].includes(genre))),
    row("genre", "(no genres listed)", (r) => genres[test.items[r]].length === 0),
    ...yearsOf(test).map((year) => row("time", `${year}`, (r) => yearOf(test.timestamps[r]) === year)),
  ];
}

/** How much better one model ranks than another for the users of one band of activity; null where it has no user measured. */
export interface GainSegmentRow {
  segment: string;
  users: number;
  gains: Record<RankingMetricName, PairedDifference> | null;
}

/**
 * Which users one model serves better than another, by how many training ratings they have: both measured already, the
 * differences paired by user.
 * @throws WorkspaceError OPTION_INVALID when the two were measured on different users, or for bounds that do not ascend
 */
export function gainByActivity(
  first: RankingMetrics,
  second: RankingMetrics,
  train: Dataset,
  options: BootstrapOptions & Pick<SegmentOptions, "userBounds"> = {},
): GainSegmentRow[] {
  const counts = countsOf(train.users, train.userIds.length);
  return bandsOf(options.userBounds ?? USER_BOUNDS, "rating").map((band) => {
    const statistic = ({ perUser }: RankingMetrics, metric: RankingMetricName): UserStatistic => {
      const at = [...perUser.users.keys()].filter((k) => isIn(band, counts[perUser.users[k]]));
      return meanOverUsers(
        Uint32Array.from(at, (k) => perUser.users[k]),
        Float64Array.from(at, (k) => perUser[metric][k]),
      );
    };
    const users = first.perUser.users.filter((user) => isIn(band, counts[user])).length;
    if (users === 0) return { segment: band.label, users, gains: null };
    const gain = (metric: RankingMetricName): PairedDifference =>
      pairedBootstrap(statistic(first, metric), statistic(second, metric), options);
    return { segment: band.label, users, gains: each(RANKING_METRICS, gain) };
  });
}

/** Relevant held-out ratings of one kind, and the share of them that the lists of their users hold. */
export interface RecallSegmentRow {
  dimension: Exclude<SegmentDimension, "user activity">;
  segment: string;
  /** Relevant held-out ratings. */
  relevant: number;
  users: number;
  /** Σ found / Σ relevant over the users, so busy users weigh more than in recall@k; null where nothing is relevant. */
  recall: Estimate | null;
}

/**
 * Which movies a model finds: of the held-out ratings of at least `relevantFrom` stars (4 by default), the share
 * whose movie is on the list of its user, by the movie's training ratings, by genre and by the year (UTC) of the
 * held-out rating. Lists of users without a
 * held-out rating play no part. @throws WorkspaceError OPTION_INVALID for bounds that do not ascend
 */
export function recallByMovie(
  lists: TopLists,
  { train, test }: Pick<Split, "train" | "test">,
  options: BootstrapOptions & Pick<SegmentOptions, "itemBounds"> & { relevantFrom?: number } = {},
): RecallSegmentRow[] {
  const relevantFrom = options.relevantFrom ?? 4;
  const listOf = new Map(Array.from(lists.users, (user, at) => [user, new Set(lists.lists[at])]));
  const row = (
    dimension: RecallSegmentRow["dimension"],
    segment: string,
    include: (item: number, r: number) => boolean,
  ): RecallSegmentRow => {
    const relevant = new Map<number, number>();
    const found = new Map<number, number>();
    for (let r = 0; r < test.ratings.length; r++) {
      const [user, item] = [test.users[r], test.items[r]];
      const list = listOf.get(user);
      if (list === undefined || test.ratings[r] < relevantFrom || !include(item, r)) continue;
      relevant.set(user, (relevant.get(user) ?? 0) + 1);
      found.set(user, (found.get(user) ?? 0) + (list.has(item) ? 1 : 0));
    }
    const users = Uint32Array.from(relevant.keys()).sort();
    const statistic = {
      users,
      numerator: Float64Array.from(users, (user) => found.get(user)!),
      denominator: Float64Array.from(users, (user) => relevant.get(user)!),
      root: false,
    };
    return {
      dimension,
      segment,
      relevant: statistic.denominator.reduce((sum, count) => sum + count, 0),
      users: users.length,
      recall: users.length === 0 ? null : bootstrap(statistic, options),
    };
  };
  const itemCounts = countsOf(train.items, train.itemIds.length);
  const genres = genresByItem(train);
  const genreNames = [...new Set(genres.flat())].sort();
  return [
    ...bandsOf(options.itemBounds ?? ITEM_BOUNDS, "rating").map((band) =>
      row("movie popularity", band.label, (item) => isIn(band, itemCounts[item])),
    ),
    ...genreNames.map((genre) => row("genre", genre, (item) => genres[item].includes(genre))),
    row("genre", "(no genres listed)", (item) => genres[item].length === 0),
    ...yearsOf(test).map((year) => row("time", `${year}`, (_, r) => yearOf(test.timestamps[r]) === year)),
  ];
}

const isIn = (band: Band, count: number): boolean => count >= band.from && count <= band.to;

const yearOf = (timestamp: number): number => new Date(timestamp * 1000).getUTCFullYear();

/** Years (UTC) in which `test` has ratings, ascending. */
const yearsOf = (test: Dataset): number[] =>
  [...new Set(Array.from(test.timestamps, yearOf))].sort((a, b) => a - b);

function countsOf(column: Uint32Array, length: number): Uint32Array {
  const counts = new Uint32Array(length);
  for (const index of column) counts[index]++;
  return counts;
}

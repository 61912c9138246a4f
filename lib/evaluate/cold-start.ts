import { topUnseen, train as trainAls, type ItemRating, type TrainOptions } from "../als";
import { ratingsByUser, seededRandom, shuffle, subset, WorkspaceError, type Dataset } from "../data";
import {
  foldInScorer,
  genresByItem,
  genrePopularityScorer,
  popularityScorer,
  similarUsersScorer,
  trainLister,
  type ListerOptions,
  type VisitorData,
  type VisitorScorer,
} from "../recommend";
import { bootstrap, type BootstrapOptions, type Estimate } from "./bootstrap";
import { ndcgAt } from "./ranking";

/** One setting of a step: what it is called, and how to learn it from the training part, which is all it is given. */
export interface ColdStartVariant {
  label: string;
  fit: (train: Dataset) => VisitorScorer | Promise<VisitorScorer>;
}

/** One step of the ladder with the settings among which is chosen; the first step is what the others are compared with. */
export interface ColdStartStep {
  name: string;
  variants: readonly ColdStartVariant[];
}

export interface ColdStartOptions extends BootstrapOptions {
  /** How many of a new user's ratings are given, by time; 1, 2, 5, 10 and 20 by default. */
  given?: readonly number[];
  /** Groups of users; each is measured once, by what was chosen on the next group and learned from the others. 5 by default. */
  folds?: number;
  /** Deals the users into groups; 1 by default. */
  splitSeed?: number;
  /** 10 by default. */
  k?: number;
  /** A held-out rating of at least so many stars is relevant; 4 by default. */
  relevantFrom?: number;
  onProgress?: (progress: { stage: string; done: number; folds: number }) => void;
}

/** How a step ranks for new users of whom so many ratings are known. */
export interface ColdStartRow {
  step: string;
  given: number;
  /** New users with a relevant film after those given; `usersLeftOut` have none, or too few ratings. */
  users: number;
  usersLeftOut: number;
  ndcg: Estimate;
  /** nDCG over that of the first step, on the same users; the interval is of the ratio. Null for the first step, or where that is 0. */
  ratio: Estimate | null;
  /** The setting chosen in each fold; for "chosen", the step and its setting. */
  chosen: string[];
}

/** The row of the step that did best on the users chosen on, whichever it is for the number of ratings. */
export const CHOSEN_STEP = "chosen";

/**
 * The steps of the ladder that rank for a visitor with ratings, popularity first, each with the settings worth a choice.
 * @param options.explicit and `implicit`: the settings of the two fold-ins, all of them tried; `lister`: of a lister, which is left out by default, since it takes time
 */
export function coldStartSteps(
  options: {
    explicit?: readonly TrainOptions[];
    implicit?: readonly TrainOptions[];
    lister?: readonly ListerOptions[];
  } = {},
): ColdStartStep[] {
  const {
    explicit = [{ feedback: "explicit" }],
    lister = [],
    implicit = [4, 12].map((lambda) => ({ feedback: "implicit", rank: 16, lambda }) as const),
  } = options;
  const dataOf = (train: Dataset): VisitorData => ({ ratings: ratingsByUser(train), scale: train.scale });
  const foldIn = (name: string, settings: readonly TrainOptions[]): ColdStartStep => ({
    name,
    variants: settings.map((als) => ({
      label: `rank ${als.rank ?? "default"}, λ ${als.lambda ?? "default"}`,
      fit: async (train) => foldInScorer(await trainAls(train, als)),
    })),
  });
  return [
    {
      name: "popularity",
      variants: [{ label: "as it is", fit: (train) => popularityScorer(dataOf(train)) }],
    },
    {
      name: "genre popularity",
      variants: [10, 30, 100].map((damping) => ({
        label: `β ${damping}`,
        fit: (train) => genrePopularityScorer(dataOf(train), genresByItem(train), { damping }),
      })),
    },
    {
      name: "similar users",
      variants: [50, 100, 200].flatMap((neighbours) =>
        [0.3, 0.5].map((lengthPower) => ({
          label: `${neighbours} users, p ${lengthPower}`,
          fit: (train: Dataset) => similarUsersScorer(dataOf(train), { neighbours, lengthPower }),
        })),
      ),
    },
    ...(lister.length > 0
      ? [
          {
            name: "liked together",
            variants: lister.map((settings) => ({
              label: `λ ${settings.lambda ?? "default"}`,
              fit: (train: Dataset): VisitorScorer => {
                const own = trainLister(train, settings);
                return (given, scores) => own.scoreItemsFor(given, scores);
              },
            })),
          },
        ]
      : []),
    foldIn("explicit fold-in", explicit),
    foldIn("implicit fold-in", implicit),
  ];
}

/**
 * How well each step serves users that it has never seen, when their first n ratings are known: all items but those
 * given are ranked, and the user's other ratings are what should be found.
 *
 * Whole users are held out, in three parts: steps learn from one; the setting of each step, and which step to use for
 * each n, are chosen by nDCG on the second; both are then learned from the first two parts and measured on the third. The
 * groups change roles, so that every user is measured once.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for fewer users than folds, METRIC_EMPTY when no user can be measured
 */
export async function measureColdStart(
  dataset: Dataset,
  steps: readonly ColdStartStep[],
  options: ColdStartOptions = {},
): Promise<ColdStartRow[]> {
  const { given = [1, 2, 5, 10, 20], folds = 5, splitSeed = 1 } = options;
  check(steps, given);
  const groups = dealUsers(dataset, folds, splitSeed);
  const rowsOf = rowsByTime(dataset);
  const names = [...steps.map(({ name }) => name), CHOSEN_STEP];
  const cells = new Map(
    names.map((name) => [
      name,
      given.map(() => ({ users: [] as number[], ndcg: [] as number[], chosen: [] as string[] })),
    ]),
  );
  for (let fold = 0; fold < folds; fold++) {
    const measured = groups[fold];
    const choosing = groups[(fold + 1) % folds];
    options.onProgress?.({ stage: "choosing", done: fold, folds });
    const inner = withoutUsers(dataset, [...measured, ...choosing]);
    // choice[step][n]: the best setting of a step for n ratings, and what it reached.
    const choice = steps.map(() => given.map(() => ({ variant: 0, value: -Infinity })));
    for (const [s, step] of steps.entries())
      for (const [v, variant] of step.variants.entries()) {
        const scorer = await variant.fit(inner);
        for (const [at, n] of given.entries()) {
          const { ndcg } = ndcgOfNew(dataset, rowsOf, choosing, scorer, n, options);
          const value = ndcg.length === 0 ? 0 : ndcg.reduce((sum, x) => sum + x, 0) / ndcg.length;
          if (value > choice[s][at].value) choice[s][at] = { variant: v, value };
        }
      }
    options.onProgress?.({ stage: "measuring", done: fold, folds });
    const outer = withoutUsers(dataset, measured);
    const scorers = new Map<ColdStartVariant, VisitorScorer>();
    for (const [at, n] of given.entries()) {
      const best = choice.reduce((best, of, s) => (of[at].value > choice[best][at].value ? s : best), 0);
      for (const [s, step] of steps.entries()) {
        const variant = step.variants[choice[s][at].variant];
        if (!scorers.has(variant)) scorers.set(variant, await variant.fit(outer));
        const { users, ndcg } = ndcgOfNew(dataset, rowsOf, measured, scorers.get(variant)!, n, options);
        const record = (name: string, label: string): void => {
          const cell = cells.get(name)![at];
          for (const user of users) cell.users.push(user);
          for (const value of ndcg) cell.ndcg.push(value);
          cell.chosen.push(label);
        };
        record(step.name, variant.label);
        if (s === best) record(CHOSEN_STEP, `${step.name}: ${variant.label}`);
      }
    }
  }
  const everybody = rowsOf.filter((rows) => rows.length > 0).length;
  return names.flatMap((step) =>
    given.map((n, at) => {
      const { users, ndcg, chosen } = cells.get(step)![at];
      if (users.length === 0)
        throw new WorkspaceError(
          "METRIC_EMPTY",
          `${dataset.name}: no user has a relevant rating after the first ${n}`,
        );
      const numerator = Float64Array.from(ndcg);
      const statistic = { users: Uint32Array.from(users), numerator, root: false };
      const first = Float64Array.from(cells.get(steps[0].name)![at].ndcg);
      const comparable = step !== steps[0].name && first.some((value) => value > 0);
      return {
        step,
        given: n,
        users: users.length,
        usersLeftOut: everybody - users.length,
        ndcg: bootstrap({ ...statistic, denominator: new Float64Array(users.length).fill(1) }, options),
        ratio: comparable ? bootstrap({ ...statistic, denominator: first }, options) : null,
        chosen,
      };
    }),
  );
}

function check(steps: readonly ColdStartStep[], given: readonly number[]): void {
  if (steps.length === 0 || steps.some(({ variants }) => variants.length === 0))
    throw new WorkspaceError("OPTION_INVALID", "there is no step, or a step without a setting");
  if (new Set([...steps.map(({ name }) => name), CHOSEN_STEP]).size <= steps.length)
    throw new WorkspaceError("OPTION_INVALID", `two steps have one name, or one is called "${CHOSEN_STEP}"`);
  for (const n of given)
    if (!Number.isInteger(n) || n < 0)
      throw new WorkspaceError("OPTION_INVALID", `given has ${n}, not a whole number of at least 0`);
}

/** Users with a rating, in groups whose sizes differ by at most one. */
function dealUsers(dataset: Dataset, folds: number, seed: number): number[][] {
  const users = Uint32Array.from(new Set(dataset.users)).sort();
  if (!Number.isInteger(folds) || folds < 3 || folds > users.length)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `folds must be a whole number from 3 to the ${users.length} users, not ${folds}`,
      { mend: "Choose three groups of users or more: to learn from, to choose on and to measure." },
    );
  const groups: number[][] = Array.from({ length: folds }, () => []);
  shuffle(users, seededRandom(seed)).forEach((user, at) => groups[at % folds].push(user));
  return groups;
}

/** Row numbers of each user's ratings, by time, ties by row. */
function rowsByTime({ users, timestamps, userIds }: Dataset): number[][] {
  const rows: number[][] = Array.from({ length: userIds.length }, () => []);
  users.forEach((user, row) => rows[user].push(row));
  for (const own of rows) own.sort((a, b) => timestamps[a] - timestamps[b] || a - b);
  return rows;
}

function withoutUsers(dataset: Dataset, users: readonly number[]): Dataset {
  const left = new Set(users);
  const rows: number[] = [];
  dataset.users.forEach((user, row) => {
    if (!left.has(user)) rows.push(row);
  });
  return subset(dataset, Uint32Array.from(rows));
}

function ndcgOfNew(
  dataset: Dataset,
  rowsOf: readonly (readonly number[])[],
  users: readonly number[],
  scorer: VisitorScorer,
  given: number,
  { k = 10, relevantFrom = 4 }: ColdStartOptions,
): { users: number[]; ndcg: number[] } {
  const scores = new Float64Array(dataset.itemIds.length);
  const measured = { users: [] as number[], ndcg: [] as number[] };
  for (const user of users) {
    const rows = rowsOf[user];
    const gains = new Map(
      rows
        .slice(given)
        .filter((row) => dataset.ratings[row] >= relevantFrom)
        .map((row) => [dataset.items[row], 1]),
    );
    if (gains.size === 0) continue;
    const known: ItemRating[] = rows
      .slice(0, given)
      .map((row) => ({ item: dataset.items[row], rating: dataset.ratings[row] }));
    scorer(known, scores);
    const seen = Uint32Array.from(known, ({ item }) => item).sort();
    measured.users.push(user);
    measured.ndcg.push(
      ndcgAt(
        topUnseen(scores, k, seen).map(({ item }) => item),
        gains,
        k,
      ),
    );
  }
  return measured;
}

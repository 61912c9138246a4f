import { isDeepStrictEqual } from "node:util";
import { train, type AlsModel, type ItemRating } from "../als";
import { seededRandom, shuffle, splitLastShare, subset, type Dataset, type Split } from "../data";
import {
  compareModels,
  meanOverUsers,
  ndcgAt,
  pairedBootstrap,
  scoreboard,
  type BootstrapOptions,
  type Contender,
  type PairedDifference,
  type RankingMetricName,
  type RankingOptions,
  type ScoreboardRow,
  type UserStatistic,
} from "../evaluate";
import { RecommendationLadder, ServedModel, trainLister } from "../recommend";
import { askGoldenQueries, type GoldenAnswer, type GoldenQuery } from "./golden-queries";
import type { LoadedModel } from "./model-file";

export interface GateOptions extends BootstrapOptions, Pick<RankingOptions, "k" | "relevantFrom"> {
  /** See `readGoldenQueries`. */
  golden: readonly GoldenQuery[];
  /** What the candidate must be better in; "ndcg" by default. */
  measure?: RankingMetricName;
  /** The p-value of the paired test must be below; 0.05 by default. */
  significance?: number;
  /** How much of the current model's coverage and cold-start quality may be lost; 0.1 by default. */
  tolerance?: number;
  /** The last share of each known user's ratings is held out; 0.2 by default. */
  testShare?: number;
  /** Users held out wholly, to be met as new ones: 0.2 by default, at most 1000 users. */
  newUserShare?: number;
  /** How many of a new user's ratings are given, by time; 1, 5, 20 and 110 by default: the last is folded into the model. */
  given?: readonly number[];
  signal?: AbortSignal;
  onProgress?: (stage: string) => void;
}

export type GateCheckName =
  "same data" | "different" | "holdout" | "coverage" | "cold start" | "golden queries";

export interface GateCheck {
  name: GateCheckName;
  passed: boolean;
  /** In a sentence, with the numbers. */
  says: string;
  numbers: Record<string, number>;
}

/** What the gate found, as kept in the record of a promotion. */
export interface GateReport {
  passed: boolean;
  candidate: string;
  current: string;
  data: { name: string; hash: string };
  /** Sizes of the holdout. */
  holdout: { trainRatings: number; testRatings: number; newUsers: number };
  checks: GateCheck[];
  golden: GoldenAnswer[];
}

/** A model of other data cannot be judged on these: so much of what it learned from must be among them. */
const SAME_DATA = 0.9;
const MOST_NEW_USERS = 1000;

/**
 * Decides whether a candidate should take the current model's place.
 *
 * Served models have learned from all ratings, so no rating that they have not seen may be left, and figures that each
 * exporter wrote into its manifest may come from other data, another split or another version of the measuring code.
 * The gate therefore compares *what makes the models*: on one split of the present data it trains both again, each
 * with its own options, its lister's too, and on what it had learned from, less what is held out. So a candidate can win by its options, by
 * its fresher ratings, or by both, and neither has met a held-out rating. The last share of the ratings of each known user
 * is held out for lists, and some users wholly, to be met as new ones. It costs two trainings. The golden queries are asked
 * of the candidate as exported, which is the very thing that will answer.
 *
 * Checks, of which all must pass:
 *   "same data"       90 % of what each model learned from is in `dataset`; else nothing can be compared
 *   "different"       the two have not learned the same ratings with the same options
 *   "holdout"         better by the paired bootstrap over users (`compareModels`)
 *   "coverage"        different films in the lists of ten: no more than `tolerance` below the current model's
 *   "cold start"      nDCG of the ladder's lists for new users, for each number of given ratings: no more than
 *                     `tolerance` below, or the difference may be chance
 *   "golden queries"  every query that the model's films allow is passed, and one at least was asked
 * The first two end the gate when they fail.
 * @param dataset the present ratings; the later of what the two learned from
 * @throws WorkspaceError SPLIT_INVALID or METRIC_EMPTY for data too small to hold anything out, TRAINING_ABORTED
 */
export async function promotionGate(
  candidate: LoadedModel,
  current: LoadedModel,
  dataset: Dataset,
  options: GateOptions,
): Promise<GateReport> {
  const { split, newUsers } = holdOut(dataset, options);
  const report = (checks: GateCheck[], golden: GoldenAnswer[] = []): GateReport => ({
    passed: checks.every(({ passed }) => passed),
    candidate: candidate.manifest.version,
    current: current.manifest.version,
    data: { name: dataset.name, hash: dataset.hash },
    holdout: {
      trainRatings: split.train.ratings.length,
      testRatings: split.test.ratings.length,
      newUsers: newUsers.length,
    },
    checks,
    golden,
  });
  const learned = {
    candidate: ratingsOf(candidate.model, dataset),
    current: ratingsOf(current.model, dataset),
  };
  const checks: GateCheck[] = [sameData(candidate, current, learned, dataset)];
  if (checks[0].passed) checks.push(different(candidate, current, learned));
  if (checks.some(({ passed }) => !passed)) return report(checks);

  const models: Record<string, ServedModel> = {};
  const contender = (name: "candidate" | "current", { manifest }: LoadedModel): Contender => ({
    name,
    predicts: manifest.kind === "explicit" ? "stars" : "preference",
    fit: async (trainPart, signal) => {
      options.onProgress?.(`training the ${name} model without the held-out ratings`);
      const own = ratingsOf(name === "candidate" ? candidate.model : current.model, trainPart);
      const part = subset(trainPart, own);
      const model = await train(part, manifest.options, { signal });
      const lister = manifest.lister && trainLister(part, manifest.lister.options);
      return (models[name] = new ServedModel(model, lister));
    },
  });
  const [ours, theirs] = await scoreboard(
    [contender("candidate", candidate), contender("current", current)],
    split,
    { ...options, onProgress: undefined },
  );
  options.onProgress?.("meeting new users");
  const golden = askGoldenQueries(candidate, options.golden);
  checks.push(
    holdout(ours, theirs, options),
    coverage(ours, theirs, options),
    coldStart(models.candidate, models.current, dataset, newUsers, options),
    goldenCheck(golden),
  );
  return report(checks, golden);
}

/** A report's refusal in one line: the checks that failed. */
export const refusalOf = ({ checks }: GateReport): string =>
  checks
    .filter(({ passed }) => !passed)
    .map(({ name, says }) => `${name}: ${says}`)
    .join("; ");

function holdOut(
  dataset: Dataset,
  { testShare = 0.2, newUserShare = 0.2, seed = 1 }: GateOptions,
): { split: Split; newUsers: Uint32Array } {
  const { train: kept, test, ...how } = splitLastShare(dataset, { testShare });
  const users = Uint32Array.from(new Set(dataset.users)).sort();
  const some = Math.min(MOST_NEW_USERS, Math.round(users.length * newUserShare));
  const newUsers = shuffle(users, seededRandom(seed)).slice(0, some).sort();
  const isNew = new Set(newUsers);
  const known = (part: Dataset): Dataset =>
    subset(
      part,
      rowsWhere(part, (row) => !isNew.has(part.users[row])),
    );
  return { split: { ...how, train: known(kept), test: known(test) }, newUsers };
}

/** Rows of `part` that the model learned from: the same user, film and stars. */
function ratingsOf({ parts }: AlsModel, part: Dataset): Uint32Array {
  const indexIn = (ids: Uint32Array, wanted: Uint32Array): Int32Array => {
    const index = new Map(Array.from(ids, (id, at) => [id, at]));
    return Int32Array.from(wanted, (id) => index.get(id) ?? -1);
  };
  const userOf = indexIn(parts.userIds, part.userIds);
  const itemOf = indexIn(parts.itemIds, part.itemIds);
  const { rowStart, columns, values } = parts.ratings;
  return rowsWhere(part, (row) => {
    const [user, item] = [userOf[part.users[row]], itemOf[part.items[row]]];
    if (user < 0 || item < 0) return false;
    // Columns ascend within a row.
    let [low, high] = [rowStart[user], rowStart[user + 1]];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (columns[middle] < item) low = middle + 1;
      else high = middle;
    }
    return low < rowStart[user + 1] && columns[low] === item && values[low] === part.ratings[row];
  });
}

function rowsWhere({ ratings }: Dataset, accept: (row: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: ratings.length }, (_, row) => row).filter(accept);
}

function sameData(
  candidate: LoadedModel,
  current: LoadedModel,
  learned: { candidate: Uint32Array; current: Uint32Array },
  dataset: Dataset,
): GateCheck {
  const share = learned.candidate.length / candidate.manifest.ratings;
  const currentShare = learned.current.length / current.manifest.ratings;
  return {
    name: "same data",
    passed: Math.min(share, currentShare) >= SAME_DATA,
    says: `${percent(share)} of the candidate's and ${percent(currentShare)} of the current model's training ratings are among those of ${dataset.name}, ${percent(SAME_DATA)} needed`,
    numbers: { share, currentShare, needed: SAME_DATA },
  };
}

function different(
  candidate: LoadedModel,
  current: LoadedModel,
  learned: { candidate: Uint32Array; current: Uint32Array },
): GateCheck {
  const optionsOf = ({ manifest: { options, lister } }: LoadedModel): object => ({
    options,
    lister: lister?.options,
  });
  const sameOptions = isDeepStrictEqual(optionsOf(candidate), optionsOf(current));
  const sameRatings = isDeepStrictEqual(learned.candidate, learned.current);
  const differs = [...(sameOptions ? [] : ["options"]), ...(sameRatings ? [] : ["training ratings"])];
  return {
    name: "different",
    passed: differs.length > 0,
    says:
      differs.length > 0
        ? `other ${differs.join(" and ")} than the current model's`
        : `the same ${learned.current.length.toLocaleString("en")} ratings were learned with the same options as by the current model, so there is nothing to compare`,
    numbers: { ratings: learned.candidate.length, currentRatings: learned.current.length },
  };
}

function holdout(
  ours: ScoreboardRow,
  theirs: ScoreboardRow,
  { measure = "ndcg", significance = 0.05, k = 10, ...options }: GateOptions,
): GateCheck {
  const { users, ...test } = compareModels(ours.evaluation, theirs.evaluation, measure, options);
  const [value, currentValue] = [ours[measure].value, theirs[measure].value];
  return {
    name: "holdout",
    passed: test.difference > 0 && test.pValue < significance,
    says: `${measure}@${k} ${figure(value)} against ${figure(currentValue)}, ${told(test)} over ${users} users; better with p < ${significance} needed`,
    numbers: { value, currentValue, ...test, users },
  };
}

function coverage(ours: ScoreboardRow, theirs: ScoreboardRow, { tolerance = 0.1 }: GateOptions): GateCheck {
  const [value, currentValue] = [ours.coverage.value, theirs.coverage.value];
  const needed = (1 - tolerance) * currentValue;
  return {
    name: "coverage",
    passed: value >= needed,
    says: `${percent(value)} of the films are in some list, against ${percent(currentValue)}; ${percent(needed)} needed`,
    numbers: { value, currentValue, needed },
  };
}

function coldStart(
  ours: ServedModel,
  theirs: ServedModel,
  dataset: Dataset,
  newUsers: Uint32Array,
  options: GateOptions,
): GateCheck {
  const { given = [1, 5, 20, 110], tolerance = 0.1 } = options;
  const numbers: Record<string, number> = {};
  const says: string[] = [];
  let passed = true;
  const histories = historiesOf(dataset, newUsers);
  const ladders = [ours, theirs].map(
    ({ model, lister }) => new RecommendationLadder(model, { movies: dataset.movies, lister }),
  );
  for (const n of given) {
    const [own, other] = ladders.map((ladder) => ndcgOfNew(ladder, dataset, histories, n, options));
    if (own.users.length === 0) continue;
    const test = pairedBootstrap(own, other, options);
    const [value, currentValue] = [mean(own.numerator), mean(other.numerator)];
    const worse = value < (1 - tolerance) * currentValue && test.high < 0;
    passed &&= !worse;
    says.push(
      `${n} given: ${figure(value)} against ${figure(currentValue)} over ${test.users} users${worse ? `, ${told(test)}` : ""}`,
    );
    numbers[`given ${n}`] = value;
    numbers[`given ${n}, current`] = currentValue;
    numbers[`given ${n}, users`] = test.users;
  }
  return {
    name: "cold start",
    passed: passed && says.length > 0,
    says:
      says.length > 0
        ? `nDCG for new users, ${says.join("; ")}; a loss of ${percent(tolerance)} or less, or one that may be chance, is allowed`
        : "no new user has enough ratings to be measured",
    numbers,
  };
}

function goldenCheck(answers: readonly GoldenAnswer[]): GateCheck {
  const of = (verdict: GoldenAnswer["verdict"]): GoldenAnswer[] =>
    answers.filter((answer) => answer.verdict === verdict);
  const [passed, failed, aside] = [of("passed"), of("failed"), of("not asked")];
  return {
    name: "golden queries",
    passed: failed.length === 0 && passed.length > 0,
    says: [
      `${passed.length} passed, ${failed.length} failed, ${aside.length} not asked since the films are not in the model`,
      ...failed.map(({ name, says }) => `“${name}” has ${says}`),
    ].join("; "),
    numbers: { passed: passed.length, failed: failed.length, notAsked: aside.length },
  };
}

/** Ratings of each user by time, ties by row; dense item indices. */
function historiesOf(dataset: Dataset, users: Uint32Array): Map<number, ItemRating[]> {
  const rows = new Map<number, number[]>(Array.from(users, (user) => [user, []]));
  dataset.users.forEach((user, row) => rows.get(user)?.push(row));
  const { items, ratings, timestamps } = dataset;
  return new Map(
    [...rows].map(([user, own]) => [
      user,
      own
        .sort((a, b) => timestamps[a] - timestamps[b] || a - b)
        .map((row) => ({ item: items[row], rating: ratings[row] })),
    ]),
  );
}

/** nDCG of the ladder's list for each user of whom n ratings are given and another one is relevant. */
function ndcgOfNew(
  ladder: RecommendationLadder,
  { itemIds }: Dataset,
  histories: ReadonlyMap<number, readonly ItemRating[]>,
  given: number,
  { k = 10, relevantFrom = 4 }: GateOptions,
): UserStatistic {
  const users: number[] = [];
  const values: number[] = [];
  for (const [user, history] of histories) {
    if (history.length <= given) continue;
    const rest = history.slice(given).filter(({ rating }) => rating >= relevantFrom);
    if (rest.length === 0) continue;
    const known = history.slice(0, given).map(({ item, rating }) => ({ movieId: itemIds[item], rating }));
    const list = ladder.forVisitor(known, k).items.map(({ movieId }) => movieId);
    users.push(user);
    values.push(ndcgAt(list, new Map(rest.map(({ item }) => [itemIds[item], 1])), k));
  }
  return meanOverUsers(Uint32Array.from(users), Float64Array.from(values));
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const figure = (value: number): string => value.toFixed(4);
const told = ({ difference, low, high, pValue }: Omit<PairedDifference, "users">): string =>
  `difference ${figure(difference)} (${figure(low)} … ${figure(high)}, p ${pValue.toFixed(3)})`;

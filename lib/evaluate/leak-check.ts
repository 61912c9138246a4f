import { mergeRatings, ratingsByUser, type Dataset, type Split } from "../data";
import type { Recommender } from "../recommend";
import { heldOutUsers } from "./ranking";
import type { Contender } from "./scoreboard";

/**
 * What is done to the held-out ratings before a model is learned again; the training ratings stay as they are.
 *   "nothing"          the model learned twice must be the same, else nothing can be said of it
 *   "stars and times"  the same films, with opposite stars and a year later: means, tuning
 *   "films"            the same stars, of films that their users have not rated: popularity, who likes what
 *   "strangers"        users and films that only the test part has, behind the others in the index space: id maps
 */
export type Alteration = "nothing" | "stars and times" | "films" | "strangers";

/** How a model learned after an alteration differs from the one before it. */
export interface LeakFinding {
  alteration: Alteration;
  /** Held-out ratings that were changed or added; with 0 the alteration says nothing. */
  altered: number;
  /** Predictions and ranking scores compared, of users and items known before. */
  compared: number;
  /** Of these, those that are not the same to the last bit. */
  differing: number;
  /** The first of them, in dense indices. */
  example: { user: number; item: number; before: number; after: number } | null;
}

export interface LeakReport {
  contender: string;
  verdict: "clean" | "leaks" | "not repeatable";
  findings: LeakFinding[];
}

/** Makes the contender of a split, as the experiment does; `whole` is train and test together. Must learn from train alone. */
export type ContenderOf = (split: Split, whole: Dataset) => Contender | Promise<Contender>;

/**
 * Whether held-out ratings get into what is learned: a contender is made and fitted again after they were altered, and
 * must predict and rank the same to the last bit. Whatever the contender has from elsewhere (tuned options, blend
 * weights, popularity, id maps) must be made inside `contender`, given as a function: then it is made again as well.
 * Of a contender that was made before, only `fit` runs again, and what it has closed over stays as it was.
 * (Tags carry no stars and are not altered: a model of tags must look at their time itself.)
 * @param options.users how many users are compared, spread over those with a held-out rating; 50 by default
 */
export async function leakCheck(
  contender: Contender | ContenderOf,
  split: Split,
  options: { users?: number; signal?: AbortSignal } = {},
): Promise<LeakReport> {
  const { users: most = 50, signal } = options;
  const all = heldOutUsers(split.test);
  const count = Math.min(most, all.length);
  const users = Uint32Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)]);
  let name = "";
  const learned = async (altered: Split): Promise<Recommender> => {
    const made =
      typeof contender === "function"
        ? await contender(altered, mergeRatings(altered.train, altered.test))
        : contender;
    name = made.name;
    return made.fit(altered.train, signal);
  };
  const before = await learned(split);
  const findings: LeakFinding[] = [];
  for (const alteration of ["nothing", "stars and times", "films", "strangers"] as const) {
    const altered = ALTERED[alteration](split);
    const after = await learned(altered.split);
    findings.push({ alteration, altered: altered.ratings, ...difference(before, after, users) });
  }
  const differs = ({ differing }: LeakFinding): boolean => differing > 0;
  const [again, ...others] = findings;
  const verdict = differs(again) ? "not repeatable" : others.some(differs) ? "leaks" : "clean";
  return { contender: name, verdict, findings };
}

const ALTERED: Record<Alteration, (split: Split) => { split: Split; ratings: number }> = {
  nothing: (split) => ({ split, ratings: 0 }),
  "stars and times": withOtherStars,
  films: withOtherFilms,
  strangers: withStrangers,
};

const YEAR = 365 * 24 * 3600;

function withOtherStars(split: Split): { split: Split; ratings: number } {
  const { ratings, timestamps, scale } = split.test;
  const opposite = (stars: number): number => {
    const mirrored = scale.min + scale.max - stars;
    return mirrored === stars ? scale.max : mirrored;
  };
  const test = {
    ...split.test,
    ratings: ratings.map(opposite),
    timestamps: timestamps.map((timestamp) => timestamp + YEAR),
  };
  return { split: { ...split, test }, ratings: ratings.length };
}

function withOtherFilms(split: Split): { split: Split; ratings: number } {
  const { train, test } = split;
  const rated = ratingsByUser(mergeRatings(train, test));
  const taken = new Map<number, Set<number>>();
  const items = test.items.slice();
  let changed = 0;
  test.users.forEach((user, r) => {
    const own =
      taken.get(user) ?? new Set(rated.columns.subarray(rated.rowStart[user], rated.rowStart[user + 1]));
    taken.set(user, own);
    for (let step = 1; step < rated.cols; step++) {
      const other = (items[r] + step) % rated.cols;
      if (own.has(other)) continue;
      own.add(other);
      items[r] = other;
      changed++;
      break;
    }
  });
  return { split: { ...split, test: { ...test, items } }, ratings: changed };
}

/** One new user for each known film and one new film for each known user, as far as `STRANGERS` goes. */
function withStrangers(split: Split): { split: Split; ratings: number } {
  const { train, test } = split;
  const [users, items] = [train.userIds.length, train.itemIds.length];
  const newUsers = Math.min(STRANGERS, items);
  const newItems = Math.min(STRANGERS, users);
  const userIds = extended(train.userIds, newUsers);
  const itemIds = extended(train.itemIds, newItems);
  const space = { userIds, itemIds, userIndex: indexOf(userIds), itemIndex: indexOf(itemIds) };
  const added = newUsers + newItems;
  const joined = <T extends Uint32Array | Float32Array | Float64Array>(
    longer: T,
    own: T,
    of: (k: number) => number,
  ): T => {
    longer.set(own);
    for (let k = 0; k < added; k++) longer[own.length + k] = of(k);
    return longer;
  };
  const length = test.users.length + added;
  const latest = test.timestamps.reduce((late, timestamp) => Math.max(late, timestamp), 0);
  return {
    split: {
      ...split,
      train: { ...train, ...space },
      test: {
        ...test,
        ...space,
        users: joined(new Uint32Array(length), test.users, (k) => (k < newUsers ? users + k : k - newUsers)),
        items: joined(new Uint32Array(length), test.items, (k) => (k < newUsers ? k : items + k - newUsers)),
        ratings: joined(new Float32Array(length), test.ratings, () => test.scale.max),
        timestamps: joined(new Float64Array(length), test.timestamps, () => latest),
      },
    },
    ratings: added,
  };
}

const STRANGERS = 100;

function extended(ids: Uint32Array, more: number): Uint32Array {
  const longer = new Uint32Array(ids.length + more);
  longer.set(ids);
  const largest = ids.reduce((most, id) => Math.max(most, id), 0);
  for (let k = 0; k < more; k++) longer[ids.length + k] = largest + 1 + k;
  return longer;
}

const indexOf = (ids: Uint32Array): Map<number, number> =>
  new Map(Array.from(ids, (id, index) => [id, index]));

/** Over all items known before, of each of `users`. */
function difference(
  before: Recommender,
  after: Recommender,
  users: Uint32Array,
): Pick<LeakFinding, "compared" | "differing" | "example"> {
  const [scores, scoresAfter] = [new Float64Array(before.items), new Float64Array(after.items)];
  let [compared, differing] = [0, 0];
  let example: LeakFinding["example"] = null;
  const compare = (user: number, item: number, was: number, is: number): void => {
    compared++;
    if (Object.is(was, is)) return;
    differing++;
    example ??= { user, item, before: was, after: is };
  };
  for (const user of users) {
    before.scoreItems(user, scores);
    after.scoreItems(user, scoresAfter);
    for (let item = 0; item < before.items; item++) {
      compare(user, item, scores[item], scoresAfter[item]);
      compare(user, item, before.predict(user, item), after.predict(user, item));
    }
  }
  return { compared, differing, example };
}

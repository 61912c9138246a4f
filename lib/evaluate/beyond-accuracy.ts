import { WorkspaceError, type Dataset } from "../data";
import { genresByItem, genreSimilarity } from "../recommend";
import { meanOverUsers, type UserStatistic } from "./bootstrap";
import type { TopLists } from "./lists";

/** A mean over the users whose list allows the figure; `statistic` is null, and `value` too, where none does. */
export interface ListFigure {
  value: number | null;
  users: number;
  /** Users whose list is too short for the figure. */
  usersLeftOut: number;
  statistic: UserStatistic | null;
}

/**
 * Catalogue coverage: the share of the items with a training rating (those that could be recommended) that are
 * in at least one list. It grows with the number of lists, so compare models on the same users only.
 * Source: Herlocker et al. 2004; Ge, Delgado-Battenfeld and Jannach 2010, "Beyond Accuracy".
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
export function coverage(lists: TopLists, train: Dataset): number {
  const catalogue = new Set(train.items).size;
  if (catalogue === 0)
    throw new WorkspaceError("METRIC_EMPTY", `${train.name}: no item has a training rating`);
  const recommended = new Set<number>();
  for (const list of lists.lists) for (const item of list) recommended.add(item);
  return recommended.size / catalogue;
}

/**
 * Novelty: mean self-information of the items of a list, in bits, then the mean over users:
 * −log2(users with a training rating of the item / users with a training rating).
 * Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma", PNAS 107. (`recommenders` divides by
 * ratings in place of users, which adds one constant, log2(ratings / users), to every value.) An
 * item without a training rating counts as rated once.
 */
export function novelty(lists: TopLists, train: Dataset): ListFigure {
  const raters = new Float64Array(train.itemIds.length);
  for (const item of train.items) raters[item]++;
  const users = new Set(train.users).size;
  return overLists(lists, 1, (list) => {
    let bits = 0;
    for (const item of list) bits -= Math.log2(Math.max(1, raters[item]) / users);
    return bits / list.length;
  });
}

/**
 * Intra-list diversity: 1 − the mean Jaccard similarity of genres over all pairs of a list, then the mean over
 * users. Two films without genres count as alike: what is not known is no diversity.
 * Source: Ziegler et al. 2005, "Improving Recommendation Lists Through Topic Diversification" (intra-list similarity).
 * @param dataset whose movie table gives the genres
 */
export function diversity(lists: TopLists, dataset: Dataset): ListFigure {
  const likeness = genreSimilarity(genresByItem(dataset));
  return overLists(lists, 2, (list) => {
    let similarity = 0;
    for (let a = 0; a < list.length; a++)
      for (let b = a + 1; b < list.length; b++) similarity += likeness(list[a], list[b]);
    return 1 - similarity / ((list.length * (list.length - 1)) / 2);
  });
}

function overLists(lists: TopLists, shortest: number, figure: (list: Uint32Array) => number): ListFigure {
  const long = [...lists.users.keys()].filter((at) => lists.lists[at].length >= shortest);
  const usersLeftOut = lists.users.length - long.length;
  if (long.length === 0) return { value: null, users: 0, usersLeftOut, statistic: null };
  const values = Float64Array.from(long, (at) => figure(lists.lists[at]));
  const users = Uint32Array.from(long, (at) => lists.users[at]);
  return {
    value: values.reduce((sum, value) => sum + value, 0) / values.length,
    users: users.length,
    usersLeftOut,
    statistic: meanOverUsers(users, values),
  };
}

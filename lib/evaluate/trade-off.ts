import { seenBy, topUnseen, type ScoredItem } from "../als";
import { ratingsByUser, WorkspaceError, type Split } from "../data";
import type { Recommender } from "../recommend";
import { coverage, diversity, novelty, type ListFigure } from "./beyond-accuracy";
import { bootstrap, meanOverUsers, type BootstrapOptions, type Estimate } from "./bootstrap";
import type { TopLists } from "./lists";
import { heldOutUsers, rankingMetricsOf, type RankingOptions } from "./ranking";
import { checkIndexSpace } from "./rating";

/** A re-ranking at one position of its dial: from the candidates, best first, to the n of the list. */
export type ReRanking = (candidates: readonly ScoredItem[], dial: number, n: number) => ScoredItem[];

export interface TradeOffOptions extends RankingOptions, BootstrapOptions {
  /** Positions of the dial; 0, 0.1, … 1 by default. */
  dials?: readonly number[];
  /** The best so many unseen items of each user are re-ranked; 100 by default. */
  candidates?: number;
}

/** What the lists are like at one position of the dial. */
export interface TradeOffPoint {
  dial: number;
  ndcg: Estimate;
  precision: Estimate;
  /** Intra-list, by genres; null where no list has two films. */
  diversity: Estimate | null;
  /** Bits. */
  novelty: Estimate | null;
  /** Its interval is null. */
  coverage: Estimate | null;
}

/**
 * What a dial costs and what it buys: every user with a held-out rating is given the re-ranked list at each position of
 * the dial, and all lists are measured alike. One point per dial, in the order given; dial 0 is the model's own list.
 *
 * To choose a dial is to learn from the ratings measured on: choose on a validation split.
 * @throws WorkspaceError OPTION_INVALID, and as `rankingMetrics`
 */
export function tradeOff(
  model: Recommender,
  split: Pick<Split, "train" | "test">,
  reRank: ReRanking,
  options: TradeOffOptions = {},
): TradeOffPoint[] {
  const { candidates = 100, k = 10 } = options;
  const dials = options.dials ?? Array.from({ length: 11 }, (_, at) => at / 10);
  if (!Number.isInteger(k) || k < 1)
    throw new WorkspaceError("OPTION_INVALID", `k is ${k}, not a whole number of at least 1`);
  if (!Number.isInteger(candidates) || candidates < k)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `candidates is ${candidates}, not a whole number of at least k, ${k}`,
    );
  checkIndexSpace(model, split.test);
  const users = heldOutUsers(split.test);
  const byUser = ratingsByUser(split.train);
  const scores = new Float64Array(model.items);
  const pools = Array.from(users, (user) => {
    model.scoreItems(user, scores);
    return topUnseen(scores, candidates, seenBy(byUser, user));
  });
  return dials.map((dial) => {
    const lists: TopLists = {
      k,
      users,
      lists: pools.map((pool) => Uint32Array.from(reRank(pool, dial, k), ({ item }) => item)),
    };
    const { perUser } = rankingMetricsOf(lists, split, options);
    const ofLists = ({ statistic }: ListFigure): Estimate | null =>
      statistic && bootstrap(statistic, options);
    return {
      dial,
      ndcg: bootstrap(meanOverUsers(perUser.users, perUser.ndcg), options),
      precision: bootstrap(meanOverUsers(perUser.users, perUser.precision), options),
      diversity: ofLists(diversity(lists, split.train)),
      novelty: ofLists(novelty(lists, split.train)),
      coverage: ofLists(coverage(lists, split.train)),
    };
  });
}

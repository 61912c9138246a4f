import { type ScoredItem } from "../als";
import { type Split } from "../data";
import type { Recommender } from "../recommend";
import { type BootstrapOptions, type Estimate } from "./bootstrap";
import { type RankingOptions } from "./ranking";
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
export declare function tradeOff(model: Recommender, split: Pick<Split, "train" | "test">, reRank: ReRanking, options?: TradeOffOptions): TradeOffPoint[];

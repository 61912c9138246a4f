import { type Dataset, type Split } from "../data";
import { type UserStatistic } from "./bootstrap";
import type { TopLists } from "./lists";
/** A figure of the users whose list allows it; `statistic` is null, and `value` too, where none does. */
export interface ListFigure {
    value: number | null;
    users: number;
    /** Users whose list, or whose history, is too short for the figure. */
    usersLeftOut: number;
    statistic: UserStatistic | null;
}
/** Coverage always has a value: where nothing is recommended, nothing is covered. */
export interface CoverageFigure extends ListFigure {
    value: number;
}
/**
 * Catalogue coverage: the share of the items with a training rating (those that could be recommended) that are
 * in at least one list. It grows with the number of lists, so compare models on the same users only. Its statistic is
 * that of the jackknife. Source: Herlocker et al. 2004; Ge, Delgado-Battenfeld and Jannach 2010, "Beyond Accuracy"
 * (`recommenders`' `catalog_coverage`).
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
export declare function coverage(lists: TopLists, train: Dataset): CoverageFigure;
/**
 * How unevenly the lists draw on the catalogue: 0 where every item is in equally many lists, near 1 where all lists
 * are the same few. G = Σ_j (2j − n − 1) x_j / (n Σ_j x_j), x ascending: in how many lists each of the n items with a
 * training rating is. Its statistic is that of the jackknife. Source: Shani and Gunawardana 2011, "Evaluating
 * Recommendation Systems" (as RecBole's GiniIndex; Elliot's is 1 − G).
 * @throws WorkspaceError METRIC_EMPTY without a training rating
 */
export declare function gini(lists: TopLists, train: Dataset): ListFigure;
/**
 * Novelty: mean self-information of the items of a list, in bits, then the mean over users:
 * −log2(users with a training rating of the item / users with a training rating).
 * Source: Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma", PNAS 107. (`recommenders` divides by
 * ratings in place of users, which adds one constant, log2(ratings / users), to every value, and takes the mean over
 * all recommendations.) An item without a training rating counts as rated once.
 */
export declare function novelty(lists: TopLists, train: Dataset): ListFigure;
/**
 * Intra-list diversity: 1 − the mean similarity over all pairs of a list, then the mean over users. The similarity is
 * the Jaccard similarity of genres unless told otherwise; two films without genres count as alike: what is not known
 * is no diversity. Source: Ziegler et al. 2005, "Improving Recommendation Lists Through Topic Diversification"
 * (intra-list similarity). `recommenders`' `diversity` takes the cosine of raters, see `raterCosine`, by default.
 * @param dataset whose movie table gives the genres
 * @param similarity of two items (dense indices), symmetric, 1 for alike
 */
export declare function diversity(lists: TopLists, dataset: Dataset, similarity?: (a: number, b: number) => number): ListFigure;
/**
 * Cosine of who has rated two items: users of both / √(users of one · users of the other); 0 where an item has none.
 * Source: Zhang et al. 2012, "Auralist".
 */
export declare function raterCosine(train: Dataset): (a: number, b: number) => number;
/**
 * Unexpectedness: 1 − the mean cosine of raters between an item of the list and each item of the user's history, mean
 * over the list, then over users. 1: nobody who has rated the one has rated the other. Users without a training rating
 * are left out. Source: Zhang et al. 2012, "Auralist: Introducing Serendipity into Music Recommendation"
 * (`recommenders`' `serendipity` without a relevance column).
 */
export declare function unexpectedness(lists: TopLists, train: Dataset): ListFigure;
/**
 * Serendipity: unexpectedness of the items of a list that the user went on to like, 0 of the others; mean over the
 * list, then over users. Source: as `unexpectedness` (`recommenders`' `serendipity` with a relevance column of 0 and 1).
 * Others count what is liked and not on a popularity list (Ge et al. 2010), which depends on the list chosen.
 * @param options.relevantFrom stars from which a held-out rating says liked; 4 by default
 */
export declare function serendipity(lists: TopLists, { train, test }: Pick<Split, "train" | "test">, options?: {
    relevantFrom?: number;
}): ListFigure;
/**
 * Average recommendation popularity: mean over a list of the share of users (those with a training rating) who have
 * rated the item, then the mean over users. Source: Yin et al. 2012, "Challenging the Long Tail Recommendation" (ARP;
 * there, and in RecBole's AveragePopularity, in ratings: times the number of users).
 */
export declare function averagePopularity(lists: TopLists, train: Dataset): ListFigure;
/**
 * Popularity lift: how much more popular the lists are than what their users had rated, as a share of the latter;
 * 0 where the lists are as popular as the histories, 1 where twice as popular. Mean popularity of a list and of a
 * history first, then sums over users. Users without a list or a training rating are left out.
 * Source: Abdollahpouri et al. 2020, "The Connection Between Popularity Bias, Calibration, and Fairness in
 * Recommendation", RecSys.
 */
export declare function popularityLift(lists: TopLists, train: Dataset): ListFigure;
/**
 * Miscalibration: how far the genres of a list are from those of the films that the user liked, as the
 * Kullback–Leibler divergence in bits; 0 where they have the same shares. Mean over users.
 *
 *   C_KL(p, q) = Σ_g p(g) log2( p(g) / ((1 − α) q(g) + α p(g)) ),   α = 0.01
 *
 * p(g): mean over the training ratings of at least `relevantFrom` stars of the film's share of genre g, each of its
 * genres having an equal one; q(g): the same over the list. Films without genres say nothing and are passed over; a
 * user for whom p or q is empty is left out. Source: Steck 2018, "Calibrated Recommendations", RecSys.
 * @param options.relevantFrom 4 by default, as in the paper's experiments
 */
export declare function miscalibration(lists: TopLists, train: Dataset, options?: {
    relevantFrom?: number;
}): ListFigure;

import type { AlsModel, ScoredItem } from "../als";
import { type RatingsByRow } from "../data";
/** How alike two items are, 0 … 1; dense indices. */
export type ItemSimilarity = (a: number, b: number) => number;
/** How far to turn from the order of the scores, and how many to return. */
export interface ReRankOptions {
    /** 0 leaves the order as it is, 1 looks at nothing but the other aim. */
    dial: number;
    /** How many to return; all by default. */
    n?: number;
}
/**
 * Maximal marginal relevance: the list is built from the top, each time taking the candidate with the most of
 *
 *   (1 − dial) · relevance − dial · max similarity to what is chosen already
 *
 * where relevance is the score moved to 0 … 1 over the candidates, so that dials mean the same for every model.
 * Ties go to the candidate that stood higher. Source: Carbonell and Goldstein 1998, with λ = 1 − dial.
 * @param candidates best first; not changed. Several times n of them leave something to choose from.
 * @returns n of the candidates with the scores that they had; all where there are fewer
 * @throws WorkspaceError OPTION_INVALID for a dial outside 0 … 1 or an n that is not a whole number,
 *   PREDICTION_INVALID for a score or likeness that is not finite
 */
export declare function diversify(candidates: readonly ScoredItem[], similarity: ItemSimilarity, options: ReRankOptions): ScoredItem[];
/**
 * Puts forward what few people know: candidates by (1 − dial) · relevance + dial · self-information, both moved to
 * 0 … 1 over the candidates. Ties go to the candidate that stood higher. Source of the second part: Zhou et al. 2010,
 * "Solving the apparent diversity-accuracy dilemma", PNAS 107.
 * @param information −log2 of the share of users who know an item, in bits, by dense index; see `selfInformation`
 * @returns and throws as `diversify`
 */
export declare function favourNovel(candidates: readonly ScoredItem[], information: Float64Array, options: ReRankOptions): ScoredItem[];
/** −log2(users with a rating of the item / users with a rating), bits, by dense index; an item without a rating counts as rated once. */
export declare function selfInformation(ratings: RatingsByRow): Float64Array;
/** Cosine of the item factors; opposite tastes count as unlike, so below 0 is 0. Cold items are like nothing. */
export declare function factorSimilarity(model: AlsModel): ItemSimilarity;
/**
 * Jaccard: shared genres over all genres of both; 1 where neither has any, since what is not known is no diversity.
 * @param genres of each item, by dense index
 */
export declare function genreSimilarity(genres: readonly (readonly string[])[]): ItemSimilarity;

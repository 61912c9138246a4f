import { type Dataset, type Split } from "../data";
import { type Recommender } from "../recommend";
import { type BootstrapOptions, type Estimate } from "./bootstrap";
import type { TopLists } from "./lists";
import { type RankingMetricName, type RankingMetrics } from "./ranking";
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
/** Bands that begin at 0 and at each bound. @throws WorkspaceError OPTION_INVALID when bounds do not ascend from 1 */
export declare function bandsOf(bounds: readonly number[], what: string): Band[];
/**
 * Where a model errs: held-out errors by how many training ratings the user has, by how many the movie has, by
 * genre, and by the year (UTC) in which the rating was given. Bands are of training counts alone. A rating counts in each genre of its movie, so genre counts add
 * up to more than the ratings; "(no genres listed)" is a segment of its own.
 * @throws WorkspaceError as `ratingMetrics`, OPTION_INVALID for bounds that do not ascend
 */
export declare function bySegment(model: Recommender, split: Pick<Split, "train" | "test">, options?: SegmentOptions): SegmentRow[];
/** Ranking figures of the users of one band of activity; null where it has no user with a relevant item. */
export interface RankingSegmentRow {
    segment: string;
    users: number;
    metrics: Record<RankingMetricName, Estimate> | null;
}
/** How well each band of user activity is served, from per-user values already measured. */
export declare function rankingByActivity(metrics: RankingMetrics, train: Dataset, options?: BootstrapOptions & Pick<SegmentOptions, "userBounds">): RankingSegmentRow[];
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
export declare function recallByMovie(lists: TopLists, { train, test }: Pick<Split, "train" | "test">, options?: BootstrapOptions & Pick<SegmentOptions, "itemBounds"> & {
    relevantFrom?: number;
}): RecallSegmentRow[];

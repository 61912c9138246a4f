import type { Dataset, RatingsByRow } from "../../data";
import type { Arena } from "./layout";
/** Bytes that one side's view takes in the arena. */
export declare const viewBytes: (rows: number, ratings: number) => number;
/** The ratings of one side, rows and columns in the engine's own numbering. */
export interface SideView extends RatingsByRow {
    /** Engine row → dense index of the data set. */
    readonly denseOf: Uint32Array;
    /** Dense index of the data set → engine row. */
    readonly rowOf: Uint32Array;
    /** Rows that have ratings: they are the first ones. */
    readonly filled: number;
}
/**
 * The ratings by user and by item, in the arena, each row's columns ascending.
 *
 * Rows are numbered by their number of ratings, the most first: threads take the heaviest rows first, and the
 * factors that are read most lie together, which halves what a sweep waits for memory. Counting sorts alone:
 * scattering the data set by item, that by user and that by item again puts every row in order, wherever the data
 * set started.
 */
export declare function ratingViews(dataset: Dataset, arena: Arena): {
    byUser: SideView;
    byItem: SideView;
};

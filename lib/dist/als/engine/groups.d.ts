import type { Arena, Job } from "./layout";
import type { SideView } from "./views";
/** How the rows of a side take their conjugate-gradient passes together: fields of a job, all 0 where each row goes alone. */
export type Groups = Pick<Job, "groups" | "groupCount" | "grouped" | "block">;
/** Rows of a group at most. */
export declare const groupRows: (size: number) => number;
/** Columns of a block for a fixed side of so many columns; 0 where rows go alone. */
export declare const blockColumns: (columns: number, size: number) => number;
/** Bytes that the groups of a side take at most. */
export declare const groupBytes: (rows: number, ratings: number, size: number) => number;
/**
 * Groups of the heaviest rows, each of about an eighth of the ratings that are left: fixed by the data and the rank,
 * never by the number of threads.
 */
export declare function groupsOf(arena: Arena, { rowStart, filled, cols }: SideView, size: number, block: number): Groups;

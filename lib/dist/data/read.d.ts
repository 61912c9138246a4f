import { type Dataset } from "./dataset";
import { type LayoutName } from "./published";
import { type QualityReport } from "./quality";
/** Bytes of the published files read so far, and how many there are to read. */
export interface ReadProgress {
    bytes: number;
    totalBytes: number;
}
export interface ReadOptions {
    /** Ratings and tags later than this are bad; the time of the call by default. */
    now?: Date;
    /** Take ratings of any time, also from before MovieLens or from the future: who learns nothing from it needs no right one. */
    anyTime?: boolean;
    /** Write the rejected rows to this CSV file (file, line, rule, reason, text). */
    quarantine?: string;
    onProgress?: (progress: ReadProgress) => void;
}
export interface LoadOptions extends ReadOptions {
    /** The largest share of rejected rows that any one file may have, 0 … 1; 0.001 by default. */
    maxBadShare?: number;
    /** Told what the gate found in what it let pass: rows that were left out are no secret. */
    onQuality?: (quality: QualityReport) => void;
}
export declare const DEFAULT_MAX_BAD_SHARE = 0.001;
/**
 * Reads a published data set, a folder or its zip, and holds it to the data-quality gate. Rejected rows under the
 * threshold are left out; `readDataset` says which.
 * @throws WorkspaceError DATA_QUALITY when a file has too many bad rows, DATA_INVALID when there is no rating at all,
 *   and what `readDataset` throws
 */
export declare function loadDataset(path: string, options?: LoadOptions): Promise<Dataset>;
/**
 * Reads a published data set without stopping at bad rows: they are left out of `dataset`, counted in `quality` and
 * written to the quarantine file. The layout is found from the files; ratings, movies, tags, links and users are read.
 * @throws WorkspaceError DATA_MISSING, DATA_LAYOUT_UNKNOWN, or DATA_INVALID where a file cannot be read as its layout at all
 */
export declare function readDataset(path: string, options?: ReadOptions): Promise<{
    dataset: Dataset;
    quality: QualityReport;
}>;
/**
 * Reads one ratings file of a published layout, without the movie table that stands beside it there: any movie id is
 * taken. `movies` and `tags` are empty. A file of the csv layout may lack its header.
 * @param layoutName says how the file is written, which its name does not
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file cannot be read as the layout or holds no rating,
 *   DATA_QUALITY when too many of its rows break the layout's rules
 */
export declare function loadRatingsFile(path: string, layoutName: LayoutName, options?: LoadOptions): Promise<Dataset>;
/**
 * Reads the columns userId, movieId, rating and timestamp of a Parquet file, as `loadRatingsFile` reads a CSV file:
 * by the same rules, without a movie table. Times are numbers of seconds, or of a Parquet timestamp type.
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file is not Parquet, lacks a column or holds no rating,
 *   DATA_QUALITY when too many of its rows break the rules
 */
export declare function loadRatingsParquet(path: string, options?: LoadOptions): Promise<Dataset>;
/**
 * The ratings of a folder, without movies and tags: its `ratings.csv` or `ratings.parquet` if there is one, else a
 * published data set, folder or zip.
 * @throws WorkspaceError as `loadRatingsFile`, `loadRatingsParquet` and `loadDataset` do
 */
export declare function loadRatings(path: string, options?: LoadOptions): Promise<Dataset>;

import type { Dataset, RatingScale } from "./dataset";
import { type Protocol } from "./split";
/** What a prepared folder holds and how it was made; lies in it as manifest.json. */
export interface PreparedManifest {
    schema: number;
    name: string;
    /** The data set's hash: the published files that everything came from. */
    dataHash: string;
    /** SHA-256 over the ratings that were split, after any cleaning. */
    ratingsHash: string;
    /** Cleaning decisions taken before the split, in words. */
    cleaning: string[];
    /** The protocol and its parameters, seed included; applied to all ratings for test, then to the rest for validation. */
    protocol: Protocol;
    scale: RatingScale;
    libraryVersion: string;
    /** Of every file: rows, bytes and SHA-256. */
    files: Record<string, {
        rows: number;
        bytes: number;
        sha256: string;
    }>;
}
export interface PrepareOptions {
    protocol: Protocol;
    /** Cleaning decisions already applied to the data set, in words, for the manifest. */
    cleaning?: string[];
    /** `data/interim/<name of the data set>` by default. */
    folder?: string;
}
/** Train, validation and test in one index space, read back. */
export interface Prepared {
    train: Dataset;
    validation: Dataset;
    test: Dataset;
    manifest: PreparedManifest;
}
/**
 * Splits a data set, cleaned or whole, and writes it as Parquet with a manifest: train, validation and test (user and
 * item as dense indices, userId and movieId as MovieLens ids, rating in stars, timestamp in seconds), users and items
 * (the index space, cold ones included; users with their demographics), movies and tags. The folder appears in one piece or not at all; nothing is
 * written when it already holds exactly this.
 * @returns the folder, its manifest, and whether it was written now
 * @throws WorkspaceError SPLIT_INVALID when the protocol does not suit the data
 */
export declare function prepare(dataset: Dataset, options: PrepareOptions): Promise<{
    folder: string;
    manifest: PreparedManifest;
    written: boolean;
}>;
/**
 * Reads what `prepare` wrote, after checking every file's SHA-256 against the manifest.
 * @throws WorkspaceError DATA_MISSING when there is no prepared folder, DATA_INVALID when a file is missing or altered,
 *   or the manifest is of another schema
 */
export declare function loadPrepared(folder: string): Promise<Prepared>;

/** What is known of a published zip before it is fetched. Those that GroupLens keeps renewing have nothing to pin. */
export interface PublishedZip {
    says: string;
    bytes?: number;
    md5?: string;
    sha256?: string;
}
/** The data sets that `fetchDataset` knows; MD5 as GroupLens publishes it beside each zip. */
export declare const PUBLISHED_ZIPS: Readonly<Record<string, PublishedZip>>;
export declare const DEFAULT_MIRROR = "https://files.grouplens.org/datasets/movielens";
/** Bytes on disk so far, those of an earlier run included; `totalBytes` is null where the server does not say. */
export interface FetchProgress {
    bytes: number;
    totalBytes: number | null;
}
export interface FetchOptions {
    /** A folder on the web that holds `<name>.zip`, as GroupLens does. */
    mirror?: string;
    /** Where the zip goes; the project's `data/` by default. */
    folder?: string;
    onProgress?: (progress: FetchProgress) => void;
    /** Stops the download; what came so far is kept for the next run. */
    signal?: AbortSignal;
    fetch?: typeof globalThis.fetch;
}
/** What is known of a zip in its place; written beside it as `<name>.zip.json`. */
export interface ZipRecord {
    name: string;
    url: string;
    bytes: number;
    md5: string;
    sha256: string;
    /** Held against: the checksum pinned in this library, the `.md5` beside the zip, an earlier verified fetch, or the zip's own CRC-32s. */
    verifiedBy: "pinned" | "published" | "record" | "crc";
}
export interface FetchedZip extends ZipRecord {
    path: string;
    /** False when the zip was there already. */
    downloaded: boolean;
}
/**
 * Downloads a published zip into `folder` and verifies it; the readers take the zip as it is. A download that broke
 * off goes on from its `.part` file, here and in the next run.
 * @throws WorkspaceError OPTION_INVALID for an unknown name or a mirror that is no URL; FETCH_FAILED when the source
 *   cannot be reached or has no such file; FETCH_CORRUPT when size or checksum is wrong; FETCH_ABORTED by `signal`
 */
export declare function fetchDataset(name: string, options?: FetchOptions): Promise<FetchedZip>;

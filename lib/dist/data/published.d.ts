import type { RatingScale } from "./dataset";
/** How GroupLens has published MovieLens over the years. */
export type LayoutName = "csv" | "1m" | "10m" | "100k";
export interface Layout {
    name: LayoutName;
    encoding: "utf8" | "latin1";
    separator: "," | "::" | "\t";
    header: boolean;
    scale: RatingScale;
    ratings: string;
    movies: string;
    tags?: string;
    links?: string;
    genres?: string;
    /** The user table, with demographics. */
    users?: string;
    /** Files that tell this layout from the others. */
    marks: string[];
}
/** Told apart by `marks`, in this order: 1m has everything that 10m has. */
export declare const LAYOUTS: readonly Layout[];
/** One file of a published data set. */
export interface PublishedFile {
    name: string;
    /** Uncompressed size in bytes. */
    size: number;
    open(): Promise<AsyncIterable<Buffer>>;
}
/** A published data set, opened: from a folder or from the zip, whose files lie in one folder at its top or at the top itself. */
export interface PublishedData {
    name: string;
    layout: Layout;
    files: ReadonlyMap<string, PublishedFile>;
    close(): void;
}
/**
 * Opens a folder or zip and finds out which layout it has, by the files that are there.
 * @throws WorkspaceError DATA_MISSING when nothing is at `path`, DATA_LAYOUT_UNKNOWN when the files fit no layout,
 *   DATA_INVALID when the zip cannot be read
 */
export declare function openPublished(path: string): Promise<PublishedData>;
/** What reading one file from end to end has in common for all parsers: whole lines, progress, checksum. */
export interface FileReading {
    /** Bytes and SHA-256 of all that was read; meaningful once the lines are exhausted. */
    bytes: number;
    sha256: string;
}
/**
 * The file in blocks of whole lines, each line ending in a line feed (one is added where the file's last line has none).
 * Memory is constant in the size of the file; a block is valid until the next is asked for.
 */
export declare function wholeLines(file: PublishedFile, reading: FileReading, onBytes: (bytes: number) => void): AsyncGenerator<Buffer, void, undefined>;
/** A line's bytes without its line feed, and without the carriage return before it. */
export declare function withoutLineEnd(bytes: Buffer): Buffer;

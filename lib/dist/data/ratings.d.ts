import { type FileReading, type Layout, type PublishedFile } from "./published";
import type { QualityLedger } from "./quality";
import type { RuleId } from "./rules";
/** What a rating is held to beside its layout. */
export interface RatingLimits {
    layout: Layout;
    /** Seconds since 1970, UTC; ratings before are bad. The start of 1995 by default. */
    earliest?: number;
    /** Seconds since 1970, UTC; later ratings are of the future. */
    now: number;
    /** Is there a movie of this MovieLens id? */
    isMovie: (movieId: number) => boolean;
}
/** One rating as published: MovieLens ids, stars, seconds since 1970 (UTC). */
export interface PublishedRating {
    userId: number;
    movieId: number;
    rating: number;
    timestamp: number;
}
/** Columns of equal length, with the line (from 1) that each row came from. */
export interface ScannedRatings {
    userId: Uint32Array;
    movieId: Uint32Array;
    ratings: Float32Array;
    timestamps: Float64Array;
    lineOf(row: number): number;
}
/** 1995-01-01 UTC, in seconds: MovieLens went online in that year. */
export declare const EARLIEST = 788918400;
/**
 * Reads a ratings file byte by byte: 20 million rows make neither a string nor an object each. Whatever is not
 * plainly right is handed to `parseRating`, the readable statement of what a row must be, which accepts or explains it.
 * @throws WorkspaceError DATA_INVALID when the header is not the layout's
 */
export declare function scanRatings(file: PublishedFile, limits: RatingLimits, ledger: QualityLedger, reading: FileReading, onBytes: (bytes: number) => void): Promise<ScannedRatings>;
/** One line of a ratings file, without its line end, as a rating or as the first rule that it breaks. */
export declare function parseRating(bytes: Uint8Array, { layout, earliest, now, isMovie }: RatingLimits): PublishedRating | {
    rule: RuleId;
    reason: string;
};
/** Seconds since 1970 (UTC) from a field, or the rule that it breaks. */
export declare function parseTimestamp(field: string, now: number, earliest?: number): number | {
    rule: RuleId;
    reason: string;
};
/** A MovieLens id from a field; null where it is none. */
export declare function idOf(field: string): number | null;
/** Columns that grow by blocks, so that growing never copies what is there. */
export declare class RatingBlocks {
    private readonly userId;
    private readonly movieId;
    private readonly ratings;
    private readonly timestamps;
    private users;
    private movies;
    private stars;
    private times;
    private used;
    append(userId: number, movieId: number, rating: number, timestamp: number): void;
    /**
     * The columns in one piece each; the blocks are given up on the way.
     * @param firstLine the line of the first row, from 1
     * @param rejectedLines lines that gave no row, ascending
     */
    scanned(firstLine: number, rejectedLines: number[]): ScannedRatings;
    private grow;
}

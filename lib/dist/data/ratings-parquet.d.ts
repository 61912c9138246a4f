import type { QualityLedger } from "./quality";
import { type RatingLimits, type ScannedRatings } from "./ratings";
/**
 * Reads userId, movieId, rating and timestamp of a Parquet file, by name, in the file's order; other columns are left
 * alone. A row that is not plainly right is handed to `parseRating` as the csv layout would have it. Its line is its
 * row in the file, from 1.
 * @throws WorkspaceError DATA_INVALID when the file is not Parquet or lacks a column
 */
export declare function scanParquetRatings(path: string, file: string, limits: RatingLimits, ledger: QualityLedger, onRows: (rows: number, total: number) => void): Promise<ScannedRatings>;

import { type Dataset } from "../data";
/** What the synthetic ratings are written as. */
export declare const FORMATS: readonly ["csv", "parquet"];
export type Format = (typeof FORMATS)[number];
/** Writes the ratings into `folder` in the MovieLens layout: `ratings.csv`, `ratings.parquet`. */
export declare function writeRatings({ users, items, ratings, userIds, itemIds }: Dataset, folder: string, formats: readonly Format[]): Promise<void>;

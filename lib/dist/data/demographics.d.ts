import type { Demographics } from "./dataset";
import type { ReadingContext } from "./movies";
/**
 * The user table of 1m (users.dat: id, gender, age band, occupation, zip code) or 100k (u.user: id, age, gender,
 * occupation, zip code): MovieLens user id → demographics. Zip codes are not kept: nothing here learns from them, and
 * with age and occupation they single people out.
 */
export declare function readDemographics(context: ReadingContext): Promise<Map<number, Demographics>>;

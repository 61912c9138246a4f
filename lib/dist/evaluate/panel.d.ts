import { type Protocol } from "../data";
import { type RankingOptions } from "./ranking";
import { type Contender } from "./scoreboard";
export interface PanelOptions extends RankingOptions {
    /** How ratings are held out inside a training part to choose settings on; the last 20 % of each user by default. */
    holdOut?: Protocol;
    /** Settings tried for each model: all by default; 1 takes each model's usual setting, and nothing is tuned. */
    settings?: number;
    /** Of every training; 42 by default. */
    seed?: number;
}
/**
 * Everybody that a model of ratings is to be compared with, on equal terms: baselines, neighbours, EASE, explicit ALS
 * with and without co-factors, implicit ALS, and a blend. What has settings chooses them on ratings that are held out
 * inside its own training part, and learns the whole training part again with the best; so nothing is chosen by test ratings, and in a
 * cross-validation each fold chooses for itself.
 */
export declare function scoreboardPanel(options?: PanelOptions): Contender[];

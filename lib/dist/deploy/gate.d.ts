import { type Dataset } from "../data";
import { type BootstrapOptions, type RankingMetricName, type RankingOptions } from "../evaluate";
import { type GoldenAnswer, type GoldenQuery } from "./golden-queries";
import type { LoadedModel } from "./model-file";
export interface GateOptions extends BootstrapOptions, Pick<RankingOptions, "k" | "relevantFrom"> {
    /** See `readGoldenQueries`. */
    golden: readonly GoldenQuery[];
    /** What the candidate must be better in; "ndcg" by default. */
    measure?: RankingMetricName;
    /** The p-value of the paired test must be below; 0.05 by default. */
    significance?: number;
    /** How much of the current model's coverage and cold-start quality may be lost; 0.1 by default. */
    tolerance?: number;
    /** The last share of each known user's ratings is held out; 0.2 by default. */
    testShare?: number;
    /** Users held out wholly, to be met as new ones: 0.2 by default, at most 1000 users. */
    newUserShare?: number;
    /** How many of a new user's ratings are given, by time; 1, 5, 20 and 110 by default: the last is folded into the model. */
    given?: readonly number[];
    signal?: AbortSignal;
    onProgress?: (stage: string) => void;
}
export type GateCheckName = "same data" | "different" | "holdout" | "coverage" | "cold start" | "golden queries";
export interface GateCheck {
    name: GateCheckName;
    passed: boolean;
    /** In a sentence, with the numbers. */
    says: string;
    numbers: Record<string, number>;
}
/** What the gate found, as kept in the record of a promotion. */
export interface GateReport {
    passed: boolean;
    candidate: string;
    current: string;
    data: {
        name: string;
        hash: string;
    };
    /** Sizes of the holdout. */
    holdout: {
        trainRatings: number;
        testRatings: number;
        newUsers: number;
    };
    checks: GateCheck[];
    golden: GoldenAnswer[];
}
/**
 * Decides whether a candidate should take the current model's place.
 *
 * Served models have learned from all ratings, so no rating that they have not seen may be left, and figures that each
 * exporter wrote into its manifest may come from other data, another split or another version of the measuring code.
 * The gate therefore compares *what makes the models*: on one split of the present data it trains both again, each
 * with its own options and on what it had learned from, less what is held out. So a candidate can win by its options, by
 * its fresher ratings, or by both, and neither has met a held-out rating. The last share of the ratings of each known user
 * is held out for lists, and some users wholly, to be met as new ones. It costs two trainings. The golden queries are asked
 * of the candidate as exported, which is the very thing that will answer.
 *
 * Checks, of which all must pass:
 *   "same data"       90 % of what each model learned from is in `dataset`; else nothing can be compared
 *   "different"       the two have not learned the same ratings with the same options
 *   "holdout"         better by the paired bootstrap over users (`compareModels`)
 *   "coverage"        different films in the lists of ten: no more than `tolerance` below the current model's
 *   "cold start"      nDCG of the ladder's lists for new users, for each number of given ratings: no more than
 *                     `tolerance` below, or the difference may be chance
 *   "golden queries"  every query that the model's films allow is passed, and one at least was asked
 * The first two end the gate when they fail.
 * @param dataset the present ratings; the later of what the two learned from
 * @throws WorkspaceError SPLIT_INVALID or METRIC_EMPTY for data too small to hold anything out, TRAINING_ABORTED
 */
export declare function promotionGate(candidate: LoadedModel, current: LoadedModel, dataset: Dataset, options: GateOptions): Promise<GateReport>;
/** A report's refusal in one line: the checks that failed. */
export declare const refusalOf: ({ checks }: GateReport) => string;

import { type ExplicitOptions } from "../als";
import type { Split } from "../data";
/** RMSE of one model on what it learned from and on what it did not; all in stars. */
export interface OptimismGap {
    options: Partial<ExplicitOptions>;
    trainRmse: number;
    testRmse: number;
    /** testRmse − trainRmse: what measuring on the training data hides. */
    gap: number;
    /** After each iteration. */
    curve: {
        iteration: number;
        trainRmse: number;
        testRmse: number;
    }[];
}
/**
 * Trains explicit ALS on `split.train` and measures it there and on `split.test`.
 * @throws WorkspaceError as `train` and `ratingMetrics`
 */
export declare function optimismGap(split: Pick<Split, "train" | "test">, options: Partial<ExplicitOptions>, signal?: AbortSignal): Promise<OptimismGap>;
/** A figure that a public project of this kind reports, and what its own text says of how it came about. */
export interface PublishedClaim {
    claim: string;
    published: number;
    /** Which of the two measurements below the published figure is to be compared with. */
    measuredOn: "training data" | "held-out data";
    parameters: Partial<ExplicitOptions>;
    /** Where the parameters come from. */
    parametersFrom: string;
}
export declare const PUBLISHED_CLAIMS: readonly PublishedClaim[];
export interface ReproducedClaim extends PublishedClaim, OptimismGap {
    /** Of the two, the one that the claim is about. */
    reproduced: number;
}
/**
 * Both published figures measured again, each model on its training data and on held-out data side by side.
 * The splits and seeds behind the publications are not known, so the figures agree in kind, not in decimals.
 */
export declare function publishedClaims(split: Pick<Split, "train" | "test">, options?: {
    seed?: number;
    signal?: AbortSignal;
}): Promise<ReproducedClaim[]>;

import type { AlsModel } from "../als";
export interface ParityOptions {
    /** Dense user indices to compare; all by default. */
    users?: ArrayLike<number>;
    /** Largest difference of a score that still passes; 1e-5 by default, which float32 factors keep. */
    tolerance?: number;
}
export interface ParityReport {
    users: number;
    /** Scores compared: users × items with a training rating. */
    scores: number;
    /** Largest absolute difference of a ranking score (unclipped), and the dense indices of where. */
    worstDifference: number;
    worstAt: {
        user: number;
        item: number;
    };
    /** Mean share of the ten best items, seen ones removed, that both models agree on. */
    top10Agreement: number;
    tolerance: number;
    passed: boolean;
}
/**
 * Compares two models of the same users and items, such as one in memory and the same after export and load.
 * @throws WorkspaceError MODEL_INVALID when they differ in users or items, METRIC_EMPTY for no users
 */
export declare function parityCheck(original: AlsModel, loaded: AlsModel, options?: ParityOptions): ParityReport;

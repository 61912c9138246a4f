/** A promise made in phase 1, before anything was measured; later phases hold their numbers against it. */
export interface SuccessCriterion {
    id: string;
    /** The business objective that it serves: content, engagement, marketing or operations. */
    objective: string;
    statement: string;
    /** What is measured, unit included, in words. */
    measure: string;
    bound: "atMost" | "atLeast";
    threshold: number;
    /** Folder of the phase that judges it. */
    judgedIn: string;
}
export interface Verdict extends SuccessCriterion {
    measured: number;
    met: boolean;
}
/** Reads `notebooks/01-business/success-criteria.json`. @throws WorkspaceError DATA_MISSING, DATA_INVALID */
export declare function readCriteria(path: string): SuccessCriterion[];
/**
 * Holds measurements (criterion id → value) against the criteria of one phase.
 * @throws WorkspaceError METRIC_EMPTY when a criterion of that phase was not measured: a promise is never skipped in silence
 */
export declare function judge(criteria: readonly SuccessCriterion[], phase: string, measurements: Record<string, number>): Verdict[];

import { type LshOptions } from "./lsh";
import { type SimilarityMetric } from "./similar";
import type { ItemVectors } from "./vectors";
/** One setting of an LSH index against the exact search on the same items. */
export interface LshPoint {
    options: LshOptions;
    /** Mean share of the exact n nearest that the index finds. */
    recall: number;
    /** Mean share of the items that it compares. */
    scoredShare: number;
    /** Milliseconds, median over the items asked for. */
    lshMs: number;
    exactMs: number;
    buildMs: number;
}
/**
 * What an LSH index gives up and gains, setting by setting.
 * @param settings one index each
 * @param options.n neighbours, 10 by default; options.queries items asked for, drawn with `seed`, 200 by default
 * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY when no item has a vector and neighbours
 */
export declare function lshCurve(vectors: ItemVectors, settings: readonly LshOptions[], options?: {
    metric?: SimilarityMetric;
    n?: number;
    queries?: number;
    seed?: number;
}): LshPoint[];

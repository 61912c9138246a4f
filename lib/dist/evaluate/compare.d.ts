import { type BootstrapOptions, type PairedDifference } from "./bootstrap";
import { type Measure } from "./measures";
import type { Evaluation } from "./scoreboard";
/**
 * Paired bootstrap test between two models measured on one split with the same options; the difference is
 * first − second, so better is above 0 for ranking metrics and below 0 for errors.
 * @throws WorkspaceError METRIC_EMPTY when a model has no such figure, OPTION_INVALID when the users differ
 */
export declare function compareModels(first: Evaluation, second: Evaluation, measure: Measure, options?: BootstrapOptions): PairedDifference;

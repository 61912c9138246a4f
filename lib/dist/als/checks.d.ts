import { type Dataset } from "../data";
import type { AlsOptions } from "./types";
/** @throws WorkspaceError DATA_INVALID naming the first rating that cannot be learned from, or a pair that is rated twice */
export declare function checkRatings(dataset: Dataset, { feedback }: AlsOptions): void;
/** @throws WorkspaceError OPTION_INVALID for another index space, METRIC_EMPTY for no rating */
export declare function checkValidation(train: Dataset, validation: Dataset): void;

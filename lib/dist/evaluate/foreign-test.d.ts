import { AlsModel } from "../als";
import { type Dataset, type Split } from "../data";
/**
 * Train and test data that were read apart, in one index space: that of `train`, with the users and items that only
 * `test` has behind its own, cold. So what is learned on `train` does not depend on which test is held against it.
 * (Ids ascend within each of the two parts, not over both.)
 */
export declare function besideTraining(train: Dataset, test: Dataset): Split;
/** The model with cold users and items behind its own, for the index space of a split by `besideTraining`. */
export declare function widened({ parts }: AlsModel, { train }: Pick<Split, "train">): AlsModel;
/** Ratings of `test` whose user and item `train` has together: what a model has seen the answer to. */
export declare function seenInTraining({ train, test }: Pick<Split, "train" | "test">): number;

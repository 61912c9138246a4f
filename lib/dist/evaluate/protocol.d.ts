import { type Split } from "../data";
/**
 * Holds out a validation part of `split.train` by the protocol that held out the test part, so that what is
 * chosen on validation is chosen for the task that the test will set. The test part is not looked at.
 * @param options.share of the training ratings to hold out, 0.2 by default; a leave-last split holds out as
 *   many per user as the outer one
 * @param options.seed of random protocols
 * @returns `train` to learn from and `test` to validate on
 * @throws WorkspaceError SPLIT_INVALID
 */
export declare function validationSplit(split: Split, options?: {
    share?: number;
    seed?: number;
}): Split;

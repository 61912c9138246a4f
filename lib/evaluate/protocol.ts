import {
  splitAtTime,
  splitHash,
  splitLastShare,
  splitLeaveLast,
  splitRandom,
  splitStratified,
  WorkspaceError,
  type Split,
} from "../data";

/**
 * Holds out a validation part of `split.train` by the protocol that held out the test part, so that what is
 * chosen on validation is chosen for the task that the test will set. The test part is not looked at.
 * @param options.share of the training ratings to hold out, 0.2 by default; a leave-last split holds out as
 *   many per user as the outer one
 * @param options.seed of random protocols
 * @returns `train` to learn from and `test` to validate on
 * @throws WorkspaceError SPLIT_INVALID
 */
export function validationSplit(split: Split, options: { share?: number; seed?: number } = {}): Split {
  const { share = 0.2, seed = 1 } = options;
  switch (split.protocol) {
    case "random":
    case "k-fold":
      return splitRandom(split.train, { testShare: share, seed });
    case "stratified":
    case "stratified-k-fold":
      return splitStratified(split.train, { testShare: share, seed });
    case "leave-last":
      return splitLeaveLast(split.train, { n: split.parameters.n });
    case "last-share":
      return splitLastShare(split.train, { testShare: share });
    case "time":
    case "rolling":
      return splitAtTime(split.train, { trainShare: 1 - share });
    case "hash":
      // Of the hashes below the test share none is left: another seed, whatever was asked for.
      return splitHash(split.train, { testShare: share, seed: (split.parameters.seed + 1 + seed) >>> 0 });
    default:
      throw new WorkspaceError(
        "SPLIT_INVALID",
        `no validation split is known for protocol "${split.protocol}"`,
      );
  }
}

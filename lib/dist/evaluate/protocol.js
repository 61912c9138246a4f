"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.validationSplit = validationSplit;
const data_1 = require("../data");
/**
 * Holds out a validation part of `split.train` by the protocol that held out the test part, so that what is
 * chosen on validation is chosen for the task that the test will set. The test part is not looked at.
 * @param options.share of the training ratings to hold out, 0.2 by default; a leave-last split holds out as
 *   many per user as the outer one
 * @param options.seed of random protocols
 * @returns `train` to learn from and `test` to validate on
 * @throws WorkspaceError SPLIT_INVALID
 */
function validationSplit(split, options = {}) {
    const { share = 0.2, seed = 1 } = options;
    switch (split.protocol) {
        case "random":
        case "k-fold":
            return (0, data_1.splitRandom)(split.train, { testShare: share, seed });
        case "stratified":
        case "stratified-k-fold":
            return (0, data_1.splitStratified)(split.train, { testShare: share, seed });
        case "leave-last":
            return (0, data_1.splitLeaveLast)(split.train, { n: split.parameters.n });
        case "last-share":
            return (0, data_1.splitLastShare)(split.train, { testShare: share });
        case "time":
        case "rolling":
            return (0, data_1.splitAtTime)(split.train, { trainShare: 1 - share });
        default:
            throw new data_1.WorkspaceError("SPLIT_INVALID", `no validation split is known for protocol "${split.protocol}"`);
    }
}
//# sourceMappingURL=protocol.js.map
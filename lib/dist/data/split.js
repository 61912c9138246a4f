"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.splitBy = splitBy;
exports.splitRandom = splitRandom;
exports.splitStratified = splitStratified;
exports.splitLeaveLast = splitLeaveLast;
exports.splitLastShare = splitLastShare;
exports.splitAtTime = splitAtTime;
exports.kFold = kFold;
exports.kFoldStratified = kFoldStratified;
exports.rollingSplits = rollingSplits;
exports.coldCounts = coldCounts;
const errors_1 = require("../errors");
const counting_1 = require("./counting");
const dataset_1 = require("./dataset");
const random_1 = require("./random");
/** @throws WorkspaceError SPLIT_INVALID as the named split does */
function splitBy(dataset, protocol) {
    switch (protocol.name) {
        case "random":
            return splitRandom(dataset, protocol);
        case "stratified":
            return splitStratified(dataset, protocol);
        case "leave-last":
            return splitLeaveLast(dataset, protocol);
        case "last-share":
            return splitLastShare(dataset, protocol);
        case "time":
            return splitAtTime(dataset, protocol);
    }
}
/**
 * Holds out a random share of all ratings.
 * @param options.testShare share of ratings to hold out, between 0 and 1; their number is rounded
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
function splitRandom(dataset, options) {
    const { testShare, seed } = options;
    assertShare("testShare", testShare);
    const order = shuffledRows(dataset, seed);
    const held = order.subarray(0, Math.round(order.length * testShare));
    return parts(dataset, "random", { testShare, seed }, markedRows(dataset, held));
}
/**
 * Holds out the same random share of each user's ratings; the number is rounded per user, and a user keeps at least
 * one rating in train. (`recommenders`' `python_stratified_split`.)
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
function splitStratified(dataset, options) {
    const { testShare, seed } = options;
    assertShare("testShare", testShare);
    const random = (0, random_1.seededRandom)(seed);
    const held = new Uint8Array(dataset.users.length);
    forEachUser(dataset, (own) => {
        const count = Math.min(Math.round(own.length * testShare), own.length - 1);
        for (const row of (0, random_1.shuffle)(own, random).subarray(0, Math.max(0, count)))
            held[row] = 1;
    });
    return parts(dataset, "stratified", { testShare, seed }, held);
}
/**
 * Holds out each user's last `n` ratings by time, ties by row. A user with n ratings or fewer keeps the earliest in
 * train and has the rest held out; a user with one rating has none held out.
 * @throws WorkspaceError SPLIT_INVALID when n is not a whole number above 0, or a part would be empty
 */
function splitLeaveLast(dataset, options) {
    const { n } = options;
    if (!Number.isInteger(n) || n < 1)
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `n must be a whole number above 0, not ${n}`);
    return parts(dataset, "leave-last", { n }, lastOfEachUser(dataset, () => n));
}
/**
 * Holds out the last share of each user's ratings by time, ties by row; the number is rounded per user, and the
 * earliest rating always stays in train.
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
function splitLastShare(dataset, options) {
    const { testShare } = options;
    assertShare("testShare", testShare);
    const held = lastOfEachUser(dataset, (count) => Math.round(count * testShare));
    return parts(dataset, "last-share", { testShare }, held);
}
/**
 * Learns from the first share of all ratings by time and tests on what came after, ties by row. Users and items that
 * only appear later are cold in train. `parameters.cutTimestamp` is the time of the first test rating (s, UTC).
 * @throws WorkspaceError SPLIT_INVALID when the share is not between 0 and 1, or a part would be empty
 */
function splitAtTime(dataset, options) {
    const { trainShare } = options;
    assertShare("trainShare", trainShare);
    const { timestamps } = dataset;
    const size = Math.round(timestamps.length * trainShare);
    assertNotEmpty(dataset, size);
    const cutTimestamp = timestamps.slice().sort()[size];
    let roomAtCut = size;
    for (const timestamp of timestamps)
        if (timestamp < cutTimestamp)
            roomAtCut--;
    const held = new Uint8Array(timestamps.length);
    for (let r = 0; r < held.length; r++)
        if (timestamps[r] > cutTimestamp || (timestamps[r] === cutTimestamp && roomAtCut-- <= 0))
            held[r] = 1;
    return parts(dataset, "time", { trainShare, cutTimestamp }, held);
}
/**
 * Deals all ratings into `folds` random folds, sizes differing by at most one; split k tests on fold k and trains on the others.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
function kFold(dataset, options) {
    const { folds, seed } = options;
    const rows = dataset.users.length;
    assertFolds(dataset, folds);
    const order = shuffledRows(dataset, seed);
    return Array.from({ length: folds }, (_, fold) => {
        const held = order.subarray(Math.floor((fold * rows) / folds), Math.floor(((fold + 1) * rows) / folds));
        return parts(dataset, "k-fold", { folds, fold, seed }, markedRows(dataset, held));
    });
}
/**
 * Deals each user's ratings into `folds` random folds, so that every fold tests every user with as many ratings as any
 * other, give or take one; split k tests on fold k and trains on the others. The fold that a user's extra ratings
 * begin with goes round, so that sizes differ by at most one over all, too. A user with one rating is cold in the
 * split that tests it.
 * @throws WorkspaceError SPLIT_INVALID when there are fewer than two folds or fewer ratings than folds
 */
function kFoldStratified(dataset, options) {
    const { folds, seed } = options;
    assertFolds(dataset, folds);
    const random = (0, random_1.seededRandom)(seed);
    const foldOf = new Uint32Array(dataset.users.length);
    let next = 0;
    forEachUser(dataset, (own) => {
        for (const row of (0, random_1.shuffle)(own, random))
            foldOf[row] = next++ % folds;
    });
    return Array.from({ length: folds }, (_, fold) => {
        const held = Uint8Array.from(foldOf, (own) => (own === fold ? 1 : 0));
        return parts(dataset, "stratified-k-fold", { folds, fold, seed }, held);
    });
}
/**
 * Rolling backtest: split k trains on all ratings before moment k and tests on those from it until before moment
 * k + 1, as a model retrained at each moment would have met them. Ratings of one time stay together.
 *
 * With `moments`, ascending, the last of them ends the last window. With `trainShare`, the first moment is that of the
 * first rating behind this share by time, and what follows is cut into `windows` windows of about equal numbers of
 * ratings. `parameters` tell `fromTimestamp` and `untilTimestamp` (Infinity: to the end) of the window.
 * Source: Tashman 2000, "Out-of-sample tests of forecasting accuracy" (rolling origin).
 * @throws WorkspaceError SPLIT_INVALID when the moments do not ascend, or a window or the part before it is empty
 */
function rollingSplits(dataset, options) {
    const { timestamps } = dataset;
    const moments = "moments" in options ? options.moments : momentsOf(timestamps, options);
    const ascend = moments.every((moment, k) => (k === 0 ? !Number.isNaN(moment) : moment > moments[k - 1]));
    if (moments.length < 2 || !ascend)
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `a backtest needs two or more ascending moments, not ${moments.join(", ")}`, {
            mend: "Name the moments in ascending order, or ask for fewer windows.",
        });
    return moments.slice(1).map((untilTimestamp, window) => {
        const fromTimestamp = moments[window];
        const rows = Uint32Array.from(timestamps.keys());
        const train = rows.filter((row) => timestamps[row] < fromTimestamp);
        const test = rows.filter((row) => timestamps[row] >= fromTimestamp && timestamps[row] < untilTimestamp);
        if (train.length === 0 || test.length === 0)
            throw new errors_1.WorkspaceError("SPLIT_INVALID", `${dataset.name}: window ${window} of the backtest has ${train.length} ratings before it and ${test.length} in it`, { mend: "Choose moments with ratings before and between them, or fewer windows." });
        const parameters = { window, windows: moments.length - 1, fromTimestamp, untilTimestamp };
        return { protocol: "rolling", train: (0, dataset_1.subset)(dataset, train), test: (0, dataset_1.subset)(dataset, test), parameters };
    });
}
function momentsOf(timestamps, options) {
    const { trainShare, windows } = options;
    assertShare("trainShare", trainShare);
    if (!Number.isInteger(windows) || windows < 1)
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `windows must be a whole number above 0, not ${windows}`);
    const sorted = timestamps.slice().sort();
    const cuts = Array.from({ length: windows }, (_, window) => {
        const share = trainShare + ((1 - trainShare) * window) / windows;
        return sorted[Math.min(sorted.length - 1, Math.round(sorted.length * share))];
    });
    return [...cuts, Infinity];
}
/** Counts cold users and items of a split; `ratingMetrics` and `rankingMetrics` score them apart. */
function coldCounts({ train, test }) {
    const [knownUsers, knownItems] = [new Set(train.users), new Set(train.items)];
    const [users, items] = [new Set(test.users), new Set(test.items)];
    let coldRatings = 0;
    for (let r = 0; r < test.users.length; r++)
        if (!knownUsers.has(test.users[r]) || !knownItems.has(test.items[r]))
            coldRatings++;
    const without = (asked, known) => [...asked].filter((index) => !known.has(index)).length;
    return {
        users: users.size,
        coldUsers: without(users, knownUsers),
        items: items.size,
        coldItems: without(items, knownItems),
        ratings: test.users.length,
        coldRatings,
    };
}
function shuffledRows(dataset, seed) {
    const rows = new Uint32Array(dataset.users.length);
    for (let r = 0; r < rows.length; r++)
        rows[r] = r;
    return (0, random_1.shuffle)(rows, (0, random_1.seededRandom)(seed));
}
function markedRows(dataset, rows) {
    const marked = new Uint8Array(dataset.users.length);
    for (const row of rows)
        marked[row] = 1;
    return marked;
}
/** Marks each user's last ratings by (timestamp, row): as many as `heldOf(ratings of the user)`, but never the first. */
function lastOfEachUser(dataset, heldOf) {
    const { timestamps } = dataset;
    const held = new Uint8Array(timestamps.length);
    forEachUser(dataset, (own) => {
        own.sort((a, b) => timestamps[a] - timestamps[b] || a - b);
        const count = Math.min(heldOf(own.length), own.length - 1);
        for (let k = own.length - count; k < own.length; k++)
            held[own[k]] = 1;
    });
    return held;
}
/** Each user's row numbers, ascending, in an array that may be written over; users in the order of their indices. */
function forEachUser({ users, userIds }, take) {
    const starts = (0, counting_1.countingStarts)(users, userIds.length);
    const rows = (0, counting_1.countingOrder)(users, userIds.length);
    for (let user = 0; user < userIds.length; user++)
        take(rows.subarray(starts[user], starts[user + 1]));
}
function parts(dataset, protocol, parameters, held) {
    let testSize = 0;
    for (const mark of held)
        testSize += mark;
    assertNotEmpty(dataset, held.length - testSize);
    const train = new Uint32Array(held.length - testSize);
    const test = new Uint32Array(testSize);
    for (let r = 0, trainAt = 0, testAt = 0; r < held.length; r++)
        if (held[r] === 1)
            test[testAt++] = r;
        else
            train[trainAt++] = r;
    return { protocol, train: (0, dataset_1.subset)(dataset, train), test: (0, dataset_1.subset)(dataset, test), parameters };
}
function assertShare(name, share) {
    if (!(share > 0 && share < 1))
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `${name} must lie between 0 and 1, not ${share}`);
}
function assertFolds(dataset, folds) {
    const rows = dataset.users.length;
    if (!Number.isInteger(folds) || folds < 2 || folds > rows)
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `folds must be a whole number from 2 to the ${rows} ratings, not ${folds}`);
}
function assertNotEmpty(dataset, trainSize) {
    const rows = dataset.users.length;
    if (trainSize <= 0 || trainSize >= rows)
        throw new errors_1.WorkspaceError("SPLIT_INVALID", `${dataset.name}: splitting ${rows} ratings leaves ${trainSize} for training and ${rows - trainSize} for testing`);
}
//# sourceMappingURL=split.js.map
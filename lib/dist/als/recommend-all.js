"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.NO_ITEM = void 0;
exports.recommendAll = recommendAll;
const node_os_1 = require("node:os");
const data_1 = require("../data");
const factorisation_1 = require("./engine/factorisation");
const kernels_1 = require("./engine/kernels");
const layout_1 = require("./engine/layout");
const pool_1 = require("./engine/pool");
const select_top_1 = require("./select-top");
/** In the place of an item past a list's end. */
exports.NO_ITEM = 0xffffffff;
/** Items that the kernel finds beyond those asked for, so that rounding seldom decides who is in. */
const MARGIN = 8;
/** Users in one round: what is held beside the items and the lists is of so many. */
const BATCH = 8192;
/** Scores times rank below which starting a second thread costs more than it saves. */
const ONE_THREAD = 5e8;
const THREAD_BYTES = 256;
const TOP_FIELDS = 7;
/**
 * The lists of `AlsModel.recommend` for many users. A kernel finds a few more than n by scores in float32; these are scored
 * again in float64 and ordered. Where a bound on float32's rounding cannot rule out that another item belongs among the n,
 * `exact` makes the user's list: so every list is what `exact` gives.
 *
 * @param known 1 for items that may be recommended at all, [items]
 * @param score as the lists are to be ordered
 * @throws WorkspaceError OPTION_INVALID when n is not a whole number, INDEX_UNKNOWN for a user outside the model,
 *   TRAINING_ABORTED after `signal`, THREAD_FAILED, and what `exact` throws
 */
async function recommendAll(parts, known, n, options, score, exact) {
    const { accept, excludeSeen = true, seen = parts.ratings, signal, onProgress } = options;
    const users = options.users ?? Uint32Array.from(parts.userIds.keys());
    if (!Number.isInteger(n) || n < 0)
        throw new data_1.WorkspaceError("OPTION_INVALID", `n is ${n}, not a whole number of at least 0`);
    if (seen.rows !== parts.userIds.length || seen.cols !== parts.itemIds.length)
        throw new data_1.WorkspaceError("OPTION_INVALID", `seen is ${seen.rows} × ${seen.cols}, the model ${parts.userIds.length} × ${parts.itemIds.length}`);
    for (const user of users)
        if (user >= parts.userIds.length)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `user ${user} is outside 0 … ${parts.userIds.length - 1}`);
    const lists = {
        n,
        users,
        items: new Uint32Array(users.length * n).fill(exports.NO_ITEM),
        scores: new Float64Array(users.length * n).fill(-Infinity),
        lengths: new Uint32Array(users.length),
    };
    const offered = Uint32Array.from(known.keys()).filter((item) => known[item] === 1 && (accept?.(item) ?? true));
    if (n === 0 || offered.length === 0 || users.length === 0)
        return lists;
    const seenOf = (user) => (excludeSeen ? (0, select_top_1.seenBy)(seen, user) : NOTHING);
    const found = Math.min(n + MARGIN, offered.length);
    const finder = new Finder(parts, offered, found, users, seenOf, options.threads);
    const stop = () => finder.stop();
    signal?.addEventListener("abort", stop);
    try {
        for (let from = 0; from < users.length; from += BATCH) {
            const to = Math.min(from + BATCH, users.length);
            refuseIfAborted(signal);
            await finder.find(from, to);
            refuseIfAborted(signal);
            for (let at = from; at < to; at++) {
                const user = users[at];
                const list = finder.settled(at - from, user, n, score) ?? exact(user, seenOf(user));
                list.forEach(({ item, score }, k) => {
                    lists.items[at * n + k] = item;
                    lists.scores[at * n + k] = score;
                });
                lists.lengths[at] = list.length;
            }
            onProgress?.({ done: to, users: users.length });
        }
    }
    finally {
        signal?.removeEventListener("abort", stop);
        await finder.close();
    }
    return lists;
}
const NOTHING = new Uint32Array(0);
function refuseIfAborted(signal) {
    if (signal?.aborted)
        throw new data_1.WorkspaceError("TRAINING_ABORTED", "the lists of all users were stopped by their signal", {
            cause: signal.reason,
        });
}
/** Threads over the items' factors, laid out once, and a batch of users at a time, all in float32. */
class Finder {
    parts;
    perUser;
    users;
    seenOf;
    size;
    arena;
    pool;
    stopFlag;
    cursor;
    jobAddress;
    topJob;
    factors;
    rowStart;
    columns;
    found;
    scores;
    /** Dense item index → place among those offered; NO_ITEM for the others. */
    placeOf;
    largestNorm;
    largestBias;
    constructor(parts, offered, perUser, users, seenOf, threads) {
        this.parts = parts;
        this.perUser = perUser;
        this.users = users;
        this.seenOf = seenOf;
        const { itemFactors, itemBias, options } = parts;
        const { rank } = options;
        const size = (0, factorisation_1.paddedRank)(rank);
        const batch = Math.min(BATCH, users.length);
        const count = threads ?? (users.length * offered.length * size < ONE_THREAD ? 1 : (0, node_os_1.availableParallelism)());
        const panelBytes = Math.ceil(offered.length / 8) * (size + 1) * 32;
        const heaviest = this.heaviestBatch();
        const arena = new layout_1.Arena(panelBytes +
            offered.length * (size + 2) * 4 +
            batch * (size + 1 + 2 * perUser) * 4 +
            heaviest * 4 +
            count * THREAD_BYTES +
            4096, `the best ${perUser} of ${offered.length} items`);
        const compiled = (0, kernels_1.compileKernels)();
        this.size = size;
        this.arena = arena;
        this.cursor = new Int32Array(arena.buffer, arena.take(4), 1);
        this.stopFlag = new Int32Array(arena.buffer, arena.take(4), 1);
        this.jobAddress = arena.take(layout_1.JOB_BYTES);
        this.topJob = arena.uint32(TOP_FIELDS);
        this.factors = arena.float32(batch * size);
        this.rowStart = arena.uint32(batch + 1);
        this.columns = arena.uint32(heaviest);
        this.found = arena.uint32(batch * perUser);
        this.scores = arena.float32(batch * perUser);
        const panels = arena.take(panelBytes);
        const denseOf = arena.uint32(offered.length);
        denseOf.set(offered);
        const factors = arena.float32(offered.length * size);
        const bias = arena.float32(offered.length);
        this.placeOf = new Uint32Array(itemBias.length).fill(exports.NO_ITEM);
        let [largestNorm, largestBias] = [0, 0];
        offered.forEach((item, place) => {
            this.placeOf[item] = place;
            const own = itemFactors.subarray(item * rank, (item + 1) * rank);
            factors.set(own, place * size);
            bias[place] = itemBias[item];
            largestNorm = Math.max(largestNorm, norm(own));
            largestBias = Math.max(largestBias, Math.abs(itemBias[item]));
        });
        this.largestNorm = largestNorm;
        this.largestBias = largestBias;
        (0, kernels_1.instantiateKernels)(compiled.module, arena.memory).packItems(factors.byteOffset, bias.byteOffset, offered.length, offered.length, size, panels);
        this.topJob.set([
            panels,
            denseOf.byteOffset,
            offered.length,
            perUser,
            this.found.byteOffset,
            this.scores.byteOffset,
        ]);
        this.pool = new pool_1.Pool(Array.from({ length: count }, () => ({
            module: compiled.module,
            memory: arena.memory,
            scratch: arena.take(THREAD_BYTES),
        })));
    }
    /** Most ratings that a batch has seen. */
    heaviestBatch() {
        let most = 0;
        for (let from = 0; from < this.users.length; from += BATCH) {
            let sum = 0;
            for (const user of this.users.subarray(from, from + BATCH))
                sum += this.seenOf(user).length;
            most = Math.max(most, sum);
        }
        return most;
    }
    /** Finds the best of users[from … to − 1]. */
    async find(from, to) {
        const { parts, size, factors, rowStart, columns, placeOf } = this;
        const { rank } = parts.options;
        let end = 0;
        for (let row = 0; row < to - from; row++) {
            const user = this.users[from + row];
            factors.set(parts.userFactors.subarray(user * rank, (user + 1) * rank), row * size);
            for (const item of this.seenOf(user))
                if (placeOf[item] !== exports.NO_ITEM)
                    columns[end++] = placeOf[item];
            rowStart[row + 1] = end;
        }
        this.topJob[TOP_FIELDS - 1] = to - from;
        this.cursor[0] = 0;
        (0, layout_1.writeJob)(this.arena.buffer, this.jobAddress, {
            ...layout_1.EMPTY_JOB,
            cursor: this.cursor.byteOffset,
            stop: this.stopFlag.byteOffset,
            solved: factors.byteOffset,
            rowStart: rowStart.byteOffset,
            columns: columns.byteOffset,
            size,
        });
        await this.pool.run({ kind: "top", job: this.jobAddress, top: this.topJob.byteOffset });
    }
    /** A user's list where no item beside those found can belong to it; null where that is not certain. */
    settled(row, user, n, score) {
        const { parts, size, perUser, found, scores } = this;
        const { globalMean, userBias, userFactors, options } = parts;
        const length = norm(userFactors.subarray(user * options.rank, (user + 1) * options.rank));
        const reach = length * this.largestNorm + this.largestBias + Math.abs(globalMean) + Math.abs(userBias[user]);
        // Past what float32 holds, or not a number.
        if (!(Math.max(reach, length, this.largestNorm) < LARGEST))
            return null;
        const items = found.subarray(row * perUser, (row + 1) * perUser);
        const list = [];
        for (const item of items)
            if (item !== exports.NO_ITEM)
                list.push({ item, score: score(user, item) });
        list.sort((a, b) => b.score - a.score || a.item - b.item);
        if (list.length < perUser || list.length === this.topJob[2])
            return list.slice(0, n);
        // Every number is rounded once, every product and sum once more; twice that is far above what float64 adds.
        const off = 2 * (size + 4) * 2 ** -24 * reach;
        const others = globalMean + userBias[user] + scores[(row + 1) * perUser - 1] + off;
        return list[n - 1].score > others ? list.slice(0, n) : null;
    }
    /** Ends the work: a running `find` resolves early. */
    stop() {
        Atomics.store(this.stopFlag, 0, 1);
    }
    /** Ends all threads; resolves when none is left. */
    close() {
        return this.pool.close();
    }
}
const LARGEST = 1e38;
function norm(values) {
    let sum = 0;
    for (let f = 0; f < values.length; f++)
        sum += values[f] ** 2;
    return Math.sqrt(sum);
}
//# sourceMappingURL=recommend-all.js.map
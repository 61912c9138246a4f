"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.LshIndex = void 0;
exports.lshIndex = lshIndex;
exports.lshIndexInSlices = lshIndexInSlices;
const data_1 = require("../data");
const similar_1 = require("./similar");
/**
 * Locality-sensitive hashing: items that are near share a bucket with a chance that grows with their likeness, so only
 * the items of some buckets are compared. The comparison itself is exact, so what is found has its true score;
 * something near can be missed (`lshCurve` measures how much).
 *
 * Cosine: on which side of random hyperplanes the unit vector lies (Charikar 2002). Euclidean: in which slot of
 * Gaussian, so 2-stable, projections the vector lies, ⌊a·x / w + b⌋ (Datar, Immorlica, Indyk and Mirrokni 2004). Both are
 * fitted to the items: hyperplanes and slots hold equal numbers of items, not equal ranges, because factors
 * crowd around their mean, and films with many ratings lie far outside. Each table is asked for further buckets where a
 * near item would be if it is not in the item's own: multi-probe LSH (Lv, Josephson, Wang, Charikar and Li 2007).
 *
 * Why it is here: it is what the cluster engines offer (Spark ML's BucketedRandomProjectionLSH), it is small
 * enough to read, and its dials show what a search that may miss gives up. For libraries of millions of items take an
 * HNSW index (hnswlib, Faiss) or Elasticsearch's kNN search over a dense_vector field, which need far fewer
 * comparisons for the same recall; for the tens of thousands of a film catalogue the exact search takes milliseconds.
 *
 * @throws WorkspaceError OPTION_INVALID
 */
function lshIndex(vectors, options = {}) {
    const index = new LshIndex(vectors, options);
    (0, data_1.atOnce)(index.fill());
    return index;
}
/** The same index, made in slices of a few milliseconds: for a process that has others to answer meanwhile. */
async function lshIndexInSlices(vectors, options = {}) {
    const index = new LshIndex(vectors, options);
    await (0, data_1.inSlices)(index.fill());
    return index;
}
/** At these, nine of ten neighbours are found by comparing less than a fifth of 27k × 64 explicit or implicit item factors. */
const DEFAULTS = {
    cosine: { tables: 8, hashes: 12, probes: 40, slots: 2 },
    euclidean: { tables: 40, hashes: 9, probes: 40, slots: 2.4 },
};
class LshIndex {
    vectors;
    metric;
    comparison;
    hashes;
    slots;
    /** The moves of each probe, as ranks among an item's moves by their cost. */
    probes;
    tables = [];
    tableCount;
    seed;
    /** The number of the question that found each item last, so that none is found twice. */
    askedBy;
    asked = 0;
    constructor(vectors, options) {
        this.vectors = vectors;
        const { metric = "cosine", seed = 1 } = options;
        const { tables, hashes, probes, slots } = { ...DEFAULTS[metric], ...withoutUndefined(options) };
        whole("tables", tables, 1, 1024);
        whole("hashes", hashes, 1, 30);
        whole("probes", probes, 0, 10_000);
        if (!(slots >= 2 && Number.isFinite(slots)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `slots is ${slots}, not a number of at least 2`);
        if (metric === "cosine" && slots !== 2)
            throw new data_1.WorkspaceError("OPTION_INVALID", `slots is ${slots}; a hyperplane has the two sides that cosine takes`);
        this.metric = metric;
        this.hashes = hashes;
        this.slots = slots;
        this.probes = likeliestProbes(metric, hashes, probes);
        this.comparison = new similar_1.Comparison(vectors, metric);
        this.askedBy = new Uint32Array(vectors.items);
        this.tableCount = tables;
        this.seed = seed;
    }
    /** Makes the tables, once, before anything is asked. */
    *fill() {
        const random = (0, data_1.seededRandom)(this.seed);
        const present = Uint32Array.from({ length: this.vectors.items }, (_, item) => item).filter((item) => this.comparison.has(item));
        while (this.tables.length < this.tableCount)
            this.tables.push(yield* this.build(present, random));
    }
    nearest(item, n, options = {}) {
        return this.comparison.best(item, this.candidates(item), n, options);
    }
    /**
     * The items that the tables offer for `item`, ascending dense indices, itself among them.
     * @throws WorkspaceError INDEX_UNKNOWN, ITEM_COLD
     */
    candidates(item) {
        this.comparison.checkItem(item);
        const question = ++this.asked;
        const found = [];
        for (const table of this.tables) {
            const places = table.functions.map((own) => this.placeOf(this.project(item, own), own));
            const slots = Int32Array.from(places, Math.floor);
            const look = () => {
                for (const other of table.buckets.get(keyOf(slots)) ?? []) {
                    if (this.askedBy[other] === question)
                        continue;
                    this.askedBy[other] = question;
                    found.push(other);
                }
            };
            look();
            const moves = this.movesOf(places, slots);
            for (const probe of this.probes) {
                for (const rank of probe)
                    slots[moves[rank].at] += moves[rank].by;
                look();
                for (const rank of probe)
                    slots[moves[rank].at] -= moves[rank].by;
            }
        }
        return Uint32Array.from(found).sort();
    }
    *build(present, random) {
        const keys = new Uint32Array(present.length).fill(FNV_START);
        const functions = [];
        for (let f = 0; f < this.hashes; f++) {
            const direction = Float32Array.from({ length: this.vectors.size }, () => normal(random));
            // Hyperplanes are to halve the items, so their slots do not start at a random place.
            const offset = this.metric === "cosine" ? 0 : random();
            const own = { direction, offset, ordered: new Float32Array(present.length) };
            const projected = new Float32Array(present.length);
            for (let at = 0; at < present.length; at++)
                projected[at] = this.project(present[at], own);
            own.ordered.set(projected);
            own.ordered.sort();
            functions.push(own);
            for (let at = 0; at < present.length; at++)
                keys[at] = keyWith(keys[at], Math.floor(this.placeOf(projected[at], own)));
            yield;
        }
        const members = new Map();
        for (let at = 0; at < present.length; at++) {
            const bucket = members.get(keys[at]);
            if (bucket)
                bucket.push(present[at]);
            else
                members.set(keys[at], [present[at]]);
        }
        const buckets = new Map(Array.from(members, ([key, bucket]) => [key, Uint32Array.from(bucket)]));
        return { functions, buckets };
    }
    /** Product of an item's vector, for cosine its unit vector, with a direction; as exact as it is kept. */
    project(item, { direction }) {
        const { rowStart, columns, values } = this.vectors;
        const from = rowStart[item];
        const to = rowStart[item + 1];
        let sum = 0;
        if (columns === null)
            for (let p = from; p < to; p++)
                sum += values[p] * direction[p - from];
        else
            for (let p = from; p < to; p++)
                sum += values[p] * direction[columns[p]];
        return Math.fround(this.metric === "cosine" ? sum / this.comparison.norm(item) : sum);
    }
    /** Where a projection lies, in slots: the share of the items below it, times the number of slots, plus the offset. */
    placeOf(projected, { ordered, offset }) {
        let low = 0;
        let high = ordered.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (ordered[middle] < projected)
                low = middle + 1;
            else
                high = middle;
        }
        return (low / ordered.length) * this.slots + offset;
    }
    /** The steps into a neighbouring slot, those first whose slot is nearest. */
    movesOf(places, slots) {
        const moves = [];
        places.forEach((place, at) => {
            const inside = place - slots[at];
            if (this.metric === "euclidean")
                moves.push({ at, by: -1, cost: inside }, { at, by: 1, cost: 1 - inside });
            else if (slots[at] > 0)
                moves.push({ at, by: -1, cost: inside });
            else
                moves.push({ at, by: 1, cost: 1 - inside });
        });
        return moves.sort((a, b) => a.cost - b.cost || a.at - b.at || a.by - b.by);
    }
}
exports.LshIndex = LshIndex;
/**
 * The probes of least expected cost, the cheapest first, each a set of moves by their ranks. The cost of the move of rank j is
 * that of the square of the j-th smallest of uniform numbers (Lv et al. 2007, §4.5), so that one list serves all items.
 * A set grows by the next move, or has its last one replaced by the next: every set once, by cost (algorithm 1).
 */
function likeliestProbes(metric, hashes, count) {
    const [m, both] = [hashes, metric === "euclidean"];
    const costs = Array.from({ length: both ? 2 * m : m }, (_, rank) => {
        const j = rank + 1;
        if (j <= m)
            return (j * (j + 1)) / (4 * (m + 1) * (m + 2));
        const back = 2 * m + 1 - j;
        return 1 - back / (m + 1) + (back * (back + 1)) / (4 * (m + 1) * (m + 2));
    });
    const probes = [];
    let waiting = [{ ranks: [0], cost: costs[0] }];
    while (probes.length < count && waiting.length > 0) {
        const cheapest = waiting.reduce((best, set) => (set.cost < best.cost ? set : best));
        const { ranks, cost } = cheapest;
        waiting = waiting.filter((set) => set !== cheapest);
        const last = ranks[ranks.length - 1];
        if (last + 1 < costs.length) {
            waiting.push({ ranks: [...ranks, last + 1], cost: cost + costs[last + 1] });
            waiting.push({ ranks: [...ranks.slice(0, -1), last + 1], cost: cost - costs[last] + costs[last + 1] });
        }
        // The two moves of one function have ranks that mirror each other, and exclude each other.
        if (!ranks.some((rank) => ranks.includes(2 * m - 1 - rank)))
            probes.push(Uint8Array.from(ranks));
    }
    return probes;
}
const FNV_START = 0x811c9dc5;
/** A step of FNV-1a. Two buckets of one key only make more candidates. */
const keyWith = (key, slot) => Math.imul(key ^ (slot & 0xffff), 0x01000193) >>> 0;
const keyOf = (slots) => slots.reduce(keyWith, FNV_START);
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const withoutUndefined = (options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
function whole(name, value, from, to) {
    if (!Number.isInteger(value) || value < from || value > to)
        throw new data_1.WorkspaceError("OPTION_INVALID", `${name} is ${value}, not a whole number from ${from} to ${to}`);
}
//# sourceMappingURL=lsh.js.map
import { atOnce, inSlices, seededRandom, WorkspaceError, type SlicedWork } from "../data";
import {
  Comparison,
  type NearestOptions,
  type Nearest,
  type SimilarityMetric,
  type SimilaritySearch,
} from "./similar";
import type { ItemVectors } from "./vectors";

export interface LshOptions {
  /** "cosine" by default. */
  metric?: SimilarityMetric;
  /** Independent tables; 8 by default, 40 for Euclidean. Each finds what others miss, and costs memory. */
  tables?: number;
  /** Hash functions per table; 12 by default, 9 for Euclidean. More make smaller buckets. */
  hashes?: number;
  /** Buckets looked into per table beside the item's own, the likeliest first; 40 by default, 15 for Euclidean. */
  probes?: number;
  /** Euclidean only: how many slots, at least 2 and not always whole, a direction divides the items into; 2.4 by default. */
  slots?: number;
  seed?: number;
}

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
export function lshIndex(vectors: ItemVectors, options: LshOptions = {}): LshIndex {
  const index = new LshIndex(vectors, options);
  atOnce(index.fill());
  return index;
}

/** The same index, made in slices of a few milliseconds: for a process that has others to answer meanwhile. */
export async function lshIndexInSlices(vectors: ItemVectors, options: LshOptions = {}): Promise<LshIndex> {
  const index = new LshIndex(vectors, options);
  await inSlices(index.fill());
  return index;
}

/** At these, nine of ten neighbours are found by comparing less than a fifth of 27k × 64 explicit or implicit item factors: `npm run bench -- --only similar`. */
const DEFAULTS = {
  cosine: { tables: 8, hashes: 12, probes: 40, slots: 2 },
  euclidean: { tables: 40, hashes: 9, probes: 15, slots: 2.4 },
};

export class LshIndex implements SimilaritySearch {
  readonly metric: SimilarityMetric;
  private readonly comparison: Comparison;
  private readonly hashes: number;
  private readonly slots: number;
  /** The moves of each probe, as ranks among an item's moves by their cost. */
  private readonly probes: Uint8Array[];
  private readonly tables: Table[] = [];
  private readonly tableCount: number;
  private readonly seed: number;
  /** The number of the question that found each item last, so that none is found twice. */
  private readonly askedBy: Uint32Array;
  private asked = 0;

  constructor(
    readonly vectors: ItemVectors,
    options: LshOptions,
  ) {
    const { metric = "cosine", seed = 1 } = options;
    const { tables, hashes, probes, slots } = { ...DEFAULTS[metric], ...withoutUndefined(options) };
    whole("tables", tables, 1, 1024);
    whole("hashes", hashes, 1, 30);
    whole("probes", probes, 0, 10_000);
    if (!(slots >= 2 && Number.isFinite(slots)))
      throw new WorkspaceError("OPTION_INVALID", `slots is ${slots}, not a number of at least 2`);
    if (metric === "cosine" && slots !== 2)
      throw new WorkspaceError(
        "OPTION_INVALID",
        `slots is ${slots}; a hyperplane has the two sides that cosine takes`,
      );
    this.metric = metric;
    this.hashes = hashes;
    this.slots = slots;
    this.probes = likeliestProbes(metric, hashes, probes);
    this.comparison = new Comparison(vectors, metric);
    this.askedBy = new Uint32Array(vectors.items);
    this.tableCount = tables;
    this.seed = seed;
  }

  /** Makes the tables, once, before anything is asked. */
  *fill(): SlicedWork<void> {
    const random = seededRandom(this.seed);
    const present = Uint32Array.from({ length: this.vectors.items }, (_, item) => item).filter((item) =>
      this.comparison.has(item),
    );
    while (this.tables.length < this.tableCount) this.tables.push(yield* this.build(present, random));
  }

  nearest(item: number, n: number, options: NearestOptions = {}): Nearest {
    return this.comparison.best(item, this.candidates(item), n, options);
  }

  /**
   * The items that the tables offer for `item`, ascending dense indices, itself among them.
   * @throws WorkspaceError INDEX_UNKNOWN, ITEM_COLD
   */
  candidates(item: number): Uint32Array {
    this.comparison.checkItem(item);
    const question = ++this.asked;
    const found: number[] = [];
    for (const table of this.tables) {
      const places = table.functions.map((own) => this.placeOf(this.project(item, own), own));
      const slots = Int32Array.from(places, Math.floor);
      const look = (): void => {
        for (const other of table.buckets.get(keyOf(slots)) ?? []) {
          if (this.askedBy[other] === question) continue;
          this.askedBy[other] = question;
          found.push(other);
        }
      };
      look();
      const moves = this.movesOf(places, slots);
      for (const probe of this.probes) {
        for (const rank of probe) slots[moves[rank].at] += moves[rank].by;
        look();
        for (const rank of probe) slots[moves[rank].at] -= moves[rank].by;
      }
    }
    return Uint32Array.from(found).sort();
  }

  private *build(present: Uint32Array, random: () => number): SlicedWork<Table> {
    const keys = new Uint32Array(present.length).fill(FNV_START);
    const functions: HashFunction[] = [];
    for (let f = 0; f < this.hashes; f++) {
      const direction = Float32Array.from({ length: this.vectors.size }, () => normal(random));
      // Hyperplanes are to halve the items, so their slots do not start at a random place.
      const offset = this.metric === "cosine" ? 0 : random();
      const own: HashFunction = { direction, offset, ordered: new Float32Array(present.length) };
      const projected = new Float32Array(present.length);
      for (let at = 0; at < present.length; at++) projected[at] = this.project(present[at], own);
      own.ordered.set(projected);
      own.ordered.sort();
      functions.push(own);
      for (let at = 0; at < present.length; at++)
        keys[at] = keyWith(keys[at], Math.floor(this.placeOf(projected[at], own)));
      yield;
    }
    const members = new Map<number, number[]>();
    for (let at = 0; at < present.length; at++) {
      const bucket = members.get(keys[at]);
      if (bucket) bucket.push(present[at]);
      else members.set(keys[at], [present[at]]);
    }
    const buckets = new Map(Array.from(members, ([key, bucket]) => [key, Uint32Array.from(bucket)]));
    return { functions, buckets };
  }

  /** Product of an item's vector, for cosine its unit vector, with a direction; as exact as it is kept. */
  private project(item: number, { direction }: HashFunction): number {
    const { rowStart, columns, values } = this.vectors;
    const from = rowStart[item];
    const to = rowStart[item + 1];
    let sum = 0;
    if (columns === null) for (let p = from; p < to; p++) sum += values[p] * direction[p - from];
    else for (let p = from; p < to; p++) sum += values[p] * direction[columns[p]];
    return Math.fround(this.metric === "cosine" ? sum / this.comparison.norm(item) : sum);
  }

  /** Where a projection lies, in slots: the share of the items below it, times the number of slots, plus the offset. */
  private placeOf(projected: number, { ordered, offset }: HashFunction): number {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ordered[middle] < projected) low = middle + 1;
      else high = middle;
    }
    return (low / ordered.length) * this.slots + offset;
  }

  /** The steps into a neighbouring slot, those first whose slot is nearest. */
  private movesOf(places: readonly number[], slots: Int32Array): Move[] {
    const moves: Move[] = [];
    places.forEach((place, at) => {
      const inside = place - slots[at];
      if (this.metric === "euclidean")
        moves.push({ at, by: -1, cost: inside }, { at, by: 1, cost: 1 - inside });
      else if (slots[at] > 0) moves.push({ at, by: -1, cost: inside });
      else moves.push({ at, by: 1, cost: 1 - inside });
    });
    return moves.sort((a, b) => a.cost - b.cost || a.at - b.at || a.by - b.by);
  }
}

interface HashFunction {
  direction: Float32Array;
  offset: number;
  /** Projections of all items, ascending: what a slot's share of the items is read from. */
  ordered: Float32Array;
}

interface Table {
  functions: HashFunction[];
  buckets: Map<number, Uint32Array>;
}

interface Move {
  /** Which of the table's hash functions. */
  at: number;
  by: 1 | -1;
  /** How far away the slot is, in slots. */
  cost: number;
}

/**
 * The probes of least expected cost, the cheapest first, each a set of moves by their ranks. The cost of the move of rank j is
 * that of the square of the j-th smallest of uniform numbers (Lv et al. 2007, §4.5), so that one list serves all items.
 * A set grows by the next move, or has its last one replaced by the next: every set once, by cost (algorithm 1).
 */
function likeliestProbes(metric: SimilarityMetric, hashes: number, count: number): Uint8Array[] {
  const [m, both] = [hashes, metric === "euclidean"];
  const costs = Array.from({ length: both ? 2 * m : m }, (_, rank) => {
    const j = rank + 1;
    if (j <= m) return (j * (j + 1)) / (4 * (m + 1) * (m + 2));
    const back = 2 * m + 1 - j;
    return 1 - back / (m + 1) + (back * (back + 1)) / (4 * (m + 1) * (m + 2));
  });
  const probes: Uint8Array[] = [];
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
    if (!ranks.some((rank) => ranks.includes(2 * m - 1 - rank))) probes.push(Uint8Array.from(ranks));
  }
  return probes;
}

const FNV_START = 0x811c9dc5;

/** A step of FNV-1a. Two buckets of one key only make more candidates. */
const keyWith = (key: number, slot: number): number => Math.imul(key ^ (slot & 0xffff), 0x01000193) >>> 0;

const keyOf = (slots: Int32Array): number => slots.reduce(keyWith, FNV_START);

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const withoutUndefined = (options: LshOptions): LshOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function whole(name: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `${name} is ${value}, not a whole number from ${from} to ${to}`,
    );
}

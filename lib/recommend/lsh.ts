import { seededRandom, WorkspaceError } from "../data";
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
  /** Independent tables; 8 by default. Each finds what others miss, and costs memory. */
  tables?: number;
  /** Hash functions per table; 8 by default. More make smaller buckets. */
  hashes?: number;
  /** Buckets looked into per table beside the item's own, the likeliest first; 16 by default. */
  probes?: number;
  /** Euclidean only: width of a slot, in standard deviations of the vectors along a random direction; 1 by default. */
  width?: number;
  seed?: number;
}

/**
 * Locality-sensitive hashing: items that are near share a bucket with a chance that grows with their likeness, so only
 * the items of some buckets are compared. The comparison itself is exact, so what is found has its true score;
 * something near can be missed (`lshCurve` measures how much).
 *
 * Cosine: the signs of products with random directions (Charikar 2002), the unit vectors' mean taken off first, so that each
 * halves the items. Euclidean: p-stable projections, ⌊(a·x + b) / w⌋ (Datar, Immorlica, Indyk and Mirrokni 2004). Each
 * table is asked for further buckets where a near item would have fallen if not into the item's own: multi-probe LSH
 * (Lv, Josephson, Wang, Charikar and Li 2007).
 *
 * Why it is here: it is the measure that the cluster engines share (Spark ML's BucketedRandomProjectionLSH), it is small
 * enough to read, and its one dial shows what a search that may miss gives up. For libraries of millions of items take an
 * HNSW index (hnswlib, Faiss) or Elasticsearch's kNN search over a dense_vector field, which need far fewer
 * comparisons for the same recall; for the tens of thousands of a film catalogue the exact search takes milliseconds.
 *
 * @throws WorkspaceError OPTION_INVALID
 */
export function lshIndex(vectors: ItemVectors, options: LshOptions = {}): LshIndex {
  return new LshIndex(vectors, options);
}

const MOST_HASHES = 30;

export class LshIndex implements SimilaritySearch {
  readonly metric: SimilarityMetric;
  private readonly comparison: Comparison;
  private readonly tables: number;
  private readonly hashes: number;
  private readonly probes: number;
  /** Random directions, [tables · hashes × size]. */
  private readonly directions: Float32Array;
  /** What is added to each projection. */
  private readonly offsets: Float64Array;
  /** Width of a slot of each projection; cosine has none. */
  private readonly widths: Float64Array;
  private readonly buckets: Map<number, Uint32Array>[];
  /** The table's stamp on items found, so that none is counted twice. */
  private readonly stamps: Uint32Array;
  private stamp = 0;

  constructor(
    readonly vectors: ItemVectors,
    options: LshOptions,
  ) {
    const { metric = "cosine", tables = 8, hashes = 8, probes = 16, width = 1, seed = 1 } = options;
    whole("tables", tables, 1, 1024);
    whole("hashes", hashes, 1, MOST_HASHES);
    whole("probes", probes, 0, 2 ** 20);
    if (!(width > 0 && Number.isFinite(width)))
      throw new WorkspaceError("OPTION_INVALID", `width is ${width}, not a number above 0`);
    this.metric = metric;
    this.tables = tables;
    this.hashes = hashes;
    this.probes = probes;
    this.comparison = new Comparison(vectors, metric);
    const random = seededRandom(seed);
    const functions = tables * hashes;
    this.directions = Float32Array.from({ length: functions * vectors.size }, () => normal(random));
    this.offsets = new Float64Array(functions);
    this.widths = new Float64Array(functions);
    this.stamps = new Uint32Array(vectors.items);
    const present = Uint32Array.from({ length: vectors.items }, (_, item) => item).filter((item) =>
      this.comparison.has(item),
    );
    const projected = new Float64Array(present.length * functions);
    present.forEach((item, at) =>
      this.project(item, projected.subarray(at * functions, (at + 1) * functions)),
    );
    for (let f = 0; f < functions; f++) {
      let sum = 0;
      let squares = 0;
      for (let at = f; at < projected.length; at += functions) sum += projected[at];
      const mean = present.length > 0 ? sum / present.length : 0;
      for (let at = f; at < projected.length; at += functions) squares += (projected[at] - mean) ** 2;
      const spread = present.length > 0 ? Math.sqrt(squares / present.length) : 0;
      this.widths[f] = width * (spread || 1);
      this.offsets[f] = metric === "cosine" ? -mean : random() * this.widths[f];
    }
    this.buckets = Array.from({ length: tables }, (_, table) => {
      const members = new Map<number, number[]>();
      present.forEach((item, at) => {
        const row = at * functions + table * hashes;
        const key = keyOf(this.slots(projected.subarray(row, row + hashes), table));
        const bucket = members.get(key);
        if (bucket) bucket.push(item);
        else members.set(key, [item]);
      });
      return new Map(Array.from(members, ([key, bucket]) => [key, Uint32Array.from(bucket)]));
    });
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
    const { tables, hashes, stamps } = this;
    const projected = new Float64Array(tables * hashes);
    this.project(item, projected);
    const stamp = ++this.stamp;
    const found: number[] = [];
    const take = (bucket: Uint32Array | undefined): void => {
      if (bucket === undefined) return;
      for (const other of bucket)
        if (stamps[other] !== stamp) {
          stamps[other] = stamp;
          found.push(other);
        }
    };
    for (let table = 0; table < tables; table++) {
      const own = projected.subarray(table * hashes, (table + 1) * hashes);
      const slots = this.slots(own, table);
      take(this.buckets[table].get(keyOf(slots)));
      for (const moves of likeliestMoves(this.moves(own, slots, table), this.probes)) {
        const probed = slots.slice();
        for (const { at, by } of moves) probed[at] += by;
        take(this.buckets[table].get(keyOf(probed)));
      }
    }
    return Uint32Array.from(found).sort();
  }

  /** Products of an item's vector with all directions; of its unit vector for cosine. */
  private project(item: number, out: Float64Array): void {
    const { rowStart, columns, values, size } = this.vectors;
    const from = rowStart[item];
    const to = rowStart[item + 1];
    const unit = this.metric === "cosine" ? 1 / this.comparison.norm(item) : 1;
    for (let f = 0; f < out.length; f++) {
      const row = f * size;
      let sum = 0;
      if (columns === null)
        for (let p = from; p < to; p++) sum += values[p] * this.directions[row + p - from];
      else for (let p = from; p < to; p++) sum += values[p] * this.directions[row + columns[p]];
      out[f] = sum * unit;
    }
  }

  /** The slot of each of a table's projections: a sign as 0 or 1, or ⌊(a·x + b) / w⌋. */
  private slots(projected: Float64Array, table: number): Int32Array {
    const first = table * this.hashes;
    return Int32Array.from(projected, (product, f) => {
      const shifted = product + this.offsets[first + f];
      return this.metric === "cosine" ? (shifted > 0 ? 1 : 0) : Math.floor(shifted / this.widths[first + f]);
    });
  }

  /** Every step into a neighbouring slot, with the square of how far away that is, in widths. */
  private moves(projected: Float64Array, slots: Int32Array, table: number): Move[] {
    const first = table * this.hashes;
    const moves: Move[] = [];
    projected.forEach((product, at) => {
      const shifted = (product + this.offsets[first + at]) / this.widths[first + at];
      if (this.metric === "cosine") moves.push({ at, by: slots[at] === 1 ? -1 : 1, cost: shifted ** 2 });
      else {
        const inside = shifted - slots[at];
        moves.push({ at, by: -1, cost: inside ** 2 }, { at, by: 1, cost: (1 - inside) ** 2 });
      }
    });
    return moves.sort((a, b) => a.cost - b.cost || a.at - b.at || a.by - b.by);
  }
}

interface Move {
  /** Which of the table's hash functions. */
  at: number;
  by: 1 | -1;
  cost: number;
}

/**
 * The `count` sets of moves of least total cost, the cheapest first. A set grows by the next move, or has its last move
 * replaced by the next: that visits every set once, in order of cost (Lv et al. 2007, algorithm 1).
 * @param moves by ascending cost
 */
function likeliestMoves(moves: readonly Move[], count: number): Move[][] {
  const sets: Move[][] = [];
  if (moves.length === 0) return sets;
  const waiting: { last: number[]; cost: number }[] = [{ last: [0], cost: moves[0].cost }];
  while (sets.length < count && waiting.length > 0) {
    let cheapest = 0;
    for (let w = 1; w < waiting.length; w++) if (waiting[w].cost < waiting[cheapest].cost) cheapest = w;
    const { last, cost } = waiting[cheapest];
    waiting[cheapest] = waiting[waiting.length - 1];
    waiting.pop();
    const next = last[last.length - 1] + 1;
    if (next < moves.length) {
      waiting.push({ last: [...last, next], cost: cost + moves[next].cost });
      waiting.push({
        last: [...last.slice(0, -1), next],
        cost: cost - moves[next - 1].cost + moves[next].cost,
      });
    }
    const set = last.map((at) => moves[at]);
    // Both neighbours of one slot at a time make no sense.
    if (new Set(set.map(({ at }) => at)).size === set.length) sets.push(set);
  }
  return sets;
}

/** FNV-1a over the slots; two buckets of one key only make more candidates. */
function keyOf(slots: Int32Array): number {
  let key = 0x811c9dc5;
  for (const slot of slots) key = Math.imul(key ^ (slot & 0xffff), 0x01000193);
  return key >>> 0;
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function whole(name: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `${name} is ${value}, not a whole number from ${from} to ${to}`,
    );
}

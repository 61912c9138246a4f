import { type SlicedWork } from "../data";
import { type NearestOptions, type Nearest, type SimilarityMetric, type SimilaritySearch } from "./similar";
import type { ItemVectors } from "./vectors";
export interface LshOptions {
    /** "cosine" by default. */
    metric?: SimilarityMetric;
    /** Independent tables; 8 by default, 40 for Euclidean. Each finds what others miss, and costs memory. */
    tables?: number;
    /** Hash functions per table; 12 by default, 9 for Euclidean. More make smaller buckets. */
    hashes?: number;
    /** Buckets looked into per table beside the item's own, the likeliest first; 40 by default. */
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
export declare function lshIndex(vectors: ItemVectors, options?: LshOptions): LshIndex;
/** The same index, made in slices of a few milliseconds: for a process that has others to answer meanwhile. */
export declare function lshIndexInSlices(vectors: ItemVectors, options?: LshOptions): Promise<LshIndex>;
export declare class LshIndex implements SimilaritySearch {
    readonly vectors: ItemVectors;
    readonly metric: SimilarityMetric;
    private readonly comparison;
    private readonly hashes;
    private readonly slots;
    /** The moves of each probe, as ranks among an item's moves by their cost. */
    private readonly probes;
    private readonly tables;
    private readonly tableCount;
    private readonly seed;
    /** The number of the question that found each item last, so that none is found twice. */
    private readonly askedBy;
    private asked;
    constructor(vectors: ItemVectors, options: LshOptions);
    /** Makes the tables, once, before anything is asked. */
    fill(): SlicedWork<void>;
    nearest(item: number, n: number, options?: NearestOptions): Nearest;
    /**
     * The items that the tables offer for `item`, ascending dense indices, itself among them.
     * @throws WorkspaceError INDEX_UNKNOWN, ITEM_COLD
     */
    candidates(item: number): Uint32Array;
    private build;
    /** Product of an item's vector, for cosine its unit vector, with a direction; as exact as it is kept. */
    private project;
    /** Where a projection lies, in slots: the share of the items below it, times the number of slots, plus the offset. */
    private placeOf;
    /** The steps into a neighbouring slot, those first whose slot is nearest. */
    private movesOf;
}

import type { AlsModel } from "../als";
import { type Dataset } from "../data";
/**
 * One vector per item (dense index), what likeness is measured on. Dense where `columns` is null: row-major
 * [items × size]. Sparse otherwise: item i owns positions rowStart[i] … rowStart[i + 1] − 1 of `columns` (0 … size − 1) and
 * `values`. An item whose vector is all zeros has nothing to be compared by: it is neither found nor asked for.
 */
export interface ItemVectors {
    /** What the vectors are, as in "movie 463 has no …". */
    readonly what: string;
    /** Why an item may have none. */
    readonly whyNone: string;
    readonly items: number;
    readonly size: number;
    readonly columns: Uint32Array | null;
    readonly rowStart: Uint32Array;
    readonly values: Float32Array | Float64Array;
    /** Dense index → MovieLens id. */
    readonly itemIds: Uint32Array;
}
/** The item factors of a model: what the films' raters have in common. */
export declare function factorVectors(model: AlsModel): ItemVectors;
/**
 * Vectors of any source.
 * @param values row-major [items × size]
 * @throws WorkspaceError DATA_INVALID when the values do not divide evenly among the items
 */
export declare function denseVectors(values: Float32Array | Float64Array, itemIds: Uint32Array): ItemVectors;
/**
 * The ratings of each item, one column per user, with the user's mean taken off, so that their cosine is the adjusted
 * one. Source: Sarwar, Karypis, Konstan and Riedl 2001, "Item-based collaborative filtering", §3.1.3.
 */
export declare function ratingVectors(train: Dataset): ItemVectors;
/**
 * Genres and tags of each item as TF-IDF: a tag given n times weighs 1 + ln n, a genre 1, each times
 * ln(items / items that have it). Tags are compared in lower case. Needs no rating, so a new film has neighbours too.
 * Source: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval".
 */
export declare function contentVectors({ itemIds, movies, tags, }: Pick<Dataset, "itemIds" | "movies" | "tags">): ItemVectors;

/** A film as published. `year` is null where the title carries none; `genres` is empty for "(no genres listed)". */
export interface Movie {
    movieId: number;
    title: string;
    year: number | null;
    genres: string[];
    imdbId?: string;
    tmdbId?: number;
}
/** What 1m and 100k say of a user: "F" or "M", an age band ("25–34") and an occupation as the layout names it ("writer"). */
export type Demographics = Readonly<Record<"gender" | "age" | "occupation", string>>;
/** A free-text tag that a user gave to a movie; `timestamp` in seconds since 1970, UTC. */
export interface Tag {
    userId: number;
    movieId: number;
    tag: string;
    timestamp: number;
}
/** The stars that a layout allows, both ends included. */
export interface RatingScale {
    min: number;
    max: number;
    step: number;
}
/**
 * Ratings as columns, row `r` of each column being one rating:
 *   users[r], items[r]  dense indices, 0 … userIds.length − 1 and 0 … itemIds.length − 1
 *   ratings[r]          stars
 *   timestamps[r]       seconds since 1970, UTC
 *
 * Dense indices are given in ascending order of MovieLens id. A split keeps the index space of the whole,
 * so that train and test speak of the same user and item; a user or item without a train rating is *cold*.
 * `movies` is the whole movie table, unrated films included; `items` index only films with a rating.
 */
export interface Dataset {
    readonly name: string;
    readonly users: Uint32Array;
    readonly items: Uint32Array;
    readonly ratings: Float32Array;
    readonly timestamps: Float64Array;
    /** Dense user index → MovieLens user id. */
    readonly userIds: Uint32Array;
    /** Dense item index → MovieLens movie id. */
    readonly itemIds: Uint32Array;
    /** MovieLens user id → dense user index. */
    readonly userIndex: ReadonlyMap<number, number>;
    /** MovieLens movie id → dense item index; films without a rating are absent. */
    readonly itemIndex: ReadonlyMap<number, number>;
    readonly movies: ReadonlyMap<number, Movie>;
    readonly tags: readonly Tag[];
    /** MovieLens user id → demographics; empty but for the layouts that publish them. */
    readonly demographics: ReadonlyMap<number, Demographics>;
    readonly scale: RatingScale;
    /** SHA-256 over the published files that the ratings and movies came from, hexadecimal. */
    readonly hash: string;
}
/**
 * Ratings grouped by row (users or items), each row's columns ascending.
 * Row `i` owns positions rowStart[i] … rowStart[i + 1] − 1 of `columns` (dense index of the other side) and `values` (stars).
 */
export interface RatingsByRow {
    readonly rowStart: Uint32Array;
    readonly columns: Uint32Array;
    readonly values: Float32Array;
    readonly rows: number;
    readonly cols: number;
}
/** The part of a data set that its ratings are: who, what, stars, and how many users and items there are. */
export type RatingTriples = Pick<Dataset, "users" | "items" | "ratings" | "userIds" | "itemIds">;
/** Group by user, columns are items. Counting sort: O(ratings + users + items), no comparison. */
export declare function ratingsByUser(dataset: RatingTriples): RatingsByRow;
/** Group by item, columns are users. */
export declare function ratingsByItem(dataset: RatingTriples): RatingsByRow;
/** Everything that a Dataset is made of before ids become dense indices. All columns have one length; ids are MovieLens ids. */
export interface RatingColumns {
    name: string;
    userId: Uint32Array;
    movieId: Uint32Array;
    ratings: Float32Array;
    timestamps: Float64Array;
    movies: ReadonlyMap<number, Movie>;
    tags: readonly Tag[];
    demographics?: ReadonlyMap<number, Demographics>;
    scale: RatingScale;
    hash: string;
}
/**
 * Builds the id maps and dense columns.
 * @param owned whether the id columns may be overwritten by the dense ones, which saves their memory
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
export declare function createDataset(source: RatingColumns, owned?: boolean): Dataset;
/** The ratings at `rows` (row numbers of `dataset`), in the index space of the whole. */
export declare function subset(dataset: Dataset, rows: Uint32Array): Dataset;
/**
 * All ratings of both, those of `first` first. Both must be parts of one whole, as a split makes them.
 * @throws WorkspaceError DATA_INVALID when the parts have different index spaces
 */
export declare function mergeRatings(first: Dataset, second: Dataset): Dataset;
/** One rating as `filterRatings` shows it: dense indices and MovieLens ids, stars, seconds since 1970 (UTC). */
export interface RatingRow {
    row: number;
    user: number;
    item: number;
    userId: number;
    movieId: number;
    rating: number;
    timestamp: number;
}
/**
 * The ratings for which `keep` is true, in the index space of the whole: a user or item that loses all its
 * ratings stays known, and cold. The row object is reused between calls; copy what must outlive one.
 */
export declare function filterRatings(dataset: Dataset, keep: (rating: Readonly<RatingRow>) => boolean): Dataset;

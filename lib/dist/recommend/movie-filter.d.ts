import { type Movie } from "../data";
import type { AlsModelParts } from "../als";
/** All given conditions must hold. A film without a year fails any condition on the year. */
export interface MovieConditions {
    /** At least one of these genres, as published ("Sci-Fi"). */
    genres?: readonly string[];
    /** First year, included. */
    fromYear?: number;
    /** Last year, included. */
    toYear?: number;
    /** Popularity floor: at least so many training ratings. */
    minRatings?: number;
    /** Popularity ceiling: at most so many training ratings. */
    maxRatings?: number;
}
/**
 * Turns conditions into the `accept` of a recommendation, which speaks MovieLens ids. Unknown films are refused.
 * @param ratings training ratings of each film by MovieLens id, as `ratingCounts` gives them; a film that is absent has none
 * @throws WorkspaceError OPTION_INVALID for a condition on popularity without `ratings`, or a floor above the ceiling
 */
export declare function movieFilter(movies: ReadonlyMap<number, Movie>, conditions: MovieConditions, ratings?: ReadonlyMap<number, number>): (movieId: number) => boolean;
/** Training ratings of each film that has one, by MovieLens id. */
export declare function ratingCounts({ itemIds, ratings, }: Pick<AlsModelParts, "itemIds" | "ratings">): ReadonlyMap<number, number>;
/** Genres of each item, by dense index; none where the film is not in the table. */
export declare function genresByItem({ itemIds, movies, }: {
    itemIds: Uint32Array;
    movies: ReadonlyMap<number, Movie>;
}): string[][];

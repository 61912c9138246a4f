import { WorkspaceError, type Movie } from "../data";
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
export function movieFilter(
  movies: ReadonlyMap<number, Movie>,
  conditions: MovieConditions,
  ratings?: ReadonlyMap<number, number>,
): (movieId: number) => boolean {
  const { genres, fromYear, toYear, minRatings = 0, maxRatings = Infinity } = conditions;
  const onPopularity = conditions.minRatings !== undefined || conditions.maxRatings !== undefined;
  if (onPopularity && ratings === undefined)
    throw new WorkspaceError("OPTION_INVALID", "a condition on popularity needs the films' rating counts", {
      mend: "Give `ratingCounts(model.parts)` as third argument.",
    });
  if (!(minRatings <= maxRatings))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `minRatings is ${minRatings}, which is not at most maxRatings, ${maxRatings}`,
    );
  return (movieId) => {
    const movie = movies.get(movieId);
    if (movie === undefined) return false;
    if (genres && !movie.genres.some((genre) => genres.includes(genre))) return false;
    if (fromYear !== undefined && (movie.year === null || movie.year < fromYear)) return false;
    if (toYear !== undefined && (movie.year === null || movie.year > toYear)) return false;
    const count = ratings?.get(movieId) ?? 0;
    return !onPopularity || (count >= minRatings && count <= maxRatings);
  };
}

/** Training ratings of each film that has one, by MovieLens id. */
export function ratingCounts({
  itemIds,
  ratings,
}: Pick<AlsModelParts, "itemIds" | "ratings">): ReadonlyMap<number, number> {
  const byItem = new Uint32Array(itemIds.length);
  for (const item of ratings.columns) byItem[item]++;
  const counts = new Map<number, number>();
  byItem.forEach((count, item) => count > 0 && counts.set(itemIds[item], count));
  return counts;
}

/** Genres of each item, by dense index; none where the film is not in the table. */
export function genresByItem({
  itemIds,
  movies,
}: {
  itemIds: Uint32Array;
  movies: ReadonlyMap<number, Movie>;
}): string[][] {
  return Array.from(itemIds, (movieId) => movies.get(movieId)?.genres ?? []);
}

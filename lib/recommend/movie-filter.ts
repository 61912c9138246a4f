import type { Movie } from "../data";

/** All given conditions must hold. A film without a year fails any condition on the year. */
export interface MovieConditions {
  /** At least one of these genres, as published ("Sci-Fi"). */
  genres?: readonly string[];
  /** First year, included. */
  fromYear?: number;
  /** Last year, included. */
  toYear?: number;
}

/** Turns conditions into the `accept` of a recommendation, which speaks MovieLens ids. Unknown films are refused. */
export function movieFilter(
  movies: ReadonlyMap<number, Movie>,
  conditions: MovieConditions,
): (movieId: number) => boolean {
  const { genres, fromYear, toYear } = conditions;
  return (movieId) => {
    const movie = movies.get(movieId);
    if (movie === undefined) return false;
    if (genres && !movie.genres.some((genre) => genres.includes(genre))) return false;
    if (fromYear !== undefined && (movie.year === null || movie.year < fromYear)) return false;
    return toYear === undefined || (movie.year !== null && movie.year <= toYear);
  };
}

import type { AlsModel, Explanation } from "../als";
import type { Movie } from "../data";

/** One rated film behind a recommendation, by MovieLens id. */
export interface BecauseOf {
  movieId: number;
  title: string;
  /** As the person gave it, in stars. */
  rating: number;
  /** What the rating adds to the score, in the score's unit; exact. */
  share: number;
}

/** Why a film is recommended, in words and in the numbers behind them: baseline + Σ shares of all ratings = score. */
export interface RecommendationReason {
  movieId: number;
  /** One sentence: "Because you rated Alien (1979) (5) highly"; stars in brackets. */
  words: string;
  score: number;
  /** What the film would score for a person without ratings. */
  baseline: number;
  /** The ratings that speak most for the film, the greatest share first; shares above 0 only. */
  because: BecauseOf[];
  /** Σ of the shares above 0 that are not in `because`, and of those below 0; both exact. */
  otherFor: number;
  against: number;
}

/**
 * Puts `AlsModel.explain` or `explainFolded` into words. A rating may speak for a film without being high: a low one of
 * a film that is liked by other people. So the words say "highly" only of ratings that are at
 * or above both the person's own mean and the middle of the scale.
 * @param options.most films to name, 3 by default
 */
export function recommendationReason(
  model: AlsModel,
  movies: ReadonlyMap<number, Movie>,
  explanation: Explanation,
  options: { most?: number } = {},
): RecommendationReason {
  const { itemIds, scale } = model.parts;
  const { shares, score, baseline } = explanation;
  const titleOf = (movieId: number): string => movies.get(movieId)?.title ?? `movie ${movieId}`;
  const speakFor = shares.filter(({ share }) => share > 0);
  const named = speakFor.slice(0, options.most ?? 3);
  const because = named.map(({ item, rating, share }) => ({
    movieId: itemIds[item],
    title: titleOf(itemIds[item]),
    rating,
    share,
  }));
  const mean = shares.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, shares.length);
  const sum = (of: readonly { share: number }[]): number => of.reduce((total, { share }) => total + share, 0);
  return {
    movieId: itemIds[explanation.item],
    words: wordsOf(because, Math.max(mean, (scale.min + scale.max) / 2), baseline),
    score,
    baseline,
    because,
    otherFor: sum(speakFor.slice(named.length)),
    against: sum(shares.filter(({ share }) => share < 0)),
  };
}

function wordsOf(because: readonly BecauseOf[], highFrom: number, baseline: number): string {
  if (because.length === 0)
    return `None of your ratings speaks for this film${baseline > 0 ? "; its place comes from what everybody gave it" : ""}`;
  const list = (films: readonly BecauseOf[]): string =>
    inWords(films.map(({ title, rating }) => `${title} (${rating})`));
  const high = because.filter(({ rating }) => rating >= highFrom);
  const rest = because.filter(({ rating }) => rating < highFrom);
  if (high.length === 0) return `Because you rated ${list(rest)}`;
  return `Because you rated ${list(high)} highly${rest.length === 0 ? "" : `, and ${list(rest)}`}`;
}

function inWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

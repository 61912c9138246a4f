import {
  selectTop,
  type AlsModel,
  type AlsModelParts,
  type Explanation,
  type ItemRating,
  type ScoredItem,
} from "../als";
import { ratingsByItem, WorkspaceError, type RatingsByRow } from "../data";

/**
 * One way to rank items for somebody new: writes the score of every item into `scores` (length: items), from the visitor's
 * ratings alone. Dense item indices. Items without a training rating get −Infinity. What is seen is not removed here.
 */
export type VisitorScorer = (ratings: readonly ItemRating[], scores: Float64Array) => void;

/** What a scorer that looks at nobody's factors learns from: the training ratings, and the stars that they may have. */
export type VisitorData = Pick<AlsModelParts, "ratings" | "scale">;

/** A rating of at least so many stars is a like. */
const LIKED_FROM = 4;

/**
 * Ratings of each item, by dense index; −Infinity where there is none. The same for everybody.
 * @param byItem the same ratings by item, where there are such: then nothing need be counted
 */
export function popularity({ columns, cols }: RatingsByRow, byItem?: RatingsByRow): Float64Array {
  const counts = new Float64Array(cols);
  if (byItem)
    for (let item = 0; item < cols; item++) counts[item] = byItem.rowStart[item + 1] - byItem.rowStart[item];
  else for (const item of columns) counts[item]++;
  return counts.map((count) => (count > 0 ? count : -Infinity));
}

/** The films with most ratings, whatever the visitor has rated. */
export function popularityScorer({ ratings }: Pick<VisitorData, "ratings">): VisitorScorer {
  const counts = popularity(ratings);
  return (_, scores) => scores.set(counts);
}

export interface GenrePopularityOptions {
  /** β: so many films of average taste are added to the visitor's own; 10 by default. */
  damping?: number;
}

/**
 * Popular films of the visitor's genres: the number of ratings times the mean, over the film's genres, of
 *
 *   lift_g = (c_g + β·s_g) / ((Σ c + β) · s_g)
 *
 * c_g the visitor's films of genre g that they gave at least their own mean, s_g the share of genre g among all training
 * ratings. 1 is the average taste; a film without genres counts as average.
 * @param genres of each item, by dense index
 */
export function genrePopularityScorer(
  { ratings }: Pick<VisitorData, "ratings">,
  genres: readonly (readonly string[])[],
  options: GenrePopularityOptions = {},
): VisitorScorer {
  const counts = popularity(ratings);
  const score = genreLift(counts, genres, options.damping ?? 10);
  return (given, scores) => {
    const mean = given.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, given.length);
    score(
      given.filter(({ rating }) => rating >= mean).flatMap(({ item }) => genres[item]),
      scores,
    );
  };
}

/**
 * `genrePopularityScorer` for favourite genres in place of ratings.
 * @returns writes into `scores` what each item scores for a taste of these genres; a genre may come more than once
 */
export function genreLift(
  counts: Float64Array,
  genres: readonly (readonly string[])[],
  damping: number,
): (taste: readonly string[], scores: Float64Array) => void {
  if (!(damping > 0 && Number.isFinite(damping)))
    throw new WorkspaceError("OPTION_INVALID", `damping is ${damping}, not a finite number above 0`);
  const names = [...new Set(genres.flat())];
  const numbers = new Map(names.map((genre, at) => [genre, at]));
  // The genres of an item, as numbers, at start[item] … start[item + 1].
  const start = new Uint32Array(counts.length + 1);
  counts.forEach((_, item) => (start[item + 1] = start[item] + genres[item].length));
  const own = Uint32Array.from(genres.flat(), (genre) => numbers.get(genre)!);
  const total = new Float64Array(names.length);
  let sum = 0;
  counts.forEach((count, item) => {
    if (count === -Infinity) return;
    for (let at = start[item]; at < start[item + 1]; at++) total[own[at]] += count;
    sum += count * genres[item].length;
  });
  return (taste, scores) => {
    const liked = new Float64Array(names.length);
    for (const genre of taste) {
      const number = numbers.get(genre);
      if (number !== undefined) liked[number]++;
    }
    const lift = total.map((count, genre) => {
      const share = count / sum;
      return (liked[genre] + damping * share) / ((taste.length + damping) * share);
    });
    for (let item = 0; item < counts.length; item++) {
      const [from, to] = [start[item], start[item + 1]];
      let lifts = 0;
      for (let at = from; at < to; at++) lifts += lift[own[at]];
      scores[item] =
        counts[item] === -Infinity ? -Infinity : counts[item] * (from === to ? 1 : lifts / (to - from));
    }
  };
}

export interface SimilarUsersOptions {
  /** The ratings by item, where whoever asks has them already: `transposed(ratings)`. */
  byItem?: RatingsByRow;
  /** Users whose lists are added up; all where there are fewer. 100 by default. */
  neighbours?: number;
  /** Added to every user's agreement, so that few shared films do not decide alone; 0.025 by default. */
  damping?: number;
  /** p: agreement is divided by (films that the user rated)^p; 0.3 by default. */
  lengthPower?: number;
}

/**
 * User-based cold start: what the users liked who rated the visitor's films as the visitor did. A user u with n_u
 * ratings agrees by
 *
 *   w_u = (β + Σ_i (1 − |r_ui − r_vi| / range) / ln(2 + n_i)) / n_u^p    over the films i that both rated
 *
 * n_i the film's number of ratings (a shared rarity says more), range = most − least stars. An item scores the Σ of
 * w_u over the nearest users with 4 stars or more for it; equal scores go by number of ratings. Sources: Herlocker et
 * al. 1999 for neighbours, Breese, Heckerman and Kadie 1998 for the weight of rare items; the damping is this project's.
 */
export class SimilarUsers {
  private readonly neighbours: number;
  private readonly damping: number;
  private readonly lengthPower: number;
  private readonly counts: Float64Array;
  private readonly range: number;
  /** Number of ratings, so small that it only parts equal scores. */
  private readonly parting: Float64Array;
  /** Unless given, made when first asked for: it is as large as the ratings. */
  private byItem?: RatingsByRow;

  /** @throws WorkspaceError OPTION_INVALID */
  constructor(
    private readonly data: VisitorData,
    options: SimilarUsersOptions = {},
  ) {
    const { neighbours = 100, damping = 0.025, lengthPower = 0.3 } = options;
    if (!Number.isInteger(neighbours) || neighbours < 1)
      throw new WorkspaceError(
        "OPTION_INVALID",
        `neighbours is ${neighbours}, not a whole number of at least 1`,
      );
    for (const [name, value] of Object.entries({ damping, lengthPower }))
      if (!(value >= 0 && Number.isFinite(value)))
        throw new WorkspaceError("OPTION_INVALID", `${name} is ${value}, not a number of at least 0`);
    this.byItem = options.byItem;
    this.neighbours = neighbours;
    this.damping = damping;
    this.lengthPower = lengthPower;
    this.range = data.scale.max - data.scale.min || 1;
    this.counts = popularity(data.ratings, options.byItem);
    const most = this.counts.reduce((most, count) => Math.max(most, count), 1);
    this.parting = this.counts.map((count) => (1e-9 * count) / most);
  }

  /** A `VisitorScorer`. */
  score(given: readonly ItemRating[], scores: Float64Array): void {
    const { rowStart, columns, values } = this.data.ratings;
    scores.set(this.parting);
    for (const { item: user, score: weight } of this.nearest(given))
      for (let at = rowStart[user]; at < rowStart[user + 1]; at++)
        if (values[at] >= LIKED_FROM) scores[columns[at]] += weight;
  }

  /**
   * How the score of an item with training ratings comes from the visitor's ratings: the share of film i is what it adds
   * to w_u of the nearest users who liked the item; the baseline is what β and the item's popularity add. Exact.
   */
  explain(given: readonly ItemRating[], item: number): Explanation {
    const { rowStart, columns, values } = this.data.ratings;
    let baseline = this.parting[item];
    const shares = given.map((rating) => ({ ...rating, share: 0 }));
    for (const { item: user } of this.nearest(given)) {
      const length = (rowStart[user + 1] - rowStart[user]) ** this.lengthPower;
      const own = new Map<number, number>();
      for (let at = rowStart[user]; at < rowStart[user + 1]; at++) own.set(columns[at], values[at]);
      if ((own.get(item) ?? 0) < LIKED_FROM) continue;
      baseline += this.damping / length;
      for (const share of shares) {
        const stars = own.get(share.item);
        if (stars !== undefined) share.share += this.agreement(share, stars) / length;
      }
    }
    shares.sort((a, b) => b.share - a.share || a.item - b.item);
    return { item, score: shares.reduce((sum, { share }) => sum + share, baseline), baseline, shares };
  }

  /** `item` is a user here: dense index and weight, the nearest first. */
  private nearest(given: readonly ItemRating[]): ScoredItem[] {
    const { rowStart, rows } = this.data.ratings;
    const byItem = (this.byItem ??= transposed(this.data.ratings));
    const weights = new Float64Array(rows).fill(this.damping);
    for (const rating of given)
      for (let at = byItem.rowStart[rating.item]; at < byItem.rowStart[rating.item + 1]; at++)
        weights[byItem.columns[at]] += this.agreement(rating, byItem.values[at]);
    for (let user = 0; user < rows; user++) {
      const length = rowStart[user + 1] - rowStart[user];
      weights[user] = length === 0 ? -Infinity : weights[user] / length ** this.lengthPower;
    }
    return selectTop(weights, this.neighbours);
  }

  private agreement({ item, rating }: ItemRating, stars: number): number {
    return (1 - Math.abs(stars - rating) / this.range) / Math.log(2 + this.counts[item]);
  }
}

/** `SimilarUsers` as a scorer. @throws WorkspaceError OPTION_INVALID */
export function similarUsersScorer(data: VisitorData, options: SimilarUsersOptions = {}): VisitorScorer {
  const users = new SimilarUsers(data, options);
  return (given, scores) => users.score(given, scores);
}

/** The same ratings by item. */
export function transposed({ rowStart, columns, values, rows, cols }: RatingsByRow): RatingsByRow {
  const users = new Uint32Array(columns.length);
  for (let user = 0; user < rows; user++) users.fill(user, rowStart[user], rowStart[user + 1]);
  return ratingsByItem({
    users,
    items: columns,
    ratings: values,
    userIds: new Uint32Array(rows),
    itemIds: new Uint32Array(cols),
  });
}

/** The visitor's ratings folded into the model: the row solve of training, the items fixed. */
export function foldInScorer(model: AlsModel): VisitorScorer {
  return (ratings, scores) => model.scoreItemsFolded(model.foldIn(ratings), scores);
}

import { seenBy, selectTop, type AlsModel, type ItemRating, type ScoredItem } from "../als";
import { WorkspaceError } from "../data";

/** One rating of a visitor, in MovieLens ids and stars. */
export interface VisitorRating {
  movieId: number;
  rating: number;
}

/** One recommended film, by MovieLens id. */
export interface RecommendedMovie {
  movieId: number;
  /** Of the step that made the list: the model's score, or the number of ratings for popular films. */
  score: number;
}

export type LadderStep = "personal" | "fold-in" | "popular";

export interface LadderAnswer {
  /** Best first. Fewer than asked for only where fewer remain after the filters. */
  items: RecommendedMovie[];
  step: LadderStep;
  /** True when nothing is known about who asks, so that the list is the same for everybody. */
  fallback: boolean;
  /** One sentence for a person: why this step. */
  reason: string;
}

export interface LadderOptions {
  /** Only films for which this is true are recommended. Takes a MovieLens id; see `movieFilter`. */
  accept?: (movieId: number) => boolean;
}

/**
 * The best recommendation that what is known allows, saying which step it used: a known user's own factors,
 * else a visitor's ratings folded in, else the films with most ratings. Speaks MovieLens ids on both sides.
 * What the person has rated is never recommended.
 */
export class RecommendationLadder {
  private readonly userIndex: ReadonlyMap<number, number>;
  private readonly itemIndex: ReadonlyMap<number, number>;
  /** Training ratings of each item, by dense index; −Infinity where there is none. */
  private readonly popularity: Float64Array;

  constructor(private readonly model: AlsModel) {
    const { userIds, itemIds, ratings } = model.parts;
    this.userIndex = indexOf(userIds);
    this.itemIndex = indexOf(itemIds);
    const counts = new Float64Array(itemIds.length);
    for (const item of ratings.columns) counts[item]++;
    this.popularity = counts.map((count) => (count > 0 ? count : -Infinity));
  }

  /**
   * @param userId MovieLens user id
   * @throws WorkspaceError OPTION_INVALID when n is not a whole number
   */
  forUser(userId: number, n: number, options: LadderOptions = {}): LadderAnswer {
    const user = this.userIndex.get(userId);
    if (user === undefined) return this.popular(n, options, `user ${userId} is not known to the model`);
    const rated = seenBy(this.model.parts.ratings, user).length;
    if (rated === 0) return this.popular(n, options, `user ${userId} has no training rating`);
    return {
      items: this.named(this.model.recommend(user, n, { accept: this.acceptItem(options) })),
      step: "personal",
      fallback: false,
      reason: `user ${userId} has ${plural(rated, "rating")} in the training data`,
    };
  }

  /**
   * @param ratings stars by MovieLens movie id, each movie once
   * @throws WorkspaceError MOVIE_UNKNOWN naming every movie that the model does not know, DATA_INVALID for a
   *   movie rated twice or stars outside the scale, OPTION_INVALID when n is not a whole number
   */
  forVisitor(ratings: readonly VisitorRating[], n: number, options: LadderOptions = {}): LadderAnswer {
    if (ratings.length === 0) return this.popular(n, options, "no ratings were given");
    // A movie without training ratings has no factors: it teaches nothing, and no list can contain it.
    const learned = this.toItems(ratings).filter(({ item }) => this.popularity[item] > 0);
    const aside = ratings.length - learned.length;
    if (learned.length === 0)
      return this.popular(n, options, "none of the movies rated has a training rating to learn from");
    const folded = this.model.foldIn(learned);
    return {
      items: this.named(this.model.recommendFolded(folded, n, { accept: this.acceptItem(options) })),
      step: "fold-in",
      fallback: false,
      reason:
        `${plural(learned.length, "rating")} given, folded into the model` +
        (aside > 0 ? `; ${aside} left aside, of movies without a training rating` : ""),
    };
  }

  /** Nothing is known that could be seen: the list is the same for everybody. */
  private popular(n: number, options: LadderOptions, why: string): LadderAnswer {
    return {
      items: this.named(selectTop(this.popularity, n, this.acceptItem(options))),
      step: "popular",
      fallback: true,
      reason: `${why}, so these are the films with most ratings`,
    };
  }

  private acceptItem({ accept }: LadderOptions): ((item: number) => boolean) | undefined {
    const { itemIds } = this.model.parts;
    return accept && ((item) => accept(itemIds[item]));
  }

  private named(items: ScoredItem[]): RecommendedMovie[] {
    return items.map(({ item, score }) => ({ movieId: this.model.parts.itemIds[item], score }));
  }

  private toItems(ratings: readonly VisitorRating[]): ItemRating[] {
    const unknown = new Set(ratings.map((rating) => rating.movieId).filter((id) => !this.itemIndex.has(id)));
    if (unknown.size > 0)
      throw new WorkspaceError("MOVIE_UNKNOWN", `the model does not know movie ${[...unknown].join(", ")}`);
    const { min, max } = this.model.parts.scale;
    const given = new Set<number>();
    return ratings.map(({ movieId, rating }) => {
      if (!(rating >= min && rating <= max))
        throw new WorkspaceError(
          "DATA_INVALID",
          `movie ${movieId}: rating ${rating} is outside ${min}–${max}`,
        );
      if (given.has(movieId)) throw new WorkspaceError("DATA_INVALID", `movie ${movieId} is rated twice`);
      given.add(movieId);
      return { item: this.itemIndex.get(movieId)!, rating };
    });
  }
}

function indexOf(ids: Uint32Array): Map<number, number> {
  return new Map(Array.from(ids, (id, index) => [id, index]));
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

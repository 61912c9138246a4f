import { seenBy, topUnseen, type AlsModel, type ItemRating, type ScoredItem } from "../als";
import { WorkspaceError, type Movie, type RatingsByRow } from "../data";
import { recommendationReason, type RecommendationReason } from "./explanation";
import type { Lister } from "./lister";
import { genresByItem } from "./movie-filter";
import { diversify, factorSimilarity, favourNovel, selfInformation, type ItemSimilarity } from "./re-rank";
import { ServedModel } from "./served";
import { Segments, type Profile, type SegmentsOptions } from "./segment";
import { genreLift, popularity, SimilarUsers } from "./visitor";

/** One rating of a visitor, in MovieLens ids and stars. */
export interface VisitorRating {
  movieId: number;
  rating: number;
}

/** One recommended film, by MovieLens id. */
export interface RecommendedMovie {
  movieId: number;
  /**
   * Of the step that made the list: the model's score, or the lister's; agreement added up for similar users; for a segment, how much
   * more of it than of everybody likes the film; the number of ratings for popular films, times how well the genres fit.
   */
  score: number;
}

/**
 * From what is known best to what is known of everybody:
 *   "personal"       a known user: what is liked together with their likes, where the model has a lister, else their own factors
 *   "liked-together" a visitor with likes enough: what is liked together with these
 *   "fold-in"        a visitor with many ratings: folded into the model
 *   "similar-users"  a visitor with few ratings: what users with the same likes like
 *   "segment"        a profile: what the users nearest to it like more than everybody does
 *   "genre-popular"  a profile that nobody is near: popular films of its genres
 *   "popular"        nothing known: the films with most ratings
 */
export const LADDER_STEPS = [
  "personal",
  "liked-together",
  "fold-in",
  "similar-users",
  "segment",
  "genre-popular",
  "popular",
] as const;

export type LadderStep = (typeof LADDER_STEPS)[number];

/**
 * The steps whose list is the same for everybody, because nothing is known about who asks: what "fallback" means in
 * answers, in `servingReport` and in docker/alerts.yml. "genre-popular" is none: who asks has told their genres.
 */
export const FALLBACK_STEPS: readonly LadderStep[] = ["popular"];

export interface LadderAnswer {
  /** Best first. Fewer than asked for only where fewer remain after the filters. */
  items: RecommendedMovie[];
  step: LadderStep;
  /** True for one of FALLBACK_STEPS. */
  fallback: boolean;
  /** One sentence for a person: why this step. */
  reason: string;
}

export interface LadderOptions {
  /** True by default: what the person has rated is not recommended. */
  excludeSeen?: boolean;
  /** Only films for which this is true are recommended. Takes a MovieLens id; see `movieFilter`. */
  accept?: (movieId: number) => boolean;
  /** What is known beside ratings; looked at where there are none to learn from. */
  profile?: Profile;
  /** 0, the default, to 1: how much unlikeness to the films above counts against the score; see `diversify`. */
  diversity?: number;
  /** 0, the default, to 1: how much being little known counts against the score; see `favourNovel`. Applied before `diversity`. */
  novelty?: number;
}

export interface LadderSettings {
  /** The movie table, for profiles with genres and for the titles of explanations. */
  movies?: ReadonlyMap<number, Movie>;
  /**
   * From so many of a visitor's ratings on they are folded in; fewer are answered by similar users. 101 by default: on new users
   * of ml-latest-small similar users ranked better than the fold-in of implicit ALS (rank 16) at 1, 2, 5, 10, 20, 50 and 100 ratings
   * (`measureColdStart` of lib/evaluate); more were too rare to tell.
   */
  foldInFrom?: number;
  /** Makes the lists of known users, and of visitors with likes enough; of this very model's users and items. */
  lister?: Lister;
  /**
   * From so many likes that the lister has weights of on, it makes a visitor's list. 25 by default, about as many as 50 ratings
   * have: with these it was chosen on new users of ml-latest-small in three groups of four, and reached 1.24 × popularity's nDCG
   * where similar users reached 1.21; with 20 ratings 1.22 against 1.25, with 5 only 1.00 against 1.17 (`measureColdStart`).
   */
  listFrom?: number;
  segments?: SegmentsOptions;
  /** See `SimilarUsersOptions`. */
  ratingsByItem?: RatingsByRow;
}

const NOTHING_SEEN = new Uint32Array(0);
/** `foldInFrom` and `listFrom` where they are not said. */
export const FOLD_IN_FROM = 101;
export const LIST_FROM = 25;
/** Films of average taste beside favourite genres: few, since a favourite says more than one rating. */
const PROFILE_DAMPING = 1;
/** Candidates per film asked for, from which a dial chooses. */
const CANDIDATES_PER_FILM = 10;
const FEWEST_CANDIDATES = 100;

/**
 * The best recommendation that what is known allows, saying which step it used and why. Speaks MovieLens ids on both
 * sides. What the person has rated is recommended only where that is asked for.
 */
export class RecommendationLadder {
  private readonly userIndex: ReadonlyMap<number, number>;
  private readonly itemIndex: ReadonlyMap<number, number>;
  /** Training ratings of each item, by dense index; −Infinity where there is none. */
  private readonly popularity: Float64Array;
  /** Made when first asked for. */
  private byGenres?: ReturnType<typeof genreLift>;
  private readonly genres: string[][];
  private readonly movies: ReadonlyMap<number, Movie>;
  private readonly foldInFrom: number;
  private readonly listFrom: number;
  private readonly served: ServedModel;
  private readonly similarUsers: SimilarUsers;
  // Made when first asked for: most ladders never see a profile or a dial.
  private madeSegments?: Segments;
  private madeSimilarity?: ItemSimilarity;
  private madeInformation?: Float64Array;

  /** @throws WorkspaceError OPTION_INVALID for a `foldInFrom` or `listFrom` that is not at least 1, or a lister of another model */
  constructor(
    private readonly model: AlsModel,
    private readonly settings: LadderSettings = {},
  ) {
    const { userIds, itemIds, ratings } = model.parts;
    this.userIndex = indexOf(userIds);
    this.itemIndex = indexOf(itemIds);
    this.popularity = popularity(ratings, settings.ratingsByItem);
    this.movies = settings.movies ?? new Map();
    this.genres = genresByItem({ itemIds, movies: this.movies });
    this.foldInFrom = settings.foldInFrom ?? FOLD_IN_FROM;
    this.listFrom = settings.listFrom ?? LIST_FROM;
    for (const name of ["foldInFrom", "listFrom"] as const)
      if (!(this[name] >= 1))
        throw new WorkspaceError("OPTION_INVALID", `${name} is ${this[name]}, not at least 1`);
    this.served = new ServedModel(model, settings.lister);
    this.similarUsers = new SimilarUsers(model.parts, { byItem: settings.ratingsByItem });
  }

  /**
   * @param userId MovieLens user id
   * @throws WorkspaceError OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
   */
  forUser(userId: number, n: number, options: LadderOptions = {}): LadderAnswer {
    const user = this.userIndex.get(userId);
    if (user === undefined) return this.unrated(n, options, `user ${userId} is not known to the model`);
    const seen = seenBy(this.model.parts.ratings, user);
    if (seen.length === 0) return this.unrated(n, options, `user ${userId} has no training rating`);
    const scores = new Float64Array(this.model.items);
    const maker = this.served.makerOf(user);
    maker.scoreItems(user, scores);
    return this.answer(
      "personal",
      `user ${userId} has ${plural(seen.length, "rating")} in the training data` +
        (maker === this.model ? "" : "; these are films that are liked together with those that they like"),
      scores,
      n,
      seen,
      options,
    );
  }

  /**
   * @param ratings stars by MovieLens movie id, each movie once
   * @throws WorkspaceError MOVIE_UNKNOWN naming every movie that the model does not know, DATA_INVALID for a
   *   movie rated twice or stars outside the scale, OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
   */
  forVisitor(ratings: readonly VisitorRating[], n: number, options: LadderOptions = {}): LadderAnswer {
    if (ratings.length === 0) return this.unrated(n, options, "no ratings were given");
    const learned = this.learnedFrom(ratings);
    const aside = ratings.length - learned.length;
    if (learned.length === 0)
      return this.unrated(n, options, "none of the movies rated has a training rating to learn from");
    const { step, why } = this.stepFor(learned);
    const scores = new Float64Array(this.model.items);
    if (step === "liked-together") this.settings.lister!.scoreItemsFor(learned, scores);
    else if (step === "fold-in") this.model.scoreItemsFolded(this.model.foldIn(learned), scores);
    else this.similarUsers.score(learned, scores);
    const reason =
      `${plural(learned.length, "rating")} given, ${why}` +
      (aside > 0 ? `; ${aside} left aside, of movies without a training rating` : "");
    const seen = Uint32Array.from(learned, ({ item }) => item).sort();
    return this.answer(step, reason, scores, n, seen, options);
  }

  private stepFor(learned: readonly ItemRating[]): {
    step: "liked-together" | "fold-in" | "similar-users";
    why: string;
  } {
    const { lister } = this.settings;
    const likes = lister?.learnsFrom(learned) ?? 0;
    if (likes >= this.listFrom)
      return {
        step: "liked-together",
        why: `${likes} of them likes, so these are films that are liked together with those`,
      };
    if (learned.length >= this.foldInFrom) return { step: "fold-in", why: "folded into the model" };
    const few = lister
      ? `fewer than ${this.listFrom} of them likes`
      : `fewer than the ${this.foldInFrom} from which on they are folded into the model`;
    return { step: "similar-users", why: `${few}, so these are films that users with like ratings like` };
  }

  /**
   * Why the model would recommend a film to a known user: exact shares of their ratings, and words.
   * @throws WorkspaceError INDEX_UNKNOWN for an unknown user, MOVIE_UNKNOWN
   */
  explainForUser(userId: number, movieId: number): RecommendationReason {
    const user = this.userIndex.get(userId);
    if (user === undefined)
      throw new WorkspaceError("INDEX_UNKNOWN", `user ${userId} is not known to the model`, {
        mend: "Use a MovieLens user id of the training data, or give the ratings.",
      });
    const item = this.toItem(movieId);
    return recommendationReason(this.model, this.movies, this.served.makerOf(user).explain(user, item));
  }

  /**
   * As `explainForUser` for a film of `forVisitor`'s list: exact shares of the visitor's ratings in the score that the
   * step for so many ratings gives.
   * @throws WorkspaceError what `forVisitor` throws, ITEM_COLD for a film without training ratings
   */
  explainForVisitor(ratings: readonly VisitorRating[], movieId: number): RecommendationReason {
    const item = this.toItem(movieId);
    if (this.popularity[item] === -Infinity)
      throw new WorkspaceError(
        "ITEM_COLD",
        `movie ${movieId} has no training rating, so no list can contain it`,
      );
    const learned = this.learnedFrom(ratings);
    const { step } = this.stepFor(learned);
    const explanation =
      step === "liked-together"
        ? this.settings.lister!.explainFor(learned, item)
        : step === "fold-in"
          ? this.model.explainFolded(learned, item)
          : this.similarUsers.explain(learned, item);
    return recommendationReason(this.model, this.movies, explanation);
  }

  /** A movie without training ratings has no factors: it teaches nothing, and no list can contain it. */
  private learnedFrom(ratings: readonly VisitorRating[]): ItemRating[] {
    return this.toItems(ratings).filter(({ item }) => this.popularity[item] > 0);
  }

  /** No rating to learn from: the profile's segment, its genres, or what is popular. */
  private unrated(n: number, options: LadderOptions, why: string): LadderAnswer {
    const { profile } = options;
    const genres = profile?.genres?.filter((genre) => this.genres.some((own) => own.includes(genre))) ?? [];
    const segment = profile && this.segments().nearest(profile);
    const scores = new Float64Array(this.model.items);
    if (segment) {
      this.segments().score(segment, scores);
      const reason = `${why}, so these are films that the ${plural(segment.users.length, "user")} nearest by ${segment.by.join(", ")} like more than everybody does`;
      return this.answer("segment", reason, scores, n, NOTHING_SEEN, options);
    }
    if (genres.length > 0) {
      this.byGenres ??= genreLift(this.popularity, this.genres, PROFILE_DAMPING);
      this.byGenres(genres, scores);
      const reason = `${why} and no user's taste is near, so these are popular films of ${genres.join(", ")}`;
      return this.answer("genre-popular", reason, scores, n, NOTHING_SEEN, options);
    }
    const because = profile ? `${why} and nothing in the profile is known to the model` : why;
    return this.answer(
      "popular",
      `${because}, so these are the films with most ratings`,
      this.popularity,
      n,
      NOTHING_SEEN,
      options,
    );
  }

  private answer(
    step: LadderStep,
    reason: string,
    scores: Float64Array,
    n: number,
    seen: Uint32Array,
    options: LadderOptions,
  ): LadderAnswer {
    const { diversity = 0, novelty = 0, excludeSeen = true } = options;
    const dialled = diversity !== 0 || novelty !== 0;
    // An n that is refused goes on as it is, for topUnseen to refuse.
    const pool = dialled && n >= 0 && Number.isInteger(n);
    const candidates = pool ? Math.max(FEWEST_CANDIDATES, CANDIDATES_PER_FILM * n) : n;
    let items = topUnseen(scores, candidates, excludeSeen ? seen : NOTHING_SEEN, this.acceptItem(options));
    if (novelty !== 0) items = favourNovel(items, this.information(), { dial: novelty });
    if (diversity !== 0) items = diversify(items, this.similarity(), { dial: diversity, n });
    return { items: this.named(items.slice(0, n)), step, fallback: FALLBACK_STEPS.includes(step), reason };
  }

  private segments(): Segments {
    return (this.madeSegments ??= new Segments(this.model.parts, this.genres, this.settings.segments));
  }

  private similarity(): ItemSimilarity {
    return (this.madeSimilarity ??= factorSimilarity(this.model));
  }

  private information(): Float64Array {
    return (this.madeInformation ??= selfInformation(this.model.parts.ratings));
  }

  private acceptItem({ accept }: LadderOptions): ((item: number) => boolean) | undefined {
    const { itemIds } = this.model.parts;
    return accept && ((item) => accept(itemIds[item]));
  }

  private named(items: ScoredItem[]): RecommendedMovie[] {
    return items.map(({ item, score }) => ({ movieId: this.model.parts.itemIds[item], score }));
  }

  private toItem(movieId: number): number {
    const item = this.itemIndex.get(movieId);
    if (item === undefined)
      throw new WorkspaceError("MOVIE_UNKNOWN", `the model does not know movie ${movieId}`);
    return item;
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

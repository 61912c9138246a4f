import type { Dataset, RatingScale, RatingsByRow } from "../data";
import type { Checkpoint } from "./engine/checkpoint";

interface CommonOptions {
  /** Number of latent factors per user and item. */
  rank: number;
  /** Sweeps; one sweep solves all items, then all users. */
  iterations: number;
  /** Regularisation; a row of n ratings is penalised by λ·n^ν. */
  lambda: number;
  /** Exponent ν of the row length in the regularisation. */
  nu: number;
  seed: number;
  /**
   * How a row is solved: exactly (Cholesky), or by a few conjugate-gradient steps from where it is. "auto", the
   * default, takes the exact one where it costs little, and ends with an exact sweep where it did not.
   */
  solver?: "auto" | "cholesky" | "cg";
  /** Models trained from seed, seed + 1, …, whose scores are averaged: their factors lie one behind the other, so the model's rank is seeds · rank. 1 by default. */
  seeds?: number;
  /** Factors of 0 or more only; false by default. */
  nonNegative?: boolean;
}

/** Explicit feedback: r ≈ μ + b_user + b_item + p·q, with biases solved inside each row's system. */
export interface ExplicitOptions extends CommonOptions {
  feedback: "explicit";
  /** Regularisation of the biases, in place of λ, scaled by n^ν in the same way. */
  lambdaBias: number;
  /**
   * Weight w of the implicit co-factors: beside the ratings, the 0/1 matrix of what was rated is factorised with the
   * same user factors against other item factors, and with the same item factors against other user factors. 0, the
   * default, for none.
   */
  cofactorWeight?: number;
  /**
   * Regularisation of the co-factors, in place of λ, scaled by n^ν in the same way; λ by default. Much more than λ
   * does best: then the co-factors hold little but what the raters of an item have in common.
   */
  lambdaCofactor?: number;
  /**
   * β: the 0/1 matrix has weight w·β where it is fitted with the user factors, w/β where with the item factors; 1 by
   * default. Below 1, users lean less on which items they share, and items more on which users.
   */
  cofactorBalance?: number;
}

/** Implicit feedback (Hu, Koren, Volinsky 2008): preference 1 with confidence 1 + α·r on rated cells, 0 with confidence 1 elsewhere. */
export interface ImplicitOptions extends CommonOptions {
  feedback: "implicit";
  alpha: number;
}

export type AlsOptions = ExplicitOptions | ImplicitOptions;

/** What a caller writes: the kind of feedback and whatever differs from the defaults. */
export type TrainOptions =
  | (Partial<ExplicitOptions> & { feedback: "explicit" })
  | (Partial<ImplicitOptions> & { feedback: "implicit" });

/** What is known after one sweep. `iteration` counts from 1; `seconds` is that sweep's wall time. */
export interface IterationReport {
  iteration: number;
  iterations: number;
  /** The regularised objective that the sweep minimises. */
  loss: number;
  /** On the ratings trained on; null for implicit feedback. */
  trainRmse: number | null;
  /** On `hooks.validation`; null where none was given, or for implicit feedback. */
  validationRmse: number | null;
  seconds: number;
}

export interface TrainHooks {
  onIteration?: (report: IterationReport) => void;
  /** Stops between rows; the promise rejects with TRAINING_ABORTED. */
  signal?: AbortSignal;
  /** Ratings in the index space of the training data, scored after each sweep and never learned from. */
  validation?: Dataset;
  /** Ends the training after so many iterations without a better RMSE on `validation`, and keeps the best one's factors. */
  patience?: number;
  /** Threads; as many as the machine has cores by default. The result does not depend on it. */
  threads?: number;
  /** Plain SIMD has the same bits on every machine; by default the fastest that this one runs. */
  instructions?: "plain" | "relaxed";
  /** Called after each iteration with what `resume` needs to go on to the same bits. */
  onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  resume?: Checkpoint;
  /**
   * Where the factors and biases begin, in place of noise: those of a model of the same users, items and rank, trained
   * anywhere. The first iteration then solves the items against its users.
   */
  start?: AlsModelParts;
}

/** One item and its score; `item` is a dense index. */
export interface ScoredItem {
  item: number;
  score: number;
}

/** One rating of a visitor; `item` is a dense index, `rating` in stars. */
export interface ItemRating {
  item: number;
  rating: number;
}

/** A user made from ratings alone: the same row solve as in training, items fixed. `factors` has length rank. */
export interface FoldedUser {
  factors: Float64Array;
  bias: number;
  /** The items folded in, ascending dense indices: what this user has seen. */
  seen: Uint32Array;
}

/** What one rating gives to a score, in the score's unit; negative where it pulls the score down. `item` is a dense index, `rating` in stars. */
export interface RatingShare {
  item: number;
  rating: number;
  share: number;
}

/** Where a score comes from: baseline + Σ shares = score. */
export interface Explanation {
  item: number;
  /** As in `scoreItems`: not clipped. */
  score: number;
  /** What the item gets without any rating of the user: μ + b_item for explicit feedback, 0 for implicit. */
  baseline: number;
  /** One for each rating of the user, the greatest share first, ties by ascending index. */
  shares: RatingShare[];
}

export interface RecommendOptions {
  /** Only items for which this is true are recommended. `item` is a dense index. */
  accept?: (item: number) => boolean;
  /** Leave out what the user has rated; true by default. */
  excludeSeen?: boolean;
}

export interface RecommendAllOptions extends RecommendOptions {
  /** Whose lists, dense indices; all users by default. */
  users?: Uint32Array;
  /** What each user has seen; the training ratings by default. */
  seen?: RatingsByRow;
  /** As many as the machine has cores by default. The lists do not depend on it. */
  threads?: number;
  /** Stops between users; the promise rejects with TRAINING_ABORTED. */
  signal?: AbortSignal;
  /** Called a few times a second or less often, with the users whose lists are ready, of how many. */
  onProgress?: (progress: { done: number; users: number }) => void;
}

/** The lists of many users; all columns by the position in `users`. */
export interface RecommendedLists {
  n: number;
  /** Dense indices. */
  users: Uint32Array;
  /** Dense indices, best first, row-major [users × n]; 0xffffffff past a list's end. */
  items: Uint32Array;
  /** As in `scoreItems`, [users × n]; −Infinity past a list's end. */
  scores: Float64Array;
  /** How many items each list has: n, or as many as remain after the filters. */
  lengths: Uint32Array;
}

/** Everything that makes a trained model; what the model file holds. All factors row-major, [rows × rank]. */
export interface AlsModelParts {
  options: AlsOptions;
  /** Mean rating of the training data for explicit feedback, 0 for implicit. */
  globalMean: number;
  scale: RatingScale;
  /** Dense index → MovieLens id. */
  userIds: Uint32Array;
  itemIds: Uint32Array;
  userFactors: Float64Array;
  itemFactors: Float64Array;
  /** Zeros for implicit feedback. */
  userBias: Float64Array;
  itemBias: Float64Array;
  /**
   * Co-factors, [rows × rank]: with them a row is solved as it was in training. Absent in a model without any, and in
   * files older than they: then rows are solved without, and are near those of the training.
   */
  userCofactors?: Float64Array;
  itemCofactors?: Float64Array;
  /** Of several seeds, each model's own biases, [rows × seeds], whose means are the biases; absent as the co-factors are. */
  userSeedBias?: Float64Array;
  itemSeedBias?: Float64Array;
  /** The training ratings by user: what is seen, what explains, what is popular. */
  ratings: RatingsByRow;
}

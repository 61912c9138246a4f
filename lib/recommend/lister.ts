import {
  selectTop,
  seenBy,
  topUnseen,
  type AlsModel,
  type Explanation,
  type ItemRating,
  type RecommendOptions,
  type ScoredItem,
} from "../als";
import { ratingsByUser, WorkspaceError, type Dataset, type RatingsByRow } from "../data";
import { invertPositive } from "./inverse";
import {
  laterRatings,
  recencyWeight,
  seenByVisitor,
  type Recency,
  type VisitorRecommender,
} from "./preferences";
import { popularity } from "./visitor";

export interface ListerOptions {
  /** λ > 0; 60 by default. The more ratings there are, the larger it should be. */
  lambda?: number;
  /** A rating of at least so many stars is a like; 4 by default. */
  likedFrom?: number;
  /** Films with fewer likes have no weights; 8 by default. */
  minLikes?: number;
  /** So many films at most have weights, the most liked ones; 4,096 by default. Training takes the cube of it. */
  films?: number;
  /** Weights kept of each film, the strongest; 400 by default. */
  strongest?: number;
  /** How much a known user's early likes still say; see `PreferenceOptions`. A half-life of 3 ratings and a floor of 0.2 by default. */
  recency?: Recency;
  /**
   * Films that one person liked close together say more of each other: d ratings apart they count as
   * floor + (1 − floor) · 2^(−d / halfLife). A half-life of 30 ratings and a floor of 0.2 by default; a floor of 1 is plain EASE.
   */
  nearness?: Recency;
}

export type CompleteListerOptions = Required<ListerOptions>;

/** All of a lister but the ratings, which the model beside it has. */
export interface ListerParts {
  options: CompleteListerOptions;
  /** Row i: what a like of item i adds to the scores of other items. Dense item indices on both sides. */
  weights: RatingsByRow;
  /** What each training rating weighs when its user is scored, in the order of the ratings by user; 0 where it is no like. */
  inputs: Float32Array;
}

/** Parts equal scores only. */
const PARTING = 1e-9;

/** Every option, defaults filled in. @throws WorkspaceError OPTION_INVALID naming the option */
export function completeListerOptions(options: ListerOptions = {}): CompleteListerOptions {
  const complete: CompleteListerOptions = {
    lambda: options.lambda ?? 60,
    likedFrom: options.likedFrom ?? 4,
    minLikes: options.minLikes ?? 8,
    films: options.films ?? 4096,
    strongest: options.strongest ?? 400,
    recency: options.recency ?? { halfLife: 3, floor: 0.2 },
    nearness: options.nearness ?? { halfLife: 30, floor: 0.2 },
  };
  const { lambda, likedFrom, recency, nearness } = complete;
  if (!(lambda > 0 && Number.isFinite(lambda)))
    throw new WorkspaceError("OPTION_INVALID", `lambda of the lister is ${lambda}, not a number above 0`);
  if (!Number.isFinite(likedFrom))
    throw new WorkspaceError("OPTION_INVALID", `likedFrom is ${likedFrom}, not a number of stars`);
  for (const name of ["minLikes", "films", "strongest"] as const)
    if (!(Number.isInteger(complete[name]) && complete[name] >= 1))
      throw new WorkspaceError(
        "OPTION_INVALID",
        `${name} of the lister is ${complete[name]}, not a whole number of at least 1`,
      );
  for (const [name, { halfLife, floor }] of Object.entries({ recency, nearness }))
    if (!(halfLife > 0 && floor >= 0 && floor <= 1))
      throw new WorkspaceError(
        "OPTION_INVALID",
        `${name}: halfLife ${halfLife} must be above 0, floor ${floor} between 0 and 1`,
      );
  return complete;
}

/**
 * Learns weights between pairs of films, by which lists are made: EASE on likes, each pair of likes weighed by how close
 * together the person gave them, and of each film's weights the strongest kept.
 *
 *   G_ij = Σ_u n(d_uij) over who likes both,  P = (G + λI)⁻¹,  B_ij = −P_ij / P_jj for i ≠ j
 *
 * d_uij is how many ratings lie between the two, n the nearness of the options. With n = 1 that is Steck 2019,
 * "Embarrassingly Shallow Autoencoders for Sparse Data", eq. 8; n is positive definite in the places of the ratings, so that
 * G is, too. The nearness, and that late likes weigh more, are this project's.
 * @throws WorkspaceError OPTION_INVALID
 */
export function trainLister(train: Dataset, options: ListerOptions = {}): Lister {
  const settings = completeListerOptions(options);
  const { users, items, ratings, userIds, itemIds } = train;
  const later = laterRatings(train);
  const likes = new Float64Array(itemIds.length);
  users.forEach((_, row) => (likes[items[row]] += ratings[row] >= settings.likedFrom ? 1 : 0));
  const learned = selectTop(likes, settings.films, (item) => likes[item] >= settings.minLikes)
    .map(({ item }) => item)
    .sort((a, b) => a - b);
  const inverse = likedTogether(train, learned, later, settings);
  invertPositive(inverse, learned.length);
  const inputs = Float32Array.from(ratings, (stars, row) =>
    stars >= settings.likedFrom ? recencyWeight(later[row], settings.recency) : 0,
  );
  const byUser = ratingsByUser(train);
  return new Lister(
    {
      options: settings,
      weights: strongestOf(inverse, learned, itemIds.length, settings.strongest),
      inputs: ratingsByUser({ users, items, ratings: inputs, userIds, itemIds }).values,
    },
    byUser,
  );
}

/**
 * `trainLister` for a model whose users and items have other dense indices than the data set's, as after `partialFit`.
 * @param train the ratings that the model has learned
 * @throws WorkspaceError OPTION_INVALID, MODEL_INVALID for ratings that are not the model's
 */
export function trainListerBeside(model: AlsModel, train: Dataset, options: ListerOptions = {}): Lister {
  const { userIds, itemIds, ratings } = model.parts;
  const moved = (own: Uint32Array, ids: Uint32Array, to: Uint32Array): Uint32Array => {
    const places = new Map(Array.from(to, (id, place) => [id, place]));
    return own.map((index) => {
      const place = places.get(ids[index]);
      if (place === undefined)
        throw new WorkspaceError(
          "MODEL_INVALID",
          `the model does not know id ${ids[index]} of ${train.name}`,
        );
      return place;
    });
  };
  const { parts } = trainLister(
    {
      ...train,
      users: moved(train.users, train.userIds, userIds),
      items: moved(train.items, train.itemIds, itemIds),
      userIds,
      itemIds,
    },
    options,
  );
  return new Lister(parts, ratings);
}

/** G + λI over the items learned; only the lower triangle is filled. */
function likedTogether(
  { users, items, ratings, userIds, itemIds }: Dataset,
  learned: readonly number[],
  later: Float64Array,
  { lambda, likedFrom, nearness }: CompleteListerOptions,
): Float64Array {
  const size = learned.length;
  const place = new Int32Array(itemIds.length).fill(-1);
  learned.forEach((item, at) => (place[item] = at));
  const liked = Uint32Array.from(users.keys()).filter(
    (row) => ratings[row] >= likedFrom && place[items[row]] >= 0,
  );
  const byUser = ratingsByUser({
    users: liked.map((row) => users[row]),
    items: liked.map((row) => place[items[row]]),
    ratings: Float32Array.from(liked, (row) => later[row]),
    userIds,
    itemIds,
  });
  const near = Float64Array.from({ length: later.reduce((most, n) => Math.max(most, n), 0) + 1 }, (_, d) =>
    recencyWeight(d, nearness),
  );
  const gram = new Float64Array(size * size);
  const { rowStart, columns, values } = byUser;
  for (let user = 0; user < byUser.rows; user++)
    for (let p = rowStart[user]; p < rowStart[user + 1]; p++) {
      const row = columns[p] * size;
      // Columns ascend, so these are the lower triangle.
      for (let q = rowStart[user]; q <= p; q++)
        gram[row + columns[q]] += near[Math.abs(values[p] - values[q])];
    }
  for (let at = 0; at < size; at++) gram[at * size + at] += lambda;
  return gram;
}

function strongestOf(
  inverse: Float64Array,
  learned: readonly number[],
  items: number,
  strongest: number,
): RatingsByRow {
  const size = learned.length;
  const rowStart = new Uint32Array(items + 1);
  const columns: number[] = [];
  const values: number[] = [];
  const row = new Float64Array(size);
  const strength = new Float64Array(size);
  learned.forEach((item, at) => {
    for (let to = 0; to < size; to++)
      row[to] = to === at ? 0 : -inverse[at * size + to] / inverse[to * size + to];
    for (let to = 0; to < size; to++) strength[to] = Math.abs(row[to]);
    const kept = selectTop(strength, strongest, (to) => strength[to] > 0)
      .map((one) => one.item)
      .sort((a, b) => a - b);
    for (const to of kept) {
      columns.push(learned[to]);
      values.push(row[to]);
    }
    rowStart[item + 1] = kept.length;
  });
  for (let item = 0; item < items; item++) rowStart[item + 1] += rowStart[item];
  return {
    rowStart,
    columns: Uint32Array.from(columns),
    values: Float32Array.from(values),
    rows: items,
    cols: items,
  };
}

/**
 * Makes lists of what is liked together: an item scores the sum of the weights that lead to it from what somebody likes,
 * times what each like weighs. A preference, not stars. Items that no weight leads to come last, the most rated first.
 * Dense indices; cold items score −Infinity.
 */
export class Lister implements VisitorRecommender {
  readonly name = "lister";
  readonly users: number;
  readonly items: number;
  /** By number of ratings, so small that it parts equal scores only; −Infinity for cold items. */
  readonly parting: Float64Array;

  /**
   * @param ratings by user, those that it learned from
   * @param byItem the same by item, where whoever asks has them already
   * @throws WorkspaceError MODEL_INVALID for parts that do not fit one another or the ratings, or hold what is no number
   */
  constructor(
    readonly parts: ListerParts,
    private readonly ratings: RatingsByRow,
    byItem?: RatingsByRow,
  ) {
    const { weights, inputs } = parts;
    this.users = ratings.rows;
    this.items = ratings.cols;
    if (weights.rows !== this.items || weights.cols !== this.items)
      throw new WorkspaceError(
        "MODEL_INVALID",
        `the lister has weights of ${weights.rows} × ${weights.cols} films, the ratings are of ${this.items}`,
      );
    if (inputs.length !== ratings.columns.length)
      throw new WorkspaceError(
        "MODEL_INVALID",
        `the lister has inputs for ${inputs.length} ratings of ${ratings.columns.length}`,
      );
    const counts = popularity(ratings, byItem);
    const most = counts.reduce((most, count) => Math.max(most, count), 1);
    this.parting = counts.map((count) => (PARTING * count) / most);
  }

  /** Whether a known user likes a film that has weights: there is something to make a list from. */
  knows(user: number): boolean {
    this.checkIndex("user", user);
    const { rowStart, columns } = this.ratings;
    for (let p = rowStart[user]; p < rowStart[user + 1]; p++)
      if (this.parts.inputs[p] > 0 && this.leadsOn(columns[p])) return true;
    return false;
  }

  /** How many of these ratings are likes of films that have weights. */
  learnsFrom(ratings: readonly ItemRating[]): number {
    return ratings.filter(({ item, rating }) => this.likes(rating) && this.leadsOn(item)).length;
  }

  predict(user: number, item: number): number {
    this.checkIndex("user", user);
    this.checkIndex("item", item);
    const { rowStart, columns } = this.ratings;
    let score = Math.max(0, this.parting[item]);
    for (let p = rowStart[user]; p < rowStart[user + 1]; p++)
      score += this.parts.inputs[p] * this.weight(columns[p], item);
    return score;
  }

  scoreItems(user: number, scores: Float64Array): void {
    this.checkIndex("user", user);
    this.checkScores(scores);
    const { rowStart, columns } = this.ratings;
    scores.set(this.parting);
    for (let p = rowStart[user]; p < rowStart[user + 1]; p++)
      this.add(columns[p], this.parts.inputs[p], scores);
  }

  recommend(user: number, n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItems(user, scores);
    const seen = options.excludeSeen === false ? new Uint32Array(0) : seenBy(this.ratings, user);
    return topUnseen(scores, n, seen, options.accept);
  }

  /** A visitor's likes weigh 1 each: the order in which they came is not known. */
  scoreItemsFor(ratings: readonly ItemRating[], scores: Float64Array): void {
    this.checkScores(scores);
    this.checkVisitor(ratings);
    scores.set(this.parting);
    for (const { item, rating } of ratings) if (this.likes(rating)) this.add(item, 1, scores);
  }

  recommendFor(ratings: readonly ItemRating[], n: number, options: RecommendOptions = {}): ScoredItem[] {
    const scores = new Float64Array(this.items);
    this.scoreItemsFor(ratings, scores);
    return topUnseen(scores, n, seenByVisitor(ratings, options), options.accept);
  }

  /**
   * How a known user's score of an item comes about, exactly: the share of each rating is its input times the weight from
   * its film to the item, 0 for what is no like; the baseline is what the item's number of ratings adds to part equal scores.
   * @throws WorkspaceError INDEX_UNKNOWN, ITEM_COLD
   */
  explain(user: number, item: number): Explanation {
    this.checkIndex("user", user);
    const { rowStart, columns, values } = this.ratings;
    const [from, to] = [rowStart[user], rowStart[user + 1]];
    return this.explained(
      item,
      Array.from(columns.subarray(from, to), (film, k) => ({
        item: film,
        rating: values[from + k],
        input: this.parts.inputs[from + k],
      })),
    );
  }

  /** As `explain`, for a visitor's ratings. */
  explainFor(ratings: readonly ItemRating[], item: number): Explanation {
    this.checkVisitor(ratings);
    return this.explained(
      item,
      ratings.map((given) => ({ ...given, input: this.likes(given.rating) ? 1 : 0 })),
    );
  }

  private explained(item: number, given: readonly (ItemRating & { input: number })[]): Explanation {
    this.checkIndex("item", item);
    const baseline = this.parting[item];
    if (baseline === -Infinity)
      throw new WorkspaceError("ITEM_COLD", `item ${item} has no training rating, so no list can contain it`);
    const shares = given
      .map(({ item: film, rating, input }) => ({
        item: film,
        rating,
        share: input * this.weight(film, item),
      }))
      .sort((a, b) => b.share - a.share || a.item - b.item);
    return { item, score: shares.reduce((sum, { share }) => sum + share, baseline), baseline, shares };
  }

  /** What a like of item i adds to the score of item j. */
  weight(i: number, j: number): number {
    const { rowStart, columns, values } = this.parts.weights;
    let [low, high] = [rowStart[i], rowStart[i + 1]];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (columns[middle] < j) low = middle + 1;
      else high = middle;
    }
    return low < rowStart[i + 1] && columns[low] === j ? values[low] : 0;
  }

  private add(item: number, input: number, scores: Float64Array): void {
    if (input === 0) return;
    const { rowStart, columns, values } = this.parts.weights;
    for (let at = rowStart[item]; at < rowStart[item + 1]; at++) scores[columns[at]] += input * values[at];
  }

  private likes(rating: number): boolean {
    return rating >= this.parts.options.likedFrom;
  }

  private leadsOn(item: number): boolean {
    const { rowStart } = this.parts.weights;
    return rowStart[item + 1] > rowStart[item];
  }

  private checkVisitor(ratings: readonly ItemRating[]): void {
    const given = new Set<number>();
    for (const { item, rating } of ratings) {
      this.checkIndex("item", item);
      if (given.has(item)) throw new WorkspaceError("DATA_INVALID", `visitor: item ${item} is rated twice`);
      if (!Number.isFinite(rating))
        throw new WorkspaceError("DATA_INVALID", `visitor: item ${item}: rating ${rating} is not a number`);
      given.add(item);
    }
  }

  private checkIndex(side: "user" | "item", index: number): void {
    const length = side === "user" ? this.users : this.items;
    if (!Number.isInteger(index) || index < 0 || index >= length)
      throw new WorkspaceError("INDEX_UNKNOWN", `${side} ${index} is outside 0 … ${length - 1}`);
  }

  private checkScores(scores: Float64Array): void {
    if (scores.length !== this.items)
      throw new WorkspaceError("OPTION_INVALID", `scores has length ${scores.length}, not ${this.items}`);
  }
}

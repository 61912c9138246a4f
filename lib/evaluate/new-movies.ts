import { train as trainAls, type AlsModel, type TrainOptions } from "../als";
import { filterRatings, ratingsByItem, seededRandom, shuffle, WorkspaceError, type Dataset } from "../data";
import { ContentEncoder, ContentModel, dampedBiasModel, genresByItem } from "../recommend";
import { bootstrap, meanOverUsers, type BootstrapOptions, type Estimate } from "./bootstrap";
import { rmseOverUsers, type RatingErrorsByUser } from "./rating";

export interface NewMoviesOptions extends BootstrapOptions {
  /** Of the factors; explicit feedback, defaults otherwise. RMSE exists for explicit feedback only. */
  als?: TrainOptions;
  /** λ to choose from; 1, 3, 10, 30 and 100 by default. */
  lambdas?: readonly number[];
  /** Share of the rated movies that is held out, and again that λ is chosen on; 0.2 by default. */
  share?: number;
  splitSeed?: number;
  relevantFrom?: number;
}

/** How films that the model has never seen rated are placed by their content, on held-out movies. */
export interface NewMoviesReport {
  /** Held-out movies, their ratings by users with training ratings, and those users. */
  movies: number;
  ratings: number;
  users: number;
  /** Chosen on other movies than those measured; `trials` are the choices with what each reached there. */
  lambda: number;
  trials: { lambda: number; rmse: number | null; auc: number }[];
  features: number;
  /** In stars; null for implicit feedback. */
  rmse: { content: Estimate; meanRating: Estimate; userBias: Estimate } | null;
  /**
   * The chance that a new film that a user went on to like stands above a new film that the user did not rate, mean over
   * users; 0.5 is chance. `genrePopularity` orders by the mean popularity of the film's genres, alike for everybody.
   */
  auc: { content: Estimate; genrePopularity: Estimate };
}

/**
 * Hides all ratings of some movies, learns factors from the others and content → factors by ridge regression, and then
 * meets the hidden ratings. Movies are dealt into three: learned from, λ chosen on, measured; for the measurement the
 * first two are learned from together.
 *
 * Tags are content here, whoever gave them: a film without ratings may have been tagged.
 * @throws WorkspaceError OPTION_INVALID, SPLIT_INVALID for too few movies, METRIC_EMPTY, and what training throws
 */
export async function newMovies(dataset: Dataset, options: NewMoviesOptions = {}): Promise<NewMoviesReport> {
  const {
    als = { feedback: "explicit" },
    lambdas = [1, 3, 10, 30, 100],
    share = 0.2,
    splitSeed = 1,
  } = options;
  if (lambdas.length === 0) throw new WorkspaceError("OPTION_INVALID", "there is no λ to choose from");
  if (!(share > 0 && share < 0.5))
    throw new WorkspaceError("OPTION_INVALID", `share is ${share}, not between 0 and 0.5`);
  const rated = shuffle(Uint32Array.from(new Set(dataset.items)).sort(), seededRandom(splitSeed));
  const held = Math.round(rated.length * share);
  if (held < 1 || rated.length - 2 * held < 1)
    throw new WorkspaceError(
      "SPLIT_INVALID",
      `${rated.length} movies are too few to hold out two shares of ${share}`,
    );
  const measured = new Set(rated.subarray(0, held));
  const choosing = new Set(rated.subarray(held, 2 * held));
  const without = (left: (item: number) => boolean): Dataset =>
    filterRatings(dataset, ({ item }) => !left(item));
  const inner = await placed(
    without((item) => measured.has(item) || choosing.has(item)),
    dataset,
    choosing,
    als,
  );
  const trials = lambdas.map((lambda) => {
    const { errors, aucs } = measure(inner, lambda, options);
    const squared = errors && rmseOf(errors.content);
    return { lambda, rmse: squared, auc: mean(aucs.content) };
  });
  const isBetter = (a: (typeof trials)[number], b: (typeof trials)[number]): boolean =>
    a.rmse !== null && b.rmse !== null ? a.rmse < b.rmse : a.auc > b.auc;
  const { lambda } = trials.reduce((best, trial) => (isBetter(trial, best) ? trial : best));
  const outer = await placed(
    without((item) => measured.has(item)),
    dataset,
    measured,
    als,
  );
  const { errors, aucs, encoder } = measure(outer, lambda, options);
  const rmse = (errorsByUser: Errors): Estimate => bootstrap(rmseOverUsers(errorsByUser), options);
  const auc = (values: Float64Array): Estimate => bootstrap(meanOverUsers(aucs.users, values), options);
  return {
    movies: measured.size,
    ratings: outer.ratings,
    users: outer.users.length,
    lambda,
    trials,
    features: encoder.names.length,
    rmse: errors && {
      content: rmse(errors.content),
      meanRating: rmse(errors.meanRating),
      userBias: rmse(errors.userBias),
    },
    auc: { content: auc(aucs.content), genrePopularity: auc(aucs.genrePopularity) },
  };
}

interface Setting {
  train: Dataset;
  model: AlsModel;
  encoder: ContentEncoder;
  /** The hidden movies. */
  places: { movieId: number; item: number }[];
  /** Users with training ratings and hidden ones, and the latter: position in `places` and stars. */
  users: { user: number; hidden: { at: number; rating: number }[] }[];
  ratings: number;
}

async function placed(
  train: Dataset,
  dataset: Dataset,
  hidden: ReadonlySet<number>,
  als: TrainOptions,
): Promise<Setting> {
  const model = await trainAls(train, als);
  const learnFrom = Array.from(new Set(train.items), (item) => dataset.itemIds[item]);
  const places = Array.from(hidden, (item) => ({ item, movieId: dataset.itemIds[item] })).sort(
    (a, b) => a.item - b.item,
  );
  const position = new Map(places.map(({ item }, at) => [item, at]));
  const known = new Set(train.users);
  const byUser = new Map<number, { at: number; rating: number }[]>();
  let ratings = 0;
  dataset.users.forEach((user, row) => {
    const at = position.get(dataset.items[row]);
    if (at === undefined || !known.has(user)) return;
    ratings++;
    if (!byUser.has(user)) byUser.set(user, []);
    byUser.get(user)!.push({ at, rating: dataset.ratings[row] });
  });
  const users = Array.from(byUser, ([user, hidden]) => ({ user, hidden })).sort((a, b) => a.user - b.user);
  if (users.length === 0)
    throw new WorkspaceError(
      "METRIC_EMPTY",
      `${dataset.name}: nobody rated the movies held out and others too`,
    );
  return {
    train,
    model,
    encoder: new ContentEncoder(dataset.movies, dataset.tags, learnFrom),
    places,
    users,
    ratings,
  };
}

function measure(
  { train, model, encoder, places, users }: Setting,
  lambda: number,
  { relevantFrom = 4 }: NewMoviesOptions,
) {
  const content = new ContentModel(model, encoder, { lambda });
  const factors = places.map(({ movieId }) => content.factorsOf(movieId));
  const byGenre = genrePopularity(train, places);
  const explicit = model.parts.options.feedback === "explicit";
  const { min, max } = train.scale;
  const userBias = explicit ? dampedBiasModel(train) : null;
  const errors = { content: noErrors(users), meanRating: noErrors(users), userBias: noErrors(users) };
  const aucs = { users: [] as number[], content: [] as number[], genrePopularity: [] as number[] };
  users.forEach(({ user, hidden }, position) => {
    const scores = content.scores(user, factors);
    if (userBias)
      for (const { at, rating } of hidden) {
        add(errors.content, position, Math.min(max, Math.max(min, scores[at])) - rating);
        add(errors.meanRating, position, model.parts.globalMean - rating);
        // A cold item has no bias of its own: this is the mean and the user's.
        add(errors.userBias, position, userBias.predict(user, places[at].item) - rating);
      }
    const rated = new Set(hidden.map(({ at }) => at));
    const liked = hidden.filter(({ rating }) => rating >= relevantFrom).map(({ at }) => at);
    const unrated = [...places.keys()].filter((at) => !rated.has(at));
    if (liked.length === 0 || unrated.length === 0) return;
    aucs.users.push(user);
    aucs.content.push(aucOf(scores, liked, unrated));
    aucs.genrePopularity.push(aucOf(byGenre, liked, unrated));
  });
  if (aucs.users.length === 0)
    throw new WorkspaceError("METRIC_EMPTY", `${train.name}: nobody liked one of the movies held out`);
  return {
    encoder,
    errors: explicit ? errors : null,
    aucs: {
      users: Uint32Array.from(aucs.users),
      content: Float64Array.from(aucs.content),
      genrePopularity: Float64Array.from(aucs.genrePopularity),
    },
  };
}

/** Mean number of training ratings of the films of a genre, mean over a film's genres; for a film without genres that of all films. */
function genrePopularity(train: Dataset, places: Setting["places"]): Float64Array {
  const { rowStart } = ratingsByItem(train);
  const genres = genresByItem(train);
  const ratings = new Map<string, number>();
  const films = new Map<string, number>();
  let rated = 0;
  for (let item = 0; item < genres.length; item++) {
    const count = rowStart[item + 1] - rowStart[item];
    if (count === 0) continue;
    rated++;
    for (const genre of genres[item]) {
      ratings.set(genre, (ratings.get(genre) ?? 0) + count);
      films.set(genre, (films.get(genre) ?? 0) + 1);
    }
  }
  return Float64Array.from(places, ({ item }) => {
    const known = genres[item].filter((genre) => films.has(genre));
    if (known.length === 0) return train.items.length / rated;
    return known.reduce((sum, genre) => sum + ratings.get(genre)! / films.get(genre)!, 0) / known.length;
  });
}

type Errors = Pick<RatingErrorsByUser, "users" | "count" | "squaredError">;

function noErrors(users: Setting["users"]): Errors {
  return {
    users: Uint32Array.from(users, ({ user }) => user),
    count: new Float64Array(users.length),
    squaredError: new Float64Array(users.length),
  };
}

function add(errors: Errors, position: number, error: number): void {
  errors.count[position]++;
  errors.squaredError[position] += error ** 2;
}

function rmseOf({ squaredError, count }: Errors): number {
  return Math.sqrt(mean(squaredError) / mean(count));
}

/** The share of pairs (liked, unrated) in which the liked one scores higher, ties half. */
function aucOf(scores: Float64Array, liked: readonly number[], unrated: readonly number[]): number {
  const others = Float64Array.from(unrated, (at) => scores[at]).sort();
  const below = (value: number, orEqual: boolean): number => {
    let low = 0;
    let high = others.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (others[middle] < value || (orEqual && others[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let sum = 0;
  for (const at of liked) sum += (below(scores[at], false) + below(scores[at], true)) / 2;
  return sum / (liked.length * others.length);
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

import type { AlsModel } from "../als";
import { seededRandom, shuffle, WorkspaceError, type Movie } from "../data";
import { ServedModel } from "../recommend";
import { driftOfCounts, type DriftReport } from "./drift";
import type { StoredEvent } from "./events";
import type { LoadedModel } from "./model-file";

interface FigureKind {
  title: string;
  unit: "stars" | "ratio" | "share" | "PSI" | "bits" | "days";
  /** On which side of its threshold a figure is fine. */
  bound: "atMost" | "atLeast";
  /** Chosen, see `MONITOR_THRESHOLDS`. */
  usual: number | null;
}

const FIGURES = {
  ratingRmse: { title: "RMSE of fresh ratings", unit: "stars", bound: "atMost", usual: 1.1 },
  rmseToFilmMeans: {
    title: "RMSE over that of film means",
    unit: "ratio",
    bound: "atMost",
    usual: 1,
  },
  clickThroughRate: { title: "Click-through rate", unit: "share", bound: "atLeast", usual: null },
  hitRate: { title: "Hit rate of lists", unit: "share", bound: "atLeast", usual: null },
  ratingDrift: { title: "Drift of ratings", unit: "PSI", bound: "atMost", usual: 0.25 },
  genreDrift: { title: "Drift of genres", unit: "PSI", bound: "atMost", usual: 0.25 },
  popularityDrift: { title: "Drift of popularity", unit: "PSI", bound: "atMost", usual: 0.25 },
  scoreDrift: { title: "Drift of scores", unit: "PSI", bound: "atMost", usual: 0.25 },
  ratingDivergence: { title: "Divergence of ratings", unit: "bits", bound: "atMost", usual: null },
  genreDivergence: { title: "Divergence of genres", unit: "bits", bound: "atMost", usual: null },
  popularityDivergence: { title: "Divergence of popularity", unit: "bits", bound: "atMost", usual: null },
  scoreDivergence: { title: "Divergence of scores", unit: "bits", bound: "atMost", usual: null },
  unknownUsers: { title: "Ratings by unknown users", unit: "share", bound: "atMost", usual: 0.5 },
  unknownFilms: { title: "Ratings of unknown films", unit: "share", bound: "atMost", usual: 0.1 },
  modelAge: { title: "Age of the model", unit: "days", bound: "atMost", usual: 90 },
  dataAge: { title: "Age of its data", unit: "days", bound: "atMost", usual: 90 },
  servedCoverage: { title: "Catalogue served", unit: "share", bound: "atLeast", usual: null },
} as const satisfies Record<string, FigureKind>;

export type FigureName = keyof typeof FIGURES;

/** A bound for each figure, in the figure's unit; null where it is told but not judged. */
export type MonitorThresholds = Record<FigureName, number | null>;

/**
 * The thresholds unless others are given. They are chosen, not derived. PSI 0.25 is the usual reading of "moved"
 * (Siddiqi 2006). An RMSE above that of plain film means is a model that is worth nothing. 1.1 stars, half of
 * the ratings by strangers, a tenth of them of films that cannot be recommended, and three months are where a person
 * should look. Rates of clicks and hits, coverage, and divergences depend on the page and on how much was served: they
 * have no bound until whoever runs the service sets one.
 */
export const MONITOR_THRESHOLDS: Readonly<MonitorThresholds> = Object.fromEntries(
  Object.entries(FIGURES).map(([name, { usual }]) => [name, usual]),
) as MonitorThresholds;

/** One number of a report. */
export interface MonitorFigure {
  name: FigureName;
  title: string;
  unit: FigureKind["unit"];
  /** Null where there is nothing to compute it from; `says` tells why. */
  value: number | null;
  /** Ratings, lists or films that the value rests on. */
  observations: number;
  bound: FigureKind["bound"];
  threshold: number | null;
  /** "not judged": no value, no threshold, or too few observations. */
  verdict: "fine" | "exceeded" | "not judged";
  /** What the number is of, or why there is none or no verdict, in a sentence. */
  says: string;
}

export type DriftName = "ratings" | "genres" | "popularity" | "scores";

/** A drift with the names of its bins. */
export interface MonitorDrift extends Omit<DriftReport, "bins" | "verdict"> {
  name: DriftName;
  /** What the two sides are. */
  says: string;
  bins: string[];
}

export interface MonitorReport {
  /** ISO 8601, UTC. */
  at: string;
  model: { version: string; kind: "explicit" | "implicit"; created: string; data: string; ratings: number };
  events: {
    /** Looked at; those of other models or before `since` are in `leftOut`. */
    ratings: number;
    impressions: number;
    clicks: number;
    served: number;
    leftOut: number;
    /** Ratings of a film by a user that the model has learned: no fresh feedback, and in no figure. */
    learned: number;
    /** Clicks on films of no list that is known. */
    clicksWithoutList: number;
    /** When they happened, in seconds since 1970; null where there is none. */
    from: number | null;
    to: number | null;
  };
  figures: MonitorFigure[];
  /** Those that could be computed. */
  drifts: MonitorDrift[];
  /** Names of the figures beyond their threshold. */
  exceeded: FigureName[];
}

export interface MonitorOptions {
  /** In place of `MONITOR_THRESHOLDS`, one by one. */
  thresholds?: Partial<MonitorThresholds>;
  /** Figures of fewer observations are told and not judged: PSI of few is large by chance. 100 by default. */
  leastObservations?: number;
  /** Only events received from then on. */
  since?: Date;
  /** Also events received while another model was served; false by default, since feedback on another model says little of this one. */
  everyModel?: boolean;
  /** From so many stars on a rating of a film that was on a list is a hit; 4 by default. */
  relevantFrom?: number;
  /** Now, by default. */
  now?: Date;
}

const DAY = 24 * 60 * 60;
const LIST_LENGTH = 10;
/** Users whose lists say which scores a list of this model has; drawn with a fixed seed. */
const LIST_USERS = 500;
const POPULARITY_BINS = 10;
const SCORE_BINS = 10;

/**
 * What the log of events says about a served model.
 *
 *   RMSE        of the model's stars for fresh ratings, where user and film are both known to it; a fresh rating is one of
 *               a film that this user had not rated in the training data, a later one taking an earlier one's place.
 *               Explicit models only. Beside it, its ratio to the RMSE of the film's mean of the training ratings
 *   clicks      click-through rate: places of lists that were clicked / places shown. Hit rate: lists of which a film was
 *               clicked, or rated `relevantFrom` stars by the same user afterwards / lists shown
 *   drift       PSI and Jensen–Shannon divergence (`populationStabilityIndex`, `jensenShannonDivergence`) of fresh ratings
 *               against the training ratings, by stars, by genre (a film counts once for each), and by the popularity
 *               of their films (tenths of the training ratings, most rated films first); and of the model's scores of
 *               the last list of each user whom it knows, against those of the lists that it makes for its users
 *   unknown     fresh ratings by users, and of films, without a training rating
 *   staleness   days since the model was exported; days from the newest training rating to the newest event
 *   coverage    different films in the lists served / films with a training rating. Lists are those that the server
 *               logged (`logServed`), or else those that pages said they showed
 * @param events as `readEvents` gives them; held in memory
 * @throws WorkspaceError OPTION_INVALID for a threshold that is not known or no number, and what `events` throws
 */
export async function monitorFeedback(
  loaded: LoadedModel,
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  options: MonitorOptions = {},
): Promise<MonitorReport> {
  const thresholds = { ...MONITOR_THRESHOLDS, ...checked(options.thresholds ?? {}) };
  const { manifest } = loaded;
  const { leastObservations = 100, now = new Date(), relevantFrom = 4 } = options;
  const { kept, leftOut } = await keptEvents(events, manifest.version, options);
  const known = new KnownRatings(loaded.model);
  const { fresh, learned } = freshRatings(kept, known);
  const lists = listsShown(kept, relevantFrom);
  const served = kept.filter((event) => event.type === "served");
  // A replay dates what users do as its data does; the server dates what it serves by its own clock.
  const ofUsers = kept.filter((event) => event.type !== "served");
  const latest = ofUsers.at(-1)?.timestamp ?? null;

  const figures: MonitorFigure[] = [];
  const add = (
    name: FigureName,
    observations: number,
    value: number | null,
    says: string,
    least = leastObservations,
  ): void => {
    const { title, unit, bound } = FIGURES[name];
    const threshold = thresholds[name];
    const few = observations < least;
    const verdict =
      value === null || threshold === null || few
        ? "not judged"
        : (bound === "atMost" ? value <= threshold : value >= threshold)
          ? "fine"
          : "exceeded";
    const tooFew = value !== null && few ? `; too few to judge, ${count(least)} needed` : "";
    figures.push({
      name,
      title,
      unit,
      value,
      observations,
      bound,
      threshold,
      verdict,
      says: `${says}${tooFew}`,
    });
  };

  accuracy(loaded, known, fresh, add);
  const places = lists.shown.reduce((sum, { movieIds }) => sum + movieIds.length, 0);
  const clicked = lists.shown.reduce((sum, list) => sum + list.clicked.size, 0);
  const hits = lists.shown.filter(({ hit }) => hit).length;
  const noList = "no list was said to be shown";
  add(
    "clickThroughRate",
    places,
    places === 0 ? null : clicked / places,
    places === 0 ? noList : `${count(clicked)} of ${count(places)} places shown were clicked`,
  );
  add(
    "hitRate",
    lists.shown.length,
    lists.shown.length === 0 ? null : hits / lists.shown.length,
    lists.shown.length === 0
      ? noList
      : `of ${count(hits)} of ${count(lists.shown.length)} lists a film was clicked, or rated ${relevantFrom} stars or more`,
  );

  const drifts: MonitorDrift[] = [];
  for (const { name, psi, divergence, sides } of [
    {
      name: "ratings",
      psi: "ratingDrift",
      divergence: "ratingDivergence",
      sides: ratingSides(loaded.model, fresh),
    },
    {
      name: "genres",
      psi: "genreDrift",
      divergence: "genreDivergence",
      sides: genreSides(loaded, fresh),
    },
    {
      name: "popularity",
      psi: "popularityDrift",
      divergence: "popularityDivergence",
      sides: popularitySides(known, fresh),
    },
    {
      name: "scores",
      psi: "scoreDrift",
      divergence: "scoreDivergence",
      sides: scoreSides(new ServedModel(loaded.model, loaded.lister), known, kept),
    },
  ] as const) {
    const observations = sides.observations ?? sides.actual.reduce((sum, n) => sum + n, 0);
    const drift = observations === 0 ? null : driftOfCounts(sides.expected, sides.actual);
    const says = drift === null ? `no ${sides.of}` : `${count(observations)} ${sides.of}`;
    add(psi, observations, drift?.populationStabilityIndex ?? null, says);
    add(divergence, observations, drift?.jensenShannon ?? null, says);
    if (drift) drifts.push({ name, says: sides.says, ...drift, bins: sides.bins });
  }

  const shareOf = (
    name: "unknownUsers" | "unknownFilms",
    unknown: (rating: FreshRating) => boolean,
    who: string,
  ): void => {
    const found = fresh.filter(unknown).length;
    add(
      name,
      fresh.length,
      fresh.length === 0 ? null : found / fresh.length,
      fresh.length === 0
        ? "no fresh rating"
        : `${count(found)} of ${count(fresh.length)} fresh ratings are ${who}`,
    );
  };
  shareOf("unknownUsers", ({ user }) => user === null, "by users whom the model does not know");
  shareOf("unknownFilms", ({ item }) => item === null, "of films that the model does not know");

  // Where the clock was set back a model is new, not younger than that.
  const modelAge = Math.max(0, now.getTime() - Date.parse(manifest.created)) / 1000 / DAY;
  add("modelAge", 1, modelAge, `exported ${manifest.created}`, 0);
  const { latest: newest } = manifest.data;
  add(
    "dataAge",
    ofUsers.length,
    newest === undefined || latest === null ? null : Math.max(0, latest - newest) / DAY,
    newest === undefined
      ? "the model is older than manifests that tell the time of its newest rating"
      : latest === null
        ? "no event"
        : `from the newest training rating (${dayOf(newest)}) to the newest event (${dayOf(latest)})`,
    0,
  );
  coverage(known, served, lists.shown, add);

  const countOf = (type: StoredEvent["type"]): number => kept.filter((event) => event.type === type).length;
  return {
    at: now.toISOString(),
    model: {
      version: manifest.version,
      kind: manifest.kind,
      created: manifest.created,
      data: manifest.data.name,
      ratings: manifest.ratings,
    },
    events: {
      ratings: countOf("rating"),
      impressions: countOf("impression"),
      clicks: countOf("click"),
      served: served.length,
      leftOut,
      learned,
      clicksWithoutList: lists.clicksWithoutList,
      from: ofUsers[0]?.timestamp ?? null,
      to: latest,
    },
    figures,
    drifts,
    exceeded: figures.filter(({ verdict }) => verdict === "exceeded").map(({ name }) => name),
  };
}

/** @throws WorkspaceError OPTION_INVALID */
function checked(thresholds: Partial<MonitorThresholds>): Partial<MonitorThresholds> {
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(name in FIGURES))
      throw new WorkspaceError("OPTION_INVALID", `there is no figure "${name}" to set a threshold for`, {
        mend: `There are: ${Object.keys(FIGURES).join(", ")}.`,
      });
    if (value !== null && !(typeof value === "number" && Number.isFinite(value)))
      throw new WorkspaceError("OPTION_INVALID", `the threshold of ${name} is ${JSON.stringify(value)}`, {
        mend: "Give a number, or null for none.",
      });
  }
  return thresholds;
}

/** By time, ties in the order of the log. */
async function keptEvents(
  events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>,
  version: string,
  { since, everyModel = false }: MonitorOptions,
): Promise<{ kept: StoredEvent[]; leftOut: number }> {
  const kept: StoredEvent[] = [];
  let leftOut = 0;
  for await (const event of events) {
    const early = since !== undefined && Date.parse(event.received) < since.getTime();
    if (early || (!everyModel && event.modelVersion !== version)) leftOut++;
    else kept.push(event);
  }
  kept.sort((a, b) => a.timestamp - b.timestamp);
  return { kept, leftOut };
}

/** What a model has learned from, by MovieLens ids. */
class KnownRatings {
  /** Training ratings by dense item index. */
  readonly itemCounts: Float64Array;
  /** In stars; NaN where there is none. */
  readonly itemMeans: Float64Array;
  /** Films with a training rating. */
  readonly films: number;
  private readonly users: ReadonlyMap<number, number>;
  private readonly items: ReadonlyMap<number, number>;

  constructor(private readonly model: AlsModel) {
    const { ratings, userIds, itemIds } = model.parts;
    this.itemCounts = new Float64Array(model.items);
    const sums = new Float64Array(model.items);
    ratings.columns.forEach((item, at) => {
      this.itemCounts[item]++;
      sums[item] += ratings.values[at];
    });
    this.itemMeans = sums.map((sum, item) => sum / this.itemCounts[item]);
    const withRatings = (ids: Uint32Array, has: (dense: number) => boolean): Map<number, number> =>
      new Map(
        Array.from(ids, (id, dense): [number, number] => [id, dense]).filter(([, dense]) => has(dense)),
      );
    this.users = withRatings(userIds, (user) => ratings.rowStart[user + 1] > ratings.rowStart[user]);
    this.items = withRatings(itemIds, (item) => this.itemCounts[item] > 0);
    this.films = this.items.size;
  }

  user(userId: number | undefined): number | null {
    return userId === undefined ? null : (this.users.get(userId) ?? null);
  }

  item(movieId: number): number | null {
    return this.items.get(movieId) ?? null;
  }

  has(user: number, item: number): boolean {
    const { rowStart, columns } = this.model.parts.ratings;
    return columns.subarray(rowStart[user], rowStart[user + 1]).includes(item);
  }
}

interface FreshRating {
  movieId: number;
  rating: number;
  /** Dense indices; null where the model does not know them. */
  user: number | null;
  item: number | null;
}

function freshRatings(
  events: readonly StoredEvent[],
  known: KnownRatings,
): { fresh: FreshRating[]; learned: number } {
  const fresh = new Map<string, FreshRating>();
  let learned = 0;
  for (const event of events) {
    if (event.type !== "rating") continue;
    const { userId, movieId, rating } = event;
    const [user, item] = [known.user(userId), known.item(movieId)];
    if (user !== null && item !== null && known.has(user, item)) learned++;
    else fresh.set(`${userId} ${movieId}`, { movieId, rating, user, item });
  }
  return { fresh: [...fresh.values()], learned };
}

interface ShownList {
  movieIds: number[];
  clicked: Set<number>;
  hit: boolean;
}

/** Lists in the order in which they were shown, with what was done about them afterwards. */
function listsShown(
  events: readonly StoredEvent[],
  relevantFrom: number,
): { shown: ShownList[]; clicksWithoutList: number } {
  const shown: ShownList[] = [];
  const byId = new Map<string, ShownList>();
  const byUser = new Map<number, ShownList[]>();
  let clicksWithoutList = 0;
  /** The last list of this user that had the film. */
  const lastOf = (userId: number | undefined, movieId: number): ShownList | undefined => {
    const own = (userId === undefined ? undefined : byUser.get(userId)) ?? [];
    for (let k = own.length - 1; k >= 0; k--) if (own[k].movieIds.includes(movieId)) return own[k];
    return undefined;
  };
  for (const event of events)
    if (event.type === "impression") {
      const list: ShownList = { movieIds: event.movieIds, clicked: new Set(), hit: false };
      shown.push(list);
      if (event.listId !== undefined) byId.set(event.listId, list);
      if (event.userId === undefined) continue;
      const own = byUser.get(event.userId);
      if (own) own.push(list);
      else byUser.set(event.userId, [list]);
    } else if (event.type === "click") {
      const { listId, userId, movieId } = event;
      const list = listId === undefined ? lastOf(userId, movieId) : byId.get(listId);
      if (list?.movieIds.includes(movieId)) {
        list.clicked.add(movieId);
        list.hit = true;
      } else clicksWithoutList++;
    } else if (event.type === "rating" && event.rating >= relevantFrom) {
      const list = lastOf(event.userId, event.movieId);
      if (list) list.hit = true;
    }
  return { shown, clicksWithoutList };
}

type AddFigure = (
  name: FigureName,
  observations: number,
  value: number | null,
  says: string,
  least?: number,
) => void;

function accuracy(
  { model, manifest }: LoadedModel,
  known: KnownRatings,
  fresh: readonly FreshRating[],
  add: AddFigure,
): void {
  const pairs = fresh.filter(({ user, item }) => user !== null && item !== null);
  const none =
    manifest.kind === "implicit"
      ? "an implicit model predicts no stars"
      : pairs.length === 0
        ? "no fresh rating of a known film by a known user"
        : null;
  if (none !== null) {
    add("ratingRmse", 0, null, none);
    add("rmseToFilmMeans", 0, null, none);
    return;
  }
  const rmseOf = (predict: (rating: FreshRating) => number): number =>
    Math.sqrt(pairs.reduce((sum, pair) => sum + (predict(pair) - pair.rating) ** 2, 0) / pairs.length);
  const rmse = rmseOf(({ user, item }) => model.predict(user!, item!));
  const ofMeans = rmseOf(({ item }) => known.itemMeans[item!]);
  add(
    "ratingRmse",
    pairs.length,
    rmse,
    `${count(pairs.length)} of ${count(fresh.length)} fresh ratings have a user and a film that the model knows`,
  );
  add(
    "rmseToFilmMeans",
    pairs.length,
    ofMeans === 0 ? null : rmse / ofMeans,
    ofMeans === 0
      ? "the means of the films have no error at all on these ratings"
      : `the means of the films have an RMSE of ${ofMeans.toFixed(3)} on the same ratings`,
  );
}

function coverage(
  known: KnownRatings,
  served: readonly StoredEvent[],
  shown: readonly ShownList[],
  add: AddFigure,
): void {
  const lists = served.length > 0 ? served.map(moviesOf) : shown.map(({ movieIds }) => movieIds);
  const films = new Set(lists.flat().filter((movieId) => known.item(movieId) !== null)).size;
  const source = served.length > 0 ? "lists logged by the server" : "lists that pages showed";
  add(
    "servedCoverage",
    lists.length,
    lists.length === 0 ? null : films / known.films,
    lists.length === 0
      ? "no list was logged or shown"
      : `${count(films)} of ${count(known.films)} films, in ${count(lists.length)} ${source}`,
  );
}

const moviesOf = (event: StoredEvent): number[] => ("movieIds" in event ? event.movieIds : []);

/** Counts of both sides over the same bins. */
interface Sides {
  bins: string[];
  expected: number[];
  actual: number[];
  /** What the actual ones rest on, where that is not what is counted in the bins. */
  observations?: number;
  /** What is observed. */
  of: string;
  says: string;
}

function ratingSides({ parts }: AlsModel, fresh: readonly FreshRating[]): Sides {
  const { min, max, step } = parts.scale;
  const levels = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, k) => min + k * step);
  const levelOf = (rating: number): number =>
    Math.min(levels.length - 1, Math.max(0, Math.round((rating - min) / step)));
  return {
    bins: levels.map((level) => `${level} ★`),
    expected: histogram(levels.length, parts.ratings.values, levelOf),
    actual: histogram(levels.length, fresh, ({ rating }) => levelOf(rating)),
    of: "fresh ratings",
    says: "Stars of fresh ratings against those of the training ratings.",
  };
}

function genreSides({ model, movies }: LoadedModel, fresh: readonly FreshRating[]): Sides {
  const { itemIds, ratings } = model.parts;
  const NONE = "(no genre)";
  const genresOf = (movie: Pick<Movie, "genres"> | undefined): readonly string[] =>
    movie === undefined ? [] : movie.genres.length === 0 ? [NONE] : movie.genres;
  const bins = [...new Set([...movies.values()].flatMap(genresOf))].sort();
  const at = new Map(bins.map((genre, bin) => [genre, bin]));
  const counted = (movieIds: Iterable<number>): number[] => {
    const counts = bins.map(() => 0);
    for (const movieId of movieIds)
      for (const genre of genresOf(movies.get(movieId))) counts[at.get(genre)!]++;
    return counts;
  };
  return {
    bins,
    expected: counted(Array.from(ratings.columns, (item) => itemIds[item])),
    actual: counted(fresh.map(({ movieId }) => movieId)),
    of: "genres of freshly rated films",
    says: "Genres of freshly rated films against those of the training ratings; a film counts once for each.",
  };
}

/** A film belongs to the tenth of all training ratings, most rated films first, in which its first rating falls. */
function popularitySides({ itemCounts }: KnownRatings, fresh: readonly FreshRating[]): Sides {
  const order = Array.from(itemCounts.keys())
    .filter((item) => itemCounts[item] > 0)
    .sort((a, b) => itemCounts[b] - itemCounts[a] || a - b);
  const total = order.reduce((sum, item) => sum + itemCounts[item], 0);
  const binOf = new Map<number, number>();
  const bins: { tenth: number; first: number; last: number; expected: number; actual: number }[] = [];
  let before = 0;
  order.forEach((item, at) => {
    const tenth = Math.floor((POPULARITY_BINS * before) / total);
    if (bins.at(-1)?.tenth !== tenth)
      bins.push({ tenth, first: at + 1, last: at + 1, expected: 0, actual: 0 });
    const bin = bins[bins.length - 1];
    bin.last = at + 1;
    bin.expected += itemCounts[item];
    binOf.set(item, bins.length - 1);
    before += itemCounts[item];
  });
  for (const { item } of fresh) if (item !== null) bins[binOf.get(item)!].actual++;
  return {
    bins: bins.map(({ first, last }) =>
      first === last ? `film ${count(first)}` : `films ${count(first)}–${count(last)}`,
    ),
    expected: bins.map(({ expected }) => expected),
    actual: bins.map(({ actual }) => actual),
    of: "fresh ratings of known films",
    says: "Fresh ratings against training ratings by how popular their films were in training, the most rated film being the first.",
  };
}

/** The model's scores of films on lists: those that the version makes for its users, and those shown to users whom it knows. */
function scoreSides(model: ServedModel, known: KnownRatings, events: readonly StoredEvent[]): Sides {
  const expected: number[] = [];
  const users = shuffle(
    Uint32Array.from({ length: model.users }, (_, user) => user),
    seededRandom(1),
  );
  for (const user of users.subarray(0, LIST_USERS))
    for (const { item } of model.recommend(user, LIST_LENGTH)) expected.push(model.predict(user, item));
  // The last list of each user: who comes back often is still one user, with one model's scores.
  const listOf = new Map<number, number[]>();
  const logged = events.some(({ type }) => type === "served");
  for (const event of events) {
    if (event.type !== (logged ? "served" : "impression")) continue;
    const user = known.user(event.userId);
    if (user !== null) listOf.set(user, event.movieIds.slice(0, LIST_LENGTH));
  }
  const actual = [...listOf].flatMap(([user, movieIds]) =>
    movieIds
      .map((movieId) => known.item(movieId))
      .filter((item) => item !== null)
      .map((item) => model.predict(user, item)),
  );
  const sorted = expected.slice().sort((a, b) => a - b);
  const cuts = Array.from(
    { length: SCORE_BINS - 1 },
    (_, k) => sorted[Math.floor((sorted.length * (k + 1)) / SCORE_BINS)],
  );
  // Scores that are clipped to the scale may make cuts equal.
  const bounds = [...new Set(cuts)];
  const binOf = (score: number): number => {
    const bin = bounds.findIndex((bound) => score < bound);
    return bin < 0 ? bounds.length : bin;
  };
  const shown = (score: number): string => score.toPrecision(3);
  return {
    bins: [...bounds.map((bound) => `below ${shown(bound)}`), `${shown(bounds[bounds.length - 1])} or more`],
    expected: histogram(bounds.length + 1, expected, binOf),
    actual: histogram(bounds.length + 1, actual, binOf),
    observations: listOf.size,
    of: "known users who got a list",
    says: "Scores of the films on the last lists of users whom the model knows, against the lists that it makes for all its users.",
  };
}

function histogram<T>(bins: number, values: ArrayLike<T>, binOf: (value: T) => number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let k = 0; k < values.length; k++) counts[binOf(values[k])]++;
  return counts;
}

const count = (value: number): string => value.toLocaleString("en");
const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

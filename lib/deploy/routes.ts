import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type {} from "@fastify/rate-limit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { WorkspaceError, type Movie, type SlicedWork } from "../data";
import {
  exactSearch,
  factorVectors,
  lshIndexInSlices,
  movieFilter,
  popularity,
  RecommendationLadder,
  type LadderAnswer,
  type LadderOptions,
  type LadderSettings,
  type Nearest,
  type RecommendationReason,
  type SimilaritySearch,
  type VisitorRating,
  transposed,
} from "../recommend";
import type { EventLog, FeedbackEvent } from "./events";
import type { ServerMetrics } from "./metrics";
import type { LoadedModel, ModelManifest } from "./model-file";
import {
  NEIGHBOUR_RATINGS,
  routeSchemas,
  type BatchAnswer,
  type MovieView,
  type RankedMovie,
  type ReasonAnswer,
  type RecommendationAnswer,
  type SimilarAnswer,
  type SimilaritySearchName,
} from "./schemas";
import { TitleSearch } from "./title-search";

/** As `wishes` of the schemas, defaults filled in. */
interface Wishes {
  n: number;
  genre?: string;
  year?: string;
  min_ratings?: number;
  max_ratings?: number;
  diversity: number;
  novelty: number;
  exclude_seen: boolean;
}

interface SimilarWishes {
  n: number;
  metric: SimilaritySearchName;
  min_ratings?: number;
}

interface VisitorBody extends Wishes {
  ratings?: VisitorRating[];
  profile?: { genres: string[] };
}

interface BatchBody extends Wishes {
  userIds: number[];
}

/** A model with all that answers are made with. */
export interface Serving {
  loaded: LoadedModel;
  ladder: RecommendationLadder;
  /** MovieLens id → dense index. */
  itemIndex: ReadonlyMap<number, number>;
  userIndex: ReadonlyMap<number, number>;
  /** Lower case → as published. */
  genres: ReadonlyMap<string, string>;
  /** Training ratings by dense index; −Infinity where there is none. */
  itemCounts: Float64Array;
  /** Training ratings by MovieLens id. */
  counts: ReadonlyMap<number, number>;
  titles: TitleSearch;
  /** Made when first asked for. */
  searches: Partial<Record<SimilaritySearchName, Promise<SimilaritySearch>>>;
}

/** A batch lets other requests in after so many of its lists. */
const LISTS_AT_A_STRETCH = 5;
const EXAMPLES = 5;

/** What the routes answer with: a loaded model, in MovieLens ids and titles. */
export class Recommendations {
  private serving?: Serving;
  private failure?: unknown;

  constructor(
    private readonly metrics: ServerMetrics,
    private readonly settings: Pick<LadderSettings, "foldInFrom"> & {
      logServed?: boolean;
      token?: string;
    } = {},
    private readonly eventLog?: EventLog,
  ) {}

  /** Everything that requests are answered with, so that none of them has to wait for it; for a large model, some seconds' work. */
  *prepare(loaded: LoadedModel): SlicedWork<Serving> {
    const genres = [...new Set(Array.from(loaded.movies.values(), (movie) => movie.genres).flat())].sort();
    const { itemIds, userIds } = loaded.model.parts;
    const { ratings } = loaded.model.parts;
    const ratingsByItem = loaded.ratingsByItem ?? transposed(ratings);
    const itemCounts = popularity(ratings, ratingsByItem);
    const rated = Array.from(itemIds, (movieId, item) => [movieId, itemCounts[item]] as const);
    const counts = new Map(rated.filter(([, count]) => count > 0));
    yield;
    const titles = yield* TitleSearch.build(loaded.movies.values(), counts);
    const ladder = new RecommendationLadder(loaded.model, {
      foldInFrom: this.settings.foldInFrom,
      movies: loaded.movies,
      lister: loaded.lister,
      ratingsByItem,
    });
    yield;
    return {
      loaded,
      ladder,
      itemCounts,
      itemIndex: new Map(Array.from(itemIds, (movieId, item) => [movieId, item])),
      userIndex: new Map(Array.from(userIds, (userId, user) => [userId, user])),
      counts,
      titles,
      searches: {},
      genres: new Map(genres.map((genre) => [genre.toLowerCase(), genre])),
    };
  }

  /** From here on answers are made with this; those under way end as they began. */
  use(serving: Serving): void {
    this.serving = serving;
  }

  fail(error: unknown): void {
    this.failure = error;
  }

  /** Undefined until a model is loaded. */
  get version(): string | undefined {
    return this.serving?.loaded.manifest.version;
  }

  /** @throws WorkspaceError MODEL_NOT_READY */
  get current(): Serving {
    if (this.serving) return this.serving;
    const why =
      this.failure === undefined
        ? "the model is being loaded"
        : `the model could not be loaded: ${this.failure instanceof Error ? this.failure.message : String(this.failure)}`;
    throw new WorkspaceError("MODEL_NOT_READY", why);
  }

  forUser(userId: number, wishes: Wishes): RecommendationAnswer & { userId: number } {
    const { ladder } = this.current;
    return { userId, ...this.answer(ladder.forUser(userId, wishes.n, this.optionsOf(wishes)), userId) };
  }

  async forUsers({ userIds, ...wishes }: BatchBody): Promise<BatchAnswer> {
    const { ladder, loaded } = this.current;
    const options = this.optionsOf(wishes);
    const lists: BatchAnswer["lists"] = [];
    for (const userId of userIds) {
      if (lists.length > 0 && lists.length % LISTS_AT_A_STRETCH === 0) await setImmediate();
      lists.push({ userId, ...this.answer(ladder.forUser(userId, wishes.n, options), userId, loaded) });
    }
    return { modelVersion: loaded.manifest.version, lists };
  }

  forVisitor({
    ratings = [],
    profile,
    ...wishes
  }: VisitorBody): RecommendationAnswer & { notUsed: number[] } {
    const { ladder } = this.current;
    if (ratings.length === 0 && !profile)
      throw new WorkspaceError("REQUEST_INVALID", "ratings is missing or empty, and there is no profile", {
        field: "ratings",
      });
    const { known, notUsed } = this.checkRatings(ratings);
    const genres = profile?.genres.map((genre, k) => this.publishedGenre(genre, `profile/genres/${k}`));
    const answer = ladder.forVisitor(known, wishes.n, {
      ...this.optionsOf(wishes),
      ...(genres && { profile: { genres } }),
    });
    if (known.length === 0 && answer.step === "popular")
      answer.reason = "nobody else has rated these films, so these are the films with most ratings";
    return { ...this.answer(answer), notUsed };
  }

  explainToUser(userId: number, movieId: number): ReasonAnswer & { userId: number } {
    const { ladder, userIndex } = this.current;
    if (!userIndex.has(userId))
      throw new WorkspaceError("USER_UNKNOWN", `user ${userId} is not known to the model`, {
        field: "userId",
      });
    this.ratedItem(movieId);
    return { userId, ...this.reason(ladder.explainForUser(userId, movieId)) };
  }

  explainToVisitor({ ratings, movieId }: { ratings: VisitorRating[]; movieId: number }): ReasonAnswer {
    const { known } = this.checkRatings(ratings);
    this.ratedItem(movieId);
    return this.reason(this.current.ladder.explainForVisitor(known, movieId));
  }

  async similarTo(movieId: number, { n, metric, min_ratings }: SimilarWishes): Promise<SimilarAnswer> {
    const { loaded, searches, itemCounts } = this.current;
    const item = this.ratedItem(movieId);
    searches[metric] ??=
      metric === "lsh"
        ? lshIndexInSlices(factorVectors(loaded.model))
        : Promise.resolve(exactSearch(factorVectors(loaded.model), metric));
    const search = await searches[metric];
    const nearest = (least: number): Nearest =>
      search.nearest(item, n, { accept: (other) => itemCounts[other] >= least });
    const known = nearest(min_ratings ?? NEIGHBOUR_RATINGS);
    const { items, scored } = min_ratings === undefined && known.items.length < n ? nearest(1) : known;
    return {
      ...this.view(movieId, "movieId", loaded),
      metric,
      compared: scored,
      modelVersion: loaded.manifest.version,
      items: items.map(({ item: other, score, distance }, k) => ({
        rank: k + 1,
        ...this.view(loaded.model.parts.itemIds[other], "movieId", loaded),
        score,
        distance,
      })),
    };
  }

  byTitle(query: string, n: number): { items: (MovieView & { ratings: number })[] } {
    const { titles, counts } = this.current;
    return {
      items: titles.find(query, n).map((movieId) => ({
        ...this.view(movieId, "q"),
        ratings: counts.get(movieId) ?? 0,
      })),
    };
  }

  async store(events: readonly FeedbackEvent[]): Promise<{ stored: number }> {
    const modelVersion = this.current.loaded.manifest.version;
    if (!this.eventLog)
      throw new WorkspaceError("EVENTS_OFF", "this server was started without a folder for events");
    events.forEach((event, k) => {
      if (event.type === "rating") this.checkStars(event.rating, `events/${k}/rating`);
    });
    const now = new Date();
    const received = now.toISOString();
    try {
      await this.eventLog.append(
        events.map((event) => ({
          ...event,
          timestamp: event.timestamp ?? now.getTime() / 1000,
          received,
          modelVersion,
        })),
      );
    } catch (error) {
      this.metrics.notStored(events.length);
      throw error;
    }
    this.metrics.stored(events);
    return { stored: events.length };
  }

  card(): ModelManifest & { genres: string[]; exampleUserIds: number[]; takesEvents: boolean } {
    const { loaded, genres } = this.current;
    return {
      ...loaded.manifest,
      genres: [...genres.values()],
      exampleUserIds: [...loaded.model.parts.userIds.subarray(0, EXAMPLES)],
      takesEvents: this.eventLog !== undefined && this.settings.token === undefined,
    };
  }

  private answer(answer: LadderAnswer, userId?: number, loaded = this.current.loaded): RecommendationAnswer {
    this.metrics.recommended(answer);
    if (this.settings.logServed) this.log(answer, userId, loaded.manifest.version);
    const { items, step, fallback, reason } = answer;
    return {
      step,
      fallback,
      reason,
      modelVersion: loaded.manifest.version,
      items: items.map(({ movieId, score }, k): RankedMovie => ({
        rank: k + 1,
        ...this.view(movieId, "movieId", loaded),
        score,
      })),
    };
  }

  /** No answer waits for the disk: what a crash takes are lists of the last moment, and no feedback of anybody. */
  private log({ items, step }: LadderAnswer, userId: number | undefined, modelVersion: string): void {
    const now = new Date();
    const movieIds = items.map(({ movieId }) => movieId);
    this.eventLog
      ?.append([
        {
          type: "served",
          userId,
          movieIds,
          step,
          timestamp: now.getTime() / 1000,
          received: now.toISOString(),
          modelVersion,
        },
      ])
      .catch(() => this.metrics.notStored(1));
  }

  private reason(reason: RecommendationReason): ReasonAnswer {
    const { title } = this.movie(reason.movieId, "movieId");
    return { ...reason, title, modelVersion: this.current.loaded.manifest.version };
  }

  /** Dense index of a film with training ratings. @throws WorkspaceError MOVIE_UNKNOWN, ITEM_COLD */
  private ratedItem(movieId: number): number {
    const { title } = this.movie(movieId, "movieId");
    const { itemIndex, counts } = this.current;
    const item = itemIndex.get(movieId);
    if (item === undefined || !counts.has(movieId))
      throw new WorkspaceError("ITEM_COLD", `movie ${movieId} (${title}) has no rating to learn from`, {
        field: "movieId",
      });
    return item;
  }

  private view(movieId: number, field: string, loaded = this.current.loaded): MovieView {
    const movie = this.movie(movieId, field, loaded);
    return { movieId, title: movie.title, year: movie.year, genres: movie.genres };
  }

  private movie(movieId: number, field: string, { movies } = this.current.loaded): Movie {
    const movie = movies.get(movieId);
    if (!movie) throw new WorkspaceError("MOVIE_UNKNOWN", `there is no movie ${movieId}`, { field });
    return movie;
  }

  private optionsOf({ diversity, novelty, exclude_seen, ...filters }: Wishes): LadderOptions {
    return { diversity, novelty, excludeSeen: exclude_seen, accept: this.accept(filters) };
  }

  private accept({
    genre,
    year,
    min_ratings,
    max_ratings,
  }: Partial<Wishes>): ((movieId: number) => boolean) | undefined {
    if ([genre, year, min_ratings, max_ratings].every((condition) => condition === undefined))
      return undefined;
    if ((min_ratings ?? 0) > (max_ratings ?? Infinity))
      throw new WorkspaceError(
        "REQUEST_INVALID",
        `min_ratings ${min_ratings} is above max_ratings ${max_ratings}`,
        {
          field: "min_ratings",
        },
      );
    const { loaded, counts } = this.current;
    return movieFilter(
      loaded.movies,
      {
        ...(genre === undefined ? {} : { genres: [this.publishedGenre(genre, "genre")] }),
        ...(year === undefined ? {} : yearRange(year)),
        minRatings: min_ratings,
        maxRatings: max_ratings,
      },
      counts,
    );
  }

  private publishedGenre(genre: string, field: string): string {
    const { genres } = this.current;
    const published = genres.get(genre.toLowerCase());
    if (published === undefined)
      throw new WorkspaceError(
        "REQUEST_INVALID",
        `genre "${genre}" is not known; there are: ${[...genres.values()].join(", ")}`,
        { field },
      );
    return published;
  }

  /** @returns those to learn from, and the films of the others */
  private checkRatings(ratings: readonly VisitorRating[]): { known: VisitorRating[]; notUsed: number[] } {
    const { counts } = this.current;
    const first = new Map<number, number>();
    ratings.forEach(({ movieId, rating }, k) => {
      this.checkStars(rating, `ratings/${k}/rating`);
      this.movie(movieId, `ratings/${k}/movieId`);
      if (first.has(movieId))
        throw new WorkspaceError(
          "REQUEST_INVALID",
          `ratings/${k}/movieId is ${movieId}, as is ratings/${first.get(movieId)}/movieId`,
          { field: `ratings/${k}/movieId` },
        );
      first.set(movieId, k);
    });
    return {
      known: ratings.filter(({ movieId }) => counts.has(movieId)),
      notUsed: ratings.map(({ movieId }) => movieId).filter((movieId) => !counts.has(movieId)),
    };
  }

  private checkStars(rating: number, field: string): void {
    const { min, max, step } = this.current.loaded.manifest.scale;
    const steps = (rating - min) / step;
    if (rating < min || rating > max || Math.abs(steps - Math.round(steps)) > 1e-9)
      throw new WorkspaceError(
        "REQUEST_INVALID",
        `${field} is ${rating}; ratings go from ${min} to ${max} in steps of ${step}`,
        { field },
      );
  }
}

function yearRange(year: string): { fromYear?: number; toYear?: number } {
  const [from, to = from] = year.split("-");
  if (from !== "" && to !== "" && Number(from) > Number(to))
    throw new WorkspaceError("REQUEST_INVALID", `year ${year} ends before it starts`, { field: "year" });
  return {
    ...(from === "" ? {} : { fromYear: Number(from) }),
    ...(to === "" ? {} : { toYear: Number(to) }),
  };
}

/** Routes that answer with the model, each answer to GET with an ETag. */
export function addRoutes(server: FastifyInstance, recommendations: Recommendations): void {
  server.addHook("onSend", tagAnswer);
  server.get<{ Params: { userId: number }; Querystring: Wishes }>(
    "/recommend/:userId",
    { schema: routeSchemas.recommend },
    async ({ params, query }) => recommendations.forUser(params.userId, query),
  );
  server.post<{ Body: VisitorBody }>(
    "/recommend",
    { schema: routeSchemas.recommendToVisitor },
    async ({ body }) => recommendations.forVisitor(body),
  );
  server.post<{ Body: BatchBody }>(
    "/recommend/batch",
    { schema: routeSchemas.recommendBatch },
    async ({ body }) => recommendations.forUsers(body),
  );
  server.get<{ Params: { userId: number; movieId: number } }>(
    "/explain/:userId/:movieId",
    { schema: routeSchemas.explain },
    async ({ params }) => recommendations.explainToUser(params.userId, params.movieId),
  );
  server.post<{ Body: { ratings: VisitorRating[]; movieId: number } }>(
    "/explain",
    { schema: routeSchemas.explainToVisitor },
    async ({ body }) => recommendations.explainToVisitor(body),
  );
  server.get<{ Params: { movieId: number }; Querystring: SimilarWishes }>(
    "/similar/:movieId",
    { schema: routeSchemas.similar },
    async ({ params, query }) => recommendations.similarTo(params.movieId, query),
  );
  server.get<{ Querystring: { q: string; n: number } }>(
    "/movies",
    { schema: routeSchemas.movies },
    async ({ query }) => recommendations.byTitle(query.q, query.n),
  );
  server.post<{ Body: { events: FeedbackEvent[] } }>(
    "/events",
    { schema: routeSchemas.events },
    async ({ body }, reply) => reply.code(201).send(await recommendations.store(body.events)),
  );
  server.get("/model", { schema: routeSchemas.model }, async () => recommendations.card());
}

/** Routes about the server itself. */
export function addServiceRoutes(
  server: FastifyInstance,
  recommendations: Recommendations,
  metrics: ServerMetrics,
): void {
  // Whoever watches the server has to get through when it is busiest.
  const unlimited = { rateLimit: false } as const;
  server.get("/health/live", { schema: routeSchemas.live, config: unlimited }, async () => ({
    status: "live",
  }));
  server.get("/health/ready", { schema: routeSchemas.ready, config: unlimited }, async () => ({
    status: "ready",
    modelVersion: recommendations.current.loaded.manifest.version,
  }));
  server.get("/metrics", { schema: routeSchemas.metrics, config: unlimited }, async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  server.get("/openapi.json", { schema: routeSchemas.openapi }, async () => server.swagger());
}

/** What whoever runs the server may have it do. @param reload looks for another current model, and says whether it is served now */
export function addAdminRoutes(
  server: FastifyInstance,
  recommendations: Recommendations,
  reload: () => Promise<boolean>,
): void {
  server.post("/admin/reload", { schema: routeSchemas.reload }, async (_, reply) => {
    const reloaded = await reload();
    const modelVersion = recommendations.current.loaded.manifest.version;
    return reply.header("x-model-version", modelVersion).send({ reloaded, modelVersion });
  });
}

/** An answer that is the same as what the asker has is not sent again (RFC 9110, §13.1.2). */
async function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (request.method !== "GET" || reply.statusCode !== 200 || typeof payload !== "string") {
    void reply.header("cache-control", "no-store");
    return payload;
  }
  const tag = `"${createHash("sha1").update(payload).digest("base64url")}"`;
  void reply.header("etag", tag).header("cache-control", "private, no-cache");
  const known = request.headers["if-none-match"]?.split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (!known?.some((one) => one === tag || one === "*")) return payload;
  void reply.code(304).removeHeader("content-type").removeHeader("content-length");
  return "";
}

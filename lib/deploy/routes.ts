import type { FastifyInstance } from "fastify";
import { WorkspaceError, type Movie } from "../data";
import {
  movieFilter,
  RecommendationLadder,
  similarItems,
  type LadderAnswer,
  type SimilarityMetric,
  type VisitorRating,
} from "../recommend";
import type { ServerMetrics } from "./metrics";
import type { LoadedModel } from "./model-file";
import {
  routeSchemas,
  type MovieView,
  type RankedMovie,
  type RecommendationAnswer,
  type SimilarAnswer,
} from "./schemas";

interface Filters {
  genre?: string;
  year?: string;
}

interface RecommendQuery extends Filters {
  n: number;
}

interface VisitorBody extends RecommendQuery {
  ratings: VisitorRating[];
}

interface Serving {
  loaded: LoadedModel;
  ladder: RecommendationLadder;
  /** MovieLens id → dense index. */
  itemIndex: ReadonlyMap<number, number>;
  /** Lower case → as published. */
  genres: ReadonlyMap<string, string>;
}

/** What the routes answer with: a loaded model, in MovieLens ids and titles. */
export class Recommendations {
  private serving?: Serving;
  private failure?: unknown;

  constructor(private readonly metrics: ServerMetrics) {}

  use(loaded: LoadedModel): void {
    const genres = [...new Set(Array.from(loaded.movies.values(), (movie) => movie.genres).flat())].sort();
    this.serving = {
      loaded,
      ladder: new RecommendationLadder(loaded.model, { movies: loaded.movies }),
      itemIndex: new Map(Array.from(loaded.model.parts.itemIds, (movieId, item) => [movieId, item])),
      genres: new Map(genres.map((genre) => [genre.toLowerCase(), genre])),
    };
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

  forUser(userId: number, { n, ...filters }: RecommendQuery): RecommendationAnswer & { userId: number } {
    const { ladder } = this.current;
    return { userId, ...this.answer(ladder.forUser(userId, n, { accept: this.accept(filters) })) };
  }

  forVisitor({ ratings, n, ...filters }: VisitorBody): RecommendationAnswer & { notUsed: number[] } {
    const { ladder, itemIndex } = this.current;
    this.checkRatings(ratings);
    const known = ratings.filter(({ movieId }) => itemIndex.has(movieId));
    const notUsed = ratings.map(({ movieId }) => movieId).filter((movieId) => !itemIndex.has(movieId));
    const answer = ladder.forVisitor(known, n, { accept: this.accept(filters) });
    if (known.length === 0)
      answer.reason = "nobody else has rated these films, so these are the films with most ratings";
    return { ...this.answer(answer), notUsed };
  }

  similarTo(movieId: number, n: number, metric: SimilarityMetric): SimilarAnswer {
    const { loaded, itemIndex } = this.current;
    const movie = this.view(movieId, "movieId");
    const item = itemIndex.get(movieId);
    if (item === undefined)
      throw new WorkspaceError("ITEM_COLD", `movie ${movieId} (${movie.title}) has no rating to learn from`, {
        field: "movieId",
      });
    return {
      ...movie,
      metric,
      modelVersion: loaded.manifest.version,
      items: similarItems(loaded.model, item, n, { metric }).map(({ item: other, score, distance }, k) => ({
        rank: k + 1,
        ...this.view(loaded.model.parts.itemIds[other], "movieId"),
        score,
        distance,
      })),
    };
  }

  private answer(answer: LadderAnswer): RecommendationAnswer {
    this.metrics.recommended(answer);
    const { items, step, fallback, reason } = answer;
    return {
      step,
      fallback,
      reason,
      modelVersion: this.current.loaded.manifest.version,
      items: items.map(({ movieId, score }, k): RankedMovie => ({
        rank: k + 1,
        ...this.view(movieId, "movieId"),
        score,
      })),
    };
  }

  private view(movieId: number, field: string): MovieView {
    const movie = this.movie(movieId, field);
    return { movieId, title: movie.title, year: movie.year, genres: movie.genres };
  }

  private movie(movieId: number, field: string): Movie {
    const movie = this.current.loaded.movies.get(movieId);
    if (!movie) throw new WorkspaceError("MOVIE_UNKNOWN", `there is no movie ${movieId}`, { field });
    return movie;
  }

  private accept({ genre, year }: Filters): ((movieId: number) => boolean) | undefined {
    if (genre === undefined && year === undefined) return undefined;
    const { loaded, genres } = this.current;
    const published = genre === undefined ? undefined : genres.get(genre.toLowerCase());
    if (genre !== undefined && published === undefined)
      throw new WorkspaceError(
        "REQUEST_INVALID",
        `genre "${genre}" is not known; there are: ${[...genres.values()].join(", ")}`,
        { field: "genre" },
      );
    return movieFilter(loaded.movies, {
      ...(published === undefined ? {} : { genres: [published] }),
      ...(year === undefined ? {} : yearRange(year)),
    });
  }

  private checkRatings(ratings: readonly VisitorRating[]): void {
    const { min, max, step } = this.current.loaded.manifest.scale;
    const first = new Map<number, number>();
    ratings.forEach(({ movieId, rating }, k) => {
      const steps = (rating - min) / step;
      if (rating < min || rating > max || Math.abs(steps - Math.round(steps)) > 1e-9)
        throw new WorkspaceError(
          "REQUEST_INVALID",
          `ratings/${k}/rating is ${rating}; ratings go from ${min} to ${max} in steps of ${step}`,
          { field: `ratings/${k}/rating` },
        );
      this.movie(movieId, `ratings/${k}/movieId`);
      if (first.has(movieId))
        throw new WorkspaceError(
          "REQUEST_INVALID",
          `ratings/${k}/movieId is ${movieId}, as is ratings/${first.get(movieId)}/movieId`,
          { field: `ratings/${k}/movieId` },
        );
      first.set(movieId, k);
    });
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

export function addRoutes(
  server: FastifyInstance,
  recommendations: Recommendations,
  metrics: ServerMetrics,
): void {
  server.get("/", { schema: routeSchemas.home }, async (_, reply) =>
    reply.type("text/html; charset=utf-8").send(homePage(recommendations.version)),
  );
  server.get<{ Params: { userId: number }; Querystring: RecommendQuery }>(
    "/recommend/:userId",
    { schema: routeSchemas.recommend },
    async ({ params, query }) => recommendations.forUser(params.userId, query),
  );
  server.post<{ Body: VisitorBody }>(
    "/recommend",
    { schema: routeSchemas.recommendToVisitor },
    async ({ body }) => recommendations.forVisitor(body),
  );
  server.get<{ Params: { movieId: number }; Querystring: { n: number; metric: SimilarityMetric } }>(
    "/similar/:movieId",
    { schema: routeSchemas.similar },
    async ({ params, query }) => recommendations.similarTo(params.movieId, query.n, query.metric),
  );
  server.get("/model", { schema: routeSchemas.model }, async () => recommendations.current.loaded.manifest);
  server.get("/health/live", { schema: routeSchemas.live }, async () => ({ status: "live" }));
  server.get("/health/ready", { schema: routeSchemas.ready }, async () => ({
    status: "ready",
    modelVersion: recommendations.current.loaded.manifest.version,
  }));
  server.get("/metrics", { schema: routeSchemas.metrics }, async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  server.get("/openapi.json", { schema: routeSchemas.openapi }, async () => server.swagger());
}

const homePage = (version: string | undefined): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>MovieLens recommender</title>
<link rel="icon" href="data:,">
<style>:root { color-scheme: light dark } body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>MovieLens recommender</h1>
<p>${version ? `Model <code>${version}</code>` : "The model is not loaded yet."}</p>
<ul>
<li><a href="/recommend/1">/recommend/1</a> – films for user 1; <a href="/recommend/1?n=5&amp;genre=comedy&amp;year=1990-1999">five comedies of the nineties</a></li>
<li><code>POST /recommend</code> – films for a visitor, from ratings in the body</li>
<li><a href="/similar/1">/similar/1</a> – films like film 1</li>
<li><a href="/model">/model</a> – what is served</li>
<li><a href="/metrics">/metrics</a>, <a href="/health/live">/health/live</a>, <a href="/health/ready">/health/ready</a> – how it does</li>
<li><a href="/docs">/docs</a> – every request and answer, to try out; <a href="/openapi.json">/openapi.json</a></li>
</ul>
</html>
`;

import type { FastifyInstance } from "fastify";
import { type SlicedWork } from "../data";
import { RecommendationLadder, type LadderSettings, type SimilaritySearch, type VisitorRating } from "../recommend";
import type { EventLog, FeedbackEvent } from "./events";
import type { ServerMetrics } from "./metrics";
import type { LoadedModel, ModelManifest } from "./model-file";
import { type BatchAnswer, type MovieView, type ReasonAnswer, type RecommendationAnswer, type SimilarAnswer, type SimilaritySearchName } from "./schemas";
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
    profile?: {
        genres: string[];
    };
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
/** What the routes answer with: a loaded model, in MovieLens ids and titles. */
export declare class Recommendations {
    private readonly metrics;
    private readonly settings;
    private readonly eventLog?;
    private serving?;
    private failure?;
    constructor(metrics: ServerMetrics, settings?: Pick<LadderSettings, "foldInFrom">, eventLog?: EventLog | undefined);
    /** Everything that requests are answered with, so that none of them has to wait for it; for a large model, some seconds' work. */
    prepare(loaded: LoadedModel): SlicedWork<Serving>;
    /** From here on answers are made with this; those under way end as they began. */
    use(serving: Serving): void;
    fail(error: unknown): void;
    /** Undefined until a model is loaded. */
    get version(): string | undefined;
    /** @throws WorkspaceError MODEL_NOT_READY */
    get current(): Serving;
    forUser(userId: number, wishes: Wishes): RecommendationAnswer & {
        userId: number;
    };
    forUsers({ userIds, ...wishes }: BatchBody): Promise<BatchAnswer>;
    forVisitor({ ratings, profile, ...wishes }: VisitorBody): RecommendationAnswer & {
        notUsed: number[];
    };
    explainToUser(userId: number, movieId: number): ReasonAnswer & {
        userId: number;
    };
    explainToVisitor({ ratings, movieId }: {
        ratings: VisitorRating[];
        movieId: number;
    }): ReasonAnswer;
    similarTo(movieId: number, { n, metric, min_ratings }: SimilarWishes): Promise<SimilarAnswer>;
    byTitle(query: string, n: number): {
        items: (MovieView & {
            ratings: number;
        })[];
    };
    store(events: readonly FeedbackEvent[]): Promise<{
        stored: number;
    }>;
    card(): ModelManifest & {
        genres: string[];
        exampleUserIds: number[];
    };
    private answer;
    private reason;
    /** Dense index of a film with training ratings. @throws WorkspaceError MOVIE_UNKNOWN, ITEM_COLD */
    private ratedItem;
    private view;
    private movie;
    private optionsOf;
    private accept;
    private publishedGenre;
    /** @returns those to learn from, and the films of the others */
    private checkRatings;
    private checkStars;
}
/** Routes that answer with the model, each answer to GET with an ETag. */
export declare function addRoutes(server: FastifyInstance, recommendations: Recommendations): void;
/** Routes about the server itself. */
export declare function addServiceRoutes(server: FastifyInstance, recommendations: Recommendations, metrics: ServerMetrics): void;
/** What whoever runs the server may have it do. @param reload looks for another current model, and says whether it is served now */
export declare function addAdminRoutes(server: FastifyInstance, recommendations: Recommendations, reload: () => Promise<boolean>): void;
export {};

/** Formats on the wire, as JSON Schema in the dialect of OpenAPI 3.0: they validate, serialise and document. */
import { type LadderStep, type RecommendationReason } from "../recommend";
/** A film as every answer shows it. */
export interface MovieView {
    movieId: number;
    title: string;
    year: number | null;
    genres: string[];
}
export interface RankedMovie extends MovieView {
    /** 1 is best. */
    rank: number;
    score: number;
}
export interface RecommendationAnswer {
    step: LadderStep;
    fallback: boolean;
    reason: string;
    modelVersion: string;
    items: RankedMovie[];
}
export interface BatchAnswer {
    modelVersion: string;
    lists: (RecommendationAnswer & {
        userId: number;
    })[];
}
export interface ReasonAnswer extends RecommendationReason {
    title: string;
    modelVersion: string;
}
/** How the nearest films are looked for: by exact search, or by cosine through an LSH index. */
export declare const SIMILARITY_SEARCHES: readonly ["cosine", "euclidean", "lsh"];
export type SimilaritySearchName = (typeof SIMILARITY_SEARCHES)[number];
export interface SimilarAnswer extends MovieView {
    metric: SimilaritySearchName;
    /** Films that were compared with this one. */
    compared: number;
    modelVersion: string;
    items: (RankedMovie & {
        distance: number;
    })[];
}
/** RFC 9457, with the field at fault where there is one. */
export interface ProblemDetails {
    type: string;
    title: string;
    status: number;
    detail: string;
    field?: string;
}
/** Training ratings of a film that is shown as similar to another, unless asked otherwise. */
export declare const NEIGHBOUR_RATINGS = 10;
export declare const problemSchema: {
    additionalProperties: boolean;
    required?: string[] | undefined;
    type: string;
    properties: {
        type: {
            type: string;
            description: string;
        };
        title: {
            type: string;
        };
        status: {
            type: string;
        };
        detail: {
            type: string;
        };
        field: {
            type: string;
            description: string;
        };
    };
};
export declare const routeSchemas: {
    home: {
        summary: string;
        tags: string[];
        response: {
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                content: {
                    [x: string]: {
                        schema: {
                            type: string;
                        };
                    };
                };
            };
        };
    };
    recommend: {
        summary: string;
        description: string;
        tags: string[];
        params: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                userId: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
            };
        };
        querystring: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                n: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                genre: {
                    type: string;
                    minLength: number;
                    maxLength: number;
                    description: string;
                };
                year: {
                    type: string;
                    pattern: string;
                    description: string;
                };
                min_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                max_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                diversity: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                novelty: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                exclude_seen: {
                    type: string;
                    default: boolean;
                    description: string;
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            304: {
                description: string;
                type: string;
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    recommendToVisitor: {
        summary: string;
        description: string;
        tags: string[];
        body: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                n: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                genre: {
                    type: string;
                    minLength: number;
                    maxLength: number;
                    description: string;
                };
                year: {
                    type: string;
                    pattern: string;
                    description: string;
                };
                min_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                max_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                diversity: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                novelty: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                exclude_seen: {
                    type: string;
                    default: boolean;
                    description: string;
                };
                ratings: {
                    type: string;
                    minItems: number;
                    maxItems: number;
                    items: {
                        additionalProperties: boolean;
                        required?: string[] | undefined;
                        type: string;
                        properties: {
                            movieId: {
                                type: string;
                                minimum: number;
                                maximum: number;
                                description: string;
                            };
                            rating: {
                                type: string;
                                description: string;
                            };
                        };
                    };
                    description: string;
                };
                profile: {
                    additionalProperties: boolean;
                    required?: string[] | undefined;
                    type: string;
                    properties: {
                        genres: {
                            type: string;
                            minItems: number;
                            maxItems: number;
                            items: {
                                type: string;
                                minLength: number;
                                maxLength: number;
                                description: string;
                            };
                            description: string;
                        };
                    };
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            413: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            415: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            404: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    recommendBatch: {
        summary: string;
        tags: string[];
        body: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                n: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                genre: {
                    type: string;
                    minLength: number;
                    maxLength: number;
                    description: string;
                };
                year: {
                    type: string;
                    pattern: string;
                    description: string;
                };
                min_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                max_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                diversity: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                novelty: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                exclude_seen: {
                    type: string;
                    default: boolean;
                    description: string;
                };
                userIds: {
                    type: string;
                    minItems: number;
                    maxItems: number;
                    items: {
                        type: string;
                        minimum: number;
                        maximum: number;
                        description: string;
                    };
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            413: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            415: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    explain: {
        summary: string;
        tags: string[];
        params: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                userId: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
                movieId: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            404: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            304: {
                description: string;
                type: string;
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    explainToVisitor: {
        summary: string;
        description: string;
        tags: string[];
        body: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                ratings: {
                    type: string;
                    minItems: number;
                    maxItems: number;
                    items: {
                        additionalProperties: boolean;
                        required?: string[] | undefined;
                        type: string;
                        properties: {
                            movieId: {
                                type: string;
                                minimum: number;
                                maximum: number;
                                description: string;
                            };
                            rating: {
                                type: string;
                                description: string;
                            };
                        };
                    };
                    description: string;
                };
                movieId: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            413: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            415: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            404: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    similar: {
        summary: string;
        description: string;
        tags: string[];
        params: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                movieId: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
            };
        };
        querystring: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                n: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
                metric: {
                    type: string;
                    enum: readonly ["cosine", "euclidean", "lsh"];
                    default: string;
                };
                min_ratings: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    description: string;
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            404: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            304: {
                description: string;
                type: string;
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    movies: {
        summary: string;
        description: string;
        tags: string[];
        querystring: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                q: {
                    type: string;
                    minLength: number;
                    maxLength: number;
                    description: string;
                };
                n: {
                    type: string;
                    minimum: number;
                    maximum: number;
                    default: number;
                    description: string;
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            304: {
                description: string;
                type: string;
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    events: {
        summary: string;
        description: string;
        tags: string[];
        body: {
            additionalProperties: boolean;
            required?: string[] | undefined;
            type: string;
            properties: {
                events: {
                    type: string;
                    minItems: number;
                    maxItems: number;
                    items: {
                        type: string;
                        discriminator: {
                            propertyName: string;
                        };
                        required: string[];
                        oneOf: ({
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                id: {
                                    type: string;
                                    pattern: string;
                                    description: string;
                                };
                                timestamp: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                type: {
                                    type: string;
                                    enum: "rating"[];
                                };
                                userId: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                movieId: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                rating: {
                                    type: string;
                                    description: string;
                                };
                            };
                        } | {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                id: {
                                    type: string;
                                    pattern: string;
                                    description: string;
                                };
                                timestamp: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                type: {
                                    type: string;
                                    enum: "impression"[];
                                };
                                userId: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                movieIds: {
                                    type: string;
                                    minItems: number;
                                    maxItems: number;
                                    items: {
                                        type: string;
                                        minimum: number;
                                        maximum: number;
                                        description: string;
                                    };
                                    description: string;
                                };
                                listId: {
                                    description: string;
                                    type: string;
                                    pattern: string;
                                };
                            };
                        } | {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                id: {
                                    type: string;
                                    pattern: string;
                                    description: string;
                                };
                                timestamp: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                type: {
                                    type: string;
                                    enum: "click"[];
                                };
                                userId: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                movieId: {
                                    type: string;
                                    minimum: number;
                                    maximum: number;
                                    description: string;
                                };
                                listId: {
                                    description: string;
                                    type: string;
                                    pattern: string;
                                };
                            };
                        })[];
                    };
                };
            };
        };
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            413: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            415: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            401: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            400: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            201: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    model: {
        summary: string;
        tags: string[];
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            304: {
                description: string;
                type: string;
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    reload: {
        summary: string;
        description: string;
        tags: string[];
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            413: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            415: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            401: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    live: {
        summary: string;
        tags: string[];
        response: {
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                content: {
                    "application/json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                status: {
                                    type: string;
                                    enum: string[];
                                };
                            };
                        };
                    };
                };
            };
        };
    };
    ready: {
        summary: string;
        tags: string[];
        response: {
            503: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                headers: {
                    "x-model-version": {
                        type: string;
                        description: string;
                    };
                    etag: {
                        type: string;
                        description: string;
                    };
                };
                content: {
                    "application/json": {
                        schema: object;
                    };
                };
            };
        };
    };
    metrics: {
        summary: string;
        tags: string[];
        response: {
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                content: {
                    [x: string]: {
                        schema: {
                            type: string;
                        };
                    };
                };
            };
        };
    };
    openapi: {
        summary: string;
        tags: string[];
        response: {
            429: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            408: {
                description: string;
                content: {
                    "application/problem+json": {
                        schema: {
                            additionalProperties: boolean;
                            required?: string[] | undefined;
                            type: string;
                            properties: {
                                type: {
                                    type: string;
                                    description: string;
                                };
                                title: {
                                    type: string;
                                };
                                status: {
                                    type: string;
                                };
                                detail: {
                                    type: string;
                                };
                                field: {
                                    type: string;
                                    description: string;
                                };
                            };
                        };
                    };
                };
            };
            200: {
                description: string;
                content: {
                    "application/json": {
                        schema: {
                            type: string;
                            additionalProperties: boolean;
                        };
                    };
                };
            };
        };
    };
};

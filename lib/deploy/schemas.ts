/** Formats on the wire, as JSON Schema in the dialect of OpenAPI 3.0: they validate, serialise and document. */

import { LADDER_STEPS, type LadderStep } from "../recommend";

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

export interface SimilarAnswer extends MovieView {
  metric: "cosine" | "euclidean";
  modelVersion: string;
  items: (RankedMovie & { distance: number })[];
}

/** RFC 9457, with the field at fault where there is one. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  field?: string;
}

const movieId = { type: "integer", minimum: 1, maximum: 4294967295, description: "MovieLens movie id" };
const userId = { type: "integer", minimum: 1, maximum: 4294967295, description: "MovieLens user id" };
const n = { type: "integer", minimum: 1, maximum: 100, default: 10, description: "How many films" };
const genre = {
  type: "string",
  minLength: 1,
  maxLength: 50,
  description: "Only films of this genre, such as `Comedy`; upper and lower case are the same",
};
const year = {
  type: "string",
  pattern: "^(\\d{4}|\\d{4}-|-\\d{4}|\\d{4}-\\d{4})$",
  description:
    "Only films of this year (`1994`) or of these years, both included (`1990-1999`, `1990-`, `-1999`)",
};

const movieView = {
  movieId,
  title: { type: "string" },
  year: { type: "integer", nullable: true, description: "null where the title carries none" },
  genres: { type: "array", items: { type: "string" } },
};
const required = (properties: object): string[] => Object.keys(properties);
const strict = <P extends object>(properties: P, needed: string[] = required(properties)) => ({
  type: "object",
  properties,
  required: needed,
  additionalProperties: false,
});

const rankedMovie = {
  rank: { type: "integer", minimum: 1, description: "1 is best" },
  ...movieView,
  score: {
    type: "number",
    description:
      "What the list is ordered by: for personal and fold-in lists the model's score (expected stars, before they are cut to the scale, for explicit feedback; preference for implicit); for similar users, their agreement added up; for a segment, how much more of it than of everybody likes the film; for popular films their number of ratings, weighed by genre where genres are known",
  },
};
const recommendation = {
  step: {
    type: "string",
    enum: LADDER_STEPS,
    description:
      "Which step of the fallback ladder made the list: `personal` (a known user's own taste), `fold-in` (the visitor's ratings, many enough for the model), `similar-users` (few ratings: what people who rated alike like), `segment` (no ratings, but a profile: what the people nearest to it like more than others do), `genre-popular` (favourite genres that nobody's taste is near: popular films of them), `popular` (nothing known: the films with most ratings)",
  },
  fallback: { type: "boolean", description: "True when the list is the same for everybody" },
  reason: { type: "string", description: "Why this step, in a sentence" },
  modelVersion: { type: "string" },
  items: { type: "array", items: strict(rankedMovie) },
};
const visitorRating = strict({
  movieId,
  rating: { type: "number", description: "Stars, on the scale that /model names" },
});
const numbers = { type: "object", additionalProperties: { type: "number" } };

export const problemSchema = strict(
  {
    type: { type: "string", description: "Names the kind of problem" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    field: { type: "string", description: "Where in the request the fault is, such as `ratings/0/rating`" },
  },
  ["type", "title", "status", "detail"],
);
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemSchema } },
});
const INVALID = { 400: problem("The request is not as described; `field` names where") };
const NOT_READY = { 503: problem("No model is loaded yet, or it could not be loaded") };
const UNKNOWN_MOVIE = { 404: problem("No such movie, or one without a rating to learn from") };
const answer = (description: string, schema: object) => ({
  description,
  headers: { "x-model-version": { type: "string", description: "Version of the model that answered" } },
  content: { "application/json": { schema } },
});
const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: "string" } } },
});

export const routeSchemas = {
  home: {
    summary: "What there is to ask",
    tags: ["about"],
    response: { 200: text("A page with links", "text/html") },
  },
  recommend: {
    summary: "Films for a known user; the most popular ones for an unknown user",
    description: "What the user has rated is never recommended.",
    tags: ["recommend"],
    params: strict({ userId }),
    querystring: strict({ n, genre, year }, []),
    response: { 200: answer("Best first", strict({ userId, ...recommendation })), ...INVALID, ...NOT_READY },
  },
  recommendToVisitor: {
    summary: "Films for a visitor, from the ratings in the body",
    description:
      "The ratings are folded into the model: the same solve as in training, the films fixed. Nothing is stored, and no film of the body is recommended.",
    tags: ["recommend"],
    body: strict(
      { ratings: { type: "array", minItems: 1, maxItems: 1000, items: visitorRating }, n, genre, year },
      ["ratings"],
    ),
    response: {
      200: answer(
        "Best first",
        strict({
          ...recommendation,
          notUsed: {
            type: "array",
            items: movieId,
            description: "Films of the body without a training rating: nothing can be learned from them",
          },
        }),
      ),
      ...INVALID,
      ...UNKNOWN_MOVIE,
      413: problem("The body is too large"),
      415: problem("The body is not JSON"),
      ...NOT_READY,
    },
  },
  similar: {
    summary: "Films nearest to a film in the model's factors",
    tags: ["recommend"],
    params: strict({ movieId }),
    querystring: strict(
      { n, metric: { type: "string", enum: ["cosine", "euclidean"], default: "cosine" } },
      [],
    ),
    response: {
      200: answer(
        "Nearest first",
        strict({
          ...movieView,
          metric: { type: "string", enum: ["cosine", "euclidean"] },
          modelVersion: { type: "string" },
          items: {
            type: "array",
            items: strict({
              ...rankedMovie,
              score: {
                type: "number",
                description: "Grows with likeness: the cosine, or 1 / (1 + distance)",
              },
              distance: { type: "number", description: "1 − cosine, or Euclidean" },
            }),
          },
        }),
      ),
      ...INVALID,
      ...UNKNOWN_MOVIE,
      ...NOT_READY,
    },
  },
  model: {
    summary: "The model that is served",
    tags: ["about"],
    response: {
      200: answer(
        "From the model's manifest",
        strict({
          version: { type: "string" },
          schemaVersion: { type: "integer" },
          kind: { type: "string", enum: ["explicit", "implicit"] },
          options: { type: "object", additionalProperties: true, description: "Of the training" },
          globalMean: { type: "number", description: "Of the training ratings, in stars; 0 for implicit" },
          scale: strict({ min: { type: "number" }, max: { type: "number" }, step: { type: "number" } }),
          users: { type: "integer" },
          items: { type: "integer" },
          ratings: { type: "integer" },
          data: strict({ name: { type: "string" }, hash: { type: "string" } }),
          metrics: numbers,
          created: { type: "string", format: "date-time" },
          libraryVersion: { type: "string" },
          nodeVersion: { type: "string" },
        }),
      ),
      ...NOT_READY,
    },
  },
  live: {
    summary: "Is the process alive?",
    tags: ["health"],
    response: {
      200: {
        description: "Yes",
        content: { "application/json": { schema: strict({ status: { type: "string", enum: ["live"] } }) } },
      },
    },
  },
  ready: {
    summary: "Is a model loaded?",
    tags: ["health"],
    response: {
      200: answer(
        "Yes",
        strict({ status: { type: "string", enum: ["ready"] }, modelVersion: { type: "string" } }),
      ),
      ...NOT_READY,
    },
  },
  metrics: {
    summary: "What the server counts about itself, for Prometheus",
    tags: ["health"],
    response: { 200: text("Prometheus text format", "text/plain") },
  },
  openapi: {
    summary: "This description",
    tags: ["about"],
    response: {
      200: {
        description: "OpenAPI 3.0",
        content: { "application/json": { schema: { type: "object", additionalProperties: true } } },
      },
    },
  },
};

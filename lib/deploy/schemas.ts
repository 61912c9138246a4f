/** Formats on the wire, as JSON Schema in the dialect of OpenAPI 3.0: they validate, serialise and document. */

import { LADDER_STEPS, type LadderStep, type RecommendationReason } from "../recommend";

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
  lists: (RecommendationAnswer & { userId: number })[];
}

export interface ReasonAnswer extends RecommendationReason {
  title: string;
  modelVersion: string;
}

/** How the nearest films are looked for: by exact search, or by cosine through an LSH index. */
export const SIMILARITY_SEARCHES = ["cosine", "euclidean", "lsh"] as const;

export type SimilaritySearchName = (typeof SIMILARITY_SEARCHES)[number];

export interface SimilarAnswer extends MovieView {
  metric: SimilaritySearchName;
  /** Films that were compared with this one. */
  compared: number;
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

/** Training ratings of a film that is shown as similar to another, unless asked otherwise. */
export const NEIGHBOUR_RATINGS = 10;

const dial = (what: string) => ({
  type: "number",
  minimum: 0,
  maximum: 1,
  default: 0,
  description: `${what}; 0 leaves the list as it is, 1 looks at nothing else`,
});
const popularityBound = (description: string) => ({
  type: "integer",
  minimum: 0,
  maximum: 4294967295,
  description,
});
/** What narrows or turns a list, whoever it is for. */
const wishes = {
  n,
  genre,
  year,
  min_ratings: popularityBound("Only films with at least so many training ratings"),
  max_ratings: popularityBound("Only films with at most so many training ratings"),
  diversity: dial("How much unlikeness to the films above counts"),
  novelty: dial("How much being little known counts"),
  exclude_seen: {
    type: "boolean",
    default: true,
    description: "False puts films that have been rated into the list as well",
  },
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
  // OpenAPI 3.0 has no empty list here.
  ...(needed.length > 0 && { required: needed }),
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
      "Which step of the fallback ladder made the list: `personal` (a known user's own taste: what is liked together with their likes, where the model has a lister, else their factors), `liked-together` (a visitor with likes enough: what is liked together with these), `fold-in` (the visitor's ratings, many enough for the model), `similar-users` (few ratings: what people who rated alike like), `segment` (no ratings, but a profile: what the people nearest to it like more than others do), `genre-popular` (favourite genres that nobody's taste is near: popular films of them), `popular` (nothing known: the films with most ratings)",
  },
  fallback: { type: "boolean", description: "True when the list is the same for everybody" },
  reason: { type: "string", description: "Why this step, in a sentence" },
  modelVersion: { type: "string" },
  items: { type: "array", items: strict(rankedMovie) },
};
const visitorRatings = (minItems: number) => ({
  type: "array",
  minItems,
  maxItems: 1000,
  items: visitorRating,
  description: "Each film once",
});
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
const SLOW = { 408: problem("The request came too slowly") };
const EVERY_ROUTE = {
  ...SLOW,
  429: problem("Too many requests from this address; `retry-after` says when to come back"),
};
const BODY = {
  413: problem("The body is too large"),
  415: problem("The body is not JSON"),
};
const INVALID = { 400: problem("The request is not as described; `field` names where") };
const NOT_READY = { 503: problem("No model is loaded yet, or it could not be loaded") };
const TOKEN_NEEDED = { 401: problem("The server wants its token, as `authorization: Bearer …`") };
const UNKNOWN_MOVIE = { 404: problem("No such movie, or one without a rating to learn from") };
const answer = (description: string, schema: object) => ({
  description,
  headers: {
    "x-model-version": { type: "string", description: "Version of the model that answered" },
    etag: {
      type: "string",
      description: "Of answers to GET; send it as `if-none-match` to be told of changes only",
    },
  },
  content: { "application/json": { schema } },
});
const NOT_CHANGED = {
  304: { description: "As it was when the `if-none-match` of the request was sent", type: "null" },
};
const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: "string" } } },
});

const explanation = {
  movieId,
  title: { type: "string" },
  words: { type: "string", description: "The reason in a sentence; stars in brackets" },
  score: { type: "number", description: "baseline + all shares" },
  baseline: { type: "number", description: "What the film would score for a person without ratings" },
  because: {
    type: "array",
    items: strict({
      movieId,
      title: { type: "string" },
      rating: { type: "number", description: "Stars" },
      share: { type: "number", description: "What this rating adds to the score; exact" },
    }),
    description: "The ratings that speak most for the film, the greatest share first",
  },
  otherFor: { type: "number", description: "What the other ratings that speak for it add" },
  against: { type: "number", description: "What the ratings that speak against it take away; 0 or less" },
  modelVersion: { type: "string" },
};
const eventId = {
  type: "string",
  pattern: "^[A-Za-z0-9_-]{1,64}$",
  description: "Given by the sender, so that what is sent twice counts once",
};
const eventBase = {
  id: eventId,
  timestamp: {
    type: "number",
    minimum: 0,
    maximum: 32503680000,
    description: "When it happened, in seconds since 1970; now by default",
  },
};
const listId = { ...eventId, description: "Names the list, so that clicks find their impression" };
const kindOf = <K extends string>(kind: K) => ({ type: "string", enum: [kind] });
const events = {
  rating: strict(
    {
      type: kindOf("rating"),
      userId,
      movieId,
      rating: { type: "number", description: "Stars, on the scale that /model names" },
      ...eventBase,
    },
    ["type", "userId", "movieId", "rating"],
  ),
  impression: strict(
    {
      type: kindOf("impression"),
      userId,
      movieIds: {
        type: "array",
        minItems: 1,
        maxItems: 100,
        items: movieId,
        description: "As shown, the first first",
      },
      listId,
      ...eventBase,
    },
    ["type", "movieIds"],
  ),
  click: strict({ type: kindOf("click"), userId, movieId, listId, ...eventBase }, ["type", "movieId"]),
};

export const routeSchemas = {
  home: {
    summary: "The page to try it out",
    tags: ["about"],
    response: { 200: text("A page", "text/html"), ...EVERY_ROUTE },
  },
  recommend: {
    summary: "Films for a known user; the most popular ones for an unknown user",
    description: "What the user has rated is not recommended, unless `exclude_seen` is false.",
    tags: ["recommend"],
    params: strict({ userId }),
    querystring: strict(wishes, []),
    response: {
      200: answer("Best first", strict({ userId, ...recommendation })),
      ...NOT_CHANGED,
      ...INVALID,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  recommendToVisitor: {
    summary: "Films for a visitor, from the ratings or the profile in the body",
    description:
      "Few ratings are answered by what users who rated alike like; many are folded into the model: the same solve as in training, the films fixed. A profile is looked at where there is no rating to learn from. Nothing is stored.",
    tags: ["recommend"],
    body: strict(
      {
        ratings: visitorRatings(0),
        profile: strict({
          genres: { type: "array", minItems: 1, maxItems: 30, items: genre, description: "Favourite genres" },
        }),
        ...wishes,
      },
      [],
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
      ...BODY,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  recommendBatch: {
    summary: "Lists for several users at once, in the order asked for",
    tags: ["recommend"],
    body: strict(
      {
        userIds: { type: "array", minItems: 1, maxItems: 100, items: userId },
        ...wishes,
      },
      ["userIds"],
    ),
    response: {
      200: answer(
        "One list per user",
        strict({
          modelVersion: { type: "string" },
          lists: { type: "array", items: strict({ userId, ...recommendation }) },
        }),
      ),
      ...INVALID,
      ...BODY,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  explain: {
    summary: "Why a film would be recommended to a known user",
    tags: ["recommend"],
    params: strict({ userId, movieId }),
    response: {
      200: answer("The reason, in words and numbers", strict({ userId, ...explanation })),
      ...NOT_CHANGED,
      ...INVALID,
      404: problem("No such user or movie, or one without a rating to learn from"),
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  explainToVisitor: {
    summary: "Why a film would be recommended to a visitor",
    description: "Takes the ratings that POST /recommend takes. Nothing is stored.",
    tags: ["recommend"],
    body: strict({ ratings: visitorRatings(1), movieId }),
    response: {
      200: answer("The reason, in words and numbers", strict(explanation)),
      ...INVALID,
      ...UNKNOWN_MOVIE,
      ...BODY,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  similar: {
    summary: "Films nearest to a film in the model's factors",
    description:
      "`cosine` and `euclidean` compare with every film; `lsh` looks by cosine through an index that compares with fewer and may miss some.",
    tags: ["recommend"],
    params: strict({ movieId }),
    querystring: strict(
      {
        n,
        metric: { type: "string", enum: SIMILARITY_SEARCHES, default: "cosine" },
        min_ratings: popularityBound(
          `Only films with at least so many training ratings. ${NEIGHBOUR_RATINGS} where it is not given, unless fewer than n films have so many: the factors of a film that few have rated lie where those few lie, often near to films that it has nothing to do with`,
        ),
      },
      [],
    ),
    response: {
      200: answer(
        "Nearest first",
        strict({
          ...movieView,
          metric: { type: "string", enum: SIMILARITY_SEARCHES },
          compared: { type: "integer", description: "How many films were compared with this one" },
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
      ...NOT_CHANGED,
      ...INVALID,
      ...UNKNOWN_MOVIE,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  movies: {
    summary: "Films by title",
    description:
      "Any case, without accents, “The Matrix” for “Matrix, The (1999)”, begun words, and slips of the finger.",
    tags: ["recommend"],
    querystring: strict(
      { q: { type: "string", minLength: 1, maxLength: 200, description: "What is looked for" }, n },
      ["q"],
    ),
    response: {
      200: answer(
        "Best first",
        strict({
          items: {
            type: "array",
            items: strict({
              ...movieView,
              ratings: {
                type: "integer",
                description: "Training ratings; nothing is learned of a film with none",
              },
            }),
          },
        }),
      ),
      ...NOT_CHANGED,
      ...INVALID,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  events: {
    summary: "Stores what users did: ratings, impressions, clicks",
    description:
      "Answered when the events are on the disk, all of them or none. Users and films need not be known to the model.",
    tags: ["feedback"],
    body: strict({
      events: {
        type: "array",
        minItems: 1,
        maxItems: 1000,
        items: {
          type: "object",
          discriminator: { propertyName: "type" },
          required: ["type"],
          oneOf: Object.values(events),
        },
      },
    }),
    response: {
      201: answer("They are on the disk", strict({ stored: { type: "integer" } })),
      ...INVALID,
      ...TOKEN_NEEDED,
      ...BODY,
      ...EVERY_ROUTE,
      503: problem(
        "No model is loaded yet, events are not kept here, or the disk takes no more: nothing was stored",
      ),
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
          data: strict(
            {
              name: { type: "string" },
              hash: { type: "string" },
              latest: { type: "number", description: "Time of the newest rating, in seconds since 1970" },
            },
            ["name", "hash"],
          ),
          metrics: numbers,
          created: { type: "string", format: "date-time" },
          libraryVersion: { type: "string" },
          nodeVersion: { type: "string" },
          genres: { type: "array", items: { type: "string" }, description: "Of the films that are served" },
          exampleUserIds: { type: "array", items: userId, description: "Some users that the model knows" },
          takesEvents: {
            type: "boolean",
            description:
              "Whether anybody may POST /events: there is a folder for them, and no token is asked for",
          },
        }),
      ),
      ...NOT_CHANGED,
      ...EVERY_ROUTE,
      ...NOT_READY,
    },
  },
  reload: {
    summary: "Looks now whether another model is current, and takes it up",
    description:
      "There only where the server has a token. The old model stays where the new one cannot be read.",
    tags: ["admin"],
    response: {
      200: answer(
        "The model that is served from now on",
        strict({
          reloaded: { type: "boolean", description: "Whether it is another than before" },
          modelVersion: { type: "string" },
        }),
      ),
      ...TOKEN_NEEDED,
      ...BODY,
      ...EVERY_ROUTE,
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
      ...SLOW,
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
      ...SLOW,
      ...NOT_READY,
    },
  },
  metrics: {
    summary: "What the server counts about itself, for Prometheus",
    tags: ["health"],
    response: { 200: text("Prometheus text format", "text/plain"), ...SLOW },
  },
  openapi: {
    summary: "This description",
    tags: ["about"],
    response: {
      200: {
        description: "OpenAPI 3.0",
        content: { "application/json": { schema: { type: "object", additionalProperties: true } } },
      },
      ...EVERY_ROUTE,
    },
  },
};

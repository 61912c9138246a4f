"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Recommendations = void 0;
exports.addRoutes = addRoutes;
exports.addServiceRoutes = addServiceRoutes;
exports.addAdminRoutes = addAdminRoutes;
const node_crypto_1 = require("node:crypto");
const promises_1 = require("node:timers/promises");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
const schemas_1 = require("./schemas");
const title_search_1 = require("./title-search");
/** A batch lets other requests in after so many of its lists. */
const LISTS_AT_A_STRETCH = 5;
const EXAMPLES = 5;
/** What the routes answer with: a loaded model, in MovieLens ids and titles. */
class Recommendations {
    metrics;
    settings;
    eventLog;
    serving;
    failure;
    constructor(metrics, settings = {}, eventLog) {
        this.metrics = metrics;
        this.settings = settings;
        this.eventLog = eventLog;
    }
    /** Everything that requests are answered with, so that none of them has to wait for it; for a large model, some seconds' work. */
    *prepare(loaded) {
        const genres = [...new Set(Array.from(loaded.movies.values(), (movie) => movie.genres).flat())].sort();
        const { itemIds, userIds } = loaded.model.parts;
        const { ratings } = loaded.model.parts;
        const ratingsByItem = loaded.ratingsByItem ?? (0, recommend_1.transposed)(ratings);
        const itemCounts = (0, recommend_1.popularity)(ratings, ratingsByItem);
        const rated = Array.from(itemIds, (movieId, item) => [movieId, itemCounts[item]]);
        const counts = new Map(rated.filter(([, count]) => count > 0));
        yield;
        const titles = yield* title_search_1.TitleSearch.build(loaded.movies.values(), counts);
        const ladder = new recommend_1.RecommendationLadder(loaded.model, {
            ...this.settings,
            movies: loaded.movies,
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
    use(serving) {
        this.serving = serving;
    }
    fail(error) {
        this.failure = error;
    }
    /** Undefined until a model is loaded. */
    get version() {
        return this.serving?.loaded.manifest.version;
    }
    /** @throws WorkspaceError MODEL_NOT_READY */
    get current() {
        if (this.serving)
            return this.serving;
        const why = this.failure === undefined
            ? "the model is being loaded"
            : `the model could not be loaded: ${this.failure instanceof Error ? this.failure.message : String(this.failure)}`;
        throw new data_1.WorkspaceError("MODEL_NOT_READY", why);
    }
    forUser(userId, wishes) {
        const { ladder } = this.current;
        return { userId, ...this.answer(ladder.forUser(userId, wishes.n, this.optionsOf(wishes))) };
    }
    async forUsers({ userIds, ...wishes }) {
        const { ladder, loaded } = this.current;
        const options = this.optionsOf(wishes);
        const lists = [];
        for (const userId of userIds) {
            if (lists.length > 0 && lists.length % LISTS_AT_A_STRETCH === 0)
                await (0, promises_1.setImmediate)();
            lists.push({ userId, ...this.answer(ladder.forUser(userId, wishes.n, options), loaded) });
        }
        return { modelVersion: loaded.manifest.version, lists };
    }
    forVisitor({ ratings = [], profile, ...wishes }) {
        const { ladder } = this.current;
        if (ratings.length === 0 && !profile)
            throw new data_1.WorkspaceError("REQUEST_INVALID", "ratings is missing or empty, and there is no profile", {
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
    explainToUser(userId, movieId) {
        const { ladder, userIndex } = this.current;
        if (!userIndex.has(userId))
            throw new data_1.WorkspaceError("USER_UNKNOWN", `user ${userId} is not known to the model`, {
                field: "userId",
            });
        this.ratedItem(movieId);
        return { userId, ...this.reason(ladder.explainForUser(userId, movieId)) };
    }
    explainToVisitor({ ratings, movieId }) {
        const { known } = this.checkRatings(ratings);
        this.ratedItem(movieId);
        return this.reason(this.current.ladder.explainForVisitor(known, movieId));
    }
    async similarTo(movieId, { n, metric, min_ratings }) {
        const { loaded, searches, itemCounts } = this.current;
        const item = this.ratedItem(movieId);
        searches[metric] ??=
            metric === "lsh"
                ? (0, recommend_1.lshIndexInSlices)((0, recommend_1.factorVectors)(loaded.model))
                : Promise.resolve((0, recommend_1.exactSearch)((0, recommend_1.factorVectors)(loaded.model), metric));
        const search = await searches[metric];
        const nearest = (least) => search.nearest(item, n, { accept: (other) => itemCounts[other] >= least });
        const known = nearest(min_ratings ?? schemas_1.NEIGHBOUR_RATINGS);
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
    byTitle(query, n) {
        const { titles, counts } = this.current;
        return {
            items: titles.find(query, n).map((movieId) => ({
                ...this.view(movieId, "q"),
                ratings: counts.get(movieId) ?? 0,
            })),
        };
    }
    async store(events) {
        const modelVersion = this.current.loaded.manifest.version;
        if (!this.eventLog)
            throw new data_1.WorkspaceError("EVENTS_OFF", "this server was started without a folder for events");
        events.forEach((event, k) => {
            if (event.type === "rating")
                this.checkStars(event.rating, `events/${k}/rating`);
        });
        const now = new Date();
        const received = now.toISOString();
        try {
            await this.eventLog.append(events.map((event) => ({
                ...event,
                timestamp: event.timestamp ?? now.getTime() / 1000,
                received,
                modelVersion,
            })));
        }
        catch (error) {
            this.metrics.notStored(events.length);
            throw error;
        }
        this.metrics.stored(events);
        return { stored: events.length };
    }
    card() {
        const { loaded, genres } = this.current;
        return {
            ...loaded.manifest,
            genres: [...genres.values()],
            exampleUserIds: [...loaded.model.parts.userIds.subarray(0, EXAMPLES)],
        };
    }
    answer(answer, loaded = this.current.loaded) {
        this.metrics.recommended(answer);
        const { items, step, fallback, reason } = answer;
        return {
            step,
            fallback,
            reason,
            modelVersion: loaded.manifest.version,
            items: items.map(({ movieId, score }, k) => ({
                rank: k + 1,
                ...this.view(movieId, "movieId", loaded),
                score,
            })),
        };
    }
    reason(reason) {
        const { title } = this.movie(reason.movieId, "movieId");
        return { ...reason, title, modelVersion: this.current.loaded.manifest.version };
    }
    /** Dense index of a film with training ratings. @throws WorkspaceError MOVIE_UNKNOWN, ITEM_COLD */
    ratedItem(movieId) {
        const { title } = this.movie(movieId, "movieId");
        const { itemIndex, counts } = this.current;
        const item = itemIndex.get(movieId);
        if (item === undefined || !counts.has(movieId))
            throw new data_1.WorkspaceError("ITEM_COLD", `movie ${movieId} (${title}) has no rating to learn from`, {
                field: "movieId",
            });
        return item;
    }
    view(movieId, field, loaded = this.current.loaded) {
        const movie = this.movie(movieId, field, loaded);
        return { movieId, title: movie.title, year: movie.year, genres: movie.genres };
    }
    movie(movieId, field, { movies } = this.current.loaded) {
        const movie = movies.get(movieId);
        if (!movie)
            throw new data_1.WorkspaceError("MOVIE_UNKNOWN", `there is no movie ${movieId}`, { field });
        return movie;
    }
    optionsOf({ diversity, novelty, exclude_seen, ...filters }) {
        return { diversity, novelty, excludeSeen: exclude_seen, accept: this.accept(filters) };
    }
    accept({ genre, year, min_ratings, max_ratings, }) {
        if ([genre, year, min_ratings, max_ratings].every((condition) => condition === undefined))
            return undefined;
        if ((min_ratings ?? 0) > (max_ratings ?? Infinity))
            throw new data_1.WorkspaceError("REQUEST_INVALID", `min_ratings ${min_ratings} is above max_ratings ${max_ratings}`, {
                field: "min_ratings",
            });
        const { loaded, counts } = this.current;
        return (0, recommend_1.movieFilter)(loaded.movies, {
            ...(genre === undefined ? {} : { genres: [this.publishedGenre(genre, "genre")] }),
            ...(year === undefined ? {} : yearRange(year)),
            minRatings: min_ratings,
            maxRatings: max_ratings,
        }, counts);
    }
    publishedGenre(genre, field) {
        const { genres } = this.current;
        const published = genres.get(genre.toLowerCase());
        if (published === undefined)
            throw new data_1.WorkspaceError("REQUEST_INVALID", `genre "${genre}" is not known; there are: ${[...genres.values()].join(", ")}`, { field });
        return published;
    }
    /** @returns those to learn from, and the films of the others */
    checkRatings(ratings) {
        const { counts } = this.current;
        const first = new Map();
        ratings.forEach(({ movieId, rating }, k) => {
            this.checkStars(rating, `ratings/${k}/rating`);
            this.movie(movieId, `ratings/${k}/movieId`);
            if (first.has(movieId))
                throw new data_1.WorkspaceError("REQUEST_INVALID", `ratings/${k}/movieId is ${movieId}, as is ratings/${first.get(movieId)}/movieId`, { field: `ratings/${k}/movieId` });
            first.set(movieId, k);
        });
        return {
            known: ratings.filter(({ movieId }) => counts.has(movieId)),
            notUsed: ratings.map(({ movieId }) => movieId).filter((movieId) => !counts.has(movieId)),
        };
    }
    checkStars(rating, field) {
        const { min, max, step } = this.current.loaded.manifest.scale;
        const steps = (rating - min) / step;
        if (rating < min || rating > max || Math.abs(steps - Math.round(steps)) > 1e-9)
            throw new data_1.WorkspaceError("REQUEST_INVALID", `${field} is ${rating}; ratings go from ${min} to ${max} in steps of ${step}`, { field });
    }
}
exports.Recommendations = Recommendations;
function yearRange(year) {
    const [from, to = from] = year.split("-");
    if (from !== "" && to !== "" && Number(from) > Number(to))
        throw new data_1.WorkspaceError("REQUEST_INVALID", `year ${year} ends before it starts`, { field: "year" });
    return {
        ...(from === "" ? {} : { fromYear: Number(from) }),
        ...(to === "" ? {} : { toYear: Number(to) }),
    };
}
/** Routes that answer with the model, each answer to GET with an ETag. */
function addRoutes(server, recommendations) {
    server.addHook("onSend", tagAnswer);
    server.get("/recommend/:userId", { schema: schemas_1.routeSchemas.recommend }, async ({ params, query }) => recommendations.forUser(params.userId, query));
    server.post("/recommend", { schema: schemas_1.routeSchemas.recommendToVisitor }, async ({ body }) => recommendations.forVisitor(body));
    server.post("/recommend/batch", { schema: schemas_1.routeSchemas.recommendBatch }, async ({ body }) => recommendations.forUsers(body));
    server.get("/explain/:userId/:movieId", { schema: schemas_1.routeSchemas.explain }, async ({ params }) => recommendations.explainToUser(params.userId, params.movieId));
    server.post("/explain", { schema: schemas_1.routeSchemas.explainToVisitor }, async ({ body }) => recommendations.explainToVisitor(body));
    server.get("/similar/:movieId", { schema: schemas_1.routeSchemas.similar }, async ({ params, query }) => recommendations.similarTo(params.movieId, query));
    server.get("/movies", { schema: schemas_1.routeSchemas.movies }, async ({ query }) => recommendations.byTitle(query.q, query.n));
    server.post("/events", { schema: schemas_1.routeSchemas.events }, async ({ body }, reply) => reply.code(201).send(await recommendations.store(body.events)));
    server.get("/model", { schema: schemas_1.routeSchemas.model }, async () => recommendations.card());
}
/** Routes about the server itself. */
function addServiceRoutes(server, recommendations, metrics) {
    // Whoever watches the server has to get through when it is busiest.
    const unlimited = { rateLimit: false };
    server.get("/health/live", { schema: schemas_1.routeSchemas.live, config: unlimited }, async () => ({
        status: "live",
    }));
    server.get("/health/ready", { schema: schemas_1.routeSchemas.ready, config: unlimited }, async () => ({
        status: "ready",
        modelVersion: recommendations.current.loaded.manifest.version,
    }));
    server.get("/metrics", { schema: schemas_1.routeSchemas.metrics, config: unlimited }, async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));
    server.get("/openapi.json", { schema: schemas_1.routeSchemas.openapi }, async () => server.swagger());
}
/** What whoever runs the server may have it do. @param reload looks for another current model, and says whether it is served now */
function addAdminRoutes(server, recommendations, reload) {
    server.post("/admin/reload", { schema: schemas_1.routeSchemas.reload }, async (_, reply) => {
        const reloaded = await reload();
        const modelVersion = recommendations.current.loaded.manifest.version;
        return reply.header("x-model-version", modelVersion).send({ reloaded, modelVersion });
    });
}
/** An answer that is the same as what the asker has is not sent again (RFC 9110, §13.1.2). */
async function tagAnswer(request, reply, payload) {
    if (request.method !== "GET" || reply.statusCode !== 200 || typeof payload !== "string") {
        void reply.header("cache-control", "no-store");
        return payload;
    }
    const tag = `"${(0, node_crypto_1.createHash)("sha1").update(payload).digest("base64url")}"`;
    void reply.header("etag", tag).header("cache-control", "private, no-cache");
    const known = request.headers["if-none-match"]?.split(",").map((one) => one.trim().replace(/^W\//, ""));
    if (!known?.some((one) => one === tag || one === "*"))
        return payload;
    void reply.code(304).removeHeader("content-type").removeHeader("content-length");
    return "";
}
//# sourceMappingURL=routes.js.map
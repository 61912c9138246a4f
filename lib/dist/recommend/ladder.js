"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.RecommendationLadder = exports.LADDER_STEPS = void 0;
const als_1 = require("../als");
const data_1 = require("../data");
const explanation_1 = require("./explanation");
const movie_filter_1 = require("./movie-filter");
const re_rank_1 = require("./re-rank");
const segment_1 = require("./segment");
const visitor_1 = require("./visitor");
/**
 * From what is known best to what is known of everybody:
 *   "personal"       a known user's own factors
 *   "fold-in"        a visitor with many ratings: folded into the model
 *   "similar-users"  a visitor with few ratings: what users with the same likes like
 *   "segment"        a profile: what the users nearest to it like more than everybody does
 *   "genre-popular"  a profile that nobody is near: popular films of its genres
 *   "popular"        nothing known: the films with most ratings
 */
exports.LADDER_STEPS = [
    "personal",
    "fold-in",
    "similar-users",
    "segment",
    "genre-popular",
    "popular",
];
const NOTHING_SEEN = new Uint32Array(0);
const DEFAULT_FOLD_IN_FROM = 101;
/** Films of average taste beside favourite genres: few, since a favourite says more than one rating. */
const PROFILE_DAMPING = 1;
/** Candidates per film asked for, from which a dial chooses. */
const CANDIDATES_PER_FILM = 10;
const FEWEST_CANDIDATES = 100;
/**
 * The best recommendation that what is known allows, saying which step it used and why. Speaks MovieLens ids on both
 * sides. What the person has rated is recommended only where that is asked for.
 */
class RecommendationLadder {
    model;
    settings;
    userIndex;
    itemIndex;
    /** Training ratings of each item, by dense index; −Infinity where there is none. */
    popularity;
    genres;
    movies;
    foldInFrom;
    similarUsers;
    // Made when first asked for: most ladders never see a profile or a dial.
    madeSegments;
    madeSimilarity;
    madeInformation;
    /** @throws WorkspaceError OPTION_INVALID for a `foldInFrom` that is not at least 1 */
    constructor(model, settings = {}) {
        this.model = model;
        this.settings = settings;
        const { userIds, itemIds, ratings } = model.parts;
        this.userIndex = indexOf(userIds);
        this.itemIndex = indexOf(itemIds);
        this.popularity = (0, visitor_1.popularity)(ratings, settings.ratingsByItem);
        this.movies = settings.movies ?? new Map();
        this.genres = (0, movie_filter_1.genresByItem)({ itemIds, movies: this.movies });
        this.foldInFrom = settings.foldInFrom ?? DEFAULT_FOLD_IN_FROM;
        if (!(this.foldInFrom >= 1))
            throw new data_1.WorkspaceError("OPTION_INVALID", `foldInFrom is ${this.foldInFrom}, not at least 1`);
        this.similarUsers = new visitor_1.SimilarUsers(model.parts, { byItem: settings.ratingsByItem });
    }
    /**
     * @param userId MovieLens user id
     * @throws WorkspaceError OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
     */
    forUser(userId, n, options = {}) {
        const user = this.userIndex.get(userId);
        if (user === undefined)
            return this.unrated(n, options, `user ${userId} is not known to the model`);
        const seen = (0, als_1.seenBy)(this.model.parts.ratings, user);
        if (seen.length === 0)
            return this.unrated(n, options, `user ${userId} has no training rating`);
        const scores = new Float64Array(this.model.items);
        this.model.scoreItems(user, scores);
        return this.answer("personal", `user ${userId} has ${plural(seen.length, "rating")} in the training data`, scores, n, seen, options);
    }
    /**
     * @param ratings stars by MovieLens movie id, each movie once
     * @throws WorkspaceError MOVIE_UNKNOWN naming every movie that the model does not know, DATA_INVALID for a
     *   movie rated twice or stars outside the scale, OPTION_INVALID when n is not a whole number, or a dial is outside 0 … 1
     */
    forVisitor(ratings, n, options = {}) {
        if (ratings.length === 0)
            return this.unrated(n, options, "no ratings were given");
        const learned = this.learnedFrom(ratings);
        const aside = ratings.length - learned.length;
        if (learned.length === 0)
            return this.unrated(n, options, "none of the movies rated has a training rating to learn from");
        const folds = learned.length >= this.foldInFrom;
        const scores = new Float64Array(this.model.items);
        if (folds)
            this.model.scoreItemsFolded(this.model.foldIn(learned), scores);
        else
            this.similarUsers.score(learned, scores);
        const reason = plural(learned.length, "rating") +
            (folds
                ? " given, folded into the model"
                : ` given, fewer than the ${this.foldInFrom} from which on they are folded into the model, so these are films that users with like ratings like`) +
            (aside > 0 ? `; ${aside} left aside, of movies without a training rating` : "");
        const seen = Uint32Array.from(learned, ({ item }) => item).sort();
        return this.answer(folds ? "fold-in" : "similar-users", reason, scores, n, seen, options);
    }
    /**
     * Why the model would recommend a film to a known user: exact shares of their ratings, and words.
     * @throws WorkspaceError INDEX_UNKNOWN for an unknown user, MOVIE_UNKNOWN
     */
    explainForUser(userId, movieId) {
        const user = this.userIndex.get(userId);
        if (user === undefined)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `user ${userId} is not known to the model`, {
                mend: "Use a MovieLens user id of the training data, or give the ratings.",
            });
        return (0, explanation_1.recommendationReason)(this.model, this.movies, this.model.explain(user, this.toItem(movieId)));
    }
    /**
     * As `explainForUser` for a film of `forVisitor`'s list: exact shares of the visitor's ratings in the score that the
     * step for so many ratings gives.
     * @throws WorkspaceError what `forVisitor` throws, ITEM_COLD for a film without training ratings
     */
    explainForVisitor(ratings, movieId) {
        const item = this.toItem(movieId);
        if (this.popularity[item] === -Infinity)
            throw new data_1.WorkspaceError("ITEM_COLD", `movie ${movieId} has no training rating, so no list can contain it`);
        const learned = this.learnedFrom(ratings);
        const explanation = learned.length >= this.foldInFrom
            ? this.model.explainFolded(learned, item)
            : this.similarUsers.explain(learned, item);
        return (0, explanation_1.recommendationReason)(this.model, this.movies, explanation);
    }
    /** A movie without training ratings has no factors: it teaches nothing, and no list can contain it. */
    learnedFrom(ratings) {
        return this.toItems(ratings).filter(({ item }) => this.popularity[item] > 0);
    }
    /** No rating to learn from: the profile's segment, its genres, or what is popular. */
    unrated(n, options, why) {
        const { profile } = options;
        const genres = profile?.genres?.filter((genre) => this.genres.some((own) => own.includes(genre))) ?? [];
        const segment = profile && this.segments().nearest(profile);
        const scores = new Float64Array(this.model.items);
        if (segment) {
            this.segments().score(segment, scores);
            const reason = `${why}, so these are films that the ${plural(segment.users.length, "user")} nearest by ${segment.by.join(", ")} like more than everybody does`;
            return this.answer("segment", reason, scores, n, NOTHING_SEEN, options);
        }
        if (genres.length > 0) {
            (0, visitor_1.genreLift)(this.popularity, this.genres, PROFILE_DAMPING)(genres, scores);
            const reason = `${why} and no user's taste is near, so these are popular films of ${genres.join(", ")}`;
            return this.answer("genre-popular", reason, scores, n, NOTHING_SEEN, options);
        }
        const because = profile ? `${why} and nothing in the profile is known to the model` : why;
        return this.answer("popular", `${because}, so these are the films with most ratings`, this.popularity, n, NOTHING_SEEN, options);
    }
    answer(step, reason, scores, n, seen, options) {
        const { diversity = 0, novelty = 0, excludeSeen = true } = options;
        const dialled = diversity !== 0 || novelty !== 0;
        // An n that is refused goes on as it is, for topUnseen to refuse.
        const pool = dialled && n >= 0 && Number.isInteger(n);
        const candidates = pool ? Math.max(FEWEST_CANDIDATES, CANDIDATES_PER_FILM * n) : n;
        let items = (0, als_1.topUnseen)(scores, candidates, excludeSeen ? seen : NOTHING_SEEN, this.acceptItem(options));
        if (novelty !== 0)
            items = (0, re_rank_1.favourNovel)(items, this.information(), { dial: novelty });
        if (diversity !== 0)
            items = (0, re_rank_1.diversify)(items, this.similarity(), { dial: diversity, n });
        return { items: this.named(items.slice(0, n)), step, fallback: step === "popular", reason };
    }
    segments() {
        return (this.madeSegments ??= new segment_1.Segments(this.model.parts, this.genres, this.settings.segments));
    }
    similarity() {
        return (this.madeSimilarity ??= (0, re_rank_1.factorSimilarity)(this.model));
    }
    information() {
        return (this.madeInformation ??= (0, re_rank_1.selfInformation)(this.model.parts.ratings));
    }
    acceptItem({ accept }) {
        const { itemIds } = this.model.parts;
        return accept && ((item) => accept(itemIds[item]));
    }
    named(items) {
        return items.map(({ item, score }) => ({ movieId: this.model.parts.itemIds[item], score }));
    }
    toItem(movieId) {
        const item = this.itemIndex.get(movieId);
        if (item === undefined)
            throw new data_1.WorkspaceError("MOVIE_UNKNOWN", `the model does not know movie ${movieId}`);
        return item;
    }
    toItems(ratings) {
        const unknown = new Set(ratings.map((rating) => rating.movieId).filter((id) => !this.itemIndex.has(id)));
        if (unknown.size > 0)
            throw new data_1.WorkspaceError("MOVIE_UNKNOWN", `the model does not know movie ${[...unknown].join(", ")}`);
        const { min, max } = this.model.parts.scale;
        const given = new Set();
        return ratings.map(({ movieId, rating }) => {
            if (!(rating >= min && rating <= max))
                throw new data_1.WorkspaceError("DATA_INVALID", `movie ${movieId}: rating ${rating} is outside ${min}–${max}`);
            if (given.has(movieId))
                throw new data_1.WorkspaceError("DATA_INVALID", `movie ${movieId} is rated twice`);
            given.add(movieId);
            return { item: this.itemIndex.get(movieId), rating };
        });
    }
}
exports.RecommendationLadder = RecommendationLadder;
function indexOf(ids) {
    return new Map(Array.from(ids, (id, index) => [id, index]));
}
const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;
//# sourceMappingURL=ladder.js.map
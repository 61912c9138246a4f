"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ContentModel = exports.ContentEncoder = void 0;
const als_1 = require("../als");
const data_1 = require("../data");
/**
 * What is known of a film before anybody has rated it, as numbers: a constant, one flag per genre, the year, its
 * square and whether it is known, and TF-IDF of the tags (tf: how often the film has the tag; idf = ln(films / films with
 * the tag); the tags of a film scaled to length 1). Source of TF-IDF: Manning, Raghavan and Schütze 2008, ch. 6.
 * Names, idf and the scale of the years are learned from `learnFrom` alone.
 */
class ContentEncoder {
    movies;
    /** One name per feature. */
    names;
    genreAt;
    tagAt;
    idf;
    tagCounts = new Map();
    meanYear;
    yearSpread;
    /**
     * @param learnFrom MovieLens ids
     * @throws WorkspaceError MOVIE_UNKNOWN for a film that is not in the table, OPTION_INVALID
     */
    constructor(movies, tags, learnFrom, options = {}) {
        this.movies = movies;
        const { leastMovies = 3 } = options;
        if (!Number.isInteger(leastMovies) || leastMovies < 1)
            throw new data_1.WorkspaceError("OPTION_INVALID", `leastMovies is ${leastMovies}, not a whole number of at least 1`);
        for (const { movieId, tag } of tags) {
            const name = tag.trim().toLowerCase();
            const counts = this.tagCounts.get(movieId) ?? new Map();
            counts.set(name, (counts.get(name) ?? 0) + 1);
            this.tagCounts.set(movieId, counts);
        }
        const known = Array.from(learnFrom, (movieId) => this.movie(movieId));
        const films = new Map();
        for (const { movieId } of known)
            for (const tag of this.tagCounts.get(movieId)?.keys() ?? [])
                films.set(tag, (films.get(tag) ?? 0) + 1);
        const genres = [...new Set(known.flatMap((movie) => movie.genres))].sort();
        const tagNames = [...films.keys()].filter((tag) => films.get(tag) >= leastMovies).sort();
        const first = ["constant", "year known", "year", "year squared"];
        this.names = [
            ...first,
            ...genres.map((genre) => `genre ${genre}`),
            ...tagNames.map((tag) => `tag ${tag}`),
        ];
        this.genreAt = new Map(genres.map((genre, k) => [genre, first.length + k]));
        this.tagAt = new Map(tagNames.map((tag, k) => [tag, first.length + genres.length + k]));
        this.idf = Float64Array.from(tagNames, (tag) => Math.log(known.length / films.get(tag)));
        const years = known.flatMap(({ year }) => (year === null ? [] : [year]));
        this.meanYear = years.reduce((sum, year) => sum + year, 0) / Math.max(1, years.length);
        const variance = years.reduce((sum, year) => sum + (year - this.meanYear) ** 2, 0) / Math.max(1, years.length);
        this.yearSpread = Math.sqrt(variance) || 1;
    }
    /** Length: `names`. @throws WorkspaceError MOVIE_UNKNOWN */
    encode(movieId) {
        const { genres, year } = this.movie(movieId);
        const features = new Float64Array(this.names.length);
        features[0] = 1;
        if (year !== null) {
            const standard = (year - this.meanYear) / this.yearSpread;
            features.set([1, standard, standard ** 2], 1);
        }
        for (const genre of genres) {
            const at = this.genreAt.get(genre);
            if (at !== undefined)
                features[at] = 1;
        }
        const firstTag = this.names.length - this.tagAt.size;
        let length = 0;
        for (const [tag, count] of this.tagCounts.get(movieId) ?? []) {
            const at = this.tagAt.get(tag);
            if (at === undefined)
                continue;
            features[at] = count * this.idf[at - firstTag];
            length += features[at] ** 2;
        }
        if (length > 0)
            for (let at = firstTag; at < features.length; at++)
                features[at] /= Math.sqrt(length);
        return features;
    }
    movie(movieId) {
        const movie = this.movies.get(movieId);
        if (!movie)
            throw new data_1.WorkspaceError("MOVIE_UNKNOWN", `movie ${movieId} is not in the movie table`);
        return movie;
    }
}
exports.ContentEncoder = ContentEncoder;
/**
 * From content to item factors and bias, so that a film can be recommended before its first rating:
 *
 *   W = (XᵀDX + λI)⁻¹ XᵀDQ,  D = diag(n / (n + κ))
 *
 * X [items × features] the encoded films of the training data, Q [items × (rank + 1)] their factors and biases.
 * Source: Gantner et al. 2010, "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations" (ridge form).
 */
class ContentModel {
    model;
    encoder;
    /** Row-major [features × (rank + 1)], the bias last. */
    weights;
    /**
     * @param encoder learned from films with training ratings only
     * @throws WorkspaceError OPTION_INVALID, METRIC_EMPTY for a model without a rated item, SOLVE_FAILED
     */
    constructor(model, encoder, options) {
        this.model = model;
        this.encoder = encoder;
        const { lambda, halfWeight = 10 } = options;
        if (!(lambda > 0 && Number.isFinite(lambda)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `lambda is ${lambda}, not a finite number above 0`);
        if (!(halfWeight >= 0 && Number.isFinite(halfWeight)))
            throw new data_1.WorkspaceError("OPTION_INVALID", `halfWeight is ${halfWeight}, not a number of at least 0`);
        const { itemIds, itemFactors, itemBias, ratings } = model.parts;
        const counts = new Float64Array(itemIds.length);
        for (const item of ratings.columns)
            counts[item]++;
        if (ratings.columns.length === 0)
            throw new data_1.WorkspaceError("METRIC_EMPTY", "no item of the model has a rating to learn from");
        const size = encoder.names.length;
        const targets = model.rank + 1;
        const system = new Float64Array(size * size);
        const right = new Float64Array(targets * size);
        for (let item = 0; item < itemIds.length; item++) {
            if (counts[item] === 0)
                continue;
            const weight = counts[item] / (counts[item] + halfWeight);
            const features = encoder.encode(itemIds[item]);
            // Most features of a film are 0.
            const filled = [...features.keys()].filter((f) => features[f] !== 0);
            for (const f of filled) {
                for (const g of filled)
                    if (g <= f)
                        system[f * size + g] += weight * features[f] * features[g];
                for (let t = 0; t < model.rank; t++)
                    right[t * size + f] += weight * features[f] * itemFactors[item * model.rank + t];
                right[model.rank * size + f] += weight * features[f] * itemBias[item];
            }
        }
        for (let f = 0; f < size; f++)
            system[f * size + f] += lambda;
        this.weights = new Float64Array(size * targets);
        for (let t = 0; t < targets; t++) {
            const column = right.subarray(t * size, (t + 1) * size);
            if (t === 0) {
                const failed = (0, als_1.solveCholesky)(system, column, size);
                if (failed >= 0)
                    throw new data_1.WorkspaceError("SOLVE_FAILED", `content: the system is singular at feature "${encoder.names[failed]}" with λ = ${lambda}`);
            }
            else
                substitute(system, column, size);
            for (let f = 0; f < size; f++)
                this.weights[f * targets + t] = column[f];
        }
    }
    /** @throws WorkspaceError MOVIE_UNKNOWN for a film that is not in the movie table */
    factorsOf(movieId) {
        const features = this.encoder.encode(movieId);
        const targets = this.model.rank + 1;
        const place = new Float64Array(targets);
        for (let f = 0; f < features.length; f++)
            if (features[f] !== 0)
                for (let t = 0; t < targets; t++)
                    place[t] += features[f] * this.weights[f * targets + t];
        return { factors: place.slice(0, this.model.rank), bias: place[this.model.rank] };
    }
    /**
     * The score of films for a known user, on the scale of `AlsModel.scoreItems`, none of their ratings being used.
     * @param user dense index
     * @param movieIds MovieLens ids
     */
    scores(user, places) {
        const { rank } = this.model;
        const { userFactors, userBias, globalMean } = this.model.parts;
        if (!Number.isInteger(user) || user < 0 || user >= this.model.users)
            throw new data_1.WorkspaceError("INDEX_UNKNOWN", `user ${user} is outside 0 … ${this.model.users - 1}`);
        return Float64Array.from(places, ({ factors, bias }) => {
            let score = globalMean + userBias[user] + bias;
            for (let f = 0; f < rank; f++)
                score += userFactors[user * rank + f] * factors[f];
            return score;
        });
    }
    /**
     * The best n of films without ratings for a known user, best first.
     * @param user dense index
     * @param movieIds MovieLens ids; `item` of the answer is a position in it
     */
    recommend(user, movieIds, n) {
        return (0, als_1.selectTop)(this.scores(user, movieIds.map((movieId) => this.factorsOf(movieId))), n);
    }
}
exports.ContentModel = ContentModel;
/** Solves L·Lᵀ·x = b in place, L as `solveCholesky` leaves it: lower triangle, row-major [size × size]. */
function substitute(l, b, size) {
    for (let i = 0; i < size; i++) {
        let sum = b[i];
        for (let k = 0; k < i; k++)
            sum -= l[i * size + k] * b[k];
        b[i] = sum / l[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
        let sum = b[i];
        for (let k = i + 1; k < size; k++)
            sum -= l[k * size + i] * b[k];
        b[i] = sum / l[i * size + i];
    }
}
//# sourceMappingURL=content.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.parseTitle = parseTitle;
exports.readGenreNames = readGenreNames;
exports.readMovies = readMovies;
exports.readLinks = readLinks;
exports.readTags = readTags;
const errors_1 = require("../errors");
const published_1 = require("./published");
const ratings_1 = require("./ratings");
const text_1 = require("./text");
/** A title as published, without trailing blanks, and the year that it ends in; null where it ends in none. */
function parseTitle(published) {
    const title = published.trimEnd();
    // "(1995)", "(2006–2007)", "(2009– )"; 100k adds a medium after the year, as in "(1995) (V)".
    const match = /\(((?:18|19|20)\d\d)(?:\s*[–-]\s*(?:\d{4})?\s*)?\)(?:\s*\((?:V|TV|VG|mini)\))?$/.exec(title);
    return { title, year: match ? Number(match[1]) : null };
}
/** The genre names of 100k's u.genre, by flag position. @throws WorkspaceError DATA_INVALID unless they are numbered 0, 1, … */
async function readGenreNames(context) {
    const { file, layout, reading, onBytes } = context;
    const names = [];
    let line = 0;
    for await (const block of (0, published_1.wholeLines)(file, reading, onBytes))
        for (const text of block.toString(layout.encoding).split("\n").slice(0, -1)) {
            line++;
            if (text.trim() === "")
                continue;
            const [name, position, ...more] = text.trim().split("|");
            if (!name || position !== String(names.length) || more.length > 0)
                throw new errors_1.WorkspaceError("DATA_INVALID", `${file.name} line ${line}: ${JSON.stringify(text)} is not "name|${names.length}"`);
            names.push(name);
        }
    context.ledger.rows(file.name, names.length);
    return names;
}
const NO_GENRES = new Set(["(no genres listed)", "unknown", ""]);
/**
 * The movie table: MovieLens id → movie. `genreNames` are those of u.genre, for the layout that has flags.
 * Genres are named as published ("Children's" in 1m and 100k); "(no genres listed)" and 100k's "unknown" make none.
 */
async function readMovies(context, genreNames) {
    const { layout, ledger, file } = context;
    const movies = new Map();
    const flags = layout.name === "100k";
    const form = flags
        ? { encoding: layout.encoding, separator: "|", columns: 5 + genreNames.length, quotes: false }
        : {
            encoding: layout.encoding,
            separator: layout.separator,
            columns: 3,
            quotes: layout.name === "csv",
            header: layout.header ? "movieId,title,genres" : undefined,
        };
    await (0, text_1.readTextRows)(file, form, ledger, context.reading, context.onBytes, (fields, line, text) => {
        const reject = (rule, reason) => ledger.record(rule, { file: file.name, line, reason, text });
        const movieId = (0, ratings_1.idOf)(fields[0]);
        if (movieId === null)
            return reject("not-a-number", `movie id ${JSON.stringify(fields[0])} is not a whole number`);
        if (movies.has(movieId))
            return reject("duplicate-movie", `movie ${movieId} is in the table already`);
        const names = flags ? flagged(fields.slice(5), genreNames) : fields[2].split("|");
        if (names === null)
            return reject("not-a-number", "a genre flag is neither 0 nor 1");
        const { title, year } = parseTitle(fields[1]);
        if (title.length < fields[1].length)
            ledger.record("trailing-blanks", { file: file.name, line, reason: "the title ends in blanks", text });
        if (year === null)
            ledger.record("title-without-year", {
                file: file.name,
                line,
                reason: `"${title}" ends in no year`,
                text,
            });
        movies.set(movieId, { movieId, title, year, genres: names.filter((name) => !NO_GENRES.has(name)) });
    });
    return movies;
}
function flagged(flags, genreNames) {
    if (flags.some((flag) => flag !== "0" && flag !== "1"))
        return null;
    return genreNames.filter((_, position) => flags[position] === "1");
}
/** Adds the ids of IMDb (text, with its leading zeros) and TMDB to the movies; TMDB's is blank for some. */
async function readLinks(context, movies) {
    const { layout, ledger, file } = context;
    const header = "movieId,imdbId,tmdbId";
    const form = {
        encoding: layout.encoding,
        separator: layout.separator,
        columns: 3,
        quotes: true,
        header,
    };
    await (0, text_1.readTextRows)(file, form, ledger, context.reading, context.onBytes, (fields, line, text) => {
        const movieId = (0, ratings_1.idOf)(fields[0]);
        const tmdbId = fields[2] === "" ? undefined : (0, ratings_1.idOf)(fields[2]);
        if (movieId === null || tmdbId === null || !/^\d*$/.test(fields[1])) {
            const reason = "an id is not a whole number";
            return ledger.record("not-a-number", { file: file.name, line, reason, text });
        }
        const movie = movies.get(movieId);
        if (!movie) {
            const reason = `movie ${movieId} is not in the movie table`;
            return ledger.record("unknown-movie", { file: file.name, line, reason, text });
        }
        if (fields[1] !== "")
            movie.imdbId = fields[1];
        if (tmdbId !== undefined)
            movie.tmdbId = tmdbId;
    });
}
/** The free-text tags, without trailing blanks. */
async function readTags(context, movies, now) {
    const { layout, ledger, file } = context;
    const tags = [];
    const form = {
        encoding: layout.encoding,
        separator: layout.separator,
        columns: 4,
        quotes: layout.name === "csv",
        header: layout.header ? "userId,movieId,tag,timestamp" : undefined,
    };
    await (0, text_1.readTextRows)(file, form, ledger, context.reading, context.onBytes, (fields, line, text) => {
        const userId = (0, ratings_1.idOf)(fields[0]);
        const movieId = (0, ratings_1.idOf)(fields[1]);
        if (userId === null || movieId === null) {
            const reason = "a user or movie id is not a whole number";
            return ledger.record("not-a-number", { file: file.name, line, reason, text });
        }
        if (!movies.has(movieId)) {
            const reason = `movie ${movieId} is not in the movie table`;
            return ledger.record("unknown-movie", { file: file.name, line, reason, text });
        }
        const timestamp = (0, ratings_1.parseTimestamp)(fields[3], now);
        if (typeof timestamp !== "number")
            return ledger.record(timestamp.rule, { file: file.name, line, reason: timestamp.reason, text });
        const tag = fields[2].trimEnd();
        if (tag.length < fields[2].length)
            ledger.record("trailing-blanks", { file: file.name, line, reason: "the tag ends in blanks", text });
        tags.push({ userId, movieId, tag, timestamp });
    });
    return tags;
}
//# sourceMappingURL=movies.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.RatingBlocks = exports.EARLIEST = void 0;
exports.scanRatings = scanRatings;
exports.parseRating = parseRating;
exports.parseTimestamp = parseTimestamp;
exports.idOf = idOf;
const node_buffer_1 = require("node:buffer");
const published_1 = require("./published");
const text_1 = require("./text");
/** 1995-01-01 UTC, in seconds: MovieLens went online in that year. */
exports.EARLIEST = 788918400;
const RATINGS_HEADER = "userId,movieId,rating,timestamp";
const LARGEST_ID = 0xffffffff;
/**
 * Reads a ratings file byte by byte: 20 million rows make neither a string nor an object each. Whatever is not
 * plainly right is handed to `parseRating`, the readable statement of what a row must be, which accepts or explains it.
 * @throws WorkspaceError DATA_INVALID when the header is not the layout's
 */
async function scanRatings(file, limits, ledger, reading, onBytes) {
    const { layout, earliest = exports.EARLIEST, now, isMovie } = limits;
    const separator = layout.separator.charCodeAt(0);
    const separatorLength = layout.separator.length;
    const fewestSteps = layout.scale.min * 2;
    const mostSteps = layout.scale.max * 2;
    const halves = layout.scale.step === 0.5;
    const columns = new RatingBlocks();
    const rejectedLines = [];
    let line = 0;
    let headerExpected = layout.header;
    for await (const block of (0, published_1.wholeLines)(file, reading, onBytes)) {
        const end = block.length;
        let at = 0;
        if (headerExpected) {
            headerExpected = false;
            line++;
            at = block.indexOf(10) + 1;
            checkHeader(file.name, block.subarray(0, at));
        }
        while (at < end) {
            line++;
            const lineStart = at;
            let digit;
            let userId = 0;
            let start = at;
            while ((digit = block[at] - 48) >= 0 && digit <= 9) {
                userId = userId * 10 + digit;
                at++;
            }
            // At most nine digits, so that the number stays a small integer; longer ones take the slow path.
            let plain = at > start && at - start <= 9;
            for (let s = 0; s < separatorLength; s++)
                if (block[at] === separator)
                    at++;
                else
                    plain = false;
            let movieId = 0;
            start = at;
            while ((digit = block[at] - 48) >= 0 && digit <= 9) {
                movieId = movieId * 10 + digit;
                at++;
            }
            plain &&= at > start && at - start <= 9;
            for (let s = 0; s < separatorLength; s++)
                if (block[at] === separator)
                    at++;
                else
                    plain = false;
            let steps = -1;
            if ((digit = block[at] - 48) >= 0 && digit <= 9) {
                steps = digit * 2;
                at++;
                if (halves && block[at] === 46) {
                    const half = block[at + 1];
                    if (half === 53)
                        steps++;
                    else if (half !== 48)
                        plain = false;
                    at += 2;
                }
            }
            for (let s = 0; s < separatorLength; s++)
                if (block[at] === separator)
                    at++;
                else
                    plain = false;
            let timestamp = 0;
            start = at;
            while ((digit = block[at] - 48) >= 0 && digit <= 9) {
                timestamp = timestamp * 10 + digit;
                at++;
            }
            plain &&= at > start && at - start <= 10;
            if (block[at] === 13)
                at++;
            if (plain &&
                block[at] === 10 &&
                steps >= fewestSteps &&
                steps <= mostSteps &&
                timestamp >= earliest &&
                timestamp <= now &&
                isMovie(movieId)) {
                columns.append(userId, movieId, steps / 2, timestamp);
                at++;
                continue;
            }
            at = block.indexOf(10, lineStart) + 1;
            const bytes = (0, published_1.withoutLineEnd)(block.subarray(lineStart, at));
            const rating = parseRating(bytes, limits);
            if ("rule" in rating) {
                rejectedLines.push(line);
                ledger.record(rating.rule, {
                    file: file.name,
                    line,
                    reason: rating.reason,
                    text: (0, text_1.printable)(bytes, layout.encoding),
                });
            }
            else
                columns.append(rating.userId, rating.movieId, rating.rating, rating.timestamp);
        }
    }
    if (headerExpected)
        checkHeader(file.name, Buffer.alloc(0));
    ledger.rows(file.name, line - (layout.header ? 1 : 0));
    const firstLine = layout.header ? 2 : 1;
    return columns.scanned(firstLine, rejectedLines);
}
/** One line of a ratings file, without its line end, as a rating or as the first rule that it breaks. */
function parseRating(bytes, { layout, earliest, now, isMovie }) {
    if (layout.encoding === "utf8" && !(0, node_buffer_1.isUtf8)(bytes))
        return { rule: "bad-utf8", reason: "bytes that are not UTF-8" };
    const fields = (0, text_1.decodeLine)(bytes, layout.encoding).split(layout.separator);
    if (fields.length !== 4)
        return { rule: "column-count", reason: `${fields.length} columns, expected 4` };
    const [userField, movieField, ratingField, timestampField] = fields;
    const userId = idOf(userField);
    if (userId === null)
        return { rule: "not-a-number", reason: `user id ${JSON.stringify(userField)} is not a whole number` };
    const movieId = idOf(movieField);
    if (movieId === null)
        return { rule: "not-a-number", reason: `movie id ${JSON.stringify(movieField)} is not a whole number` };
    if (!/^-?\d+(\.\d+)?$/.test(ratingField))
        return { rule: "not-a-number", reason: `rating ${JSON.stringify(ratingField)} is not a number` };
    const rating = Number(ratingField);
    const broken = brokenScale(rating, ratingField, layout.scale);
    if (broken)
        return broken;
    if (!isMovie(movieId))
        return { rule: "unknown-movie", reason: `movie ${movieId} is not in the movie table` };
    const timestamp = parseTimestamp(timestampField, now, earliest);
    if (typeof timestamp !== "number")
        return timestamp;
    return { userId, movieId, rating, timestamp };
}
function brokenScale(rating, field, scale) {
    if (rating < scale.min || rating > scale.max)
        return { rule: "rating-range", reason: `rating "${field}" is outside ${scale.min}–${scale.max}` };
    if (!Number.isInteger(rating / scale.step))
        return { rule: "rating-grid", reason: `rating "${field}" is not a multiple of ${scale.step}` };
    return null;
}
/** Seconds since 1970 (UTC) from a field, or the rule that it breaks. */
function parseTimestamp(field, now, earliest = exports.EARLIEST) {
    if (!/^-?\d+$/.test(field))
        return {
            rule: "not-a-number",
            reason: `timestamp ${JSON.stringify(field)} is not a whole number of seconds`,
        };
    const timestamp = Number(field);
    if (timestamp < earliest)
        return { rule: "timestamp-before-1995", reason: `timestamp ${field} is before 1995` };
    if (timestamp > now)
        return { rule: "timestamp-future", reason: `timestamp ${field} is in the future` };
    return timestamp;
}
/** A MovieLens id from a field; null where it is none. */
function idOf(field) {
    if (!/^\d{1,10}$/.test(field))
        return null;
    const id = Number(field);
    return id <= LARGEST_ID ? id : null;
}
function checkHeader(file, bytes) {
    const header = (0, published_1.withoutLineEnd)(bytes).toString("latin1");
    if (header !== RATINGS_HEADER)
        throw (0, text_1.headerMismatch)(file, header, RATINGS_HEADER);
}
// Rows follow lines except where a line was rejected: count the rejected lines at or before the row's.
function lineOfRow(row, firstLine, rejectedLines) {
    let low = 0;
    let high = rejectedLines.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (rejectedLines[middle] - middle <= row + firstLine)
            low = middle + 1;
        else
            high = middle;
    }
    return row + firstLine + low;
}
const BLOCK = 1 << 20;
/** Columns that grow by blocks, so that growing never copies what is there. */
class RatingBlocks {
    userId = [];
    movieId = [];
    ratings = [];
    timestamps = [];
    users = new Uint32Array(0);
    movies = new Uint32Array(0);
    stars = new Float32Array(0);
    times = new Float64Array(0);
    used = BLOCK;
    append(userId, movieId, rating, timestamp) {
        if (this.used === BLOCK)
            this.grow();
        const at = this.used++;
        this.users[at] = userId;
        this.movies[at] = movieId;
        this.stars[at] = rating;
        this.times[at] = timestamp;
    }
    /**
     * The columns in one piece each; the blocks are given up on the way.
     * @param firstLine the line of the first row, from 1
     * @param rejectedLines lines that gave no row, ascending
     */
    scanned(firstLine, rejectedLines) {
        const length = this.userId.length === 0 ? 0 : (this.userId.length - 1) * BLOCK + this.used;
        return {
            userId: join(this.userId, new Uint32Array(length)),
            movieId: join(this.movieId, new Uint32Array(length)),
            ratings: join(this.ratings, new Float32Array(length)),
            timestamps: join(this.timestamps, new Float64Array(length)),
            lineOf: (row) => lineOfRow(row, firstLine, rejectedLines),
        };
    }
    grow() {
        this.userId.push((this.users = new Uint32Array(BLOCK)));
        this.movieId.push((this.movies = new Uint32Array(BLOCK)));
        this.ratings.push((this.stars = new Float32Array(BLOCK)));
        this.timestamps.push((this.times = new Float64Array(BLOCK)));
        this.used = 0;
    }
}
exports.RatingBlocks = RatingBlocks;
function join(blocks, whole) {
    for (let at = 0; blocks.length > 0; at += BLOCK) {
        const block = blocks.shift();
        whole.set(block.subarray(0, Math.min(BLOCK, whole.length - at)), at);
    }
    return whole;
}
//# sourceMappingURL=ratings.js.map
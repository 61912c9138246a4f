"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.DEFAULT_MAX_BAD_SHARE = void 0;
exports.loadDataset = loadDataset;
exports.readDataset = readDataset;
exports.loadRatingsFile = loadRatingsFile;
exports.loadRatingsParquet = loadRatingsParquet;
exports.loadRatings = loadRatings;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const errors_1 = require("../errors");
const checksum_1 = require("./checksum");
const counting_1 = require("./counting");
const demographics_1 = require("./demographics");
const dataset_1 = require("./dataset");
const movies_1 = require("./movies");
const published_1 = require("./published");
const quality_1 = require("./quality");
const ratings_1 = require("./ratings");
const ratings_parquet_1 = require("./ratings-parquet");
const text_1 = require("./text");
exports.DEFAULT_MAX_BAD_SHARE = 0.001;
/**
 * Reads a published data set, a folder or its zip, and holds it to the data-quality gate. Rejected rows under the
 * threshold are left out; `readDataset` says which.
 * @throws WorkspaceError DATA_QUALITY when a file has too many bad rows, DATA_INVALID when there is no rating at all,
 *   and what `readDataset` throws
 */
async function loadDataset(path, options = {}) {
    const { dataset, quality } = await readDataset(path, options);
    (0, quality_1.assertQuality)(quality, options.maxBadShare ?? exports.DEFAULT_MAX_BAD_SHARE);
    options.onQuality?.(quality);
    if (dataset.users.length === 0)
        throw new errors_1.WorkspaceError("DATA_INVALID", `${path} holds no ratings`, {
            mend: "Give a data set as published; there is nothing to learn from in this one.",
        });
    return dataset;
}
/**
 * Reads a published data set without stopping at bad rows: they are left out of `dataset`, counted in `quality` and
 * written to the quarantine file. The layout is found from the files; ratings, movies, tags, links and users are read.
 * @throws WorkspaceError DATA_MISSING, DATA_LAYOUT_UNKNOWN, or DATA_INVALID where a file cannot be read as its layout at all
 */
async function readDataset(path, options = {}) {
    const published = await (0, published_1.openPublished)(path);
    try {
        const ledger = new quality_1.QualityLedger(options.quarantine);
        try {
            return await readPublished(published, ledger, options);
        }
        catch (error) {
            ledger.abandon();
            throw error;
        }
    }
    finally {
        published.close();
    }
}
async function readPublished(published, ledger, options) {
    const { layout, name } = published;
    const fileOf = (fileName) => fileName === undefined ? undefined : published.files.get(fileName);
    const used = [
        layout.genres,
        layout.movies,
        layout.links,
        layout.ratings,
        layout.tags,
        layout.users,
    ].flatMap((fileName) => fileOf(fileName) ?? []);
    const totalBytes = used.reduce((sum, file) => sum + file.size, 0);
    let bytes = 0;
    const onBytes = (more) => {
        bytes += more;
        options.onProgress?.({ bytes, totalBytes });
    };
    const checksums = new Map();
    const read = async (file, work) => {
        const reading = { bytes: 0, sha256: "" };
        const result = await work({ layout, ledger, file, reading, onBytes });
        ledger.checksum(file.name, reading.bytes, reading.sha256);
        checksums.set(file.name, reading.sha256);
        return result;
    };
    const genreFile = fileOf(layout.genres);
    const genreNames = genreFile ? await read(genreFile, movies_1.readGenreNames) : [];
    const movies = await read(fileOf(layout.movies), (context) => (0, movies_1.readMovies)(context, genreNames));
    const linkFile = fileOf(layout.links);
    if (linkFile)
        await read(linkFile, (context) => (0, movies_1.readLinks)(context, movies));
    const limits = limitsOf(layout, options, membership(movies));
    const ratingFile = fileOf(layout.ratings);
    const scanned = await read(ratingFile, (context) => (0, ratings_1.scanRatings)(ratingFile, limits, ledger, context.reading, onBytes));
    const tagFile = fileOf(layout.tags);
    const tags = tagFile
        ? await read(tagFile, (context) => (0, movies_1.readTags)(context, movies, secondsNow(options)))
        : [];
    const userFile = fileOf(layout.users);
    const demographics = userFile ? await read(userFile, demographics_1.readDemographics) : undefined;
    const hash = hashOf(checksums);
    const whole = (0, dataset_1.createDataset)({ name, ...scanned, movies, tags, demographics, scale: layout.scale, hash }, true);
    const dataset = await withoutDuplicates(whole, ratingFile.name, scanned.lineOf, ledger, (rows) => linesOf(ratingFile, layout, rows));
    return { dataset, quality: ledger.report({ name, layout: layout.name, hash }) };
}
/**
 * Reads one ratings file of a published layout, without the movie table that stands beside it there: any movie id is
 * taken. `movies` and `tags` are empty. A file of the csv layout may lack its header.
 * @param layoutName says how the file is written, which its name does not
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file cannot be read as the layout or holds no rating,
 *   DATA_QUALITY when too many of its rows break the layout's rules
 */
async function loadRatingsFile(path, layoutName, options = {}) {
    const published = published_1.LAYOUTS.find(({ name }) => name === layoutName);
    if (!published) {
        const names = published_1.LAYOUTS.map(({ name }) => name).join(", ");
        throw new errors_1.WorkspaceError("OPTION_INVALID", `the layout is ${layoutName}, not one of ${names}`);
    }
    const file = await singleFile(path);
    const layout = { ...published, header: published.header && (await startsWithHeader(file)) };
    return ratingsAlone(path, layout.name, options, async (ledger) => {
        const reading = { bytes: 0, sha256: "" };
        let bytes = 0;
        const onBytes = (more) => {
            bytes += more;
            options.onProgress?.({ bytes, totalBytes: file.size });
        };
        const limits = limitsOf(layout, options, () => true);
        const scanned = await (0, ratings_1.scanRatings)(file, limits, ledger, reading, onBytes);
        ledger.checksum(file.name, reading.bytes, reading.sha256);
        const textsOf = (rows) => linesOf(file, layout, rows);
        return { file: file.name, layout, scanned, sha256: reading.sha256, textsOf };
    });
}
/**
 * Reads the columns userId, movieId, rating and timestamp of a Parquet file, as `loadRatingsFile` reads a CSV file:
 * by the same rules, without a movie table. Times are numbers of seconds, or of a Parquet timestamp type.
 * @throws WorkspaceError DATA_MISSING, DATA_INVALID when the file is not Parquet, lacks a column or holds no rating,
 *   DATA_QUALITY when too many of its rows break the rules
 */
async function loadRatingsParquet(path, options = {}) {
    const { name: file, size } = await singleFile(path);
    const layout = published_1.LAYOUTS.find(({ name }) => name === "csv");
    return ratingsAlone(path, "parquet", options, async (ledger) => {
        const onRows = (rows, total) => options.onProgress?.({ bytes: Math.round((size * rows) / total), totalBytes: size });
        const scanned = await (0, ratings_parquet_1.scanParquetRatings)(path, file, limitsOf(layout, options, () => true), ledger, onRows);
        const sha256 = await (0, checksum_1.fileDigest)(path, "sha256");
        ledger.checksum(file, size, sha256);
        const textsOf = (rows, { users, items, ...whole }) => Array.from(rows, ([line, row]) => {
            const ids = [whole.userIds[users[row]], whole.itemIds[items[row]]];
            return { line, text: [...ids, whole.ratings[row], whole.timestamps[row]].join(",") };
        });
        return { file, layout, scanned, sha256, textsOf };
    });
}
/**
 * The ratings of a folder, without movies and tags: its `ratings.csv` or `ratings.parquet` if there is one, else a
 * published data set, folder or zip.
 * @throws WorkspaceError as `loadRatingsFile`, `loadRatingsParquet` and `loadDataset` do
 */
async function loadRatings(path, options = {}) {
    const inFolder = (name) => (0, node_path_1.join)(path, name);
    if ((0, node_fs_1.existsSync)(inFolder("ratings.csv")))
        return loadRatingsFile(inFolder("ratings.csv"), "csv", options);
    if ((0, node_fs_1.existsSync)(inFolder("ratings.parquet")))
        return loadRatingsParquet(inFolder("ratings.parquet"), options);
    return loadDataset(path, options);
}
async function ratingsAlone(path, layoutName, options, scan) {
    const ledger = new quality_1.QualityLedger(options.quarantine);
    const read = async () => {
        const { file, layout, scanned, sha256, textsOf } = await scan(ledger);
        const hash = hashOf(new Map([[file, sha256]]));
        const { lineOf, ...columns } = scanned;
        const { scale } = layout;
        const whole = (0, dataset_1.createDataset)({ name: file, ...columns, movies: new Map(), tags: [], scale, hash }, true);
        const dataset = await withoutDuplicates(whole, file, lineOf, ledger, textsOf);
        return { dataset, quality: ledger.report({ name: file, layout: layoutName, hash }) };
    };
    const { dataset, quality } = await read().catch((error) => {
        ledger.abandon();
        throw error;
    });
    (0, quality_1.assertQuality)(quality, options.maxBadShare ?? exports.DEFAULT_MAX_BAD_SHARE);
    options.onQuality?.(quality);
    if (dataset.users.length === 0)
        throw new errors_1.WorkspaceError("DATA_INVALID", `${path} holds no ratings`, {
            mend: "Give a ratings file with at least one rating.",
        });
    return dataset;
}
async function singleFile(path) {
    const found = await (0, promises_1.stat)(path).catch((cause) => {
        throw new errors_1.WorkspaceError("DATA_MISSING", `nothing to read at ${path}`, {
            cause,
            mend: "Check the path.",
        });
    });
    if (!found.isFile())
        throw new errors_1.WorkspaceError("DATA_INVALID", `${path} is not a file`, { mend: "Name a ratings file." });
    const open = () => Promise.resolve((0, node_fs_1.createReadStream)(path, { highWaterMark: 1 << 20 }));
    return { name: (0, node_path_1.basename)(path), size: found.size, open };
}
/** False where the first line is a row already: digits and what separates them. */
async function startsWithHeader(file) {
    for await (const block of (0, published_1.wholeLines)(file, { bytes: 0, sha256: "" }, () => undefined))
        return !/^[\d.,]+$/.test((0, published_1.withoutLineEnd)(block.subarray(0, block.indexOf(10) + 1)).toString("latin1"));
    return true;
}
const secondsNow = ({ now }) => Math.floor((now ?? new Date()).getTime() / 1000);
const limitsOf = (layout, options, isMovie) => ({
    layout,
    ...(options.anyTime ? { earliest: 0, now: Infinity } : { now: secondsNow(options) }),
    isMovie,
});
/** One hash for folder and zip alike: SHA-256 over "name␀sha256⏎" of every file read, by name. */
function hashOf(checksums) {
    const hash = (0, node_crypto_1.createHash)("sha256");
    for (const name of [...checksums.keys()].sort())
        hash.update(`${name}\0${checksums.get(name)}\n`);
    return hash.digest("hex");
}
// Asked once per rating: a byte per id up to the largest published ones, the map beyond.
function membership(movies) {
    const table = new Uint8Array(1 << 20);
    for (const movieId of movies.keys())
        if (movieId < table.length)
            table[movieId] = 1;
    return (movieId) => (movieId < table.length ? table[movieId] === 1 : movies.has(movieId));
}
/** Leaves out every rating of a movie that its user had rated on an earlier line; the index space stays the same. */
async function withoutDuplicates(dataset, file, lineOf, ledger, textsOf) {
    const { users, items, userIds, itemIds } = dataset;
    // For each item, the row (from 1) that last rated it: the same user's means a duplicate.
    const lastRow = new Uint32Array(itemIds.length);
    const firstRowOf = new Map();
    for (const row of (0, counting_1.countingOrder)(users, userIds.length)) {
        const earlier = lastRow[items[row]];
        if (earlier > 0 && users[earlier - 1] === users[row])
            firstRowOf.set(row, earlier - 1);
        else
            lastRow[items[row]] = row + 1;
    }
    if (firstRowOf.size === 0)
        return dataset;
    const rowOfLine = new Map();
    for (const row of firstRowOf.keys())
        rowOfLine.set(lineOf(row), row);
    for await (const { line, text } of textsOf(rowOfLine, dataset)) {
        const row = rowOfLine.get(line);
        const first = firstRowOf.get(row);
        const reason = `user ${userIds[users[row]]} rated movie ${itemIds[items[row]]} on line ${lineOf(first)} already`;
        ledger.record("duplicate-rating", { file, line, reason, text });
    }
    const rows = new Uint32Array(users.length - firstRowOf.size);
    for (let row = 0, at = 0; row < users.length; row++)
        if (!firstRowOf.has(row))
            rows[at++] = row;
    return (0, dataset_1.subset)(dataset, rows);
}
/** The wanted lines of a file as published, read once more: the columns no longer know their text. */
async function* linesOf(file, { encoding }, wanted) {
    let line = 0;
    for await (const block of (0, published_1.wholeLines)(file, { bytes: 0, sha256: "" }, () => undefined))
        for (let at = 0; at < block.length;) {
            line++;
            const next = block.indexOf(10, at) + 1;
            if (wanted.has(line))
                yield { line, text: (0, text_1.printable)((0, published_1.withoutLineEnd)(block.subarray(at, next)), encoding) };
            at = next;
        }
}
//# sourceMappingURL=read.js.map
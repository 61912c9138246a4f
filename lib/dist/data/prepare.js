"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.prepare = prepare;
exports.loadPrepared = loadPrepared;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const node_api_1 = require("@duckdb/node-api");
const errors_1 = require("../errors");
const checksum_1 = require("./checksum");
const duckdb_1 = require("./duckdb");
const parquet_1 = require("./parquet");
const paths_1 = require("./paths");
const split_1 = require("./split");
const version_1 = require("./version");
const SCHEMA = 2;
const MANIFEST = "manifest.json";
const PARTS = ["train", "validation", "test"];
/**
 * Splits a data set, cleaned or whole, and writes it as Parquet with a manifest: train, validation and test (user and
 * item as dense indices, userId and movieId as MovieLens ids, rating in stars, timestamp in seconds), users and items
 * (the index space, cold ones included; users with their demographics), movies and tags. The folder appears in one piece or not at all; nothing is
 * written when it already holds exactly this.
 * @returns the folder, its manifest, and whether it was written now
 * @throws WorkspaceError SPLIT_INVALID when the protocol does not suit the data
 */
async function prepare(dataset, options) {
    const folder = (0, node_path_1.resolve)(options.folder ?? (0, paths_1.projectPath)("data", "interim", dataset.name));
    const wanted = {
        schema: SCHEMA,
        name: dataset.name,
        dataHash: dataset.hash,
        ratingsHash: ratingsHash(dataset),
        cleaning: options.cleaning ?? [],
        protocol: options.protocol,
        scale: dataset.scale,
        libraryVersion: (0, version_1.libraryVersion)(),
    };
    const present = await intactManifest(folder, wanted);
    if (present)
        return { folder, manifest: present, written: false };
    const { train: rest, test } = (0, split_1.splitBy)(dataset, options.protocol);
    const { train, test: validation } = (0, split_1.splitBy)(rest, options.protocol);
    const part = `${folder}.part-${process.pid}`;
    await (0, promises_1.rm)(part, { recursive: true, force: true });
    await (0, promises_1.mkdir)(part, { recursive: true });
    try {
        const manifest = { ...wanted, files: {} };
        await (0, duckdb_1.withDuckdb)(async (connection) => {
            for (const [name, columns] of tables(dataset, { train, validation, test })) {
                const path = (0, node_path_1.join)(part, name);
                await (0, parquet_1.writeParquet)(connection, path, columns);
                const rows = columns[0].values.length;
                manifest.files[name] = {
                    rows,
                    bytes: (await (0, promises_1.stat)(path)).size,
                    sha256: await (0, checksum_1.fileDigest)(path, "sha256"),
                };
            }
        });
        await (0, promises_1.writeFile)((0, node_path_1.join)(part, MANIFEST), JSON.stringify(manifest, null, 2) + "\n");
        await replaceFolder(part, folder);
        return { folder, manifest, written: true };
    }
    finally {
        await (0, promises_1.rm)(part, { recursive: true, force: true });
    }
}
/**
 * Reads what `prepare` wrote, after checking every file's SHA-256 against the manifest.
 * @throws WorkspaceError DATA_MISSING when there is no prepared folder, DATA_INVALID when a file is missing or altered,
 *   or the manifest is of another schema
 */
async function loadPrepared(folder) {
    const full = (0, node_path_1.resolve)(folder);
    const manifest = await readManifest(full);
    if (!manifest)
        throw new errors_1.WorkspaceError("DATA_MISSING", `no prepared data at ${full}`, {
            mend: "Run notebook 03 (data preparation), or call `prepare`.",
        });
    if (manifest.schema !== SCHEMA || !manifest.files)
        throw invalid(`${(0, node_path_1.join)(full, MANIFEST)} has schema ${manifest.schema}, this library reads ${SCHEMA}`);
    const altered = await alteredFile(full, manifest);
    if (altered)
        throw invalid(`${(0, node_path_1.join)(full, altered)} is missing or does not match its manifest`);
    return (0, duckdb_1.withDuckdb)(async (connection) => {
        const file = (name) => (0, node_path_1.join)(full, `${name}.parquet`);
        const rowsOf = (name) => manifest.files[`${name}.parquet`].rows;
        const userIds = new Uint32Array(rowsOf("users"));
        const itemIds = new Uint32Array(rowsOf("items"));
        await (0, parquet_1.readNumbers)(connection, file("users"), { userId: userIds });
        await (0, parquet_1.readNumbers)(connection, file("items"), { movieId: itemIds });
        const shared = {
            name: manifest.name,
            userIds,
            itemIds,
            userIndex: indexOf(userIds),
            itemIndex: indexOf(itemIds),
            movies: await readMovies(connection, file("movies")),
            tags: (await (0, duckdb_1.queryRows)(connection, `SELECT userId, movieId, tag, timestamp FROM read_parquet(${(0, duckdb_1.sqlString)(file("tags"))})`)),
            demographics: await readDemographics(connection, file("users")),
            scale: manifest.scale,
            hash: manifest.dataHash,
        };
        const ratingsOf = async (name) => {
            const users = new Uint32Array(rowsOf(name));
            const items = new Uint32Array(rowsOf(name));
            const ratings = new Float32Array(rowsOf(name));
            const timestamps = new Float64Array(rowsOf(name));
            await (0, parquet_1.readNumbers)(connection, file(name), {
                user: users,
                item: items,
                rating: ratings,
                timestamp: timestamps,
            });
            return { ...shared, users, items, ratings, timestamps };
        };
        const [train, validation, test] = [
            await ratingsOf("train"),
            await ratingsOf("validation"),
            await ratingsOf("test"),
        ];
        return { train, validation, test, manifest };
    });
}
function tables(dataset, parts) {
    const movies = [...dataset.movies.values()];
    const { tags, userIds, itemIds, demographics } = dataset;
    const demographic = (name) => ({
        name,
        type: node_api_1.VARCHAR,
        values: Array.from(userIds, (id) => demographics.get(id)?.[name] ?? null),
    });
    return [
        ...PARTS.map((name) => [`${name}.parquet`, ratingColumns(parts[name])]),
        [
            "users.parquet",
            [
                { name: "user", type: node_api_1.UINTEGER, values: Uint32Array.from(userIds.keys()) },
                { name: "userId", type: node_api_1.UINTEGER, values: userIds },
                ...["gender", "age", "occupation"].map(demographic),
            ],
        ],
        [
            "items.parquet",
            [
                { name: "item", type: node_api_1.UINTEGER, values: Uint32Array.from(itemIds.keys()) },
                { name: "movieId", type: node_api_1.UINTEGER, values: itemIds },
            ],
        ],
        [
            "movies.parquet",
            [
                { name: "movieId", type: node_api_1.UINTEGER, values: movies.map(({ movieId }) => movieId) },
                { name: "title", type: node_api_1.VARCHAR, values: movies.map(({ title }) => title) },
                { name: "year", type: node_api_1.INTEGER, values: movies.map(({ year }) => year) },
                { name: "genres", type: (0, node_api_1.LIST)(node_api_1.VARCHAR), values: movies.map(({ genres }) => (0, node_api_1.listValue)(genres)) },
                { name: "imdbId", type: node_api_1.VARCHAR, values: movies.map(({ imdbId }) => imdbId ?? null) },
                { name: "tmdbId", type: node_api_1.UINTEGER, values: movies.map(({ tmdbId }) => tmdbId ?? null) },
            ],
        ],
        [
            "tags.parquet",
            [
                { name: "userId", type: node_api_1.UINTEGER, values: tags.map(({ userId }) => userId) },
                { name: "movieId", type: node_api_1.UINTEGER, values: tags.map(({ movieId }) => movieId) },
                { name: "tag", type: node_api_1.VARCHAR, values: tags.map(({ tag }) => tag) },
                { name: "timestamp", type: node_api_1.BIGINT, values: tags.map(({ timestamp }) => timestamp) },
            ],
        ],
    ];
}
const ratingColumns = ({ users, items, ratings, timestamps, userIds, itemIds }) => [
    { name: "user", type: node_api_1.UINTEGER, values: users },
    { name: "item", type: node_api_1.UINTEGER, values: items },
    { name: "userId", type: node_api_1.UINTEGER, values: users.map((user) => userIds[user]) },
    { name: "movieId", type: node_api_1.UINTEGER, values: items.map((item) => itemIds[item]) },
    { name: "rating", type: node_api_1.FLOAT, values: ratings },
    { name: "timestamp", type: node_api_1.BIGINT, values: timestamps },
];
async function readMovies(connection, path) {
    const rows = await (0, duckdb_1.queryRows)(connection, `SELECT * FROM read_parquet(${(0, duckdb_1.sqlString)(path)})`);
    return new Map(rows.map((row) => {
        const { imdbId, tmdbId, ...movie } = row;
        return [
            movie.movieId,
            { ...movie, ...(imdbId === null ? {} : { imdbId }), ...(tmdbId === null ? {} : { tmdbId }) },
        ];
    }));
}
async function readDemographics(connection, path) {
    const rows = await (0, duckdb_1.queryRows)(connection, `SELECT userId, gender, age, occupation FROM read_parquet(${(0, duckdb_1.sqlString)(path)}) WHERE gender IS NOT NULL`);
    return new Map(rows.map(({ userId, ...own }) => [userId, own]));
}
function ratingsHash({ users, items, userIds, itemIds, ratings, timestamps }) {
    const hash = (0, node_crypto_1.createHash)("sha256");
    for (const column of [users, items, userIds, itemIds, ratings, timestamps]) {
        hash.update(`${column.length}\n`);
        hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    }
    return hash.digest("hex");
}
const indexOf = (ids) => new Map(Array.from(ids, (id, dense) => [id, dense]));
const PREPARE_AGAIN = "Prepare the data again: run notebook 03, or call `prepare`.";
const invalid = (message) => new errors_1.WorkspaceError("DATA_INVALID", message, { mend: PREPARE_AGAIN });
async function readManifest(folder) {
    const path = (0, node_path_1.join)(folder, MANIFEST);
    if (!(0, node_fs_1.existsSync)(path))
        return null;
    const text = await (0, promises_1.readFile)(path, "utf8");
    try {
        return JSON.parse(text);
    }
    catch (cause) {
        throw new errors_1.WorkspaceError("DATA_INVALID", `${path} is not JSON`, { cause, mend: PREPARE_AGAIN });
    }
}
/** The manifest of `folder`, if it says what is wanted and its files are as it says. */
async function intactManifest(folder, wanted) {
    // A manifest that cannot be read is as good as none: the folder is about to be written anew.
    const present = await readManifest(folder).catch(() => null);
    if (!present)
        return null;
    const { files, ...made } = present;
    if (JSON.stringify(made) !== JSON.stringify(wanted) || !files)
        return null;
    return (await alteredFile(folder, present)) === null ? present : null;
}
async function alteredFile(folder, manifest) {
    for (const [name, { sha256 }] of Object.entries(manifest.files)) {
        const path = (0, node_path_1.join)(folder, name);
        if (!(0, node_fs_1.existsSync)(path) || (await (0, checksum_1.fileDigest)(path, "sha256")) !== sha256)
            return name;
    }
    return null;
}
/** Puts `fresh` where `folder` is; a reader sees the old folder or the new one, whole. */
async function replaceFolder(fresh, folder) {
    const old = `${folder}.old-${process.pid}`;
    await (0, promises_1.mkdir)((0, node_path_1.dirname)(folder), { recursive: true });
    await (0, promises_1.rm)(old, { recursive: true, force: true });
    if ((0, node_fs_1.existsSync)(folder))
        await (0, promises_1.rename)(folder, old);
    await (0, promises_1.rename)(fresh, folder);
    await (0, promises_1.rm)(old, { recursive: true, force: true });
}
//# sourceMappingURL=prepare.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.isVersionName = void 0;
exports.exportModel = exportModel;
exports.loadModel = loadModel;
exports.readModel = readModel;
exports.newestModel = newestModel;
exports.versionNames = versionNames;
exports.readManifest = readManifest;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_os_1 = require("node:os");
const node_path_1 = require("node:path");
const als_1 = require("../als");
const data_1 = require("../data");
const durable_1 = require("./durable");
const model_card_1 = require("./model-card");
/**
 * A model file is a folder:
 *   manifest.json   everything that is not a column, and the checksum of every other file and of itself
 *   *.f32, *.u32    columns, little-endian, row-major: factors, biases, ids, and the training ratings by user; where the
 *                   model has them, co-factors and each seed's own biases, by which rows are folded in
 *   movies.json     the movie table that a server shows
 *   model-card.md   for people: data, quality, limits and biases
 *
 * Factors are stored as float32, half the size of the float64 they are trained in. A stored value is off by at
 * most 2⁻²⁴ of itself, so a score moves by about 2⁻²³·Σ|p_f·q_f|: below 1e-5 for stars. `parityCheck` measures it.
 */
const SCHEMA_VERSION = 1;
const MANIFEST = "manifest.json";
const CARD = "model-card.md";
/**
 * Every file that a model of these counts consists of, beside the manifest. Files older than co-factors and several seeds'
 * own biases have neither, and older ones no card; a reader that does not know them leaves them aside.
 */
const layoutOf = ({ users, items, ratings, rank, movies, cofactors, seeds, card }) => ({
    "user-factors.f32": { dtype: "float32", shape: [users, rank] },
    "item-factors.f32": { dtype: "float32", shape: [items, rank] },
    "user-bias.f32": { dtype: "float32", shape: [users] },
    "item-bias.f32": { dtype: "float32", shape: [items] },
    "user-ids.u32": { dtype: "uint32", shape: [users] },
    "item-ids.u32": { dtype: "uint32", shape: [items] },
    "rating-starts.u32": { dtype: "uint32", shape: [users + 1] },
    "rating-items.u32": { dtype: "uint32", shape: [ratings] },
    "rating-stars.f32": { dtype: "float32", shape: [ratings] },
    "movies.json": { dtype: "json", shape: [movies] },
    ...(cofactors && {
        "user-cofactors.f32": { dtype: "float32", shape: [users, rank] },
        "item-cofactors.f32": { dtype: "float32", shape: [items, rank] },
    }),
    ...(seeds > 0 && {
        "user-seed-bias.f32": { dtype: "float32", shape: [users, seeds] },
        "item-seed-bias.f32": { dtype: "float32", shape: [items, seeds] },
    }),
    ...(card && { [CARD]: { dtype: "text", shape: [] } }),
});
const countsOf = ({ users, items, ratings, options, files }) => ({
    users,
    items,
    ratings,
    rank: options.rank,
    movies: files["movies.json"]?.shape?.[0],
    cofactors: "item-cofactors.f32" in files,
    seeds: "item-seed-bias.f32" in files ? (options.seeds ?? 1) : 0,
    card: CARD in files,
});
/**
 * Writes a model as a new version in `folder`. It appears whole or not at all: the files are written and
 * flushed in a hidden folder beside it, which is renamed last. Exporting the same model at the same second again
 * leaves the first in place.
 * @throws WorkspaceError MODEL_INVALID for a value that is not finite, a column of the wrong length, or an item
 *   that the data set's movie table lacks
 */
async function exportModel(model, { folder, dataset, metrics, now = new Date() }) {
    const { parts } = model;
    const movies = movieTable(parts, dataset);
    const layout = layoutOf({
        users: parts.userIds.length,
        items: parts.itemIds.length,
        ratings: parts.ratings.columns.length,
        rank: parts.options.rank,
        movies: movies.length,
        cofactors: parts.itemCofactors !== undefined,
        seeds: parts.itemSeedBias ? (parts.options.seeds ?? 1) : 0,
        card: true,
    });
    const contents = {
        "user-factors.f32": float32Bytes("userFactors", parts.userFactors),
        "item-factors.f32": float32Bytes("itemFactors", parts.itemFactors),
        "user-bias.f32": float32Bytes("userBias", parts.userBias),
        "item-bias.f32": float32Bytes("itemBias", parts.itemBias),
        "user-ids.u32": uint32Bytes(parts.userIds),
        "item-ids.u32": uint32Bytes(parts.itemIds),
        "rating-starts.u32": uint32Bytes(parts.ratings.rowStart),
        "rating-items.u32": uint32Bytes(parts.ratings.columns),
        "rating-stars.f32": float32Bytes("ratings.values", parts.ratings.values),
        "movies.json": Buffer.from(`[\n${movies.map((movie) => JSON.stringify(movie)).join(",\n")}\n]\n`),
    };
    if (parts.userCofactors)
        contents["user-cofactors.f32"] = float32Bytes("userCofactors", parts.userCofactors);
    if (parts.itemCofactors)
        contents["item-cofactors.f32"] = float32Bytes("itemCofactors", parts.itemCofactors);
    if (parts.userSeedBias)
        contents["user-seed-bias.f32"] = float32Bytes("userSeedBias", parts.userSeedBias);
    if (parts.itemSeedBias)
        contents["item-seed-bias.f32"] = float32Bytes("itemSeedBias", parts.itemSeedBias);
    for (const [name, value] of Object.entries(metrics))
        if (!Number.isFinite(value))
            throw new data_1.WorkspaceError("MODEL_INVALID", `metric ${name} is ${value}`);
    contents[CARD] = Buffer.from((0, model_card_1.writeModelCard)(model, dataset, metrics));
    const files = {};
    for (const name of fileNames(layout)) {
        const { dtype, shape } = layout[name];
        const content = contents[name];
        if (isColumn(dtype) && content.length !== byteLength(shape))
            throw new data_1.WorkspaceError("MODEL_INVALID", `${name}: the model has ${content.length / 4} values, [${shape.join(" × ")}] were expected`);
        files[name] = { bytes: content.length, sha256: sha256(content), dtype, shape };
    }
    const unnamed = {
        schemaVersion: SCHEMA_VERSION,
        kind: parts.options.feedback,
        options: parts.options,
        globalMean: parts.globalMean,
        scale: parts.scale,
        users: parts.userIds.length,
        items: parts.itemIds.length,
        ratings: parts.ratings.columns.length,
        data: { name: dataset.name, hash: dataset.hash },
        metrics,
        created: now.toISOString(),
        libraryVersion: (0, data_1.libraryVersion)(),
        nodeVersion: process.versions.node,
        files,
    };
    const stamp = unnamed.created.replace(/[-:]|\.\d+/g, "");
    const shortHash = sha256(Buffer.from(JSON.stringify(unnamed))).slice(0, 8);
    const version = `${stamp}-${unnamed.kind}-r${parts.options.rank}-${shortHash}`;
    const target = (0, node_path_1.join)(folder, version);
    // The name carries the hash of all that is inside: what stands there already is this very model.
    await (0, durable_1.placeFolder)(target, { ...contents, [MANIFEST]: Buffer.from(signed({ ...unnamed, version })) });
    return { folder: target, version };
}
/**
 * Reads a model and proves it whole: every file present, of the size, checksum and shape that the manifest
 * says, and the manifest itself unaltered.
 * @param folder of one version
 * @throws WorkspaceError MODEL_MISSING when there is no model in `folder`, MODEL_FOREIGN for a schema version or
 *   kind that this library does not read, MODEL_CORRUPT naming the file and what is wrong with it
 */
async function loadModel(folder) {
    const { parts, ...rest } = await readModel(folder);
    return { model: new als_1.AlsModel(parts), ...rest };
}
/** The reading and checking of `loadModel`. */
async function readModel(folder) {
    const manifest = await readManifest(folder);
    const layout = layoutOf(countsOf(manifest));
    const contents = {};
    await Promise.all(fileNames(layout).map(async (name) => {
        contents[name] = await readWhole((0, node_path_1.join)(folder, name), manifest.files[name]);
    }));
    const itemIds = readUint32(contents["item-ids.u32"]);
    const optional = (name) => name in contents ? Float64Array.from(readFloat32(contents[name])) : undefined;
    const parts = {
        options: manifest.options,
        globalMean: manifest.globalMean,
        scale: manifest.scale,
        userIds: readUint32(contents["user-ids.u32"]),
        itemIds,
        userFactors: Float64Array.from(readFloat32(contents["user-factors.f32"])),
        itemFactors: Float64Array.from(readFloat32(contents["item-factors.f32"])),
        userBias: Float64Array.from(readFloat32(contents["user-bias.f32"])),
        itemBias: Float64Array.from(readFloat32(contents["item-bias.f32"])),
        userCofactors: optional("user-cofactors.f32"),
        itemCofactors: optional("item-cofactors.f32"),
        userSeedBias: optional("user-seed-bias.f32"),
        itemSeedBias: optional("item-seed-bias.f32"),
        ratings: {
            rowStart: readUint32(contents["rating-starts.u32"]),
            columns: readUint32(contents["rating-items.u32"]),
            values: readFloat32(contents["rating-stars.f32"]),
            rows: manifest.users,
            cols: manifest.items,
        },
    };
    checkRatings(folder, parts);
    const table = parseJson((0, node_path_1.join)(folder, "movies.json"), Buffer.from(contents["movies.json"]));
    const movies = new Map(table.map((movie) => [movie.movieId, movie]));
    for (const movieId of itemIds)
        if (!movies.has(movieId))
            throw corrupt((0, node_path_1.join)(folder, "movies.json"), `movie ${movieId} is missing`);
    const card = CARD in contents ? { card: Buffer.from(contents[CARD]).toString("utf8") } : {};
    return { folder, parts, manifest, movies, ...card };
}
/** Whether a folder's name is that of a model: `20261124T101500Z-explicit-r32-1a2b3c4d`. */
const isVersionName = (name) => /^\d{8}T\d{6}Z-[\w-]+$/.test(name);
exports.isVersionName = isVersionName;
/**
 * The folder of the newest version in `modelsFolder`.
 * @throws WorkspaceError MODEL_MISSING when there is none
 */
async function newestModel(modelsFolder) {
    const newest = (await versionNames(modelsFolder)).at(-1);
    if (!newest)
        throw new data_1.WorkspaceError("MODEL_MISSING", `there is no model in ${modelsFolder} yet`);
    return (0, node_path_1.join)(modelsFolder, newest);
}
/** Names of the versions in `modelsFolder`, oldest first; none where there is no such folder. */
async function versionNames(modelsFolder) {
    const names = (0, node_fs_1.existsSync)(modelsFolder) ? await (0, promises_1.readdir)(modelsFolder) : [];
    const versions = await Promise.all(names
        .filter(exports.isVersionName)
        .map(async (name) => ({ name, written: (await (0, promises_1.stat)((0, node_path_1.join)(modelsFolder, name))).mtimeMs })));
    // Names carry whole seconds; two exports within one are told apart by when their folders were written.
    const stamp = ({ name }) => name.slice(0, 16);
    versions.sort((a, b) => stamp(a).localeCompare(stamp(b)) || a.written - b.written);
    return versions.map(({ name }) => name);
}
/** What a model's manifest says, its own checksum proven; the other files are not looked at. Throws as `loadModel`. */
async function readManifest(folder) {
    const path = (0, node_path_1.join)(folder, MANIFEST);
    if (!(0, node_fs_1.existsSync)(path))
        throw new data_1.WorkspaceError("MODEL_MISSING", `${folder} holds no ${MANIFEST}`);
    const manifest = parseJson(path, await (0, promises_1.readFile)(path));
    // The version is looked at before the checksum: a later schema may well be signed in another way.
    if (manifest?.schemaVersion !== SCHEMA_VERSION)
        throw new data_1.WorkspaceError("MODEL_FOREIGN", `${path}: schema version ${manifest?.schemaVersion}, this library reads ${SCHEMA_VERSION}`);
    const { sha256: stated, ...unsigned } = manifest;
    if (stated !== checksum(unsigned))
        throw corrupt(path, "its own checksum does not match");
    if (!["explicit", "implicit"].includes(manifest.kind) || manifest.options.feedback !== manifest.kind)
        throw new data_1.WorkspaceError("MODEL_FOREIGN", `${path}: kind "${manifest.kind}", not explicit or implicit`);
    const layout = layoutOf(countsOf(manifest));
    for (const [name, { dtype, shape }] of Object.entries(layout)) {
        const entry = manifest.files[name];
        if (entry?.dtype !== dtype || String(entry.shape) !== String(shape))
            throw corrupt(path, `${name} is not ${dtype} [${shape.join(" × ")}], as the counts demand`);
    }
    return unsigned;
}
async function readWhole(path, { bytes, sha256: expected, dtype, shape }) {
    let content;
    try {
        content = await (0, promises_1.readFile)(path);
    }
    catch (error) {
        if (error.code !== "ENOENT")
            throw error;
        throw corrupt(path, "the file is missing");
    }
    if (content.length !== bytes)
        throw corrupt(path, `${content.length} bytes, the manifest says ${bytes}`);
    if (isColumn(dtype) && bytes !== byteLength(shape))
        throw corrupt(path, `${bytes} bytes do not hold [${shape.join(" × ")}] values`);
    if (sha256(content) !== expected)
        throw corrupt(path, "its checksum does not match: a byte has changed");
    return content;
}
function checkRatings(folder, { ratings: { rowStart, columns, rows, cols } }) {
    for (let row = 0; row < rows; row++)
        if (rowStart[row + 1] < rowStart[row] || rowStart[0] !== 0)
            throw corrupt((0, node_path_1.join)(folder, "rating-starts.u32"), `row ${row} does not start where the one before ends`);
    if (rowStart[rows] !== columns.length)
        throw corrupt((0, node_path_1.join)(folder, "rating-starts.u32"), `ends at ${rowStart[rows]}, there are ${columns.length} ratings`);
    for (const item of columns)
        if (item >= cols)
            throw corrupt((0, node_path_1.join)(folder, "rating-items.u32"), `item ${item} of ${cols}`);
}
function movieTable(parts, dataset) {
    for (const movieId of parts.itemIds)
        if (!dataset.movies.has(movieId))
            throw new data_1.WorkspaceError("MODEL_INVALID", `movie ${movieId} of the model is not among ${dataset.name}'s movies`);
    return Array.from(dataset.movies.values(), ({ movieId, title, year, genres }) => ({
        movieId,
        title,
        year,
        genres,
    })).sort((a, b) => a.movieId - b.movieId);
}
const fileNames = (layout) => Object.keys(layout);
const isColumn = (dtype) => dtype === "float32" || dtype === "uint32";
const byteLength = (shape) => shape.reduce((product, size) => product * size, 4);
const sha256 = (content) => (0, node_crypto_1.createHash)("sha256").update(content).digest("hex");
const checksum = (manifest) => sha256(Buffer.from(JSON.stringify(manifest)));
const signed = (manifest) => `${JSON.stringify({ ...manifest, sha256: checksum(manifest) }, null, 2)}\n`;
function float32Bytes(part, values) {
    const stored = Float32Array.from(values);
    const at = stored.findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
        throw new data_1.WorkspaceError("MODEL_INVALID", `${part}[${at}] is ${values[at]}, which float32 cannot hold`);
    return littleEndian(Buffer.from(stored.buffer));
}
function uint32Bytes(values) {
    return littleEndian(Buffer.from(Uint32Array.from(values).buffer));
}
const readFloat32 = (content) => new Float32Array(aligned(content));
const readUint32 = (content) => new Uint32Array(aligned(content));
/** A copy of its own: a Buffer may start anywhere in a pool, a column must start on four bytes. */
function aligned(content) {
    const copy = new ArrayBuffer(content.length);
    const bytes = Buffer.from(copy);
    bytes.set(content);
    littleEndian(bytes);
    return copy;
}
/** Every column has values of four bytes. Swaps in place where the machine counts from the other end. */
const littleEndian = (bytes) => ((0, node_os_1.endianness)() === "LE" ? bytes : bytes.swap32());
function parseJson(path, content) {
    try {
        return JSON.parse(content.toString("utf8"));
    }
    catch (error) {
        throw corrupt(path, error.message);
    }
}
function corrupt(path, what) {
    return new data_1.WorkspaceError("MODEL_CORRUPT", `${path}: ${what}`);
}
//# sourceMappingURL=model-file.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.LAYOUTS = void 0;
exports.openPublished = openPublished;
exports.wholeLines = wholeLines;
exports.withoutLineEnd = withoutLineEnd;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const node_zlib_1 = require("node:zlib");
const yauzl_1 = require("yauzl");
const errors_1 = require("../errors");
const HALF_STARS = { min: 0.5, max: 5, step: 0.5 };
const WHOLE_STARS = { min: 1, max: 5, step: 1 };
/** Told apart by `marks`, in this order: 1m has everything that 10m has. */
exports.LAYOUTS = [
    {
        name: "csv",
        encoding: "utf8",
        separator: ",",
        header: true,
        scale: HALF_STARS,
        ratings: "ratings.csv",
        movies: "movies.csv",
        tags: "tags.csv",
        links: "links.csv",
        marks: ["ratings.csv", "movies.csv"],
    },
    {
        name: "1m",
        encoding: "latin1",
        separator: "::",
        header: false,
        scale: WHOLE_STARS,
        ratings: "ratings.dat",
        movies: "movies.dat",
        users: "users.dat",
        marks: ["ratings.dat", "movies.dat", "users.dat"],
    },
    {
        name: "10m",
        encoding: "utf8",
        separator: "::",
        header: false,
        scale: HALF_STARS,
        ratings: "ratings.dat",
        movies: "movies.dat",
        tags: "tags.dat",
        marks: ["ratings.dat", "movies.dat"],
    },
    {
        name: "100k",
        encoding: "latin1",
        separator: "\t",
        header: false,
        scale: WHOLE_STARS,
        ratings: "u.data",
        movies: "u.item",
        genres: "u.genre",
        users: "u.user",
        marks: ["u.data", "u.item", "u.genre"],
    },
];
/**
 * Opens a folder or zip and finds out which layout it has, by the files that are there.
 * @throws WorkspaceError DATA_MISSING when nothing is at `path`, DATA_LAYOUT_UNKNOWN when the files fit no layout,
 *   DATA_INVALID when the zip cannot be read
 */
async function openPublished(path) {
    const full = (0, node_path_1.resolve)(path);
    const found = await (0, promises_1.stat)(full).catch((cause) => {
        throw new errors_1.WorkspaceError("DATA_MISSING", `nothing to read at ${full}`, { cause });
    });
    const { files, close } = found.isDirectory() ? await folderFiles(full) : await zipFiles(full);
    const layout = exports.LAYOUTS.find(({ marks }) => marks.every((mark) => files.has(mark)));
    if (!layout) {
        close();
        const names = [...files.keys()].sort();
        throw new errors_1.WorkspaceError("DATA_LAYOUT_UNKNOWN", `${full} holds no published MovieLens layout; found ${names.slice(0, 12).join(", ") || "no files"}` +
            (names.length > 12 ? `, … (${names.length} files)` : ""));
    }
    return { name: (0, node_path_1.basename)(full).replace(/\.zip$/i, ""), layout, files, close };
}
async function folderFiles(folder) {
    const files = new Map();
    for (const entry of await (0, promises_1.readdir)(folder, { withFileTypes: true })) {
        const path = (0, node_path_1.join)(folder, entry.name);
        const info = await (0, promises_1.stat)(path);
        if (!info.isFile())
            continue;
        const open = () => Promise.resolve((0, node_fs_1.createReadStream)(path, { highWaterMark: 1 << 20 }));
        files.set(entry.name, { name: entry.name, size: info.size, open });
    }
    return { files, close: () => undefined };
}
async function zipFiles(path) {
    const broken = (cause) => new errors_1.WorkspaceError("DATA_INVALID", `${path} is not a readable zip: ${cause.message}`, {
        mend: "Fetch it again with `npm run data:fetch -- <name>`, or give the unpacked folder.",
        cause,
    });
    const zip = await new Promise((done, fail) => (0, yauzl_1.open)(path, { lazyEntries: true, autoClose: false }, (error, opened) => error ? fail(broken(error)) : done(opened)));
    const entries = await new Promise((done, fail) => {
        const all = [];
        zip.on("entry", (entry) => {
            all.push(entry);
            zip.readEntry();
        });
        zip.on("end", () => done(all));
        zip.on("error", (error) => {
            zip.close();
            fail(broken(error));
        });
        zip.readEntry();
    });
    const files = new Map();
    for (const entry of entries) {
        const path = entry.fileName.split("/");
        const name = path[path.length - 1];
        if (name === "" || path.length > 2 || path[0] === "__MACOSX")
            continue;
        if (files.has(name)) {
            zip.close();
            throw broken(new Error(`it holds ${name} twice, in different folders`));
        }
        const open = async () => {
            const stream = await new Promise((done, fail) => zip.openReadStream(entry, (error, opened) => (error ? fail(broken(error)) : done(opened))));
            return checkedByCrc(stream, entry, broken);
        };
        files.set(name, { name, size: entry.uncompressedSize, open });
    }
    return { files, close: () => zip.close() };
}
// yauzl leaves the CRC to its caller; a flipped bit inside a stored number would else pass as a rating.
async function* checkedByCrc(stream, entry, broken) {
    let crc = 0;
    try {
        for await (const chunk of stream) {
            crc = (0, node_zlib_1.crc32)(chunk, crc);
            yield chunk;
        }
        if (crc !== entry.crc32)
            throw new Error(`CRC-32 of ${entry.fileName} does not match`);
    }
    catch (error) {
        throw broken(error);
    }
}
// No published line comes near; a file without line ends must not fill the memory.
const LONGEST_LINE = 1 << 20;
/**
 * The file in blocks of whole lines, each line ending in a line feed (one is added where the file's last line has none).
 * Memory is constant in the size of the file; a block is valid until the next is asked for.
 */
async function* wholeLines(file, reading, onBytes) {
    const hash = (0, node_crypto_1.createHash)("sha256");
    let rest = Buffer.alloc(0);
    reading.bytes = 0;
    for await (const chunk of await file.open()) {
        hash.update(chunk);
        reading.bytes += chunk.length;
        onBytes(chunk.length);
        const end = chunk.lastIndexOf(10) + 1;
        if (end > 0) {
            yield rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, end)]) : chunk.subarray(0, end);
            rest = Buffer.from(chunk.subarray(end));
        }
        else
            rest = Buffer.concat([rest, chunk]);
        if (rest.length > LONGEST_LINE)
            throw new errors_1.WorkspaceError("DATA_INVALID", `${file.name} has a line longer than ${LONGEST_LINE} bytes`, {
                mend: "Give the files as published; this one has no line ends.",
            });
    }
    if (rest.length > 0)
        yield Buffer.concat([rest, Buffer.from("\n")]);
    reading.sha256 = hash.digest("hex");
}
/** A line's bytes without its line feed, and without the carriage return before it. */
function withoutLineEnd(bytes) {
    let end = bytes.length;
    if (end > 0 && bytes[end - 1] === 10)
        end--;
    if (end > 0 && bytes[end - 1] === 13)
        end--;
    return bytes.subarray(0, end);
}
//# sourceMappingURL=published.js.map
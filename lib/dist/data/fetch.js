"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.DEFAULT_MIRROR = exports.PUBLISHED_ZIPS = void 0;
exports.fetchDataset = fetchDataset;
const node_crypto_1 = require("node:crypto");
const node_fs_1 = require("node:fs");
const promises_1 = require("node:fs/promises");
const node_path_1 = require("node:path");
const node_stream_1 = require("node:stream");
const promises_2 = require("node:stream/promises");
const node_url_1 = require("node:url");
const errors_1 = require("../errors");
const paths_1 = require("./paths");
const published_1 = require("./published");
/** The data sets that `fetchDataset` knows; MD5 as GroupLens publishes it beside each zip. */
exports.PUBLISHED_ZIPS = {
    "ml-latest-small": { says: "about 100 thousand ratings, renewed now and then; the one in data/" },
    "ml-latest": { says: "everything, renewed now and then" },
    "ml-100k": {
        says: "100 thousand ratings, 1998",
        bytes: 4_924_029,
        md5: "0e33842e24a9c977be4e0107933c0723",
        sha256: "50d2a982c66986937beb9ffb3aa76efe955bf3d5c6b761f4e3a7cd717c6a3229",
    },
    "ml-1m": {
        says: "1 million ratings, 2003",
        bytes: 5_917_549,
        md5: "c4d9eecfca2ab87c1945afe126590906",
        sha256: "a6898adb50b9ca05aa231689da44c217cb524e7ebd39d264c56e2832f2c54e20",
    },
    "ml-10m": {
        says: "10 million ratings, 2009",
        bytes: 65_566_137,
        md5: "ce571fd55effeba0271552578f2648bd",
    },
    "ml-20m": {
        says: "20 million ratings, 2015",
        bytes: 198_702_078,
        md5: "cd245b17a1ae2cc31bb14903e1204af3",
        sha256: "96f243c338a8665f6bcc89c53edf6ee39162a846940de6b7c8c48aeada765ff3",
    },
    "ml-25m": {
        says: "25 million ratings, 2019",
        bytes: 261_978_986,
        md5: "6b51fb2759a8657d3bfcbfc42b592ada",
        sha256: "8b21cfb7eb1706b4ec0aac894368d90acf26ebdfb6aced3ebd4ad5bd1eb9c6aa",
    },
    "ml-32m": {
        says: "32 million ratings, 2023",
        bytes: 238_950_008,
        md5: "d472be332d4daa821edc399621853b57",
    },
};
exports.DEFAULT_MIRROR = "https://files.grouplens.org/datasets/movielens";
/**
 * Downloads a published zip into `folder` and verifies it; the readers take the zip as it is. A download that broke
 * off goes on from its `.part` file, here and in the next run.
 * @throws WorkspaceError OPTION_INVALID for an unknown name or a mirror that is no URL; FETCH_FAILED when the source
 *   cannot be reached or has no such file; FETCH_CORRUPT when size or checksum is wrong; FETCH_ABORTED by `signal`
 */
async function fetchDataset(name, options = {}) {
    if (!Object.hasOwn(exports.PUBLISHED_ZIPS, name))
        throw new errors_1.WorkspaceError("OPTION_INVALID", `no published data set is called "${name}"`, {
            mend: `Choose one of ${Object.keys(exports.PUBLISHED_ZIPS).join(", ")}.`,
        });
    const mirror = (options.mirror ?? exports.DEFAULT_MIRROR).replace(/\/+$/, "");
    if (!node_url_1.URL.canParse(mirror) || !/^https?:/.test(mirror))
        throw new errors_1.WorkspaceError("OPTION_INVALID", `the mirror "${mirror}" is not an http or https address`);
    const folder = (0, node_path_1.resolve)(options.folder ?? (0, paths_1.projectPath)("data"));
    const download = new Download(name, `${mirror}/${name}.zip`, (0, node_path_1.join)(folder, `${name}.zip`), options);
    await (0, promises_1.mkdir)(folder, { recursive: true });
    const downloaded = !(0, node_fs_1.existsSync)(download.path);
    if (downloaded)
        await download.run();
    return download.verify(downloaded);
}
const ATTEMPTS = 5;
const OFFLINE = new Set(["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "ECONNREFUSED"]);
class Download {
    name;
    url;
    path;
    options;
    part;
    partRecord;
    record;
    known;
    fetch;
    constructor(name, url, path, options) {
        this.name = name;
        this.url = url;
        this.path = path;
        this.options = options;
        this.part = `${path}.part`;
        this.partRecord = `${path}.part.json`;
        this.record = `${path}.json`;
        this.known = exports.PUBLISHED_ZIPS[name];
        this.fetch = options.fetch ?? globalThis.fetch;
    }
    /** Brings the `.part` file to its full length, over as many connections as it takes while each brings something. */
    async run() {
        for (let attempt = 1;; attempt++) {
            const before = await sizeOf(this.part);
            try {
                await this.oneConnection(before);
                return;
            }
            catch (error) {
                if (error instanceof errors_1.WorkspaceError)
                    throw error;
                if (this.options.signal?.aborted)
                    throw this.aborted(error);
                if (attempt === ATTEMPTS || (await sizeOf(this.part)) <= before)
                    throw this.unreachable(this.url, error);
            }
        }
    }
    /** Checks size and checksums, puts the file in its place and records what it is. A file that fails is not kept as `.part`. */
    async verify(downloaded) {
        const file = downloaded ? this.part : this.path;
        const bytes = await sizeOf(file);
        const { md5, sha256 } = await digests(file);
        if (this.options.signal?.aborted)
            throw this.aborted(this.options.signal.reason);
        const promised = downloaded ? (await readJson(this.partRecord))?.totalBytes : undefined;
        const expectedBytes = this.known.bytes ?? promised ?? bytes;
        const earlier = downloaded ? null : await readJson(this.record);
        let verifiedBy;
        let wrong = null;
        if (bytes !== expectedBytes)
            wrong = `it has ${bytes} bytes, expected ${expectedBytes}`;
        if (this.known.md5 !== undefined) {
            verifiedBy = "pinned";
            if (md5 !== this.known.md5)
                wrong ??= `its MD5 is ${md5}, published is ${this.known.md5}`;
            if (this.known.sha256 !== undefined && sha256 !== this.known.sha256)
                wrong ??= `its SHA-256 is ${sha256}, expected ${this.known.sha256}`;
        }
        else if (earlier) {
            verifiedBy = "record";
            if (sha256 !== earlier.sha256)
                wrong ??= `its SHA-256 is ${sha256}, it was ${earlier.sha256} when fetched`;
        }
        else {
            const published = await this.publishedMd5(downloaded);
            verifiedBy = published === null ? "crc" : "published";
            if (published !== null && md5 !== published)
                wrong ??= `its MD5 is ${md5}, published is ${published}`;
            if (published === null)
                wrong ??= await crcFault(file);
        }
        if (wrong !== null) {
            if (!downloaded)
                throw new errors_1.WorkspaceError("FETCH_CORRUPT", `${this.path} is not ${this.name} as published: ${wrong}`, {
                    mend: "Delete or move that file, then run the command again.",
                });
            await Promise.all([(0, promises_1.rm)(this.part, { force: true }), (0, promises_1.rm)(this.partRecord, { force: true })]);
            throw new errors_1.WorkspaceError("FETCH_CORRUPT", `${this.url} came wrong: ${wrong}; it was thrown away`);
        }
        if (downloaded)
            await (0, promises_1.rename)(this.part, this.path);
        await (0, promises_1.rm)(this.partRecord, { force: true });
        const url = earlier?.url ?? this.url;
        const record = { name: this.name, url, bytes, md5, sha256, verifiedBy };
        if (!earlier)
            await (0, promises_1.writeFile)(this.record, JSON.stringify(record, null, 2) + "\n");
        return { ...record, path: this.path, downloaded };
    }
    async oneConnection(have) {
        const before = await readJson(this.partRecord);
        // Without the record of the same source there is no telling whose bytes these are.
        const start = before?.url === this.url ? have : 0;
        const headers = { "accept-encoding": "identity" };
        if (start > 0)
            headers.range = `bytes=${start}-`;
        if (start > 0 && before?.validator)
            headers["if-range"] = before.validator;
        const response = await this.fetch(this.url, { headers, signal: this.options.signal });
        if (response.status === 416) {
            await response.body?.cancel();
            // Nothing is left to send when the part is whole; any other length is not a beginning of this file.
            if (start > 0 && response.headers.get("content-range") === `bytes */${start}`)
                return;
            await Promise.all([(0, promises_1.rm)(this.part, { force: true }), (0, promises_1.rm)(this.partRecord, { force: true })]);
            return this.oneConnection(0);
        }
        if (!response.ok || !response.body) {
            await response.body?.cancel();
            throw this.refused(this.url, response.status);
        }
        const resumed = response.status === 206 && start > 0;
        const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
        if (response.status === 206 && (!range || Number(range[1]) !== start))
            throw new errors_1.WorkspaceError("FETCH_FAILED", `${this.url} answered with the range ${response.headers.get("content-range")}, asked for ${start}-`);
        const length = response.headers.get("content-length");
        const total = range ? range[2] : length;
        const totalBytes = total === null || total === "*" ? null : Number(total);
        if (totalBytes !== null && this.known.bytes !== undefined && totalBytes !== this.known.bytes) {
            await response.body.cancel();
            throw new errors_1.WorkspaceError("FETCH_CORRUPT", `${this.url} has ${totalBytes} bytes, ${this.name} as published has ${this.known.bytes}`);
        }
        const validator = response.headers.get("etag")?.startsWith('"')
            ? response.headers.get("etag")
            : response.headers.get("last-modified");
        const partRecord = { url: this.url, validator, totalBytes };
        await (0, promises_1.writeFile)(this.partRecord, JSON.stringify(partRecord));
        let bytes = resumed ? start : 0;
        this.options.onProgress?.({ bytes, totalBytes });
        await (0, promises_2.pipeline)(node_stream_1.Readable.fromWeb(response.body), async function* (chunks) {
            for await (const chunk of chunks) {
                bytes += chunk.length;
                yield chunk;
                this.options.onProgress?.({ bytes, totalBytes });
            }
        }.bind(this), (0, node_fs_1.createWriteStream)(this.part, { flags: resumed ? "a" : "w" }), { signal: this.options.signal });
        if (totalBytes !== null && bytes < totalBytes)
            throw new Error(`ended after ${bytes} of ${totalBytes} bytes`);
    }
    /** The MD5 published beside the zip, null where there is none. Both usual forms: `MD5 (x.zip) = …` and `…  x.zip`. */
    async publishedMd5(downloaded) {
        const url = `${this.url}.md5`;
        let text;
        try {
            const response = await this.fetch(url, { signal: this.options.signal });
            text = await response.text();
            if (response.status === 404)
                return null;
            if (!response.ok)
                throw this.refused(url, response.status);
        }
        catch (error) {
            if (error instanceof errors_1.WorkspaceError)
                throw error;
            if (this.options.signal?.aborted)
                throw this.aborted(error);
            if (downloaded)
                throw this.unreachable(url, error);
            throw new errors_1.WorkspaceError("FETCH_FAILED", `${url} cannot be fetched, so ${this.path} cannot be compared with it`, {
                mend: `It can be read all the same: \`npm run data:check -- ${this.path}\`.`,
                cause: error,
            });
        }
        const md5 = /(?:^|[^0-9a-f])([0-9a-f]{32})(?:$|[^0-9a-f])/i.exec(text);
        if (!md5)
            throw new errors_1.WorkspaceError("FETCH_CORRUPT", `${url} holds no MD5: ${JSON.stringify(text.slice(0, 60))}`);
        return md5[1].toLowerCase();
    }
    refused(url, status) {
        return new errors_1.WorkspaceError("FETCH_FAILED", `${url} answered with HTTP status ${status}`, {
            mend: this.byHand(),
        });
    }
    unreachable(url, cause) {
        const inner = cause.cause ?? cause;
        const why = inner.code ?? inner.message;
        return new errors_1.WorkspaceError("FETCH_FAILED", `${url} cannot be fetched (${why})${OFFLINE.has(why) ? "; are you offline?" : ""}`, {
            mend: `${this.byHand()} What came so far is kept: the same command goes on from there.`,
            cause,
        });
    }
    aborted(cause) {
        return new errors_1.WorkspaceError("FETCH_ABORTED", `stopped; what came so far is kept in ${this.part}`, {
            cause,
        });
    }
    byHand() {
        return (`Download ${exports.DEFAULT_MIRROR}/${this.name}.zip in a browser and put it at ${this.path}, ` +
            "or give another source with `--mirror URL`.");
    }
}
async function sizeOf(path) {
    return (0, node_fs_1.existsSync)(path) ? (await (0, promises_1.stat)(path)).size : 0;
}
async function readJson(path) {
    return (0, node_fs_1.existsSync)(path) ? JSON.parse(await (0, promises_1.readFile)(path, "utf8")) : null;
}
async function digests(path) {
    const md5 = (0, node_crypto_1.createHash)("md5");
    const sha256 = (0, node_crypto_1.createHash)("sha256");
    for await (const chunk of (0, node_fs_1.createReadStream)(path, { highWaterMark: 1 << 20 })) {
        md5.update(chunk);
        sha256.update(chunk);
    }
    return { md5: md5.digest("hex"), sha256: sha256.digest("hex") };
}
/** What is wrong with a zip by its own checksums; null when every file in it is whole. */
async function crcFault(path) {
    try {
        const published = await (0, published_1.openPublished)(path);
        try {
            for (const file of published.files.values())
                await (0, promises_2.finished)(node_stream_1.Readable.from(await file.open()).resume());
        }
        finally {
            published.close();
        }
        return null;
    }
    catch (error) {
        return error.message;
    }
}
//# sourceMappingURL=fetch.js.map
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.GOLDEN_QUERIES = void 0;
exports.readGoldenQueries = readGoldenQueries;
exports.askGoldenQueries = askGoldenQueries;
const node_fs_1 = require("node:fs");
const data_1 = require("../data");
const recommend_1 = require("../recommend");
/** The project's own, of films that every MovieLens data set since 1M knows or leaves aside. */
exports.GOLDEN_QUERIES = (0, data_1.projectPath)("notebooks", "06-deploy", "golden-queries.json");
/** Reads a file of golden queries. @throws WorkspaceError DATA_MISSING, DATA_INVALID naming the query */
function readGoldenQueries(path) {
    let text;
    try {
        text = (0, node_fs_1.readFileSync)(path, "utf8");
    }
    catch (cause) {
        const mend = "Restore it from the repository, or name another file.";
        throw new data_1.WorkspaceError("DATA_MISSING", `${path} cannot be read`, { cause, mend });
    }
    let queries;
    try {
        queries = JSON.parse(text);
    }
    catch (cause) {
        throw new data_1.WorkspaceError("DATA_INVALID", `${path} is not JSON: ${cause.message}`, { cause });
    }
    if (!Array.isArray(queries))
        throw new data_1.WorkspaceError("DATA_INVALID", `${path} is not a list of queries`);
    for (const [at, query] of queries.entries()) {
        const { name, similarTo, visitor, n, contains, atLeast } = query;
        const asked = (similarTo === undefined) !== (visitor === undefined);
        const bounded = Number.isInteger(n) && n >= 1 && Number.isInteger(atLeast) && atLeast >= 0;
        if (!name || !asked || !bounded || !Array.isArray(contains) || atLeast > contains.length)
            throw new data_1.WorkspaceError("DATA_INVALID", `${path}: query ${at + 1} ("${name}") needs a name, either similarTo or visitor, n, and contains with atLeast of it`);
    }
    return queries;
}
/** Asks a model each query as a server would. Never throws for an answer that is wrong: the verdict says so. */
function askGoldenQueries(loaded, queries) {
    const { model, movies } = loaded;
    const ladder = new recommend_1.RecommendationLadder(model, { movies });
    const itemIndex = new Map(Array.from(model.parts.itemIds, (movieId, item) => [movieId, item]));
    const rated = new Set(model.parts.ratings.columns);
    const known = ({ movieId, title }) => movies.get(movieId)?.title === title && rated.has(itemIndex.get(movieId) ?? -1);
    return queries.map((query) => {
        const { name, similarTo, visitor = [], n, contains, atLeast, lacks = [] } = query;
        const missing = [similarTo ?? [], visitor, contains].flat().find((movie) => !known(movie));
        if (missing)
            return {
                name,
                verdict: "not asked",
                says: `${missing.title} (${missing.movieId}) is not in the model`,
            };
        const list = similarTo
            ? (0, recommend_1.similarItems)(model, itemIndex.get(similarTo.movieId), n).map(({ item }) => model.parts.itemIds[item])
            : ladder.forVisitor(visitor, n).items.map(({ movieId }) => movieId);
        const found = contains.filter(({ movieId }) => list.includes(movieId)).length;
        const wrong = lacks.filter(({ movieId }) => list.includes(movieId));
        return {
            name,
            verdict: found >= atLeast && wrong.length === 0 ? "passed" : "failed",
            says: `${found} of ${contains.map(({ title }) => title).join(", ")} among the first ${n}, ${atLeast} needed` +
                (wrong.length > 0 ? `; should not be there: ${wrong.map(({ title }) => title).join(", ")}` : ""),
        };
    });
}
//# sourceMappingURL=golden-queries.js.map
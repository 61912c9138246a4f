"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.FORMATS = void 0;
exports.writeRatings = writeRatings;
const node_path_1 = require("node:path");
const node_api_1 = require("@duckdb/node-api");
const data_1 = require("../data");
/** What the synthetic ratings are written as. */
exports.FORMATS = ["csv", "parquet"];
/** Seconds since 1970 of the first synthetic rating, and a stride that spreads the others over the twenty years after it. */
const FIRST_TIME = 9.5e8;
const TIME_STRIDE = 48_271;
const TIME_SPAN = 6.3e8;
/** Writes the ratings into `folder` in the MovieLens layout: `ratings.csv`, `ratings.parquet`. */
async function writeRatings({ users, items, ratings, userIds, itemIds }, folder, formats) {
    await (0, data_1.withDuckdb)(async (connection) => {
        await connection.run("CREATE TABLE ratings (userId UINTEGER, movieId UINTEGER, rating FLOAT, timestamp UINTEGER)");
        const column = (valueOf) => Uint32Array.from({ length: ratings.length }, (_, row) => valueOf(row));
        await (0, data_1.appendColumns)(connection, "ratings", [
            { type: node_api_1.UINTEGER, values: column((row) => userIds[users[row]]) },
            { type: node_api_1.UINTEGER, values: column((row) => itemIds[items[row]]) },
            { type: node_api_1.FLOAT, values: ratings },
            { type: node_api_1.UINTEGER, values: column((row) => FIRST_TIME + ((row * TIME_STRIDE) % TIME_SPAN)) },
        ]);
        for (const format of formats)
            await connection.run(`COPY ratings TO ${(0, data_1.sqlString)((0, node_path_1.join)(folder, `ratings.${format}`))} (${format === "csv" ? "FORMAT csv, HEADER true" : "FORMAT parquet, COMPRESSION zstd"})`);
    });
}
//# sourceMappingURL=bench-data.js.map
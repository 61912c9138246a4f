"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.scanParquetRatings = scanParquetRatings;
const errors_1 = require("../errors");
const duckdb_1 = require("./duckdb");
const ratings_1 = require("./ratings");
const COLUMNS = ["userId", "movieId", "rating", "timestamp"];
/** Memory that DuckDB may take: row groups are read one after the other, so that little is enough. */
const MEMORY_LIMIT = "256MB";
/**
 * Reads userId, movieId, rating and timestamp of a Parquet file, by name, in the file's order; other columns are left
 * alone. A row that is not plainly right is handed to `parseRating` as the csv layout would have it. Its line is its
 * row in the file, from 1.
 * @throws WorkspaceError DATA_INVALID when the file is not Parquet or lacks a column
 */
function scanParquetRatings(path, file, limits, ledger, onRows) {
    const { layout, earliest = ratings_1.EARLIEST, now, isMovie } = limits;
    const { min, max, step } = layout.scale;
    const source = `read_parquet(${(0, duckdb_1.sqlString)(path)})`;
    return (0, duckdb_1.withDuckdb)(async (connection) => {
        await connection.run(`SET memory_limit = '${MEMORY_LIMIT}'`);
        const described = await (0, duckdb_1.queryRows)(connection, `DESCRIBE SELECT * FROM ${source}`).catch((cause) => {
            throw new errors_1.WorkspaceError("DATA_INVALID", `${path} cannot be read as Parquet: ${cause.message}`, {
                cause,
                mend: "Give a Parquet file, or the ratings as CSV.",
            });
        });
        const typeOf = new Map(described.map((row) => [row.column_name, row.column_type]));
        const selected = COLUMNS.map((name) => numberFrom(name, typeOf.get(name), path));
        const [{ total }] = await (0, duckdb_1.queryRows)(connection, `SELECT count(*) AS total FROM ${source}`);
        const columns = new ratings_1.RatingBlocks();
        const rejectedRows = [];
        let rows = 0;
        const answer = await connection.stream(`SELECT ${selected.join(", ")} FROM ${source}`);
        for (let chunk = await answer.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await answer.fetchChunk()) {
            const size = chunk.rowCount;
            const [users, movies, stars, times] = COLUMNS.map((_, c) => chunk.getColumnVector(c));
            for (let k = 0; k < size; k++) {
                const userId = users.getItem(k);
                const movieId = movies.getItem(k);
                const rating = stars.getItem(k);
                const timestamp = times.getItem(k);
                if (isId(userId) &&
                    isId(movieId) &&
                    rating !== null &&
                    rating >= min &&
                    rating <= max &&
                    Number.isInteger(rating / step) &&
                    timestamp !== null &&
                    timestamp >= earliest &&
                    timestamp <= now &&
                    isMovie(movieId)) {
                    columns.append(userId, movieId, rating, timestamp);
                    continue;
                }
                const line = rows + k + 1;
                const text = [userId, movieId, rating, timestamp].map((value) => value ?? "").join(",");
                const parsed = (0, ratings_1.parseRating)(Buffer.from(text), limits);
                if ("rule" in parsed) {
                    rejectedRows.push(line);
                    ledger.record(parsed.rule, { file, line, reason: parsed.reason, text });
                }
                else
                    columns.append(parsed.userId, parsed.movieId, parsed.rating, parsed.timestamp);
            }
            rows += size;
            onRows(rows, total);
        }
        ledger.rows(file, rows);
        return columns.scanned(1, rejectedRows);
    });
}
const isId = (value) => value !== null && value >= 0 && value <= 0xffffffff && Number.isInteger(value);
/** One type for all columns: what reads them in JavaScript is then compiled for one. */
function numberFrom(name, type, path) {
    if (type === undefined ||
        !/^(U?(TINY|SMALL|HUGE|BIG)?INT|UINTEGER|INTEGER|FLOAT|DOUBLE|DECIMAL|TIMESTAMP)/.test(type))
        throw new errors_1.WorkspaceError("DATA_INVALID", type === undefined
            ? `${path} has no column ${name}`
            : `${path}: column ${name} is of type ${type}, not a number`, { mend: `Name the columns ${COLUMNS.join(", ")}, as in ratings.csv.` });
    return type.startsWith("TIMESTAMP") ? `floor(epoch("${name}"))` : `"${name}"::DOUBLE`;
}
//# sourceMappingURL=ratings-parquet.js.map
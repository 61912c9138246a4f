"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sqlString = void 0;
exports.withDuckdb = withDuckdb;
exports.queryRows = queryRows;
exports.appendColumns = appendColumns;
const node_api_1 = require("@duckdb/node-api");
const errors_1 = require("../errors");
/**
 * Runs `work` on a fresh in-memory DuckDB and closes it whatever happens.
 */
async function withDuckdb(work) {
    const instance = await node_api_1.DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    try {
        return await work(connection);
    }
    finally {
        connection.closeSync();
        instance.closeSync();
    }
}
/**
 * All rows of a query's answer. 64-bit integers become numbers (safe below 2^53: counts and ids here are).
 * `parameters` are bound to the statement's `$name`s: whole numbers as BIGINT, others as DOUBLE.
 */
async function queryRows(connection, sql, parameters = {}) {
    const values = {};
    for (const [name, value] of Object.entries(parameters))
        values[name] = Number.isSafeInteger(value) ? BigInt(value) : value;
    const reader = await connection.runAndReadAll(sql, values);
    return reader.getRowObjectsJS().map((row) => {
        const plain = {};
        for (const [name, value] of Object.entries(row))
            plain[name] = typeof value === "bigint" ? Number(value) : value;
        return plain;
    });
}
/** A path as a SQL string literal. */
const sqlString = (text) => `'${text.replaceAll("'", "''")}'`;
exports.sqlString = sqlString;
/** DuckDB's vector size: the most rows that one data chunk holds. */
const CHUNK_ROWS = 2048;
/**
 * Appends rows given as columns to a table, in the table's order of columns; about 6 million rows a second.
 * @throws WorkspaceError DATA_INVALID when the columns differ in length
 */
async function appendColumns(connection, table, columns) {
    const appender = await connection.createAppender(table);
    try {
        const rows = columns[0].values.length;
        columns.forEach(({ values }, c) => {
            if (values.length !== rows)
                throw new errors_1.WorkspaceError("DATA_INVALID", `table ${table}: column ${c + 1} has ${values.length} rows, column 1 has ${rows}`);
        });
        for (let start = 0; start < rows; start += CHUNK_ROWS) {
            const size = Math.min(CHUNK_ROWS, rows - start);
            const chunk = node_api_1.DuckDBDataChunk.create(columns.map(({ type }) => type), size);
            columns.forEach(({ type, values }, c) => {
                const vector = chunk.getColumnVector(c);
                for (let k = 0; k < size; k++) {
                    const value = values[start + k];
                    vector.setItem(k, type === node_api_1.BIGINT && typeof value === "number" ? BigInt(value) : value);
                }
                vector.flush();
            });
            appender.appendDataChunk(chunk);
        }
    }
    finally {
        appender.closeSync();
    }
}
//# sourceMappingURL=duckdb.js.map
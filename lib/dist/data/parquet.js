"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.writeParquet = writeParquet;
exports.readNumbers = readNumbers;
const duckdb_1 = require("./duckdb");
/** Writes the columns, all of one length, to a Parquet file at `path`, rows in their order. */
async function writeParquet(connection, path, columns) {
    const definitions = columns.map(({ name, type }) => `"${name}" ${type.toString()}`).join(", ");
    await connection.run(`CREATE TABLE outgoing (${definitions})`);
    await (0, duckdb_1.appendColumns)(connection, "outgoing", columns);
    await connection.run(`COPY outgoing TO ${(0, duckdb_1.sqlString)(path)} (FORMAT parquet, COMPRESSION zstd)`);
    await connection.run("DROP TABLE outgoing");
}
/** Reads numeric columns of a Parquet file into the typed arrays given for them, which must have the file's length. */
async function readNumbers(connection, path, columns) {
    const selected = Object.keys(columns).map((name) => `"${name}"::DOUBLE`);
    const targets = Object.values(columns);
    const answer = await connection.stream(`SELECT ${selected.join(", ")} FROM read_parquet(${(0, duckdb_1.sqlString)(path)})`);
    let row = 0;
    for (let chunk = await answer.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await answer.fetchChunk()) {
        const size = chunk.rowCount;
        for (let c = 0; c < targets.length; c++) {
            const vector = chunk.getColumnVector(c);
            const target = targets[c];
            for (let k = 0; k < size; k++)
                target[row + k] = vector.getItem(k);
        }
        row += size;
    }
}
//# sourceMappingURL=parquet.js.map
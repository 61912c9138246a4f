import { BIGINT, DOUBLE, INTEGER, VARCHAR } from "@duckdb/node-api";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { appendColumns, queryRows, withDuckdb, WorkspaceError } from "@movielens/lib/data";

test("columns longer than a data chunk are appended whole and in order", () =>
  withDuckdb(async (connection) => {
    const rows = 3 * 2048 + 5;
    await connection.run("CREATE TABLE t (id INTEGER, moment BIGINT, share DOUBLE, name VARCHAR)");
    await appendColumns(connection, "t", [
      { type: INTEGER, values: Uint32Array.from({ length: rows }, (_, k) => k) },
      { type: BIGINT, values: Float64Array.from({ length: rows }, (_, k) => 1e12 + k) },
      { type: DOUBLE, values: Array.from({ length: rows }, (_, k) => (k % 2 === 0 ? null : k / 4)) },
      { type: VARCHAR, values: Array.from({ length: rows }, (_, k) => `it's "${k}"`) },
    ]);
    const found = await queryRows(connection, "SELECT * FROM t");
    assert.is(found.length, rows);
    found.forEach((row, k) =>
      assert.equal(row, {
        id: k,
        moment: 1e12 + k,
        share: k % 2 === 0 ? null : k / 4,
        name: `it's "${k}"`,
      }),
    );
  }));

test("columns of unequal length are refused, and nothing is appended", () =>
  withDuckdb(async (connection) => {
    await connection.run("CREATE TABLE t (a INTEGER, b INTEGER)");
    try {
      await appendColumns(connection, "t", [
        { type: INTEGER, values: [1, 2] },
        { type: INTEGER, values: [1] },
      ]);
    } catch (error) {
      assert.instance(error, WorkspaceError);
      assert.is((error as WorkspaceError).code, "DATA_INVALID");
      assert.match((error as WorkspaceError).message, /table t: column 2 has 1 rows, column 1 has 2/);
      assert.equal(await queryRows(connection, "SELECT * FROM t"), []);
      return;
    }
    assert.unreachable("unequal columns were appended");
  }));

test("parameters are bound by name, whole numbers as integers", () =>
  withDuckdb(async (connection) => {
    const rows = await queryRows(
      connection,
      "SELECT range AS n FROM range(10) WHERE range > $from LIMIT $limit",
      {
        from: 2.5,
        limit: 2,
      },
    );
    assert.equal(rows, [{ n: 3 }, { n: 4 }]);
  }));

test.run();

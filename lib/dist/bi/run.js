"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.runQuery = runQuery;
const data_1 = require("../data");
const queries_1 = require("./queries");
/**
 * Asks a question of the catalogue; parameters left out have their defaults. Rows come in the order that the
 * question's file gives, and are the same on every run.
 * @throws WorkspaceError QUERY_UNKNOWN, or OPTION_INVALID for a parameter that is unknown or out of its range
 */
async function runQuery(warehouse, name, parameters = {}) {
    const query = (0, queries_1.queryNamed)(name);
    return (0, data_1.queryRows)(warehouse.connection, query.sql, (0, queries_1.queryParameters)(query, parameters));
}
//# sourceMappingURL=run.js.map
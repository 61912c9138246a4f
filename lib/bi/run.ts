import { queryNamed, queryParameters, type QueryName, type QueryParameters, type QueryRow } from "./queries";
import type { SqlWarehouse } from "./warehouse";

/**
 * Asks a question of the catalogue; parameters left out have their defaults. Rows come in the order that the
 * question's file gives, and are the same on every run.
 * @throws WorkspaceError QUERY_UNKNOWN, or OPTION_INVALID for a parameter that is unknown or out of its range
 */
export async function runQuery<N extends QueryName>(
  warehouse: SqlWarehouse,
  name: N,
  parameters: QueryParameters<N> = {},
): Promise<QueryRow<N>[]> {
  const query = queryNamed(name);
  return warehouse.rows(query.sql, queryParameters(query, parameters)) as Promise<QueryRow<N>[]>;
}

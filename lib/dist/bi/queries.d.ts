import type { QueryTypes } from "./rows";
import { type ColumnDescription } from "./sql-files";
export type QueryName = keyof QueryTypes;
/** A row of the answer to a question. */
export type QueryRow<N extends QueryName> = QueryTypes[N]["row"];
/** The parameters that a question takes; those left out have their defaults. */
export type QueryParameters<N extends QueryName> = Partial<Record<QueryTypes[N]["parameters"], number>>;
/** A number that a question depends on, bounds inclusive. */
export interface QueryParameter {
    meaning: string;
    default: number;
    min: number;
    max: number;
    /** Whether fractions are refused. */
    whole: boolean;
}
/** A business question: what is asked, what the answer decides, and the columns of the answer. */
export interface QueryDescription<Parameters extends string = string> {
    name: QueryName;
    title: string;
    question: string;
    decision: string;
    columns: readonly ColumnDescription[];
    parameters: Readonly<Record<Parameters, QueryParameter>>;
    /** Read from `sql/<name>.sql`; parameters are written `$name`. */
    sql: string;
}
/** Every question, in the order in which they tell the story of the data. */
export declare const queryNames: readonly QueryName[];
type Queries = {
    readonly [N in QueryName]: QueryDescription<QueryTypes[N]["parameters"]>;
};
/** Every question by name. */
export declare const queries: Queries;
/** @throws WorkspaceError QUERY_UNKNOWN */
export declare function queryNamed(name: string): QueryDescription;
/**
 * Given parameters over defaults, all of them checked.
 * @throws WorkspaceError OPTION_INVALID for a parameter that the question does not take, or a value out of its range
 */
export declare function queryParameters(query: QueryDescription, given: Readonly<Record<string, number | undefined>>): Record<string, number>;
export {};

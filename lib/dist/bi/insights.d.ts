import { type QueryName } from "./queries";
import { type Warehouse } from "./warehouse";
/** One thing that a manager should know. Every number in `finding` is computed from the answer to `query`. */
export interface BusinessInsight {
    title: string;
    finding: string;
    decision: string;
    query: QueryName;
}
/**
 * What the answers say, in words. An insight for which the data holds no evidence (no tags, no half stars, one
 * genre only) is left out, so a small data set has fewer; ml-latest-small has all of them.
 */
export declare function businessInsights(warehouse: Warehouse): Promise<BusinessInsight[]>;

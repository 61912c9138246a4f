import { WorkspaceError } from "../../data";
import { ask } from "./client";
import type { ElasticConnection } from "./connection";
import { indexNamed, type IndexName } from "./indices";

/** A bucket of an aggregation; what is aggregated inside it stands beside its count. */
export interface Bucket {
  key: number | string;
  doc_count: number;
  [aggregation: string]: Aggregation | number | string;
}

/** The answer of one aggregation, as far as the questions use it. */
export interface Aggregation {
  value?: number | null;
  doc_count?: number;
  count?: number;
  min?: number | null;
  max?: number | null;
  avg?: number | null;
  std_deviation?: number | null;
  buckets?: Bucket[];
  sum_other_doc_count?: number;
}

export type Query = Record<string, unknown>;

export interface Aggregated {
  /** Documents that the query matches. */
  documents: number;
  of: Record<string, Aggregation>;
}

/** The most buckets that a question may need; the server's own limit is a little above. */
export const MOST_BUCKETS = 65_000;
/** Below so many distinct values the server's count of them is exact for all practical purposes; above, it is an estimate. */
const EXACT_DISTINCT = 40_000;

/** @throws WorkspaceError QUERY_UNSUPPORTED when there are more buckets than the server gives: a part is no answer */
export async function aggregate(
  connection: ElasticConnection,
  name: IndexName,
  aggs: Record<string, object>,
  query: Query = { match_all: {} },
): Promise<Aggregated> {
  const answer = await ask(connection, (client) =>
    client.search({ index: indexNamed(name).alias, size: 0, track_total_hits: true, query, aggs }),
  );
  const of = (answer.aggregations ?? {}) as unknown as Record<string, Aggregation>;
  Object.entries(of).forEach(([key, aggregation]) => requireComplete(connection, key, aggregation));
  const { total } = answer.hits;
  return { documents: typeof total === "number" ? total : total!.value, of };
}

function requireComplete(connection: ElasticConnection, name: string, aggregation: Aggregation): void {
  if ((aggregation.sum_other_doc_count ?? 0) > 0)
    throw new WorkspaceError(
      "QUERY_UNSUPPORTED",
      `${connection.url}: ${name} has more than ${MOST_BUCKETS.toLocaleString("en")} buckets`,
    );
  for (const bucket of aggregation.buckets ?? [])
    for (const [key, inner] of Object.entries(bucket))
      if (typeof inner === "object") requireComplete(connection, key, inner);
}

/** A bucket for each value, by value ascending. */
export const terms = (field: string, aggs: Record<string, object> = {}, least: number = 1): object => ({
  terms: {
    field,
    size: MOST_BUCKETS,
    min_doc_count: least,
    order: { _key: "asc" },
    // Buckets that are too small are gone before anything is aggregated inside them.
    ...(least > 1 ? { collect_mode: "breadth_first" } : {}),
  },
  aggs,
});

/** A bucket for each year, quarter or month (UTC) of `@timestamp`; `gaps` makes empty ones between the first and the last. */
export const periods = (
  unit: "year" | "quarter" | "month",
  aggs: Record<string, object> = {},
  gaps: boolean = false,
): object => ({
  date_histogram: { field: "@timestamp", calendar_interval: unit, min_doc_count: gaps ? 0 : 1 },
  aggs,
});

/** A bucket for each band, both bounds inclusive, empty ones too, in the order of the bands. */
export const ranges = (
  field: string,
  of: readonly { band: string; from: number; to: number }[],
  aggs: Record<string, object> = {},
): object => ({
  range: {
    field,
    ranges: of.map(({ band, from, to }) => ({ key: band, from, ...(to === Infinity ? {} : { to: to + 1 }) })),
  },
  aggs,
});

export const distinct = (field: string, exact: number = EXACT_DISTINCT): object => ({
  cardinality: { field, precision_threshold: exact },
});
export const mean = (field: string): object => ({ avg: { field } });
export const sum = (field: string): object => ({ sum: { field } });
export const only = (query: Query, aggs: Record<string, object> = {}): object => ({ filter: query, aggs });
export const spread = (field: string): object => ({ extended_stats: { field } });

/** What stands inside a bucket. */
export const inside = (bucket: Bucket, name: string): Aggregation => bucket[name] as Aggregation;
export const bucketsOf = (aggregation: Aggregation): Bucket[] => aggregation.buckets ?? [];
/** A number that exists also where nothing was aggregated: a count or a sum. */
export const valueOf = (bucket: Bucket, name: string): number => inside(bucket, name).value ?? 0;
/** A mean: null where nothing was aggregated. */
export const meanOf = (bucket: Bucket, name: string): number | null => inside(bucket, name).value ?? null;

/** The population standard deviation; the server takes it from sums, so that equal values would not give exactly 0. */
export function deviation({ count, min, max, std_deviation }: Aggregation): number | null {
  if (!count) return null;
  return min === max ? 0 : std_deviation!;
}

export interface Sorted {
  query: Query;
  /** Unique as a whole, so that paging misses nothing. */
  sort: object[];
  limit: number;
}

const PAGE = 5000;

/** The first `limit` documents in an order, page by page. */
export async function firstDocuments<T>(
  connection: ElasticConnection,
  name: IndexName,
  { query, sort, limit }: Sorted,
  fields: string[],
): Promise<T[]> {
  const found: T[] = [];
  for (let after: unknown[] | undefined; found.length < limit;) {
    const size = Math.min(PAGE, limit - found.length);
    const { hits } = await ask(connection, (client) =>
      client.search<T>({
        index: indexNamed(name).alias,
        size,
        query,
        sort: sort as never,
        _source: fields,
        ...(after ? { search_after: after as never } : {}),
      }),
    );
    found.push(...hits.hits.map(({ _source }) => _source!));
    if (hits.hits.length < size) break;
    after = hits.hits[hits.hits.length - 1].sort as unknown[];
  }
  return found;
}

/**
 * The median of whole numbers, exactly: the mean of the two in the middle. The server's own percentiles are
 * estimates, so this narrows down to each value by histograms of ever smaller buckets. Null without a document.
 */
export async function exactMedian(
  connection: ElasticConnection,
  name: IndexName,
  field: string,
  query: Query,
): Promise<number | null> {
  const { documents, of } = await aggregate(
    connection,
    name,
    { least: { min: { field } }, most: { max: { field } } },
    query,
  );
  if (documents === 0) return null;
  const [from, to] = [of.least.value!, of.most.value!];
  const at = (rank: number): Promise<number> => valueAt(connection, name, field, query, { rank, from, to });
  const low = await at(Math.floor((documents - 1) / 2));
  return documents % 2 === 1 ? low : (low + (await at(documents / 2))) / 2;
}

const NARROWING = 1000;

async function valueAt(
  connection: ElasticConnection,
  name: IndexName,
  field: string,
  query: Query,
  { rank, from, to }: { rank: number; from: number; to: number },
): Promise<number> {
  const interval = Math.ceil((to - from + 1) / NARROWING);
  const within = { bool: { filter: [query, { range: { [field]: { gte: from, lte: to } } }] } };
  const { of } = await aggregate(
    connection,
    name,
    { values: { histogram: { field, interval, offset: from % interval, min_doc_count: 1 } } },
    within,
  );
  let left = rank;
  for (const { key, doc_count } of bucketsOf(of.values)) {
    if (left < doc_count) {
      const start = key as number;
      if (interval === 1) return start;
      return valueAt(connection, name, field, query, {
        rank: left,
        from: start,
        to: Math.min(to, start + interval - 1),
      });
    }
    left -= doc_count;
  }
  throw new WorkspaceError("LOAD_MISMATCH", `${connection.url}: ${field} changed while it was asked for`);
}

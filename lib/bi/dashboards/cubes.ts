import { BIGINT, DOUBLE, VARCHAR, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { appendColumns, withDuckdb, WorkspaceError } from "../../data";
import { documentSources, type DocumentSources } from "../elastic/documents";
import { indexKibanaFields, indexNamed, indexNames, type IndexName } from "../elastic/indices";
import type { TimeRange } from "./kibana";
import { panelFields, type Dashboard, type Panel } from "./model";
import type { DataViews, FieldCoverage } from "./validate";

/** One field of a cube: the code of each row's value in a dictionary. */
export interface CubeField {
  /** Times in milliseconds since 1970, lists as lists; null where documents have no value. */
  values: readonly (string | number | null | readonly string[])[];
  /** [rows] */
  codes: Uint8Array | Uint16Array | Uint32Array;
}

/** The documents of an index, grouped by every field that a dashboard asks for: all their answers, filtered or not, are sums over it. */
export interface Cube {
  index: IndexName;
  /** Documents behind it. */
  documents: number;
  rows: number;
  /** Documents of each row. */
  counts: Uint32Array;
  fields: Record<string, CubeField>;
  /** Of fields that are only added up: sum over the documents of a row, and how many of these have a value. */
  sums: Record<string, { sum: Float64Array; known: Uint32Array }>;
  /** Fields left out to keep the cube small. Panels that need them cannot be drawn from it. */
  dropped: string[];
}

/** What the documents of an index have: enough to prove the dashboards and to say when they are. */
export interface IndexFacts {
  documents: number;
  /** Documents with a value, by field. */
  coverage: Record<string, number>;
  /** First and last time, milliseconds since 1970; null without documents or without time. */
  span: [from: number, to: number] | null;
}

export type DocumentFacts = Record<IndexName, IndexFacts>;

/** In a value that is a list. No keyword of the indices has it. */
const SEPARATOR = "\u001f";

const CHUNK = 50_000;

/** Left out in this order where there would be too many rows. The first tell single users and films apart. */
const DROPPABLE = [
  "userId",
  "movieId",
  "title",
  "hour",
  "weekday",
  "popularityBand",
  "activityBand",
  "rating",
];

/** Every panel's and every control's fields by index, each once. */
function fieldsOf(dashboards: readonly Dashboard[]): Map<IndexName, Set<string>> {
  const fields = new Map<IndexName, Set<string>>();
  const add = (index: IndexName, names: readonly string[]): void => {
    const known = fields.get(index) ?? new Set<string>();
    const { timeField } = indexNamed(index);
    for (const name of [...names, ...(timeField === null ? [] : [timeField])]) known.add(name);
    fields.set(index, known);
  };
  for (const { panels, controls } of dashboards) {
    const filtered = controls.map(({ field }) => field);
    for (const panel of panels)
      add(panel.index, [...panelFields(panel), ...filtered.filter((field) => hasField(panel.index, field))]);
  }
  return fields;
}

const hasField = (index: IndexName, field: string): boolean =>
  indexKibanaFields(index).some(({ name }) => name === field);

/** Reads every document once. @param onChunk is given so many documents at a time that memory stays constant */
async function readDocuments(
  dashboards: readonly Dashboard[],
  sources: DocumentSources,
  onChunk: (index: IndexName, documents: readonly Record<string, unknown>[]) => Promise<void>,
): Promise<DocumentFacts> {
  const all = documentSources(sources, false);
  const used = fieldsOf(dashboards);
  const facts = {} as DocumentFacts;
  for (const index of indexNames) {
    const fields = used.get(index);
    const own: IndexFacts = { documents: 0, coverage: {}, span: null };
    facts[index] = own;
    if (!fields) continue;
    const { timeField } = indexNamed(index);
    let chunk: Record<string, unknown>[] = [];
    for (const name of fields) own.coverage[name] = 0;
    for (const document of all[index].documents() as Iterable<Record<string, unknown>>) {
      own.documents++;
      for (const name of fields) if (hasValue(document[name])) own.coverage[name]++;
      const time = timeField === null ? null : (document[timeField] as number);
      if (time !== null)
        own.span = own.span ? [Math.min(own.span[0], time), Math.max(own.span[1], time)] : [time, time];
      chunk.push(document);
      if (chunk.length < CHUNK) continue;
      await onChunk(index, chunk);
      chunk = [];
    }
    await onChunk(index, chunk);
  }
  return facts;
}

const hasValue = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** The five data views for the validator. */
export const dataViews = (): DataViews =>
  Object.fromEntries(indexNames.map((index) => [indexNamed(index).alias, indexKibanaFields(index)]));

/** For `dashboardGaps`; an index without any document is left out, since its panels say what to do. */
export const coverageOf = (facts: DocumentFacts): FieldCoverage =>
  Object.fromEntries(
    indexNames
      .filter((index) => facts[index].documents > 0)
      .map((index) => [indexNamed(index).alias, facts[index].coverage]),
  );

/** The years of the documents that a dashboard shows, whole. */
export function timeRangeOf(dashboard: Dashboard, facts: DocumentFacts): TimeRange {
  const spans = (names: readonly IndexName[]): number[] => names.flatMap((index) => facts[index].span ?? []);
  const own = spans(dashboard.panels.map(({ index }) => index));
  const times = own.length > 0 ? own : spans(indexNames);
  if (times.length === 0)
    throw new WorkspaceError("DATA_INVALID", `dashboard ${dashboard.id}: no document says when it was`);
  const year = (time: number): number => new Date(time).getUTCFullYear();
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  return {
    from: new Date(Date.UTC(year(first), 0, 1)).toISOString(),
    to: dashboard.until === "now" ? "now" : new Date(Date.UTC(year(last) + 1, 0, 1)).toISOString(),
  };
}

/**
 * The cubes of every index that a dashboard draws on, grouped by DuckDB.
 * @param maxRows above so many rows, fields are left out, the finest first
 */
export async function dashboardCubes(
  dashboards: readonly Dashboard[],
  sources: DocumentSources,
  { maxRows = 400_000 }: { maxRows?: number } = {},
): Promise<{ facts: DocumentFacts; cubes: Partial<Record<IndexName, Cube>> }> {
  return withDuckdb(async (connection) => {
    const tables = new Map(
      [...fieldsOf(dashboards)].map(([index, fields]) => [index, tableOf(index, fields)]),
    );
    for (const [index, columns] of tables)
      await connection.run(
        `CREATE TABLE ${index} (${columns.map(({ name, sqlType }) => `"${name}" ${sqlType}`).join(", ")})`,
      );
    const facts = await readDocuments(dashboards, sources, async (index, documents) => {
      if (documents.length === 0) return;
      await appendColumns(
        connection,
        index,
        tables.get(index)!.map(({ name, type, list }) => ({
          type,
          values: documents.map((document) =>
            list ? (document[name] as string[]).join(SEPARATOR) : (document[name] as DuckDBValue),
          ),
        })),
      );
    });
    const panels = dashboards.flatMap((dashboard) => dashboard.panels);
    const cubes: Partial<Record<IndexName, Cube>> = {};
    for (const [index, columns] of tables)
      cubes[index] = await cubeOf(
        connection,
        index,
        columns,
        panels.filter((panel) => panel.index === index),
        facts[index].documents,
        maxRows,
      );
    return { facts, cubes };
  });
}

interface Column {
  name: string;
  type: typeof VARCHAR | typeof DOUBLE | typeof BIGINT;
  sqlType: string;
  list: boolean;
  time: boolean;
}

function tableOf(index: IndexName, names: ReadonlySet<string>): Column[] {
  return indexKibanaFields(index)
    .filter(({ name }) => names.has(name))
    .map(({ name, type, many }) => ({
      name,
      type: type === "number" ? DOUBLE : type === "date" ? BIGINT : VARCHAR,
      sqlType: type === "number" ? "DOUBLE" : type === "date" ? "BIGINT" : "VARCHAR",
      list: many,
      time: type === "date",
    }));
}

async function cubeOf(
  connection: DuckDBConnection,
  index: IndexName,
  columns: readonly Column[],
  panels: readonly Panel[],
  documents: number,
  maxRows: number,
): Promise<Cube> {
  // What is only added up need not tell rows apart.
  const told = new Set(
    panels.flatMap(({ metric, x, y, only }) => [
      x?.field,
      y?.field,
      ...only.map(({ field }) => field),
      ["sum", "average"].includes(metric.operation) ? undefined : metric.field,
    ]),
  );
  const added = new Set(
    panels
      .filter(({ metric }) => metric.operation === "sum" || metric.operation === "average")
      .map(({ metric }) => metric.field!),
  );
  const isDimension = ({ name }: Column): boolean => told.has(name) || !added.has(name);
  const raw = panels.some(({ metric }) => metric.operation === "last");
  const intervals = panels
    .flatMap(({ x, y }) => [x, y])
    .flatMap((bucket) => (bucket?.kind === "time" ? [bucket.interval] : []));
  let interval: "day" | "month" | "year" | null = raw ? null : intervals.includes("day") ? "day" : "month";
  const dropped: string[] = [];
  const kept = (): Column[] =>
    columns.filter((column) => isDimension(column) && !dropped.includes(column.name));
  const expression = ({ name, time }: Column): string =>
    time && interval !== null
      ? `epoch_ms(date_trunc('${interval}', make_timestamp("${name}" * 1000))) AS "${name}"`
      : `"${name}"`;
  const selected = (): string => kept().map(expression).join(", ");
  const rowsOf = async (): Promise<number> => {
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM (SELECT DISTINCT ${selected()} FROM ${index})`,
    );
    return Number(reader.getRows()[0][0]);
  };
  if (documents > maxRows) {
    for (const name of DROPPABLE) {
      if ((await rowsOf()) <= maxRows) break;
      if (columns.some((column) => column.name === name)) dropped.push(name);
    }
    if (interval === "month" && (await rowsOf()) > maxRows) interval = "year";
  }
  const dimensions = kept();
  const sums = columns.filter((column) => added.has(column.name) && !dimensions.includes(column));
  const places = dimensions.map((_, at) => at + 1).join(", ");
  // A film's fields side by side compress to a quarter: half of the page.
  const order = dimensions.some(({ name }) => name === "movieId") ? ['"movieId"', places] : [places];
  const reader = await connection.runAndReadAll(
    `SELECT ${[
      ...dimensions.map(expression),
      `count(*) AS "#count"`,
      ...sums.flatMap(({ name }) => [
        `coalesce(sum("${name}"), 0) AS "#sum ${name}"`,
        `count("${name}") AS "#known ${name}"`,
      ]),
    ].join(", ")} FROM ${index} GROUP BY ${places} ORDER BY ${order.join(", ")}`,
  );
  const answer = reader.getColumnsJS();
  const names = reader.columnNames();
  const column = (name: string): ArrayLike<unknown> =>
    // Of an empty answer there are no columns.
    answer[names.indexOf(name)] ?? [];
  const counts = Uint32Array.from(column("#count") as ArrayLike<bigint>, Number);
  return {
    index,
    documents,
    rows: counts.length,
    counts,
    fields: Object.fromEntries(
      dimensions.map(({ name, list }) => [name, encoded(column(name) as ArrayLike<DuckDBValue>, list)]),
    ),
    sums: Object.fromEntries(
      sums.map(({ name }) => [
        name,
        {
          sum: Float64Array.from(column(`#sum ${name}`) as ArrayLike<number>, Number),
          known: Uint32Array.from(column(`#known ${name}`) as ArrayLike<bigint>, Number),
        },
      ]),
    ),
    // A field that is only added up is still there as a sum.
    dropped: dropped.filter((name) => told.has(name)),
  };
}

function encoded(column: ArrayLike<DuckDBValue>, list: boolean): CubeField {
  const codeOf = new Map<DuckDBValue, number>();
  const codes = Uint32Array.from(column, (value) => {
    const known = codeOf.get(value);
    if (known !== undefined) return known;
    codeOf.set(value, codeOf.size);
    return codeOf.size - 1;
  });
  const values = [...codeOf.keys()].map((value) => {
    if (typeof value === "bigint") return Number(value);
    if (!list) return value as string | number | null;
    return value === "" ? [] : (value as string).split(SEPARATOR);
  });
  const Codes = codeOf.size <= 0x100 ? Uint8Array : codeOf.size <= 0x10000 ? Uint16Array : Uint32Array;
  return { values, codes: Codes.from(codes) };
}

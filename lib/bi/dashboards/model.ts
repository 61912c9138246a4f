import type { Field } from "../elastic/fields";
import { indices, type IndexName } from "../elastic/indices";

type FieldsOf<N extends IndexName> = (typeof indices)[N]["fields"];
type Held<F> = F extends Field<infer Value> ? NonNullable<Value> : never;

/** Names of the fields of an index that hold a number. Dates count as numbers here; the validator tells them apart. */
export type NumberField<N extends IndexName> = {
  [Name in keyof FieldsOf<N> & string]: Held<FieldsOf<N>[Name]> extends number ? Name : never;
}[keyof FieldsOf<N> & string];

/** Names of the fields of an index that hold text, or a list of it. */
export type TextField<N extends IndexName> = {
  [Name in keyof FieldsOf<N> & string]: Held<FieldsOf<N>[Name]> extends string | string[] ? Name : never;
}[keyof FieldsOf<N> & string];

/**
 * One colour for what is counted, on every dashboard. From Okabe and Ito (2008), as the charts of the notebooks.
 */
export const COLOURS = {
  ratings: "#0072B2",
  stars: "#D55E00",
  users: "#009E73",
  films: "#CC79A7",
  lists: "#56B4E9",
  measure: "#E69F00",
} as const;

/** What is computed of the documents in a bucket. */
export interface Metric {
  /** "unique" counts distinct values, in Elasticsearch approximately above 3,000; "last" is the newest document's value. */
  operation: "count" | "sum" | "average" | "max" | "unique" | "last";
  /** Null for a count of documents. */
  field: string | null;
  label: string;
  colour: string;
  decimals: number;
}

/** How documents are put into buckets. */
export type Bucket =
  | {
      kind: "terms";
      field: string;
      label: string;
      /** At most so many buckets. */
      size: number;
      /** "metric": the largest first; "value": by the value itself. */
      order: "metric" | "value";
    }
  /** The named values in this order, each with its name: what no alphabet orders. */
  | {
      kind: "values";
      field: string;
      label: string;
      values: readonly { value: string | number; name: string }[];
    }
  | { kind: "time"; field: string; label: string; interval: TimeInterval };

export type TimeInterval = "month" | "day";

/** A condition: the field has one of the values. */
export interface Condition {
  field: string;
  values: readonly (string | number)[];
}

/** Place on a grid of 48 columns; one row is 20 pixels in Kibana. */
export interface GridPlace {
  x: number;
  y: number;
  w: number;
  h: number;
}

export type ChartKind = "metric" | "bar" | "column" | "line" | "heatmap";

/** One chart, as Kibana and the HTML page both draw it. */
export interface Panel {
  /** Unique on its dashboard. */
  id: string;
  title: string;
  index: IndexName;
  chart: ChartKind;
  metric: Metric;
  /** Null for a single number. */
  x: Bucket | null;
  /** Rows of a heat map; null for all else. */
  y: Bucket | null;
  only: readonly Condition[];
  grid: GridPlace;
  /** What to do where no document is there for it yet. */
  whenEmpty: string;
}

/** A filter that the reader sets. */
export interface Control {
  kind: "options" | "range";
  index: IndexName;
  field: string;
  label: string;
}

export interface Dashboard {
  /** In ids of saved objects and in addresses. */
  id: string;
  title: string;
  /** The question that it answers. */
  description: string;
  /** Where its time range ends: with the newest rating, or, of what is measured again and again, never. */
  until: "data" | "now";
  controls: readonly Control[];
  panels: readonly Panel[];
}

/** Builders whose field names are those of one index: a name that it does not have is no program. */
export interface IndexBuilder<N extends IndexName> {
  count(label: string, colour: string): Metric;
  sum(field: NumberField<N>, label: string, colour: string): Metric;
  average(field: NumberField<N>, label: string, colour: string, decimals?: number): Metric;
  max(field: NumberField<N>, label: string, colour: string, decimals?: number): Metric;
  last(field: NumberField<N>, label: string, colour: string, decimals?: number): Metric;
  unique(field: NumberField<N> | TextField<N>, label: string, colour: string): Metric;
  /** The buckets with the largest metric. */
  largest(field: NumberField<N> | TextField<N>, label: string, size: number): Bucket;
  /** Buckets ordered by the value. */
  byValue(field: NumberField<N> | TextField<N>, label: string, size: number): Bucket;
  named(
    field: NumberField<N> | TextField<N>,
    label: string,
    values: readonly { value: string | number; name: string }[],
  ): Bucket;
  over(interval: TimeInterval, label: string): Bucket;
  where(field: NumberField<N> | TextField<N>, ...values: (string | number)[]): Condition;
  options(field: TextField<N>, label: string): Control;
  range(field: NumberField<N>, label: string): Control;
  panel(
    id: string,
    title: string,
    chart: ChartKind,
    grid: readonly [x: number, y: number, w: number, h: number],
    parts: { metric: Metric; x?: Bucket; y?: Bucket; only?: readonly Condition[]; whenEmpty?: string },
  ): Panel;
}

/** Builders for the panels of an index. @param whenEmpty what a panel says where the index has nothing for it */
export function panelsOf<N extends IndexName>(index: N, whenEmpty: string): IndexBuilder<N> {
  const metric = (
    operation: Metric["operation"],
    field: string | null,
    label: string,
    colour: string,
    decimals: number,
  ): Metric => ({ operation, field, label, colour, decimals });
  const terms = (field: string, label: string, size: number, order: "metric" | "value"): Bucket => ({
    kind: "terms",
    field,
    label,
    size,
    order,
  });
  const control = (kind: Control["kind"], field: string, label: string): Control => ({
    kind,
    index,
    field,
    label,
  });
  return {
    count: (label, colour) => metric("count", null, label, colour, 0),
    sum: (field, label, colour) => metric("sum", field, label, colour, 0),
    average: (field, label, colour, decimals = 2) => metric("average", field, label, colour, decimals),
    max: (field, label, colour, decimals = 0) => metric("max", field, label, colour, decimals),
    last: (field, label, colour, decimals = 3) => metric("last", field, label, colour, decimals),
    unique: (field, label, colour) => metric("unique", field, label, colour, 0),
    largest: (field, label, size) => terms(field, label, size, "metric"),
    byValue: (field, label, size) => terms(field, label, size, "value"),
    named: (field, label, values) => ({ kind: "values", field, label, values }),
    // An index without a time field fails in the validator, by name.
    over: (interval, label) => ({
      kind: "time",
      field: indices[index].timeField ?? "",
      label,
      interval,
    }),
    where: (field, ...values) => ({ field, values }),
    options: (field, label) => control("options", field, label),
    range: (field, label) => control("range", field, label),
    panel: (id, title, chart, [x, y, w, h], { metric: of, x: across, y: down, only, whenEmpty: own }) => ({
      id,
      title,
      index,
      chart,
      metric: of,
      x: across ?? null,
      y: down ?? null,
      only: only ?? [],
      grid: { x, y, w, h },
      whenEmpty: own ?? whenEmpty,
    }),
  };
}

/** The fields of its index that a panel reads, each once. */
export function panelFields(panel: Panel): string[] {
  const { metric, x, y, only, index } = panel;
  const time = metric.operation === "last" ? indices[index].timeField : null;
  const names = [x?.field, y?.field, metric.field, time, ...only.map(({ field }) => field)];
  return [...new Set(names.filter((name): name is string => typeof name === "string"))];
}

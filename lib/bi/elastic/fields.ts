/** How Elasticsearch keeps a field. A `keyword` with `text` can also be searched by its words, as `<name>.text`. */
export type FieldType =
  "keyword" | "integer" | "float" | "double" | "date" | "boolean" | "dense_vector" | "object";

/** A field: its type in Elasticsearch, what it means, and (in the type parameter) what a document holds for it. */
export interface Field<Value = unknown> {
  readonly type: FieldType;
  /** What it holds, with its unit. */
  readonly meaning: string;
  /** Whether a document may hold null for it. */
  readonly optional: boolean;
  /** Whether a document holds a list of values; Elasticsearch maps a list like one value. */
  readonly many: boolean;
  readonly text: boolean;
  /** Of an object: its fields. */
  readonly properties: Fields | null;
  /** Never there: carries the type. */
  readonly value?: Value;
}

export type Fields = Readonly<Record<string, Field>>;

/** What a document with these fields holds. Dates are milliseconds since 1970, UTC. */
export type DocumentOf<F extends Fields> = {
  -readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

const field = <Value>(type: FieldType, meaning: string, more: Partial<Field> = {}): Field<Value> => ({
  type,
  meaning,
  optional: false,
  many: false,
  text: false,
  properties: null,
  ...(more as Partial<Field<Value>>),
});

export const keyword = (meaning: string): Field<string> => field("keyword", meaning);
/** A keyword whose words can be searched too. */
export const title = (meaning: string): Field<string> => field("keyword", meaning, { text: true });
export const integer = (meaning: string): Field<number> => field("integer", meaning);
export const float = (meaning: string): Field<number> => field("float", meaning);
export const double = (meaning: string): Field<number> => field("double", meaning);
export const date = (meaning: string): Field<number> => field("date", meaning);
export const boolean = (meaning: string): Field<boolean> => field("boolean", meaning);
export const vector = (meaning: string): Field<number[]> => field("dense_vector", meaning);
export const object = <F extends Fields>(meaning: string, properties: F): Field<DocumentOf<F>> =>
  field("object", meaning, { properties });

export const optional = <Value>(of: Field<Value>): Field<Value | null> => ({ ...of, optional: true });
export const many = <Value>(of: Field<Value>): Field<Value[]> => ({ ...of, many: true }) as Field<Value[]>;

/** A part of an Elasticsearch mapping. */
export interface MappingProperty {
  type?: string;
  [setting: string]: unknown;
}

/**
 * The `properties` of a mapping.
 * @param dimensions length of the vectors; null leaves vector fields out, for a server or a load without them
 */
export function mappingProperties(
  fields: Fields,
  dimensions: number | null,
): Record<string, MappingProperty> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, { type }]) => type !== "dense_vector" || dimensions !== null)
      .map(([name, { type, text, properties }]) => {
        if (properties)
          return [name, { dynamic: "strict", properties: mappingProperties(properties, dimensions) }];
        if (type === "dense_vector")
          return [
            name,
            // Compared one by one and not quantised, for what is found must be what the model would say. A graph, the
            // default, misses films that lie apart, and saves nothing among the 90,000 films of the largest MovieLens.
            {
              type,
              dims: dimensions,
              index: true,
              similarity: "max_inner_product",
              index_options: { type: "flat" },
            },
          ];
        return [name, { type, ...(text ? { fields: { text: { type: "text" } } } : {}) }];
      }),
  );
}

/** A field as Kibana lists it in a data view. */
export interface KibanaField {
  /** With dots for a field inside an object. */
  name: string;
  /** Kibana's own word: "string", "number", "date", "boolean". */
  type: "string" | "number" | "date" | "boolean";
  /** Elasticsearch's types. */
  esTypes: string[];
  searchable: boolean;
  /** Whether it can be a bucket or a metric. */
  aggregatable: boolean;
  /** Whether one document counts in several buckets of it, so that shares add up to more than 1. */
  many: boolean;
  meaning: string;
}

const KIBANA_TYPES = {
  keyword: "string",
  integer: "number",
  float: "number",
  double: "number",
  date: "date",
  boolean: "boolean",
} as const;

/** The fields that a Kibana panel may use, objects flattened; vectors are none. */
export function kibanaFields(fields: Fields, prefix: string = ""): KibanaField[] {
  return Object.entries(fields).flatMap(([key, { type, many: list, text, properties, meaning }]) => {
    const name = prefix + key;
    if (properties) return kibanaFields(properties, `${name}.`);
    if (type === "dense_vector" || type === "object") return [];
    const own: KibanaField = {
      name,
      type: KIBANA_TYPES[type],
      esTypes: [type],
      searchable: true,
      aggregatable: true,
      many: list,
      meaning,
    };
    const words: KibanaField = { ...own, name: `${name}.text`, esTypes: ["text"], aggregatable: false };
    return text ? [own, words] : [own];
  });
}

/**
 * What keeps a document from fitting the fields; null where it fits. Elasticsearch would say so too, but one
 * document at a time and only when asked.
 */
export function misfit(
  document: Readonly<Record<string, unknown>>,
  fields: Fields,
  prefix: string = "",
): string | null {
  for (const key of Object.keys(document))
    if (!Object.hasOwn(fields, key)) return `${prefix}${key} is not a field of the index`;
  for (const [key, described] of Object.entries(fields)) {
    const value = document[key];
    const name = prefix + key;
    if (value === undefined || value === null) {
      if (!described.optional) return `${name} is ${value}`;
      continue;
    }
    if (described.properties) {
      const inside = misfit(value as Record<string, unknown>, described.properties, `${name}.`);
      if (inside !== null) return inside;
      continue;
    }
    const list = described.many || described.type === "dense_vector";
    if (list !== Array.isArray(value)) return `${name} is ${list ? "no list" : "a list"}`;
    for (const single of list ? (value as unknown[]) : [value]) {
      const what = misfitOf(single, described.type);
      if (what !== null) return `${name} is ${JSON.stringify(single) ?? String(single)}, ${what}`;
    }
  }
  return null;
}

function misfitOf(value: unknown, type: FieldType): string | null {
  if (type === "keyword") {
    if (typeof value !== "string") return "not text";
    // Lucene's limit of a term.
    return Buffer.byteLength(value) > 32_766 ? "longer than the 32,766 bytes that a keyword holds" : null;
  }
  if (type === "boolean") return typeof value === "boolean" ? null : "not true or false";
  if (typeof value !== "number" || !Number.isFinite(value)) return "not a finite number";
  if (type === "integer" && !(Number.isInteger(value) && Math.abs(value) <= 0x7fffffff))
    return "not a whole number of 32 bits";
  return type === "date" && !Number.isInteger(value) ? "not whole milliseconds" : null;
}

import type { KibanaField } from "../elastic/fields";

/** What the validator knows of the data: for each title of a data view, its fields. */
export type DataViews = Readonly<Record<string, readonly KibanaField[]>>;

/** Documents that have a value, by title of the data view and field. */
export type FieldCoverage = Readonly<Record<string, Readonly<Record<string, number>>>>;

type Json = Record<string, unknown>;

const GRID_COLUMNS = 48;

/** Kibana 8.9, the oldest that these are for, refuses what is stamped newer. */
const NEWEST = { "index-pattern": [8, 9], dashboard: [8, 9], tag: [8, 9] } as const;

/** What schema version 1 of a dashboard knows: one attribute more, and the import is refused. */
const DASHBOARD_ATTRIBUTES = new Set([
  "title",
  "description",
  "version",
  "timeRestore",
  "timeFrom",
  "timeTo",
  "refreshInterval",
  "optionsJSON",
  "panelsJSON",
  "kibanaSavedObjectMeta",
  "controlGroupInput",
  "hits",
]);

/** Types of fields that an operation of Lens can work on; null where no field is read. */
const OPERATIONS: Readonly<Record<string, readonly KibanaField["type"][] | null>> = {
  count: null,
  filters: null,
  terms: ["string", "number", "boolean"],
  date_histogram: ["date"],
  average: ["number"],
  sum: ["number"],
  min: ["number", "date"],
  max: ["number", "date"],
  median: ["number"],
  unique_count: ["string", "number", "date", "boolean"],
  last_value: ["string", "number", "date", "boolean"],
};

const BUCKETS = new Set(["terms", "filters", "date_histogram"]);

/**
 * What would keep Kibana from importing these saved objects, or from drawing them; one sentence each, none for good
 * ones. Kibana itself checks far less at import: a panel with a wrong column imports and stays empty.
 * @param ndjson one object a line
 */
export function dashboardProblems(ndjson: string, views: DataViews): string[] {
  const inspection = new Inspection(views, {});
  inspection.run(ndjson);
  return inspection.problems;
}

/**
 * Which panels and controls stay empty because no document has a value for a field of theirs; one sentence each. The
 * field is a good one, so this is no problem of the dashboard: what fills it may not have run yet.
 * @param ndjson one object a line
 * @param coverage nothing is said about an index that it lacks
 */
export function dashboardGaps(ndjson: string, views: DataViews, coverage: FieldCoverage): string[] {
  const inspection = new Inspection(views, coverage);
  inspection.run(ndjson);
  return [...inspection.gaps];
}

interface View {
  title: string;
  timeField: string | null;
  fields: ReadonlyMap<string, KibanaField>;
}

class Inspection {
  readonly problems: string[] = [];
  /** A set, since a panel may ask for a field in several places. */
  readonly gaps = new Set<string>();
  private readonly dataViews = new Map<string, View>();
  private readonly known = new Set<string>();
  private readonly colours = new Map<string, string>();

  constructor(
    private readonly views: DataViews,
    private readonly coverage: FieldCoverage,
  ) {}

  run(ndjson: string): void {
    const objects = ndjson
      .split("\n")
      .map((line, at) => ({ line, at }))
      .filter(({ line }) => line.trim() !== "")
      .map(({ line, at }) => this.parsed(line, `line ${at + 1}`, "object"))
      .filter((object) => object !== null);
    for (const object of objects) this.register(object);
    const titles = new Map<string, string>();
    for (const object of objects) {
      this.references(object);
      if (object.type !== "dashboard") continue;
      const where = `dashboard ${object.id}`;
      const title = String((object.attributes as Json).title ?? "");
      if (title === "") this.say(where, "has no title");
      else if (titles.has(title)) this.say(where, `has the title “${title}” of ${titles.get(title)}`);
      titles.set(title, where);
      this.dashboard(object, where);
    }
  }

  private say(where: string, what: string): void {
    this.problems.push(`${where}: ${what}`);
  }

  /** A string that must hold JSON of a kind. */
  private parsed(text: unknown, where: string, kind: "object" | "array"): Json | null {
    if (typeof text !== "string") {
      this.say(
        where,
        `is ${Array.isArray(text) ? "an array" : typeof text}, but Kibana wants JSON in a string`,
      );
      return null;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.say(where, `is no JSON: ${(error as Error).message}`);
      return null;
    }
    const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
    if (found === kind) return value as Json;
    this.say(where, `holds JSON of ${found}, not of ${kind}`);
    return null;
  }

  private register(object: Json): void {
    const { id, type } = object as { id: string; type: string };
    const key = `${type} ${id}`;
    if (!Object.hasOwn(NEWEST, type)) this.say(key, "is of a type that is not expected here");
    if (this.known.has(key)) this.say(key, "is there twice");
    this.known.add(key);
    for (const name of ["coreMigrationVersion", "typeMigrationVersion"]) {
      const version = object[name];
      if (version === undefined) {
        // A tag has no migrations of its own.
        if (name === "coreMigrationVersion" || type !== "tag")
          this.say(key, `has no ${name}, so Kibana would run every old migration on it`);
        continue;
      }
      const [major, minor] = String(version).split(".").map(Number);
      const [top, below] = NEWEST[type as keyof typeof NEWEST] ?? [Infinity, Infinity];
      if (major > top || (major === top && minor > below))
        this.say(key, `has ${name} ${String(version)}, which Kibana ${top}.${below} refuses`);
    }
    if (type !== "index-pattern") return;
    const attributes = object.attributes as Json;
    for (const [name, kind] of [
      ["fields", "array"],
      ["fieldAttrs", "object"],
      ["fieldFormatMap", "object"],
      ["runtimeFieldMap", "object"],
      ["sourceFilters", "array"],
    ] as const)
      if (attributes[name] !== undefined) this.parsed(attributes[name], `${key} ${name}`, kind);
    const title = String(attributes.title);
    const fields = new Map((this.views[title] ?? []).map((field) => [field.name, field]));
    if (!Object.hasOwn(this.views, title)) this.say(key, `is of ${title}, which is no known index`);
    const timeField = (attributes.timeFieldName as string | undefined) ?? null;
    if (timeField !== null && fields.get(timeField)?.type !== "date")
      this.say(key, `takes its time from ${timeField}, which is no date of ${title}`);
    this.dataViews.set(id, { title, timeField, fields });
  }

  /** Every reference leads to an object of the file, and none has the name of another. */
  private references({ id, type, references }: Json): void {
    const names = new Set<string>();
    for (const { name, type: target, id: to } of references as { name: string; type: string; id: string }[]) {
      const where = `${type} ${id}`;
      if (names.has(name)) this.say(where, `has two references ${name}`);
      names.add(name);
      if (!this.known.has(`${target} ${to}`))
        this.say(where, `reference ${name} leads to ${target} ${to}, which is not in the file`);
    }
  }

  private dashboard(object: Json, where: string): void {
    const attributes = object.attributes as Json;
    for (const name of Object.keys(attributes))
      if (!DASHBOARD_ATTRIBUTES.has(name)) this.say(where, `has the unknown attribute ${name}`);
    this.timeRange(attributes, where);
    this.parsed(attributes.optionsJSON, `${where} optionsJSON`, "object");
    const search = (attributes.kibanaSavedObjectMeta as Json | undefined)?.searchSourceJSON;
    this.parsed(search, `${where} searchSourceJSON`, "object");
    const panels = (this.parsed(attributes.panelsJSON, `${where} panelsJSON`, "array") ??
      []) as unknown as Json[];
    const group = attributes.controlGroupInput as Json | undefined;
    if (group) this.parsed(group.ignoreParentSettingsJSON, `${where} ignoreParentSettingsJSON`, "object");
    const controls = group
      ? (this.parsed(group.panelsJSON, `${where} panelsJSON of its controls`, "object") ?? {})
      : {};

    const references = new Map(
      (object.references as { name: string; id: string }[]).map(({ name, id }) => [name, id]),
    );
    const needed = new Set<string>();
    this.grid(panels, where);
    const drawn = panels.map((panel) => this.panel(panel, where, references, needed));
    for (const [id, control] of Object.entries(controls))
      this.control(
        id,
        control as Json,
        where,
        references,
        needed,
        drawn.filter((view) => view !== null),
      );
    for (const name of references.keys())
      if (!needed.has(name) && !name.startsWith("tag-ref-"))
        this.say(where, `nothing uses its reference ${name}`);
  }

  private timeRange({ timeRestore, timeFrom, timeTo }: Json, where: string): void {
    const from = Date.parse(String(timeFrom));
    if (timeRestore !== true || Number.isNaN(from)) {
      this.say(where, "has no absolute time range, so Kibana opens it on the last 15 minutes");
      return;
    }
    if (timeTo !== "now" && !(Date.parse(String(timeTo)) > from))
      this.say(where, `its time range ends at ${String(timeTo)}, not after its start ${String(timeFrom)}`);
  }

  private grid(panels: readonly Json[], where: string): void {
    const placed: { id: string; x: number; y: number; w: number; h: number }[] = [];
    const titles = new Map<string, string>();
    for (const { panelIndex, gridData, title } of panels) {
      const id = String(panelIndex);
      const at = `${where} panel ${id}`;
      const place = { ...(gridData as { x: number; y: number; w: number; h: number; i: string }), id };
      const { x, y, w, h, i } = place;
      if (i !== id) this.say(at, `has ${String(i)} as its name on the grid`);
      if (![x, y, w, h].every(Number.isInteger) || x < 0 || y < 0 || w < 1 || h < 1)
        this.say(at, `has no place in whole cells of the grid: x ${x}, y ${y}, w ${w}, h ${h}`);
      else if (x + w > GRID_COLUMNS) this.say(at, `ends at column ${x + w} of ${GRID_COLUMNS}`);
      for (const other of placed) {
        if (other.id === id) this.say(at, "is there twice");
        else if (x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h)
          this.say(at, `overlaps with panel ${other.id}`);
      }
      placed.push(place);
      if (typeof title !== "string" || title === "") this.say(at, "has no title");
      else if (titles.has(title)) this.say(at, `has the title “${title}” of panel ${titles.get(title)}`);
      else titles.set(title, id);
    }
  }

  /** @returns the view that the panel draws on, and whether filters of the dashboard reach it; null where broken */
  private panel(
    panel: Json,
    dashboard: string,
    references: ReadonlyMap<string, string>,
    needed: Set<string>,
  ): { panel: string; view: View; ignores: boolean } | null {
    const id = String(panel.panelIndex);
    const where = `${dashboard} panel ${id}`;
    const config = panel.embeddableConfig as Json;
    const attributes = config.attributes as Json | undefined;
    if (!attributes) {
      this.say(where, "is not by value");
      return null;
    }
    if (config.savedObjectId !== undefined || panel.panelRefName !== undefined)
      this.say(where, "is by value and by reference at once");
    if (attributes.title !== "" && attributes.title !== panel.title)
      this.say(where, `is “${String(panel.title)}” outside and “${String(attributes.title)}” inside`);
    const state = attributes.state as Json;
    const source = (state.datasourceStates as Json).formBased as { layers: Record<string, Json> } | undefined;
    if (!source) {
      this.say(where, "has no formBased state, the name since Kibana 8.6");
      return null;
    }
    const inner = new Map(
      (attributes.references as { name: string; id: string }[]).map(({ name, id: to }) => [name, to]),
    );
    let result: { panel: string; view: View; ignores: boolean } | null = null;
    for (const [layerId, layer] of Object.entries(source.layers)) {
      const name = `indexpattern-datasource-layer-${layerId}`;
      needed.add(`${id}:${name}`);
      const outer = references.get(`${id}:${name}`);
      if (outer === undefined) this.say(where, `${dashboard} has no reference ${id}:${name}`);
      if (inner.get(name) === undefined) this.say(where, `has no reference ${name}`);
      else if (outer !== undefined && inner.get(name) !== outer)
        this.say(where, `draws on ${inner.get(name)} inside and on ${outer} outside`);
      const view = this.dataViews.get(outer ?? "");
      if (!view) continue;
      result = { panel: id, view, ignores: layer.ignoreGlobalFilters === true };
      this.columns(layer, view, where);
      this.queries(state, view, where);
    }
    const layers = Object.entries(source.layers).map(
      ([layerId, { columns }]) => [layerId, columns as Record<string, Json>] as const,
    );
    this.accessors(state.visualization as Json, new Map(layers), where);
    return result;
  }

  private columns(layer: Json, view: View, where: string): void {
    const columns = layer.columns as Record<string, Json>;
    const order = layer.columnOrder as string[];
    for (const id of Object.keys(columns))
      if (!order.includes(id)) this.say(where, `column ${id} is not in columnOrder`);
    for (const id of order)
      if (!Object.hasOwn(columns, id)) this.say(where, `columnOrder names ${id}, which is no column`);
    for (const [id, column] of Object.entries(columns)) {
      const operation = String(column.operationType);
      const params = (column.params ?? {}) as Json;
      const at = `${where} column ${id}`;
      if (!Object.hasOwn(OPERATIONS, operation)) {
        this.say(at, `has the unknown operation ${operation}`);
        continue;
      }
      if (column.isBucketed !== BUCKETS.has(operation))
        this.say(at, `says isBucketed ${String(column.isBucketed)} of ${operation}`);
      const types = OPERATIONS[operation];
      if (types) this.field(String(column.sourceField), view, at, types);
      if (operation === "count" && column.sourceField !== "___records___")
        this.say(at, `counts ${String(column.sourceField)}, not ___records___`);
      if (operation === "last_value") this.field(String(params.sortField), view, at, ["date"]);
      if (operation === "filters")
        for (const { input } of params.filters as { input: Json }[]) this.query(input, view, at);
      if (column.filter) this.query(column.filter as Json, view, at);
      const by = params.orderBy as { type: string; columnId?: string } | undefined;
      if (by?.type === "column") {
        const sorted = columns[by.columnId ?? ""];
        if (!sorted) this.say(at, `is ordered by ${by.columnId}, which is no column`);
        else if (sorted.isBucketed) this.say(at, `is ordered by ${by.columnId}, which is no metric`);
      }
    }
  }

  private field(
    name: string,
    { title, fields }: View,
    where: string,
    types: readonly KibanaField["type"][] | null,
  ): void {
    const field = fields.get(name);
    if (!field) {
      this.say(where, `${title} has no field ${name}`);
      return;
    }
    if (types && !types.includes(field.type))
      this.say(where, `${name} is a ${field.type}, not a ${types.join(" or ")}`);
    if (!field.aggregatable) this.say(where, `${name} cannot be aggregated`);
    if (Object.hasOwn(this.coverage, title) && !this.coverage[title][name])
      this.gaps.add(`${where}: no document of ${title} has a value for ${name}`);
  }

  private queries(state: Json, view: View, where: string): void {
    this.query(state.query as Json, view, where);
    for (const filter of (state.filters ?? []) as Json[]) {
      const field = (filter.meta as Json | undefined)?.field;
      if (typeof field === "string") this.field(field, view, where, null);
    }
  }

  /** Fields in Kibana's query language are what stands before a colon, outside of quotes. */
  private query({ query, language }: Json, view: View, where: string): void {
    if (language !== "kuery") this.say(where, `has a query in ${String(language)}, not in kuery`);
    const bare = String(query).replace(/"(?:[^"\\]|\\.)*"/g, '""');
    if (bare.split('"').length % 2 === 0) this.say(where, `has a query with an open quote: ${String(query)}`);
    for (const [, name] of bare.matchAll(/([\w@.]+)\s*:/g)) this.field(name, view, where, null);
  }

  private accessors(shown: Json, layers: ReadonlyMap<string, Record<string, Json>>, where: string): void {
    for (const part of (shown.layers as Json[] | undefined) ?? [shown]) {
      const columns = layers.get(String(part.layerId));
      if (!columns) {
        this.say(where, `shows the layer ${String(part.layerId)}, which is not there`);
        continue;
      }
      const metrics = [part.metricAccessor, part.valueAccessor, ...((part.accessors as unknown[]) ?? [])];
      const buckets = [part.xAccessor, part.yAccessor, part.splitAccessor, part.breakdownByAccessor];
      const used = new Set<string>();
      for (const [accessors, bucketed] of [
        [metrics, false],
        [buckets, true],
      ] as const)
        for (const accessor of accessors) {
          if (typeof accessor !== "string") continue;
          used.add(accessor);
          if (!Object.hasOwn(columns, accessor)) this.say(where, `shows ${accessor}, which is no column`);
          else if (columns[accessor].isBucketed !== bucketed)
            this.say(where, `shows ${accessor} as a ${bucketed ? "bucket" : "metric"}, which it is not`);
        }
      for (const id of Object.keys(columns))
        if (!used.has(id)) this.say(where, `does not show its column ${id}`);
      for (const { forAccessor, color } of (part.yConfig ?? []) as {
        forAccessor: string;
        color: unknown;
      }[]) {
        if (!metrics.includes(forAccessor))
          this.say(where, `has a colour for ${forAccessor}, which it does not show`);
        this.colour(columns[forAccessor], color, where);
      }
      if (part.metricAccessor !== undefined && part.color !== undefined)
        this.colour(columns[String(part.metricAccessor)], part.color, where);
    }
  }

  /** The same metric has the same colour everywhere. */
  private colour(column: Json | undefined, colour: unknown, where: string): void {
    if (typeof colour !== "string" || !/^#[0-9A-F]{6}$/i.test(colour)) {
      this.say(where, `has the colour ${String(colour)}, not #rrggbb`);
      return;
    }
    const label = String(column?.label);
    const before = this.colours.get(label);
    if (before !== undefined && before !== colour)
      this.say(where, `shows “${label}” in ${colour}, other panels in ${before}`);
    this.colours.set(label, before ?? colour);
  }

  private control(
    id: string,
    { type, explicitInput }: Json,
    dashboard: string,
    references: ReadonlyMap<string, string>,
    needed: Set<string>,
    drawn: readonly { panel: string; view: View; ignores: boolean }[],
  ): void {
    const where = `${dashboard} control ${id}`;
    const input = explicitInput as Json;
    const field = String(input.fieldName);
    const kinds: Record<string, [string, KibanaField["type"][]]> = {
      optionsListControl: ["optionsListDataView", ["string", "number", "boolean", "date"]],
      rangeSliderControl: ["rangeSliderDataView", ["number"]],
    };
    const kind = kinds[String(type)];
    if (!kind) {
      this.say(where, `is of the unknown type ${String(type)}`);
      return;
    }
    if (input.id !== id) this.say(where, `calls itself ${String(input.id)}`);
    const name = `controlGroup_${id}:${kind[0]}`;
    needed.add(name);
    const target = references.get(name);
    if (target === undefined) this.say(where, `${dashboard} has no reference ${name}`);
    const view = this.dataViews.get(target ?? "");
    if (view) this.field(field, view, where, kind[1]);
    for (const { panel, view: of, ignores } of drawn)
      if (!ignores && !of.fields.has(field))
        this.say(where, `would empty panel ${panel}, since ${of.title} has no field ${field}`);
  }
}

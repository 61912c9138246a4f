import { indexKibanaFields, indexNamed, type IndexName } from "../elastic/indices";
import type { Bucket, Condition, Control, Dashboard, Metric, Panel } from "./model";

/** A line of the NDJSON that Kibana exports and imports. */
export interface SavedObject {
  id: string;
  type: "tag" | "index-pattern" | "dashboard";
  attributes: Record<string, unknown>;
  references: SavedObjectReference[];
  coreMigrationVersion: string;
  typeMigrationVersion?: string;
}

export interface SavedObjectReference {
  name: string;
  type: string;
  id: string;
}

/** What a dashboard shows when it is opened. `from` is a date, since MovieLens is old; `to` a date or "now". */
export interface TimeRange {
  /** ISO 8601 */
  from: string;
  /** ISO 8601, or "now" */
  to: string;
}

/**
 * The lowest versions whose shape this is: Kibana 8.9 and newer migrates from them, and refuses objects of a
 * version newer than itself.
 */
const CORE_VERSION = "8.8.0";
const DATA_VIEW_VERSION = "7.11.0";
const DASHBOARD_VERSION = "8.9.0";

const TAG: SavedObject = {
  id: "movielens-tag",
  type: "tag",
  attributes: { name: "movielens", description: "Made by npm run bi:dashboards", color: "#0072B2" },
  references: [],
  coreMigrationVersion: CORE_VERSION,
};

const TAG_REFERENCE: SavedObjectReference = { name: `tag-ref-${TAG.id}`, type: "tag", id: TAG.id };

/** Of the only layer of each panel, and of its columns. */
const LAYER = "layer";
const METRIC = "metric";
const X = "x";
const Y = "y";

const LAYER_REFERENCE = `indexpattern-datasource-layer-${LAYER}`;

/**
 * The saved objects of a dashboard: tag, data views and the dashboard with its panels by value. Each file imports
 * alone, and what several have in common has the same id in all.
 */
export function savedObjects(dashboard: Dashboard, time: TimeRange): SavedObject[] {
  const used = new Set<IndexName>([...dashboard.panels, ...dashboard.controls].map(({ index }) => index));
  return [TAG, ...[...used].map(dataView), dashboardObject(dashboard, time)];
}

/** One object a line, as Kibana wants it. */
export const toNdjson = (objects: readonly SavedObject[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join("");

function dataView(name: IndexName): SavedObject {
  const { alias, title, timeField } = indexNamed(name);
  return {
    id: alias,
    type: "index-pattern",
    attributes: {
      title: alias,
      name: title,
      ...(timeField === null ? {} : { timeFieldName: timeField }),
      // Kibana asks the index for its fields when it opens the view.
      fields: "[]",
      fieldAttrs: "{}",
      fieldFormatMap: "{}",
      runtimeFieldMap: "{}",
      sourceFilters: "[]",
    },
    references: [TAG_REFERENCE],
    coreMigrationVersion: CORE_VERSION,
    typeMigrationVersion: DATA_VIEW_VERSION,
  };
}

function dashboardObject(dashboard: Dashboard, { from, to }: TimeRange): SavedObject {
  const { id, title, description, controls, panels } = dashboard;
  return {
    id: `movielens-${id}`,
    type: "dashboard",
    attributes: {
      title: `MovieLens: ${title}`,
      description,
      version: 1,
      timeRestore: true,
      timeFrom: from,
      timeTo: to,
      refreshInterval: { pause: true, value: 60_000 },
      optionsJSON: JSON.stringify({
        useMargins: true,
        syncColors: false,
        syncCursor: true,
        syncTooltips: false,
        hidePanelTitles: false,
      }),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify({ query: kuery(""), filter: [] }) },
      controlGroupInput: {
        controlStyle: "oneLine",
        chainingSystem: "HIERARCHICAL",
        ignoreParentSettingsJSON: JSON.stringify({
          ignoreFilters: false,
          ignoreQuery: false,
          ignoreTimerange: false,
          ignoreValidations: false,
        }),
        panelsJSON: JSON.stringify(
          Object.fromEntries(
            controls.map((control, order) => [controlId(control), controlPanel(control, order)]),
          ),
        ),
      },
      panelsJSON: JSON.stringify(panels.map((panel) => lensPanel(panel, controls))),
    },
    references: [
      ...panels.map(({ id: panel, index }) => ({
        name: `${panel}:${LAYER_REFERENCE}`,
        type: "index-pattern",
        id: indexNamed(index).alias,
      })),
      ...controls.map((control) => ({
        name: `controlGroup_${controlId(control)}:${CONTROL_TYPES[control.kind]}DataView`,
        type: "index-pattern",
        id: indexNamed(control.index).alias,
      })),
      TAG_REFERENCE,
    ],
    coreMigrationVersion: CORE_VERSION,
    typeMigrationVersion: DASHBOARD_VERSION,
  };
}

const CONTROL_TYPES = { options: "optionsList", range: "rangeSlider" } as const;

const controlId = ({ field }: Control): string => `control-${field}`;

function controlPanel(control: Control, order: number): object {
  const { kind, field, label } = control;
  return {
    order,
    width: "medium",
    grow: true,
    type: `${CONTROL_TYPES[kind]}Control`,
    explicitInput: {
      id: controlId(control),
      fieldName: field,
      title: label,
      ...(kind === "options" ? { singleSelect: false, selectedOptions: [] } : { value: ["", ""] }),
      enhancements: {},
    },
  };
}

function lensPanel(panel: Panel, controls: readonly Control[]): object {
  const { id, title, index, x, y, metric, only, grid } = panel;
  const fields = new Set(indexKibanaFields(index).map(({ name }) => name));
  const columns = {
    ...(x ? { [X]: bucketColumn(x, index) } : {}),
    ...(y ? { [Y]: bucketColumn(y, index) } : {}),
    [METRIC]: metricColumn(metric, index),
  };
  return {
    type: "lens",
    panelIndex: id,
    title,
    gridData: { ...grid, i: id },
    embeddableConfig: {
      enhancements: {},
      attributes: {
        title,
        type: "lens",
        visualizationType: VISUALIZATIONS[panel.chart],
        references: [{ type: "index-pattern", id: indexNamed(index).alias, name: LAYER_REFERENCE }],
        state: {
          datasourceStates: {
            formBased: {
              layers: {
                [LAYER]: {
                  columnOrder: Object.keys(columns),
                  columns,
                  incompleteColumns: {},
                  sampling: 1,
                  // A filter on a field that the index lacks would leave nothing of it.
                  ignoreGlobalFilters: controls.some(({ field }) => !fields.has(field)),
                },
              },
            },
          },
          visualization: visualization(panel),
          query: kuery(only.map(condition).join(" and ")),
          filters: [],
          internalReferences: [],
          adHocDataViews: {},
        },
      },
    },
  };
}

const VISUALIZATIONS = {
  metric: "lnsMetric",
  bar: "lnsXY",
  column: "lnsXY",
  line: "lnsXY",
  heatmap: "lnsHeatmap",
} as const;

function visualization({ chart, metric }: Panel): object {
  if (chart === "metric")
    return { layerId: LAYER, layerType: "data", metricAccessor: METRIC, color: metric.colour };
  if (chart === "heatmap")
    return {
      shape: "heatmap",
      layerId: LAYER,
      layerType: "data",
      xAccessor: X,
      yAccessor: Y,
      valueAccessor: METRIC,
      legend: { isVisible: true, position: "right", type: "heatmap_legend" },
      gridConfig: {
        type: "heatmap_grid",
        isCellLabelVisible: false,
        isYAxisLabelVisible: true,
        isXAxisLabelVisible: true,
        isYAxisTitleVisible: false,
        isXAxisTitleVisible: true,
      },
    };
  const seriesType = { bar: "bar_horizontal", column: "bar", line: "line" }[chart];
  return {
    preferredSeriesType: seriesType,
    legend: { isVisible: false, position: "right" },
    valueLabels: "hide",
    layers: [
      {
        layerId: LAYER,
        layerType: "data",
        seriesType,
        xAccessor: X,
        accessors: [METRIC],
        yConfig: [{ forAccessor: METRIC, color: metric.colour }],
      },
    ],
  };
}

function metricColumn({ operation, field, label, decimals }: Metric, index: IndexName): object {
  const format = { id: "number", params: { decimals } };
  const column = { label, customLabel: true, dataType: "number", isBucketed: false, scale: "ratio" };
  const operationType = { unique: "unique_count", last: "last_value" }[operation as string] ?? operation;
  if (operation === "last")
    return {
      ...column,
      operationType,
      sourceField: field,
      filter: kuery(`${field} : *`),
      params: { sortField: indexNamed(index).timeField, showArrayValues: false, format },
    };
  return {
    ...column,
    operationType,
    sourceField: field ?? "___records___",
    params: { emptyAsNull: true, format },
  };
}

function bucketColumn(bucket: Bucket, index: IndexName): object {
  const { field, label } = bucket;
  const column = { label, customLabel: true, isBucketed: true };
  if (bucket.kind === "time")
    return {
      ...column,
      dataType: "date",
      operationType: "date_histogram",
      sourceField: field,
      scale: "interval",
      params: {
        interval: { month: "1M", day: "1d" }[bucket.interval],
        includeEmptyRows: true,
        dropPartials: false,
      },
    };
  if (bucket.kind === "values")
    return {
      ...column,
      dataType: "string",
      operationType: "filters",
      scale: "ordinal",
      params: {
        filters: bucket.values.map(({ value, name }) => ({
          label: name,
          input: kuery(condition({ field, values: [value] })),
        })),
      },
    };
  return {
    ...column,
    dataType: indexKibanaFields(index).find(({ name }) => name === field)?.type ?? "string",
    operationType: "terms",
    sourceField: field,
    scale: "ordinal",
    params: {
      size: bucket.size,
      orderBy:
        bucket.order === "metric"
          ? { type: "column", columnId: METRIC }
          : { type: "alphabetical", fallback: false },
      orderDirection: bucket.order === "metric" ? "desc" : "asc",
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: "terms" },
    },
  };
}

const kuery = (query: string): { query: string; language: "kuery" } => ({ query, language: "kuery" });

/** In Kibana's query language, such as `name : ("a" or "b")`. */
function condition({ field, values }: Condition): string {
  const quoted = values.map((value) =>
    typeof value === "number" ? String(value) : `"${value.replace(/["\\]/g, "\\$&")}"`,
  );
  return `${field} : ${quoted.length === 1 ? quoted[0] : `(${quoted.join(" or ")})`}`;
}

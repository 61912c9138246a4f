import { readFileSync } from "node:fs";
import {
  coverageOf,
  dashboardGaps,
  dashboardProblems,
  dashboardCubes,
  dashboards,
  dataViews,
  savedObjects,
  timeRangeOf,
  toNdjson,
  type DataViews,
  type DocumentFacts,
  type SavedObject,
} from "@movielens/lib/bi";
import { loadDataset, projectPath } from "@movielens/lib/data";
import { chartTemplate } from "@movielens/lib/notebook";
import { suite } from "uvu";
import * as assert from "uvu/assert";

/* eslint-disable @typescript-eslint/no-explicit-any -- what is broken here on purpose is untyped JSON */

interface Context {
  facts: DocumentFacts;
}

const test = suite<Context>("validate");

test.before(async (context) => {
  const dataset = await loadDataset(projectPath("data/ml-latest-small"));
  context.facts = (await dashboardCubes(dashboards, { dataset })).facts;
});

const RANGE = { from: "1996-01-01T00:00:00.000Z", to: "2019-01-01T00:00:00.000Z" };

/** Kibana itself cannot be asked here; these objects were taken by hand from what Kibana exports. */
const minimal = (): string => readFileSync(projectPath("test/bi/dashboards/minimal-export.ndjson"), "utf8");

const field = (name: string, type: "string" | "number" | "date"): DataViews[string][number] => ({
  name,
  type,
  esTypes: [],
  searchable: true,
  aggregatable: true,
  many: false,
  meaning: "",
});

const minimalViews: DataViews = {
  ratings: [field("@timestamp", "date"), field("genres", "string"), field("rating", "number")],
};

test("every dashboard passes, on the fields that documents of the published data have", ({ facts }) => {
  for (const dashboard of dashboards) {
    const ndjson = toNdjson(savedObjects(dashboard, timeRangeOf(dashboard, facts)));
    assert.equal(dashboardProblems(ndjson, dataViews()), [], dashboard.title);
    assert.equal(dashboardGaps(ndjson, dataViews(), coverageOf(facts)), [], dashboard.title);
  }
});

test("the minimal export passes", () => {
  assert.equal(dashboardProblems(minimal(), minimalViews), []);
});

test("the minimal export and these dashboards have the same shape", () => {
  const shape = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
  };
  const real = minimal()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as SavedObject);
  const [dashboard] = real.filter(({ type }) => type === "dashboard");
  const ours = savedObjects(dashboards[1], RANGE).find(({ type }) => type === "dashboard")!;
  const { controlGroupInput, ...attributes } = dashboard.attributes;
  assert.equal(
    Object.keys(shape(ours.attributes) as object).sort(),
    Object.keys({ controlGroupInput, ...attributes }).sort(),
  );
  assert.equal(shape(ours.attributes.controlGroupInput), shape(controlGroupInput));
  const panelsOf = (of: SavedObject): any[] => JSON.parse(of.attributes.panelsJSON as string) as any[];
  const oneOf = (of: SavedObject, kind: string): any =>
    panelsOf(of).find((panel) => panel.embeddableConfig.attributes.visualizationType === kind);
  for (const kind of ["lnsMetric", "lnsXY", "lnsHeatmap"]) {
    const keys = (of: SavedObject): string[][] => {
      const panel = oneOf(of, kind);
      const { attributes: inner } = panel.embeddableConfig;
      return [panel, panel.gridData, panel.embeddableConfig, inner, inner.state].map((part) =>
        Object.keys(part as object).sort(),
      );
    };
    assert.equal(keys(ours), keys(dashboard), kind);
  }
});

/** Changes one part of a good dashboard. */
type Break = (parts: {
  objects: SavedObject[];
  dashboard: SavedObject;
  attributes: any;
  panels: any[];
  controls: any;
  layer: (panel: number) => any;
  state: (panel: number) => any;
}) => void;

function broken(change: Break, at: number): string {
  const objects = structuredClone(savedObjects(dashboards[at], RANGE));
  const dashboard = objects.find(({ type }) => type === "dashboard")!;
  const attributes = dashboard.attributes as any;
  const panels = JSON.parse(attributes.panelsJSON as string) as any[];
  const controls = JSON.parse(attributes.controlGroupInput.panelsJSON as string);
  const before = [attributes.panelsJSON, attributes.controlGroupInput.panelsJSON];
  const state = (panel: number): any => panels[panel].embeddableConfig.attributes.state;
  change({
    objects,
    dashboard,
    attributes,
    panels,
    controls,
    state,
    layer: (panel) => state(panel).datasourceStates.formBased.layers.layer,
  });
  if (attributes.panelsJSON === before[0]) attributes.panelsJSON = JSON.stringify(panels);
  if (attributes.controlGroupInput.panelsJSON === before[1])
    attributes.controlGroupInput.panelsJSON = JSON.stringify(controls);
  return toNdjson(objects);
}

const AUDIENCE = 0;
const CATALOGUE = 1;
const QUALITY = 2;

const rules: [rule: string, change: Break, message: RegExp, dashboard?: number][] = [
  [
    "panels in an array instead of a string",
    ({ attributes, panels }) => (attributes.panelsJSON = panels),
    /dashboard movielens-audience panelsJSON: is an array, but Kibana wants JSON in a string/,
  ],
  [
    "options that are no JSON",
    ({ attributes }) => (attributes.optionsJSON = "{useMargins}"),
    /optionsJSON: is no JSON/,
  ],
  [
    "a search source of the wrong kind",
    ({ attributes }) => (attributes.kibanaSavedObjectMeta.searchSourceJSON = "[]"),
    /searchSourceJSON: holds JSON of array, not of object/,
  ],
  [
    "fields of a data view as an array",
    ({ objects }) => (objects[1].attributes.fields = []),
    /index-pattern movielens-ratings fields: is an array, but Kibana wants JSON in a string/,
  ],
  [
    "controls as an object",
    ({ attributes, controls }) => (attributes.controlGroupInput.panelsJSON = controls),
    /panelsJSON of its controls: is object, but Kibana wants JSON in a string/,
  ],
  [
    "an attribute that version 1 does not know",
    ({ attributes }) => (attributes.tags = []),
    /has the unknown attribute tags/,
  ],
  [
    "a version newer than Kibana 8.9",
    ({ dashboard }) => (dashboard.typeMigrationVersion = "10.3.0"),
    /has typeMigrationVersion 10\.3\.0, which Kibana 8\.9 refuses/,
  ],
  [
    "no version",
    ({ dashboard }) => delete dashboard.typeMigrationVersion,
    /has no typeMigrationVersion, so Kibana would run every old migration/,
  ],
  ["an object twice", ({ objects }) => objects.push(objects[0]), /tag movielens-tag: is there twice/],
  [
    "a time range relative to now",
    ({ attributes }) => (attributes.timeFrom = "now-15m"),
    /has no absolute time range/,
  ],
  [
    "a time range that ends before it starts",
    ({ attributes }) => (attributes.timeTo = "1990-01-01T00:00:00.000Z"),
    /its time range ends at 1990/,
  ],
  [
    "an accessor that is no column",
    ({ state }) => (state(4).visualization.layers[0].accessors = ["gone"]),
    /panel by-month: shows gone, which is no column/,
  ],
  [
    "a bucket shown as a metric",
    ({ state }) => (state(4).visualization.layers[0].accessors = ["x"]),
    /panel by-month: shows x as a metric, which it is not/,
  ],
  [
    "a column that nothing shows",
    ({ state }) => delete state(7).visualization.yAccessor,
    /panel week: does not show its column y/,
  ],
  [
    "a column missing from columnOrder",
    ({ layer }) => layer(4).columnOrder.pop(),
    /panel by-month: column metric is not in columnOrder/,
  ],
  [
    "a columnOrder with a column that is not there",
    ({ layer }) => layer(4).columnOrder.push("gone"),
    /columnOrder names gone, which is no column/,
  ],
  [
    "a field that the index does not have",
    ({ layer }) => (layer(10).columns.x.sourceField = "genre"),
    /panel by-genre column x: movielens-ratings has no field genre/,
  ],
  [
    "a mean of text",
    ({ layer }) => (layer(3).columns.metric.sourceField = "genres"),
    /panel mean column metric: genres is a string, not a number/,
  ],
  [
    "a date histogram of a number",
    ({ layer }) => (layer(4).columns.x.sourceField = "rating"),
    /panel by-month column x: rating is a number, not a date/,
  ],
  [
    "buckets of words",
    ({ layer }) => (layer(10).columns.x.sourceField = "title.text"),
    /title\.text cannot be aggregated/,
  ],
  [
    "an order by a column that is not there",
    ({ layer }) => (layer(10).columns.x.params.orderBy.columnId = "gone"),
    /is ordered by gone, which is no column/,
  ],
  [
    "an operation that Lens does not know",
    ({ layer }) => (layer(3).columns.metric.operationType = "avg"),
    /has the unknown operation avg/,
  ],
  [
    "a count of a field",
    ({ layer }) => (layer(0).columns.metric.sourceField = "rating"),
    /counts rating, not ___records___/,
  ],
  [
    "a query on a field that the index does not have",
    ({ state }) => (state(1).query.query = 'popularity : "1"'),
    /panel never: movielens-movies has no field popularity/,
    CATALOGUE,
  ],
  [
    "a query with an open quote",
    ({ state }) => (state(1).query.query = 'popularityBand : "1'),
    /query with an open quote/,
    CATALOGUE,
  ],
  [
    "a bucket's query on a field that the index does not have",
    ({ layer }) => (layer(8).columns.x.params.filters[0].input.query = "band : 1"),
    /panel by-activity column x: movielens-ratings has no field band/,
  ],
  [
    "a reference without the prefix of its panel",
    ({ dashboard }) =>
      (dashboard.references = dashboard.references.map((reference) => ({
        ...reference,
        name: reference.name.replace(/^ratings:/, ""),
      }))),
    /panel ratings: dashboard movielens-audience has no reference ratings:indexpattern-datasource-layer-layer/,
  ],
  [
    "a reference that nothing uses",
    ({ dashboard }) =>
      dashboard.references.push({ name: "old:layer", type: "index-pattern", id: "movielens-ratings" }),
    /nothing uses its reference old:layer/,
  ],
  [
    "a reference to what is not in the file",
    ({ objects }) => objects.splice(1, 1),
    /leads to index-pattern movielens-ratings, which is not in the file/,
  ],
  [
    "a panel whose inner reference leads elsewhere",
    ({ panels }) => (panels[0].embeddableConfig.attributes.references[0].id = "movielens-users"),
    /draws on movielens-users inside and on movielens-ratings outside/,
  ],
  [
    "a control without reference",
    ({ dashboard }) =>
      (dashboard.references = dashboard.references.filter(({ name }) => !name.includes("control-year"))),
    /control control-year: dashboard movielens-audience has no reference controlGroup_control-year:rangeSliderDataView/,
  ],
  [
    "a panel by value and by reference at once",
    ({ panels }) => (panels[0].embeddableConfig.savedObjectId = "x"),
    /is by value and by reference at once/,
  ],
  [
    "the old name of the data source",
    ({ state }) => {
      const states = state(0).datasourceStates;
      states.indexpattern = states.formBased;
      delete states.formBased;
    },
    /has no formBased state/,
  ],
  [
    "a panel that ends beyond column 48",
    ({ panels }) => (panels[3].gridData.w = 13),
    /panel mean: ends at column 49 of 48/,
  ],
  [
    "two panels in one place",
    ({ panels }) => (panels[1].gridData.x = 11),
    /panel users: overlaps with panel ratings/,
  ],
  [
    "a panel of no height",
    ({ panels }) => (panels[0].gridData.h = 0),
    /has no place in whole cells of the grid/,
  ],
  [
    "another name on the grid",
    ({ panels }) => (panels[0].gridData.i = "1"),
    /panel ratings: has 1 as its name on the grid/,
  ],
  ["a panel without title", ({ panels }) => (panels[0].title = ""), /panel ratings: has no title/],
  [
    "two panels with one title",
    ({ panels }) => {
      panels[1].title = "Ratings";
      panels[1].embeddableConfig.attributes.title = "Ratings";
    },
    /panel users: has the title “Ratings” of panel ratings/,
  ],
  [
    "another title inside",
    ({ panels }) => (panels[0].embeddableConfig.attributes.title = "Count"),
    /is “Ratings” outside and “Count” inside/,
  ],
  [
    "one metric in two colours",
    ({ state }) => (state(4).visualization.layers[0].yConfig[0].color = "#000000"),
    /panel by-month: shows “Ratings” in #000000, other panels in #0072B2/,
  ],
  [
    "a colour by name",
    ({ state }) => (state(0).visualization.color = "blue"),
    /has the colour blue, not #rrggbb/,
  ],
  [
    "a control on a field that a panel's index lacks",
    ({ layer }) => (layer(2).ignoreGlobalFilters = false),
    /control control-genres: would empty panel requests, since movielens-metrics has no field genres/,
    3,
  ],
  [
    "a slider over text",
    ({ controls }) => (controls["control-year"].explicitInput.fieldName = "genres"),
    /control control-year: genres is a string, not a number/,
  ],
  [
    "a control of an unknown type",
    ({ controls }) => (controls["control-year"].type = "slider"),
    /is of the unknown type slider/,
  ],
  [
    "a newest value by a time that the index lacks",
    ({ layer }) => (layer(0).columns.metric.params.sortField = "when"),
    /movielens-metrics has no field when/,
    QUALITY,
  ],
];

for (const [rule, change, message, at = AUDIENCE] of rules)
  test(`the validator names ${rule}`, () => {
    const problems = dashboardProblems(broken(change, at), dataViews());
    assert.ok(
      problems.some((problem) => message.test(problem)),
      `${message} among ${problems.join(" | ") || "nothing"}`,
    );
  });

test("a field that no document has a value for is a gap, named once a panel, and no problem", ({ facts }) => {
  const coverage = coverageOf(facts);
  const without = { ...coverage, "movielens-ratings": { ...coverage["movielens-ratings"], hour: 0 } };
  const ndjson = toNdjson(savedObjects(dashboards[AUDIENCE], RANGE));
  assert.equal(dashboardGaps(ndjson, dataViews(), without), [
    "dashboard movielens-audience panel week column x: no document of movielens-ratings has a value for hour",
  ]);
  assert.equal(dashboardProblems(ndjson, dataViews()), []);
});

test("a field that no index knows is a problem, and no gap", ({ facts }) => {
  const views = dataViews();
  const known = views["movielens-ratings"].filter(({ name }) => name !== "hour");
  const without = { ...views, "movielens-ratings": known };
  const ndjson = toNdjson(savedObjects(dashboards[AUDIENCE], RANGE));
  assert.equal(dashboardProblems(ndjson, without), [
    "dashboard movielens-audience panel week column x: movielens-ratings has no field hour",
  ]);
  assert.equal(dashboardGaps(ndjson, without, coverageOf(facts)), []);
});

test("the validator names two dashboards with one title", () => {
  const lines = minimal().trim().split("\n");
  const twin = { ...(JSON.parse(lines[2]) as SavedObject), id: "twin" };
  const problems = dashboardProblems([...lines, JSON.stringify(twin)].join("\n"), minimalViews);
  assert.equal(problems, ["dashboard twin: has the title “MovieLens overview” of dashboard ml-overview"]);
});

test("every colour of the dashboards is one of the notebooks' charts", () => {
  for (const { panels } of dashboards)
    for (const { metric, id } of panels)
      assert.ok(chartTemplate.layout.colorway.includes(metric.colour), `${id}: ${metric.colour}`);
});

test("a dashboard's time range holds every document of it", ({ facts }) => {
  const { from, to } = timeRangeOf(dashboards[AUDIENCE], facts);
  assert.is(from, "1996-01-01T00:00:00.000Z");
  assert.is(to, "2019-01-01T00:00:00.000Z");
  const [first, last] = facts.ratings.span!;
  assert.ok(Date.parse(from) <= first && last < Date.parse(to));
  assert.is(timeRangeOf(dashboards[QUALITY], facts).to, "now");
});

test.run();

import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { libraryVersion, WorkspaceError } from "../../data";
import { ask, clientOf } from "./client";
import type { ElasticConnection } from "./connection";
import {
  DEFAULT_TOP,
  documentSources,
  type DocumentSource,
  type DocumentSources,
  type UserLists,
} from "./documents";
import { misfit, type MappingProperty } from "./fields";
import { indexMapping, indexNamed, indexNames, indices, type IndexDocument, type IndexName } from "./indices";
import {
  deleteVersions,
  indexOf,
  loadedVersions,
  swapActions,
  type LoadedVersion,
  type VersionMeta,
} from "./versions";

export interface LoadProgress {
  index: IndexName;
  /** Documents handed over; a few thousand of them may be on their way. */
  done: number;
  /** At most. */
  expected: number;
}

export interface LoadOptions extends DocumentSources {
  /** Makes the lists of all users elsewhere, once it is known that documents are to be made. */
  makeLists?: () => Promise<UserLists>;
  /** Loads even where the server has these very documents already; false by default. */
  force?: boolean;
  /** Raised, it ends the load; readers keep the version before. */
  signal?: AbortSignal;
  onProgress?: (progress: LoadProgress) => void;
  /** A line for the person who waits: what was left out, cleaned up, or found in place. */
  onNote?: (line: string) => void;
}

export interface LoadedIndex {
  index: string;
  documents: number;
  /** Of documents and their ids, as sent. */
  bytes: number;
  seconds: number;
}

export interface LoadReport {
  version: string;
  /** False where the server had these very documents already. */
  loaded: boolean;
  indices: Record<IndexName, LoadedIndex>;
  /** The version that `rollBack` would bring back. */
  previous: string | null;
}

/**
 * Loads the five indices as one new version and makes it the current one in a single step, once every document
 * is there, counted, and compared in places. Until then, and after any error, readers see the version before.
 * Documents are made, sent and forgotten: memory does not grow with their number.
 *
 * Run again with the same data, model and metrics, it finds that nothing is to do. What an interrupted run left
 * behind is removed first.
 * @throws WorkspaceError DOCUMENTS_REFUSED with the reasons grouped, LOAD_MISMATCH where what the server has is
 *   not what was sent, LOAD_ABORTED, INDEX_CONFLICT, and as `connectElastic`
 */
export async function loadIndices(connection: ElasticConnection, options: LoadOptions): Promise<LoadReport> {
  const { onNote = () => undefined } = options;
  const dimensions = dimensionsOf(connection, options, onNote);
  const build = buildOf(options, dimensions);
  const versions = await loadedVersions(connection);
  const unfinished = versions.filter(({ state }) => state === "unfinished");
  const current = versions.find(({ state }) => state === "current");
  const retired = versions.find(({ state }) => state === "previous");

  if (current && !options.force) {
    const inPlace = await upToDate(connection, current, build);
    if (inPlace) {
      onNote(`these documents are there already, as version ${current.version}`);
      return {
        version: current.version,
        loaded: false,
        indices: inPlace,
        previous: retired?.version ?? null,
      };
    }
  }
  const sources = documentSources(await withLists(options), dimensions !== null);
  const removed = await deleteVersions(connection, unfinished);
  if (removed.length > 0) onNote(`removed ${removed.length} indices that an interrupted load had left`);

  const now = new Date();
  const version = `${now
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .toLowerCase()}-${build.slice(0, 8)}`;
  const meta: VersionMeta = {
    build,
    documents: null,
    data: { name: options.dataset.name, hash: options.dataset.hash },
    model: options.factors?.version ?? null,
    created: now.toISOString(),
    libraryVersion: libraryVersion(),
  };
  await putTemplates(connection, dimensions);
  const fresh: LoadedVersion = { version, state: "unfinished", indices: {} };
  const report = {} as Record<IndexName, LoadedIndex>;
  for (const name of indexNames) fresh.indices[name] = { index: indexOf(name, version), meta };
  await createIndices(connection, fresh, meta, dimensions);
  for (const name of indexNames)
    report[name] = await loadIndex(connection, indexOf(name, version), sources[name], options);
  await Promise.all(
    indexNames.map((name) =>
      finishIndex(connection, indexOf(name, version), { ...meta, documents: report[name].documents }),
    ),
  );
  const actions = swapActions(fresh, current, retired);
  for (const name of indexNames)
    actions.push({ remove: { index: indexOf(name, version), alias: loadingAlias(indexOf(name, version)) } });
  await ask(connection, (client) => client.indices.updateAliases({ actions }));
  if (retired) await deleteVersions(connection, [retired]);
  return { version, loaded: true, indices: report, previous: current?.version ?? null };
}

/**
 * The points of the running service's series that earlier loads have left in the current version, oldest first: a
 * load that is to keep them passes them on.
 */
export async function serviceSeries(connection: ElasticConnection): Promise<IndexDocument<"metrics">[]> {
  const { alias } = indices.metrics;
  if (!(await ask(connection, (client) => client.indices.existsAlias({ name: alias })))) return [];
  const points: IndexDocument<"metrics">[] = [];
  await ask(connection, async (client) => {
    const pages = client.helpers.scrollDocuments<IndexDocument<"metrics">>({
      index: alias,
      query: { term: { source: "service" } },
      sort: ["@timestamp", "name"],
    });
    for await (const point of pages) points.push(point);
  });
  return points;
}

/** What a load would send, without sending it. */
export interface LoadPlan {
  indices: Record<IndexName, { documents: number; bytes: number }>;
  /** Whether the server has these very documents already; null without a server. */
  upToDate: boolean | null;
}

/**
 * Makes every document, checks that it fits its index, and counts; writes nothing.
 * @param connection null to look at no server
 * @throws WorkspaceError DATA_INVALID naming the first document that does not fit, and as `loadIndices` before it writes
 */
export async function planLoad(
  connection: ElasticConnection | null,
  options: LoadOptions,
): Promise<LoadPlan> {
  const { onNote = () => undefined, onProgress, signal } = options;
  const dimensions = connection
    ? dimensionsOf(connection, options, onNote)
    : options.factors
      ? options.factors.model.rank + 1
      : null;
  const sources = documentSources(await withLists(options), dimensions !== null);
  const plan = {} as LoadPlan["indices"];
  for (const name of indexNames) {
    const { fields, idOf } = indexNamed(name);
    let documents = 0;
    let bytes = 0;
    for (const document of sources[name].documents() as Iterable<Record<string, unknown>>) {
      if (documents % PROGRESS_EVERY === 0) {
        checkSignal(signal);
        onProgress?.({ index: name, done: documents, expected: sources[name].expected });
      }
      const wrong = misfit(document, fields);
      if (wrong !== null)
        throw new WorkspaceError("DATA_INVALID", `${name}: document ${idOf(document)}: ${wrong}`);
      documents++;
      bytes += Buffer.byteLength(JSON.stringify(document));
    }
    onProgress?.({ index: name, done: documents, expected: documents });
    plan[name] = { documents, bytes };
  }
  if (!connection) return { indices: plan, upToDate: null };
  const current = (await loadedVersions(connection)).find(({ state }) => state === "current");
  const inPlace = current && (await upToDate(connection, current, buildOf(options, dimensions)));
  return { indices: plan, upToDate: Boolean(inPlace) };
}

async function withLists({ makeLists, ...options }: LoadOptions): Promise<LoadOptions> {
  return makeLists && options.factors ? { ...options, lists: await makeLists() } : options;
}

const PROGRESS_EVERY = 2000;

/** Length of the vectors, null where none are loaded, with a line that says why. */
function dimensionsOf(
  connection: ElasticConnection,
  { factors }: LoadOptions,
  onNote: (line: string) => void,
): number | null {
  if (!factors) {
    onNote("no model: recommendations and item factors are left out");
    return null;
  }
  if (connection.hasVectors) return factors.model.rank + 1;
  onNote(
    `Elasticsearch ${connection.version} has no vectors to search by inner product: item factors are left out`,
  );
  return null;
}

/** A hash of everything that the documents are made of. The data set's own hash does not cover its tags. */
function buildOf(
  { dataset, factors, top = DEFAULT_TOP, metrics = [] }: LoadOptions,
  dimensions: number | null,
): string {
  const mappings = indexNames.map((name) => indexMapping(name, dimensions));
  const hash = createHash("sha256");
  const parts = [libraryVersion(), mappings, dataset.name, dataset.hash, dataset.ratings.length, top];
  hash.update(JSON.stringify([...parts, factors?.version ?? null, factors?.created ?? null, metrics]));
  for (const { userId, movieId, tag, timestamp } of dataset.tags)
    hash.update(`${userId},${movieId},${timestamp},${tag}\n`);
  return hash.digest("hex");
}

/** The current version's indices when it has this build and lacks no document; null otherwise. */
async function upToDate(
  connection: ElasticConnection,
  { indices }: LoadedVersion,
  build: string,
): Promise<Record<IndexName, LoadedIndex> | null> {
  const report = {} as Record<IndexName, LoadedIndex>;
  for (const name of indexNames) {
    const found = indices[name];
    if (found?.meta.build !== build || found.meta.documents === null) return null;
    const { count } = await ask(connection, (client) => client.count({ index: found.index }));
    if (count !== found.meta.documents) return null;
    report[name] = { index: found.index, documents: count, bytes: 0, seconds: 0 };
  }
  return report;
}

const COMPONENT = "movielens-settings";

/** One component template for the settings of all, one index template for each mapping. */
async function putTemplates(connection: ElasticConnection, dimensions: number | null): Promise<void> {
  await ask(connection, (client) =>
    client.cluster.putComponentTemplate({
      name: COMPONENT,
      template: {
        settings: {
          number_of_shards: 1,
          auto_expand_replicas: "0-1",
          // "5" is not 5: a document of the wrong type is an error, not a guess.
          "index.mapping.coerce": false,
        },
      },
    }),
  );
  await Promise.all(
    indexNames.map((name) => {
      const { alias, meaning } = indexNamed(name);
      return ask(connection, (client) =>
        client.indices.putIndexTemplate({
          name: alias,
          index_patterns: [`${alias}-2*`],
          composed_of: [COMPONENT],
          priority: 200,
          template: { mappings: indexMapping(name, dimensions) as object },
          _meta: { description: meaning },
        }),
      );
    }),
  );
}

/** Only while it is loaded has an index this name, under which it is written to: once deleted, it does not come back by itself. */
const loadingAlias = (index: string): string => `${index}-loading`;

/** All at once: what arrives together, a server makes one change of its state of. None is left where one cannot be. */
async function createIndices(
  connection: ElasticConnection,
  version: LoadedVersion,
  meta: VersionMeta,
  dimensions: number | null,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    indexNames.map((name) => createIndex(connection, name, indexOf(name, version.version), meta, dimensions)),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (!failed) return;
  if (failed.reason instanceof WorkspaceError && failed.reason.code === "INDEX_CONFLICT")
    await deleteVersions(connection, [version]);
  throw failed.reason;
}

async function createIndex(
  connection: ElasticConnection,
  name: IndexName,
  index: string,
  meta: VersionMeta,
  dimensions: number | null,
): Promise<void> {
  await ask(connection, (client) =>
    client.indices.create({
      index,
      aliases: { [loadingAlias(index)]: { is_hidden: true } },
      settings: { refresh_interval: "-1", number_of_replicas: 0, auto_expand_replicas: "false" },
      mappings: { _meta: { movielens: meta } },
    }),
  );
  const got = await ask(connection, (client) => client.indices.getMapping({ index }));
  const wrong = mappingDifference(
    indexMapping(name, dimensions).properties,
    got[index].mappings.properties as Record<string, MappingProperty> | undefined,
  );
  if (wrong !== null)
    throw new WorkspaceError(
      "INDEX_CONFLICT",
      `${connection.url}: another index template maps ${indexNamed(name).alias}: ${wrong}`,
      { mend: "Delete or narrow the template that matches this name too (GET _index_template shows them)." },
    );
}

function mappingDifference(
  wanted: Record<string, MappingProperty>,
  got: Record<string, MappingProperty> | undefined,
): string | null {
  for (const [field, { type = "object" }] of Object.entries(wanted)) {
    const found = got?.[field] ? (got[field].type ?? "object") : undefined;
    if (found !== type) return `${field} is ${found ?? "not mapped"}, not ${type}`;
  }
  const more = Object.keys(got ?? {}).find((field) => !Object.hasOwn(wanted, field));
  return more === undefined ? null : `it adds ${more}`;
}

/** Compared in places, spread over the whole of an index. */
const SPOTS = 40;
/** So many refused documents are no accident: the rest need not be tried. */
const MOST_REFUSED = 1000;
/** Large enough for the server's efficiency, small enough to keep few of them in memory. */
const FLUSH_BYTES = 4_000_000;

async function loadIndex(
  connection: ElasticConnection,
  index: string,
  { name, expected, documents }: DocumentSource,
  { signal, onProgress }: LoadOptions,
): Promise<LoadedIndex> {
  const { idOf, checkedSum } = indexNamed(name);
  const started = performance.now();
  const every = Math.max(1, Math.floor(expected / SPOTS));
  const spots = new Map<string, Record<string, unknown>>();
  const refused = new Refusals(name);
  let sent = 0;
  let sum = 0;

  async function* stream(): AsyncGenerator<[id: string, json: string]> {
    for (const document of documents() as Iterable<Record<string, unknown>>) {
      if (sent % PROGRESS_EVERY === 0) {
        checkSignal(signal);
        onProgress?.({ index: name, done: sent, expected });
      }
      const id = idOf(document);
      if (sent % every === 0) spots.set(id, document);
      if (checkedSum !== null) sum += document[checkedSum] as number;
      sent++;
      yield [id, JSON.stringify(document)];
    }
  }
  const helper = clientOf(connection).helpers.bulk<[string, string]>({
    datasource: stream(),
    onDocument: ([id, json]) => [{ index: { _id: id } }, json] as never,
    index: loadingAlias(index),
    require_alias: true,
    // What was accepted need not be told in full.
    filter_path: "errors,items.*.status,items.*.error",
    flushBytes: FLUSH_BYTES,
    concurrency: 4,
    retries: 5,
    wait: 1000,
    onDrop: ({ operation, status, error }) => {
      refused.add((operation as unknown as { index: { _id: string } }).index._id, status, error);
      if (refused.count >= MOST_REFUSED) void helper.abort();
    },
  });
  await ask(connection, async () => helper);
  refused.check(connection.url, sent, expected, refused.tooBusy ? await blocksOf(connection, index) : []);

  await ask(connection, (client) => client.indices.refresh({ index }));
  await verify(connection, { index, name, sent, sum, spots });
  onProgress?.({ index: name, done: sent, expected: sent });
  const { bytes } = helper.stats;
  return { index, documents: sent, bytes, seconds: (performance.now() - started) / 1000 };
}

function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new WorkspaceError("LOAD_ABORTED", "the load was stopped before it was complete");
}

/** What the server would not take, by reason. */
class Refusals {
  count = 0;
  /** Whether the server was still turning some away when patience ended. */
  tooBusy = false;
  private readonly groups = new Map<string, { count: number; first: string }>();

  constructor(private readonly name: IndexName) {}

  add(id: string, status: number, error: unknown): void {
    this.count++;
    this.tooBusy ||= status === 429;
    const { type = `status ${status}`, reason = "the server was too busy" } = (error ?? {}) as {
      type?: string;
      reason?: string;
    };
    // What differs from document to document stands in brackets or quotes.
    const reasons = reason
      .replace(/\[[^\]]*\]/g, "[…]")
      .replace(/'[^']{20,}'/g, "'…'")
      .slice(0, 200);
    const group = this.groups.get(`${type}: ${reasons}`) ?? {
      count: 0,
      first: `${id}: ${reason.slice(0, 300)}`,
    };
    group.count++;
    this.groups.set(`${type}: ${reasons}`, group);
  }

  /** @param blocks that the index has: a full disk looks like a busy server to the client */
  check(url: string, sent: number, expected: number, blocks: string[]): void {
    if (this.count === 0) return;
    const lines = [...this.groups]
      .sort(([, a], [, b]) => b.count - a.count)
      .map(([reason, { count, first }]) => `\n  ${count} × ${reason}\n    first: document ${first}`);
    const blocked =
      blocks.length > 0 ||
      [...this.groups.keys()].some((reason) => reason.startsWith("cluster_block_exception"));
    const because = blocks.length > 0 ? `\n  the index is blocked: ${blocks.join(", ")}` : "";
    throw new WorkspaceError(
      blocked ? "SEARCH_BLOCKED" : "DOCUMENTS_REFUSED",
      `${url}: ${this.count.toLocaleString("en")} of ${sent.toLocaleString("en")} documents of ${this.name} were refused` +
        `${this.count >= MOST_REFUSED && sent < expected ? ", and the rest not tried" : ""}:${lines.join("")}${because}`,
    );
  }
}

/** Such as `read_only_allow_delete`, which Elasticsearch sets by itself when its disk is nearly full. */
async function blocksOf(connection: ElasticConnection, index: string): Promise<string[]> {
  const settings = await ask(connection, (client) =>
    client.indices.getSettings({ index, flat_settings: true }),
  );
  const own = settings[index]?.settings as Record<string, unknown> | undefined;
  return Object.keys(own ?? {})
    .filter((name) => name.startsWith("index.blocks.") && own![name] === "true")
    .map((name) => name.slice("index.blocks.".length));
}

interface Sent {
  index: string;
  name: IndexName;
  sent: number;
  sum: number;
  spots: ReadonlyMap<string, Record<string, unknown>>;
}

/** Sums are added in another order over there. */
const SUM_TOLERANCE = 1e-9;

async function verify(connection: ElasticConnection, { index, name, sent, sum, spots }: Sent): Promise<void> {
  const wrong = (what: string): WorkspaceError =>
    new WorkspaceError("LOAD_MISMATCH", `${connection.url}: ${index}: ${what}`);
  const { checkedSum } = indexNamed(name);
  const found = await ask(connection, (client) =>
    client.search<unknown, { sum: { value: number } }>({
      index,
      size: 0,
      track_total_hits: true,
      ...(checkedSum === null ? {} : { aggs: { sum: { sum: { field: checkedSum } } } }),
    }),
  );
  const total = typeof found.hits.total === "number" ? found.hits.total : (found.hits.total?.value ?? 0);
  if (total !== sent)
    throw wrong(`${total.toLocaleString("en")} documents, ${sent.toLocaleString("en")} were sent`);
  const got = found.aggregations?.sum.value ?? 0;
  if (Math.abs(got - sum) > SUM_TOLERANCE * Math.max(1, Math.abs(sum)))
    throw wrong(`${checkedSum} adds up to ${got}, not ${sum}`);
  if (spots.size === 0) return;
  const { docs } = await ask(connection, (client) =>
    client.mget<Record<string, unknown>>({ index, ids: [...spots.keys()], _source_excludes: ["factors"] }),
  );
  for (const answer of docs) {
    const expected = { ...spots.get(answer._id!) };
    // Elasticsearch 9 keeps vectors apart from the document; `vectorParity` compares them.
    delete expected.factors;
    if (!("_source" in answer) || !isDeepStrictEqual(answer._source, JSON.parse(JSON.stringify(expected))))
      throw wrong(`document ${answer._id} is not as it was sent`);
  }
}

/** From here on the index is like any other: it refreshes, and has a copy where there is a second node. */
async function finishIndex(connection: ElasticConnection, index: string, meta: VersionMeta): Promise<void> {
  await ask(connection, (client) =>
    client.indices.putSettings({
      index,
      settings: { refresh_interval: null as never, auto_expand_replicas: "0-1" },
    }),
  );
  await ask(connection, (client) => client.indices.putMapping({ index, _meta: { movielens: meta } }));
}

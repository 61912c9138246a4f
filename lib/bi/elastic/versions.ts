import { WorkspaceError } from "../../data";
import { ask } from "./client";
import type { ElasticConnection } from "./connection";
import { indexNamed, indexNames, type IndexName } from "./indices";

/** What an index says of itself, in the `_meta` of its mapping. */
export interface VersionMeta {
  /** Of all that the documents are made of: equal builds have equal documents. */
  build: string;
  /** Documents that were counted and compared after loading; null while loading. */
  documents: number | null;
  data: { name: string; hash: string };
  model: string | null;
  /** ISO 8601, UTC. */
  created: string;
  libraryVersion: string;
}

/** One load: five indices that change together. */
export interface LoadedVersion {
  /** Such as `20261124t101500123-1a2b3c4d`: sortable by time. */
  version: string;
  state: "current" | "previous" | "unfinished";
  indices: Partial<Record<IndexName, { index: string; meta: VersionMeta }>>;
}

export const indexOf = (name: IndexName, version: string): string => `${indexNamed(name).alias}-${version}`;
/** The alias that keeps the version before findable. */
export const previousAlias = (name: IndexName): string => `${indexNamed(name).alias}-previous`;

/**
 * The versions on the server, oldest first.
 * @throws WorkspaceError INDEX_CONFLICT where an index stands under the name of an alias, or an alias leads elsewhere
 */
export async function loadedVersions(connection: ElasticConnection): Promise<LoadedVersion[]> {
  const aliases = indexNames.map((name) => indexNamed(name).alias);
  const found = await ask(connection, (client) =>
    client.indices.get({
      index: aliases.flatMap((alias) => [alias, `${alias}-*`]),
      expand_wildcards: "all",
      ignore_unavailable: true,
      allow_no_indices: true,
    }),
  );
  const versions = new Map<string, LoadedVersion>();
  for (const [index, { aliases: own = {}, mappings }] of Object.entries(found)) {
    const name = indexNames.find((each) => index.startsWith(`${indexNamed(each).alias}-`));
    const version = name && /-(\d{8}t\d{9}-[0-9a-f]{8})$/.exec(index)?.[1];
    const meta = (mappings?._meta as { movielens?: VersionMeta } | undefined)?.movielens;
    if (!name || !version || !meta || index !== indexOf(name, version)) {
      const taken = aliases.find((alias) => index === alias || own[alias]);
      if (taken)
        throw new WorkspaceError(
          "INDEX_CONFLICT",
          `${connection.url}: the name ${taken} belongs to the index ${index}, which this project did not make`,
          { mend: `Delete the index, or reindex it under another name; ${taken} must be free for an alias.` },
        );
      continue;
    }
    const state = own[indexNamed(name).alias]
      ? "current"
      : own[previousAlias(name)]
        ? "previous"
        : "unfinished";
    const entry = versions.get(version) ?? { version, state, indices: {} };
    entry.indices[name] = { index, meta };
    versions.set(version, entry);
  }
  return [...versions.values()].sort((a, b) => (a.version < b.version ? -1 : 1));
}

type Actions = { add?: object; remove?: object }[];

/** What makes `version` the current one and `from` the previous: for one atomic step. */
export function swapActions(
  version: LoadedVersion,
  from: LoadedVersion | undefined,
  retired?: LoadedVersion,
): Actions {
  const actions: Actions = [];
  const each = (of: LoadedVersion | undefined, act: (name: IndexName, index: string) => void): void => {
    for (const name of indexNames) {
      const found = of?.indices[name];
      if (found) act(name, found.index);
    }
  };
  each(retired, (name, index) => actions.push({ remove: { index, alias: previousAlias(name) } }));
  each(from, (name, index) => {
    actions.push({ remove: { index, alias: indexNamed(name).alias } });
    actions.push({ add: { index, alias: previousAlias(name), is_hidden: true } });
  });
  each(version, (name, index) => actions.push({ add: { index, alias: indexNamed(name).alias } }));
  return actions;
}

/** Deletes the indices of these versions. */
export async function deleteVersions(
  connection: ElasticConnection,
  versions: readonly LoadedVersion[],
): Promise<string[]> {
  const gone = versions.flatMap(({ indices }) => Object.values(indices).map(({ index }) => index));
  if (gone.length > 0)
    await ask(connection, (client) => client.indices.delete({ index: gone, ignore_unavailable: true }));
  return gone;
}

/**
 * Makes the version before the current one in one step, and the current one the version before: done twice, it
 * changes nothing.
 * @throws WorkspaceError VERSION_MISSING without a version before
 */
export async function rollBack(connection: ElasticConnection): Promise<{ from: string; to: string }> {
  const versions = await loadedVersions(connection);
  const current = versions.find(({ state }) => state === "current");
  const previous = versions.find(({ state }) => state === "previous");
  if (!current || !previous)
    throw new WorkspaceError(
      "VERSION_MISSING",
      `${connection.url}: there is no ${current ? "version before the current one" : "version"} to go back to`,
    );
  await ask(connection, (client) =>
    client.indices.updateAliases({ actions: swapActions(previous, current, previous) }),
  );
  return { from: current.version, to: previous.version };
}

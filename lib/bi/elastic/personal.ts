import { setTimeout as sleep } from "node:timers/promises";
import { WorkspaceError } from "../../data";
import { ask } from "./client";
import type { ElasticConnection } from "./connection";
import { indexNamed, indexNames } from "./indices";
import { loadedVersions } from "./versions";

/** A document that names a user. */
export interface UserDocument {
  /** The index itself, not its alias. */
  index: string;
  document: unknown;
}

/** A force merge writes a whole index anew. */
const MERGE_TIMEOUT_MS = 4 * 3600 * 1000;
/** The server looks every 30 seconds whether it still has to keep what was deleted. */
const LEASE_TIMEOUT_MS = 5 * 60 * 1000;
const BETWEEN_MERGES_MS = 5000;

/**
 * Every document that names a user by MovieLens id, in all versions: the current one, the one before, and what a load that
 * was cut short has left.
 * @throws WorkspaceError SEARCH_… as the server's answers are
 */
export async function* userDocuments(
  connection: ElasticConnection,
  userId: number,
): AsyncGenerator<UserDocument> {
  for (const index of await indicesWithUsers(connection)) {
    // What was sent a moment ago is searched too.
    await ask(connection, (client) => client.indices.refresh({ index }));
    const documents: unknown[] = [];
    await ask(connection, async (client) => {
      const pages = client.helpers.scrollDocuments({ index, size: 1000, query: { term: { userId } } });
      for await (const document of pages) documents.push(document);
    });
    for (const document of documents) yield { index, document };
  }
}

/**
 * Deletes what `userDocuments` finds, also from the server's files, in which a deleted document stays until they are
 * written anew. That takes about half a minute, and as long as the merges of large indices take.
 * @throws WorkspaceError SEARCH_FAILED naming an index in which something stays
 */
export async function eraseUserDocuments(connection: ElasticConnection, userId: number): Promise<void> {
  const touched: string[] = [];
  for (const index of await indicesWithUsers(connection)) {
    const { deleted, failures } = await ask(connection, (client) =>
      client.deleteByQuery({ index, query: { term: { userId } }, refresh: true, conflicts: "proceed" }),
    );
    if (failures && failures.length > 0)
      throw new WorkspaceError(
        "SEARCH_FAILED",
        `${connection.url}: ${failures.length} documents of user ${userId} stay in ${index}: ${failures[0].cause.reason}`,
      );
    if (deleted) touched.push(index);
  }
  if (touched.length > 0) await writeAnew(connection, touched);
}

/** For the sake of copies that lag behind a server keeps deletions for half a day, unless told otherwise. */
async function writeAnew(connection: ElasticConnection, index: string[]): Promise<void> {
  const keepFor = (period: string | null): Promise<unknown> =>
    ask(connection, (client) =>
      client.indices.putSettings({
        index,
        settings: { "index.soft_deletes.retention_lease.period": period },
      }),
    );
  await keepFor("1ms");
  try {
    const until = performance.now() + LEASE_TIMEOUT_MS;
    for (
      let left = await merged(connection, index);
      left.length > 0;
      left = await merged(connection, index)
    ) {
      if (performance.now() > until)
        throw new WorkspaceError(
          "SEARCH_FAILED",
          `${connection.url}: no search finds the documents any more, but files of ${left.join(", ")} keep deleted ones`,
          { mend: "Force-merge these indices when all copies of them are in step." },
        );
      await sleep(BETWEEN_MERGES_MS);
    }
  } finally {
    await keepFor(null);
  }
}

/** Writes the files anew that may be. @returns the indices whose files still hold what was deleted */
async function merged(connection: ElasticConnection, index: string[]): Promise<string[]> {
  return ask(connection, async (client) => {
    await client.indices.flush({ index, force: true, wait_if_ongoing: true });
    await client.indices.forcemerge({ index, max_num_segments: 1 }, { requestTimeout: MERGE_TIMEOUT_MS });
    const { indices = {} } = await client.indices.stats({ index, metric: "docs" });
    return index.filter((name) => indices[name]?.total?.docs?.deleted !== 0);
  });
}

async function indicesWithUsers(connection: ElasticConnection): Promise<string[]> {
  const names = indexNames.filter((name) => "userId" in indexNamed(name).fields);
  const versions = await loadedVersions(connection);
  return versions.flatMap(({ indices }) => names.flatMap((name) => indices[name]?.index ?? []));
}

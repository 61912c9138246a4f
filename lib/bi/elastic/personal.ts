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

/** A force merge writes whole indices anew. */
const MERGE_TIMEOUT_MS = 4 * 3600 * 1000;

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
 * Deletes what `userDocuments` finds, and has the server write the indices anew that held any of it: a deleted document
 * stays in its files until then.
 * @throws WorkspaceError SEARCH_FAILED naming the index where not all could be deleted
 */
export async function eraseUserDocuments(connection: ElasticConnection, userId: number): Promise<void> {
  for (const index of await indicesWithUsers(connection)) {
    const { deleted, failures } = await ask(connection, (client) =>
      client.deleteByQuery({ index, query: { term: { userId } }, refresh: true, conflicts: "proceed" }),
    );
    if (failures && failures.length > 0)
      throw new WorkspaceError(
        "SEARCH_FAILED",
        `${connection.url}: ${failures.length} documents of user ${userId} stay in ${index}: ${failures[0].cause.reason}`,
      );
    if (deleted)
      await ask(connection, (client) =>
        client.indices.forcemerge({ index, max_num_segments: 1 }, { requestTimeout: MERGE_TIMEOUT_MS }),
      );
  }
}

async function indicesWithUsers(connection: ElasticConnection): Promise<string[]> {
  const names = indexNames.filter((name) => "userId" in indexNamed(name).fields);
  const versions = await loadedVersions(connection);
  return versions.flatMap(({ indices }) => names.flatMap((name) => indices[name]?.index ?? []));
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadedVersions, loadIndices, type ElasticConnection } from "@movielens/lib/bi";
import { createDataset, type Dataset } from "@movielens/lib/data";
import { runCommand, type Outcome } from "../../cli/run";
import { byHand } from "../datasets";
import { ADMIN, TestServer, testsWith } from "./servers";

const testElastic = testsWith("8.19.8");
let server: TestServer;
let connection: ElasticConnection | undefined;
const nowhere = mkdtempSync(join(tmpdir(), "movielens-privacy-"));
test.after(async () => {
  await connection?.close();
  rmSync(nowhere, { recursive: true });
});

/** The command with no place but the server. */
function privacy(...argv: string[]): Promise<Outcome> {
  const elsewhere = ["--data", "--interim", "--events", "--models", "--replay"].flatMap((flag) => [
    flag,
    nowhere,
  ]);
  return runCommand("privacy", [...argv, ...elsewhere]);
}

/** What the server holds of a user, asked of it without the library: every index, hidden ones and all versions. */
const heldOf = async (userId: number): Promise<number> =>
  (
    await server.rest<{ hits: { total: { value: number } } }>(
      "POST",
      "/movielens*/_search?expand_wildcards=all&track_total_hits=true",
      { query: { term: { userId } } },
    )
  ).hits.total.value;

/** Documents that are deleted and still in the files. */
const notYetGone = async (): Promise<number> =>
  (
    await server.rest<{ _all: { primaries: { docs: { deleted: number } } } }>(
      "GET",
      "/movielens*/_stats/docs?expand_wildcards=all",
    )
  )._all.primaries.docs.deleted;

/** `byHand` with a time of its own, so that it is another load. */
function later(dataset: Dataset): Dataset {
  const { users, items, userIds, itemIds } = dataset;
  return createDataset({
    ...dataset,
    hash: "f".repeat(64),
    userId: Uint32Array.from(users, (user) => userIds[user]),
    movieId: Uint32Array.from(items, (item) => itemIds[item]),
  });
}

testElastic(
  "a user is erased from every version on the server, others are not, and a search by other means finds nothing",
  async () => {
    server = await TestServer.shared("8.19.8");
    connection = await server.connect();
    await server.wipe();
    const dataset = byHand();
    await loadIndices(connection, { dataset });
    await loadIndices(connection, { dataset: later(dataset) });
    assert.is((await loadedVersions(connection)).length, 2);
    const [userId, other] = dataset.userIds;
    const own = dataset.users.filter((user) => user === 0).length;
    // In each of the two versions: the ratings, and the user.
    assert.is(await heldOf(userId), 2 * (own + 1));
    const otherBefore = await heldOf(other);
    const ratings = await server.count("movielens-ratings");

    Object.assign(process.env, {
      ELASTICSEARCH_URL: server.url,
      ELASTICSEARCH_USERNAME: ADMIN.username,
      ELASTICSEARCH_PASSWORD: ADMIN.password,
    });
    try {
      const exported = await privacy("export", String(userId));
      assert.is(exported.code, 0, exported.err);
      const { places } = JSON.parse(exported.out) as {
        places: { place: string; records: { what: { userId: number } }[] }[];
      };
      const { place, records } = places.at(-1)!;
      assert.is(place, `Elasticsearch at ${server.url}`);
      assert.is(records.length, 2 * (own + 1));
      for (const { what } of records) assert.is(what.userId, userId);

      const erased = await privacy("erase", String(userId), "--yes");
      assert.is(erased.code, 0, erased.out + erased.err);
      assert.match(erased.out, `nothing is left of user ${userId}`);
      assert.not.match(erased.out + erased.err + exported.err, ADMIN.password);
    } finally {
      for (const name of ["URL", "USERNAME", "PASSWORD"]) delete process.env[`ELASTICSEARCH_${name}`];
    }
    assert.is(await heldOf(userId), 0);
    assert.is(await notYetGone(), 0);
    assert.is(await heldOf(other), otherBefore);
    assert.is(await server.count("movielens-ratings"), ratings - own);
    assert.equal(
      (await loadedVersions(connection)).map(({ state }) => state),
      ["previous", "current"],
    );
  },
);

testElastic("a server that does not answer ends the command before anything is erased", async () => {
  const { code, err } = await privacy("erase", "1", "--yes", "--url", "http://127.0.0.1:9");
  assert.is(code, 1);
  assert.match(err, "SEARCH_UNREACHABLE");
});

test.run();

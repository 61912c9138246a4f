import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  isLaidOut,
  serversFolder,
  SERVER_VERSIONS,
  whyNoServer,
} from "@movielens/lib/cli/elasticsearch-server";
import { runCommand } from "./run";

test("bi:load --dry-run needs no server: it makes and checks every document", async () => {
  delete process.env.ELASTICSEARCH_URL;
  const { code, out, err } = await runCommand("bi-load", ["--dry-run", "--no-model", "--json"]);
  assert.is(code, 0, err);
  const { indices } = JSON.parse(out) as { indices: Record<string, { documents: number }> };
  assert.is(indices.ratings.documents, 100_836);
  assert.is(indices.recommendations.documents, 0);
});

test("bi:load without an address, or to one where nobody listens, says what to do", async () => {
  const nowhere = await runCommand("bi-load", ["--no-model"]);
  assert.is(nowhere.code, 1);
  assert.match(nowhere.err, "--url");
  const closed = await runCommand("bi-load", ["--no-model", "--url", "http://user:secret@127.0.0.1:9"]);
  assert.is(closed.code, 1);
  assert.match(closed.err, "SEARCH_UNREACHABLE");
  assert.match(closed.err, "npm run es:up");
  assert.not.match(closed.err, "secret");
});

const version = SERVER_VERSIONS[0];
const why = isLaidOut(version)
  ? whyNoServer(version)
  : (whyNoServer(version) ??
    `Elasticsearch ${version} is not laid out here; npm run es:up -- --lay-out does that`);
if (why !== null) console.log(`  skipped, because ${why}`);

(why === null ? test : test.skip)(
  "es:up starts one server, however often it is asked, and es:down ends it",
  async () => {
    const home = join(serversFolder(), version);
    const before = process.env.ELASTICSEARCH_SERVERS;
    const folder = mkdtempSync(join(tmpdir(), "movielens-es-"));
    // The server does not run as root, and must get here all the same.
    chmodSync(folder, 0o755);
    symlinkSync(home, join(folder, version));
    process.env.ELASTICSEARCH_SERVERS = folder;
    try {
      const first = await runCommand("es-up", ["--heap", "512m"]);
      assert.is(first.code, 0, first.err);
      const url = first.out.trim();
      const { version: found } = (await (await fetch(url)).json()) as { version: { number: string } };
      assert.is(found.number, version);
      const again = await runCommand("es-up", ["--heap", "512m"]);
      assert.is(again.out.trim(), url);
      assert.match(again.err, "It was up already");
      const down = await runCommand("es-down", []);
      assert.match(down.out, `Elasticsearch ${version} is stopped`);
      await fetch(url).then(
        () => assert.unreachable("it still answers"),
        () => undefined,
      );
      assert.match(
        (await runCommand("es-down", ["--remove-data"])).out,
        "No Elasticsearch of es:up is running",
      );
    } finally {
      await runCommand("es-down", []);
      if (before === undefined) delete process.env.ELASTICSEARCH_SERVERS;
      else process.env.ELASTICSEARCH_SERVERS = before;
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

test.run();

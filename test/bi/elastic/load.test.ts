import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  connectElastic,
  indexKibanaFields,
  indexNames,
  indices,
  loadedVersions,
  loadIndices,
  planLoad,
  rollBack,
  serviceSeries,
  withElastic,
  type ElasticConnection,
  type IndexDocument,
  type LoadProgress,
  type UserLists,
} from "@movielens/lib/bi";
import { loadDataset, projectPath, type Dataset } from "@movielens/lib/data";
import { runCommand } from "../../cli/run";
import { errorOf } from "../../data/support";
import { tinyDataset, tinyModel } from "../../deploy/tiny-model";
import { byHand, random } from "../datasets";
import { proxyTo } from "./proxy";
import { ADMIN, TestServer, testsWith } from "./servers";

const testElastic = testsWith("8.19.8");
let server: TestServer;
let connection: ElasticConnection;
let small: Dataset;

/** A test on a server that holds nothing of ours. */
const testLoad = (name: string, callback: () => Promise<void>): void =>
  testElastic(name, async () => {
    server ??= await TestServer.shared("8.19.8");
    small ??= await loadDataset(projectPath("data", "ml-latest-small"));
    await connection?.close();
    connection = await server.connect();
    await server.wipe();
    await callback();
  });
test.after(() => connection?.close());

/** Calls `act` once, when so many ratings have been handed over. */
function atRating(
  count: number,
  act: () => Promise<unknown>,
): {
  onProgress: (progress: LoadProgress) => void;
  acted?: Promise<unknown>;
} {
  const hooks = {
    acted: undefined as Promise<unknown> | undefined,
    onProgress: ({ index, done }: LoadProgress): void => {
      if (index === "ratings" && done >= count) hooks.acted ??= act();
    },
  };
  return hooks;
}

testLoad("a load brings every rating, film and user, and its figures are those of the data", async () => {
  const { indices: loaded, version } = await loadIndices(connection, { dataset: small });
  assert.is(loaded.ratings.documents, 100_836);
  assert.is(loaded.movies.documents, 9742);
  assert.is(loaded.users.documents, 610);
  assert.is(loaded.recommendations.documents, 0);
  assert.is(await server.count("movielens-ratings"), 100_836);
  assert.is(await server.count("movielens-movies"), 9742);
  const { _source: rating } = await server.rest<{ _source: IndexDocument<"ratings"> }>(
    "GET",
    "/movielens-ratings/_doc/1-1",
  );
  assert.equal(
    [rating.rating, rating.title, rating.year, rating["@timestamp"]],
    [4, "Toy Story (1995)", 1995, 964_982_703_000],
  );
  const { _source: film } = await server.rest<{ _source: IndexDocument<"movies"> }>(
    "GET",
    "/movielens-movies/_doc/1",
  );
  assert.is(film.ratings, 215);
  assert.is(film.imdbUrl, "https://www.imdb.com/title/tt0114709/");
  assert.is(
    Object.values(film.ratingHistogram).reduce((sum, count) => sum + count, 0),
    215,
  );
  assert.equal(await server.indices(), indexNames.map((name) => `${indices[name].alias}-${version}`).sort());
});

testLoad("loaded again, nothing is done; forced, the same documents are there once", async () => {
  const dataset = random(1);
  const first = await loadIndices(connection, { dataset });
  const again = await loadIndices(connection, { dataset });
  assert.equal([again.loaded, again.version], [false, first.version]);
  const forced = await loadIndices(connection, { dataset, force: true });
  assert.ok(forced.loaded);
  assert.is(forced.previous, first.version);
  assert.is(await server.count("movielens-ratings"), dataset.ratings.length);
  await loadIndices(connection, { dataset, force: true });
  assert.is((await server.indices()).length, 10, "the current version and the one before, no more");
});

testLoad("lists that are made elsewhere are made only where documents are", async () => {
  const dataset = tinyDataset;
  const factors = { model: tinyModel(), version: "tiny", created: 0 };
  let made = 0;
  const makeLists = (): Promise<UserLists> => {
    made++;
    return Promise.resolve((userId) => (userId === 10 ? [{ movieId: 3, score: 4.5 }] : []));
  };
  const first = await loadIndices(connection, { dataset, factors, makeLists });
  assert.equal([first.loaded, first.indices.recommendations.documents, made], [true, 1, 1]);
  assert.not((await loadIndices(connection, { dataset, factors, makeLists })).loaded);
  assert.is(made, 1);
  assert.is((await planLoad(null, { dataset, factors, makeLists })).indices.recommendations.documents, 1);
});

testLoad("a document that somebody deleted is brought back by the next load", async () => {
  const dataset = byHand();
  await loadIndices(connection, { dataset });
  await server.rest("DELETE", "/movielens-ratings/_doc/1-10?refresh=true");
  assert.is(await server.count("movielens-ratings"), dataset.ratings.length - 1);
  assert.ok((await loadIndices(connection, { dataset })).loaded);
  assert.is(await server.count("movielens-ratings"), dataset.ratings.length);
});

testLoad("rollback brings the version before back, and a second one the newer", async () => {
  const [older, newer] = [byHand(), random(2)];
  await loadIndices(connection, { dataset: older });
  await errorOf("VERSION_MISSING", () => rollBack(connection), "no version before");
  await loadIndices(connection, { dataset: newer });
  assert.is(await server.count("movielens-ratings"), newer.ratings.length);
  await rollBack(connection);
  assert.is(await server.count("movielens-ratings"), older.ratings.length);
  assert.is(await server.count("movielens-movies"), older.movies.size);
  await rollBack(connection);
  assert.is(await server.count("movielens-ratings"), newer.ratings.length);
});

testLoad("the mapping is strict: a field or a type that is not described is refused", async () => {
  await loadIndices(connection, { dataset: byHand() });
  for (const document of [{ colour: "red" }, { rating: "5" }, { userId: 1.5 }])
    await server.rest("POST", "/movielens-ratings/_doc", document).then(
      () => assert.unreachable(JSON.stringify(document)),
      (error: Error) => assert.match(error.message, ": 400 "),
    );
});

testLoad("the fields that Kibana may use are those that the server reports, of the same type", async () => {
  await loadIndices(connection, { dataset: byHand() });
  for (const name of indexNames) {
    const { fields } = await server.rest<{
      fields: Record<
        string,
        Record<string, { type: string; aggregatable: boolean; searchable: boolean; metadata_field: boolean }>
      >;
    }>("GET", `/${indices[name].alias}/_field_caps?fields=*`);
    const reported = Object.entries(fields)
      .map(([field, types]) => ({ field, ...Object.values(types)[0] }))
      .filter(({ type, metadata_field }) => !metadata_field && type !== "object")
      .map(({ field, type, aggregatable, searchable }) => [field, type, aggregatable, searchable].join(" "));
    const described = indexKibanaFields(name).map((field) =>
      [field.name, field.esTypes[0], field.aggregatable, field.searchable].join(" "),
    );
    assert.equal(described.sort(), reported.sort(), name);
  }
});

testLoad("points of the service's series outlive a load that passes them on", async () => {
  const point: IndexDocument<"metrics"> = {
    "@timestamp": 1_000_000,
    source: "service",
    origin: "http://127.0.0.1:8080",
    name: "requests",
    value: 7,
    unit: "requests",
    description: null,
    dataName: null,
  };
  await loadIndices(connection, { dataset: byHand(), metrics: [point] });
  const later = { ...point, "@timestamp": 2_000_000, value: 9 };
  const metrics = [...(await serviceSeries(connection)), later];
  await loadIndices(connection, { dataset: byHand(), metrics });
  assert.equal(
    (await serviceSeries(connection)).map(({ value }) => value),
    [7, 9],
  );
});

testLoad(
  "a loader killed in the middle leaves readers their version, and the next run cleans up",
  async () => {
    await loadIndices(connection, { dataset: byHand() });
    Object.assign(process.env, {
      ELASTICSEARCH_USERNAME: ADMIN.username,
      ELASTICSEARCH_PASSWORD: ADMIN.password,
    });
    const load = ["--url", server.url, "--no-model"];
    const killed = await runCommand("bi-load", load, (err, kill) => {
      if (/ratings: [2-8]0 %/.test(err)) kill("SIGKILL");
    });
    assert.is(killed.code, null);
    assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
    assert.is((await loadedVersions(connection)).filter(({ state }) => state === "unfinished").length, 1);
    const { code, out, err } = await runCommand("bi-load", load);
    assert.is(code, 0, err);
    assert.match(err, "removed 5 indices that an interrupted load had left");
    assert.match(out, "100,836");
    assert.not.match(out + err, ADMIN.password);
    assert.is(await server.count("movielens-ratings"), 100_836);
    assert.is((await server.indices()).length, 10);
  },
);

testLoad("Ctrl-C ends a load with exit code 130", async () => {
  await loadIndices(connection, { dataset: byHand() });
  let stopped = false;
  const { code, err } = await runCommand("bi-load", ["--url", server.url, "--no-model"], (said, kill) => {
    // Once: a second signal would end the process at once.
    if (!stopped && /ratings: [2-8]0 %/.test(said)) kill("SIGINT");
    stopped ||= /ratings: [2-8]0 %/.test(said);
  });
  assert.is(code, 130, err);
  assert.match(err, "LOAD_ABORTED");
  assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
});

testLoad("a server killed in the middle is a typed error, and loads again when it is back", async () => {
  await loadIndices(connection, { dataset: byHand() });
  const hooks = atRating(30_000, () => server.kill());
  const error = await errorOf(
    "SEARCH_UNREACHABLE",
    () => loadIndices(connection, { dataset: small, onProgress: hooks.onProgress }),
    server.url,
  );
  assert.match(error.mend, "es:up");
  await hooks.acted;
  await server.restart();
  await connection.close();
  connection = await server.connect();
  assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
  await loadIndices(connection, { dataset: random(1) });
  assert.is(await server.count("movielens-ratings"), random(1).ratings.length);
});

testLoad("one bad document among 100,836 fails the load and is named with the reason", async () => {
  await loadIndices(connection, { dataset: byHand() });
  const movies = new Map(small.movies);
  // One rating only; and longer than a keyword may be.
  movies.set(49, { ...movies.get(49)!, title: "When Night Is Falling".repeat(2000) });
  const refused = errorOf(
    "DOCUMENTS_REFUSED",
    () => loadIndices(connection, { dataset: { ...small, movies, hash: "bad" } }),
    /1 of 100,836 documents of ratings were refused/,
    "1 × document_parsing_exception",
    /first: document \d+-49/,
  );
  await refused;
  assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
});

for (const block of ["read_only", "read_only_allow_delete"])
  testLoad(`an index that becomes ${block} ends the load, with a word on the disk`, async () => {
    await loadIndices(connection, { dataset: byHand() });
    const settings = { [`index.blocks.${block}`]: true };
    const hooks = atRating(20_000, () => server.rest("PUT", "/movielens-ratings-2*/_settings", settings));
    // What is still to be loaded waits for the block: the load could be over before.
    const proxy = await proxyTo(server.url, { hold: () => hooks.acted });
    const error = await errorOf(
      "SEARCH_BLOCKED",
      () =>
        withElastic({ url: proxy.url, ...ADMIN }, (through) =>
          loadIndices(through, { dataset: small, onProgress: hooks.onProgress }),
        ),
      "refused",
    );
    proxy.close();
    assert.match(error.mend, "disk");
    await server.rest("PUT", "/movielens-ratings-2*/_settings", { [`index.blocks.${block}`]: null });
    assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
  });

testLoad("another template that maps our names otherwise is found before anything is loaded", async () => {
  await server.rest("PUT", "/_index_template/movielens-foreign", {
    index_patterns: ["movielens-ratings-*"],
    priority: 900,
    template: { mappings: { properties: { rating: { type: "keyword" } } } },
  });
  await errorOf("INDEX_CONFLICT", () => loadIndices(connection, { dataset: byHand() }), "movielens-ratings");
  assert.equal(await server.indices(), []);
});

testLoad("an index under the name of an alias is not touched, and named", async () => {
  await server.rest("PUT", "/movielens-ratings/_doc/1", { colour: "red" });
  const error = await errorOf(
    "INDEX_CONFLICT",
    () => loadIndices(connection, { dataset: byHand() }),
    "movielens-ratings",
  );
  assert.match(error.mend, "Delete the index");
  assert.equal(await server.indices(), ["movielens-ratings"]);
});

testLoad(
  "while versions change, another process never reads none of the documents, nor twice as many",
  async () => {
    const [small1, small2] = [random(1), random(3)];
    await loadIndices(connection, { dataset: small1 });
    const reader = spawn(process.execPath, ["-e", READER, server.url, `${ADMIN.username}:${ADMIN.password}`]);
    let seen = "";
    reader.stdout.on("data", (chunk: Buffer) => (seen += chunk.toString()));
    const ended = new Promise((resolve) => reader.on("close", resolve));
    for (let round = 0; round < 2; round++)
      for (const dataset of [small2, small1]) await loadIndices(connection, { dataset });
    reader.kill("SIGTERM");
    await ended;
    const counts = JSON.parse(seen) as Record<string, number>;
    assert.equal(
      Object.keys(counts).sort(),
      [small1, small2].map(({ ratings }) => `200 ${ratings.length}`).sort(),
    );
  },
);

/** Counts ratings and remembers how often it saw which number, until it is stopped. */
const READER = `
  const [url, user] = process.argv.slice(1);
  const headers = { authorization: "Basic " + Buffer.from(user).toString("base64") };
  const seen = {};
  process.on("SIGTERM", () => { console.log(JSON.stringify(seen)); process.exit(0); });
  (async () => {
    for (;;) {
      const answer = await fetch(url + "/movielens-ratings/_count", { headers });
      const { count } = await answer.json();
      const key = answer.status + " " + count;
      seen[key] = (seen[key] ?? 0) + 1;
    }
  })();`;

testLoad(
  "wrong credentials are refused without a word of them; an API key is as good as a password",
  async () => {
    const password = "open sesame, please";
    const wrong = await errorOf(
      "SEARCH_REFUSED",
      () => connectElastic({ url: server.url, username: "admin", password }),
      "401",
    );
    assert.not.match(wrong.message + wrong.stack, password);
    await errorOf("SEARCH_REFUSED", () => connectElastic({ url: server.url }));
    const inAddress = server.url.replace("//", `//admin:${encodeURIComponent(password)}@`);
    const shown = await errorOf("SEARCH_REFUSED", () => connectElastic({ url: inAddress }), server.url);
    assert.not.match(shown.message, /sesame/);
    const { encoded } = await server.rest<{ encoded: string }>("POST", "/_security/api_key", {
      name: "loader",
    });
    const keyed = await connectElastic({ url: server.url, apiKey: encoded });
    await loadIndices(keyed, { dataset: byHand() });
    await keyed.close();
    assert.is(await server.count("movielens-ratings"), byHand().ratings.length);
  },
);

testLoad("over TLS the server must show a certificate of the named authority", async () => {
  const folder = mkdtempSync(join(tmpdir(), "movielens-tls-"));
  try {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const made = spawnSync("openssl", [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        key,
        "-out",
        cert,
        "-days",
        "2",
      ],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
    ]);
    if (made.status !== 0)
      return console.log("  skipped, because there is no openssl to make a certificate with");
    const print = spawnSync("openssl", ["x509", "-in", cert, "-noout", "-fingerprint", "-sha256"], {
      encoding: "utf8",
    });
    const fingerprint = print.stdout.trim().split("=")[1];
    const tls = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    const proxy = await proxyTo(server.url, { tls });
    try {
      const options = { url: proxy.url, ...ADMIN };
      const unknown = await errorOf("SEARCH_UNREACHABLE", () => connectElastic(options));
      assert.match(unknown.mend, "ELASTICSEARCH_CA_FILE");
      const other = "AA" + fingerprint.slice(2).replace(/^AA/, "BB");
      await errorOf("SEARCH_UNREACHABLE", () => connectElastic({ ...options, caFingerprint: other }));
      await withElastic({ ...options, caFile: cert }, (safe) => loadIndices(safe, { dataset: byHand() }));
      const rest = await withElastic({ ...options, caFingerprint: fingerprint }, (safe) =>
        loadIndices(safe, { dataset: byHand() }),
      );
      assert.not(rest.loaded, "it finds what the first has loaded");
    } finally {
      proxy.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

testLoad("a busy server that turns requests away is waited for", async () => {
  let left = 5;
  const busy = {
    status: 429,
    headers: { "retry-after": "0.05" },
    body: { error: { type: "es_rejected_execution_exception", reason: "queue full" } },
  };
  const proxy = await proxyTo(server.url, {
    instead: (path) => (path.includes("_bulk") && left-- > 0 ? busy : null),
  });
  await withElastic({ url: proxy.url, ...ADMIN }, (through) => loadIndices(through, { dataset: random(1) }));
  proxy.close();
  assert.ok(left < 0, "it was turned away");
  assert.is(await server.count("movielens-ratings"), random(1).ratings.length);
});

testLoad("a slow server is borne, and one that does not answer in time is an error", async () => {
  const slow = await proxyTo(server.url, { hold: () => sleep(50) });
  await withElastic({ url: slow.url, ...ADMIN }, (patient) => loadIndices(patient, { dataset: random(1) }));
  slow.close();
  assert.is(await server.count("movielens-ratings"), random(1).ratings.length);

  const stuck = await proxyTo(server.url, {
    hold: (path) => (path.includes("_bulk") ? sleep(60_000, null, { ref: false }) : undefined),
  });
  const error = await errorOf(
    "SEARCH_UNREACHABLE",
    () =>
      withElastic({ url: stuck.url, ...ADMIN, timeoutSeconds: 2 }, (hasty) =>
        loadIndices(hasty, { dataset: random(2) }),
      ),
    "no answer in time",
  );
  assert.match(error.mend, "--timeout");
  stuck.close();
  assert.is(await server.count("movielens-ratings"), random(1).ratings.length);
});

test.run();

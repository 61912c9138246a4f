import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, loadModel, type LoadedModel, type ModelServer } from "@movielens/lib/deploy";
import { ask, post, type Answer, type Description } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

let temporary: string;
let cleanUp: () => Promise<void>;
let loaded: LoadedModel;
let server: ModelServer;

test.before(async () => {
  const folder = await temporaryFolder();
  temporary = folder.path;
  cleanUp = folder.remove;
  loaded = await loadModel((await exportTiny(temporary)).folder);
});
test.before.each(() => {
  server = createServer({ loaded });
});
test.after.each(() => server.close());
test.after(() => cleanUp());

interface List {
  items: { movieId: number }[];
}
const movieIds = ({ body }: Answer): number[] => (body as List).items.map(({ movieId }) => movieId);

test("a batch has a list per user, in the order asked for, each what the user alone would get", async () => {
  const batch = await ask(server, post("/recommend/batch", { userIds: [20, 4711, 10], n: 2 }));
  assert.is(batch.status, 200);
  const { lists, modelVersion } = batch.body as { lists: object[]; modelVersion: string };
  assert.is(modelVersion, loaded.manifest.version);
  const alone = [20, 4711, 10].map(
    async (user) => (await ask(server, `/recommend/${user}?n=2`)).body as object,
  );
  assert.equal(lists, await Promise.all(alone));
});

test("the conditions of a batch hold for all of its lists", async () => {
  const wishes = { userIds: [10, 30], genre: "drama", exclude_seen: false };
  const { body } = await ask(server, post("/recommend/batch", wishes));
  for (const list of (body as { lists: List[] }).lists)
    assert.equal(list.items.map(({ movieId }) => movieId).sort(), [2, 3]);
});

for (const [what, body, field] of [
  ["without users", {}, "userIds"],
  ["of no users", { userIds: [] }, "userIds"],
  ["of more than 100 users", { userIds: Array(101).fill(10) }, "userIds"],
  ["with a user id of 0", { userIds: [10, 0] }, "userIds/1"],
  ["with an unknown genre", { userIds: [10], genre: "Opera" }, "genre"],
] as const)
  test(`a batch ${what} is refused, naming ${field}`, async () => {
    const answer = await ask(server, post("/recommend/batch", body));
    assert.equal([answer.status, answer.body.field], [400, field]);
  });

test("rated films are recommended only where exclude_seen is false", async () => {
  assert.equal(movieIds(await ask(server, "/recommend/10?exclude_seen=true")), [4, 3, 5]);
  assert.equal(movieIds(await ask(server, "/recommend/10?exclude_seen=false")).sort(), [1, 2, 3, 4, 5]);
  const ratings = [{ movieId: 1, rating: 5 }];
  const visitor = await ask(server, post("/recommend", { ratings, exclude_seen: false }));
  assert.ok(movieIds(visitor).includes(1));
  assert.not(movieIds(await ask(server, post("/recommend", { ratings }))).includes(1));
});

test("a floor and a ceiling on popularity narrow the list, both included", async () => {
  const ids = async (query: string): Promise<number[]> =>
    movieIds(await ask(server, `/recommend/4711?${query}`)).sort();
  assert.equal(await ids("min_ratings=2"), [1, 2]);
  assert.equal(await ids("max_ratings=1"), [3, 4, 5]);
  assert.equal(await ids("min_ratings=1&max_ratings=1&genre=drama&year=-1903"), [3]);
  const crossed = await ask(server, "/recommend/10?min_ratings=3&max_ratings=2");
  assert.equal([crossed.status, crossed.body.field], [400, "min_ratings"]);
});

test("the LSH index finds the nearest film that the exact search finds, and says how many it looked at", async () => {
  const exact = await ask(server, "/similar/1?n=1");
  const answers = await Promise.all([1, 2, 3].map(() => ask(server, "/similar/1?n=1&metric=lsh")));
  for (const { status, body } of answers) {
    assert.equal([status, body.metric], [200, "lsh"]);
    assert.equal(body.items, exact.body.items);
    assert.ok(body.compared >= 1 && body.compared <= exact.body.compared);
  }
});

test("films that few have rated are similar to nothing, unless there are no others or they are asked for", async () => {
  assert.equal(movieIds(await ask(server, "/similar/1?min_ratings=2")), [2]);
  assert.equal(movieIds(await ask(server, "/similar/1?min_ratings=3")), []);
  // All of them have fewer ratings than is usual.
  assert.is(movieIds(await ask(server, "/similar/1")).length, 4);
});

test("an answer that the asker has is not sent again, until it changes", async () => {
  const first = await server.inject("/recommend/10");
  const etag = String(first.headers.etag);
  assert.match(etag, /^"[\w-]{20,}"$/);
  const again = (header: string, url = "/recommend/10") =>
    server.inject({ url, headers: { "if-none-match": header } });
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const same = await again(header);
    assert.equal([same.statusCode, same.payload, same.headers.etag], [304, "", etag], header);
    assert.is(same.headers["x-model-version"], loaded.manifest.version);
    assert.is(same.headers["content-type"], undefined);
  }
  assert.is((await again('"other"')).statusCode, 200);
  assert.is((await again(etag, "/recommend/10?n=1")).statusCode, 200);
  assert.is((await server.inject("/recommend/abc")).headers.etag, undefined);
  assert.is((await server.inject(post("/recommend", { ratings: [] }))).headers["cache-control"], "no-store");
});

for (const [method, url, allowed] of [
  ["POST", "/recommend/10", "GET, HEAD"],
  ["DELETE", "/events", "POST"],
  ["GET", "/recommend", "POST"],
  ["GET", "/recommend/batch", "POST"],
  ["OPTIONS", "/explain/10/1?x=y", "GET, HEAD"],
  ["PUT", "/", "GET, HEAD"],
] as const)
  test(`${method} ${url} is refused with 405, naming ${allowed}`, async () => {
    const answer = await server.inject({ method, url, payload: { n: 1 } });
    assert.is(answer.statusCode, 405);
    assert.is(answer.headers.allow, allowed);
    assert.match(String(answer.headers["content-type"]), "application/problem+json");
    assert.match(answer.json<{ detail: string }>().detail, `takes ${allowed}, not ${method}`);
  });

test("where there is nothing for any method, a wrong one is answered 404", async () => {
  for (const url of ["/nothing", "/recommend/", "/explain/10", "/similar/1/2"])
    assert.is((await server.inject({ method: "DELETE", url })).statusCode, 404, url);
});

test("with a token, the description says which routes want it; without, that none does", async () => {
  const guarded = createServer({ loaded }, { token: "of-this-house" });
  try {
    const wanting = async (asked: ModelServer): Promise<string[]> => {
      const { paths } = (await ask(asked, "/openapi.json")).body as Description;
      return Object.entries(paths)
        .filter(([, methods]) => Object.values(methods).some((one) => "security" in one))
        .map(([path]) => path);
    };
    assert.equal((await wanting(guarded)).sort(), ["/admin/reload", "/events"]);
    assert.equal(await wanting(server), []);
  } finally {
    await guarded.close();
  }
});

test("with a token, /events and /admin want it, and nothing else does", async () => {
  const guarded = createServer({ loaded }, { token: "of-this-house", eventsFolder: temporary });
  const event = post("/events", { events: [{ type: "click", movieId: 1 }] });
  const reload = { method: "POST", url: "/admin/reload" } as const;
  const bearing = (request: object, authorization: string) =>
    ask(guarded, { ...request, headers: { authorization } });
  try {
    for (const request of [event, reload]) {
      for (const answer of [
        await ask(guarded, request),
        await bearing(request, "Bearer of-that-house"),
        await bearing(request, "of-this-house"),
        await bearing(request, "Basic of-this-house"),
      ]) {
        assert.equal([answer.status, answer.body.type], [401, "urn:movielens:problem:token-invalid"]);
        assert.is(answer.headers["www-authenticate"], "Bearer");
      }
    }
    assert.is((await bearing(event, "Bearer of-this-house")).status, 201);
    const reloaded = await bearing(reload, "Bearer of-this-house");
    assert.equal(reloaded.body, { reloaded: false, modelVersion: loaded.manifest.version });
    for (const url of ["/recommend/10", "/health/ready", "/metrics", "/model", "/movies?q=movie", "/"])
      assert.is((await guarded.inject(url)).statusCode, 200, url);
  } finally {
    await guarded.close();
  }
});

test("every answer, refusals too, tells browsers to guess no type, frame nothing, load nothing and pass no address on", async () => {
  for (const url of ["/recommend/10", "/recommend/x", "/nowhere", "/", "/model", "/metrics"]) {
    const { headers } = await server.inject(url);
    assert.is(headers["x-content-type-options"], "nosniff", url);
    assert.is(headers["x-frame-options"], "SAMEORIGIN", url);
    assert.is(headers["referrer-policy"], "no-referrer", url);
    assert.is(headers["cross-origin-resource-policy"], "same-origin", url);
    assert.match(String(headers["content-security-policy"]), "default-src 'none'", url);
    assert.is(headers["x-powered-by"], undefined);
    assert.is(headers.server, undefined);
  }
});

test("without a token there is nothing to administrate", async () => {
  assert.is((await server.inject({ method: "POST", url: "/admin/reload" })).statusCode, 404);
});

test("an address that asks too often is told when to come back; health and metrics are answered all the same", async () => {
  const strict = createServer({ loaded }, { requestsPerSecond: 3 });
  try {
    const answers = [];
    for (let k = 0; k < 10; k++) answers.push(await ask(strict, "/recommend/10"));
    const refused = answers.filter(({ status }) => status === 429);
    // A second may have begun anew in between.
    assert.ok(refused.length >= 4, `${refused.length} refused`);
    assert.is(answers[0].status, 200);
    assert.is(refused[0].headers["retry-after"], "1");
    assert.match(String(refused[0].headers["content-type"]), "application/problem+json");
    for (const url of ["/health/live", "/health/ready", "/metrics"])
      for (let k = 0; k < 5; k++) assert.is((await ask(strict, url)).status, 200, url);
    const other = await strict.inject({ url: "/recommend/10", remoteAddress: "192.0.2.1" });
    assert.is(other.statusCode, 200);
  } finally {
    await strict.close();
  }
});

/** What a server writes to its log while it answers. */
async function logged(logUsers: boolean, ask: (server: ModelServer) => Promise<void>): Promise<string> {
  const talking = createServer({ loaded }, { log: "info", logUsers, eventsFolder: temporary });
  const write = process.stderr.write.bind(process.stderr);
  let log = "";
  process.stderr.write = ((chunk: string) => {
    log += chunk;
    return true;
  }) as typeof process.stderr.write;
  try {
    await ask(talking);
  } finally {
    process.stderr.write = write;
    await talking.close();
  }
  return log;
}

test("the log names no user unless asked to", async () => {
  const requests = async (talking: ModelServer): Promise<void> => {
    await talking.inject("/recommend/987654321");
    await talking.inject("/explain/987654321/1");
    await talking.inject("/recommend/987654321x");
    await talking.inject("/nowhere/987654321");
    await talking.inject(post("/recommend/batch", { userIds: [987654321] }));
    const rating = { type: "rating", userId: 987654321, movieId: 1, rating: 4 };
    await talking.inject(post("/events", { events: [rating] }));
    await talking.inject(post("/events", { events: [{ ...rating, rating: 9 }] }));
  };
  const discreet = await logged(false, requests);
  assert.not.match(discreet, "987654321");
  assert.is(discreet.match(/"answered"/g)?.length, 7);
  for (const route of ["/recommend/:userId", "/explain/:userId/:movieId", "/recommend/batch", "/events"])
    assert.ok(discreet.includes(`"route":"${route}"`), route);
  assert.match(await logged(true, requests), '"url":"/recommend/987654321"');
});

test("titles are found as people type them", async () => {
  const titles = [
    "Matrix, The (1999)",
    "Léon: The Professional (1994)",
    "Star Wars (1977)",
    "Star Trek (1979)",
  ];
  const movies = new Map(
    titles.map((title, k) => [k + 1, { movieId: k + 1, title, year: null, genres: ["Drama"] }]),
  );
  for (const [movieId, movie] of loaded.movies)
    if (!movies.has(movieId)) movies.set(movieId, { ...movie, year: null });
  const cinema = createServer({ loaded: { ...loaded, movies } });
  try {
    for (const [typed, found] of [
      ["the matrix", [1]],
      ["THE MATRX", [1]],
      ["matr", [1]],
      ["leon", [2]],
      ["profesional leon", [2]],
      ["star warz", [3]],
      ["star", [3, 4]],
      ["wars star", [3]],
      ["star matrix", [1, 3, 4]],
      ["qqqqqq", []],
      ["!?", []],
    ] as const)
      assert.equal(
        movieIds(await ask(cinema, `/movies?q=${encodeURIComponent(typed)}`)).sort(),
        [...found],
        typed,
      );
  } finally {
    await cinema.close();
  }
});

test.run();

import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { InjectOptions } from "fastify";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { AlsModel } from "@movielens/lib/als";
import {
  createServer,
  loadModel,
  servingReport,
  type LoadedModel,
  type ModelServer,
} from "@movielens/lib/deploy";
import { similarUsersScorer } from "@movielens/lib/recommend";
import { ask, post, type Answer } from "./asking";
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

const movieIds = ({ body }: Answer): number[] =>
  (body as { items: { movieId: number }[] }).items.map((m) => m.movieId);
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

test("a known user gets what they have not rated, best first, with titles, years and genres", async () => {
  const answer = await ask(server, "/recommend/10");
  assert.is(answer.status, 200);
  const { items, ...rest } = answer.body;
  assert.equal(rest, {
    userId: 10,
    step: "personal",
    fallback: false,
    reason: "user 10 has 2 ratings in the training data",
    modelVersion: loaded.manifest.version,
  });
  // Of movies 3, 4 and 5: μ + b_user + b_item + p·q with p = (1, 0).
  assert.equal(movieIds(answer), [4, 3, 5]);
  near(items[0].score, 24 / 7 + 0.1 - 0.1 + 0.7);
  near(items[1].score, 24 / 7 + 0.1);
  near(items[2].score, 24 / 7 + 0.1 - 0.2 - 1);
  assert.equal(
    { ...items[1], score: 0 },
    { rank: 2, movieId: 3, title: "Movie 3", year: 1903, genres: ["Drama"], score: 0 },
  );
});

test("n limits the list, and 10 is the default", async () => {
  assert.equal(movieIds(await ask(server, "/recommend/10?n=1")), [4]);
  assert.equal(movieIds(await ask(server, "/recommend/10?n=100")), [4, 3, 5]);
});

test("a genre narrows the list, in any case of letters", async () => {
  assert.equal(movieIds(await ask(server, "/recommend/10?genre=Drama")), [3]);
  assert.equal(movieIds(await ask(server, "/recommend/10?genre=sci-fi")), [5]);
});

for (const [year, expected] of [
  ["1904", [4]],
  ["1904-1905", [4, 5]],
  ["1904-", [4, 5]],
  ["-1904", [4, 3]],
  ["1990-1999", []],
] as const)
  test(`year=${year} narrows the list to those years, both ends included`, async () => {
    assert.equal(movieIds(await ask(server, `/recommend/10?year=${year}`)), expected);
  });

test("genre and year both have to hold", async () => {
  assert.equal(movieIds(await ask(server, "/recommend/10?genre=comedy&year=1904-1905")), [4]);
});

test("an unknown user gets popular films, and the answer says so and why", async () => {
  const answer = await ask(server, "/recommend/4711?n=3");
  assert.is(answer.status, 200);
  assert.is(answer.body.step, "popular");
  assert.is(answer.body.fallback, true);
  assert.match(answer.body.reason, "user 4711 is not known to the model");
  assert.equal(movieIds(answer), [1, 2, 3]);
  assert.is(answer.body.items[0].score, 2);
});

test("filters hold for popular films too", async () => {
  assert.equal(movieIds(await ask(server, "/recommend/4711?genre=drama")), [2, 3]);
});

test("a visitor with few ratings is answered by similar users, and what they rated is not recommended", async () => {
  const ratings = [
    { movieId: 1, rating: 5 },
    { movieId: 5, rating: 0.5 },
  ];
  const answer = await ask(server, post("/recommend", { ratings, n: 2 }));
  assert.is(answer.status, 200);
  const scores = new Float64Array(loaded.model.items);
  const given = [
    { item: 0, rating: 5 },
    { item: 4, rating: 0.5 },
  ];
  similarUsersScorer(loaded.model.parts)(given, scores);
  // Movie 2 is liked by user 10, who gave movie 1 five stars too; movie 3 by user 20, who shares nothing.
  assert.equal(movieIds(answer), [2, 3]);
  near(answer.body.items[0].score, scores[1]);
  assert.is(answer.body.step, "similar-users");
  assert.is(answer.body.fallback, false);
  assert.equal(answer.body.notUsed, []);
});

test("a visitor's list takes genre and year as a user's does", async () => {
  const ratings = [{ movieId: 1, rating: 5 }];
  const answer = await ask(server, post("/recommend", { ratings, genre: "drama", year: "1903-" }));
  assert.equal(movieIds(answer), [3]);
});

test("a film that nobody else has rated is named as not used, the others are learned from", async () => {
  const ratings = [
    { movieId: 1, rating: 5 },
    { movieId: 6, rating: 5 },
  ];
  const answer = await ask(server, post("/recommend", { ratings }));
  assert.equal(answer.body.notUsed, [6]);
  assert.match(answer.body.reason, "1 rating given");
  assert.equal(movieIds(answer).sort(), [2, 3, 4, 5]);
});

test("a visitor who rated only such films gets popular ones, and is told why", async () => {
  const answer = await ask(server, post("/recommend", { ratings: [{ movieId: 6, rating: 4 }] }));
  assert.is(answer.body.step, "popular");
  assert.is(answer.body.fallback, true);
  assert.match(answer.body.reason, "nobody else has rated these films");
});

test("similar films come nearest first, by cosine unless asked otherwise", async () => {
  const answer = await ask(server, "/similar/1");
  assert.is(answer.status, 200);
  assert.is(answer.body.metric, "cosine");
  assert.is(answer.body.title, "Movie 1");
  assert.equal(movieIds(answer), [2, 4, 3, 5]);
  // q_1 = (1, 0) and q_2 = (0.9, 0.1).
  near(answer.body.items[0].score, 0.9 / Math.sqrt(0.82));
  near(answer.body.items[0].distance, 1 - 0.9 / Math.sqrt(0.82));
  assert.is(answer.body.items[0].title, "Movie 2");
});

test("similar films by Euclidean distance", async () => {
  const answer = await ask(server, "/similar/1?metric=euclidean&n=1");
  assert.equal(movieIds(answer), [2]);
  near(answer.body.items[0].distance, Math.sqrt(0.02));
  near(answer.body.items[0].score, 1 / (1 + Math.sqrt(0.02)));
});

const body = (payload: object): InjectOptions => post("/recommend", payload);
const one = { movieId: 1, rating: 4 };
const refused: [what: string, request: InjectOptions | string, status: number, field: string | undefined][] =
  [
    ["a user id that is no number", "/recommend/abc", 400, "userId"],
    ["a user id of 0", "/recommend/0", 400, "userId"],
    ["a user id in hexadecimal", "/recommend/0x10", 400, "userId"],
    ["a user id that is negative", "/recommend/-1", 400, "userId"],
    ["a user id with a fraction", "/recommend/1.5", 400, "userId"],
    ["a user id beyond 32 bits", "/recommend/4294967296", 400, "userId"],
    ["a path trick in a user id", "/recommend/..%2f..%2fetc%2fpasswd", 400, "userId"],
    ["n of 0", "/recommend/10?n=0", 400, "n"],
    ["n above 100", "/recommend/10?n=101", 400, "n"],
    ["an empty n", "/recommend/10?n=", 400, "n"],
    ["n given twice", "/recommend/10?n=1&n=2", 400, "n"],
    ["a genre that does not exist", "/recommend/10?genre=Opera", 400, "genre"],
    ["an empty genre", "/recommend/10?genre=", 400, "genre"],
    ["a year that is none", "/recommend/10?year=94", 400, "year"],
    ["years that end before they start", "/recommend/10?year=1999-1990", 400, "year"],
    ["a parameter that does not exist", "/recommend/10?limit=5", 400, "limit"],
    ["an unknown metric", "/similar/1?metric=manhattan", 400, "metric"],
    ["a movie that does not exist", "/similar/999", 404, "movieId"],
    ["a movie without a rating, for its like", "/similar/6", 404, "movieId"],
    ["a movie id that is no number", "/similar/toy-story", 400, "movieId"],
    ["a body without ratings", body({}), 400, "ratings"],
    ["no ratings", body({ ratings: [] }), 400, "ratings"],
    ["ratings that are no list", body({ ratings: one }), 400, "ratings"],
    ["a body that is a list", body([one]), 400, "body"],
    ["a rating without a movie", body({ ratings: [{ rating: 4 }] }), 400, "ratings/0/movieId"],
    ["a movie without stars", body({ ratings: [one, { movieId: 2 }] }), 400, "ratings/1/rating"],
    ["stars as text", body({ ratings: [{ movieId: 1, rating: "4" }] }), 400, "ratings/0/rating"],
    ["stars of null", body({ ratings: [{ movieId: 1, rating: null }] }), 400, "ratings/0/rating"],
    ["stars above the scale", body({ ratings: [{ movieId: 1, rating: 5.5 }] }), 400, "ratings/0/rating"],
    ["stars below the scale", body({ ratings: [{ movieId: 1, rating: 0 }] }), 400, "ratings/0/rating"],
    [
      "stars off the half-star grid",
      body({ ratings: [one, { movieId: 2, rating: 3.7 }] }),
      400,
      "ratings/1/rating",
    ],
    [
      "a movie rated twice",
      body({ ratings: [one, { movieId: 2, rating: 3 }, one] }),
      400,
      "ratings/2/movieId",
    ],
    [
      "an unknown movie in a body",
      body({ ratings: [one, { movieId: 999, rating: 3 }] }),
      404,
      "ratings/1/movieId",
    ],
    [
      "a movie id with a fraction",
      body({ ratings: [{ movieId: 1.5, rating: 3 }] }),
      400,
      "ratings/0/movieId",
    ],
    ["n as text in a body", body({ ratings: [one], n: "5" }), 400, "n"],
    ["a field that does not exist", body({ ratings: [one], count: 5 }), 400, "count"],
    ["a field that does not exist, deep", body({ ratings: [{ ...one, at: 3 }] }), 400, "ratings/0/at"],
    ["too many ratings", body({ ratings: Array(1001).fill(one) }), 400, "ratings"],
    ["a body that is too large", body({ ratings: Array(20_000).fill(one) }), 413, "body"],
    [
      "a body that is not JSON",
      {
        method: "POST",
        url: "/recommend",
        payload: "{oops",
        headers: { "content-type": "application/json" },
      },
      400,
      "body",
    ],
    [
      "an empty body",
      { method: "POST", url: "/recommend", payload: "", headers: { "content-type": "application/json" } },
      400,
      "body",
    ],
    [
      "a body of another type",
      { method: "POST", url: "/recommend", payload: "a=1", headers: { "content-type": "text/plain" } },
      415,
      "body",
    ],
    ["an address that does not exist", "/nowhere", 404, undefined],
    ["a method that a route does not have", { method: "DELETE", url: "/recommend/10" }, 405, undefined],
    ["an address that cannot be decoded", "/%zz", 400, undefined],
  ];

for (const [what, request, status, field] of refused)
  test(`${what}: ${status}${field ? `, naming ${field}` : ""}`, async () => {
    const answer = await ask(server, request);
    assert.is(answer.status, status, JSON.stringify(answer.body));
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
    const { type, title, detail, ...rest } = answer.body;
    for (const text of [type, title, detail]) assert.ok(typeof text === "string" && text.length > 0);
    assert.equal(rest, field === undefined ? { status } : { status, field });
  });

test("an unknown genre is answered with those that there are", async () => {
  const { body } = await ask(server, "/recommend/10?genre=Opera");
  assert.match(body.detail, 'genre "Opera" is not known; there are: Comedy, Drama, Sci-Fi');
});

test("the model's card comes from its manifest", async () => {
  const { body } = await ask(server, "/model");
  const { genres, exampleUserIds, takesEvents, ...card } = body;
  assert.equal({ ...card, files: loaded.manifest.files }, loaded.manifest);
  assert.equal(genres, ["Comedy", "Drama", "Sci-Fi"]);
  assert.equal(exampleUserIds, [10, 20, 30]);
  assert.is(takesEvents, false);
});

test("every answer names the model's version in a header, refusals too", async () => {
  for (const url of ["/recommend/10", "/recommend/abc", "/similar/1", "/model", "/health/ready", "/nowhere"])
    assert.is((await ask(server, url)).headers["x-model-version"], loaded.manifest.version, url);
});

// A named pipe holds the manifest back for as long as the test likes; Windows has none.
const onUnix = process.platform === "win32" ? test.skip : test;
onUnix("while the model is loading the server is alive but not ready, and then it is", async () => {
  const folder = join(temporary, "slow");
  await mkdir(folder);
  for (const name of Object.keys(loaded.manifest.files))
    await writeFile(join(folder, name), await readFile(join(loaded.folder, name)));
  const manifest = join(folder, "manifest.json");
  execFileSync("mkfifo", [manifest]);
  const slow = createServer({ modelFolder: folder });
  try {
    assert.is((await ask(slow, "/health/live")).status, 200);
    for (const request of [
      "/health/ready",
      "/recommend/10",
      "/similar/1",
      "/model",
      body({ ratings: [one] }),
    ]) {
      const answer = await ask(slow, request);
      assert.is(answer.status, 503);
      assert.is(answer.body.type, "urn:movielens:problem:model-not-ready");
      assert.match(answer.body.detail, "being loaded");
      assert.is(answer.headers["retry-after"], "1");
      assert.is(answer.headers["x-model-version"], undefined);
    }
    await writeFile(manifest, await readFile(join(loaded.folder, "manifest.json")));
    await slow.whenLoaded();
    const ready = await ask(slow, "/health/ready");
    assert.equal([ready.status, ready.body.modelVersion], [200, loaded.manifest.version]);
    assert.equal(movieIds(await ask(slow, "/recommend/10")), [4, 3, 5]);
  } finally {
    await slow.close();
  }
});

test("a model that cannot be loaded leaves the server alive, not ready, and saying why", async () => {
  const { folder } = await exportTiny(join(temporary, "broken"));
  await rm(join(folder, "item-bias.f32"));
  const broken = createServer({ modelFolder: folder });
  try {
    const failure: unknown = await broken.whenLoaded().catch((error: unknown) => error);
    assert.match(String(failure), "item-bias.f32: the file is missing");
    assert.is((await ask(broken, "/health/live")).status, 200);
    const answer = await ask(broken, "/health/ready");
    assert.is(answer.status, 503);
    assert.match(answer.body.detail, "item-bias.f32: the file is missing");
    assert.is((await ask(broken, "/recommend/10")).status, 503);
  } finally {
    await broken.close();
  }
});

test("a failure that nobody foresaw is logged in full and answered without its details", async () => {
  const model = Object.create(loaded.model) as AlsModel;
  model.scoreItems = () => {
    throw new Error("secret of the house");
  };
  const failing = createServer({ loaded: { ...loaded, model } });
  const write = process.stderr.write.bind(process.stderr);
  let log = "";
  process.stderr.write = ((chunk: string) => {
    log += chunk;
    return true;
  }) as typeof process.stderr.write;
  try {
    const response = await failing.inject("/recommend/10");
    assert.is(response.statusCode, 500);
    assert.match(String(response.headers["content-type"]), "application/problem+json");
    assert.not.match(response.payload, "secret");
  } finally {
    process.stderr.write = write;
    await failing.close();
  }
  assert.match(log, "secret of the house");
});

test("/metrics counts requests by route and status, lists by step, and distinct films", async () => {
  await ask(server, "/recommend/10?n=2");
  await ask(server, "/recommend/10?n=2");
  await ask(server, "/recommend/4711?n=1");
  await ask(server, body({ ratings: [{ movieId: 2, rating: 5 }], n: 1 }));
  await ask(server, "/recommend/abc");
  await ask(server, "/similar/999");
  await ask(server, "/nowhere/10");
  const { body: text, headers } = await ask(server, "/metrics");
  assert.match(String(headers["content-type"]), "text/plain; version=0.0.4");
  const count = (route: string, method: string, status: number): RegExp =>
    new RegExp(
      `^movielens_http_request_duration_seconds_count\\{method="${method}",route="${route}",status="${status}"\\} (\\d+)$`,
      "m",
    );
  assert.is(count("/recommend/:userId", "GET", 200).exec(text)?.[1], "3");
  assert.is(count("/recommend/:userId", "GET", 400).exec(text)?.[1], "1");
  assert.is(count("/recommend", "POST", 200).exec(text)?.[1], "1");
  assert.is(count("/similar/:movieId", "GET", 404).exec(text)?.[1], "1");
  assert.is(count("unknown", "GET", 404).exec(text)?.[1], "1");

  const report = servingReport(text);
  assert.equal(report.recommendations, {
    personal: 2,
    "liked-together": 0,
    "fold-in": 0,
    "similar-users": 1,
    segment: 0,
    "genre-popular": 0,
    popular: 1,
  });
  assert.is(report.foldIns, 0);
  assert.is(report.fallbackShare, 0.25);
  assert.is(report.requests, 7);
  assert.equal(report.byStatus, { "200": 4, "400": 1, "404": 2 });
  // 4 and 3 for user 10, 1 as the most popular; the visitor's best is one of the five as well.
  assert.ok(report.moviesServed >= 3 && report.moviesServed <= 4);
  assert.is(report.moviesKnown, 5);
  assert.is(report.catalogueCoverage, report.moviesServed / 5);
  assert.is(report.modelVersion, loaded.manifest.version);
  assert.ok(
    Math.abs(report.modelAgeSeconds! - (Date.now() - Date.parse(loaded.manifest.created)) / 1000) < 60,
  );
  assert.ok(report.p50! > 0 && report.p95! >= report.p50!);
});

test("monitoring() reports what /metrics says", async () => {
  await ask(server, "/recommend/10");
  const report = await server.monitoring();
  const read = servingReport((await ask(server, "/metrics")).body as string);
  assert.equal({ ...report, modelAgeSeconds: read.modelAgeSeconds }, read);
});

test("two servers in one process count apart", async () => {
  const other = createServer({ loaded });
  await ask(server, "/recommend/10");
  assert.is((await server.monitoring()).requests, 1);
  assert.is((await other.monitoring()).requests, 0);
  await other.close();
});

test("every link and every file of the page leads somewhere on this server", async () => {
  const { status, headers, body: page } = await ask(server, "/");
  assert.is(status, 200);
  assert.match(String(headers["content-type"]), "text/html");
  const links = [...(page as string).matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link);
  assert.ok(links.length >= 6);
  for (const link of links) assert.is((await server.inject(link)).statusCode, 200, link);
});

test.run();

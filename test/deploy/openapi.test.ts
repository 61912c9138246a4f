import { test } from "uvu";
import * as assert from "uvu/assert";
import { createServer, loadModel, type LoadedModel, type ModelServer } from "@movielens/lib/deploy";
import { ask, type Description } from "./asking";
import { exportTiny, temporaryFolder } from "./tiny-model";

let loaded: LoadedModel;
let server: ModelServer;
let description: Description;
let cleanUp: () => Promise<void>;

test.before(async () => {
  const { path, remove } = await temporaryFolder();
  cleanUp = remove;
  loaded = await loadModel((await exportTiny(path)).folder);
  server = createServer({ loaded });
  description = (await ask(server, "/openapi.json")).body as Description;
});
test.after(async () => {
  await server.close();
  await cleanUp();
});

const ROUTES = [
  "GET /",
  "GET /recommend/:userId",
  "POST /recommend",
  "POST /recommend/batch",
  "GET /explain/:userId/:movieId",
  "POST /explain",
  "GET /movies",
  "POST /events",
  "GET /similar/:movieId",
  "GET /model",
  "GET /health/live",
  "GET /health/ready",
  "GET /metrics",
  "GET /openapi.json",
];

test("the description is valid OpenAPI 3.0", async () => {
  const { Validator } = await import("@seriousme/openapi-schema-validator");
  const validator = new Validator();
  const result = await validator.validate({ ...description });
  assert.ok(result.valid, JSON.stringify(result.errors));
  assert.is(validator.version, "3.0");
});

test("it describes every route, and no other", () => {
  const described = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
  );
  assert.equal(described.sort(), [...ROUTES].sort());
});

/** Reads the router's own drawing: a tree of path pieces, four columns a level, methods in brackets. */
function routesOf(drawing: string): string[] {
  const pieces: string[] = [];
  return drawing.split("\n").flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line);
    if (!match) return [];
    pieces.length = match[1].length / 4;
    pieces.push(match[2]);
    return match[3].split(", ").map((method) => `${method} ${pieces.join("")}`);
  });
}

test("every route that the router has is described, but for those of the documentation and of the page's own files", () => {
  const routes = routesOf(server.printRoutes({ commonPrefix: false })).filter(
    (route) => !route.startsWith("HEAD ") && !/^GET \/(?:docs|page\.)/.test(route),
  );
  assert.equal(routes.sort(), [...ROUTES].sort());
});

test("every answer with JSON has a schema, and every error is a problem", () => {
  for (const [path, methods] of Object.entries(description.paths))
    for (const [method, { responses }] of Object.entries(methods))
      for (const [status, { content }] of Object.entries(responses)) {
        if (status === "304") continue;
        assert.ok(content, `${method} ${path} ${status}`);
        const types = Object.keys(content);
        if (Number(status) >= 400) assert.equal(types, ["application/problem+json"], `${method} ${path}`);
        for (const type of types) assert.ok(content[type].schema, `${method} ${path} ${status} ${type}`);
      }
});

test("the documentation page loads nothing from another place", async () => {
  const page = await server.inject("/docs/");
  assert.is(page.statusCode, 200);
  const references = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, reference]) => reference);
  assert.ok(references.length >= 4);
  for (const reference of references) {
    assert.match(reference, /^\.\//);
    const file = await server.inject(`/docs/${reference.slice(2)}`);
    assert.is(file.statusCode, 200, reference);
  }
  assert.match(String(page.headers["content-security-policy"]), "default-src 'self'");
});

test.run();

import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  dashboards,
  importSavedObjects,
  savedObjects,
  toNdjson,
  type KibanaOptions,
} from "@movielens/lib/bi";
import { WorkspaceError } from "@movielens/lib/data";
import { suite } from "uvu";
import * as assert from "uvu/assert";

interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

interface Context {
  server: Server;
  url: string;
  received: Received[];
  answer: { status: number; body: string; headers?: Record<string, string> };
}

/** In place of Kibana, which cannot run here: it keeps what it was sent and says what it is told to. */
const test = suite<Context>("import");

test.before.each(async (context) => {
  context.received = [];
  context.answer = { status: 200, body: JSON.stringify({ success: true, successCount: 3 }) };
  context.server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      context.received.push({ method, url, headers, body: Buffer.concat(parts) });
      const { status, body, headers: own } = context.answer;
      response.writeHead(status, { "content-type": "application/json", ...own }).end(body);
    });
  });
  await new Promise<void>((resolve) => context.server.listen(0, "127.0.0.1", resolve));
  context.url = `http://127.0.0.1:${(context.server.address() as AddressInfo).port}`;
});

test.after.each(
  ({ server }) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
    }),
);

const ndjson = toNdjson(
  savedObjects(dashboards[0], { from: "1996-01-01T00:00:00.000Z", to: "2019-01-01T00:00:00.000Z" }),
);

const send = (context: Context, more: Partial<KibanaOptions> = {}): ReturnType<typeof importSavedObjects> =>
  importSavedObjects(ndjson, "audience.ndjson", { url: context.url, ...more });

async function refused(work: Promise<unknown>): Promise<WorkspaceError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, WorkspaceError);
    return error as WorkspaceError;
  }
  throw new Error("nothing was refused");
}

test("an import is one multipart request with the file as Kibana wants it", async (context) => {
  const report = await send(context, { apiKey: "secret" });
  assert.equal(report, { url: context.url, imported: 3 });
  const [{ method, url, headers, body }] = context.received;
  assert.is(method, "POST");
  assert.is(url, "/api/saved_objects/_import?overwrite=true");
  assert.ok(headers["kbn-xsrf"]);
  assert.is(headers.authorization, "ApiKey secret");
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": headers["content-type"]! },
  }).formData();
  assert.equal([...form.keys()], ["file"]);
  const file = form.get("file") as File;
  assert.is(file.name, "audience.ndjson");
  assert.is(await file.text(), ndjson);
});

test("a space and a path before it are part of the address", async (context) => {
  await send(context, { url: `${context.url}/kibana/`, space: "film lab" });
  assert.is(context.received[0].url, "/kibana/s/film%20lab/api/saved_objects/_import?overwrite=true");
});

test("user and password are sent as such, and those of the address never stay in it", async (context) => {
  await send(context, { username: "elastic", password: "päss:word" });
  const { url } = await send(context, { url: context.url.replace("//", "//reader:pass@") });
  const sent = context.received.map(({ headers }) =>
    Buffer.from(headers.authorization!.replace("Basic ", ""), "base64").toString(),
  );
  assert.equal(sent, ["elastic:päss:word", "reader:pass"]);
  assert.is(url, context.url);
});

test("what Kibana refuses is an error with the reasons grouped", async (context) => {
  context.answer.body = JSON.stringify({
    success: false,
    successCount: 1,
    errors: [
      {
        type: "dashboard",
        id: "a",
        error: { type: "missing_references", references: [{ type: "index-pattern", id: "r" }] },
      },
      {
        type: "dashboard",
        id: "b",
        error: { type: "missing_references", references: [{ type: "index-pattern", id: "r" }] },
      },
      { type: "tag", id: "t", error: { type: "unsupported_type" } },
    ],
  });
  const error = await refused(send(context));
  assert.is(error.code, "IMPORT_REFUSED");
  assert.is(
    error.message,
    "audience.ndjson: Kibana refuses 2 × missing references: index-pattern r (dashboard a, dashboard b); 1 × unsupported type (tag t)",
  );
});

for (const [what, answer] of [
  ["wrong credentials", { status: 401, body: "{}" }],
  ["a redirection to a login page", { status: 302, body: "", headers: { location: "/login" } }],
] as const)
  test(`${what} are told from other failures, and no secret is shown`, async (context) => {
    context.answer = answer;
    const error = await refused(send(context, { apiKey: "hidden" }));
    assert.is(error.code, "SEARCH_REFUSED");
    assert.not(JSON.stringify([error.message, error.mend]).includes("hidden"));
  });

test("any other answer is quoted", async (context) => {
  context.answer = { status: 400, body: JSON.stringify({ message: "Unexpected token in JSON" }) };
  const bad = await refused(send(context));
  assert.is(bad.code, "SEARCH_FAILED");
  assert.match(bad.message, /answers status 400: Unexpected token in JSON/);
  context.answer = { status: 200, body: "<html>a proxy</html>" };
  assert.match((await refused(send(context))).message, /answers status 200: <html>a proxy/);
});

test("a Kibana that is not there is said to be so", async () => {
  const error = await refused(importSavedObjects(ndjson, "x.ndjson", { url: "http://127.0.0.1:1" }));
  assert.is(error.code, "SEARCH_UNREACHABLE");
});

test("an address that cannot be is refused before anything is sent", async (context) => {
  for (const url of ["kibana", "ftp://127.0.0.1"])
    assert.is((await refused(importSavedObjects(ndjson, "x.ndjson", { url }))).code, "OPTION_INVALID");
  assert.is(context.received.length, 0);
});

test.run();

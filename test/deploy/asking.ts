import type {} from "@fastify/swagger";
import Ajv from "ajv";
import type { InjectOptions } from "fastify";
import * as assert from "uvu/assert";
import type { ModelServer } from "@movielens/lib/deploy";

interface Described {
  content?: Record<string, { schema: object }>;
  headers?: Record<string, object>;
}

export interface Description {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
}

/** `nullable` and OpenAPI's other additions to JSON Schema are known to this validator or do not matter to it. */
const ajv = new Ajv({ strict: false, allErrors: true, formats: { "date-time": true } });

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  /** Parsed where the answer is JSON, text elsewhere. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** Asks without a port, and holds every answer to what the server says about itself in /openapi.json. */
export async function ask(server: ModelServer, request: InjectOptions | string): Promise<Answer> {
  const { method = "GET", url } = typeof request === "string" ? { url: request } : request;
  const response = await server.inject(typeof request === "string" ? { method: "GET", url } : request);
  const type = String(response.headers["content-type"]).split(";")[0];
  const body: unknown = type.endsWith("json") ? response.json() : response.payload;

  const description = server.swagger() as unknown as Description;
  const path = Object.keys(description.paths).find((candidate) =>
    new RegExp(`^${candidate.replace(/\{\w+\}/g, "[^/]+")}$`).test(String(url).split("?")[0]),
  );
  const operation = path && description.paths[path][String(method).toLowerCase()];
  if (operation) {
    const described = operation.responses[String(response.statusCode)];
    assert.ok(described, `${method} ${String(url)}: status ${response.statusCode} is not described`);
    const schema = described.content?.[type]?.schema;
    assert.ok(schema, `${method} ${String(url)}: ${response.statusCode} as ${type} is not described`);
    const valid = ajv.validate(schema, body);
    assert.ok(valid, `${method} ${String(url)}: ${ajv.errorsText()} in ${response.payload}`);
  }
  return { status: response.statusCode, headers: response.headers, body };
}

export const post = (url: string, payload: object): InjectOptions => ({ method: "POST", url, payload });

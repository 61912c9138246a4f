import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { WorkspaceError, type ErrorCode } from "../data";
import type { ProblemDetails } from "./schemas";

/** Errors that are the asker's, or that pass: what they are called on the wire. Any other is the server's own, 500. */
const KNOWN: Partial<Record<ErrorCode, { status: number; title: string }>> = {
  REQUEST_INVALID: { status: 400, title: "The request is not as described" },
  USER_UNKNOWN: { status: 404, title: "No such user" },
  TOKEN_INVALID: { status: 401, title: "The token is missing or wrong" },
  EVENTS_OFF: { status: 503, title: "Events are not kept here" },
  EVENT_NOT_STORED: { status: 503, title: "The events are not stored" },
  MOVIE_UNKNOWN: { status: 404, title: "No such movie" },
  ITEM_COLD: { status: 404, title: "Nothing is known of this movie's likeness" },
  MODEL_NOT_READY: { status: 503, title: "No model is loaded" },
};

type ConnectionError = Error & { code?: string };

/** The one shape of every error answer (RFC 9457). */
export function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply {
  if (problem.status === 401) void reply.header("www-authenticate", "Bearer");
  if (problem.status === 503) void reply.header("retry-after", "1");
  return reply.code(problem.status).type("application/problem+json").send(problem);
}

/** Turns whatever a route threw into a problem. What nobody foresaw is logged and not shown. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status === 500 || (error as unknown as WorkspaceError).code === "EVENT_NOT_STORED")
    request.log.error({ err: error }, "a request failed");
  return sendProblem(reply, problem);
}

export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    ...untyped(404),
    detail: `there is nothing at ${request.method} ${request.url.split("?")[0]}; /docs lists what there is`,
  });
}

/** @param allowed what the address takes */
export function sendMethodNotAllowed(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  allowed: readonly string[],
): FastifyReply {
  const methods = [...allowed].sort().join(", ");
  void reply.header("allow", methods);
  return sendProblem(reply, {
    ...untyped(405),
    detail: `${url.split("?")[0]} takes ${methods}, not ${method}`,
  });
}

/** Answers what is no HTTP, or comes too slowly, before there is a request to answer. */
export function answerBrokenConnection(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, detail] =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? ([408, "the request was not complete in time"] as const)
      : error.code === "HPE_HEADER_OVERFLOW"
        ? ([431, "the headers are too large"] as const)
        : ([400, "this is no HTTP request"] as const);
  const body = JSON.stringify({ ...untyped(status), detail });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function problemOf(error: FastifyError): ProblemDetails {
  if (error instanceof WorkspaceError) {
    const known = KNOWN[error.code];
    if (!known) return { ...untyped(500), detail: "the server failed; its log says why" };
    return {
      type: `urn:movielens:problem:${error.code.toLowerCase().replaceAll("_", "-")}`,
      ...known,
      detail: error.message,
      ...(error.field === undefined ? {} : { field: error.field }),
    };
  }
  if (error.validation) return problemOf(requestInvalid(error) as unknown as FastifyError);
  const status = error.statusCode ?? 500;
  if (status >= 500) return { ...untyped(500), detail: "the server failed; its log says why" };
  return {
    ...untyped(status),
    detail: error.message,
    ...(error.code?.startsWith("FST_ERR_CTP") ? { field: "body" } : {}),
  };
}

function requestInvalid({ validation, validationContext }: FastifyError): WorkspaceError {
  const [{ instancePath, keyword, params, message }] = validation!;
  const inner =
    keyword === "required"
      ? params.missingProperty
      : keyword === "additionalProperties"
        ? params.additionalProperty
        : undefined;
  const path = [...instancePath.split("/").slice(1), ...(inner === undefined ? [] : [String(inner)])].join(
    "/",
  );
  const field = path === "" ? (validationContext ?? "body") : path;
  const allowed = keyword === "enum" ? `: ${(params.allowedValues as unknown[]).join(", ")}` : "";
  const what =
    keyword === "required" ? "is missing" : keyword === "additionalProperties" ? "is not known" : message;
  return new WorkspaceError("REQUEST_INVALID", `${field} ${what}${allowed}`, { field });
}

const untyped = (status: number) => ({
  type: "about:blank",
  title: STATUS_CODES[status] ?? "Error",
  status,
});

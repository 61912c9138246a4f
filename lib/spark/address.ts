import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { WorkspaceError } from "../errors";

/** Where a Spark Connect server is and as whom it is spoken to. */
export interface SparkAddress {
  host: string;
  port: number;
  tls: boolean;
  /** Never part of a message or a log. */
  token: string | null;
  userId: string;
  /** A UUID. */
  sessionId: string;
  /** Sent and received at most, in bytes. Spark's servers take no more than 128 MiB by default. */
  maxMessageBytes: number;
  /** Whatever else the address says is sent as headers. */
  headers: Readonly<Record<string, string>>;
}

const DEFAULT_PORT = 15002;
const DEFAULT_MAX_MESSAGE_BYTES = 128 * 1024 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What HTTP/2 lets through. gRPC would refuse the rest as well, but show the value, and so the token. */
const HEADER_NAME = /^[a-z0-9_.-]+$/i;
const HEADER_VALUE = /^[\x20-\x7e]+$/;

/** Traffic to itself does not leave this machine. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host);

/**
 * Parses `sc://host:port/;token=…;user_id=…;session_id=…;use_ssl=true;grpc_max_message_size=…`, as PySpark writes it.
 * A token brings TLS with it, except to this machine.
 * @throws WorkspaceError OPTION_INVALID naming the part, never the token
 */
export function parseSparkAddress(text: string): SparkAddress {
  const invalid = (what: string): WorkspaceError =>
    new WorkspaceError("OPTION_INVALID", `the address of Spark ${what}`, {
      mend: "Write it as sc://host:15002/;use_ssl=true;token=…, with only what is needed.",
    });
  const match = /^sc:\/\/(\[[^\]/;]+\]|[^/:;@[\]\s]+)(?::(\d+))?(?:\/(?:;(.*))?)?$/.exec(text.trim());
  if (!match) throw invalid("is not of the form sc://host:port/;name=value;…");
  const port = Number(match[2] ?? DEFAULT_PORT);
  if (port < 1 || port > 65_535) throw invalid(`has the port ${match[2]}`);
  const given = new Map<string, string>();
  for (const pair of (match[3] ?? "").split(";").filter((part) => part !== "")) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    if (at < 1 || at === pair.length - 1) throw invalid(`has a parameter without name or value`);
    if (given.has(name)) throw invalid(`gives ${name} twice`);
    given.set(
      name,
      decode(pair.slice(at + 1), () => invalid(`has a ${name} that is not URL-encoded`)),
    );
  }
  const take = (name: string): string | undefined => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  const ssl = take("use_ssl");
  if (ssl !== undefined && !["true", "false"].includes(ssl.toLowerCase()))
    throw invalid("has a use_ssl that is neither true nor false");
  const token = take("token") ?? null;
  const tls = ssl === undefined ? token !== null && !isLoopback(match[1]) : ssl.toLowerCase() === "true";
  if (token !== null && !tls && !isLoopback(match[1]))
    throw invalid("would send the token without TLS to another machine");
  const sessionId = take("session_id") ?? randomUUID();
  if (!UUID.test(sessionId)) throw invalid("has a session_id that is not a UUID");
  const size = take("grpc_max_message_size");
  const maxMessageBytes = Number(size ?? DEFAULT_MAX_MESSAGE_BYTES);
  // gRPC counts in 32 bits.
  if (!Number.isInteger(maxMessageBytes) || maxMessageBytes < 1 || maxMessageBytes > 0x7fffffff)
    throw invalid("has a grpc_max_message_size that is not a whole number of bytes");
  const userId = take("user_id") ?? userName();
  if (token !== null && !HEADER_VALUE.test(token)) throw invalid("has a token that no header can hold");
  for (const [name, value] of given) {
    // Headers in "-bin" hold bytes, which an address does not.
    if (!HEADER_NAME.test(name) || /-bin$/i.test(name))
      throw invalid("has a parameter whose name no header can have");
    if (!HEADER_VALUE.test(value)) throw invalid(`has a ${name} that no header can hold`);
  }
  return {
    host: match[1],
    port,
    tls,
    token,
    userId,
    sessionId,
    maxMessageBytes,
    headers: Object.fromEntries(given),
  };
}

function decode(value: string, onError: () => Error): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw onError();
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return "movielens";
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { Client, errors, Transport, type ClientOptions } from "@elastic/elasticsearch";
import { WorkspaceError } from "../../data";
import type { ElasticConnection, ElasticOptions } from "./connection";

/**
 * The client behind a connection. Not part of the connection's own type: a notebook that imports `lib/bi` would
 * have to read the client's 70,000 lines of types.
 */
const clients = new WeakMap<object, Client>();

export function clientOf(connection: ElasticConnection): Client {
  const client = clients.get(connection);
  if (!client)
    throw new WorkspaceError("SEARCH_UNREACHABLE", `the connection to ${connection.url} is closed`);
  return client;
}

export async function closeClient(connection: object): Promise<void> {
  await clients.get(connection)?.close();
  clients.delete(connection);
}

const BUSY = 429;
const MOST_WAITS = 7;
const FIRST_WAIT_MS = 250;

/** The client repeats neither a whole request that a busy server turned away nor waits for it; this does, ever longer. */
class PatientTransport extends Transport {
  override async request(...args: Parameters<Transport["request"]>): Promise<never> {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await super.request(...args)) as never;
      } catch (error) {
        if (!isBusy(error) || attempt === MOST_WAITS) throw error;
        const told = Number(error.headers?.["retry-after"]) * 1000;
        await sleep(told > 0 ? Math.min(told, 60_000) : FIRST_WAIT_MS * 2 ** attempt);
      }
    }
  }
}

/** Whether waiting can help: a request that needs more memory than there is comes back with the same status. */
function isBusy(error: unknown): error is errors.ResponseError {
  if (!(error instanceof errors.ResponseError) || error.statusCode !== BUSY) return false;
  const body = error.body as { error?: { durability?: string } } | undefined;
  return body?.error?.durability !== "PERMANENT";
}

/** @returns `token`: the object that becomes the connection */
export async function openClient(
  options: ElasticOptions,
  ca: string | undefined,
): Promise<{ url: string; version: string; token: object }> {
  const { cloudId, caFingerprint, timeoutSeconds = 60 } = options;
  const address = addressOf(options);
  const secrets = [options.apiKey, address.password].filter((text): text is string => Boolean(text));
  const url = address.url ?? "Elastic Cloud";
  let client: Client;
  try {
    client = new Client({
      ...(cloudId === undefined ? { node: address.url } : { cloud: { id: cloudId } }),
      ...authenticationOf(options, address),
      ...(ca === undefined ? {} : { tls: { ca, rejectUnauthorized: true } }),
      // The fingerprint vouches for the authority in place of the machine's own list.
      ...(caFingerprint === undefined ? {} : { caFingerprint, tls: { rejectUnauthorized: false } }),
      requestTimeout: timeoutSeconds * 1000,
      maxRetries: 3,
      Transport: PatientTransport,
    });
  } catch (error) {
    // The client's own message may quote what it was given.
    throw new WorkspaceError("OPTION_INVALID", `${url}: ${hide((error as Error).message, secrets)}`);
  }
  try {
    const info = await client.info();
    const token = {};
    clients.set(token, client);
    secretsOf.set(client, secrets);
    return { url, version: info.version.number, token };
  } catch (error) {
    await client.close();
    throw translated(error, url, secrets);
  }
}

const secretsOf = new WeakMap<Client, string[]>();

interface Address {
  url?: string;
  username?: string;
  password?: string;
}

function addressOf({ url, cloudId, username, password }: ElasticOptions): Address {
  if ((url === undefined) === (cloudId === undefined))
    throw new WorkspaceError(
      "OPTION_INVALID",
      url === undefined ? "no server is named" : "both an address and a cloud id are given",
      { mend: "Give --url or ELASTICSEARCH_URL, or set ELASTICSEARCH_CLOUD_ID." },
    );
  if (url === undefined) return { username, password };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new WorkspaceError("OPTION_INVALID", "the server's address is not of the form http://host:port");
  }
  if (!["http:", "https:"].includes(parsed.protocol))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `the server's address begins with ${parsed.protocol}, not http: or https:`,
    );
  const address: Address = {
    username: username ?? (decodeURIComponent(parsed.username) || undefined),
    password: password ?? (decodeURIComponent(parsed.password) || undefined),
  };
  parsed.username = parsed.password = "";
  return { ...address, url: parsed.href.replace(/\/$/, "") };
}

function authenticationOf(
  { apiKey }: ElasticOptions,
  { username, password }: Address,
): Pick<ClientOptions, "auth"> {
  if (apiKey !== undefined) return { auth: { apiKey } };
  if (username === undefined && password === undefined) return {};
  if (username === undefined || password === undefined)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `a ${username === undefined ? "password without a user" : "user without a password"} is given`,
    );
  return { auth: { username, password } };
}

const hide = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);

/** Asks the server, with its errors as this project's own. */
export async function ask<T>(
  connection: ElasticConnection,
  work: (client: Client) => PromiseLike<T>,
): Promise<T> {
  const client = clientOf(connection);
  try {
    return await work(client);
  } catch (error) {
    throw translated(error, connection.url, secretsOf.get(client) ?? []);
  }
}

function translated(error: unknown, url: string, secrets: readonly string[]): unknown {
  const say = (
    code: ConstructorParameters<typeof WorkspaceError>[0],
    what: string,
    mend?: string,
  ): WorkspaceError => new WorkspaceError(code, `${url}: ${hide(what, secrets)}`, { mend });
  if (error instanceof errors.TimeoutError)
    return say(
      "SEARCH_UNREACHABLE",
      "no answer in time",
      "Raise --timeout, or look at what keeps the server busy.",
    );
  if (error instanceof errors.ProductNotSupportedError)
    return say("SEARCH_FAILED", "this is not Elasticsearch", "Name an Elasticsearch server.");
  if (error instanceof errors.ConnectionError) {
    const tls = /certificate|fingerprint|self.signed|TLS|SSL/i.test(error.message);
    return say(
      "SEARCH_UNREACHABLE",
      error.message || "no connection",
      tls
        ? "Set ELASTICSEARCH_CA_FILE or ELASTICSEARCH_CA_FINGERPRINT to the server's certificate authority."
        : undefined,
    );
  }
  if (!(error instanceof errors.ResponseError)) return error;
  const { statusCode } = error;
  const body = error.body as
    | {
        error?:
          { type?: string; reason?: string; root_cause?: { type?: string; reason?: string }[] } | string;
      }
    | undefined;
  const cause = typeof body?.error === "object" ? (body.error.root_cause?.[0] ?? body.error) : undefined;
  const what = cause?.reason ? `${cause.type}: ${cause.reason}` : `status ${statusCode}`;
  if (statusCode === 401) return say("SEARCH_REFUSED", "the credentials are missing or wrong (status 401)");
  if (cause?.type === "cluster_block_exception") return say("SEARCH_BLOCKED", what);
  if (statusCode === 403) return say("SEARCH_REFUSED", what);
  if (isBusy(error))
    return say("SEARCH_BUSY", `the server turned the request away ${MOST_WAITS + 1} times: ${what}`);
  return say("SEARCH_FAILED", what);
}

import { readFile } from "node:fs/promises";
import { WorkspaceError } from "../../data";
import { closeClient, openClient } from "./client";

/** Where a server is and how to prove who asks. Secrets are never shown. */
export interface ElasticOptions {
  /** Such as `http://127.0.0.1:9200`; user and password may stand in it. */
  url?: string;
  /** In place of `url`: a deployment of Elastic Cloud. */
  cloudId?: string;
  apiKey?: string;
  username?: string;
  password?: string;
  /** PEM file with the certificate authority that signed the server's certificate. */
  caFile?: string;
  /** SHA-256 of the server's certificate authority, hexadecimal: in place of `caFile`. */
  caFingerprint?: string;
  /** How long one request may take; 60 by default. */
  timeoutSeconds?: number;
}

/** A server that answers. */
export interface ElasticConnection {
  /** Without user and password. */
  readonly url: string;
  /** Such as "8.19.8". */
  readonly version: string;
  /** Whether it can find vectors by their largest inner product, among all: Elasticsearch 8.13 and newer. */
  readonly hasVectors: boolean;
  close(): Promise<void>;
}

const ENVIRONMENT = {
  url: "ELASTICSEARCH_URL",
  cloudId: "ELASTICSEARCH_CLOUD_ID",
  apiKey: "ELASTICSEARCH_API_KEY",
  username: "ELASTICSEARCH_USERNAME",
  password: "ELASTICSEARCH_PASSWORD",
  caFile: "ELASTICSEARCH_CA_FILE",
  caFingerprint: "ELASTICSEARCH_CA_FINGERPRINT",
} as const;

/** What the environment says: ELASTICSEARCH_URL or ELASTICSEARCH_CLOUD_ID, _API_KEY or _USERNAME and _PASSWORD, _CA_FILE or _CA_FINGERPRINT. */
export function elasticEnvironment(env: Readonly<Record<string, string | undefined>>): ElasticOptions {
  return Object.fromEntries(
    Object.entries(ENVIRONMENT)
      .map(([option, variable]) => [option, env[variable]])
      .filter(([, value]) => value !== undefined && value !== ""),
  ) as ElasticOptions;
}

/**
 * Connects and asks the server what it is.
 * @throws WorkspaceError OPTION_INVALID for an address or credentials that cannot be, DATA_MISSING for a
 *   certificate that cannot be read, SEARCH_UNREACHABLE, SEARCH_REFUSED for wrong credentials, SEARCH_FAILED for
 *   what is not Elasticsearch 7.17 or newer
 */
export async function connectElastic(options: ElasticOptions): Promise<ElasticConnection> {
  const { caFile } = options;
  const ca =
    caFile === undefined
      ? undefined
      : await readFile(caFile, "utf8").catch((cause: Error) => {
          throw new WorkspaceError("DATA_MISSING", `certificate ${caFile}: ${cause.message}`, { cause });
        });
  const { url, version, token } = await openClient(options, ca);
  const [major, minor] = version.split(".").map(Number);
  const connection: ElasticConnection = Object.assign(token, {
    url,
    version,
    hasVectors: major > 8 || (major === 8 && minor >= 13),
    close: () => closeClient(connection),
  });
  if (major < 7 || (major === 7 && minor < 17)) {
    await connection.close();
    throw new WorkspaceError("SEARCH_FAILED", `${url} is Elasticsearch ${version}: too old`, {
      mend: "Use Elasticsearch 7.17, 8 or 9.",
    });
  }
  return connection;
}

/** Connects for the length of `work` and closes whatever happens. */
export async function withElastic<T>(
  options: ElasticOptions,
  work: (connection: ElasticConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectElastic(options);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

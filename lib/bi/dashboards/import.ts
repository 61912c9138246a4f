import { WorkspaceError } from "../../data";

/** Where a Kibana is and how to prove who asks. */
export interface KibanaOptions {
  /** Such as `http://127.0.0.1:5601`; user and password may stand in it. */
  url: string;
  /** Kibana's space; the default one when left out. */
  space?: string;
  apiKey?: string;
  username?: string;
  password?: string;
  /** How long the import may take; 60 by default. */
  timeoutSeconds?: number;
}

export interface ImportReport {
  /** Without user and password. */
  url: string;
  /** Objects that Kibana took. */
  imported: number;
}

interface ImportAnswer {
  success?: boolean;
  successCount?: number;
  message?: string;
  errors?: {
    id: string;
    type: string;
    error: { type: string; message?: string; references?: { type: string; id: string }[] };
  }[];
}

/**
 * Imports saved objects through Kibana's saved-objects API, over older ones with the same ids.
 * @param ndjson one object a line
 * @throws WorkspaceError OPTION_INVALID for an address that cannot be, SEARCH_UNREACHABLE, SEARCH_REFUSED for wrong
 *   credentials, IMPORT_REFUSED with the reasons grouped, SEARCH_FAILED for any other answer
 */
export async function importSavedObjects(
  ndjson: string,
  fileName: string,
  options: KibanaOptions,
): Promise<ImportReport> {
  const { base, headers } = requestOf(options);
  const shown = base.href.replace(/\/$/, "");
  const space = options.space === undefined ? "" : `/s/${encodeURIComponent(options.space)}`;
  const form = new FormData();
  form.append("file", new Blob([ndjson], { type: "application/ndjson" }), fileName);
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${shown}${space}/api/saved_objects/_import?overwrite=true`, {
      method: "POST",
      headers,
      body: form,
      redirect: "manual",
      signal: AbortSignal.timeout((options.timeoutSeconds ?? 60) * 1000),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error && cause.message !== "" ? cause.message : message;
    throw new WorkspaceError("SEARCH_UNREACHABLE", `Kibana at ${shown} does not answer: ${why}`, {
      mend: "Check the address and that Kibana is up. A certificate of your own authority is named in NODE_EXTRA_CA_CERTS.",
      cause: error,
    });
  }
  // A login page instead of an answer is a redirection.
  if (status === 401 || status === 403 || (status >= 300 && status < 400))
    throw new WorkspaceError("SEARCH_REFUSED", `Kibana at ${shown} refuses the import (status ${status})`, {
      mend: "Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD, to an account that may manage saved objects.",
    });
  const answer = parsed(text);
  if (status !== 200 || answer === null)
    throw new WorkspaceError(
      "SEARCH_FAILED",
      `Kibana at ${shown} answers status ${status}: ${answer?.message ?? text.slice(0, 200)}`,
    );
  if (answer.success !== true)
    throw new WorkspaceError("IMPORT_REFUSED", `${fileName}: Kibana refuses ${grouped(answer)}`);
  return { url: shown, imported: answer.successCount ?? 0 };
}

function requestOf({ url, apiKey, username, password }: KibanaOptions): {
  base: URL;
  headers: Record<string, string>;
} {
  let base: URL;
  try {
    base = new URL(url);
  } catch {
    throw new WorkspaceError("OPTION_INVALID", "Kibana's address is not of the form http://host:port");
  }
  if (!["http:", "https:"].includes(base.protocol))
    throw new WorkspaceError(
      "OPTION_INVALID",
      `Kibana's address begins with ${base.protocol}, not with http`,
    );
  const user = username ?? decodeURIComponent(base.username);
  const secret = password ?? decodeURIComponent(base.password);
  base.username = "";
  base.password = "";
  // Kibana refuses writes without this header, so that no web page can make a browser send one.
  const headers: Record<string, string> = { "kbn-xsrf": "movielens" };
  if (apiKey !== undefined) headers.authorization = `ApiKey ${apiKey}`;
  else if (user !== "")
    headers.authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
  return { base, headers };
}

function parsed(text: string): ImportAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** The reasons, each with the objects that it holds for. */
function grouped({ errors = [], message }: ImportAnswer): string {
  if (errors.length === 0) return `without a reason${message ? `: ${message}` : ""}`;
  const groups = new Map<string, string[]>();
  for (const { id, type, error } of errors) {
    const lacks = (error.references ?? []).map((reference) => `${reference.type} ${reference.id}`).join(", ");
    const reason = [error.type.replaceAll("_", " "), error.message, lacks].filter(Boolean).join(": ");
    groups.set(reason, [...(groups.get(reason) ?? []), `${type} ${id}`]);
  }
  return [...groups]
    .map(([reason, objects]) => `${objects.length} × ${reason} (${objects.slice(0, 3).join(", ")})`)
    .join("; ");
}

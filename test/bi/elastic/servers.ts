import { rmSync } from "node:fs";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
  isLaidOut,
  serversFolder,
  startServer,
  stopServer,
  whyNoServer,
  type RunningServer,
  type ServerVersion,
} from "@movielens/lib/cli/elasticsearch-server";
import { test as plainTest } from "uvu";

type Callback = () => Promise<void> | void;

/** Why the tests of a server cannot run here; null where they can. Nothing is fetched for a test. */
export function whySkipped(version: ServerVersion): string | null {
  if (isLaidOut(version) || whyNoServer(version) !== null) return whyNoServer(version);
  return `Elasticsearch ${version} is not laid out here: npm run es:up -- --server ${version} --lay-out does that`;
}

/** `test`, or a skipped one that says why. Says so once a file, in one line. */
export function testsWith(version: ServerVersion): (name: string, callback: Callback) => void {
  const why = whySkipped(version);
  if (why === null) return plainTest;
  console.log(`\n  skipped, because ${why}`);
  return (name, callback) => plainTest.skip(name, callback);
}

const started = new Map<ServerVersion, Promise<RunningServer>>();
const PREFIX = `test-${process.pid}-`;
const folderOf = (version: ServerVersion): string => join(serversFolder(), PREFIX + version);

/** One server of each version for all test files of this process, on a free port, with data of its own. */
export function sharedServer(version: ServerVersion): Promise<RunningServer> {
  const there = started.get(version);
  if (there) return there;
  removeDead();
  const starting = startServer(version, { folder: folderOf(version) });
  started.set(version, starting);
  void starting.then(({ pid }) =>
    process.once("exit", () => {
      const last = pids.get(version) ?? pid;
      try {
        process.kill(last, "SIGKILL");
      } catch {
        // It has ended already.
      }
      rmSync(folderOf(version), { recursive: true, force: true, maxRetries: 5 });
    }),
  );
  return starting;
}

const pids = new Map<ServerVersion, number>();

/** Ends the shared server as a power cut would. */
export const killServer = (version: ServerVersion): Promise<boolean> =>
  stopServer(folderOf(version), "SIGKILL");

/** Starts it again with the data that it had. */
export async function restartServer(version: ServerVersion): Promise<RunningServer> {
  const again = startServer(version, { folder: folderOf(version) });
  started.set(version, again);
  pids.set(version, (await again).pid);
  return again;
}

/** Folders of test processes that were killed before they could clean up. */
function removeDead(): void {
  for (const name of readdirSync(serversFolder())) {
    const pid = Number(/^test-(\d+)-/.exec(name)?.[1]);
    if (!pid) continue;
    try {
      process.kill(pid, 0);
    } catch {
      const folder = join(serversFolder(), name);
      void stopServer(folder, "SIGKILL").then(() => rmSync(folder, { recursive: true, force: true }));
    }
  }
}

/** Asks the server directly. */
export async function rest<T = unknown>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** Removes everything that a load makes. */
export async function wipe(url: string): Promise<void> {
  const indices = await rest<{ index: string }[]>(
    url,
    "GET",
    "/_cat/indices/movielens-*?format=json&expand_wildcards=all",
  );
  if (indices.length > 0)
    await rest(url, "DELETE", `/${indices.map(({ index }) => index).join(",")}?expand_wildcards=all`);
  for (const name of ["ratings", "movies", "users", "recommendations", "metrics", "foreign"])
    await fetch(`${url}/_index_template/movielens-${name}`, { method: "DELETE" });
}

export async function countOf(url: string, index: string): Promise<number> {
  return (await rest<{ count: number }>(url, "GET", `/${index}/_count`)).count;
}

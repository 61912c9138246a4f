import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectElastic, type ElasticConnection, type ElasticOptions } from "@movielens/lib/bi";
import {
  isLaidOut,
  serversFolder,
  startServer,
  stopServer,
  whyNoServer,
  type ServerVersion,
} from "@movielens/lib/cli/elasticsearch-server";
import { testUnless } from "../../unless";

/** Why the tests of a server cannot run here; null where they can. Nothing is fetched for a test. */
export function whySkipped(version: ServerVersion): string | null {
  if (isLaidOut(version) || whyNoServer(version) !== null) return whyNoServer(version);
  return `Elasticsearch ${version} is not laid out here; npm run es:up -- --server ${version} --lay-out does that`;
}

/** `test`, or a skipped one after a line that says why. */
export const testsWith = (version: ServerVersion): ReturnType<typeof testUnless> =>
  testUnless(whySkipped(version));

/** Who may do anything on the servers of the tests. */
export const ADMIN = { username: "admin", password: "correct horse battery" };
const HEADERS = {
  "content-type": "application/json",
  authorization: `Basic ${Buffer.from(`${ADMIN.username}:${ADMIN.password}`).toString("base64")}`,
};

/** A server of the tests: with security on, data of its own, and on a free port. */
export class TestServer {
  private constructor(
    private readonly version: ServerVersion,
    public url: string,
    private pid: number,
  ) {
    // A signal would end this process without a word to the server.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    process.once("exit", () => {
      try {
        process.kill(this.pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
      rmSync(folderOf(version), { recursive: true, force: true, maxRetries: 5 });
    });
  }

  private static readonly started = new Map<ServerVersion, Promise<TestServer>>();

  /** One of each version for all files of this process. */
  static async shared(version: ServerVersion): Promise<TestServer> {
    const starting = async (): Promise<TestServer> => {
      await removeDead();
      const { url, pid } = await start(version);
      return new TestServer(version, url, pid);
    };
    const server = TestServer.started.get(version) ?? starting();
    TestServer.started.set(version, server);
    return server;
  }

  get options(): ElasticOptions {
    return { url: this.url, ...ADMIN };
  }

  connect(): Promise<ElasticConnection> {
    return connectElastic(this.options);
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await stopServer(folderOf(this.version), "SIGKILL");
  }

  /** Starts it again with the data that it had. */
  async restart(): Promise<void> {
    ({ url: this.url, pid: this.pid } = await start(this.version));
  }

  async rest<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  async count(index: string): Promise<number> {
    return (await this.rest<{ count: number }>("GET", `/${index}/_count`)).count;
  }

  async indices(): Promise<string[]> {
    const found = await this.rest<{ index: string }[]>(
      "GET",
      "/_cat/indices/movielens*?format=json&expand_wildcards=all",
    );
    return found.map(({ index }) => index).sort();
  }

  /** Removes everything that a load, or a test in its way, makes. */
  async wipe(): Promise<void> {
    const indices = await this.indices();
    if (indices.length > 0) await this.rest("DELETE", `/${indices.join(",")}`);
    const answer = await fetch(`${this.url}/_index_template/movielens*`, {
      method: "DELETE",
      headers: HEADERS,
    });
    await answer.body?.cancel();
  }
}

const folderOf = (version: ServerVersion): string => join(serversFolder(), `test-${process.pid}-${version}`);

const start = (version: ServerVersion): ReturnType<typeof startServer> =>
  startServer(version, {
    folder: folderOf(version),
    users: { [ADMIN.username]: ADMIN.password },
    // It lives too short for code that runs faster to repay its compiling.
    javaOptions: ["-XX:TieredStopAtLevel=1"],
  });

/** Servers of test processes that were killed before they could end theirs. */
async function removeDead(): Promise<void> {
  if (!existsSync(serversFolder())) return;
  for (const name of readdirSync(serversFolder())) {
    const pid = Number(/^test-(\d+)-/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    await stopServer(join(serversFolder(), name), "SIGKILL");
    rmSync(join(serversFolder(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

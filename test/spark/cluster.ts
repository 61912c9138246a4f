import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  isSparkLaidOut,
  sparkFolder,
  startCluster,
  stopCluster,
  whyNoSpark,
  type RunningCluster,
} from "@movielens/lib/cli/spark-cluster";
import { withSpark, type SparkSession } from "@movielens/lib/spark";
import { testUnless } from "../unless";

/** Why the tests of a cluster cannot run here; null where they can. Nothing is fetched for a test. */
export function whySkipped(): string | null {
  if (whyNoSpark() !== null || isSparkLaidOut()) return whyNoSpark();
  return "Spark is not laid out here; npm run spark:up -- --lay-out does that";
}

/** `test`, or a skipped one after a line that says why. */
export const testsWithSpark = (): ReturnType<typeof testUnless> => testUnless(whySkipped());

/** What a client must show to the clusters of the tests. */
export const TOKEN = "correct horse battery";
/** Theirs take no larger messages. */
export const MESSAGE_BYTES = 4 * 1024 * 1024;
/** Theirs end a stream after so long. */
export const STREAM_SECONDS = 3;

/** A cluster of the tests: two workers, files of its own, free ports. */
export class TestCluster {
  private static shared: Promise<TestCluster> | null = null;

  /** One for all files of this process, started anew after `kill`. */
  static start(): Promise<TestCluster> {
    const starting = async (): Promise<TestCluster> => {
      await removeDead();
      return new TestCluster(await startCluster({ ...OPTIONS, folder: folder() }));
    };
    return (TestCluster.shared ??= starting());
  }

  private constructor(readonly running: RunningCluster) {
    // A signal would end this process without a word to the cluster.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    process.once("exit", this.atExit);
  }

  private readonly atExit = (): void => {
    const { server, workers, master } = this.running;
    for (const pid of [server, ...workers, master]) killNow(pid);
    rmSync(folder(), { recursive: true, force: true, maxRetries: 5 });
  };

  get remote(): string {
    return `${this.running.remote}/;token=${encodeURIComponent(TOKEN)}`;
  }

  session<T>(work: (session: SparkSession) => Promise<T>): Promise<T> {
    return withSpark(this.remote, work, { patience: 20 });
  }

  get folder(): string {
    return folder();
  }

  /** A path that the driver, the executors and the tests see alike; gone with the cluster. */
  path(name: string): string {
    return join(folder(), "data", name);
  }

  /** What a process of the cluster has said: "server", "master", "worker-1". */
  log(name: string): string {
    return readFileSync(join(folder(), "logs", `${name}.log`), "utf8");
  }

  /** Ends one worker with its executor, as a machine that fails. */
  killWorker(index: number): void {
    killNow(this.running.workers[index]);
  }

  /** Ends all of it as a power cut would. */
  static async kill(): Promise<void> {
    await stopCluster(folder(), "SIGKILL");
    // Its process ids may be another's by the end of the tests.
    const ended = await TestCluster.shared;
    if (ended) process.off("exit", ended.atExit);
    TestCluster.shared = null;
  }
}

const OPTIONS = {
  workers: 2,
  cores: 1,
  memory: "600m",
  driverMemory: "700m",
  token: TOKEN,
  // It lives too short for code that runs faster to repay its compiling.
  javaOptions: ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
  settings: {
    "spark.sql.shuffle.partitions": "2",
    // Half an hour otherwise: what has been written down is removed after this.
    "spark.cleaner.periodicGC.interval": "5s",
    "spark.connect.grpc.maxInboundMessageSize": String(MESSAGE_BYTES),
    "spark.connect.execute.reattachable.senderMaxStreamDuration": `${STREAM_SECONDS}s`,
  },
};

const folder = (): string => join(sparkFolder(), `test-${process.pid}`);

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Clusters of test processes that were killed before they could end theirs. */
async function removeDead(): Promise<void> {
  if (!existsSync(sparkFolder())) return;
  for (const name of readdirSync(sparkFolder())) {
    const pid = Number(/^test-(\d+)$/.exec(name)?.[1]);
    if (!pid || pid === process.pid || isAlive(pid)) continue;
    await stopCluster(join(sparkFolder(), name), "SIGKILL");
    rmSync(join(sparkFolder(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

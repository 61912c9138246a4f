import { join } from "node:path";
import { Command, Option } from "commander";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import { fetchingSignal } from "./local-server";
import { layOutSpark, runningCluster, sparkFolder, startCluster } from "./spark-cluster";

interface Flags {
  workers: number;
  cores?: number;
  memory: string;
  driverMemory: string;
  layOut: boolean;
  timeout?: number;
}

/** Where the cluster of `spark:up` has its files. */
export const localCluster = (): string => join(sparkFolder(), "local");

/** `npm run spark:up`. @returns the exit code: 0 it is up, 1 it cannot be had here */
export async function main(argv: string[]): Promise<number> {
  const number = (flags: string, description: string): Option =>
    new Option(flags, description).argParser(numberOf);
  const command = new Command("spark:up")
    .usage("-- [options]")
    .description(
      "Starts a real Spark on this machine, a master, workers and a Connect server: for trying things, not for others to reach. Needs Java 17, and 450 MB from PyPI the first time.",
    )
    .addOption(number("--workers <count>", "how many workers").default(2))
    .addOption(number("--cores <count>", "tasks at a time on one worker (default: this machine's, shared)"))
    .option("--memory <size>", "Java heap of the executor on one worker", "1g")
    .option("--driver-memory <size>", "Java heap of the Connect server", "1g")
    .option("--lay-out", "only fetch it, for later", false)
    .addOption(number("--timeout <seconds>", "how long fetching may take (default: no end)"));
  return runCommand(command, argv, async () => {
    const { layOut, timeout, ...options } = command.opts<Flags>();
    const note = (line: string): void => console.error(line);
    const venv = await untilStopped((stopped) =>
      layOutSpark({ onNote: note, signal: fetchingSignal(stopped, timeout) }),
    );
    if (layOut) {
      console.log(venv);
      return 0;
    }
    const folder = localCluster();
    const there = await runningCluster(folder);
    if (!there) note(`starting Spark with ${options.workers} workers`);
    const { remote } = await startCluster({ folder, ...options });
    console.log(remote);
    console.error(`${there ? "It was up already." : "It is up."} Next: export SPARK_REMOTE=${remote}`);
    return 0;
  });
}

asProgram(module, main);

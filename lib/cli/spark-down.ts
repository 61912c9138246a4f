import { Command } from "commander";
import { asProgram, runCommand } from "./command";
import { stopCluster } from "./spark-cluster";
import { localCluster } from "./spark-up";

/** `npm run spark:down`. @returns the exit code: 0 nothing of `spark:up` runs any more */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("spark:down")
    .usage("-- [options]")
    .description("Stops the Spark that spark:up has started, and no other.");
  return runCommand(command, argv, async () => {
    const stopped = await stopCluster(localCluster());
    console.log(stopped ? "Spark is stopped." : "No Spark of spark:up is running.");
    return 0;
  });
}

asProgram(module, main);

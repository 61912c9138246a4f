import { rm } from "node:fs/promises";
import { Command } from "commander";
import { asProgram, runCommand } from "./command";
import { SERVER_VERSIONS, stopServer } from "./elasticsearch-server";
import { localFolder } from "./es-up";

/** `npm run es:down`. @returns the exit code: 0 nothing of `es:up` runs any more */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("es:down")
    .usage("-- [options]")
    .description("Stops the Elasticsearch that es:up has started, and no other.")
    .option("--remove-data", "delete what was loaded into it too", false);
  return runCommand(command, argv, async () => {
    const { removeData } = command.opts<{ removeData: boolean }>();
    let stopped = 0;
    for (const version of SERVER_VERSIONS) {
      if (await stopServer(localFolder(version))) {
        stopped++;
        console.log(`Elasticsearch ${version} is stopped.`);
      }
      if (removeData) await rm(localFolder(version), { recursive: true, force: true });
    }
    if (stopped === 0) console.log("No Elasticsearch of es:up is running.");
    return 0;
  });
}

asProgram(module, main);

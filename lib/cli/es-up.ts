import { join } from "node:path";
import { Command, Option } from "commander";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import {
  layOutServer,
  runningServer,
  SERVER_VERSIONS,
  serversFolder,
  startServer,
  type ServerVersion,
} from "./elasticsearch-server";
import { fetchingSignal } from "./local-server";

interface Flags {
  server: ServerVersion;
  heap: string;
  layOut: boolean;
  timeout?: number;
}

/** Where the server of `es:up` keeps its data. */
export const localFolder = (version: ServerVersion): string => join(serversFolder(), `local-${version}`);

/** `npm run es:up`. @returns the exit code: 0 it is up, 1 it cannot be had here */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("es:up")
    .usage("-- [options]")
    .description(
      "Starts a real Elasticsearch on this machine, without Docker: for trying things, not for others to reach. Needs Java, and Maven the first time.",
    )
    .addOption(new Option("--server <version>", "which").choices(SERVER_VERSIONS).default(SERVER_VERSIONS[0]))
    .option("--heap <size>", "its Java heap", "1g")
    .option("--lay-out", "only fetch it, for later", false)
    .addOption(
      new Option("--timeout <seconds>", "how long fetching may take (default: no end)").argParser(numberOf),
    );
  return runCommand(command, argv, async () => {
    const { server, heap, layOut, timeout } = command.opts<Flags>();
    const note = (line: string): void => console.error(line);
    const home = await untilStopped((stopped) =>
      layOutServer(server, { onNote: note, signal: fetchingSignal(stopped, timeout) }),
    );
    if (layOut) {
      console.log(home);
      return 0;
    }
    const folder = localFolder(server);
    const there = await runningServer(folder);
    if (!there) note(`starting Elasticsearch ${server}`);
    const { url } = await startServer(server, { folder, heap });
    console.log(url);
    console.error(`${there ? "It was up already." : "It is up."} Next: npm run bi:load -- --url ${url}`);
    return 0;
  });
}

asProgram(module, main);

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { projectPath } from "../data";
import { startServer, type RunningServer } from "../deploy";
import { asProgram, runCommand } from "./command";

interface Flags {
  model: string;
  host: string;
  port: number;
}

/** `npm run serve-model`: serves until a signal ends it. @returns the exit code: 0 stopped by a signal, 1 could not serve */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("serve-model")
    .usage("-- [options]")
    .description("Serves an exported model over HTTP: recommendations, similar films, metrics, and /docs.")
    .option(
      "--model <folder>",
      "a model, or a folder of models of which the current one is served, also when it changes",
      projectPath("models"),
    )
    .option("--host <address>", "where to listen; 0.0.0.0 lets other machines in", "127.0.0.1")
    .option("--port <number>", "0 takes any free one", portOf, 8080);
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

async function run({ model, host, port }: Flags): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // Once: a second signal ends the process at once, as it would any other.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const source = existsSync(join(model, "manifest.json")) ? { modelFolder: model } : { modelsFolder: model };
  const running = await startServer(source, { host, port });
  console.log(greeting(running));
  await stopped;
  await running.close();
  return 0;
}

function greeting({ url, loaded: { manifest, model } }: RunningServer): string {
  const { version, kind, options, users, items } = manifest;
  const { userIds, itemIds } = model.parts;
  const count = (value: number): string => value.toLocaleString("en");
  return `Serving at ${url}: ${version} (${kind}, rank ${options.rank}, ${count(users)} users, ${count(items)} films). Ctrl-C stops.
  curl "${url}/recommend/${userIds[0]}?n=5"
  curl "${url}/similar/${itemIds[0]}"
  curl "${url}/recommend" -H "content-type: application/json" -d '{"ratings": [{"movieId": ${itemIds[0]}, "rating": ${manifest.scale.max}}]}'
  In a browser: ${url}/docs`;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  return port;
}

asProgram(module, main);

import { Command, InvalidArgumentError, Option } from "commander";
import { projectPath } from "../data";
import { LOG_LEVELS, modelSource, startServer, type RunningServer, type ServerOptions } from "../deploy";
import { FOLD_IN_FROM, LIST_FROM } from "../recommend";
import { asProgram, runCommand, wholeNumberOf } from "./command";

interface Flags {
  model: string;
  host: string;
  port: number;
  events: string;
  logServed: boolean;
  log: NonNullable<ServerOptions["log"]>;
  logUsers: boolean;
  rate: number;
  foldInFrom?: number;
}

const TOKEN = "MOVIELENS_TOKEN";

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
    .option("--port <number>", "0 takes any free one", portOf, 8080)
    .option("--events <folder>", "where POST /events keeps what it is sent", projectPath("data", "events"))
    .option(
      "--log-served",
      "keep each list that is answered there too, with the user's id: what npm run monitor counts as served",
      false,
    )
    .addOption(
      new Option("--log <what>", "failures, or every request, as JSON lines on standard error")
        .choices(LOG_LEVELS)
        .default("error"),
    )
    .option("--log-users", "addresses in the log, and with them user ids", false)
    .option("--rate <number>", "requests that one address may send in a second", wholeNumberOf, 2000)
    .option(
      "--fold-in-from <ratings>",
      `from so many ratings on a visitor is folded into the model, unless the model has a lister and ${LIST_FROM} of them are likes: then the lister answers (default: ${FOLD_IN_FROM})`,
      wholeNumberOf,
    )
    .addHelpText(
      "after",
      `\nWith ${TOKEN} in the environment, /events and /admin/* want it as bearer token.`,
    );
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

async function run({
  model,
  host,
  port,
  events,
  logServed,
  log,
  logUsers,
  rate,
  foldInFrom,
}: Flags): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // Once: a second signal ends the process at once, as it would any other.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const running = await startServer(modelSource(model), {
    host,
    port,
    eventsFolder: events,
    logServed,
    token: process.env[TOKEN] || undefined,
    log,
    logUsers,
    requestsPerSecond: rate,
    foldInFrom,
  });
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
  In a browser: ${url}, and every request described at ${url}/docs`;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError("A port is a whole number from 0 to 65535.");
  return port;
}

asProgram(module, main);

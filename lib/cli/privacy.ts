import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import {
  eraseUserDocuments,
  userDocuments,
  withElastic,
  type ElasticConnection,
  type ElasticOptions,
} from "../bi";
import { projectPath } from "../data";
import {
  countPersonalRecords,
  eventsPlace,
  logsPlace,
  modelsPlace,
  preparedDataPlace,
  publishedDataPlace,
  type PersonalPlace,
  type PlaceCount,
} from "../deploy";
import { serverOptions, withServerOptions, type ServerFlags } from "./bi-load";
import { asProgram, runCommand } from "./command";
import { textTable } from "./text-table";

interface Flags extends ServerFlags {
  data: string;
  interim: string;
  events: string;
  models: string;
  logs: string[];
  replay: string;
  out?: string;
  yes: boolean;
}

/**
 * `npm run privacy -- export|erase USER`. @returns the exit code: 0 done and nothing is left of the user where that was
 * asked for, 1 something is left or a place cannot be read
 */
export async function main(argv: string[]): Promise<number> {
  const command = withServerOptions(
    new Command("privacy")
      .usage("-- export|erase USER [options]")
      .description(
        "Shows or erases what is kept of a user: data sets, prepared data, events, models, logs, and Elasticsearch where it is configured.",
      )
      .argument(
        "<what>",
        "export: print it all as JSON; erase: remove it, and search for what is left",
        whatOf,
      )
      .argument("<user>", "MovieLens user id", userOf)
      .option("--data <folder>", "data sets as published", projectPath("data"))
      .option("--interim <folder>", "what the notebooks prepared", projectPath("data", "interim"))
      .option("--events <folder>", "what POST /events has stored", projectPath("data", "events"))
      .option("--models <folder>", "the registry", projectPath("models"))
      .option("--replay <folder>", "what npm run replay has made", projectPath("data", "replay"))
      .option("--logs <files...>", "where the server's log was kept; rotated ones too, .gz or not", [])
      .option("--out <file>", "write the export there")
      .option("--yes", "erase; without it, only what would be erased is counted", false),
  ).addHelpText(
    "after",
    `
Out of reach, and to be dealt with by whoever made them: backups, snapshots of Elasticsearch, exports that were handed
out, and data sets in .zip, of which it says that they still hold the user.`,
  );
  return runCommand(command, argv, () => {
    const [what, userId] = command.processedArgs as ["export" | "erase", number];
    const flags = command.opts<Flags>();
    const run = (places: readonly PersonalPlace[]): Promise<number> =>
      what === "export" ? exportUser(places, userId, flags.out) : eraseUser(places, userId, flags.yes);
    const server: ElasticOptions = serverOptions(flags);
    if (server.url === undefined && server.cloudId === undefined)
      return run([...filePlaces(flags), noElasticPlace]);
    return withElastic(server, (connection) => run([...filePlaces(flags), elasticPlace(connection)]));
  });
}

/** Everywhere on this machine that something may be kept of a user, sources before what is made of them. */
const filePlaces = ({ data, interim, events, models, logs, replay }: Flags): PersonalPlace[] => [
  publishedDataPlace(data),
  preparedDataPlace(interim),
  eventsPlace(events),
  modelsPlace(models),
  publishedDataPlace(join(replay, "data")),
  eventsPlace(join(replay, "events")),
  modelsPlace(join(replay, "models")),
  logsPlace(logs),
];

/** What `bi:load` has put into a server's indices. */
const elasticPlace = (connection: ElasticConnection): PersonalPlace => ({
  name: `Elasticsearch at ${connection.url}`,
  async *find(userId) {
    for await (const { index, document } of userDocuments(connection, userId))
      yield { where: index, what: document };
  },
  erase: (userId) => eraseUserDocuments(connection, userId),
});

const noElasticPlace: PersonalPlace = {
  name: "Elasticsearch: none configured; --url or ELASTICSEARCH_URL names one",
  async *find() {},
  async erase() {},
};

async function exportUser(places: readonly PersonalPlace[], userId: number, out?: string): Promise<number> {
  const found = [];
  for (const place of places) {
    const records = [];
    for await (const record of place.find(userId)) records.push(record);
    found.push({ place: place.name, records });
  }
  const text = `${JSON.stringify({ userId, places: found }, null, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else {
    await writeFile(out, text, { mode: 0o600 });
    console.log(
      `${found.reduce((sum, { records }) => sum + records.length, 0)} records of user ${userId} are in ${out}.`,
    );
  }
  return 0;
}

async function eraseUser(places: readonly PersonalPlace[], userId: number, yes: boolean): Promise<number> {
  const before = await countPersonalRecords(places, userId);
  if (!yes) {
    console.log(tableOf(before, "would be erased").join("\n"));
    console.log("Nothing was changed. With --yes this is erased; there is no way back.");
    return 0;
  }
  for (const place of places) await place.erase(userId);
  const left = await countPersonalRecords(places, userId);
  console.log(tableOf(before, "found", left).join("\n"));
  const remaining = left.filter(({ records }) => records > 0);
  for (const { where } of remaining)
    console.error(`Left, because it cannot be written anew; delete it by hand: ${where.join(", ")}`);
  console.log(
    remaining.length === 0
      ? `Searched ${left.length} places: nothing is left of user ${userId}. Train again for films' factors that these ratings had no part in.`
      : `Something is left of user ${userId} in ${remaining.length} of ${left.length} places.`,
  );
  return remaining.length === 0 ? 0 : 1;
}

function tableOf(before: readonly PlaceCount[], what: string, after?: readonly PlaceCount[]): string[] {
  return textTable(
    ["place", what, ...(after ? ["left"] : [])],
    before.map(({ place, records }, k) => [
      place,
      String(records),
      ...(after ? [String(after[k].records)] : []),
    ]),
    new Set([1, 2]),
  );
}

function whatOf(text: string): "export" | "erase" {
  if (text !== "export" && text !== "erase") throw new InvalidArgumentError('It is "export" or "erase".');
  return text;
}

function userOf(text: string): number {
  const userId = Number(text);
  if (!/^\d+$/.test(text) || userId < 1 || userId > 0xffffffff)
    throw new InvalidArgumentError("It is not a MovieLens user id.");
  return userId;
}

asProgram(module, main);

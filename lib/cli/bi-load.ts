import { Command, Option } from "commander";
import {
  elasticEnvironment,
  indexNames,
  loadIndices,
  planLoad,
  serviceSeries,
  vectorParity,
  withElastic,
  type DocumentSources,
  type ElasticConnection,
  type ElasticOptions,
  type LoadOptions,
  type LoadPlan,
  type LoadProgress,
  type LoadReport,
  type UserLists,
} from "../bi";
import { projectPath } from "../data";
import { allLists } from "../spark";
import { gatherSources, type SourceFlags } from "./bi-sources";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import { engineOf, onSpark, sparkSteps, withEngineOptions, type EngineFlags } from "./engine";
import { createProgress, type Progress } from "./progress";
import { textTable } from "./text-table";

export interface ServerFlags {
  url?: string;
  caFile?: string;
  caFingerprint?: string;
  timeout: number;
}

interface Flags extends SourceFlags, ServerFlags, EngineFlags {
  force: boolean;
  dryRun: boolean;
  json: boolean;
}

/** The options that say where the server is; credentials come from the environment alone. */
export function withServerOptions(command: Command): Command {
  return command
    .option("--url <address>", "the server (default: ELASTICSEARCH_URL)")
    .option("--ca-file <path>", "certificate authority of the server, PEM (default: ELASTICSEARCH_CA_FILE)")
    .option("--ca-fingerprint <hex>", "or its SHA-256 (default: ELASTICSEARCH_CA_FINGERPRINT)")
    .addOption(
      new Option("--timeout <seconds>", "how long one request may take").argParser(numberOf).default(60),
    )
    .addHelpText(
      "after",
      `
Credentials come from the environment and are never shown: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and
ELASTICSEARCH_PASSWORD. ELASTICSEARCH_CLOUD_ID names a deployment of Elastic Cloud in place of an address.`,
    );
}

/** Flags over environment. An address given as a flag is not joined with a cloud id from the environment. */
export function serverOptions({ url, caFile, caFingerprint, timeout }: ServerFlags): ElasticOptions {
  const given = Object.entries({ url, caFile, caFingerprint }).filter(([, value]) => value !== undefined);
  const options: ElasticOptions = {
    ...elasticEnvironment(process.env),
    ...Object.fromEntries(given),
    timeoutSeconds: timeout,
  };
  if (url !== undefined) delete options.cloudId;
  return options;
}

/** `npm run bi:load`. @returns the exit code: 0 loaded or there already, 1 failed, 130 stopped by Ctrl-C; readers then keep the version before */
export async function main(argv: string[]): Promise<number> {
  const command = withServerOptions(
    withEngineOptions(new Command("bi:load"))
      .usage("-- --url http://127.0.0.1:9200 [options]")
      .description(
        "Loads ratings, films, users, recommendations and metrics into Elasticsearch, as a new version that\nreplaces the one before in a single step once it is complete. The version before is kept for bi:rollback.",
      )
      .option(
        "--data <path>",
        "a published data set, a folder or its zip",
        projectPath("data", "ml-latest-small"),
      )
      .option(
        "--model <folder>",
        "a model, or a folder of models of which the current one is taken",
        projectPath("models"),
      )
      .option("--no-model", "load neither recommendations nor item factors")
      .addOption(new Option("--top <n>", "films on each user's list").argParser(numberOf).default(10))
      .option("--service <address>", "add how a running npm run serve-model is doing to the metrics")
      .option("--force", "load even what is there already", false)
      .option("--dry-run", "make and check every document, and write nothing", false)
      .option("--json", "print the result as JSON", false),
  );
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

const run = (flags: Flags): Promise<number> =>
  untilStopped(async (signal) => {
    const { force, dryRun, json } = flags;
    const onNote = (line: string): void => console.error(line);
    const server = serverOptions(flags);
    const remote = engineOf(flags);
    const gather = async (): Promise<LoadOptions> => {
      const sources = await gatherSources(flags, onNote);
      return { ...sources, ...listsElsewhere(remote, sources, flags), signal, onNote, ...progress() };
    };
    if (dryRun && server.url === undefined && server.cloudId === undefined) {
      const plan = await planLoad(null, await gather());
      console.log(json ? JSON.stringify(plan, null, 2) : planText(plan));
      return 0;
    }
    return withElastic(server, async (connection) => {
      onNote(`Elasticsearch ${connection.version} at ${connection.url}`);
      const gathered = await gather();
      // A new version starts without the points that earlier loads added to the service's series.
      const metrics = [...(await serviceSeries(connection)), ...(gathered.metrics ?? [])];
      const options = { ...gathered, metrics, force };
      if (dryRun) {
        const plan = await planLoad(connection, options);
        console.log(json ? JSON.stringify(plan, null, 2) : planText(plan));
        return 0;
      }
      const report = await loadIndices(connection, options);
      const parity = await parityLine(connection, options);
      console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
      if (parity !== null) onNote(parity);
      return 0;
    });
  });

/** What makes the lists of all users on Spark, where that is the engine. */
function listsElsewhere(
  remote: string | null,
  { factors }: DocumentSources,
  flags: Flags,
): Pick<LoadOptions, "makeLists"> {
  if (remote === null || !factors) return {};
  const { model, lister } = factors;
  const makeLists = (): Promise<UserLists> =>
    onSpark(remote, async (session, signal) => {
      const { done, onStep, onProgress } = sparkSteps();
      onStep("lists of all users");
      const options = { lister, staging: flags.staging, signal, onProgress };
      const lists = await allLists(session, model, flags.top, options);
      done();
      return lists;
    });
  return { makeLists };
}

/** A bar for each index, the one ended where the next begins. */
function progress(): { onProgress: (at: LoadProgress) => void } {
  let label = "";
  let bar: Progress | undefined;
  return {
    onProgress: ({ index, done, expected }) => {
      if (index !== label) bar = createProgress({ label: index, unit: "documents", total: expected });
      label = index;
      bar!.update(done, Math.max(done, expected));
      if (done > 0 && done === expected) bar!.done(`${done.toLocaleString("en")} documents`);
    },
  };
}

async function parityLine(
  connection: ElasticConnection,
  { factors }: DocumentSources,
): Promise<string | null> {
  if (!factors) return null;
  const { skipped, users, films, found, exactUsers } = await vectorParity(connection, factors.model);
  if (skipped !== null) return `vectors: not compared, because ${skipped}`;
  return `vectors: the server finds ${found} of the ${films} films on the library's top 10 of ${users} users, all of them for ${exactUsers}`;
}

function planText({ indices, upToDate }: LoadPlan): string {
  const rows = indexNames.map((name) => [
    name,
    indices[name].documents.toLocaleString("en"),
    (indices[name].bytes / 1e6).toFixed(1),
  ]);
  return [
    ...textTable(["index", "documents", "MB"], rows, new Set([1, 2])),
    "",
    upToDate
      ? "The server has these documents already."
      : "Every document fits its index. Nothing was written.",
  ].join("\n");
}

function reportText({ version, loaded, indices, previous }: LoadReport): string {
  const rows = indexNames.map((name) => {
    const { index, documents, seconds } = indices[name];
    const rate = loaded && seconds > 0 ? Math.round(documents / seconds).toLocaleString("en") : "–";
    return [index, documents.toLocaleString("en"), loaded ? seconds.toFixed(1) : "–", rate];
  });
  return [
    ...textTable(["index", "documents", "s", "documents/s"], rows, new Set([1, 2, 3])),
    "",
    `${loaded ? "Now current" : "Current already"}: version ${version}.` +
      (previous === null ? "" : ` npm run bi:rollback brings back ${previous}.`),
  ].join("\n");
}

asProgram(module, main);

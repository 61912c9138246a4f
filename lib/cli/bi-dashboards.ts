import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, Option } from "commander";
import {
  coverageOf,
  dashboardCubes,
  dashboardGaps,
  dashboardProblems,
  dashboards,
  dataViews,
  elasticEnvironment,
  importSavedObjects,
  savedObjects,
  timeRangeOf,
  toNdjson,
  type Dashboard,
  type DocumentFacts,
  type DocumentSources,
} from "../bi";
import { projectPath, WorkspaceError } from "../data";
import { gatherSources, type SourceFlags } from "./bi-sources";
import { asProgram, numberOf, runCommand } from "./command";
import { dashboardsPage } from "./dashboards-page";

interface Flags extends SourceFlags {
  out: string;
  url?: string;
  space?: string;
  timeout: number;
}

/** A dashboard's file for Kibana. */
interface KibanaFile {
  name: string;
  path: string;
  ndjson: string;
  /** What stays empty in it for now. */
  gaps: string[];
}

/** `npm run bi:dashboards`. */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("bi:dashboards")
    .usage("-- [options]")
    .description(
      "Writes the dashboards, checked: as one HTML page that needs no server, and as saved objects for Kibana 8.9\nto 9.x, which --url imports. The data views read the indices that npm run bi:load fills.",
    )
    .option("--url <address>", "import into this Kibana (default: KIBANA_URL; without either, only write)")
    .option("--space <id>", "Kibana's space, if not the default one")
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      process.env.MOVIELENS_DATA ?? projectPath("data", "ml-latest-small"),
    )
    .option(
      "--model <folder>",
      "a model, or a folder of models of which the current one is taken",
      process.env.MOVIELENS_MODELS ?? projectPath("models"),
    )
    .option("--no-model", "leave out recommendations")
    .addOption(new Option("--top <n>", "films on each user's list").argParser(numberOf).default(10))
    .option("--service <address>", "add how a running npm run serve-model is doing")
    .option("--out <folder>", "where to write", projectPath("reports"))
    .addOption(
      new Option("--timeout <seconds>", "how long one import may take").argParser(numberOf).default(60),
    )
    .addHelpText(
      "after",
      `
Credentials come from the environment and are never shown: ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USERNAME and
ELASTICSEARCH_PASSWORD.`,
    );
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

async function run(flags: Flags): Promise<number> {
  const sources = await gatherSources(flags, (line) => console.error(line));
  const { page, files } = await writeDashboards(sources, flags.out);
  for (const gap of files.flatMap(({ gaps }) => gaps)) console.error(`empty for now: ${gap}`);
  for (const path of [page, ...files.map((file) => file.path)])
    console.log(`wrote ${relative(process.cwd(), path)}`);
  const url = flags.url ?? process.env.KIBANA_URL;
  if (url === undefined || url === "") return 0;
  const { apiKey, username, password } = elasticEnvironment(process.env);
  for (const { name, ndjson } of files) {
    const { imported, url: at } = await importSavedObjects(ndjson, name, {
      url,
      apiKey,
      username,
      password,
      space: flags.space,
      timeoutSeconds: flags.timeout,
    });
    console.log(`imported ${name} into ${at}: ${imported} objects`);
  }
  return 0;
}

/**
 * Writes `dashboards.html` and `kibana/<dashboard>.ndjson`, all or none.
 * @throws WorkspaceError DASHBOARD_INVALID with what Kibana would stumble over
 */
export async function writeDashboards(
  sources: DocumentSources,
  out: string,
  { hasIndex = existsSync(join(out, "index.html")) }: { hasIndex?: boolean } = {},
): Promise<{ page: string; files: KibanaFile[] }> {
  const { facts, cubes } = await dashboardCubes(dashboards, sources);
  const files = dashboards.map((dashboard) => kibanaFile(dashboard, facts, join(out, "kibana")));
  const { name, hash } = sources.dataset;
  const html = dashboardsPage({
    dashboards,
    cubes,
    dataName: name,
    dataHash: hash,
    hasIndex,
  });
  mkdirSync(join(out, "kibana"), { recursive: true });
  for (const { path, ndjson } of files) writeFileSync(path, ndjson);
  const page = join(out, DASHBOARDS_PAGE);
  writeFileSync(page, html);
  return { page, files };
}

/** In the folder of the reports, whose index links to it. */
export const DASHBOARDS_PAGE = "dashboards.html";

function kibanaFile(dashboard: Dashboard, facts: DocumentFacts, folder: string): KibanaFile {
  const ndjson = toNdjson(savedObjects(dashboard, timeRangeOf(dashboard, facts)));
  const problems = dashboardProblems(ndjson, dataViews());
  if (problems.length > 0)
    throw new WorkspaceError("DASHBOARD_INVALID", `${dashboard.title}: ${problems.join("; ")}`);
  const name = `${dashboard.id}.ndjson`;
  return {
    name,
    path: join(folder, name),
    ndjson,
    gaps: dashboardGaps(ndjson, dataViews(), coverageOf(facts)),
  };
}

asProgram(module, main);

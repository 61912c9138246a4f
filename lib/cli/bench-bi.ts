import { Command, Option } from "commander";
import {
  documentSources,
  indexMapping,
  indices,
  loadedVersions,
  loadIndices,
  withElastic,
  type ElasticConnection,
} from "../bi";
import { seededRandom, WorkspaceError, type Dataset, type Movie } from "../data";
import { serverOptions, withServerOptions } from "./bi-load";
import { asProgram, numberOf, runCommand } from "./command";
import { syntheticDataset } from "./synthetic";

/** `npm run bench:bi`: how fast `bi:load` is beside a bare loop of `_bulk` requests, on one server. @returns the exit code */
export async function main(argv: string[]): Promise<number> {
  const command = withServerOptions(
    new Command("bench:bi")
      .usage("-- --url http://127.0.0.1:9200 [options]")
      .description(
        "Loads seeded synthetic ratings in turn by bi:load's own loader and by a bare loop of _bulk requests with the same documents, and prints both rates. Replaces what bi:load has loaded there, which bi:rollback brings back, and removes the version before: for a server of its own.",
      )
      .addOption(new Option("--ratings <n>", "how many").argParser(numberOf).default(2_000_000))
      .option("--json", "print the result as JSON", false),
  );
  return runCommand(command, argv, async () => {
    const flags = command.opts<Parameters<typeof serverOptions>[0] & { ratings: number; json: boolean }>();
    const options = serverOptions(flags);
    const dataset = benchData(flags.ratings);
    const result = await withElastic(options, async (connection) => {
      const current = (await loadedVersions(connection)).find(({ state }) => state === "current");
      if (current)
        console.error(`replaces version ${current.version} there; npm run bi:rollback brings it back`);
      // The server's own code is compiled while it works: whoever comes first would pay for it.
      await bareLoop(connection, options.url, benchData(WARM_UP));
      const bare = await bareLoop(connection, options.url, dataset);
      const report = await loadIndices(connection, { dataset, force: true });
      const { documents, seconds } = report.indices.ratings;
      return {
        ratings: documents,
        bareRate: documents / bare,
        loaderRate: documents / seconds,
        megabytes: report.indices.ratings.bytes / 1e6,
      };
    });
    const { ratings, bareRate, loaderRate, megabytes } = result;
    const rate = (value: number): string => `${Math.round(value).toLocaleString("en")} documents/s`;
    const minutes = (20_000_263 / loaderRate / 60).toFixed(0);
    if (flags.json) console.log(JSON.stringify({ ...result, share: loaderRate / bareRate }, null, 2));
    else
      console.log(`${ratings.toLocaleString("en")} ratings, ${megabytes.toFixed(0)} MB
bare _bulk loop  ${rate(bareRate)}
bi:load          ${rate(loaderRate)}, verified: ${((100 * loaderRate) / bareRate).toFixed(0)} % of the bare loop
At this rate the 20 million ratings of ml-20m take ${minutes} minutes.`);
    return 0;
  });
}

const WARM_UP = 200_000;

/** Synthetic ratings with films and times, so that documents are as long as real ones. */
function benchData(ratings: number): Dataset {
  const plain = syntheticDataset("synthetic", {
    users: Math.max(20, Math.round(ratings / 144)),
    items: Math.max(500, Math.min(26_744, Math.round(ratings / 100))),
    ratings,
    seed: 1,
  });
  const random = seededRandom(2);
  const shelf = ["Action", "Adventure", "Comedy", "Crime", "Drama", "Romance", "Sci-Fi", "Thriller"];
  const film = (movieId: number): Movie => {
    const year = 1930 + Math.floor(90 * random());
    const genres = shelf.filter(() => random() < 0.27);
    return { movieId, title: `A Film of the Length that Films Have ${movieId} (${year})`, year, genres };
  };
  const movies = new Map(Array.from(plain.itemIds, (movieId) => [movieId, film(movieId)]));
  const timestamps = plain.timestamps.map(() => 820_454_400 + Math.floor(600_000_000 * random()));
  return { ...plain, movies, timestamps };
}

const FLUSH_BYTES = 4_000_000;
const CONCURRENCY = 4;

/** The same documents by nothing but HTTP requests, into an index of the same mapping. @returns seconds */
async function bareLoop(
  connection: ElasticConnection,
  url: string | undefined,
  dataset: Dataset,
): Promise<number> {
  if (url === undefined || new URL(url).username !== "" || new URL(url).protocol !== "http:")
    throw new WorkspaceError("OPTION_INVALID", "the bare loop knows neither TLS nor credentials", {
      mend: "Measure on a server of npm run es:up.",
    });
  const index = "bench-movielens-bare";
  const send = async (method: string, path: string, body?: string): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      body,
      headers: { "content-type": "application/json" },
    });
    const said = (await answer.json()) as { errors?: boolean };
    if (!answer.ok || said.errors)
      throw new WorkspaceError(
        "SEARCH_FAILED",
        `${connection.url}${path}: ${JSON.stringify(said).slice(0, 300)}`,
      );
    return said;
  };
  await send("DELETE", `/${index}?ignore_unavailable=true`);
  const settings = { number_of_shards: 1, number_of_replicas: 0, refresh_interval: "-1" };
  await send("PUT", `/${index}`, JSON.stringify({ settings, mappings: indexMapping("ratings", null) }));
  const started = performance.now();
  const running = new Set<Promise<unknown>>();
  let lines = "";
  const flush = async (): Promise<void> => {
    const path = `/${index}/_bulk?filter_path=errors`;
    const request: Promise<unknown> = send("POST", path, lines).finally(() => running.delete(request));
    running.add(request);
    lines = "";
    if (running.size >= CONCURRENCY) await Promise.race(running);
  };
  for (const document of documentSources({ dataset }, false).ratings.documents()) {
    lines += `{"index":{"_id":"${indices.ratings.idOf(document)}"}}\n${JSON.stringify(document)}\n`;
    if (lines.length >= FLUSH_BYTES) await flush();
  }
  if (lines !== "") await flush();
  await Promise.all(running);
  await send("POST", `/${index}/_refresh`);
  const seconds = (performance.now() - started) / 1000;
  await send("DELETE", `/${index}`);
  return seconds;
}

asProgram(module, main);

import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import autocannon from "autocannon";
import { Command } from "commander";
import { projectPath, seededRandom, WorkspaceError } from "../data";
import { exportModel, makeCurrent, modelIn } from "../deploy";
import { asProgram, numberOf, runCommand } from "./command";
import { syntheticModel } from "./synthetic";
import { textTable } from "./text-table";

interface Flags {
  model: string;
  rate: number;
  seconds: number;
  soak?: number;
  reloads: number;
  json: boolean;
}

interface Card {
  version: string;
  users: number;
  items: number;
  options: { rank: number };
  exampleUserIds: number[];
}

/** One kind of request under load. Latencies in milliseconds, from sending to the answer's last byte. */
interface LoadResult {
  request: string;
  requests: number;
  perSecond: number;
  failed: number;
  /** How often what went wrong: a status, or what became of the connection. */
  failures: Record<string, number>;
  p50: number;
  p99: number;
  worst: number;
}

const CONNECTIONS = 10;
const FOLDED = 50;
/** Of MovieLens 20M's catalogue; a fold-in looks at the rated films' factors, so that a few users are enough. */
const FOLD_IN_SHAPE = { users: 2_000, items: 26_744, ratings: 200_000, seed: 1 };
const FOLD_IN_RANK = 64;
/** As large as ml-latest-small. */
const SOAK_SHAPE = { users: 610, items: 9_724, ratings: 100_836, seed: 1 };
const SOAK_RANK = 32;
/** A promotion that is not served after so long counts as missed. */
const RELOAD_MILLISECONDS = 30_000;

/** `npm run bench:serve`: starts the server in a process of its own and loads it over loopback. */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("bench:serve")
    .usage("-- [options]")
    .description("Measures start to ready, and latencies of a served model under load on this machine.")
    .option(
      "--model <folder>",
      "a model, or a folder of models of which the current one is served",
      projectPath("models"),
    )
    .option("--rate <number>", "GET /recommend per second", numberOf, 1000)
    .option("--seconds <number>", "of load for each kind of request", numberOf, 10)
    .option(
      "--soak <minutes>",
      "instead: so many minutes of load at --rate with hot reloads in it, failed requests and memory",
      numberOf,
    )
    .option("--reloads <number>", "in the soak", numberOf, 20)
    .option("--json", "print JSON", false);
  return runCommand(command, argv, async () => {
    const flags = command.opts<Flags>();
    const temporary = await mkdtemp(join(tmpdir(), "movielens-bench-"));
    try {
      return await (flags.soak === undefined ? run(flags, temporary) : soak(flags, flags.soak, temporary));
    } finally {
      await rm(temporary, { recursive: true });
    }
  });
}

async function run({ model, rate, seconds, json }: Flags, temporary: string): Promise<number> {
  const { card, readySeconds, results } = await measured(await modelIn(model), async ({ url }, card) => {
    const users = recommendUsers(card);
    const popular = (await (await fetch(`${url}/recommend/4294967295?n=100`)).json()) as {
      items: { movieId: number; title: string }[];
    };
    const [{ movieId }] = popular.items;
    const titles = popular.items.map(({ title }) => title.replace(/,.*| *\(.*/, ""));
    const evenly = (request: string, requests: autocannon.Request[], perSecond: number) =>
      load(request, url, requests, seconds, { connections: CONNECTIONS_IN_TURN, perSecond });
    return [
      await evenly(`GET /recommend at ${rate}/s`, users, rate),
      await load("GET /recommend, as fast as 10 connections go", url, users, seconds, {
        connections: CONNECTIONS,
      }),
      await load(foldIn(card), url, [visitor(popular.items)], seconds, { connections: 1 }),
      await evenly("GET /similar", [{ path: `/similar/${movieId}` }], 100),
      await evenly("GET /movies?q=, as typed", titles.map(search), 100),
      await evenly("GET /movies?q=, with slips", titles.map(withSlip).map(search), 100),
      await evenly(
        "GET /explain",
        card.exampleUserIds.map((user) => ({ path: `/explain/${user}/${movieId}` })),
        100,
      ),
    ];
  });
  const large = syntheticModel("synthetic", FOLD_IN_SHAPE, FOLD_IN_RANK);
  const exported = await exportModel(large.model, { folder: temporary, dataset: large.dataset, metrics: {} });
  const folded = await measured(exported.folder, async ({ url }, card) => {
    const films = Array.from({ length: FOLDED }, (_, k) => ({ movieId: 1 + k * 100 }));
    return [await load(foldIn(card), url, [visitor(films)], seconds, { connections: 1 })];
  });
  const all = [...results, ...folded.results];
  if (json) console.log(JSON.stringify({ model: card.version, readySeconds, results: all }, null, 2));
  else {
    console.log(
      `${card.version}: rank ${card.options.rank}, ${card.items} films; start to ready ${readySeconds.toFixed(2)} s`,
    );
    console.log(
      textTable(
        ["request", "answers", "per second", "failed", "p50, ms", "p99, ms", "worst, ms"],
        all.map((one) => [
          one.request,
          String(one.requests),
          one.perSecond.toFixed(0),
          String(one.failed),
          one.p50.toFixed(2),
          one.p99.toFixed(2),
          one.worst.toFixed(1),
        ]),
        new Set([1, 2, 3, 4, 5, 6]),
      ).join("\n"),
    );
  }
  return all.every(({ failed }) => failed === 0) ? 0 : 1;
}

/** Load and hot reloads together: two models as large as ml-latest-small's take turns at being current. */
async function soak({ rate, reloads, json }: Flags, minutes: number, temporary: string): Promise<number> {
  const versions: string[] = [];
  for (const seed of [1, 2]) {
    const { model, dataset } = syntheticModel("synthetic", { ...SOAK_SHAPE, seed }, SOAK_RANK);
    versions.push((await exportModel(model, { folder: temporary, dataset, metrics: {} })).version);
  }
  let current: string | null = null;
  const promote = async (version: string): Promise<void> => {
    await makeCurrent(temporary, version, { action: current ? "force" : "first", expected: current });
    current = version;
  };
  await promote(versions[0]);
  const server = await startProcess(temporary);
  try {
    const { url } = server;
    const memory: number[] = [];
    const sample = setInterval(
      () => void residentMegabytes(server.child).then((mb) => memory.push(mb)),
      1000,
    );
    let reloaded = 0;
    let missed = 0;
    const reloading = (async () => {
      for (let k = 1; k <= reloads; k++) {
        await setTimeout((minutes * 60_000) / (reloads + 1));
        await promote(versions[k % 2]);
        const until = performance.now() + RELOAD_MILLISECONDS;
        while ((await servedVersion(url)) !== current && performance.now() < until) await setTimeout(50);
        if ((await servedVersion(url)) === current) reloaded++;
        else missed++;
      }
    })();
    const films = Array.from({ length: FOLDED }, (_, k) => ({ movieId: 1 + k * 100 }));
    const requests = recommendUsers({ users: SOAK_SHAPE.users });
    for (let k = 0; k < requests.length; k += 10)
      requests.splice(k, 0, k % 20 ? visitor(films) : { path: "/similar/1?metric=lsh" });
    const result = await load("soak", url, requests, minutes * 60, {
      connections: CONNECTIONS_IN_TURN,
      perSecond: rate,
    });
    await reloading;
    clearInterval(sample);
    // The first fifth is the warm-up: code is compiled, and the heap finds its size.
    const fifth = (from: number): number => {
      const part = memory.slice((from * memory.length) / 5, ((from + 1) * memory.length) / 5);
      return part.sort((a, b) => a - b)[part.length >> 1];
    };
    const growth = fifth(4) / fifth(1) - 1;
    const report = {
      ...result,
      reloads: reloaded,
      reloadsMissed: missed,
      megabytes: [fifth(1), fifth(4)],
      growth,
    };
    const failures = result.failed === 0 ? "" : ` (${JSON.stringify(result.failures)})`;
    if (json) console.log(JSON.stringify(report, null, 2));
    else
      console.log(
        `${minutes} min: ${result.requests} answers, ${result.failed} failed${failures}, ${reloaded} of ${reloads} reloads; ` +
          `p50 ${result.p50.toFixed(2)} ms, p99 ${result.p99.toFixed(2)} ms, worst ${result.worst.toFixed(0)} ms; ` +
          `memory ${fifth(1).toFixed(0)} MB after the warm-up, ${fifth(4).toFixed(0)} MB at the end (${(100 * growth).toFixed(1)} %)`,
      );
    return result.failed === 0 && missed === 0 && growth <= 0.1 ? 0 : 1;
  } finally {
    await stop(server.child);
  }
}

/** Starts a server, warms it up, measures, and stops it. */
async function measured(
  folder: string,
  measure: (server: Started, card: Card) => Promise<LoadResult[]>,
): Promise<{ card: Card; readySeconds: number; results: LoadResult[] }> {
  const server = await startProcess(folder);
  try {
    const card = (await (await fetch(`${server.url}/model`)).json()) as Card;
    // The first seconds of a process are those of its compiler.
    await load("warm-up", server.url, recommendUsers(card), 3, { connections: 1 });
    return { card, readySeconds: server.readySeconds, results: await measure(server, card) };
  } finally {
    await stop(server.child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null) await once(child, "exit");
}

const servedVersion = async (url: string): Promise<string> =>
  ((await (await fetch(`${url}/health/ready`)).json()) as { modelVersion: string }).modelVersion;

async function residentMegabytes(child: ChildProcess): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(child.pid)]);
  return Number(stdout) / 1024;
}

function recommendUsers({ users }: Pick<Card, "users">): autocannon.Request[] {
  const random = seededRandom(1);
  return Array.from({ length: 500 }, () => ({ path: `/recommend/${1 + Math.floor(random() * users)}` }));
}

function visitor(films: readonly { movieId: number }[]): autocannon.Request {
  const random = seededRandom(2);
  const ratings = films
    .slice(0, FOLDED)
    .map(({ movieId }) => ({ movieId, rating: 1 + Math.floor(random() * 5) }));
  return post("/recommend", { ratings });
}

const foldIn = ({ items, options: { rank } }: Card): string =>
  `POST /recommend, ${FOLDED} ratings folded into ${items} films × rank ${rank}, one at a time`;

const search = (words: string): autocannon.Request => ({ path: `/movies?q=${encodeURIComponent(words)}` });

/** The letter in the middle is missing. */
const withSlip = (words: string): string =>
  words.slice(0, words.length >> 1) + words.slice((words.length >> 1) + 1);

const post = (path: string, body: object): autocannon.Request => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

interface Started {
  child: ChildProcess;
  url: string;
  readySeconds: number;
}

async function startProcess(folder: string): Promise<Started> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(__dirname, "serve-model.js"),
      ...["--model", folder, "--port", "0", "--rate", "1000000", "--fold-in-from", "1"],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const match = /Serving at (http:\S+):/.exec((said += chunk.toString()));
      if (match) resolve(match[1]);
    });
    child.once("exit", (code) =>
      reject(new WorkspaceError("LISTEN_FAILED", `the server ended with code ${code} before it was ready`)),
    );
  });
  await fetch(`${url}/health/ready`);
  return { child, url, readySeconds: (performance.now() - started) / 1000 };
}

/**
 * A connection that has to keep to a rate sends its share of every second at once, one request after the other. So that
 * requests come evenly all the same, there are many connections that begin in turn.
 */
const CONNECTIONS_IN_TURN = 50;

async function load(
  request: string,
  url: string,
  requests: autocannon.Request[],
  duration: number,
  { connections, perSecond }: { connections: number; perSecond?: number },
): Promise<LoadResult> {
  const latencies: number[] = [];
  const failures: Record<string, number> = {};
  const fail = (what: string): void => void (failures[what] = (failures[what] ?? 0) + 1);
  const cannon = async (options: Partial<autocannon.Options>): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const running = autocannon({ url, duration, ...options }, (error: unknown) =>
        error ? reject(error as Error) : resolve(),
      );
      running.on("response", (_client, status, _bytes, milliseconds) => {
        latencies.push(milliseconds);
        if (status !== 200) fail(String(status));
      });
      running.on("reqError", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    });
  };
  if (perSecond === undefined) await cannon({ connections, requests });
  else
    await Promise.all(
      Array.from({ length: connections }, async (_, k) => {
        await setTimeout((1000 * k) / connections);
        const own = requests.filter((_, at) => at % connections === k % requests.length);
        await cannon({
          connections: 1,
          connectionRate: Math.max(1, Math.round(perSecond / connections)),
          requests: own.length > 0 ? own : requests,
        });
      }),
    );
  if (latencies.length === 0) throw new WorkspaceError("METRIC_EMPTY", `${request}: there was no answer`);
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.ceil(latencies.length * share) - 1];
  return {
    request,
    requests: latencies.length,
    perSecond: latencies.length / duration,
    failed: Object.values(failures).reduce((sum, count) => sum + count, 0),
    failures,
    p50: quantile(0.5),
    p99: quantile(0.99),
    worst: latencies[latencies.length - 1],
  };
}

asProgram(module, main);

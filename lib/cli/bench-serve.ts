import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import autocannon from "autocannon";
import { Command } from "commander";
import { projectPath, seededRandom, WorkspaceError } from "../data";
import { newestModel } from "../deploy";
import { asProgram, numberOf, runCommand } from "./command";
import { textTable } from "./text-table";

interface Flags {
  model: string;
  rate: number;
  seconds: number;
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
  p50: number;
  p99: number;
  worst: number;
}

const CONNECTIONS = 10;
const FOLDED = 50;

/** `npm run bench:serve`: starts the server in a process of its own and loads it over loopback. */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("bench:serve")
    .usage("-- [options]")
    .description("Measures start to ready, and latencies of a served model under load on this machine.")
    .option(
      "--model <folder>",
      "a model, or a folder of models of which the newest is served",
      projectPath("models"),
    )
    .option("--rate <number>", "GET /recommend per second", numberOf, 1000)
    .option("--seconds <number>", "of load for each kind of request", numberOf, 10)
    .option("--json", "print JSON", false);
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

async function run({ model, rate, seconds, json }: Flags): Promise<number> {
  const folder = existsSync(join(model, "manifest.json")) ? model : await newestModel(model);
  const { child, url, readySeconds } = await startProcess(folder);
  try {
    const card = (await (await fetch(`${url}/model`)).json()) as Card;
    const random = seededRandom(1);
    const userPaths = Array.from(
      { length: 500 },
      () => `/recommend/${1 + Math.floor(random() * card.users)}`,
    );
    const popular = (await (await fetch(`${url}/recommend/4294967295?n=100`)).json()) as {
      items: { movieId: number }[];
    };
    const ratings = popular.items
      .slice(0, FOLDED)
      .map(({ movieId }) => ({ movieId, rating: 1 + Math.floor(random() * 5) }));
    const gets = userPaths.map((path) => ({ path }));
    const visitor = [post("/recommend", { ratings })];
    const results = [
      // The first seconds of a process are those of its compiler.
      await load("warm-up", url, gets, rate, Math.min(3, seconds)),
      await load(`GET /recommend at ${rate}/s`, url, gets, rate, seconds),
      await load(
        `POST /recommend, ${ratings.length} ratings folded in, one at a time`,
        url,
        visitor,
        undefined,
        seconds,
        1,
      ),
      await load("GET /similar", url, [{ path: `/similar/${ratings[0].movieId}` }], 100, seconds),
      await load("GET /movies?q=", url, [{ path: "/movies?q=the%20matrx" }], 100, seconds),
      await load(
        "GET /explain",
        url,
        card.exampleUserIds.map((user) => ({ path: `/explain/${user}/${ratings[0].movieId}` })),
        100,
        seconds,
      ),
    ].slice(1);
    if (json) console.log(JSON.stringify({ model: card.version, readySeconds, results }, null, 2));
    else {
      console.log(
        `${card.version}: rank ${card.options.rank}, ${card.items} films; start to ready ${readySeconds.toFixed(2)} s`,
      );
      console.log(
        textTable(
          ["request", "answers", "per second", "failed", "p50, ms", "p99, ms", "worst, ms"],
          results.map((one) => [
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
    return results.every(({ failed }) => failed === 0) ? 0 : 1;
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
}

const post = (path: string, body: object): autocannon.Request => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function startProcess(
  folder: string,
): Promise<{ child: ChildProcess; url: string; readySeconds: number }> {
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

async function load(
  request: string,
  url: string,
  requests: autocannon.Request[],
  overallRate: number | undefined,
  duration: number,
  connections = CONNECTIONS,
): Promise<LoadResult> {
  const latencies: number[] = [];
  let failed = 0;
  const { errors, timeouts } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(
      { url, requests, duration, connections, ...(overallRate && { overallRate }) },
      (error: unknown, result) => (error ? reject(error as Error) : resolve(result)),
    );
    running.on("response", (_client, status, _bytes, milliseconds) => {
      latencies.push(milliseconds);
      if (status !== 200) failed++;
    });
  });
  if (latencies.length === 0) throw new WorkspaceError("METRIC_EMPTY", `${request}: there was no answer`);
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.ceil(latencies.length * share) - 1];
  return {
    request,
    requests: latencies.length,
    perSecond: latencies.length / duration,
    failed: failed + errors + timeouts,
    p50: quantile(0.5),
    p99: quantile(0.99),
    worst: latencies[latencies.length - 1],
  };
}

asProgram(module, main);

import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { projectPath, WorkspaceError } from "../data";
import { modelSource, startServer } from "../deploy";
import { asProgram, runCommand, untilStopped, wholeNumberOf } from "./command";
import { venvPython } from "./jupyter";
import { textTable } from "./text-table";

interface Flags {
  model: string;
  examples: number;
  seed: number;
  layOut: boolean;
}

const TOKEN = "of-the-fuzzer";
const CONFIG = "schemathesis.toml";
const FILMS = 40;
const REQUIREMENTS = projectPath("lib", "cli", "fuzz-requirements.txt");
const environment = (): string => projectPath(".cache", "fuzz");
const program = (name: string): string =>
  process.platform === "win32"
    ? join(environment(), "Scripts", `${name}.exe`)
    : join(environment(), "bin", name);

/** Whether Schemathesis is installed as pinned. */
export function isLaidOut(): boolean {
  const ready = join(environment(), "installed.txt");
  return existsSync(ready) && readFileSync(ready, "utf8") === readFileSync(REQUIREMENTS, "utf8");
}

/**
 * `npm run fuzz`: asks a served model what /openapi.json allows, and what it does not. @returns the exit code: 0 every answer
 * is as described and none is 5xx, 1 there was another, 130 stopped
 */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("fuzz")
    .usage("-- [options]")
    .description(
      "Serves a model and has Schemathesis ask it: valid and invalid requests made from /openapi.json, then requests for what " +
        "the model knows. Fails on any 5xx and any answer that is not as described. Installs Schemathesis the first time.",
    )
    .option("--model <folder>", "a model, or a folder of models", projectPath("models"))
    .option("--examples <number>", "made for each kind of request, beside the fixed ones", wholeNumberOf, 100)
    .option("--seed <number>", "of the made requests", wholeNumberOf, 1)
    .option("--lay-out", "only install Schemathesis, for later", false);
  return runCommand(command, argv, () =>
    untilStopped(async (signal) => {
      const { layOut, ...flags } = command.opts<Flags>();
      await install(signal);
      return layOut ? 0 : run(flags, signal);
    }),
  );
}

async function run({ model, examples, seed }: Omit<Flags, "layOut">, signal: AbortSignal): Promise<number> {
  const temporary = await mkdtemp(join(tmpdir(), "movielens-fuzz-"));
  const running = await startServer(modelSource(model), {
    eventsFolder: join(temporary, "events"),
    token: TOKEN,
    requestsPerSecond: 1_000_000,
  }).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true });
    throw error;
  });
  try {
    const { url, server } = running;
    await writeFile(join(temporary, CONFIG), `[auth.openapi]\ntoken = { bearer = "${TOKEN}" }\n`);
    const same = [
      ...["--url", url, "--seed", String(seed), "--max-examples", String(examples)],
      ...["--generation-database", "none", "--continue-on-failure", "--no-color"],
      // Stars and genres are the model's, which may change while the server runs: its answers say which there are.
      ...["--exclude-checks", "positive_data_acceptance"],
    ];
    const codes = [await schemathesis([`${url}/openapi.json`, ...same], temporary, signal)];
    const known = join(temporary, "known.json");
    await writeFile(known, JSON.stringify(await knownOnly(url)));
    codes.push(
      await schemathesis([known, ...same, "--mode", "positive", "--phases", "fuzzing"], temporary, signal),
    );
    const { byStatus, requests } = await server.monitoring();
    console.log(
      textTable(
        ["status", "answers"],
        Object.entries(byStatus).map(([status, count]) => [status, String(count)]),
        new Set([1]),
      ).join("\n"),
    );
    const failed = Object.keys(byStatus).filter((status) => status.startsWith("5"));
    const good = failed.length === 0 && codes.every((code) => code === 0);
    console.log(
      good
        ? `${requests} answers, none 5xx, all of them as described.`
        : "There were failures; Schemathesis says above how to ask for each again.",
    );
    return good ? 0 : 1;
  } finally {
    await running.close();
    await rm(temporary, { recursive: true });
  }
}

/** The server's description, narrowed to users, films, genres and stars that there are: chance would hardly ever meet one. */
async function knownOnly(url: string): Promise<unknown> {
  const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  const card = (await get("/model")) as {
    exampleUserIds: number[];
    genres: string[];
    scale: { min: number; max: number; step: number };
  };
  const { items } = (await get(`/recommend/4294967295?n=${FILMS}`)) as { items: { movieId: number }[] };
  const { min, max, step } = card.scale;
  const values: Record<string, unknown[]> = {
    userId: card.exampleUserIds,
    movieId: items.map(({ movieId }) => movieId),
    genre: card.genres,
    rating: Array.from({ length: Math.round((max - min) / step) + 1 }, (_, k) => min + k * step),
    q: card.genres.map((genre) => genre.slice(0, 4)),
  };
  const lists: Record<string, string> = { userIds: "userId", movieIds: "movieId", genres: "genre" };
  const narrowed = (name: string, schema: object): object =>
    name in values
      ? { ...schema, enum: values[name] }
      : name in lists && "items" in schema
        ? { ...schema, items: narrowed(lists[name], schema.items as object) }
        : (walk(schema) as object);
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk);
    if (node === null || typeof node !== "object") return node;
    if ("in" in node && "name" in node && "schema" in node)
      return { ...node, schema: narrowed(String(node.name), node.schema as object) };
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        key === "properties"
          ? Object.fromEntries(
              Object.entries(value as Record<string, object>).map(([name, schema]) => [
                name,
                narrowed(name, schema),
              ]),
            )
          : key === "responses"
            ? (value as unknown)
            : walk(value),
      ]),
    );
  };
  return walk(await get("/openapi.json"));
}

/** @returns its exit code; what it says goes where this program's words go */
function schemathesis(args: string[], cwd: string, signal: AbortSignal): Promise<number> {
  const child = spawn(program("schemathesis"), ["--config-file", CONFIG, "run", ...args], {
    cwd,
    signal,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NO_PROXY: "*" },
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(signal.aborted ? stopped() : error));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function install(signal: AbortSignal): Promise<void> {
  if (isLaidOut()) return;
  console.error("installing Schemathesis into .cache/fuzz");
  const execute = promisify(execFile);
  try {
    await rm(environment(), { recursive: true, force: true });
    await mkdir(environment(), { recursive: true });
    await execute(venvPython(), ["-m", "venv", environment()], { signal });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await execute(program("python"), [...pip, "-r", REQUIREMENTS], { signal });
    await writeFile(join(environment(), "installed.txt"), readFileSync(REQUIREMENTS));
  } catch (cause) {
    if (signal.aborted) throw stopped();
    const said = (cause as { stderr?: string }).stderr || String(cause);
    throw new WorkspaceError(
      "FUZZER_MISSING",
      `Schemathesis cannot be installed: ${said.trim().split("\n").pop()}`,
      { cause },
    );
  }
}

const stopped = (): WorkspaceError => new WorkspaceError("FETCH_ABORTED", "it was stopped");

asProgram(module, main);

import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join, relative } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { train } from "../als";
import { loadDataset, projectPath, splitAtTime, WorkspaceError, writePublished, type Dataset } from "../data";
import { publishModel, readCurrent, replayRatings, startServer, type RunningServer } from "../deploy";
import { asProgram, numberOf, runCommand, untilStopped } from "./command";
import { createProgress } from "./progress";

interface Flags {
  data: string;
  trainShare: number;
  folder: string;
  url?: string;
  speed: number;
  most?: number;
  restart: boolean;
  dryRun: boolean;
  json: boolean;
}

/** Where a replay stands, kept beside what it made. */
interface State {
  run: string;
  dataHash: string;
  trainShare: number;
  sent: number;
}

const TOKEN = "MOVIELENS_TOKEN";
const MADE = ["data", "models", "events"] as const;

/** `npm run replay`. @returns the exit code: 0 sent, 1 failed, 130 stopped by Ctrl-C; the next call goes on */
export async function main(argv: string[]): Promise<number> {
  const command = new Command("replay")
    .usage("-- [options]")
    .description(
      "A rehearsal of serving: trains on the first ratings by time, and streams the others through a running server as its users would have sent them.",
    )
    .option(
      "--data <path>",
      "a published data set, a folder or its zip",
      projectPath("data", "ml-latest-small"),
    )
    .option(
      "--train-share <share>",
      "share of the ratings, oldest first, to train on; the rest is sent",
      numberOf,
      0.8,
    )
    .option(
      "--folder <folder>",
      "for the rehearsal's own data, models and events, and for how far it is",
      projectPath("data", "replay"),
    )
    .option("--url <url>", "a server that runs already, in place of one on a free port; no model is trained")
    .option("--speed <number>", "ratings a second; 0: as fast as the server answers", speedOf, 500)
    .option("--most <number>", "stop after so many ratings; the next call goes on", numberOf)
    .option("--restart", "begin anew; removes what the last rehearsal made in its folder", false)
    .option("--dry-run", "only say what would be sent", false)
    .option("--json", "print the outcome as JSON", false)
    .addHelpText("after", `\nWith ${TOKEN} in the environment, it is sent to /events as bearer token.`);
  return runCommand(command, argv, () => run(command.opts<Flags>()));
}

const run = (flags: Flags): Promise<number> =>
  untilStopped(async (signal) => {
    const { data, trainShare, folder, url, speed, most, json, dryRun } = flags;
    const whole = await loadDataset(data);
    const { train: first, test: rest } = splitAtTime(whole, { trainShare });
    const statePath = join(folder, "state.json");
    const state = await stateOf(statePath, whole, flags);
    const total = rest.ratings.length;
    if (dryRun) {
      say(json, { ...state, total, ...periodOf(rest) }, [
        `${count(total - state.sent)} of ${count(total)} ratings would be sent, of ${periodOf(rest).from} to ${periodOf(rest).to}${speed === 0 ? "" : `, in ${Math.ceil((total - state.sent) / speed)} s`}.`,
        url === undefined
          ? `A model of the first ${count(first.ratings.length)} would be served from ${join(folder, "models")}.`
          : `They would go to ${url}.`,
      ]);
      return 0;
    }
    if (flags.restart) await removeMade(folder, url === undefined);
    await mkdir(folder, { recursive: true });
    const server = url === undefined ? await rehearse(folder, first, whole, trainShare, signal) : undefined;
    const progress = createProgress({ label: "replaying", unit: "ratings", total });
    try {
      if (signal.aborted) throw new WorkspaceError("REPLAY_STOPPED", "stopped before anything was sent");
      progress.update(state.sent);
      const outcome = await replayRatings(rest, {
        url: url?.replace(/\/$/, "") ?? server!.url,
        run: state.run,
        token: process.env[TOKEN] || undefined,
        ratingsPerSecond: speed === 0 ? undefined : speed,
        from: state.sent,
        most,
        signal,
        onStored: async (sent) => {
          progress.update(sent);
          await keep(statePath, { ...state, sent });
        },
      });
      progress.done(`${count(outcome.sent)} of ${count(total)} ratings sent`);
      if (signal.aborted && !outcome.finished)
        throw new WorkspaceError(
          "REPLAY_STOPPED",
          `${count(outcome.sent)} of ${count(total)} ratings are sent`,
        );
      say(json, { ...outcome, total, folder, url: url ?? null }, [
        `${count(outcome.ratings)} ratings, ${count(outcome.lists)} lists shown, ${count(outcome.clicks)} ratings of a film on the last list.`,
        ...(url === undefined ? next(folder, whole, trainShare) : []),
      ]);
      return 0;
    } finally {
      await server?.close();
    }
  });

/** A server of a model of the first part alone, all in the rehearsal's folder; what an earlier call made is used again. */
async function rehearse(
  folder: string,
  first: Dataset,
  whole: Dataset,
  trainShare: number,
  signal: AbortSignal,
): Promise<RunningServer> {
  const modelsFolder = join(folder, "models");
  const firstPart = firstPartOf(folder, whole, trainShare);
  if ((await readCurrent(modelsFolder)) === null) {
    console.error(`training on the first ${count(first.ratings.length)} ratings`);
    await writePublished(first, firstPart);
    // Read back: users and films of later alone are then as unknown as they would have been.
    const known = await loadDataset(firstPart);
    const model = await train(known, { feedback: "explicit" }, { signal });
    await publishModel(model, { folder: modelsFolder, dataset: known, metrics: {}, promote: "keep aside" });
  }
  return startServer(
    { modelsFolder },
    { eventsFolder: join(folder, "events"), logServed: true, requestsPerSecond: 1_000_000 },
  );
}

const firstPartOf = (folder: string, { name }: Dataset, trainShare: number): string =>
  join(folder, "data", `${name}-first-${Math.round(trainShare * 100)}`);

function next(folder: string, whole: Dataset, trainShare: number): string[] {
  const at = (path: string): string => relative(process.cwd(), path);
  const places = `--models ${at(join(folder, "models"))} --events ${at(join(folder, "events"))}`;
  return [
    `Next: npm run monitor -- ${places}`,
    `      npm run retrain -- ${places} --data ${at(firstPartOf(folder, whole, trainShare))}`,
  ];
}

/** Where the last call stopped, or the beginning. */
async function stateOf(path: string, { hash, name }: Dataset, flags: Flags): Promise<State> {
  const { trainShare, restart } = flags;
  if (restart || !existsSync(path))
    return { run: randomBytes(6).toString("hex"), dataHash: hash, trainShare, sent: 0 };
  const state = JSON.parse(await readFile(path, "utf8")) as State;
  if (state.dataHash !== hash || state.trainShare !== trainShare)
    throw new WorkspaceError(
      "OPTION_INVALID",
      `${path} is of a replay of other ratings than those of ${name} behind the first ${trainShare * 100} %`,
      { mend: "Begin anew with --restart, or name another --folder." },
    );
  return state;
}

async function keep(path: string, state: State): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(state));
  await rename(`${path}.new`, path);
}

/** Only what a replay makes, and only where one was. */
async function removeMade(folder: string, all: boolean): Promise<void> {
  const state = join(folder, "state.json");
  if (!existsSync(state)) return;
  if (all) for (const made of MADE) await rm(join(folder, made), { recursive: true, force: true });
  await rm(state);
}

function periodOf({ timestamps }: Dataset): { from: string; to: string } {
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
  const [from, to] = timestamps.reduce(
    ([low, high], at) => [Math.min(low, at), Math.max(high, at)],
    [Infinity, -Infinity],
  );
  return { from: day(from), to: day(to) };
}

function say(json: boolean, value: object, lines: string[]): void {
  console.log(json ? JSON.stringify(value, null, 2) : lines.join("\n"));
}

function speedOf(text: string): number {
  const speed = numberOf(text);
  if (speed < 0) throw new InvalidArgumentError("It is below 0.");
  return speed;
}

const count = (value: number): string => value.toLocaleString("en");

asProgram(module, main);

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { WorkspaceError } from "../data";
import { placeFolder, syncFolder } from "./durable";
import type { GateReport } from "./gate";
import {
  isModelFolder,
  isVersionName,
  loadModel,
  newestModel,
  readManifest,
  versionNames,
  type ModelManifest,
} from "./model-file";

/**
 * The registry is a folder, such as `models/`:
 *   <version>/               a model, never changed once it is there (`exportModel`)
 *   current                  which version is served, and by which promotion: one small file, swapped by rename
 *   promotions/<number>/     record.json: who became current, when and why; numbers without a gap, never changed
 *
 * A promotion is made in two renames. The first claims the next number: a folder with the record and the pointer to
 * come, placed as one, which only one of several promoters can do. The second moves that pointer onto `current`. A
 * pointer can be moved only once, and nobody claims a number before the pointer of the last has been moved, so that
 * `current` goes through the promotions in their order, whoever is slow. Killed before the first rename, a promotion
 * has not happened; killed between the two, the old model stays current until the next promoter, rollback or prune finishes
 * what was recorded. No lock is taken, so none can be left behind. `current` is whole at every moment.
 */
const CURRENT = "current";
const PROMOTIONS = "promotions";
const RECORD = "record.json";
const POINTER = "pointer.json";

/** How a version became current; "prune" leaves the current one and says which others went. */
export type PromotionAction = "first" | "gate" | "force" | "rollback" | "prune";

export interface PromotionRecord {
  /** 1, 2, … */
  number: number;
  action: PromotionAction;
  /** Current from here on. */
  version: string;
  /** Current until here; null for the first. */
  before: string | null;
  /** ISO 8601, UTC, by the clock of whoever promoted; the order is that of the numbers. */
  at: string;
  /** Why, in a person's words, where one was given. */
  reason: string | null;
  /** What the promotion gate found; null where it was not asked. */
  gate: GateReport | null;
  /** Versions that this prune removed. */
  pruned: string[];
}

/** What `current` says. */
export interface CurrentPointer {
  version: string;
  /** The number of the promotion that it comes from. */
  promotion: number;
}

/** One version as `listModels` shows it. `manifest` is null where it cannot be read, and `problem` says why. */
export interface ListedModel {
  version: string;
  folder: string;
  current: boolean;
  manifest: ModelManifest | null;
  problem: string | null;
  /** Promotions by which it became current, oldest first. */
  promotions: PromotionRecord[];
}

/**
 * What `models/current` points to; null where nothing has been promoted. Without the file, as after it was deleted, the
 * promotions tell.
 * @throws WorkspaceError MODEL_CORRUPT when the file says something else
 */
export async function readCurrent(modelsFolder: string): Promise<CurrentPointer | null> {
  const path = join(modelsFolder, CURRENT);
  const text = await readIfThere(path);
  if (text === null) return lastMoved(join(modelsFolder, PROMOTIONS));
  const { version, promotion } = parsed<CurrentPointer>(path, text);
  if (typeof version !== "string" || !isVersionName(version)) throw corrupt(path, "it names no version");
  return { version, promotion };
}

async function lastMoved(folder: string): Promise<CurrentPointer | null> {
  for (const promotion of (await promotionNumbers(folder)).reverse())
    if (!existsSync(join(folder, nameOf(promotion), POINTER)))
      return { version: (await readRecord(folder, promotion)).version, promotion };
  return null;
}

/**
 * The folder of the model to serve: the current one, or the newest where nothing was ever promoted.
 * @throws WorkspaceError MODEL_MISSING when there is none, MODEL_CORRUPT for a pointer that cannot be read
 */
export async function currentModel(modelsFolder: string): Promise<string> {
  const pointer = await readCurrent(modelsFolder);
  return pointer === null ? newestModel(modelsFolder) : join(modelsFolder, pointer.version);
}

/**
 * The model that a folder stands for: the folder itself where it is a model's own, else the current one of the models in it.
 * @throws WorkspaceError as `currentModel`
 */
export const modelIn = async (folder: string): Promise<string> =>
  isModelFolder(folder) ? folder : currentModel(folder);

/** Every promotion, oldest first. @throws WorkspaceError MODEL_CORRUPT for a record that cannot be read */
export async function promotionHistory(modelsFolder: string): Promise<PromotionRecord[]> {
  const folder = join(modelsFolder, PROMOTIONS);
  const numbers = await promotionNumbers(folder);
  return Promise.all(numbers.map((number) => readRecord(folder, number)));
}

async function readRecord(promotionsFolder: string, number: number): Promise<PromotionRecord> {
  const path = join(promotionsFolder, nameOf(number), RECORD);
  return parsed<PromotionRecord>(path, await readFile(path, "utf8"));
}

/** All versions, oldest first. A folder that cannot be read is listed with its problem. */
export async function listModels(modelsFolder: string): Promise<ListedModel[]> {
  const [pointer, history, versions] = [
    await readCurrent(modelsFolder),
    await promotionHistory(modelsFolder),
    await versionNames(modelsFolder),
  ];
  return Promise.all(
    versions.map(async (version) => {
      const folder = join(modelsFolder, version);
      const listed = {
        version,
        folder,
        current: version === pointer?.version,
        promotions: history.filter((record) => record.version === version && record.action !== "prune"),
      };
      try {
        return { ...listed, manifest: await readManifest(folder), problem: null };
      } catch (error) {
        if (!(error instanceof WorkspaceError)) throw error;
        return { ...listed, manifest: null, problem: error.message };
      }
    }),
  );
}

/**
 * The version that a person means: `current`, `newest`, a version's name, or a part of it that no other has.
 * @throws WorkspaceError MODEL_MISSING naming what there is
 */
export async function findVersion(modelsFolder: string, named: string): Promise<string> {
  const versions = await versionNames(modelsFolder);
  if (versions.length === 0)
    throw new WorkspaceError("MODEL_MISSING", `there is no model in ${modelsFolder} yet`);
  if (named === "newest") return versions[versions.length - 1];
  if (named === "current") {
    const pointer = await readCurrent(modelsFolder);
    if (pointer) return pointer.version;
    throw new WorkspaceError("MODEL_MISSING", `no model in ${modelsFolder} is current`, {
      mend: "Promote one with `npm run model -- promote VERSION`.",
    });
  }
  if (versions.includes(named)) return named;
  const found = named === "" ? [] : versions.filter((version) => version.includes(named));
  if (found.length === 1) return found[0];
  const what = found.length === 0 ? "no model" : `${found.length} models`;
  throw new WorkspaceError("MODEL_MISSING", `${what} in ${modelsFolder} match "${named}"`, {
    mend: `Name one of: ${(found.length === 0 ? versions : found).join(", ")}.`,
  });
}

export interface MakeCurrentOptions {
  action: Exclude<PromotionAction, "prune">;
  reason?: string | null;
  gate?: GateReport | null;
  /** The version (null: none) that must be current still, or nothing is done: what the decision was made against. */
  expected: string | null;
}

/**
 * Makes a version the current one, after reading all of it.
 * @throws WorkspaceError PROMOTION_CONFLICT when another version than `expected` is current, PROMOTION_REFUSED when it is
 *   current already, MODEL_MISSING when it is not there or was pruned, and what `loadModel` throws
 */
export async function makeCurrent(
  modelsFolder: string,
  version: string,
  { action, reason = null, gate = null, expected }: MakeCurrentOptions,
): Promise<PromotionRecord> {
  await loadModel(join(modelsFolder, version));
  return addPromotion(modelsFolder, ({ current, history }) => {
    if (current === version) throw new WorkspaceError("PROMOTION_REFUSED", `${version} is current already`);
    if (current !== expected)
      throw new WorkspaceError(
        "PROMOTION_CONFLICT",
        `${current ?? "no model"} is current by now, not ${expected ?? "none"}, which the decision was made against`,
      );
    if (history.some(({ pruned }) => pruned.includes(version)))
      throw new WorkspaceError("MODEL_MISSING", `${version} was pruned`);
    return { action, version, reason, gate, pruned: [] };
  });
}

/**
 * Goes back to the version that was current before the present one was promoted, or to an earlier one.
 * @param options.to a version that was current once
 * @throws WorkspaceError MODEL_MISSING when there is none to go back to, and as `makeCurrent`
 */
export async function rollbackModel(
  modelsFolder: string,
  options: { to?: string; reason?: string } = {},
): Promise<PromotionRecord> {
  const pointer = await readCurrent(modelsFolder);
  const history = await promotionHistory(modelsFolder);
  const pruned = new Set(history.flatMap((record) => record.pruned));
  const earlier = servedInTurn(history).filter(
    (version) => version !== pointer?.version && !pruned.has(version),
  );
  const target = options.to ?? earlier.at(-1);
  const mend = "Look with `npm run model -- list`; `promote` makes any version current.";
  if (pointer === null || target === undefined)
    throw new WorkspaceError("MODEL_MISSING", "there is no earlier model to go back to", { mend });
  if (!history.some((record) => record.version === target))
    throw new WorkspaceError("MODEL_MISSING", `${target} was never current`, { mend });
  return makeCurrent(modelsFolder, target, {
    action: "rollback",
    reason: options.reason,
    expected: pointer.version,
  });
}

/**
 * Removes old versions for good. What stays: the current one, the one that a rollback would go to, and the `keep` newest.
 * @returns the versions removed (with `dryRun`: that would be), oldest first
 */
export async function pruneModels(
  modelsFolder: string,
  options: { keep?: number; dryRun?: boolean; reason?: string } = {},
): Promise<string[]> {
  const { keep = 5, dryRun = false, reason = null } = options;
  if (!Number.isInteger(keep) || keep < 1)
    throw new WorkspaceError("OPTION_INVALID", `keep is ${keep}, not a whole number of at least 1`);
  const versions = await versionNames(modelsFolder);
  const superfluous = (history: readonly PromotionRecord[], current: string | null): string[] => {
    const safe = new Set([...versions.slice(-keep), ...servedInTurn(history).slice(-2), current]);
    return versions.filter((version) => !safe.has(version));
  };
  const pointer = await readCurrent(modelsFolder);
  if (pointer === null)
    throw new WorkspaceError("MODEL_MISSING", `no model in ${modelsFolder} is current: nothing is pruned`, {
      mend: "Promote one first with `npm run model -- promote VERSION`.",
    });
  const planned = superfluous(await promotionHistory(modelsFolder), pointer.version);
  if (dryRun || planned.length === 0) return planned;
  // Recorded before anything is removed: a promoter that comes later sees it, one that was earlier changes the list.
  const { pruned } = await addPromotion(modelsFolder, ({ current, history }) => ({
    action: "prune",
    version: current!,
    reason,
    gate: null,
    pruned: superfluous(history, current),
  }));
  await removeVersions(modelsFolder, pruned);
  await removeDrafts(modelsFolder);
  return pruned;
}

/**
 * Removes versions for good, whatever a rollback would go to. Where something is current, that is recorded as a prune.
 * @throws WorkspaceError PROMOTION_CONFLICT where one of them is current
 */
export async function discardModels(
  modelsFolder: string,
  versions: readonly string[],
  reason: string,
): Promise<void> {
  if ((await readCurrent(modelsFolder)) !== null)
    await addPromotion(modelsFolder, ({ current }) => {
      if (versions.includes(current!))
        throw new WorkspaceError("PROMOTION_CONFLICT", `${current} is current by now, and is not removed`);
      return { action: "prune", version: current!, reason, gate: null, pruned: [...versions] };
    });
  await removeVersions(modelsFolder, versions);
}

async function removeVersions(modelsFolder: string, versions: readonly string[]): Promise<void> {
  for (const version of versions) {
    // Away under its name first: whoever lists the folder sees a version whole or not at all.
    const removed = join(modelsFolder, `.${version}.${randomBytes(4).toString("hex")}`);
    if (await renameIfThere(join(modelsFolder, version), removed)) await rm(removed, { recursive: true });
  }
}

interface RegistryState {
  current: string | null;
  history: PromotionRecord[];
}

/** Claims the next number with what `decide` makes of the state, again until no other promoter was in between. */
async function addPromotion(
  modelsFolder: string,
  decide: (state: RegistryState) => Omit<PromotionRecord, "number" | "before" | "at">,
): Promise<PromotionRecord> {
  for (;;) {
    await finishLast(modelsFolder);
    const history = await promotionHistory(modelsFolder);
    const current = (await readCurrent(modelsFolder))?.version ?? null;
    const number = (history.at(-1)?.number ?? 0) + 1;
    const decision = decide({ current, history });
    const record: PromotionRecord = { number, before: current, at: new Date().toISOString(), ...decision };
    const pointer: CurrentPointer = { version: record.version, promotion: number };
    const claimed = await placeFolder(join(modelsFolder, PROMOTIONS, nameOf(number)), {
      [RECORD]: json(record),
      [POINTER]: json(pointer),
    });
    if (!claimed) continue;
    await movePointer(modelsFolder, number);
    return record;
  }
}

/** Finishes the last promotion where its promoter has not, or not yet. */
async function finishLast(modelsFolder: string): Promise<void> {
  const last = (await promotionNumbers(join(modelsFolder, PROMOTIONS))).at(-1);
  if (last !== undefined) await movePointer(modelsFolder, last);
}

async function movePointer(modelsFolder: string, number: number): Promise<void> {
  const pointer = join(modelsFolder, PROMOTIONS, nameOf(number), POINTER);
  if (await renameIfThere(pointer, join(modelsFolder, CURRENT))) await syncFolder(modelsFolder);
}

/** @returns false where another process has moved or removed it before */
async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return false;
  }
}

/** Versions as a stack: promotions put one on top, a rollback takes off what is above its target. The last is current. */
function servedInTurn(history: readonly PromotionRecord[]): string[] {
  const stack: string[] = [];
  for (const { action, version } of history) {
    if (action === "prune") continue;
    if (action === "rollback" && stack.includes(version)) stack.length = stack.lastIndexOf(version) + 1;
    else stack.push(version);
  }
  return stack;
}

async function promotionNumbers(folder: string): Promise<number[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Removes hidden folders of exports, promotions and prunes that were killed: those that nobody has touched for a day. */
export async function removeDrafts(modelsFolder: string): Promise<void> {
  const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
  for (const folder of [modelsFolder, join(modelsFolder, PROMOTIONS)].filter((one) => existsSync(one)))
    for (const name of await readdir(folder)) {
      if (!/^\.\d.*\.[0-9a-f]{8}$/.test(name)) continue;
      const draft = join(folder, name);
      if ((await stat(draft)).mtimeMs < dayAgo) await rm(draft, { recursive: true, force: true });
    }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return null;
  }
}

function parsed<T>(path: string, text: string): T {
  try {
    const value = JSON.parse(text) as T | null;
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw corrupt(path, (error as Error).message);
  }
  throw corrupt(path, "it holds no object");
}

const corrupt = (path: string, what: string): WorkspaceError =>
  new WorkspaceError("MODEL_CORRUPT", `${path}: ${what}`, {
    mend: "Delete the file if it is `current`: the promotions tell what it said. A damaged record must come from a backup.",
  });

const nameOf = (promotion: number): string => String(promotion).padStart(6, "0");
const json = (value: object): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

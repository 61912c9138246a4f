import type { GateReport } from "./gate";
import { type ModelManifest } from "./model-file";
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
export declare function readCurrent(modelsFolder: string): Promise<CurrentPointer | null>;
/**
 * The folder of the model to serve: the current one, or the newest where nothing was ever promoted.
 * @throws WorkspaceError MODEL_MISSING when there is none, MODEL_CORRUPT for a pointer that cannot be read
 */
export declare function currentModel(modelsFolder: string): Promise<string>;
/** Every promotion, oldest first. @throws WorkspaceError MODEL_CORRUPT for a record that cannot be read */
export declare function promotionHistory(modelsFolder: string): Promise<PromotionRecord[]>;
/** All versions, oldest first. A folder that cannot be read is listed with its problem. */
export declare function listModels(modelsFolder: string): Promise<ListedModel[]>;
/**
 * The version that a person means: `current`, `newest`, a version's name, or a part of it that no other has.
 * @throws WorkspaceError MODEL_MISSING naming what there is
 */
export declare function findVersion(modelsFolder: string, named: string): Promise<string>;
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
export declare function makeCurrent(modelsFolder: string, version: string, { action, reason, gate, expected }: MakeCurrentOptions): Promise<PromotionRecord>;
/**
 * Goes back to the version that was current before the present one was promoted, or to an earlier one.
 * @param options.to a version that was current once
 * @throws WorkspaceError MODEL_MISSING when there is none to go back to, and as `makeCurrent`
 */
export declare function rollbackModel(modelsFolder: string, options?: {
    to?: string;
    reason?: string;
}): Promise<PromotionRecord>;
/**
 * Removes old versions for good. What stays: the current one, the one that a rollback would go to, and the `keep` newest.
 * @returns the versions removed (with `dryRun`: that would be), oldest first
 */
export declare function pruneModels(modelsFolder: string, options?: {
    keep?: number;
    dryRun?: boolean;
    reason?: string;
}): Promise<string[]>;

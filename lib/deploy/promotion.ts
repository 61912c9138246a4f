import { join } from "node:path";
import type { AlsModel } from "../als";
import { WorkspaceError, type Dataset } from "../data";
import { promotionGate, refusalOf, type GateOptions, type GateReport } from "./gate";
import { exportModel, loadModel, type ExportedModel, type ExportOptions } from "./model-file";
import { makeCurrent, readCurrent, type PromotionRecord } from "./registry";

/** How a candidate may become current: by the gate, or for a person's reason. The first model of a registry needs neither. */
export type PromotionWay = { dataset: Dataset; gate: GateOptions } | { force: string };

export interface PromotionOutcome {
  version: string;
  /** Null where the gate refused. */
  record: PromotionRecord | null;
  /** Null where the gate was not asked: for the first model, or by force. */
  report: GateReport | null;
}

/** Comparisons made anew when another promoter was faster; each costs two trainings. */
const ATTEMPTS = 3;

/**
 * Promotes a version that is in the registry. The first one becomes current as it is; a later one when the gate passes
 * against the model that is current at that moment, or by force with a reason that the record keeps.
 * @throws WorkspaceError OPTION_INVALID for a reason without words, PROMOTION_REFUSED when the version is current already,
 *   PROMOTION_CONFLICT when others promoted during every attempt, and what `makeCurrent` and `promotionGate` throw
 */
export async function promoteModel(
  modelsFolder: string,
  version: string,
  way: PromotionWay,
): Promise<PromotionOutcome> {
  if ("force" in way && way.force.trim() === "")
    throw new WorkspaceError("OPTION_INVALID", "a forced promotion needs a reason");
  for (let attempt = 1; ; attempt++) {
    const expected = (await readCurrent(modelsFolder))?.version ?? null;
    try {
      if (expected === null)
        return await made(modelsFolder, version, null, {
          action: "first",
          expected,
          reason: "force" in way ? way.force : null,
        });
      if ("force" in way)
        return await made(modelsFolder, version, null, { action: "force", reason: way.force, expected });
      if (version === expected)
        throw new WorkspaceError("PROMOTION_REFUSED", `${version} is current already`);
      const report = await promotionGate(
        await loadModel(join(modelsFolder, version)),
        await loadModel(join(modelsFolder, expected)),
        way.dataset,
        way.gate,
      );
      if (!report.passed) return { version, record: null, report };
      return await made(modelsFolder, version, report, { action: "gate", gate: report, expected });
    } catch (error) {
      const conflict = error instanceof WorkspaceError && error.code === "PROMOTION_CONFLICT";
      if (!conflict || attempt === ATTEMPTS) throw error;
    }
  }
}

async function made(
  modelsFolder: string,
  version: string,
  report: GateReport | null,
  options: Parameters<typeof makeCurrent>[2],
): Promise<PromotionOutcome> {
  return { version, record: await makeCurrent(modelsFolder, version, options), report };
}

export interface PublishOptions extends ExportOptions {
  /** "keep aside": only the first model of a registry becomes current, a later one waits for `promoteModel`. */
  promote: { gate: GateOptions } | { force: string } | "keep aside";
}

export interface PublishedModel extends ExportedModel {
  /** Whether it is current now. */
  promoted: boolean;
  /** What the gate found; null where it was not asked. */
  report: GateReport | null;
  /** In a sentence, what became of it. */
  says: string;
}

/**
 * Exports a trained model into a registry and lets it become current where it may.
 * @throws WorkspaceError what `exportModel` and `promoteModel` throw
 */
export async function publishModel(model: AlsModel, options: PublishOptions): Promise<PublishedModel> {
  const { folder: modelsFolder, dataset, promote } = options;
  const exported = await exportModel(model, options);
  const { version } = exported;
  const current = await readCurrent(modelsFolder);
  if (current?.version === version)
    return { ...exported, promoted: true, report: null, says: `${version} is current already.` };
  if (current !== null && promote === "keep aside")
    return {
      ...exported,
      promoted: false,
      report: null,
      says: `${version} was exported; ${current.version} stays current.`,
    };
  const { record, report } =
    promote === "keep aside"
      ? await made(modelsFolder, version, null, { action: "first", expected: null })
      : await promoteModel(
          modelsFolder,
          version,
          "force" in promote ? promote : { dataset, gate: promote.gate },
        );
  const says =
    record === null
      ? `${version} was exported but not promoted, ${report!.current} stays current. ${refusalOf(report!)}.`
      : record.before === null
        ? `${version} is the first model of this registry and is current.`
        : `${version} is current, in place of ${record.before}${record.action === "force" ? ` by force: ${record.reason}` : ": the promotion gate passed"}.`;
  return { ...exported, promoted: record !== null, report, says };
}

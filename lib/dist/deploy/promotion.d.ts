import type { AlsModel } from "../als";
import { type Dataset } from "../data";
import { type GateOptions, type GateReport } from "./gate";
import { type ExportedModel, type ExportOptions } from "./model-file";
import { type PromotionRecord } from "./registry";
/** How a candidate may become current: by the gate, or for a person's reason. The first model of a registry needs neither. */
export type PromotionWay = {
    dataset: Dataset;
    gate: GateOptions;
} | {
    force: string;
};
export interface PromotionOutcome {
    version: string;
    /** Null where the gate refused. */
    record: PromotionRecord | null;
    /** Null where the gate was not asked: for the first model, or by force. */
    report: GateReport | null;
}
/**
 * Promotes a version that is in the registry. The first one becomes current as it is; a later one when the gate passes
 * against the model that is current at that moment, or by force with a reason that the record keeps.
 * @throws WorkspaceError OPTION_INVALID for a reason without words, PROMOTION_REFUSED when the version is current already,
 *   PROMOTION_CONFLICT when others promoted during every attempt, and what `makeCurrent` and `promotionGate` throw
 */
export declare function promoteModel(modelsFolder: string, version: string, way: PromotionWay): Promise<PromotionOutcome>;
export interface PublishOptions extends ExportOptions {
    /** "keep aside": only the first model of a registry becomes current, a later one waits for `promoteModel`. */
    promote: {
        gate: GateOptions;
    } | {
        force: string;
    } | "keep aside";
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
export declare function publishModel(model: AlsModel, options: PublishOptions): Promise<PublishedModel>;

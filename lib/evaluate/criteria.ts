import { readFileSync } from "node:fs";
import { WorkspaceError } from "../data";

/** A promise made in phase 1, before anything was measured; later phases hold their numbers against it. */
export interface SuccessCriterion {
  id: string;
  /** The business objective that it serves: content, engagement, marketing or operations. */
  objective: string;
  statement: string;
  /** What is measured, unit included, in words. */
  measure: string;
  bound: "atMost" | "atLeast";
  threshold: number;
  /** Folder of the phase that judges it. */
  judgedIn: string;
}

export interface Verdict extends SuccessCriterion {
  measured: number;
  met: boolean;
}

/** Reads `notebooks/01-business/success-criteria.json`. @throws WorkspaceError DATA_MISSING, DATA_INVALID */
export function readCriteria(path: string): SuccessCriterion[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new WorkspaceError("DATA_MISSING", `${path} cannot be read`, {
      cause,
      mend: "Restore it from the repository; phase 1 keeps the criteria there.",
    });
  }
  const criteria = JSON.parse(text) as SuccessCriterion[];
  for (const { id, bound, threshold } of criteria)
    if ((bound !== "atMost" && bound !== "atLeast") || !Number.isFinite(threshold))
      throw new WorkspaceError(
        "DATA_INVALID",
        `${path}: criterion "${id}" needs a bound (atMost or atLeast) and a finite threshold`,
      );
  return criteria;
}

/**
 * Holds measurements (criterion id → value) against the criteria of one phase.
 * @throws WorkspaceError METRIC_EMPTY when a criterion of that phase was not measured: a promise is never skipped in silence
 */
export function judge(
  criteria: readonly SuccessCriterion[],
  phase: string,
  measurements: Record<string, number>,
): Verdict[] {
  return criteria
    .filter((criterion) => criterion.judgedIn === phase)
    .map((criterion) => {
      const measured = measurements[criterion.id];
      if (!Number.isFinite(measured))
        throw new WorkspaceError(
          "METRIC_EMPTY",
          `success criterion "${criterion.id}" of ${phase} was not measured`,
        );
      const met =
        criterion.bound === "atMost" ? measured <= criterion.threshold : measured >= criterion.threshold;
      return { ...criterion, measured, met };
    });
}

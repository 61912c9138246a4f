import type { AlsOptions } from "../als";
import type { RankingMetrics, RatingMetrics } from "../evaluate";
import { textTable } from "./text-table";

/** What was measured on one test part. Errors are in stars, null for implicit feedback; ranking is null where no user has a relevant rating. */
export interface Evaluation {
  rmse: number | null;
  mae: number | null;
  precision: number | null;
  recall: number | null;
  ndcg: number | null;
  map: number | null;
  tuneSeconds: number;
  trainSeconds: number;
  evaluateSeconds: number;
  /** All of these together. */
  seconds: number;
  options: AlsOptions;
  /** How the options were chosen; null where they were given. */
  search: { metric: string; value: number; trials: number; holdouts: Record<string, number> } | null;
  train: { name: string; ratings: number; users: number; items: number };
  test: { name: string; ratings: number; users: number; items: number; usersRanked: number };
  /** What the training data knows nothing of: predicted by the mean and the biases that are known. */
  cold: { users: number; items: number; ratings: number; rmse: number | null };
  /** Test ratings of a film that the same user has rated in the training data too. */
  seenInTraining: number;
}

export const MEASURES = ["rmse", "mae", "precision", "recall", "ndcg", "map"] as const;

export type Measures = Record<(typeof MEASURES)[number], number | null>;

/** @param stars null for a model of preferences @param ranked null where no user has a relevant test rating */
export function measuresOf(
  stars: Pick<RatingMetrics, "rmse" | "mae"> | null,
  ranked: Pick<RankingMetrics, "precision" | "recall" | "ndcg" | "map"> | null,
): Measures {
  return {
    rmse: stars?.rmse ?? null,
    mae: stars?.mae ?? null,
    precision: ranked?.precision ?? null,
    recall: ranked?.recall ?? null,
    ndcg: ranked?.ndcg ?? null,
    map: ranked?.map ?? null,
  };
}

export interface FoldsEvaluation extends Measures {
  /** Standard deviation over the folds. */
  deviation: Measures;
  seconds: number;
  trainSeconds: number;
  tuning: string;
  folds: Evaluation[];
}

export function overFolds(folds: Evaluation[], { tune }: { tune: boolean }): FoldsEvaluation {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const each = (of: (values: number[]) => number): Measures =>
    Object.fromEntries(
      MEASURES.map((name) => {
        const values = folds.map((fold) => fold[name]).filter((value): value is number => value !== null);
        return [name, values.length === folds.length ? of(values) : null];
      }),
    ) as Measures;
  return {
    ...each(mean),
    deviation: each((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))),
    seconds: folds.reduce((sum, { seconds }) => sum + seconds, 0),
    trainSeconds: folds.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0),
    tuning: tune ? "anew for each fold, on holdouts inside its training part" : "none",
    folds,
  };
}

export const shown = (value: number | null): string => (value === null ? "–" : value.toFixed(4));

function labelOf(name: (typeof MEASURES)[number], k: number): string {
  if (name === "rmse" || name === "mae") return name.toUpperCase();
  return `${name === "ndcg" ? "nDCG" : name === "map" ? "MAP" : name}@${k}`;
}

export function resultText(result: Evaluation, k: number): string {
  const { train: learnt, test, cold, search } = result;
  const count = (value: number): string => value.toLocaleString("en");
  return [
    ...textTable(
      ["measure", "value"],
      MEASURES.map((name) => [labelOf(name, k), shown(result[name])]),
      new Set([1]),
    ),
    "",
    `trained on ${count(learnt.ratings)} ratings of ${count(learnt.users)} users and ${count(learnt.items)} films`,
    `tested on ${count(test.ratings)} of ${count(test.users)} users; ${count(result.seenInTraining)} of them seen in training; ranked for ${count(test.usersRanked)} users`,
    `cold: ${count(cold.users)} users and ${count(cold.items)} films with ${count(cold.ratings)} test ratings${cold.rmse === null ? "" : `, predicted by the mean and what bias is known: RMSE ${shown(cold.rmse)}`}`,
    search
      ? `options chosen from ${search.trials} trials on holdouts of the training file`
      : "options as given",
    `${Object.entries(result.options)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")}`,
    `${result.seconds.toFixed(1)} s: ${result.tuneSeconds.toFixed(1)} choosing, ${result.trainSeconds.toFixed(1)} training, ${result.evaluateSeconds.toFixed(1)} measuring`,
  ].join("\n");
}

export function foldsText(result: FoldsEvaluation): string {
  const rows = result.folds.map((fold, at) => [String(at + 1), ...MEASURES.map((name) => shown(fold[name]))]);
  const last = (label: string, of: Measures): string[] => [label, ...MEASURES.map((name) => shown(of[name]))];
  return textTable(
    ["fold", ...MEASURES],
    [...rows, last("mean", result), last("± sd", result.deviation)],
    new Set(MEASURES.map((_, at) => at + 1)),
  ).join("\n");
}

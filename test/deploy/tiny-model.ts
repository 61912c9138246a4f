import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AlsModel, type AlsModelParts } from "@movielens/lib/als";
import { ratingsByUser } from "@movielens/lib/data";
import { exportModel, type ExportedModel } from "@movielens/lib/deploy";
import { toyDataset } from "../toy-data";

/** Users 10, 20, 30; movies 1 … 5 with ratings and 6 without. Movie k is of the year 1900 + k. */
export const tinyDataset = toyDataset(
  [
    [10, 1, 5],
    [10, 2, 4],
    [20, 2, 3],
    [20, 3, 5],
    [20, 4, 1],
    [30, 1, 2],
    [30, 5, 4],
  ],
  { 1: ["Comedy"], 2: ["Comedy", "Drama"], 3: ["Drama"], 4: ["Comedy"], 5: ["Sci-Fi"], 6: ["Drama"] },
);

/** A model written down rather than trained; most of its values are not exact in float32. */
export const tinyParts = (): AlsModelParts => ({
  options: {
    feedback: "explicit",
    rank: 2,
    iterations: 3,
    lambda: 0.1,
    nu: 1,
    lambdaBias: 0.2,
    seed: 7,
  },
  globalMean: 24 / 7,
  scale: tinyDataset.scale,
  userIds: tinyDataset.userIds,
  itemIds: tinyDataset.itemIds,
  userFactors: Float64Array.of(1, 0, 0, 1, 0.6, 0.6),
  itemFactors: Float64Array.of(1, 0, 0.9, 0.1, 0, 1, 0.7, 0.7, -1, 0.3),
  userBias: Float64Array.of(0.1, -0.1, 0),
  itemBias: Float64Array.of(0.2, 0.1, 0, -0.1, -0.2),
  ratings: ratingsByUser(tinyDataset),
});

export const tinyModel = (): AlsModel => new AlsModel(tinyParts());

export const exportTiny = (
  folder: string,
  now = new Date("2026-11-24T10:15:00.123Z"),
): Promise<ExportedModel> =>
  exportModel(tinyModel(), { folder, dataset: tinyDataset, metrics: { testRmse: 0.875 }, now });

/** A fresh folder, gone when the process ends its tests. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "movielens-deploy-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

import { WorkspaceError, type Dataset } from "../data";
import { refusedRating } from "./model";
import type { AlsOptions } from "./types";

/** @throws WorkspaceError DATA_INVALID naming the first rating that cannot be learned from */
export function checkRatings(dataset: Dataset, { feedback }: AlsOptions): void {
  const { name, users, items, ratings, userIds, itemIds } = dataset;
  if (ratings.length === 0)
    throw new WorkspaceError("DATA_INVALID", `${name}: there is no rating to train on`);
  for (let r = 0; r < ratings.length; r++) {
    const refusal = refusedRating(ratings[r], feedback);
    if (refusal)
      throw new WorkspaceError(
        "DATA_INVALID",
        `${name} row ${r} (user ${userIds[users[r]]}, movie ${itemIds[items[r]]}): ${refusal}`,
      );
  }
}

/** @throws WorkspaceError OPTION_INVALID for another index space, METRIC_EMPTY for no rating */
export function checkValidation(train: Dataset, validation: Dataset): void {
  if (
    validation.userIds.length !== train.userIds.length ||
    validation.itemIds.length !== train.itemIds.length
  )
    throw new WorkspaceError(
      "OPTION_INVALID",
      `validation has ${validation.userIds.length} users and ${validation.itemIds.length} items, the training data ` +
        `${train.userIds.length} and ${train.itemIds.length}: both must be in one index space, as a split makes them`,
    );
  if (validation.ratings.length === 0)
    throw new WorkspaceError("METRIC_EMPTY", `${validation.name}: there is no rating to validate on`);
}

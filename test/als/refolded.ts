import * as assert from "uvu/assert";
import type { AlsModel } from "@movielens/lib/als";

/** Folding in each user's ratings gives that user's scores. Scores rather than factors: a row has many directions in which its system hardly holds it. */
export function refolded(model: AlsModel, tolerance: number): void {
  const { rowStart, columns, values } = model.parts.ratings;
  const [own, folded] = [new Float64Array(model.items), new Float64Array(model.items)];
  for (let user = 0; user < model.users; user++) {
    const from = rowStart[user];
    const ratings = Array.from(columns.subarray(from, rowStart[user + 1]), (item, k) => ({
      item,
      rating: values[from + k],
    }));
    model.scoreItems(user, own);
    model.scoreItemsFolded(model.foldIn(ratings), folded);
    own.forEach((score, item) => {
      if (score === -Infinity) return assert.is(folded[item], -Infinity);
      assert.ok(
        Math.abs(folded[item] - score) <= tolerance,
        `user ${user}, item ${item}: ${folded[item]}, ${score}`,
      );
    });
  }
}

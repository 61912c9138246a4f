import { AlsModel, Factorisation, problemOf, type AlsModelParts, type AlsOptions } from "@movielens/lib/als";
import { ratingsByItem, ratingsByUser } from "@movielens/lib/data";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, type Matrix } from "../synthetic";

/** As goldens/native_als.py writes it. Factors row-major [rows × rank]. */
interface Goldens {
  users: number;
  items: number;
  rank: number;
  alpha: number;
  /** User, item, stars. */
  ratings: [number, number, number][];
  models: {
    name: string;
    feedback: "explicit" | "implicit";
    /** The side that was solved last, exactly. */
    solved: "user" | "item";
    regularisation: number;
    userFactors: number[];
    itemFactors: number[];
    userBias?: number[];
    itemBias?: number[];
    globalMean?: number;
  }[];
}

const goldens = JSON.parse(readFileSync(join(__dirname, "goldens", "native-als.json"), "utf8")) as Goldens;
const { rank } = goldens;
const matrix: Matrix = Array.from({ length: goldens.users }, () => new Array<null>(goldens.items).fill(null));
for (const [user, item, stars] of goldens.ratings) matrix[user][item] = stars;
const data = datasetOf(matrix);

const relative = (got: ArrayLike<number>, expected: ArrayLike<number>): number => {
  let [difference, size] = [0, 0];
  for (let k = 0; k < expected.length; k++) {
    difference += (got[k] - expected[k]) ** 2;
    size += expected[k] ** 2;
  }
  return Math.sqrt(difference / size);
};

for (const golden of goldens.models) {
  const { name, feedback, solved, regularisation } = golden;
  const common = { rank, iterations: 1, lambda: regularisation, nu: 0, seed: 1 };
  const options: AlsOptions =
    feedback === "explicit"
      ? { feedback, ...common, lambdaBias: regularisation }
      : { feedback, ...common, alpha: goldens.alpha };
  const fixed = solved === "user" ? "item" : "user";

  test(`an exact half-sweep of the engine gives the ${solved}s that ${name} solved, ${feedback}`, async () => {
    const engine = new Factorisation(data, problemOf(options), { threads: 2 });
    try {
      const side = engine[`${fixed}s`];
      for (let row = 0; row < side.view.rows; row++) {
        const dense = side.view.denseOf[row];
        side.factors.set(
          golden[`${fixed}Factors`].slice(dense * rank, (dense + 1) * rank),
          row * engine.size,
        );
        if (side.bias) side.bias[row] = golden[`${fixed}Bias`]![dense];
      }
      await engine.solveSide(engine[`${solved}s`], "cholesky");
      const error = relative(engine.factorsOf(engine[`${solved}s`], rank), golden[`${solved}Factors`]);
      assert.ok(error < 1e-4, String(error));
      if (feedback === "explicit")
        assert.ok(relative(engine.biasOf(engine[`${solved}s`]), golden[`${solved}Bias`]!) < 1e-4);
    } finally {
      await engine.close();
    }
  });

  test(`fold-in gives the ${solved}s that ${name} solved, ${feedback}`, () => {
    const rows = golden[`${solved}Factors`].length / rank;
    const columns = golden[`${fixed}Factors`].length / rank;
    const ratings = solved === "user" ? ratingsByUser(data) : ratingsByItem(data);
    // An item is a user to a model whose users are the items.
    const parts: AlsModelParts = {
      options,
      globalMean: golden.globalMean ?? 0,
      scale: data.scale,
      userIds: Uint32Array.from({ length: rows }, (_, row) => row),
      itemIds: Uint32Array.from({ length: columns }, (_, column) => column),
      userFactors: Float64Array.from(golden[`${solved}Factors`]),
      itemFactors: Float64Array.from(golden[`${fixed}Factors`]),
      userBias: Float64Array.from(golden[`${solved}Bias`] ?? new Float64Array(rows)),
      itemBias: Float64Array.from(golden[`${fixed}Bias`] ?? new Float64Array(columns)),
      ratings,
    };
    const model = new AlsModel(parts);
    for (let row = 0; row < rows; row++) {
      const from = ratings.rowStart[row];
      const visitor = Array.from(ratings.columns.subarray(from, ratings.rowStart[row + 1]), (item, k) => ({
        item,
        rating: ratings.values[from + k],
      }));
      const { factors, bias } = model.foldIn(visitor);
      assert.ok(relative(factors, parts.userFactors.subarray(row * rank, (row + 1) * rank)) < 1e-10);
      assert.ok(Math.abs(bias - parts.userBias[row]) < 1e-10);
    }
  });
}

test.run();

import { naiveTrain, trainFloat64, type IterationReport, type TrainOptions } from "@movielens/lib/als";
import { WorkspaceError } from "@movielens/lib/data";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { datasetOf, randomMatrix, type Matrix } from "../synthetic";

/** 9 × 13: user 2 and item 4 cold, user 5 and item 7 with one rating, user 0 with every other item. */
function smallMatrix(): Matrix {
  const matrix = randomMatrix(9, 13, 0.5, 11);
  matrix[0] = matrix[0].map((rating) => rating ?? 3.5);
  matrix[2].fill(null);
  matrix[5].fill(null);
  for (const row of matrix) row[7] = null;
  for (const row of matrix) row[4] = null;
  matrix[5][9] = 4.5;
  matrix[3][7] = 1;
  return matrix;
}

const cases: TrainOptions[] = [
  ...[0, 0.5, 1].map((nu) => ({ feedback: "explicit" as const, nu, lambda: 0.3, lambdaBias: 0.2 })),
  ...[0, 0.5, 1].map((nu) => ({ feedback: "implicit" as const, nu, lambda: 0.3, alpha: 2 })),
  { feedback: "explicit", lambda: 0.02, lambdaBias: 5, nu: 0.7 },
  { feedback: "implicit", lambda: 2, alpha: 0.5, nu: 0.3 },
  { feedback: "explicit", lambda: 0.3, cofactorWeight: 0.4 },
  {
    feedback: "explicit",
    lambda: 0.3,
    lambdaBias: 0.2,
    cofactorWeight: 2,
    lambdaCofactor: 1.5,
    cofactorBalance: 0.6,
  },
  { feedback: "explicit", lambda: 0.3, lambdaBias: 0.2, nonNegative: true },
  { feedback: "implicit", lambda: 0.3, alpha: 2, nonNegative: true },
];

for (const options of cases)
  for (const rank of [1, 4, 15]) {
    const { feedback, ...numbers } = options;
    test(`the solver agrees with its mathjs twin: ${feedback}, rank ${rank}, ${JSON.stringify(numbers)}`, async () => {
      const matrix = smallMatrix();
      const complete = { ...options, rank, iterations: 4, seed: 3 };
      const reports: IterationReport[] = [];
      const { parts } = await trainFloat64(datasetOf(matrix), complete, {
        onIteration: (report) => reports.push(report),
      });
      const twin = await naiveTrain(matrix, complete);
      close(parts.userFactors, twin.userFactors.flat());
      close(parts.itemFactors, twin.itemFactors.flat());
      close(parts.userBias, twin.userBias);
      close(parts.itemBias, twin.itemBias);
      close([parts.globalMean], [twin.globalMean]);
      if ("cofactorWeight" in options) {
        close(parts.userCofactors!, twin.userCofactors.flat());
        close(parts.itemCofactors!, twin.itemCofactors.flat());
        assert.ok(Math.max(...parts.itemCofactors!) > 1e-3, "the co-factors have not shrunk to nothing");
      }
      if (options.nonNegative)
        for (const factors of [parts.userFactors, parts.itemFactors]) {
          assert.ok(factors.every((factor) => factor >= 0));
          assert.ok(factors.some((factor) => factor > 0));
          // One user and one item are cold.
          const zeros = factors.filter((factor) => factor === 0).length;
          assert.ok(feedback === "implicit" || rank === 1 || zeros > rank, "the bound is met");
        }
      assert.is(twin.losses.length, 4);
      reports.forEach(({ loss }, k) => close([loss / twin.losses[k]], [1]));
      assert.ok(Math.max(...parts.userFactors) > 1e-3, "the factors have not shrunk to nothing");
    });
  }

test("cold rows have zero factors and zero bias", async () => {
  for (const feedback of ["explicit", "implicit"] as const) {
    const { parts } = await trainFloat64(datasetOf(smallMatrix()), { feedback, rank: 3, iterations: 2 });
    assert.equal(parts.userFactors.slice(2 * 3, 3 * 3), new Float64Array(3));
    assert.equal(parts.itemFactors.slice(4 * 3, 5 * 3), new Float64Array(3));
    assert.is(parts.userBias[2], 0);
    assert.is(parts.itemBias[4], 0);
  }
});

test("the twin trains one seed", async () => {
  try {
    await naiveTrain(smallMatrix(), { feedback: "explicit", seeds: 2 });
    assert.unreachable();
  } catch (error) {
    assert.is((error as WorkspaceError).code, "OPTION_INVALID");
  }
});

test("the twin refuses a matrix that is not rectangular, or has no rating", async () => {
  for (const matrix of [[], [[]], [[1, 2], [3]], [[null, null]]])
    try {
      await naiveTrain(matrix, { feedback: "explicit" });
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof WorkspaceError);
      assert.is(error.code, "DATA_INVALID");
    }
});

/** 1e-8, absolute. */
function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.is(actual.length, expected.length);
  for (let k = 0; k < actual.length; k++)
    assert.ok(Math.abs(actual[k] - expected[k]) < 1e-8, `at ${k}: ${actual[k]} and ${expected[k]}`);
}

test.run();

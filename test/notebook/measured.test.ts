import type { Estimate, ScoreboardRow } from "@movielens/lib/evaluate";
import {
  accuracyTable,
  beyondAccuracyTable,
  costTable,
  curve,
  dots,
  withHalfWidth,
  withRange,
} from "@movielens/lib/notebook";
import { test } from "uvu";
import * as assert from "uvu/assert";

const estimate: Estimate = { value: 0.24, low: 0.21, high: 0.26 };
const certain: Estimate = { value: 0.24, low: null, high: null };

test("an estimate is shown with its interval, without one alone, and a missing one as a dash", () => {
  assert.is(withRange(estimate), "0.240 (0.210 to 0.260)");
  assert.is(withHalfWidth(estimate), "0.240 ±0.025");
  assert.is(withRange(certain, 2), "0.24");
  assert.is(withHalfWidth(certain, 2), "0.24");
  assert.is(withRange(null), "–");
  assert.is(withHalfWidth(null), "–");
  assert.is(withHalfWidth({ value: -0.56, low: -0.6, high: -0.52 }, 2), "−0.56 ±0.04");
});

test("a trace carries its estimates and the distances to both ends of their intervals", () => {
  const distances = { type: "data", symmetric: false, array: [0.26 - 0.24, 0], arrayminus: [0.24 - 0.21, 0] };
  const across = dots(["a", "b"], [estimate, certain]) as { x: number[]; y: string[]; error_x: object };
  assert.equal([across.x, across.y, across.error_x], [[0.24, 0.24], ["a", "b"], distances]);
  const along = curve([1, 2], [estimate, certain]) as { x: number[]; y: number[]; error_y: object };
  assert.equal(
    [along.x, along.y],
    [
      [1, 2],
      [0.24, 0.24],
    ],
  );
  assert.equal({ ...along.error_y }, { ...distances, width: 3, thickness: 1 });
});

test("the scoreboard's tables have a row for each model, with a dash for what it does not have", () => {
  const row = new Proxy({} as ScoreboardRow, {
    get: (_, name) => {
      switch (name) {
        case "model":
          return "popularity";
        case "rmse":
        case "mae":
        case "diversity":
          return null;
        case "trainSeconds":
          return 1.5;
        case "scoreMicroseconds":
          return 12.4;
        case "modelBytes":
          return 3.2e6;
        default:
          return estimate;
      }
    },
  });
  const [right] = accuracyTable([row], 5);
  assert.equal([right.model, right["nDCG@5"], right.RMSE], ["popularity", "0.240 ±0.025", "–"]);
  const [cost] = costTable([row], 5);
  assert.equal(Object.values(cost), ["popularity", "24.0 %", "0.24 ±0.03", 1.5, 12, 3.2]);
  const [beyond] = beyondAccuracyTable([row]);
  assert.equal([beyond.model, beyond.diversity, beyond.Gini], ["popularity", "–", "0.240 ±0.025"]);
});

test.run();

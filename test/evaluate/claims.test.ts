import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadDataset, projectPath, splitRandom } from "@movielens/lib/data";
import {
  optimismGap,
  PUBLISHED_CLAIMS,
  publishedClaims,
  type ReproducedClaim,
} from "@movielens/lib/evaluate";
import { toyDataset } from "../toy-data";

let claims: ReproducedClaim[];
test.before(async () => {
  const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
  claims = await publishedClaims(splitRandom(dataset, { testShare: 0.2, seed: 1 }));
});

test("an RMSE of 0.65 or less is had on the training data, and nowhere near it on held-out data", () => {
  const [claim] = claims;
  assert.is(claim.measuredOn, "training data");
  assert.is(claim.reproduced, claim.trainRmse);
  assert.ok(claim.trainRmse < claim.published);
  assert.ok(claim.testRmse > claim.published + 0.2);
});

test("a reported test RMSE of 1.0575 is met within a tenth of a star, by a model that looks excellent in training", () => {
  const claim = claims[1];
  assert.is(claim.reproduced, claim.testRmse);
  assert.ok(Math.abs(claim.testRmse - claim.published) < 0.1, `${claim.testRmse}`);
  assert.ok(claim.trainRmse < 0.6, `${claim.trainRmse}`);
});

test("each claim says where its parameters come from, and names no publication for it", () => {
  for (const { claim, parametersFrom } of PUBLISHED_CLAIMS) {
    assert.match(parametersFrom, /given with the figure/, claim);
    assert.not.match(`${claim} ${parametersFrom}`, /publi/i);
  }
});

test("the curve has a point for each iteration and ends in the figures given", () => {
  for (const { curve, options, trainRmse, testRmse, gap } of claims) {
    assert.equal(
      curve.map(({ iteration }) => iteration),
      Array.from({ length: options.iterations! }, (_, at) => at + 1),
    );
    const last = curve[curve.length - 1];
    assert.ok(Math.abs(last.trainRmse - trainRmse) < 1e-9);
    assert.ok(Math.abs(last.testRmse - testRmse) < 1e-9);
    assert.is(gap, testRmse - trainRmse);
  }
});

test("measured on the very data that it was trained on, a model shows no gap", async () => {
  const dataset = toyDataset([
    [1, 10, 5],
    [1, 20, 1],
    [2, 10, 4],
  ]);
  assert.is((await optimismGap({ train: dataset, test: dataset }, { rank: 1, iterations: 2 })).gap, 0);
});

test.run();

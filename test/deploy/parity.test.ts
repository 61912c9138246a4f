import { test } from "uvu";
import * as assert from "uvu/assert";
import { AlsModel, train, trainFloat64 } from "@movielens/lib/als";
import { loadDataset, projectPath } from "@movielens/lib/data";
import { exportModel, loadModel, parityCheck } from "@movielens/lib/deploy";
import { errorOf } from "../data/support";
import { toyDataset } from "../toy-data";
import { temporaryFolder, tinyModel, tinyParts } from "./tiny-model";

test("a model agrees with itself entirely", () => {
  const report = parityCheck(tinyModel(), tinyModel());
  assert.equal(
    { ...report, worstAt: undefined },
    {
      users: 3,
      scores: 15,
      worstDifference: 0,
      worstAt: undefined,
      top10Agreement: 1,
      tolerance: 1e-5,
      passed: true,
    },
  );
});

test("the largest difference is found, with its user and item", () => {
  const parts = tinyParts();
  parts.itemBias[3] += 0.25;
  parts.userFactors[2] += 0.5; // of user 1, whose score of item 0 so moves by 0.5·1
  const report = parityCheck(tinyModel(), new AlsModel(parts));
  // Item 3 moves by 0.25 + 0.5·0.7 = 0.6 for user 1.
  assert.ok(Math.abs(report.worstDifference - 0.6) < 1e-12);
  assert.equal(report.worstAt, { user: 1, item: 3 });
  assert.not(report.passed);
});

test("a difference within the tolerance passes", () => {
  const parts = tinyParts();
  parts.userBias[0] += 0.001;
  assert.ok(parityCheck(tinyModel(), new AlsModel(parts), { tolerance: 0.002 }).passed);
  assert.not(parityCheck(tinyModel(), new AlsModel(parts), { tolerance: 0.0005 }).passed);
  assert.is(parityCheck(tinyModel(), new AlsModel(parts), { users: [1, 2] }).worstDifference, 0);
});

test("the agreement of the ten best counts films in both lists", () => {
  // One user who has seen item 0 only; eleven others, of which ten are listed.
  const dataset = toyDataset([...Array(12).keys()].flatMap((k) => [[k === 0 ? 1 : 2, k + 1, 3]] as const));
  const partsWith = (bias: number[]) => ({
    ...tinyParts(),
    options: { ...tinyParts().options, rank: 1 },
    userIds: dataset.userIds,
    itemIds: dataset.itemIds,
    userFactors: new Float64Array(2),
    itemFactors: new Float64Array(12),
    userBias: new Float64Array(2),
    itemBias: Float64Array.from(bias),
    ratings: {
      rowStart: Uint32Array.of(0, 1, 12),
      columns: Uint32Array.from(Array(12).keys()),
      values: new Float32Array(12).fill(3),
      rows: 2,
      cols: 12,
    },
  });
  const bias = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  const swapped = [...bias];
  swapped[1] = 20; // was the one left out, now the best
  const report = parityCheck(new AlsModel(partsWith(bias)), new AlsModel(partsWith(swapped)), { users: [0] });
  assert.ok(Math.abs(report.top10Agreement - 0.9) < 1e-12);
});

test("cold items score alike in both models and are not counted", () => {
  const parts = tinyParts();
  const dataset = toyDataset([
    [10, 1, 5],
    [20, 2, 3],
  ]);
  const ratings = {
    rowStart: Uint32Array.of(0, 1, 1, 1),
    columns: Uint32Array.of(0),
    values: Float32Array.of(5),
    rows: 3,
    cols: 5,
  };
  const model = new AlsModel({ ...parts, ratings, scale: dataset.scale });
  const report = parityCheck(model, model);
  assert.is(report.scores, 3);
  assert.is(report.worstDifference, 0);
});

test("models of other users or items, or no users at all, are not compared", async () => {
  const others = new AlsModel({ ...tinyParts(), userIds: Uint32Array.of(10, 20, 31) });
  await errorOf("MODEL_INVALID", () => parityCheck(tinyModel(), others));
  await errorOf("METRIC_EMPTY", () => parityCheck(tinyModel(), tinyModel(), { users: [] }));
});

for (const feedback of ["explicit", "implicit"] as const)
  test(`an ${feedback} model of ml-latest-small survives export and load within 1e-5 for every user and movie`, async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
      const model = await trainFloat64(dataset, { feedback, rank: 16, iterations: 3 });
      const { folder } = await exportModel(model, { folder: path, dataset, metrics: {} });
      const report = parityCheck(model, (await loadModel(folder)).model);
      assert.is(report.scores, 610 * 9724);
      assert.ok(report.passed, `worst difference ${report.worstDifference}`);
      assert.ok(report.worstDifference > 0, "float32 is coarser than float64, so something must differ");
      assert.ok(report.top10Agreement > 0.999);
    } finally {
      await remove();
    }
  });

for (const feedback of ["explicit", "implicit"] as const)
  test(`an ${feedback} model of the engine, whose factors are float32 already, survives export and load bit for bit`, async () => {
    const { path, remove } = await temporaryFolder();
    try {
      const dataset = await loadDataset(projectPath("data", "ml-latest-small"));
      const model = await train(dataset, { feedback, rank: 16, iterations: 3 });
      const { folder } = await exportModel(model, { folder: path, dataset, metrics: {} });
      const report = parityCheck(model, (await loadModel(folder)).model);
      assert.is(report.scores, 610 * 9724);
      assert.is(report.worstDifference, 0);
      assert.is(report.top10Agreement, 1);
    } finally {
      await remove();
    }
  });

test.run();

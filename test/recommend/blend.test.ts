import { test } from "uvu";
import * as assert from "uvu/assert";
import { trainFloat64 } from "@movielens/lib/als";
import {
  blendModel,
  easeModel,
  itemKnnModel,
  popularityModel,
  type Recommender,
} from "@movielens/lib/recommend";
import { datasetOf, randomMatrix } from "../synthetic";
import { tableModel } from "../toy-data";

const data = datasetOf(randomMatrix(15, 20, 0.4, 2));
const itemsOf = (model: Recommender, user: number): number[] =>
  model.recommend(user, 20).map(({ item }) => item);

test("a blend of one model ranks as that model, whatever its weight", () => {
  for (const model of [easeModel(data), itemKnnModel(data), popularityModel(data)])
    for (const weight of [0.2, 1, 7])
      for (let user = 0; user < 15; user++)
        assert.equal(itemsOf(blendModel([{ model, weight }]), user), itemsOf(model, user));
});

test("scores in different units add up by their standard deviations", () => {
  // Mean 2 and deviation √(2/3) in the first, a hundred times that in the second.
  const blend = blendModel([
    { model: tableModel([[1, 2, 3]]), weight: 1 },
    { model: tableModel([[300, 200, 100]]), weight: 0.5 },
  ]);
  const scores = new Float64Array(3);
  blend.scoreItems(0, scores);
  const unit = 1 / Math.sqrt(2 / 3);
  assert.ok(Math.abs(scores[2] - 0.5 * unit) < 1e-12);
  assert.ok(Math.abs(scores[0] + 0.5 * unit) < 1e-12);
  assert.is(blend.predict(0, 2), scores[2]);
});

test("stars are added as they are where asked for", () => {
  const blend = blendModel(
    [
      { model: tableModel([[1, 2]]), weight: 0.25 },
      { model: tableModel([[5, 4]]), weight: 0.75 },
    ],
    { normalise: "none" },
  );
  assert.is(blend.predict(0, 0), 4);
  assert.is(blend.predict(0, 1), 3.5);
});

test("a model that scores all items alike changes nothing", () => {
  const model = easeModel(data);
  const blend = blendModel([
    { model, weight: 1 },
    { model: tableModel(Array.from({ length: 15 }, () => new Array<number>(20).fill(3))), weight: 5 },
  ]);
  for (let user = 0; user < 15; user++) {
    const scores = new Float64Array(20);
    model.scoreItems(user, scores);
    assert.equal(itemsOf(blend, user), itemsOf(model, user));
  }
});

test("a visitor with a user's ratings gets that user's list from models whose fold-in is exact", async () => {
  const als = await trainFloat64(data, { feedback: "implicit", rank: 4 });
  const blend = blendModel([
    { model: easeModel(data), weight: 1 },
    { model: als, weight: 0.5 },
  ]);
  for (let user = 0; user < 15; user++) {
    const rows = [...data.users.keys()].filter((r) => data.users[r] === user);
    const ratings = rows.map((r) => ({ item: data.items[r], rating: data.ratings[r] }));
    assert.equal(
      blend.recommendFor(ratings, 5).map(({ item }) => item),
      blend.recommend(user, 5).map(({ item }) => item),
    );
  }
});

test("a model that takes no visitors is named when a blend with it is asked for one", () => {
  const blend = blendModel([{ model: popularityModel(data), weight: 1 }]);
  assert.throws(
    () => blend.recommendFor([], 3),
    (error: { code: string; message: string }) =>
      error.code === "OPTION_INVALID" && error.message.includes("popularity"),
  );
});

test("no model, models of different sizes and weights that are no numbers are refused", () => {
  const model = easeModel(data);
  for (const parts of [
    [],
    [
      { model, weight: 1 },
      { model: tableModel([[1, 2]]), weight: 1 },
    ],
    [{ model, weight: NaN }],
  ])
    assert.throws(
      () => blendModel(parts),
      (error: { code: string }) => error.code === "OPTION_INVALID",
    );
});

test.run();

import { train } from "@movielens/lib/als";
import { besideTraining, ratingMetrics, seenInTraining, widened } from "@movielens/lib/evaluate";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { toyDataset, type ToyRating } from "../toy-data";

const learnt = toyDataset([
  [5, 30, 4],
  [5, 10, 2],
  [9, 30, 5],
  [9, 20, 1],
]);
const asked = toyDataset([
  [9, 10, 3],
  [1, 30, 4],
  [5, 7, 2],
  [2, 8, 5],
  [5, 30, 4],
]);
const split = besideTraining(learnt, asked);

test("each rating keeps its MovieLens ids, in train and in test", () => {
  const idsOf = ({ users, items, userIds, itemIds, ratings }: typeof learnt): ToyRating[] =>
    Array.from(users, (user, r) => [userIds[user], itemIds[items[r]], ratings[r]] as const);
  assert.equal(idsOf(split.train), idsOf(learnt));
  assert.equal(idsOf(split.test), idsOf(asked));
  assert.is(split.train.userIds, split.test.userIds);
  for (const [dense, id] of split.train.itemIds.entries()) assert.is(split.test.itemIndex.get(id), dense);
});

test("what only the test knows stands behind what was learned from", () => {
  assert.equal(Array.from(split.train.userIds), [5, 9, 1, 2]);
  assert.equal(Array.from(split.train.itemIds), [10, 20, 30, 7, 8]);
});

test("a widened model predicts as before, and cold users and items by the mean and known biases", async () => {
  const own = await train(learnt, { feedback: "explicit", rank: 2, iterations: 3 });
  const model = widened(own, split);
  for (let user = 0; user < own.users; user++)
    for (let item = 0; item < own.items; item++)
      assert.is(model.predict(user, item), own.predict(user, item));
  const { globalMean, itemBias, userBias } = own.parts;
  assert.is(model.predict(2, 2), globalMean + itemBias[2]);
  assert.is(model.predict(0, 3), globalMean + userBias[0]);
  assert.is(model.predict(3, 4), globalMean);
  const metrics = ratingMetrics(model, split.test, split.train);
  assert.equal([metrics.count, metrics.coldUsers?.count, metrics.coldItems?.count], [5, 2, 2]);
});

test("test ratings that the training data has too are counted", () => {
  assert.is(seenInTraining(split), 1);
});

test.run();

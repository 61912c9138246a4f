import { test } from "uvu";
import * as assert from "uvu/assert";
import { seenBy } from "@movielens/lib/als";
import { ratingsByUser, WorkspaceError } from "@movielens/lib/data";
import { bprModel, type BprOptions } from "@movielens/lib/recommend";
import { checkerboard, datasetOf, sameGroup } from "../synthetic";

const data = datasetOf(checkerboard("likes"));
const model = bprModel(data);

test("films of the own group come first, for every user, and nothing seen is on a list", () => {
  const byUser = ratingsByUser(data);
  for (let user = 0; user < model.users; user++) {
    const list = model.recommend(user, model.items).map(({ item }) => item);
    assert.equal(
      list.slice(0, 2).map((item) => sameGroup(user, item)),
      [true, true],
    );
    for (const item of seenBy(byUser, user)) assert.not(list.includes(item));
  }
});

test("what is liked stands above what is not rated more often than chance, as the objective asks", () => {
  const scores = new Float64Array(model.items);
  const byUser = ratingsByUser(data);
  for (let user = 0; user < model.users; user++) {
    model.scoreItems(user, scores);
    const liked = new Set(seenBy(byUser, user));
    for (let i = 0; i < model.items; i++)
      for (let j = 0; j < model.items; j++)
        if (liked.has(i) && !sameGroup(user, j)) assert.ok(scores[i] > scores[j], `${i} above ${j}`);
  }
});

test("the same seed gives the same model, another seed another one", () => {
  const predictions = (seed: number): number[] => {
    const own = bprModel(data, { seed, epochs: 2 });
    return Array.from({ length: 16 }, (_, item) => own.predict(3, item));
  };
  assert.equal(predictions(7), predictions(7));
  assert.not.equal(predictions(7), predictions(8));
});

test("options that make no sense are refused by name, and data without a like make no order", () => {
  for (const options of [{ rank: 0 }, { epochs: 1.5 }, { learningRate: NaN }, { lambda: -1 }] as BprOptions[])
    assert.throws(
      () => bprModel(data, options),
      (error: WorkspaceError) =>
        error.code === "OPTION_INVALID" && error.message.startsWith(Object.keys(options)[0]),
    );
  assert.is(bprModel(data, { likedFrom: 6 }).recommend(0, 3).length, 3);
});

test.run();
